"""The log and the cabinet in one SQLite file: one writer thread, readers that can only read."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

import apsw

from coord.events import Recorded, StreamId
from coord.store.codec import Codec
from coord.store.group import Job, settle_all
from coord.store.lock import Lock
from coord.store.log import Append, Head, Outcome, ReadOnly, Sheet, Snapshot
from coord.store.memory import CLOSED, revised
from coord.store.rows import GENESIS, Draft, Row, check_text, draft, recorded
from coord.store.sqlite_open import open_reader, readable
from coord.store.sqlite_writer import Work, Writer
from coord.store.tail import Tail, follow
from coord.store.verify import Broken

R = TypeVar("R")

STREAMS = """
WITH RECURSIVE names(name) AS (
    SELECT min(stream) FROM events WHERE stream >= ?1
    UNION ALL
    SELECT (SELECT min(stream) FROM events WHERE stream > name)
    FROM names WHERE substr(name, 1, length(?1)) = ?1
)
SELECT name FROM names WHERE substr(name, 1, length(?1)) = ?1
"""  # one step along the index a stream, not one a row


class SqliteFile:
    """One database file: its lock, its writer, its readers. ``SqliteLog`` and ``SqliteCabinet`` share it."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open *path*, making it if need be; must run inside the event loop that will use it.

        Raises :exc:`coord.errors.Refused`: ``held`` when another process
        writes there, ``newer-database``, ``old-sqlite``, ``pragma``, ``no-log``.
        """
        self.path = path
        self.tail = Tail()
        self.reason = f"{path.name} was opened for reading" if read_only else ""
        self.writer: Writer | None = None
        self._lock = Lock(path)
        self._local = threading.local()
        self._readers: list[apsw.Connection] = []
        if not read_only:
            path.parent.mkdir(parents=True, exist_ok=True)
            with ExitStack() as undo:
                self._lock.take()
                undo.callback(self._lock.release)
                self.writer = Writer(path, self._settled)
                undo.pop_all()
        else:
            open_reader(path).close()
        self._pool = ThreadPoolExecutor(2, thread_name_prefix=f"reader of {path.name}")

    async def read(self, look: Callable[[apsw.Connection], R]) -> R:
        """Return what *look* finds on a connection that can only read."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._look, look)

    def put(self, what: Draft | Work) -> Awaitable[Any]:
        """Queue *what* and return its result once it is committed."""
        if self.reason or self.writer is None:
            raise ReadOnly(self.reason)
        return self.writer.put(what)

    def erased(self) -> None:
        """Say, from within a work, that something was deleted and must leave the write-ahead log too."""
        if self.writer is not None:
            self.writer.erase()

    async def close(self) -> None:
        """Write what was accepted, checkpoint, close every connection, let go of the lock."""
        self.tail.close()
        self.reason = self.reason or CLOSED
        if self.writer is not None:
            await self.writer.close()
        await asyncio.to_thread(self._pool.shutdown)
        for con in self._readers:
            con.close()
        self._readers.clear()
        self._lock.release()

    def _look(self, look: Callable[[apsw.Connection], R]) -> R:
        con = getattr(self._local, "con", None)
        if con is None:
            con = self._local.con = open_reader(self.path)
            self._readers.append(con)
        with readable(self.path):
            return look(con)

    def _settled(self, jobs: Sequence[Job]) -> None:
        settle_all(jobs, self.tail)


