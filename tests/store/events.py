"""Events to store: every shape of field that the rooms use, and strategies for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Literal, NewType

from hypothesis import strategies as st

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

texts = st.text(max_size=20)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=zones)  # noqa: DTZ001 (zones come beside)
spans = st.timedeltas(timedelta(days=-10_000), timedelta(days=10_000))
rules = st.builds(AtTime, times) | st.builds(Passed, times)
noted = st.builds(Noted, texts, st.integers(-(2**53), 2**53))
assigned = st.builds(
    Assigned,
    key=texts.map(TaskKey),
    due=st.none() | times,
    within=spans,
    level=st.sampled_from(["I", "II", "III", "IV"]),
    title=st.dictionaries(texts, texts, max_size=3),
    rows=st.lists(texts.map(TaskKey), max_size=3).map(tuple),
    rule=rules,
    parts=st.lists(rules, max_size=3).map(tuple),
    marks=st.frozensets(texts, max_size=4),
    place=st.none() | st.tuples(st.floats(-180, 180), st.floats(-90, 90)),
    notes=st.none() | st.dictionaries(texts, noted, max_size=2),
)
events = noted | assigned


def append(stream: str, expected: int, command: str, *what: Any, actor: str = "p1", digest: str = "d") -> Append:
    """Return an append of *what*, or of one small event."""
    facts: Sequence[Any] = what or (Noted(command),)
    return Append(StreamId(stream), expected, facts, Meta(NOON.astimezone(UTC), actor, command), digest)
