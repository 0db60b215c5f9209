"""The stores under one contract: each test that asks for ``shelf`` runs on all of them."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from coord.store import StoredLog as Log
from coord.store import open_store
from coord.store.log import Cabinet
from coord.store.memory import MemoryCabinet, MemoryLog
from coord.store.postgres_open import schema_of
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


def make_postgres(url: str, space: str) -> Callable[[], Awaitable[tuple[Log, Cabinet]]]:
    async def make() -> tuple[Log, Cabinet]:
        store = await open_store(url, space, CODEC)
        return store.log, store.cabinet

    return make


@asynccontextmanager
async def passing_space(url: str) -> AsyncIterator[str]:
    """Yield the name of a space that is dropped afterwards, and whatever was made of it."""
    space = f"t{secrets.token_hex(6)}"
    yield space
    con = await asyncpg.connect(url)
    for (name,) in await con.fetch("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, $1)", schema_of(space)):
        await con.execute(f"DROP SCHEMA {name} CASCADE")
    await con.close()


@pytest.fixture
async def postgres_space(postgres_url: str) -> AsyncIterator[str]:
    """Yield the name of a space in the PostgreSQL of this session."""
    async with passing_space(postgres_url) as space:
        yield space


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.contract)])
async def shelf(request: Any, tmp_path: Path) -> AsyncIterator[Shelf]:
    """Yield one store after the other."""
    async with AsyncExitStack() as stack:
        match request.param:
            case "memory":
                made = Shelf("memory", make_memory)
            case "sqlite":
                made = Shelf("sqlite", make_sqlite(tmp_path / "live.db"))
            case _:
                url = request.getfixturevalue("postgres_url")
                made = Shelf("postgres", make_postgres(url, await stack.enter_async_context(passing_space(url))))
        await made.open()
        yield made
        for log in made.opened:
            await log.close()
