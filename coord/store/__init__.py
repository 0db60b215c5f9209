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

    *url_or_dir* is a directory (SQLite at ``DIR/spaces/<space>.db``) or
    ``memory:``. Raises :exc:`coord.errors.Refused`: ``space-name``, ``held``
    when another process writes there, ``newer-database``, ``no-log`` when there
    is nothing to read.
    """
    if not SPACE.fullmatch(space):
        raise Refused(f"{space!r} is no name for a space: a-z, 0-9 and '-', at most 40", code="space-name")
    if url_or_dir == "memory:":
        from coord.store.memory import MemoryCabinet, MemoryLog

        return Store(MemoryLog(codec), MemoryCabinet())
    from coord.store.sqlite import SqliteCabinet, SqliteFile, SqliteLog

    file = SqliteFile(Path(url_or_dir) / "spaces" / f"{space}.db", read_only=read_only)
    return Store(SqliteLog(file, codec), SqliteCabinet(file))
