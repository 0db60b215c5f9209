"""The stores under one contract: each test that asks for ``shelf`` runs on all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from coord.store.log import Cabinet, Log
from coord.store.memory import MemoryCabinet, MemoryLog
from coord.store.sqlite import SqliteCabinet, SqliteFile, SqliteLog
from tests.store.events import CODEC


@dataclass
class Shelf:
    """A store under test, which can be opened again over the same data."""

    name: str
    make: Callable[[], Awaitable[tuple[Log, Cabinet]]]
    opened: list[Log] = field(default_factory=list)
    log: Log = field(init=False)
    cabinet: Cabinet = field(init=False)

    async def open(self) -> None:
        """Open the store."""
        self.log, self.cabinet = await self.make()
        self.opened.append(self.log)

    async def reopen(self) -> None:
        """Close the store in good order and open it again, where there is something to come back to."""
        if self.name != "memory":
            await self.log.close()
            await self.open()


async def make_memory() -> tuple[Log, Cabinet]:
    return MemoryLog(CODEC), MemoryCabinet()


def make_sqlite(path: Path) -> Callable[[], Awaitable[tuple[Log, Cabinet]]]:
    async def make() -> tuple[Log, Cabinet]:
        file = SqliteFile(path)
        return SqliteLog(file, CODEC), SqliteCabinet(file)

    return make


STORES = ["memory", "sqlite"]


@pytest.fixture(params=STORES)
async def shelf(request: Any, tmp_path: Path) -> AsyncIterator[Shelf]:
    """Yield one store after the other."""
    name: str = request.param
    made = Shelf(name, make_memory if name == "memory" else make_sqlite(tmp_path / "live.db"))
    await made.open()
    yield made
    for log in made.opened:
        await log.close()
