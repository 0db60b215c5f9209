"""Live views: what each append changes for each audience, made once and shared by all of its sessions.

Snapshot and difference come from the same row function, so a task that moves
from one group to another vanishes there and appears here whole. A key that an
audience never saw is never mentioned to it, not even as gone.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coord.events import Recorded
from coord.handle import Residence, Room
from coord.hub.audience import Audience, Row, shown
from coord.hub.session import Frame

RING = 4096
"""Frames a view keeps for those who come back; who was away longer gets a snapshot."""


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
        self.changed = asyncio.Event()

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
        """Return all rows of the audience as of :attr:`position`."""
        rows = [seen for row in self.hub.rows() if (seen := shown(self.audience, row)) is not None]
        return json.dumps(
            {"type": "reset", "epoch": self.epoch, "position": self.position, "rows": rows},
            ensure_ascii=False,
            separators=(",", ":"),
        )

    def push(self, position: int, at: str, rows: list[Row], gone: list[str]) -> None:
        """Keep and announce the frame of one append."""
        text = json.dumps(
            {"type": "frame", "position": position, "prev": self.last, "at": at, "rows": rows, "gone": gone},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        if len(self.ring) >= RING:
            self.floor = self.ring.popleft().position
        self.ring.append(Frame(position, text))
        self.last = position
        self.changed.set()
        self.changed = asyncio.Event()


class Hub:
    """Watches a residence and keeps the views of those audiences that somebody has asked for."""

    def __init__(self, residence: Residence, boards: Mapping[str, Board], epoch: str) -> None:
        self.residence = residence
        self.boards = boards
        self.epoch = epoch
        self.views: dict[Audience, View] = {}
        self._before: dict[str, Row | None] = {}
        residence.watchers.append(self)

    def view(self, audience: Audience) -> View:
        """Return the live view of *audience*."""
        if (view := self.views.get(audience)) is None:
            view = self.views[audience] = View(self, audience)
        return view

    def rows(self) -> Iterable[Row]:
        """Yield every row of every room, whole."""
        for stream in sorted(self.residence.rooms):
            room = self.residence.rooms[stream]
            if (board := self.boards.get(room.decider.room)) is None or room.version == 0:
                continue
            for key in board.keys(room.state):
                if (row := _row(board, room, key)) is not None:
                    yield row

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
                    gone.append(row_key(room, key))
            if fresh or gone:
                view.push(last.position, last.meta.at.isoformat(), fresh, gone)


def row_key(room: Room, key: str) -> str:
    """Return the key of a row, unique in the space.

    The stream comes first, so rows of two incidents never meet.
    """
    return f"{room.stream}#{key}"


def _row(board: Board, room: Room, key: str) -> Row | None:
    row = board.row(room.state, key)
    if row is None:
        return None
    return {**row, "key": row_key(room, key), "stream": room.stream, "id": key.partition(":")[2] or key}
