"""Snapshots: a cache that lets a centre answer two seconds after its start, and that nobody needs to trust.

A snapshot counts only when the log has the same chain hash at its position and
the code that folds is the same; otherwise everything is folded from the log.
A checkpoint says up to which position the snapshots of *all* streams are
complete; a stream whose snapshot is newer skips what it has seen.
"""

from __future__ import annotations

import asyncio
import gc
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import structlog

from coord.errors import CoordError, Unfit
from coord.events import Decider, Recorded
from coord.handle import Residence, Room
from coord.store.codec import dump, load
from coord.store.log import Cabinet, Snapshot

LOG = structlog.get_logger(__name__)
SHELF = "snapshots"


PACKAGE = Path(str(sys.modules["coord.events"].__file__)).parent

BASIS = ("errors.py", "events.py", "plans", "store/codec.py", "store/schema.py")
"""What every state may be made of, and how it is written; what a room adds to that lies in its own folder."""


@cache
def _digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def _sources_in(path: Path) -> tuple[Path, ...]:
    return tuple(sorted(path.rglob("*.py"))) if path.is_dir() else (path,)


def sources(decider: Decider[Any, Any, Any]) -> list[Path]:
    """Return the files that say what a snapshot of *decider*'s state means."""
    room = Path(str(sys.modules[".".join(decider.evolve.__module__.split(".")[:2])].__file__))
    own = room.parent if room.name == "__init__.py" else room
    return [file for part in (own, *(PACKAGE / name for name in BASIS)) for file in _sources_in(part)]


def code_of(decider: Decider[Any, Any, Any]) -> str:
    """Return the digest of all :func:`sources`: a snapshot that was made by others is not believed."""
    return hashlib.sha256("".join(map(_digest_of, sources(decider))).encode()).hexdigest()


@contextmanager
def undisturbed() -> Iterator[None]:
    """Build a great state without the garbage collector, and let it leave alone for good what was built.

    It would walk over all that is there again and again: half the time of a
    start, and later pauses of as many milliseconds as there are thousands of tasks.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if was_on:
            gc.enable()


async def recall(residence: Residence, cabinet: Cabinet) -> bool:
    """Fill *residence* from snapshots; False when they are not usable, and it must fold from the beginning."""
    if (sheet := await cabinet.get(SHELF, "checkpoint")) is None:
        return False
    mark = json.loads(sheet.body)
    rooms = []
    if await residence.log.hash_at(mark["position"]) != mark["hash"]:
        return False
    for stream in mark["streams"]:
        snapshot = await residence.log.snapshot(stream)
        if snapshot is None or (room := await _room(residence, snapshot)) is None:
            LOG.info("snapshots-stale", stream=stream)
            return False
        rooms.append(room)
    residence.rooms = {room.stream: room for room in rooms}
    residence.position = mark["position"]
    if mark["position"]:
        residence.last_at = (await residence.log.read(mark["position"] - 1, 1))[0].meta.at
    return True


async def _room(residence: Residence, snapshot: Snapshot) -> Room | None:
    room = Residence.room(residence, snapshot.stream)
    if snapshot.code != code_of(room.decider):
        return None
    if await residence.log.hash_at(snapshot.position) != snapshot.hash:
        return None
    try:
        state = load(room.decider.state, snapshot.body)
    except (ValueError, Unfit):
        return None
    return Room(snapshot.stream, room.decider, state, snapshot.version)


class Snapshots:
    """Keeps snapshots every so many events and when the centre goes down."""

    def __init__(self, residence: Residence, cabinet: Cabinet, every: int) -> None:
        self.residence = residence
        self.cabinet = cabinet
        self.every = every
        self.kept: dict[str, int] = {}
        self.at = residence.position
        self._task: asyncio.Task[None] | None = None
        residence.watchers.append(self)

    def before(self, room: Room, row: Recorded) -> None:
        """Nothing is derived from the state before."""

    def after(self, room: Room, rows: Sequence[Recorded]) -> None:  # noqa: ARG002 - the Watcher interface
        """Keep snapshots in the background when enough has happened."""
        if rows[-1].position - self.at >= self.every and (self._task is None or self._task.done()):
            self.at = rows[-1].position
            self._task = asyncio.create_task(self.keep(), name="snapshots")

    async def keep(self) -> None:
        """Keep a snapshot of every stream that changed, then the checkpoint.

        What cannot be kept (disk full, read-only) costs the next start its
        speed and nothing else, so it never ends whatever asked for it.
        """
        try:
            await self._keep()
        except CoordError as refusal:
            LOG.error("snapshots-not-kept", why=str(refusal))

    async def _keep(self) -> None:
        log, position = self.residence.log, self.residence.position
        streams = sorted(stream for stream, room in self.residence.rooms.items() if room.version)
        for stream in streams:
            room = self.residence.rooms[stream]
            if self.kept.get(stream) == room.version:
                continue
            version, at, body = room.version, self.residence.position, dump(room.decider.state, room.state)
            digest = await log.hash_at(at)
            if digest is not None:
                await log.keep_snapshot(Snapshot(stream, version, at, digest, code_of(room.decider), body))
                self.kept[stream] = version
        mark = {"position": position, "hash": await log.hash_at(position), "streams": streams}
        await self.cabinet.put(SHELF, "checkpoint", json.dumps(mark).encode())

    async def close(self) -> None:
        """Finish what is under way and keep the last state."""
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)
        if self.residence.alive:
            await self.keep()
