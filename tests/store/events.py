"""Events to store: every shape of field that the rooms use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Literal, NewType

from coord.events import Meta, StreamId
from coord.store.codec import Codec
from coord.store.log import Append

TaskKey = NewType("TaskKey", str)
NOON = datetime(2025, 9, 23, 12, tzinfo=timezone(timedelta(hours=8)))


@dataclass(frozen=True, slots=True)
class AtTime:
    """One of two shapes with equal fields."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Passed:
    """The other."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Noted:
    """A plain event."""

    text: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Assigned:
    """An event with all there is."""

    key: TaskKey
    due: datetime | None
    within: timedelta
    level: Literal["I", "II", "III", "IV"]
    title: Mapping[str, str]
    rows: tuple[TaskKey, ...]
    rule: AtTime | Passed
    parts: tuple[AtTime | Passed, ...] = ()
    marks: frozenset[str] = frozenset()
    place: tuple[float, float] | None = None
    notes: Mapping[str, Noted] | None = None


KINDS: dict[str, type] = {"noted": Noted, "assigned": Assigned}
CODEC = Codec(KINDS)


def append(stream: str, expected: int, command: str, *what: Any, actor: str = "p1", digest: str = "d") -> Append:
    """Return an append of *what*, or of one small event."""
    facts: Sequence[Any] = what or (Noted(command),)
    return Append(StreamId(stream), expected, facts, Meta(NOON.astimezone(UTC), actor, command), digest)
