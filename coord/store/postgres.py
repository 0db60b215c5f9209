"""The log and the cabinet in a PostgreSQL schema: several processes may write, each through one appender."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

import asyncpg

from coord.events import Recorded, StreamId
from coord.store.codec import Codec
from coord.store.group import Job, settle_all
from coord.store.log import Append, Head, NotRecorded, Outcome, ReadOnly, Sheet, Snapshot
from coord.store.memory import CLOSED, revised
from coord.store.postgres_appender import PATIENCE, Appender
from coord.store.postgres_open import ANSWER, LOST, lock_key, prepare, schema_of, settings
from coord.store.rows import GENESIS, Row, check_text, draft, recorded
from coord.store.tail import Tail, follow

STREAMS = """
WITH RECURSIVE names(name) AS (
    (SELECT stream FROM events WHERE stream >= $1 ORDER BY stream LIMIT 1)
    UNION ALL
    SELECT (SELECT stream FROM events WHERE stream > name ORDER BY stream LIMIT 1)
    FROM names WHERE starts_with(name, $1)
)
SELECT name FROM names WHERE starts_with(name, $1)"""


class PostgresSpace:
    """One schema: its pool, its appender, its doorbell. ``PostgresLog`` and ``PostgresCabinet`` share it."""

    def __init__(self, url: str, schema: str, pool: Any, *, read_only: bool) -> None:
        self.schema = schema
        self.tail = Tail()
        self.reason = f"{schema} was opened for reading" if read_only else ""
        self._url = url
        self._pool = pool
        self._settings = settings(schema, read_only=read_only)
        self._seen = 0
        self._appender = None if read_only else Appender(self._connect, lock_key(schema), schema, self._settled)
        self._doorbell = asyncio.create_task(self._listen())

    @classmethod
    async def open(cls, url: str, space: str, *, read_only: bool = False) -> PostgresSpace:
        """Open *space* in the database at *url*; see :func:`coord.store.postgres_open.prepare` for refusals."""
        schema = schema_of(space)
        await prepare(url, schema, read_only=read_only)
        pool = await asyncpg.create_pool(url, min_size=1, max_size=4, **settings(schema, read_only=read_only))
        return cls(url, schema, pool, read_only=read_only)

    def check_writable(self) -> Appender:
        """Return the appender; :exc:`coord.store.log.ReadOnly` when there is none to be used."""
        if self.reason or self._appender is None:
            raise ReadOnly(self.reason)
        return self._appender

    async def fetch(self, sql: str, *values: Any) -> list[Any]:
        """Return the rows that *sql*, which may be run twice, gives; waits for a server that is away."""
        loop = asyncio.get_running_loop()
        until, pause = loop.time() + PATIENCE, 0.02
        while True:
            try:
                found: list[Any] = await self._pool.fetch(sql, *values)
            except LOST as error:
                if self.tail.closed() or loop.time() > until:
                    raise NotRecorded(f"the database is away ({error})") from error
                await asyncio.sleep(pause)
                pause = min(2 * pause, 1.0)
            except asyncpg.PostgresError as error:
                raise NotRecorded(f"the database could not do this ({error})") from error
            else:
                return found

    async def close(self) -> None:
        """Write what was accepted, then close every connection."""
        self.tail.close()
        self.reason = self.reason or CLOSED
        if self._appender is not None:
            await self._appender.close()
        self._doorbell.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._doorbell
        try:
            async with asyncio.timeout(ANSWER):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()
        await asyncio.sleep(0)  # a turn of the loop, in which the aborted sockets are let go of

    async def _connect(self) -> Any:
        return await asyncpg.connect(self._url, **self._settings)

    def _settled(self, jobs: Sequence[Job]) -> None:
        settle_all(jobs, self.tail)
        self._seen = max([self._seen, *(job.result[-1].position for job in jobs if job.done)])

    def _rung(self, _: Any, __: int, ___: str, payload: str) -> None:
        if int(payload) > self._seen:  # our own appends have reached the tail already
            self.tail.ring()

    async def _listen(self) -> None:
        """Hear of other processes' appends; a lost connection costs nothing but the poll's second."""
        while True:
            with contextlib.suppress(*LOST, asyncpg.PostgresError):
                con = await self._connect()
                gone = asyncio.Event()
                con.add_termination_listener(lambda *_: gone.set())  # noqa: B023 (used within this turn only)
                try:
                    await con.add_listener(self.schema, self._rung)
                    self.tail.ring()  # whatever came while nobody listened
                    await gone.wait()
                finally:
                    con.terminate()
            await asyncio.sleep(1.0)


class PostgresLog:
    """A :class:`coord.store.log.Log` in a :class:`PostgresSpace`."""

    def __init__(self, space: PostgresSpace, codec: Codec) -> None:
        self.space = space
        self.codec = codec

    async def append(self, append: Append) -> Sequence[Recorded]:
        """See :meth:`coord.store.log.Log.append`."""
        drafted = draft(self.codec, append)
        events: Sequence[Recorded] = await self.space.check_writable().put(drafted)
        return events

    async def remember(self, actor: str, key: str, outcome: Outcome) -> None:
        """See :meth:`coord.store.log.Log.remember`."""
        check_text(actor=actor, key=key, sentence=outcome.sentence)
        self.space.check_writable()
        row = (actor, key, outcome.digest, outcome.first, outcome.last, outcome.code, outcome.sentence)
        await self.space.fetch("INSERT INTO outcomes VALUES ($1,$2,$3,$4,$5,$6,$7) ON CONFLICT DO NOTHING", *row)

    async def outcome(self, actor: str, key: str) -> Outcome | None:
        """See :meth:`coord.store.log.Log.outcome`."""
        sql = "SELECT digest, first, last, code, sentence FROM outcomes WHERE actor = $1 AND command = $2"
        rows = await self.space.fetch(sql, actor, key)
        return Outcome(*rows[0]) if rows else None

    async def read(self, after: int = 0, limit: int = 1000) -> Sequence[Recorded]:
        """See :meth:`coord.store.log.Log.read`."""
        return [recorded(self.codec, row) for row in await self.rows(after, limit)]

    async def rows(self, after: int = 0, limit: int = 1000) -> Sequence[Row]:
        """Return up to *limit* rows after position *after*, undecoded."""
        sql = "SELECT * FROM events WHERE position > $1 ORDER BY position LIMIT $2"
        return [Row(*row) for row in await self.space.fetch(sql, after, limit)]

    async def stream(self, stream: StreamId, after: int = 0, limit: int = 1000) -> Sequence[Recorded]:
        """See :meth:`coord.store.log.Log.stream`."""
        sql = "SELECT * FROM events WHERE stream = $1 AND version > $2 ORDER BY version LIMIT $3"
        return [recorded(self.codec, Row(*row)) for row in await self.space.fetch(sql, stream, after, limit)]

    async def streams(self, prefix: str = "") -> Sequence[StreamId]:
        """See :meth:`coord.store.log.Log.streams`."""
        return [StreamId(row[0]) for row in await self.space.fetch(STREAMS, prefix)]

    async def head(self) -> Head:
        """See :meth:`coord.store.log.Log.head`."""
        sql = """
            SELECT coalesce(max(position), 0), (SELECT hash FROM events ORDER BY position DESC LIMIT 1),
                   (SELECT value FROM about WHERE name = 'epoch') FROM events"""
        ((position, last, epoch),) = await self.space.fetch(sql)
        return Head(position, (last or GENESIS).hex(), epoch)

    async def hash_at(self, position: int) -> str | None:
        """See :meth:`coord.store.log.Log.hash_at`."""
        if position == 0:
            return GENESIS.hex()
        rows = await self.space.fetch("SELECT hash FROM events WHERE position = $1", position)
        return rows[0][0].hex() if rows else None

    def follow(self, after: int) -> AsyncIterator[Sequence[Recorded]]:
        """See :meth:`coord.store.log.Log.follow`."""
        return follow(self.space.tail, self.read, after, poll=1.0)

    async def keep_snapshot(self, snapshot: Snapshot) -> None:
        """See :meth:`coord.store.log.Log.keep_snapshot`."""
        self.space.check_writable()
        sql = """
            INSERT INTO snapshots AS old VALUES ($1,$2,$3,$4,$5,$6) ON CONFLICT (stream) DO UPDATE SET
                version = excluded.version, position = excluded.position, hash = excluded.hash,
                code = excluded.code, body = excluded.body
            WHERE excluded.position >= old.position"""
        row = (snapshot.stream, snapshot.version, snapshot.position, snapshot.hash, snapshot.code, snapshot.body)
        await self.space.fetch(sql, *row)

    async def snapshot(self, stream: StreamId) -> Snapshot | None:
        """See :meth:`coord.store.log.Log.snapshot`."""
        rows = await self.space.fetch("SELECT * FROM snapshots WHERE stream = $1", stream)
        return Snapshot(*rows[0]) if rows else None

    def read_only(self, reason: str) -> None:
        """See :meth:`coord.store.log.Log.read_only`."""
        self.space.reason = reason

    async def close(self) -> None:
        """See :meth:`coord.store.log.Log.close`."""
        await self.space.close()


class PostgresCabinet:
    """A :class:`coord.store.log.Cabinet` in the :class:`PostgresSpace` of a log.

    What is dropped leaves the table at once, its bytes leave the files with the
    next vacuum and the server's own write-ahead log; what must be unreadable at
    once is kept under a key, and the key is what is dropped.
    """

    def __init__(self, space: PostgresSpace) -> None:
        self.space = space

    async def get(self, shelf: str, key: str) -> Sheet | None:
        """See :meth:`coord.store.log.Cabinet.get`."""
        rows = await self.space.fetch(
            "SELECT key, body, revision FROM cabinet WHERE shelf = $1 AND key = $2", shelf, key
        )
        return Sheet(*rows[0]) if rows else None

    async def put(self, shelf: str, key: str, body: bytes, expected: int | None = None) -> int:
        """See :meth:`coord.store.log.Cabinet.put`."""
        check_text(shelf=shelf, key=key)
        self.space.check_writable()
        if expected is None:
            sql = """
                INSERT INTO cabinet AS old VALUES ($1,$2,$3,1)
                ON CONFLICT (shelf, key) DO UPDATE SET body = $3, revision = old.revision + 1 RETURNING revision"""
        elif expected == 0:
            sql = "INSERT INTO cabinet VALUES ($1,$2,$3,1) ON CONFLICT DO NOTHING RETURNING revision"
        else:
            sql = f"""
                UPDATE cabinet SET body = $3, revision = revision + 1
                WHERE shelf = $1 AND key = $2 AND revision = {expected:d} RETURNING revision"""  # noqa: S608
        rows = await self.space.fetch(sql, shelf, key, bytes(body))
        if rows:
            return int(rows[0][0])
        found = await self.get(shelf, key)
        if found is not None and expected is not None and (found.revision, found.body) == (expected + 1, bytes(body)):
            return found.revision  # ours after all: the answer to the first try was lost on its way
        raise revised(shelf, key, found.revision if found else 0)

    async def drop(self, shelf: str, key: str) -> bool:
        """See :meth:`coord.store.log.Cabinet.drop`."""
        self.space.check_writable()
        sql = "DELETE FROM cabinet WHERE shelf = $1 AND key = $2 RETURNING revision"
        return bool(await self.space.fetch(sql, shelf, key))

    async def scan(self, shelf: str, prefix: str = "", after: str = "", limit: int = 1000) -> Sequence[Sheet]:
        """See :meth:`coord.store.log.Cabinet.scan`."""
        sql = """
            SELECT key, body, revision FROM cabinet
            WHERE shelf = $1 AND key > $3 AND key >= $2 AND starts_with(key, $2) ORDER BY key LIMIT $4"""
        return [Sheet(*row) for row in await self.space.fetch(sql, shelf, prefix, after, limit)]