class SqliteLog:
    """A :class:`coord.store.log.Log` in a :class:`SqliteFile`."""

    def __init__(self, file: SqliteFile, codec: Codec) -> None:
        self.file = file
        self.codec = codec

    async def append(self, append: Append) -> Sequence[Recorded]:
        """See :meth:`coord.store.log.Log.append`."""
        events: Sequence[Recorded] = await self.file.put(draft(self.codec, append))
        return events

    async def remember(self, actor: str, key: str, outcome: Outcome) -> None:
        """See :meth:`coord.store.log.Log.remember`."""
        check_text(actor=actor, key=key, sentence=outcome.sentence)
        row = (actor, key, outcome.digest, outcome.first, outcome.last, outcome.code, outcome.sentence)
        await self.file.put(lambda con: _run(con, "INSERT OR IGNORE INTO outcomes VALUES (?,?,?,?,?,?,?)", row))

    async def outcome(self, actor: str, key: str) -> Outcome | None:
        """See :meth:`coord.store.log.Log.outcome`."""
        sql = "SELECT digest, first, last, code, sentence FROM outcomes WHERE actor = ? AND command = ?"
        rows = await self._rows(sql, (actor, key))
        return Outcome(*rows[0]) if rows else None

    async def read(self, after: int = 0, limit: int = 1000) -> Sequence[Recorded]:
        """See :meth:`coord.store.log.Log.read`."""
        return await self._events("position > ? ORDER BY position LIMIT ?", (after, limit))

    async def rows(self, after: int = 0, limit: int = 1000) -> Sequence[Row]:
        """Return up to *limit* rows after position *after*, undecoded."""
        return await self.file.read(lambda con: _as_far_as_readable(con, after, limit))

    async def stream(self, stream: StreamId, after: int = 0, limit: int = 1000) -> Sequence[Recorded]:
        """See :meth:`coord.store.log.Log.stream`."""
        return await self._events("stream = ? AND version > ? ORDER BY version LIMIT ?", (stream, after, limit))

    async def streams(self, prefix: str = "") -> Sequence[StreamId]:
        """See :meth:`coord.store.log.Log.streams`."""
        return [StreamId(name) for (name,) in await self._rows(STREAMS, (prefix,))]

    async def head(self) -> Head:
        """See :meth:`coord.store.log.Log.head`."""
        sql = """
            SELECT coalesce(max(position), 0), (SELECT hash FROM events ORDER BY position DESC LIMIT 1),
                   (SELECT value FROM about WHERE name = 'epoch') FROM events"""
        ((position, last, epoch),) = await self._rows(sql, ())
        return Head(position, (last or GENESIS).hex(), epoch)

    async def hash_at(self, position: int) -> str | None:
        """See :meth:`coord.store.log.Log.hash_at`."""
        if position == 0:
            return GENESIS.hex()
        rows = await self._rows("SELECT hash FROM events WHERE position = ?", (position,))
        return rows[0][0].hex() if rows else None

    def follow(self, after: int) -> AsyncIterator[Sequence[Recorded]]:
        """See :meth:`coord.store.log.Log.follow`."""
        alone = self.file.writer is not None
        return follow(self.file.tail, self.read, after, poll=None if alone else 1.0)

    async def keep_snapshot(self, snapshot: Snapshot) -> None:
        """See :meth:`coord.store.log.Log.keep_snapshot`."""
        sql = """
            INSERT INTO snapshots VALUES (?,?,?,?,?,?) ON CONFLICT (stream) DO UPDATE SET version = excluded.version,
                position = excluded.position, hash = excluded.hash, code = excluded.code, body = excluded.body
            WHERE excluded.position >= position"""
        row = (snapshot.stream, snapshot.version, snapshot.position, snapshot.hash, snapshot.code, snapshot.body)
        await self.file.put(lambda con: _run(con, sql, row))

    async def snapshot(self, stream: StreamId) -> Snapshot | None:
        """See :meth:`coord.store.log.Log.snapshot`."""
        rows = await self._rows("SELECT * FROM snapshots WHERE stream = ?", (stream,))
        return Snapshot(*rows[0]) if rows else None

    def read_only(self, reason: str) -> None:
        """See :meth:`coord.store.log.Log.read_only`."""
        self.file.reason = reason

    async def close(self) -> None:
        """See :meth:`coord.store.log.Log.close`."""
        await self.file.close()

    async def _rows(self, sql: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        return await self.file.read(lambda con: _run(con, sql, values))

    async def _events(self, where: str, values: tuple[Any, ...]) -> Sequence[Recorded]:
        def look(con: apsw.Connection) -> list[Recorded]:
            sql = f"SELECT * FROM events WHERE {where}"  # noqa: S608 (the words are this module's own)
            return [recorded(self.codec, Row(*row)) for row in con.execute(sql, values)]

        return await self.file.read(look)


class SqliteCabinet:
    """A :class:`coord.store.log.Cabinet` in the :class:`SqliteFile` of a log."""

    def __init__(self, file: SqliteFile) -> None:
        self.file = file

    async def get(self, shelf: str, key: str) -> Sheet | None:
        """See :meth:`coord.store.log.Cabinet.get`."""
        sql = "SELECT key, body, revision FROM cabinet WHERE shelf = ? AND key = ?"
        rows = await self.file.read(lambda con: _run(con, sql, (shelf, key)))
        return Sheet(*rows[0]) if rows else None

    async def put(self, shelf: str, key: str, body: bytes, expected: int | None = None) -> int:
        """See :meth:`coord.store.log.Cabinet.put`."""
        check_text(shelf=shelf, key=key)

        def work(con: apsw.Connection) -> int:
            sql = "SELECT revision FROM cabinet WHERE shelf = ? AND key = ?"
            revision: int = con.execute(sql, (shelf, key)).get or 0
            if expected not in {None, revision}:
                raise revised(shelf, key, revision)
            sql = """
                INSERT INTO cabinet VALUES (?,?,?,?) ON CONFLICT (shelf, key)
                DO UPDATE SET body = excluded.body, revision = excluded.revision"""
            con.execute(sql, (shelf, key, bytes(body), revision + 1))
            return revision + 1

        done: int = await self.file.put(work)
        return done

    async def drop(self, shelf: str, key: str) -> bool:
        """See :meth:`coord.store.log.Cabinet.drop`."""

        def work(con: apsw.Connection) -> bool:
            con.execute("DELETE FROM cabinet WHERE shelf = ? AND key = ?", (shelf, key))
            if found := con.changes() > 0:
                self.file.erased()
            return found

        dropped: bool = await self.file.put(work)
        return dropped

    async def scan(self, shelf: str, prefix: str = "", after: str = "", limit: int = 1000) -> Sequence[Sheet]:
        """See :meth:`coord.store.log.Cabinet.scan`."""
        sql = """
            SELECT key, body, revision FROM cabinet
            WHERE shelf = ?1 AND key > ?3 AND key >= ?2 AND substr(key, 1, length(?2)) = ?2 ORDER BY key LIMIT ?4"""
        rows = await self.file.read(lambda con: _run(con, sql, (shelf, prefix, after, limit)))
        return [Sheet(*row) for row in rows]


def _as_far_as_readable(con: apsw.Connection, after: int, limit: int) -> list[Row]:
    rows: list[Row] = []
    try:
        for row in con.execute("SELECT * FROM events WHERE position > ? ORDER BY position LIMIT ?", (after, limit)):
            rows.append(Row._make(row))  # noqa: PERF401 (what was read before the damage counts)
    except (apsw.Error, UnicodeDecodeError) as damage:
        if not rows:
            raise Broken(after + 1, "row", f"the database cannot read it ({damage})") from damage
    return rows


def _run(con: apsw.Connection, sql: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    return list(con.execute(sql, values))
