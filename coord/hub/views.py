"""Live views: what each append changes for each audience, made once and shared by all of its sessions.

Snapshot and difference come from the same row function, so a task that moves
from one group to another vanishes there and appears here whole. A key that an
audience never saw is never mentioned to it, not even as gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coord.events import Recorded, StreamId
from coord.handle import Residence, Room
from coord.hub.audience import Audience, Row, shown
from coord.hub.session import Frame

RING = 4096
"""Frames a view keeps for those who come back; who was away longer gets a snapshot."""

RING_SIZE = 8_000_000
"""Characters that the frames of one ring may have together; the older ones go first."""

KEPT = 600.0
"""Seconds that a view is kept when nobody watches it any more: a tunnel or a restart of a phone is shorter."""


@dataclass(frozen=True)
class Board:
    """How one kind of room shows itself: all pure, from the feature that owns the state."""

    touched: Callable[[Any, Any], Iterable[str]]
    row: Callable[[Any, str], Row | None]
    keys: Callable[[Any], Iterable[str]]


class View:
    """All rows that one audience may see, and the frames that led here."""

    def __init__(self, hub: Hub, audience: Audience) -> None:
        self.hub = hub
        self.audience = audience
        self.epoch = hub.epoch
        self.floor = hub.residence.position
        self.last = self.floor
        self.ring: deque[Frame] = deque()
        self.size = 0
        self.changed = asyncio.Event()
        self.watched = 0
        self.left_at = 0.0
        self._whole = ""

    @property
    def position(self) -> int:
        """Return the position up to which the view is made."""
        return self.hub.residence.position

    def since(self, cursor: int) -> Sequence[Frame] | None:
        """Return the frames after *cursor*, None when some of them are no longer kept."""
        if cursor < self.floor:
            return None
        fresh: list[Frame] = []
        for frame in reversed(self.ring):
            if frame.position <= cursor:
                break
            fresh.append(frame)
        fresh.reverse()
        return fresh

    def snapshot(self) -> str:
        """Return all rows of the audience as an encoded reset message.

        It is encoded once for all who come before the next frame, with the
        position of that moment: nothing has changed since for this audience.
        """
        if not self._whole:
            rows = [seen for row in self.hub.rows() if (seen := shown(self.audience, row)) is not None]
            said = {"type": "reset", "epoch": self.epoch, "position": self.position, "rows": rows}
            self._whole = _encoded(said)
        return self._whole

    def push(self, position: int, at: str, rows: list[Row], gone: list[str]) -> None:
        """Keep and announce the frame of one append."""
        said = {"type": "frame", "position": position, "prev": self.last, "at": at, "rows": rows, "gone": gone}
        frame = Frame(position, _encoded(said))
        self.ring.append(frame)
        self.size += len(frame.text)
        while len(self.ring) > self.hub.ring or (self.size > self.hub.ring_size and len(self.ring) > 1):
            oldest = self.ring.popleft()
            self.floor = oldest.position
            self.size -= len(oldest.text)
        self.last = position
        self._whole = ""
        self.changed.set()
        self.changed = asyncio.Event()


class Hub:
    """Watches a residence and keeps the views of those audiences that somebody watches, or did until lately."""

    def __init__(
        self,
        residence: Residence,
        boards: Mapping[str, Board],
        epoch: str,
        kept: float = KEPT,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self.residence = residence
        self.boards = boards
        self.epoch = epoch
        self.kept = kept
        self.seconds = seconds
        self.ring = RING
        self.ring_size = RING_SIZE
        self.views: dict[Audience, View] = {}
        self._before: dict[str, Row | None] = {}
        residence.watchers.append(self)

    @contextlib.contextmanager
    def watching(self, audience: Audience) -> Iterator[View]:
        """Yield the live view of *audience*, which stays alive at least as long."""
        self.forget()
        if (view := self.views.get(audience)) is None:
            view = self.views[audience] = View(self, audience)
        view.watched += 1
        try:
            yield view
        finally:
            view.watched -= 1
            view.left_at = self.seconds()

    def forget(self) -> None:
        """Drop the views that nobody has watched for a while; who comes back later starts from a snapshot."""
        limit = self.seconds() - self.kept
        for view in [view for view in self.views.values() if not view.watched and view.left_at <= limit]:
            del self.views[view.audience]

    # -- rows ----------------------------------------------------------------------------------------------------

    def keys(self) -> Iterator[str]:
        """Yield the key of every row of every room."""
        for stream in sorted(self.residence.rooms):
            room = self.residence.rooms[stream]
            if (board := self.boards.get(room.decider.room)) is not None and room.version:
                yield from (row_key(stream, key) for key in board.keys(room.state))

    def row(self, key: str) -> Row | None:
        """Return the row under *key*, whole, None when there is none."""
        stream, _, name = key.partition("#")
        room = self.residence.rooms.get(StreamId(stream))
        board = self.boards.get(room.decider.room) if room is not None else None
        return _row(board, room, name) if room is not None and board is not None else None

    def rows(self) -> Iterator[Row]:
        """Yield every row of every room, whole."""
        for key in self.keys():
            if (row := self.row(key)) is not None:
                yield row

    # -- watching ------------------------------------------------------------------------------------------------

    def before(self, room: Room, row: Recorded) -> None:
        """Note how the rows look that *row* is about to touch."""
        board = self.boards.get(room.decider.room)
        if board is None or not self.views:
            return
        for key in board.touched(room.state, row.event):
            if key not in self._before:
                self._before[key] = _row(board, room, key)

    def after(self, room: Room, rows: Sequence[Recorded]) -> None:
        """Tell every audience what the append changed for it."""
        before, self._before = self._before, {}
        board = self.boards.get(room.decider.room)
        if board is None or not before:
            return
        self.forget()
        now = {key: _row(board, room, key) for key in before}
        last = rows[-1]
        for view in self.views.values():
            fresh, gone = [], []
            for key, old in before.items():
                was, seen = shown(view.audience, old), shown(view.audience, now[key])
                if seen is not None:
                    if seen != was:
                        fresh.append(seen)
                elif was is not None:
                    gone.append(row_key(room.stream, key))
            if fresh or gone:
                view.push(last.position, last.meta.at.isoformat(), fresh, gone)


def row_key(stream: str, key: str) -> str:
    """Return the key of a row, unique in the space.

    The stream comes first, so rows of two incidents never meet.
    """
    return f"{stream}#{key}"


def whole(stream: str, key: str, row: Row) -> Row:
    """Return *row* as everybody gets it: with its key in the space, its stream, and its id on the paths of HTTP."""
    return {**row, "key": row_key(stream, key), "stream": stream, "id": key.partition(":")[2] or row.get("id", key)}


def _row(board: Board, room: Room, key: str) -> Row | None:
    row = board.row(room.state, key)
    return None if row is None else whole(room.stream, key, row)


def _encoded(said: Mapping[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))
