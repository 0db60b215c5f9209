"""The log and the cabinet in memory: what the others must equal, and what tests run on.

Nothing is durable, everything else is as promised; events go through the codec
as they do elsewhere.
"""

from __future__ import annotations

import uuid
from bisect import bisect_right
from collections.abc import AsyncIterator, Sequence

from coord.errors import Conflict
from coord.events import Recorded, StreamId
from coord.store.codec import Codec
from coord.store.log import Append, Head, Outcome, ReadOnly, Sheet, Snapshot
from coord.store.rows import GENESIS, Row, check_text, draft, recorded, seal
from coord.store.tail import Tail, follow


class MemoryLog:
    """A :class:`coord.store.log.Log` that is gone with the process."""

    def __init__(self, codec: Codec) -> None:
        self.codec = codec
        self._rows: list[Row] = []
        self._streams: dict[str, list[int]] = {}
        self._outcomes: dict[tuple[str, str], Outcome] = {}
        self._snapshots: dict[str, Snapshot] = {}
        self._epoch = uuid.uuid4().hex
        self._reason = ""
        self._tail = Tail()

    async def append(self, append: Append) -> Sequence[Recorded]:
        """See :meth:`coord.store.log.Log.append`."""
        drafted = draft(self.codec, append)
        self._check_writable()
        stream, key = append.stream, (append.meta.actor, append.meta.command)
        if append.expected != len(self._streams.get(stream, ())):
            raise moved(stream, append.expected)
        if key in self._outcomes:
            raise taken(*key)
        events = drafted.recorded(len(self._rows) + 1)
        for event, (columns, sealing) in zip(events, drafted.entries, strict=True):
            self._rows.append(Row(event.position, *columns, seal(self._hash(), event.position, sealing)))
            self._streams.setdefault(stream, []).append(event.position)
        self._outcomes[key] = Outcome(append.digest, events[0].position, events[-1].position)
        self._tail.push(events)
        return events

    async def remember(self, actor: str, key: str, outcome: Outcome) -> None:
        """See :meth:`coord.store.log.Log.remember`."""
        check_text(actor=actor, key=key, sentence=outcome.sentence)
        self._check_writable()
        self._outcomes.setdefault((actor, key), outcome)

    async def outcome(self, actor: str, key: str) -> Outcome | None:
        """See :meth:`coord.store.log.Log.outcome`."""
        return self._outcomes.get((actor, key))

    async def read(self, after: int = 0, limit: int = 1000) -> Sequence[Recorded]:
        """See :meth:`coord.store.log.Log.read`."""
        return [recorded(self.codec, row) for row in await self.rows(after, limit)]

    async def rows(self, after: int = 0, limit: int = 1000) -> Sequence[Row]:
        """Return up to *limit* rows after position *after*, undecoded."""
        return self._rows[after : after + limit]

    async def stream(self, stream: StreamId, after: int = 0, limit: int = 1000) -> Sequence[Recorded]:
        """See :meth:`coord.store.log.Log.stream`."""
        positions = self._streams.get(stream, [])[after : after + limit]
        return [recorded(self.codec, self._rows[position - 1]) for position in positions]

    async def streams(self, prefix: str = "") -> Sequence[StreamId]:
        """See :meth:`coord.store.log.Log.streams`."""
        return sorted(StreamId(name) for name in self._streams if name.startswith(prefix))

    async def head(self) -> Head:
        """See :meth:`coord.store.log.Log.head`."""
        return Head(len(self._rows), self._hash().hex(), self._epoch)

    async def hash_at(self, position: int) -> str | None:
        """See :meth:`coord.store.log.Log.hash_at`."""
        if position == 0:
            return GENESIS.hex()
        return self._rows[position - 1].hash.hex() if 0 < position <= len(self._rows) else None

    def follow(self, after: int) -> AsyncIterator[Sequence[Recorded]]:
        """See :meth:`coord.store.log.Log.follow`."""
        return follow(self._tail, self.read, after, poll=None)

    async def keep_snapshot(self, snapshot: Snapshot) -> None:
        """See :meth:`coord.store.log.Log.keep_snapshot`."""
        old = self._snapshots.get(snapshot.stream)
        if old is None or old.position <= snapshot.position:
            self._snapshots[snapshot.stream] = snapshot

    async def snapshot(self, stream: StreamId) -> Snapshot | None:
        """See :meth:`coord.store.log.Log.snapshot`."""
        return self._snapshots.get(stream)

    def read_only(self, reason: str) -> None:
        """See :meth:`coord.store.log.Log.read_only`."""
        self._reason = reason

    async def close(self) -> None:
        """See :meth:`coord.store.log.Log.close`."""
        self._tail.close()
        self._reason = self._reason or CLOSED

    def _hash(self) -> bytes:
        return self._rows[-1].hash if self._rows else GENESIS

    def _check_writable(self) -> None:
        if self._reason:
            raise ReadOnly(self._reason)


class MemoryCabinet:
    """A :class:`coord.store.log.Cabinet` that is gone with the process."""

    def __init__(self) -> None:
        self._keys: dict[str, list[str]] = {}
        self._sheets: dict[tuple[str, str], Sheet] = {}

    async def get(self, shelf: str, key: str) -> Sheet | None:
        """See :meth:`coord.store.log.Cabinet.get`."""
        return self._sheets.get((shelf, key))

    async def put(self, shelf: str, key: str, body: bytes, expected: int | None = None) -> int:
        """See :meth:`coord.store.log.Cabinet.put`."""
        check_text(shelf=shelf, key=key)
        old = self._sheets.get((shelf, key))
        revision = old.revision if old else 0
        if expected not in {None, revision}:
            raise revised(shelf, key, revision)
        self._sheets[shelf, key] = Sheet(key, bytes(body), revision + 1)
        if old is None:
            keys = self._keys.setdefault(shelf, [])
            keys.insert(bisect_right(keys, key), key)
        return revision + 1

    async def drop(self, shelf: str, key: str) -> bool:
        """See :meth:`coord.store.log.Cabinet.drop`."""
        if self._sheets.pop((shelf, key), None) is None:
            return False
        self._keys[shelf].remove(key)
        return True

    async def scan(self, shelf: str, prefix: str = "", after: str = "", limit: int = 1000) -> Sequence[Sheet]:
        """See :meth:`coord.store.log.Cabinet.scan`."""
        keys = self._keys.get(shelf, [])
        found = [key for key in keys[bisect_right(keys, after) :] if key.startswith(prefix)]
        return [self._sheets[shelf, key] for key in found[:limit]]


CLOSED = "the log has been closed"


def moved(stream: str, expected: int) -> Conflict:
    """Return the conflict of an append that was decided on an older version."""
    return Conflict(f"{stream} is no longer at version {expected}")


def taken(actor: str, command: str) -> Conflict:
    """Return the conflict of two commands under one key."""
    return Conflict(f"{actor} has used the command id {command} already")


def revised(shelf: str, key: str, revision: int) -> Conflict:
    """Return the conflict of a change to an older revision."""
    return Conflict(f"{shelf}/{key} is at revision {revision} now")
