"""A planted fault: `python -m tests.faults.early serve …` says that an append is kept, and commits it only later.

The tests that kill a centre must go red on it, or they would prove nothing.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import Any

from coord.cli import main
from coord.store import sqlite
from coord.store.group import Fitted, Job
from coord.store.rows import Draft
from coord.store.sqlite_writer import Writer

LAG = 0.3
"""Seconds between the answer and the commit."""


class Lagging:
    """A connection that does whatever *early* is just before a commit, and lets that commit wait."""

    def __init__(self, con: Any, writer: EarlyWriter) -> None:
        self.con = con
        self.writer = writer

    def __getattr__(self, name: str) -> Any:
        return getattr(self.con, name)

    def __enter__(self) -> Any:
        return self.con.__enter__()

    def __exit__(self, *how: Any) -> Any:
        return self.con.__exit__(*how)

    def execute(self, sql: str, *values: Any) -> Any:
        """Run *sql*; a commit comes too late."""
        if sql == "COMMIT" and self.writer.answer_early():
            time.sleep(LAG)
        return self.con.execute(sql, *values)


class EarlyWriter(Writer):
    """Acknowledges appends before they are committed."""

    group: Sequence[Job] = ()
    fitted: Fitted

    def _run(self) -> None:
        self._con = Lagging(self._con, self)  # type: ignore[assignment]
        super()._run()

    def _group(self, jobs: list[Job]) -> None:
        self.group = jobs if any(isinstance(job.what, Draft) for job in jobs) else ()
        super()._group(jobs)

    def _settle(self, jobs: list[Job]) -> None:
        if jobs is not self.group:
            super()._settle(jobs)

    def _append(self, jobs: list[Job], *, carefully: bool) -> Fitted:
        self.fitted = super()._append(jobs, carefully=carefully)
        return self.fitted

    def answer_early(self) -> bool:
        """Answer the group that has not been committed yet, if it appends anything."""
        if self.group:
            self.fitted.conclude()
            super()._settle(list(self.group))
        return bool(self.group)


if __name__ == "__main__":
    setattr(sqlite, "Writer", EarlyWriter)  # noqa: B010 - the plant
    sys.exit(main())
