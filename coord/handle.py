"""The one place where the pure core meets I/O: read, fold, decide, append, retry.

Every open stream of a space is resident as its folded state, fed only by the
tail of the log, in the order of the log. So a command costs one decision, not a
fold of 50,000 events, and whoever looks at two streams sees both as of the same
position.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

import structlog

from coord.errors import Conflict, NotFound, Refused
from coord.events import Decider, Meta, Recorded, StreamId, room_of
from coord.store.codec import digest as digest_of
from coord.store.log import Append, Log, NotRecorded, Outcome

LOG = structlog.get_logger(__name__)

PAUSE = 1.0
"""Seconds after which something is tried again that a database, away or full, has not taken."""

PATIENCE = 10.0
"""Seconds that a command may spend on losing races against other workers."""

BREATH = 256
"""Events folded in one go before the event loop gets its turn."""


class KeyReused(Refused):
    """An idempotency key came back with another command under it."""

    code = "key-reused"

    def __init__(self, key: str) -> None:
        super().__init__(f"the key {key} was used before for another command; use a new key for a new command")


@dataclass
class Room:
    """One stream, folded; the lock makes its commands of this process queue up."""

    stream: StreamId
    decider: Decider[Any, Any, Any]
    state: Any
    version: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Watcher(Protocol):
    """Whoever derives something live from the log: timers, views, the reconciler."""

    def before(self, room: Room, row: Recorded) -> None:
        """Look at *room* just before *row* is folded into it."""

    def after(self, room: Room, rows: Sequence[Recorded]) -> None:
        """Look at *room* after *rows*, all events of one append, were folded into it."""


async def steadily(log: Log, after: int) -> AsyncIterator[Sequence[Recorded]]:
    """Yield what :meth:`coord.store.log.Log.follow` yields, and go on when a database that was away is back."""
    while True:
        try:
            async for batch in log.follow(after):
                yield batch
                after = batch[-1].position
        except NotRecorded as away:
            LOG.error("tail-interrupted", after=after, why=str(away))
            await asyncio.sleep(PAUSE)
        else:
            return


class Residence:
    """All streams of one space, folded, and the only door for commands."""

    def __init__(self, log: Log, deciders: Iterable[Decider[Any, Any, Any]], now: Callable[[], datetime]) -> None:
        self.log = log
        self.now = now
        self.deciders: Mapping[str, Decider[Any, Any, Any]] = {decider.room: decider for decider in deciders}
        self.rooms: dict[StreamId, Room] = {}
        self.watchers: list[Watcher] = []
        self.position = 0
        self.last_at: datetime | None = None
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._ticket = itertools.count()
        self._tail: asyncio.Task[None] | None = None
        self._group: list[Recorded] = []

    # -- state ---------------------------------------------------------------------------------------------------

    def room(self, stream: StreamId) -> Room:
        """Return the room of *stream*, empty when nothing was ever recorded there."""
        if (room := self.rooms.get(stream)) is None:
            if (decider := self.deciders.get(room_of(stream))) is None:
                raise NotFound(f"there is no kind of stream called {room_of(stream)}")
            room = self.rooms[stream] = Room(stream, decider, decider.initial(stream))
        return room

    def existing(self, stream: StreamId) -> Room:
        """Return the room of *stream*; :exc:`NotFound` when nothing was ever recorded there."""
        room = self.rooms.get(stream)
        if room is None or room.version == 0:
            raise NotFound(f"there is no {stream.replace('/', ' ', 1)}")
        return room

    def open_rooms(self, prefix: str) -> list[Room]:
        """Return all rooms with events whose decider is *prefix*, by name."""
        return [self.rooms[s] for s in sorted(self.rooms) if room_of(s) == prefix and self.rooms[s].version]

    # -- following -----------------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Fold what the log holds, then follow it in the background."""
        head = await self.log.head()
        while self.position < head.position:
            self._take(await self.log.read(self.position, 5000))
            await asyncio.sleep(0)
        self._tail = asyncio.create_task(self._follow(), name="tail of the log")

    async def close(self) -> None:
        """Stop following."""
        if self._tail is not None:
            self._tail.cancel()
            await asyncio.gather(self._tail, return_exceptions=True)
            self._tail = None

    @property
    def alive(self) -> bool:
        """Whether the tail is being followed; when not, nothing may be decided here."""
        return self._tail is not None and not self._tail.done()

    async def _follow(self) -> None:
        try:
            async for batch in steadily(self.log, self.position):
                start = 0
                while start < len(batch):
                    stop = min(start + BREATH, len(batch))
                    while batch[stop - 1].rest:  # never leave the state in the middle of an append
                        stop += 1
                    self._take(batch[start:stop])
                    start = stop
                    if start < len(batch):
                        await asyncio.sleep(0)
        finally:
            for _, _, waiter in self._waiting:
                waiter.cancel()

    def _take(self, rows: Sequence[Recorded]) -> None:
        for row in rows:
            room = self.room(row.stream)
            if row.version <= room.version:  # a snapshot was ahead of the checkpoint
                self.position, self.last_at = row.position, row.meta.at
                continue
            for watcher in self.watchers:
                watcher.before(room, row)
            room.state = room.decider.evolve(room.state, row.event)
            room.version = row.version
            self.position, self.last_at = row.position, row.meta.at
            self._group.append(row)
            if row.rest == 0:
                group, self._group = self._group, []
                for watcher in self.watchers:
                    watcher.after(room, group)
        while self._waiting and self._waiting[0][0] <= self.position:
            waiter = heapq.heappop(self._waiting)[2]
            if not waiter.done():
                waiter.set_result(None)

    async def reached(self, position: int) -> None:
        """Return once everything up to *position* is folded."""
        if self.position >= position:
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (position, next(self._ticket), waiter))
        await waiter

    # -- commands ------------------------------------------------------------------------------------------------

    async def handle(
        self,
        stream: StreamId,
        command: Any,
        meta: Meta,
        *,
        once: bool = True,
        digest: str = "",
        guard: Callable[[Any], None] | None = None,
    ) -> Outcome:
        """Decide *command* on the resident state and append what follows.

        The same command twice, by (actor, command id), gives the first outcome,
        refusals included; another command under the same id is
        :exc:`KeyReused`. With ``once=False`` (ticks, reconciling: commands that
        their own state makes idempotent) no outcome is looked up or kept.
        *digest* stands for the command where the centre has filled in what a
        repetition need not bring again. *guard* may refuse on the state that is
        about to be decided on (If-Match).

        Raises :exc:`Refused` by the rules, :exc:`TimeoutError` when other
        workers kept winning for :data:`PATIENCE` seconds or the database did not
        answer: then the fate is unknown, and repeating the command tells it.
        """
        room = self.room(stream)
        digest = (digest or digest_of(stream, command)) if once else ""
        async with asyncio.timeout(PATIENCE), room.lock:
            while True:
                if once and (known := await self._known(meta, digest)) is not None:
                    return known
                at = meta.at if self.last_at is None else max(meta.at, self.last_at)
                stamped = replace(meta, at=at)
                if guard is not None:
                    guard(room.state)
                outcome = await self._try(room, command, stamped, digest, once=once)
                if outcome is not None:
                    return outcome
                await self.reached((await self.log.head()).position)

    async def _known(self, meta: Meta, digest: str) -> Outcome | None:
        known = await self.log.outcome(meta.actor, meta.command)
        if known is None:
            return None
        if known.digest != digest:
            raise KeyReused(meta.command)
        if known.code:
            raise Refused(known.sentence, known.code)
        await self.reached(known.last)
        return known

    async def _try(self, room: Room, command: Any, meta: Meta, digest: str, *, once: bool) -> Outcome | None:
        """Decide and append once; None when another worker wrote first."""
        try:
            events = room.decider.decide(room.state, command, meta.at)
        except Refused as refusal:
            if once:
                await self.log.remember(
                    meta.actor, meta.command, Outcome(digest, code=refusal.code, sentence=refusal.sentence)
                )
            raise
        if not events:
            nothing = Outcome(digest)
            if once:
                await self.log.remember(meta.actor, meta.command, nothing)
            return nothing
        try:
            rows = await self.log.append(Append(room.stream, room.version, events, meta, digest))
        except Conflict:
            return None
        await self.reached(rows[-1].position)
        return Outcome(digest, rows[0].position, rows[-1].position)
