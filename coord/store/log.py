"""What coord asks of a log, and of the cabinet beside it; memory, SQLite and PostgreSQL answer alike.

The log may only grow. What must change or be erased (accounts, sessions,
personal data, cursors, snapshots) lies in the cabinet of the same database, so
that one backup holds both.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from coord.errors import CoordError, Refused
from coord.events import Meta, Recorded, StreamId


class ReadOnly(Refused):
    """The log takes nothing more: it was opened to read, or its chain is broken."""

    code = "read-only"


class NotRecorded(CoordError):
    """The database could not keep it (disk full, I/O error, gone): nothing was acknowledged. HTTP 507."""

    code = "not-recorded"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a command, kept by (actor, key) for whoever repeats it.

    ``first`` and ``last`` are the positions of its events, both 0 when it had
    nothing to do. A refusal keeps its ``code`` and ``sentence``.
    """

    digest: str
    first: int = 0
    last: int = 0
    code: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Append:
    """All events of one command on one stream: recorded whole or not at all.

    ``expected`` is the version of the stream that the command was decided on
    (0 for a new stream). ``digest`` is the hash of the command, kept in its
    :class:`Outcome` under ``(meta.actor, meta.command)``.
    """

    stream: StreamId
    expected: int
    events: Sequence[Any]
    meta: Meta
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """Where the log ends: position, chain hash (hex) and the epoch, new with every restore."""

    position: int
    hash: str
    epoch: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A cached fold of one stream. Worth nothing when ``hash`` or ``code`` no longer match."""

    stream: StreamId
    version: int
    position: int
    hash: str
    code: str
    body: bytes


class Log(Protocol):
    """An append-only log of many short streams.

    Positions grow by one per event in the order of commit, with no gap that is
    filled later, so a reader that has seen position *n* has seen all before it.
    """

    async def append(self, append: Append) -> Sequence[Recorded]:
        """Record *append* durably and return its events with their positions.

        Raises :exc:`coord.errors.Conflict` when the stream is not at the
        expected version, or when another command took the same
        ``(actor, command)`` in the meantime; then nothing was recorded.
        :exc:`coord.errors.Unfit` when an event cannot be stored,
        :exc:`NotRecorded` when the database failed, :exc:`ReadOnly` after
        :meth:`read_only`. A caller that is cancelled asks :meth:`outcome`.
        """
        ...

    async def remember(self, actor: str, key: str, outcome: Outcome) -> None:
        """Keep the *outcome* of a command that recorded nothing; the first one stays."""
        ...

    async def outcome(self, actor: str, key: str) -> Outcome | None:
        """Return what became of the command *key* of *actor*, if it ever came."""
        ...

    async def read(self, after: int = 0, limit: int = 1000) -> Sequence[Recorded]:
        """Return up to *limit* events after position *after*, in order."""
        ...

    async def stream(self, stream: StreamId, after: int = 0, limit: int = 1000) -> Sequence[Recorded]:
        """Return up to *limit* events of *stream* after version *after*, in order."""
        ...

    async def streams(self, prefix: str = "") -> Sequence[StreamId]:
        """Return the names of all streams that begin with *prefix*, sorted."""
        ...

    async def head(self) -> Head:
        """Return where the log ends."""
        ...

    async def hash_at(self, position: int) -> str | None:
        """Return the chain hash (hex) at *position*, or None beyond the head."""
        ...

    def follow(self, after: int) -> AsyncIterator[Sequence[Recorded]]:
        """Yield everything after position *after* in order, and then live, for ever.

        A batch never ends in the middle of an append. Events of this process
        come without a second read; those of others within a second, sooner
        when the doorbell rings.
        """
        ...

    async def keep_snapshot(self, snapshot: Snapshot) -> None:
        """Cache *snapshot* instead of an older one of the same stream."""
        ...

    async def snapshot(self, stream: StreamId) -> Snapshot | None:
        """Return the cached fold of *stream*."""
        ...

    def read_only(self, reason: str) -> None:
        """Refuse every append from now on with :exc:`ReadOnly` and *reason*; reading goes on."""
        ...

    async def close(self) -> None:
        """Finish what was accepted, then let go of the database; whoever follows comes to an end."""
        ...


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document in the cabinet, with the revision that a change must name."""

    key: str
    body: bytes
    revision: int


class Cabinet(Protocol):
    """Small documents that may be changed and erased: shelf, key, bytes."""

    async def get(self, shelf: str, key: str) -> Sheet | None:
        """Return the document under *key*."""
        ...

    async def put(self, shelf: str, key: str, body: bytes, expected: int | None = None) -> int:
        """Write a document and return its new revision.

        With *expected*, only when it is at that revision (0: when there is
        none); otherwise :exc:`coord.errors.Conflict`, and nothing is written.
        """
        ...

    async def drop(self, shelf: str, key: str) -> bool:
        """Erase a document so that the file no longer holds it; False when there was none."""
        ...

    async def scan(self, shelf: str, prefix: str = "", after: str = "", limit: int = 1000) -> Sequence[Sheet]:
        """Return up to *limit* documents whose key begins with *prefix*, sorted by key, after *after*."""
        ...
