"""A cabinet in memory, and a log of streams, just enough for the tests of access."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from coord.access import documents
from coord.access.roll import PeopleLog
from coord.errors import Conflict
from coord.events import Recorded, StreamId
from coord.store.log import Append, Cabinet, Sheet

NOON = datetime(2025, 9, 23, 12, tzinfo=UTC)


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **span: float) -> None:
        self.at += timedelta(**span)


class TinyCabinet:
    """Keeps the promise of ``coord.store.log.Cabinet`` in memory."""

    def __init__(self) -> None:
        self.shelves: dict[tuple[str, str], Sheet] = {}

    async def get(self, shelf: str, key: str) -> Sheet | None:
        return self.shelves.get((shelf, key))

    async def put(self, shelf: str, key: str, body: bytes, expected: int | None = None) -> int:
        old = self.shelves.get((shelf, key))
        revision = old.revision if old else 0
        if expected is not None and expected != revision:
            raise Conflict(f"{shelf}/{key} is at {revision}, not {expected}")
        self.shelves[shelf, key] = Sheet(key, body, revision + 1)
        return revision + 1

    async def drop(self, shelf: str, key: str) -> bool:
        return self.shelves.pop((shelf, key), None) is not None

    async def scan(self, shelf: str, prefix: str = "", after: str = "", limit: int = 1000) -> Sequence[Sheet]:
        keys = sorted(key for on, key in self.shelves if on == shelf and key.startswith(prefix) and key > after)
        return [self.shelves[shelf, key] for key in keys[:limit]]


class Counting:
    """Counts the calls of a cabinet, and yields before each so that races can show."""

    def __init__(self, cabinet: Cabinet) -> None:
        self.cabinet = cabinet
        self.calls: Counter[str] = Counter()

    async def get(self, shelf: str, key: str) -> Sheet | None:
        self.calls["get"] += 1
        await asyncio.sleep(0)
        return await self.cabinet.get(shelf, key)

    async def put(self, shelf: str, key: str, body: bytes, expected: int | None = None) -> int:
        self.calls["put"] += 1
        await asyncio.sleep(0)
        return await self.cabinet.put(shelf, key, body, expected)

    async def drop(self, shelf: str, key: str) -> bool:
        self.calls["drop"] += 1
        await asyncio.sleep(0)
        return await self.cabinet.drop(shelf, key)

    async def scan(self, shelf: str, prefix: str = "", after: str = "", limit: int = 1000) -> Sequence[Sheet]:
        await asyncio.sleep(0)
        return await self.cabinet.scan(shelf, prefix, after, limit)


async def holds(cabinet: Cabinet, needle: str) -> bool:
    """Say whether any document of access contains *needle* in the clear."""
    raw = needle.encode()
    shelves = [value for name, value in vars(documents).items() if name.isupper() and isinstance(value, str)]
    sheets = [sheet for shelf in shelves for sheet in await cabinet.scan(shelf)]
    return any(raw in sheet.body or needle in sheet.key for sheet in sheets)


async def events(log: PeopleLog) -> list[Any]:
    """Return all events about people, stream by stream."""
    return [one.event for stream in await log.streams("people/") for one in await log.stream(stream)]


class TinyLog:
    """The three calls of ``coord.store.log.Log`` that the roll of people needs."""

    def __init__(self) -> None:
        self.all: list[Recorded] = []

    async def append(self, append: Append) -> Sequence[Recorded]:
        await asyncio.sleep(0)
        version = sum(1 for one in self.all if one.stream == append.stream)
        if version != append.expected:
            raise Conflict(f"{append.stream} is at {version}, not {append.expected}")
        new = [
            Recorded(len(self.all) + i, append.stream, version + i, event, append.meta, len(append.events) - i)
            for i, event in enumerate(append.events, 1)
        ]
        self.all += new
        return new

    async def stream(self, stream: StreamId, after: int = 0, limit: int = 1000) -> Sequence[Recorded]:
        await asyncio.sleep(0)
        return [one for one in self.all if one.stream == stream and one.version > after][:limit]

    async def streams(self, prefix: str = "") -> Sequence[StreamId]:
        await asyncio.sleep(0)
        return sorted({one.stream for one in self.all if one.stream.startswith(prefix)})
