"""A cabinet in memory, and a log of streams, just enough for the tests of access."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from coord.errors import Conflict
from coord.events import Recorded, StreamId
from coord.store.log import Append, Sheet

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
    """Keeps the promise of ``coord.store.log.Cabinet``; yields at every call so that races can show."""

    def __init__(self) -> None:
        self.shelves: dict[tuple[str, str], Sheet] = {}
        self.calls: Counter[str] = Counter()

    async def get(self, shelf: str, key: str) -> Sheet | None:
        self.calls["get"] += 1
        await asyncio.sleep(0)
        return self.shelves.get((shelf, key))

    async def put(self, shelf: str, key: str, body: bytes, expected: int | None = None) -> int:
        self.calls["put"] += 1
        await asyncio.sleep(0)
        old = self.shelves.get((shelf, key))
        revision = old.revision if old else 0
        if expected is not None and expected != revision:
            raise Conflict(f"{shelf}/{key} is at {revision}, not {expected}")
        self.shelves[shelf, key] = Sheet(key, body, revision + 1)
        return revision + 1

    async def drop(self, shelf: str, key: str) -> bool:
        self.calls["drop"] += 1
        await asyncio.sleep(0)
        return self.shelves.pop((shelf, key), None) is not None

    async def scan(self, shelf: str, prefix: str = "", after: str = "", limit: int = 1000) -> Sequence[Sheet]:
        await asyncio.sleep(0)
        keys = sorted(key for on, key in self.shelves if on == shelf and key.startswith(prefix) and key > after)
        return [self.shelves[shelf, key] for key in keys[:limit]]

    def holds(self, needle: str | bytes) -> bool:
        """Say whether any document contains *needle* in the clear."""
        raw = needle.encode() if isinstance(needle, str) else needle
        return any(raw in sheet.body or raw in key.encode() for (_, key), sheet in self.shelves.items())


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
