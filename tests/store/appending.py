"""A process that appends and says what was acknowledged, to be killed at any moment.

    python -m tests.store.appending FOLDER [slow|early]

Prints ``position command`` for each acknowledged append. With ``slow`` commits
take 20 ms more; with ``early`` it also carries the fault that the test must
find: it acknowledges before the commit.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from coord.store.group import Job
from coord.store.rows import Draft
from coord.store.sqlite import SqliteFile, SqliteLog
from coord.store.sqlite_writer import Writer
from tests.store.events import CODEC, Noted, append


class SlowDisk(Writer):
    """Every commit takes its time, so that a kill finds it under way."""

    def _commit(self, jobs: list[Job]) -> None:
        time.sleep(0.02)
        super()._commit(jobs)


class EarlyWriter(SlowDisk):
    """The planted fault: says done first, and commits afterwards."""

    def _commit(self, jobs: list[Job]) -> None:
        told = [Job(job.what, job.answer) for job in jobs]
        for i, job in enumerate(told):
            job.result, job.done = self.position + 1 + i, True
        self._settle(told)
        super()._commit(jobs)


WRITERS = {"": Writer, "slow": SlowDisk, "early": EarlyWriter}


def remember_first(settled: Any) -> Any:
    """Return *settled* without the second settlement that the planted fault causes."""

    def settle(jobs: Sequence[Job]) -> None:
        settled([job for job in jobs if not job.answer.done() or not isinstance(job.what, Draft)])

    return settle


async def main(folder: Path, how: str) -> None:
    """Append from eight writers for ever."""
    file = SqliteFile(folder / "live.db")
    if how:
        assert file.writer is not None
        await file.writer.close()
        file.writer = WRITERS[how](folder / "live.db", remember_first(file.writer._settled))
    log = SqliteLog(file, CODEC)
    head = await log.head()

    async def write(number: int) -> None:
        i = 0
        while True:
            stream, command = f"incident/{head.position}-{number}", f"{head.position}-{number}-{i}"
            (event,) = await log.append(append(stream, i, command, Noted("x" * 300, i)))
            sys.stdout.write(f"{event.position} {command}\n")
            sys.stdout.flush()
            i += 1

    await asyncio.gather(*(write(number) for number in range(8)))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), "".join(sys.argv[2:])))
