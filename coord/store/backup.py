"""A backup is one SQLite file and a manifest, whatever store it was taken of, and restores into either.

It is taken in one read transaction beside the running centre, holds the
cabinet too, and counts only after its own chain has been walked: a copy that
nobody checked is a hope.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import apsw

from coord import __version__
from coord.errors import Finding, Refused, Unfit
from coord.store.codec import Codec
from coord.store.log import Head
from coord.store.sqlite import SqliteFile, SqliteLog
from coord.store.sqlite_open import open_reader, open_writer
from coord.store.sqlite_writer import insert
from coord.store.verify import Verified, verify

Progress = Callable[[str, int, int], None]
"""What is being done, how much of it is done, how much there is (0: not known)."""

TABLES = ("events", "outcomes", "cabinet", "snapshots")
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: ``file`` beside it with that hash, up to ``position``; ``made_at`` in ISO 8601."""

    space: str
    file: str
    sha256: str
    size: int
    position: int
    hash: str
    epoch: str
    made_at: str
    coord: str

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Return the manifest at *path*; :exc:`coord.errors.Unfit` when it is none."""
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise Refused(f"there is no backup at {path}", code="no-backup") from None
        except (ValueError, TypeError) as error:
            raise Unfit([Finding("error", "manifest", "not-a-manifest", str(error), str(path))]) from error


def nobody_watches(_: str, __: int, ___: int) -> None:
    """Take progress and say nothing."""


async def back_up(place: str | Path, space: str, to: Path, progress: Progress = nobody_watches) -> Manifest:
    """Copy *space* to the folder *to* and return the manifest that lies beside the copy.

    The centre may run meanwhile. An older backup of the space in that folder is
    replaced only after the new one has been verified.
    """
    copy = cleared(to / f"{space}.db.part")
    try:
        if str(place).startswith(("postgresql://", "postgres://")):
            from coord.store.postgres_copy import copy_out

            await copy_out(str(place), space, copy, progress)
        else:
            await _vacuum_into(Path(place) / "spaces" / f"{space}.db", copy, progress)
        head = await check(copy, progress)
        manifest = Manifest(
            space,
            f"{space}.db",
            await asyncio.to_thread(file_hash, copy),
            _size(copy),
            *(head.position, head.hash, head.epoch),
            datetime.now(UTC).isoformat(timespec="seconds"),
            __version__,
        )
        _publish(copy, to / manifest.file, to / f"{space}.json", manifest)
    finally:
        cleared(copy)
    return manifest


async def check(copy: Path, progress: Progress = nobody_watches) -> Head:
    """Walk the chain of the database file *copy*; :exc:`coord.store.verify.Broken` where it breaks."""
    async with reading(copy) as log:
        head = await log.head()
        seen = Verified(0, "", head.position)
        async for seen in verify(log):
            progress("verifying", seen.position, seen.of)
        if seen.position != head.position:
            raise Refused(f"{copy.name} ends at {seen.position} instead of {head.position}", code="damaged")
        return head


@asynccontextmanager
async def reading(path: Path) -> AsyncIterator[SqliteLog]:
    """Open the database file at *path* to read rows, not events."""
    log = SqliteLog(SqliteFile(path, read_only=True), Codec({}))
    try:
        yield log
    finally:
        await log.close()


def file_hash(path: Path) -> str:
    """Return the SHA-256 (hex) of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Have a file or folder on disk before this returns."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def cleared(path: Path) -> Path:
    """Return *path* with no database there, in a folder that is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for rest in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + rest).unlink(missing_ok=True)
    return path


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


async def _vacuum_into(source: Path, copy: Path, progress: Progress) -> None:
    def run() -> None:
        with closing(open_reader(source)) as con:
            con.pragma("query_only", 0)  # it forbids the copy too; the file itself is open for reading only
            con.execute("VACUUM INTO ?", (str(copy),))

    size = _size(source)
    work = asyncio.create_task(asyncio.to_thread(run))
    while not (await asyncio.wait([work], timeout=0.2))[0]:
        progress("copying", _size(copy), size)
    await work


def _publish(copy: Path, file: Path, note: Path, manifest: Manifest) -> None:
    """Put the copy and its manifest in place, each whole or not at all."""
    part = note.with_name(note.name + ".part")
    part.write_text(json.dumps(asdict(manifest), indent=1) + "\n", encoding="utf-8")
    sync(copy)
    sync(part)
    copy.replace(file)
    part.replace(note)
    sync(file.parent)


class Sheaf:
    """A database file that is being filled with rows from elsewhere."""

    def __init__(self, path: Path, epoch: str) -> None:
        self._con = open_writer(path)
        self._con.execute("UPDATE about SET value = ? WHERE name = 'epoch'", (epoch,))

    def add(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        """Add *rows* to *table*."""
        with self._con:
            insert(self._con, f"INSERT INTO {table} VALUES ({','.join('?' * len(rows[0]))})", rows)  # noqa: S608

    def close(self) -> None:
        """Have everything in the one file."""
        self._con.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        self._con.pragma("journal_mode", "delete")
        self._con.close()


def tables(path: Path) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """Yield the rows of a database file, table by table, in chunks."""
    with closing(open_reader(path)) as con:
        for table in TABLES:
            cursor = con.execute(f"SELECT * FROM {table}")  # noqa: S608 (our own names)
            while rows := list(islice(cursor, CHUNK)):
                yield table, rows
