"""The one thread that writes: it drains a queue, and one COMMIT serves all that waited.

A conflict of one append never costs its neighbours anything, for it is known
before anything of it is written. What the disk refuses is refused to everybody
in that group, and nobody is told otherwise before the COMMIT has returned.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sys
import threading
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import apsw

from coord.errors import CoordError
from coord.store.group import LARGEST, Answer, Fitted, Job, fit
from coord.store.log import NotRecorded, ReadOnly
from coord.store.memory import CLOSED
from coord.store.rows import GENESIS, Draft
from coord.store.sqlite_open import WRITER, open_writer

SWITCH = 0.0005
"""Seconds after which a busy event loop must let the writer go on. Python's 5 ms, several times a commit, is long."""

WAL_PAGES = 2000
"""Pages (of 4 KiB) in the write-ahead log after which the writer moves them to the database."""

PATIENCE = 100
"""Milliseconds that a checkpoint waits for readers; what it could not do it does next time."""

STREAMS = 200_000
"""Stream versions kept in memory."""

EVENT = "INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?,?,?)"
OUTCOME = "INSERT INTO outcomes VALUES (?,?,?,?,?,'','')"

Work = Callable[[apsw.Connection], Any]


class Writer:
    """Owns the writing connection. ``put`` is called on the event loop, all else runs in the thread."""

    def __init__(self, path: Path, settled: Callable[[Sequence[Job]], None]) -> None:
        self._con = open_writer(path)
        self._loop = asyncio.get_running_loop()
        self._settled = settled
        self._queue: queue.SimpleQueue[list[Job] | None] = queue.SimpleQueue()
        self._waiting: list[Job] = []
        self._versions: dict[str, int] = {}
        self._wal_pages = 0
        self._con.set_wal_hook(self._count_pages)
        self.owes_truncation = False
        self.trouble = ""
        self.position, self.hash = 0, GENESIS
        self._reload()
        self._closed = self._dead = False
        sys.setswitchinterval(min(SWITCH, sys.getswitchinterval()))
        self._thread = threading.Thread(target=self._run, name=f"writer of {path.name}", daemon=True)
        self._thread.start()

    def put(self, what: Draft | Work) -> Answer:
        """Queue *what*; all that is put in one turn of the loop goes into one commit."""
        if self._closed:
            raise ReadOnly(CLOSED)
        answer: Answer = self._loop.create_future()
        if not self._waiting:
            self._loop.call_soon(self._flush)
        self._waiting.append(Job(what, answer))
        return answer

    def erase(self) -> None:
        """Called by a *work* that deleted something: the write-ahead log is emptied with it."""
        self.owes_truncation = True

    async def close(self) -> None:
        """Write what was put, checkpoint, and close the connection."""
        if not self._closed:
            self._closed = True
            self._flush()
            self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _flush(self) -> None:
        if self._waiting:
            self._queue.put(self._waiting)
            self._waiting = []
        if self._dead:  # the thread may have looked into the queue for the last time before this came
            self._settle(self._drain(wait=False)[0])

    # ---- in the thread ----

    def _run(self) -> None:
        going = True
        try:
            while going:
                jobs, going = self._drain()
                for start in range(0, len(jobs), LARGEST):
                    self._group(jobs[start : start + LARGEST])
                if self.owes_truncation or not going:
                    self._checkpoint(truncate=True)
                elif self._wal_pages >= WAL_PAGES:
                    self._checkpoint(truncate=False)
        finally:  # also when a bug ends this thread: nobody waits for it for ever
            self._closed = self._dead = True
            self._settle(self._drain(wait=False)[0])
            self._con.close()

    def _drain(self, *, wait: bool = True) -> tuple[list[Job], bool]:
        """Wait for jobs and return all that are there, and whether to go on after them."""
        jobs: list[Job] = []
        try:
            # An erasure that a reader held up is tried again even when nobody writes.
            more = self._queue.get(wait, timeout=1.0 if self.owes_truncation else None)
            while True:
                if more is None:
                    return jobs, False
                jobs += more
                more = self._queue.get_nowait()
        except queue.Empty:
            return jobs, True

    def _group(self, jobs: list[Job]) -> None:
        try:
            self._commit(jobs)
        except apsw.Error as error:
            with contextlib.suppress(apsw.Error):
                if self._con.in_transaction:
                    self._con.execute("ROLLBACK")
            with contextlib.suppress(apsw.Error):
                self._reload()
            for job in jobs:
                job.refusal = NotRecorded(f"the database could not keep this ({error}); nothing was recorded")
        else:
            if self.owes_truncation:
                self._checkpoint(truncate=True)  # what was erased is out of the file before anybody is told so
        finally:
            self._settle(jobs)

    def _settle(self, jobs: list[Job]) -> None:
        # With the loop gone nobody waits any more; what was committed is found at the next start.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._settled, jobs)

    def _commit(self, jobs: list[Job]) -> None:
        appends = [job for job in jobs if isinstance(job.what, Draft)]
        self._con.execute("BEGIN IMMEDIATE")
        try:
            fitted = self._append(appends, carefully=False)
        except apsw.ConstraintError:
            # Some command id is there already, or somebody else wrote: start over and look at each.
            self._con.execute("ROLLBACK")
            self._con.execute("BEGIN IMMEDIATE")
            self._reload()
            fitted = self._append(appends, carefully=True)
        for job in jobs:
            if not isinstance(job.what, Draft):
                fitted.verdicts.append((job, *self._do(job.what)))
        self._con.execute("COMMIT")
        fitted.conclude()
        self.position, self.hash = fitted.position, fitted.hash
        if len(self._versions) > STREAMS:
            self._versions.clear()
        self._versions.update(fitted.versions)

    def _do(self, work: Work) -> tuple[Any, CoordError | None]:
        try:
            with self._con:  # a savepoint: what refuses half-way leaves nothing
                result = work(self._con)
        except CoordError as refusal:
            return None, refusal
        return result, None

    def _append(self, jobs: list[Job], *, carefully: bool) -> Fitted:
        """Insert all that fits, and answer the others."""
        known = self._known if carefully else _unknown
        fitted = fit(jobs, self.position, self.hash, self._version, known)
        insert(self._con, EVENT, fitted.events)
        insert(self._con, OUTCOME, fitted.outcomes)
        return fitted

    def _version(self, stream: str) -> int:
        version = self._versions.get(stream)
        if version is None:
            sql = "SELECT coalesce(max(version), 0) FROM events WHERE stream = ?"
            version = self._versions[stream] = int(self._con.execute(sql, (stream,)).get)
        return version

    def _known(self, command: tuple[str, str]) -> bool:
        return bool(self._con.execute("SELECT count(*) FROM outcomes WHERE actor = ? AND command = ?", command).get)

    def _reload(self) -> None:
        self._versions.clear()
        row = self._con.execute("SELECT position, hash FROM events ORDER BY position DESC LIMIT 1").get
        self.position, self.hash = row or (0, GENESIS)

    def _count_pages(self, _: apsw.Connection, __: str, pages: int) -> int:
        self._wal_pages = pages
        return apsw.SQLITE_OK

    def _checkpoint(self, *, truncate: bool) -> None:
        """Move the write-ahead log into the database; *truncate* also empties its file (erasure, end)."""
        mode = apsw.SQLITE_CHECKPOINT_TRUNCATE if truncate else apsw.SQLITE_CHECKPOINT_PASSIVE
        self._con.set_busy_timeout(PATIENCE)  # a long reader, as a backup is, must not hold up appends
        try:
            in_log, moved_pages = self._con.wal_checkpoint(mode=mode)
        except apsw.Error as error:
            # Nothing is lost: the committed pages stay in the write-ahead log. Whoever watches health sees it.
            self.trouble = "" if isinstance(error, apsw.BusyError) else f"checkpoint failed: {error}"
            return
        finally:
            self._con.set_busy_timeout(int(WRITER["busy_timeout"]))
        self.trouble = ""
        if in_log == moved_pages:
            self._wal_pages = 0
        if truncate:
            self.owes_truncation = False


def _unknown(_: tuple[str, str]) -> bool:
    return False  # nearly always so, and the unique key would say otherwise


def insert(con: apsw.Connection, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert *rows*, many with each step.

    Every step gives the interpreter lock away and has to get it back from an
    event loop that may be busy; one step a row would make a commit wait for
    that as many times as it has rows.
    """
    before, _, values = sql.partition("VALUES ")
    start, left = 0, len(rows)
    while left:
        size = min(64, 1 << (left.bit_length() - 1))  # few sizes, so that the statements stay prepared
        statement = before + "VALUES " + ",".join([values] * size)
        con.execute(statement, list(chain.from_iterable(rows[start : start + size])))
        start += size
        left -= size
