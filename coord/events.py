"""The envelope around every fact, and the shape that every feature has.

A feature is a :class:`Decider`: pure functions over its own state. It is given
the time, it never asks for it. What it waits for stands in a :class:`Clocks`
inside its state, so timers can be derived at any moment from any prefix of the
log.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NewType, TypeVar

StreamId = NewType("StreamId", str)
"""``room/id``: ``incident/i1``, ``watch/hengqin`` … The part before the first slash chooses the decider."""

S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E")


def room_of(stream: StreamId) -> str:
    """Return the room that keeps *stream*.

    >>> room_of(StreamId("incident/i1"))
    'incident'
    """
    return stream.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Meta:
    """Who caused an event, when coord recorded it, and by which command.

    ``at`` is the time of recording (aware). When the thing *happened* is part
    of the event itself. ``cause`` is the position of the event that led here,
    for reactions and ticks.
    """

    at: datetime
    actor: str
    command: str
    cause: int | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event on the log.

    ``position`` counts all events of the space from 1 without a gap, in the
    order of commit; ``version`` counts within the stream from 1. ``rest`` is
    the number of events that follow in the same append, so a reader knows when
    it has seen all that one command did.
    """

    position: int
    stream: StreamId
    version: int
    event: Any
    meta: Meta
    rest: int = 0


@dataclass(frozen=True, slots=True)
class Deadline:
    """``key`` must be dealt with by ``due``; derived from state, never stored."""

    key: str
    due: datetime


class Clocks:
    """What a stream waits for: at most one due time a key.

    A plain mapping to look at and to compare, with the earliest due time at
    hand: :meth:`next` costs O(log n) amortised, where a search over 10,000
    open tasks after every acknowledgement would not keep up.
    """

    __slots__ = ("_due", "_heap")

    def __init__(self, due: Mapping[str, datetime] | None = None) -> None:
        self._due: dict[str, datetime] = dict(due or {})
        self._heap: list[tuple[datetime, str]] = [(at, key) for key, at in self._due.items()]
        heapq.heapify(self._heap)

    def set(self, key: str, due: datetime) -> None:
        """Wait for *key* until *due*, instead of whatever was waited for under that key."""
        self._due[key] = due
        heapq.heappush(self._heap, (due, key))
        if len(self._heap) > 64 and len(self._heap) > 4 * len(self._due):
            self._heap = [(at, key) for key, at in self._due.items()]
            heapq.heapify(self._heap)

    def clear(self, key: str) -> None:
        """Stop waiting for *key*; nothing happens if nobody did."""
        self._due.pop(key, None)

    def get(self, key: str) -> datetime | None:
        """Return the due time of *key*."""
        return self._due.get(key)

    def next(self) -> datetime | None:
        """Return the earliest due time."""
        while self._heap:
            due, key = self._heap[0]
            if self._due.get(key) == due:
                return due
            heapq.heappop(self._heap)
        return None

    def due(self, at: datetime) -> list[Deadline]:
        """Return what is due at *at*, ordered by (due, key), without removing it."""
        if (first := self.next()) is None or first > at:
            return []
        return sorted(
            (Deadline(key, due) for key, due in self._due.items() if due <= at),
            key=lambda deadline: (deadline.due, deadline.key),
        )

    def items(self) -> Mapping[str, datetime]:
        """Return all keys with their due times."""
        return self._due

    def __iter__(self) -> Iterator[Deadline]:
        return (Deadline(key, due) for key, due in self._due.items())

    def __len__(self) -> int:
        return len(self._due)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Clocks) and self._due == other._due

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Clocks({self._due!r})"


@dataclass(frozen=True, slots=True)
class Tick:
    """The clock has reached ``at``: fire all that is due in this stream."""

    at: datetime


@dataclass(frozen=True)
class Decider(Generic[S, C, E]):
    """One feature, pure.

    ``decide`` answers a command with events or raises :exc:`coord.errors.Refused`;
    "nothing to do" is the empty list. ``evolve`` never refuses, for the fact has
    happened; it may change a state in place that the fold owns. ``clocks`` is
    what the state waits for. ``kinds`` maps the stored kind of each event, in
    kebab-case and for ever, to its class. Every decider takes :class:`Tick`.
    """

    room: str
    initial: Callable[[StreamId], S]
    decide: Callable[[S, C, datetime], Sequence[E]]
    evolve: Callable[[S, E], S]
    clocks: Callable[[S], Clocks]
    kinds: Mapping[str, type]
    state: type[S]

    def fold(self, events: Iterable[E], state: S | None = None, stream: str = "") -> S:
        """Return the state after *events*, from *state* or from the beginning."""
        now = self.initial(StreamId(stream or f"{self.room}/-")) if state is None else state
        for event in events:
            now = self.evolve(now, event)
        return now
