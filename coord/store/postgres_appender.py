"""The one task a process that appends to PostgreSQL: what waits goes into one transaction.

Positions are given out under an advisory lock that is held to the commit, so
they are visible in their order. When a connection breaks, nobody knows whether
its commit took place; then the same group is looked up under that lock, after
the server has let go of the broken transaction, and only what is not there is
written again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg

from coord.store.group import LARGEST, Answer, Fitted, Job, fit
from coord.store.log import NotRecorded, ReadOnly
from coord.store.memory import CLOSED
from coord.store.postgres_open import LOST
from coord.store.rows import GENESIS, Draft

PATIENCE = 20.0
"""Seconds that a group is tried for while the server is away."""

STREAMS = 200_000
"""Stream versions kept in memory."""

LOCK = "SELECT pg_advisory_xact_lock($1)"
HEAD = "SELECT position, hash FROM events ORDER BY position DESC LIMIT 1"
VERSIONS = """
SELECT name, coalesce((SELECT max(version) FROM events WHERE stream = name), 0) FROM unnest($1::text[]) AS s (name)"""
KNOWN = """
SELECT actor, command, first FROM outcomes
WHERE (actor, command) IN (SELECT * FROM unnest($1::text[], $2::text[]))"""
WRITE = """
WITH written AS (
    INSERT INTO events SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::text[],
        $6::text[], $7::text[], $8::bigint[], $9::bigint[], $10::bytea[], $11::bytea[])
), kept AS (
    INSERT INTO outcomes SELECT *, '', ''
    FROM unnest($12::text[], $13::text[], $14::text[], $15::bigint[], $16::bigint[])
)
SELECT pg_notify($17, $18)"""


class FateUnknown(NotRecorded):
    """The server went away during the commit and has not come back: ask for the outcome later."""

    code = "fate-unknown"


class Appender:
    """Appends in groups on a connection of its own."""

    def __init__(
        self,
        connect: Callable[[], Awaitable[Any]],
        lock: int,
        channel: str,
        settled: Callable[[Sequence[Job]], None],
    ) -> None:
        self._connect = connect
        self._lock = lock
        self._channel = channel
        self._settled = settled
        self._con: Any = None
        self._position = 0
        self._versions: dict[str, int] = {}
        self._waiting: list[Job] = []
        self._wake = asyncio.Event()
        self._closed = False
        self._task = asyncio.create_task(self._run())

    def put(self, what: Draft) -> Answer:
        """Queue *what*; the answer comes after the commit."""
        if self._closed or self._task.done():
            raise ReadOnly(CLOSED)
        answer: Answer = asyncio.get_running_loop().create_future()
        self._waiting.append(Job(what, answer))
        self._wake.set()
        return answer

    async def close(self) -> None:
        """Write what was put and close the connection."""
        self._closed = True
        self._wake.set()
        await self._task

    async def _run(self) -> None:
        try:
            while not (self._closed and not self._waiting):
                await self._wake.wait()
                self._wake.clear()
                while self._waiting:
                    jobs, self._waiting = self._waiting[:LARGEST], self._waiting[LARGEST:]
                    try:
                        await self._group(jobs)
                    finally:
                        self._settled(jobs)
        finally:  # also when a bug or the end of the loop ends this task
            self._settled(self._waiting)
            self._waiting = []
            self._drop()

    async def _group(self, jobs: list[Job]) -> None:
        """Record what fits of *jobs*; try again, after looking, for as long as the server is away."""
        loop = asyncio.get_running_loop()
        until, doubt, pause = loop.time() + PATIENCE, False, 0.02
        while True:
            try:
                await self._commit(jobs, doubt=doubt)
            except (*LOST, asyncpg.UniqueViolationError) as error:
                self._drop()
                doubt = True
                if loop.time() > until:
                    _refuse(jobs, FateUnknown, f"the database is away ({error}); whether this was recorded is unknown")
                    return
                await asyncio.sleep(pause)
                pause = min(2 * pause, 1.0)
            except asyncpg.PostgresError as error:
                self._drop()
                _refuse(jobs, NotRecorded, f"the database could not keep this ({error}); nothing was recorded")
                return
            else:
                return

    async def _commit(self, jobs: list[Job], *, doubt: bool) -> None:
        if self._con is None or self._con.is_closed():
            self._con = await self._connect()
        con = self._con
        await con.execute("BEGIN")
        await con.fetchval(LOCK, self._lock)
        # Statements of their own, so that they see what was committed before the lock was ours.
        position, last = await con.fetchrow(HEAD) or (0, GENESIS)
        await self._learn_versions(position, {job.what.append.stream for job in jobs})
        known = await self._known(jobs) if doubt else {}
        there = {id(job): first for job in jobs if (first := await self._first_of(job, known))}
        todo = [job for job in jobs if id(job) not in there]
        fitted = fit(todo, position, last, self._versions.__getitem__, known.__contains__)
        if fitted.events:
            await self._write(fitted)
            for job, first, refusal in fitted.verdicts:
                if refusal is None:
                    job.written = fitted.events[first - position + len(job.what.entries) - 2][-1]
        await con.execute("COMMIT")
        self._position = fitted.position
        self._versions.update(fitted.versions)
        fitted.verdicts += [(job, there[id(job)], None) for job in jobs if id(job) in there]
        fitted.conclude()

    async def _learn_versions(self, position: int, streams: set[str]) -> None:
        """Have the versions of *streams* at hand; what was learned before counts while nobody else has written."""
        if position != self._position or len(self._versions) > STREAMS:
            self._versions.clear()
        self._position = position
        if unknown := [stream for stream in streams if stream not in self._versions]:
            self._versions.update(await self._con.fetch(VERSIONS, unknown))

    async def _known(self, jobs: Sequence[Job]) -> dict[tuple[str, str], int]:
        """Return those commands of *jobs* that have an outcome, with the position of their first event."""
        metas = [job.what.append.meta for job in jobs]
        rows = await self._con.fetch(KNOWN, [meta.actor for meta in metas], [meta.command for meta in metas])
        return {(actor, command): first for actor, command, first in rows}

    async def _first_of(self, job: Job, known: dict[tuple[str, str], int]) -> int:
        """Return the position at which an earlier try recorded *job*, 0 when it did not.

        It did when the outcome is there and the last event has the hash that we gave it.
        """
        meta = job.what.append.meta
        first = known.get((meta.actor, meta.command), 0)
        if not first or job.written is None:
            return 0
        sql = "SELECT hash FROM events WHERE position = $1"
        found = await self._con.fetchval(sql, first + len(job.what.entries) - 1)
        return first if found == job.written else 0

    async def _write(self, fitted: Fitted) -> None:
        events, outcomes = zip(*fitted.events, strict=True), zip(*fitted.outcomes, strict=True)
        await self._con.execute(WRITE, *events, *outcomes, self._channel, str(fitted.position))

    def _drop(self) -> None:
        if self._con is not None:
            self._con.terminate()
            self._con = None
        self._versions.clear()


def _refuse(jobs: Sequence[Job], why: type[NotRecorded], sentence: str) -> None:
    for job in jobs:
        job.refusal = why(sentence)
