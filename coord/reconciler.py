"""Keeps every board at what the plans want: a level trigger over the log, not a queue of things to do.

Whatever may change what is wanted (a level, a milestone, a property, a place, a
plan, the mere passing of time) marks the incident. A pass computes ``desired``
as of one position of the log and sends ``Reconcile``; the board ignores an older
one and does nothing where it already agrees, so two workers may both do it and
a pass that was cut off needs no repair.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog

from coord.errors import CoordError
from coord.events import Meta, Recorded, StreamId
from coord.handle import PAUSE, Residence, Room
from coord.store.log import NotRecorded, ReadOnly

LOG = structlog.get_logger(__name__)
ACTOR = "coord:reconciler"


class Reconciler:
    """Watches a residence and reconciles the rooms of one kind.

    ``marks(room, event)`` says whether an event may change what is wanted in
    its own room, ``spreads(room, event)`` whether in all open ones. ``wish``
    returns the command for a room as of the position that is folded when it
    returns, None when there is nothing to want.
    """

    def __init__(
        self,
        residence: Residence,
        kind: str,
        marks: Callable[[Room, Any], bool],
        spreads: Callable[[Room, Any], bool],
        wish: Callable[[Room], Awaitable[Any | None]],
    ) -> None:
        self.residence = residence
        self.kind = kind
        self.marks = marks
        self.spreads = spreads
        self.wish = wish
        self.dirty: dict[StreamId, int] = {room.stream: 0 for room in residence.open_rooms(kind)}
        self.crashed: dict[StreamId, str] = {}
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        if self.dirty:
            self._wake.set()
        residence.watchers.append(self)

    def before(self, room: Room, row: Recorded) -> None:
        """Nothing is derived from the state before."""

    def after(self, room: Room, rows: Sequence[Recorded]) -> None:
        """Mark what the append may have changed the wishes for."""
        for row in rows:
            if room.decider.room == self.kind and self.marks(room, row.event):
                self._mark(room.stream, row.position)
            elif self.spreads(room, row.event):
                for other in self.residence.open_rooms(self.kind):
                    self._mark(other.stream, row.position)

    def _mark(self, stream: StreamId, position: int) -> None:
        self.dirty[stream] = position
        self._idle.clear()
        self._wake.set()

    async def settled(self) -> None:
        """Return once nothing is marked: the boards are as the plans want them."""
        while self.dirty:
            self._idle.clear()
            await self._idle.wait()

    async def run(self) -> None:
        """Reconcile what is marked, for ever."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            streams = list(self.dirty)
            passes = await asyncio.gather(*map(self._reconcile, streams), return_exceptions=True)
            for stream, crash in zip(streams, passes, strict=True):
                self._note(stream, crash)
            if not self.dirty:
                self._idle.set()

    def _note(self, stream: StreamId, crash: BaseException | None) -> None:
        """Let health name a board on which a bug stopped the pass; the others are none the worse for it."""
        if crash is None:
            self.crashed.pop(stream, None)
            return
        LOG.error("reconcile-crashed", stream=stream, exc_info=crash)
        self.crashed[stream] = repr(crash)
        self._again_later()

    def _again_later(self) -> None:
        asyncio.get_running_loop().call_later(PAUSE, self._wake.set)

    async def _reconcile(self, stream: StreamId) -> None:
        cause = self.dirty.get(stream)
        if cause is None:
            return
        room = self.residence.room(stream)
        wish = await self.wish(room)
        if wish is None:
            self.dirty.pop(stream, None)
            return
        meta = Meta(self.residence.now(), ACTOR, f"reconcile/{uuid.uuid4().hex}", cause or None)
        try:
            await self.residence.handle(stream, wish, meta, once=False)
        except (NotRecorded, ReadOnly, TimeoutError) as trouble:
            LOG.error("reconcile-delayed", stream=stream, why=repr(trouble))
            self._again_later()  # it is still marked
            return
        except CoordError as refusal:
            LOG.error("reconcile-refused", stream=stream, why=str(refusal))
        if self.dirty.get(stream) == cause:  # nothing new has marked it meanwhile
            self.dirty.pop(stream, None)
        else:
            self._wake.set()
