"""Who may what at this moment: the books of all jurisdictions, folded from the log and at most half a second old.

The roll reads and asks over the streams ``people/…`` only. It needs three
calls of the log, so it works before anything else of the centre does.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from coord.access.book import Book
from coord.access.commands import PeopleCommand
from coord.access.decide import PEOPLE
from coord.access.model import ROOM, PeopleEvent
from coord.access.roles import Grant, separated
from coord.errors import Conflict
from coord.events import Meta, Recorded, StreamId
from coord.store.log import Append

AGE: Final = timedelta(milliseconds=500)
"""How old the roll may be; with as much for a cached session, a revocation reaches everybody within a second."""

PATIENCE: Final = 5.0
"""Seconds after which a wish that always comes second is given up."""

BATCH: Final = 1000


class PeopleLog(Protocol):
    """What the roll needs of a :class:`coord.store.log.Log`."""

    async def append(self, append: Append) -> Sequence[Recorded]:
        """Record all events or none."""
        ...

    async def stream(self, stream: StreamId, after: int = 0, limit: int = 1000) -> Sequence[Recorded]:
        """Return events of *stream* after version *after*."""
        ...

    async def streams(self, prefix: str = "") -> Sequence[StreamId]:
        """Return the streams that begin with *prefix*."""
        ...


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an account stands: whether any book lists it, whether any lets it work, and what it holds in force."""

    listed: bool
    active: bool
    grants: tuple[Grant, ...]


@dataclass(slots=True)
class _Page:
    book: Book
    version: int = 0


class Roll:
    """The books in memory. All questions are answered as of half a second ago or later."""

    def __init__(self, log: PeopleLog, now: Callable[[], datetime]) -> None:
        self._log = log
        self._now = now
        self._pages: dict[StreamId, _Page] = {}
        self._read_at: datetime | None = None
        self._lock = asyncio.Lock()

    async def standing(self, account: str) -> Standing:
        """Return where *account* stands now, over all books."""
        await self._fresh()
        at = self._now()
        books = [page.book for page in self._pages.values()]
        grants = [grant for book in books for grant in book.held_by(account, at)]
        return Standing(
            any(account in book.accounts for book in books),
            any(book.active(account) for book in books),
            separated(dict.fromkeys(grants)),
        )

    async def book(self, jurisdiction: str) -> Book:
        """Return the book of *jurisdiction*, to look at only."""
        await self._fresh()
        return self._page(_stream(jurisdiction)).book

    async def jurisdictions(self) -> list[str]:
        """Return the jurisdictions that have a book with anything on it."""
        await self._fresh()
        return sorted(page.book.jurisdiction for page in self._pages.values() if page.version)

    async def has_administrator(self) -> bool:
        """Say whether anybody can administer any book."""
        await self._fresh()
        return any(page.book.administrators(self._now()) for page in self._pages.values())

    async def erased(self) -> frozenset[str]:
        """Return all subjects whose personal data were erased."""
        await self._fresh()
        return frozenset(subject for page in self._pages.values() for subject in page.book.erased)

    async def ask(self, jurisdiction: str, wish: PeopleCommand, meta: Meta) -> Sequence[PeopleEvent]:
        """Decide *wish* on the book of *jurisdiction* and record what follows; raise what the book refuses."""
        stream = _stream(jurisdiction)
        digest = hashlib.sha256(repr(wish).encode()).hexdigest()
        async with self._lock, asyncio.timeout(PATIENCE):
            while True:
                await self._read(stream)
                page = self._page(stream)
                events = PEOPLE.decide(page.book, wish, meta.at)
                if not events:
                    return []
                before = page.version
                try:
                    await self._log.append(Append(stream, before, events, meta, digest))
                except Conflict:
                    await self._read(stream)
                    if page.version == before:  # not the stream: the command id was taken
                        raise
                    continue
                await self._read(stream)
                return events

    async def catch_up(self) -> None:
        """Read on to the end of every book."""
        async with self._lock:
            await self._catch_up()

    async def _fresh(self) -> None:
        if self._stale():
            async with self._lock:
                if self._stale():
                    await self._catch_up()

    def _stale(self) -> bool:
        return self._read_at is None or not timedelta(0) <= self._now() - self._read_at < AGE

    async def _catch_up(self) -> None:
        at = self._now()
        for stream in await self._log.streams(f"{ROOM}/"):
            await self._read(stream)
        self._read_at = at

    async def _read(self, stream: StreamId) -> None:
        page = self._page(stream)
        while True:
            more = await self._log.stream(stream, page.version, BATCH)
            for one in more:
                page.book = PEOPLE.evolve(page.book, one.event)
                page.version = one.version
            if len(more) < BATCH:
                return

    def _page(self, stream: StreamId) -> _Page:
        if stream not in self._pages:
            self._pages[stream] = _Page(PEOPLE.initial(stream))
        return self._pages[stream]


def _stream(jurisdiction: str) -> StreamId:
    return StreamId(f"{ROOM}/{jurisdiction}")
