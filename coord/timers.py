"""Timers are derived: one heap over what all open streams wait for, and one Tick a stream when something is due.

Every worker may tick. That each deadline fires once comes from the state and
the expected version of its stream, not from a leader, a lease or a table: the
second worker's Tick decides "nothing to do".
"""

from __future__ import annotations

import asyncio
import heapq
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

from coord.errors import CoordError
from coord.events import Meta, Recorded, StreamId, Tick
from coord.handle import Residence, Room

NAP = 0.25
"""Seconds between two looks at the heap when nothing is due earlier."""

AT_ONCE = 512
"""Streams that are ticked at once, so that the last of a flood does not run out of patience."""

JUMP = timedelta(seconds=30)
"""A difference between two looks at the machine's clock that operators must hear of."""

SLOWER = 0.01
"""By how much time passes more slowly while the machine's clock is behind."""

LOG = structlog.get_logger(__name__)


class Clock(Protocol):
    """The time of one space."""

    def now(self) -> datetime:
        """Return the time (aware, UTC)."""
        ...

    def exact(self) -> bool:
        """Whether a tick bears its due time rather than the time of the sweep."""
        ...


class LiveClock:
    """The time of the world, which passes whatever is done to the clock of the machine.

    A clock that is set forward is followed at once: what is overdue then fires
    once, early rather than late. One that is set back is not followed, for every
    due time would wait for as long: time goes on from where it was, a hundredth
    slower until the machine has caught up. *wall* and *steady* (seconds that
    only grow) are those of the machine unless a test has others.
    """

    def __init__(
        self, wall: Callable[[], datetime] = lambda: datetime.now(UTC), steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._wall = wall
        self._steady = steady
        self._at, self._since = wall(), steady()
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        """Return the time; never one before the last."""
        wall, steady = self._wall(), self._steady()
        passed = timedelta(seconds=steady - self._since)
        ahead = self._at + passed - wall
        if abs(ahead - self.ahead) > JUMP:
            LOG.error("clock-jumped", by_s=round((self.ahead - ahead).total_seconds(), 1), wall=wall.isoformat())
        self.ahead = max(ahead - passed * SLOWER, timedelta(0))
        self._at, self._since = wall + self.ahead, steady
        return self._at

    def not_before(self, at: datetime) -> None:
        """Go on from *at* if that is later: a log never waits for a machine that is behind it."""
        if at > self.now():
            self._at = at

    def exact(self) -> bool:
        """Live ticks bear the time when they really happen."""
        return False


class VirtualClock:
    """The time of an exercise: it runs at a speed, stands when paused, and never passes a due deadline."""

    def __init__(self) -> None:
        self._virtual = datetime(2000, 1, 1, tzinfo=UTC)
        self._since: float | None = None
        self._speed = 1.0
        self.timers: Timers | None = None

    def start(self, virtual: datetime, speed: float) -> None:
        """Run from *virtual* on, *speed* virtual seconds a second."""
        self._virtual, self._speed, self._since = virtual, speed, time.monotonic()

    def pause(self, virtual: datetime) -> None:
        """Stand at *virtual*."""
        self._virtual, self._since = virtual, None

    def raw(self) -> datetime:
        """Return where the clock would be if nothing were due."""
        if self._since is None:
            return self._virtual
        return self._virtual + timedelta(seconds=(time.monotonic() - self._since) * self._speed)

    def now(self) -> datetime:
        """Return the virtual time: not beyond the earliest deadline that has not fired."""
        raw = self.raw()
        due = self.timers.next_due() if self.timers else None
        return raw if due is None else min(raw, max(due, self._virtual))

    def exact(self) -> bool:
        """A virtual tick bears its due time, so that a run at any speed records the same."""
        return True


class Timers:
    """Watches all rooms of a residence and ticks those where something is due."""

    def __init__(self, residence: Residence, clock: Clock, actor: str = "coord:timers") -> None:
        self.residence = residence
        self.clock = clock
        self.actor = actor
        self.late_by = timedelta(0)
        self.crashed: dict[StreamId, str] = {}
        self._heap: list[tuple[datetime, StreamId]] = []
        self._queued: dict[StreamId, datetime] = {}
        self._busy = asyncio.Lock()
        if residence.last_at is not None:
            self._not_before(residence.last_at)
        for room in residence.rooms.values():
            self._look(room)
        residence.watchers.append(self)

    def before(self, room: Room, row: Recorded) -> None:
        """Nothing is derived from the state before."""

    def after(self, room: Room, rows: Sequence[Recorded]) -> None:
        """Note what *room* waits for now."""
        self._not_before(rows[-1].meta.at)
        self._look(room)

    def _not_before(self, at: datetime) -> None:
        if isinstance(self.clock, LiveClock):
            self.clock.not_before(at)

    def _look(self, room: Room) -> None:
        due = room.decider.clocks(room.state).next()
        if due is None:
            self._queued.pop(room.stream, None)
        elif self._queued.get(room.stream) != due:
            self._queued[room.stream] = due
            heapq.heappush(self._heap, (due, room.stream))

    def next_due(self) -> datetime | None:
        """Return when something is due next in any stream."""
        while self._heap:
            due, stream = self._heap[0]
            if self._queued.get(stream) == due:
                return due
            heapq.heappop(self._heap)
        return None

    async def sweep(self) -> int:
        """Tick every stream where something is due now; return the number of ticks.

        Live streams are ticked together, so that one commit serves many of
        them; an exercise goes strictly by due time.
        """
        async with self._busy:
            if not self.clock.exact():
                due_now = self._take_due(self.clock.now())
                return sum([await self._together(due_now[n : n + AT_ONCE]) for n in range(0, len(due_now), AT_ONCE)])
            ticks = 0
            while (due := self.next_due()) is not None and due <= self._limit():
                ticks += await self._tick(self._heap[0][1], due)
            return ticks

    async def _together(self, due_now: Sequence[tuple[datetime, StreamId]]) -> int:
        """Tick these streams; a bug in one of them is named by health and keeps no other from its tick."""
        ticks = await asyncio.gather(*(self._tick(stream, due) for due, stream in due_now), return_exceptions=True)
        for (due, stream), tick in zip(due_now, ticks, strict=True):
            if isinstance(tick, BaseException):
                LOG.error("tick-crashed", stream=stream, due=due.isoformat(), exc_info=tick)
                self.crashed[stream] = repr(tick)
                self._postpone(stream, due)
            else:
                self.crashed.pop(stream, None)
        return sum(tick for tick in ticks if isinstance(tick, int))

    def _take_due(self, at: datetime) -> list[tuple[datetime, StreamId]]:
        """Take all that is due off the heap; a tick or a postponement brings back what is still waited for."""
        taken: list[tuple[datetime, StreamId]] = []
        while (due := self.next_due()) is not None and due <= at:
            taken.append(heapq.heappop(self._heap))
            del self._queued[taken[-1][1]]
        return taken

    def _limit(self) -> datetime:
        return self.clock.raw() if isinstance(self.clock, VirtualClock) else self.clock.now()

    async def _tick(self, stream: StreamId, due: datetime) -> int:
        at = due if self.clock.exact() else self.clock.now()
        meta = Meta(at, self.actor, f"tick/{uuid.uuid4().hex}")
        try:
            outcome = await self.residence.handle(stream, Tick(at), meta, once=False)
        except (CoordError, TimeoutError) as refusal:
            LOG.error("tick-failed", stream=stream, due=due.isoformat(), why=str(refusal))
            self._postpone(stream, due)
            return 0
        self.late_by = self.clock.now() - due
        room = self.residence.rooms[stream]
        if outcome.last == 0 and room.decider.clocks(room.state).next() == due:
            LOG.error("tick-fired-nothing", stream=stream, due=due.isoformat())
            self._postpone(stream, due)
        return 1

    def _postpone(self, stream: StreamId, due: datetime) -> None:
        """Try a stream again a second after *now*, so that one bad stream never starves the others."""
        later = max(self.clock.now(), due) + timedelta(seconds=1)
        self._queued[stream] = later
        heapq.heappush(self._heap, (later, stream))

    async def run(self) -> None:
        """Sweep for ever: at the next due time, after :data:`NAP` seconds at most."""
        while True:
            await self.sweep()
            due = self.next_due()
            left = NAP if due is None or self.clock.exact() else (due - self.clock.now()).total_seconds()
            await asyncio.sleep(min(NAP, max(left, 0.002)))
