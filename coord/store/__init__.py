"""The log and the cabinet: :func:`open_store` is the one way in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from coord.errors import Refused
from coord.store.codec import Codec
from coord.store.log import Cabinet, Log
from coord.store.verify import Chained

SPACE = re.compile(r"[a-z][a-z0-9-]{0,39}")
"""What a space may be called: it becomes a file name and a database schema."""


class StoredLog(Log, Chained, Protocol):
    """What open_store gives: a log whose rows can also be read as they lie there."""


@dataclass(frozen=True, slots=True)
class Store:
    """One space: its log, and the cabinet beside it in the same database."""

    log: StoredLog
    cabinet: Cabinet


async def open_store(url_or_dir: str | Path, space: str, codec: Codec, *, read_only: bool = False) -> Store:
    """Open *space*, making it if need be; ``await store.log.close()`` lets go of it.

    *url_or_dir* is a directory (SQLite at ``DIR/spaces/<space>.db``), a
    ``postgresql://`` address (a schema a space) or ``memory:``. With *read_only*
    nothing is made, migrated or locked. Raises :exc:`coord.errors.Refused`:
    ``space-name``, ``held`` when another process writes there,
    ``newer-database``, ``old-database`` and ``no-log`` when there is nothing
    that could be read, ``old-sqlite``, ``pragma``, ``damaged``, ``no-driver``,
    ``no-server``, ``unsafe-server``.
    """
    if not SPACE.fullmatch(space):
        raise Refused(f"{space!r} is no name for a space: a-z, 0-9 and '-', at most 40", code="space-name")
    if url_or_dir == "memory:":
        from coord.store.memory import MemoryCabinet, MemoryLog

        return Store(MemoryLog(codec), MemoryCabinet())
    if str(url_or_dir).startswith(("postgresql://", "postgres://")):
        return await _open_postgres(str(url_or_dir), space, codec, read_only=read_only)
    from coord.store.sqlite import SqliteCabinet, SqliteFile, SqliteLog

    file = SqliteFile(Path(url_or_dir) / "spaces" / f"{space}.db", read_only=read_only)
    return Store(SqliteLog(file, codec), SqliteCabinet(file))


async def _open_postgres(url: str, space: str, codec: Codec, *, read_only: bool) -> Store:
    try:
        from coord.store.postgres import PostgresCabinet, PostgresLog, PostgresSpace
    except ModuleNotFoundError as absent:
        raise Refused(f"PostgreSQL needs {absent.name}: pip install 'coord[postgres]'", code="no-driver") from absent
    place = await PostgresSpace.open(url, space, read_only=read_only)
    return Store(PostgresLog(place, codec), PostgresCabinet(place))
