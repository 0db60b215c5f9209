"""The newest events of a log in memory, and the bell for those who follow it.

What this process appended reaches its followers as the very objects that were
appended; only what another process wrote, or what lies further back, is read.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from coord.errors import CoordError
from coord.events import Recorded

BATCH = 1000
"""Events in one batch of :func:`follow`, more only when one append has more."""


class Tail:
    """A contiguous run of the newest events, in whole appends, at most about twice *keep* of them."""

    def __init__(self, keep: int = 4096) -> None:
        self._keep = keep
        self._events: list[Recorded] = []
        self._bell = asyncio.Event()
        self._closed = False

    def push(self, events: Sequence[Recorded]) -> None:
        """Add whole appends, in order, and wake who follows."""
        if self._events and events[0].position != self._events[-1].position + 1:
            self._events.clear()  # somebody else wrote in between: what we hold is no run any more
        self._events.extend(events)
        if len(self._events) > 2 * self._keep:
            cut = len(self._events) - self._keep
            while self._events[cut - 1].rest:
                cut += 1
            del self._events[:cut]
        self.ring()

    def ring(self) -> None:
        """Wake who follows; there may be something to read."""
        bell, self._bell = self._bell, asyncio.Event()
        bell.set()

    def close(self) -> None:
        """Let who follows come to an end."""
        self._closed = True
        self.ring()

    def closed(self) -> bool:
        """Whether following has come to its end."""
        return self._closed

    @property
    def bell(self) -> asyncio.Event:
        """The event that the next :meth:`push` or :meth:`ring` will set."""
        return self._bell

    def ends_at(self, position: int) -> bool:
        """Return whether the newest event that is held is the one at *position*."""
        return bool(self._events) and self._events[-1].position == position

    def after(self, position: int) -> Sequence[Recorded]:
        """Return what is held from position + 1 on; nothing when that one is not held."""
        if not self._events or not (first := self._events[0].position) <= position + 1 <= self._events[-1].position:
            return ()
        start = position + 1 - first
        end = start + BATCH
        while 0 < end - 1 < len(self._events) and self._events[end - 1].rest:
            end += 1
        return self._events[start:end]


Read = Callable[[int, int], Awaitable[Sequence[Recorded]]]


async def follow(tail: Tail, read: Read, after: int, poll: float | None) -> AsyncIterator[Sequence[Recorded]]:
    """Yield batches after position *after* for ever, or until *tail* is closed.

    *read* is asked for what the tail does not hold; *poll* is after how many
    seconds it is asked although no bell rang (None: only this process writes).
    """
    while not tail.closed():
        bell = tail.bell  # taken before looking, so that what comes meanwhile is not slept through
        try:
            batch = tail.after(after)
            if not batch and not (poll is None and tail.ends_at(after)):
                batch = await whole(read, after)
        except CoordError:
            if tail.closed():
                return
            raise
        if batch:
            yield batch
            after = batch[-1].position
            continue
        try:
            async with asyncio.timeout(poll):
                await bell.wait()
        except TimeoutError:
            continue


async def whole(read: Read, after: int, limit: int = BATCH) -> Sequence[Recorded]:
    """Return up to *limit* events after *after*, and the rest of the last append with them."""
    batch = await read(after, limit)
    if batch and (rest := batch[-1].rest):
        return [*batch, *await read(batch[-1].position, rest)]
    return batch
