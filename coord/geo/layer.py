"""The state of one register: its features, and how things stand with them.

The fold owns a :class:`Layer` and changes it in place; each register uses the
parts of it that it needs. What is waited for stands in ``clocks``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeVar

from coord.errors import NotFound, Refused
from coord.events import Clocks, StreamId
from coord.geo.model import Feature, PointState
from coord.geo.terms import PassageState, Threshold, TransferStatus

F = TypeVar("F")


@dataclass(slots=True)
class PointNow:
    """A hazard point as it stands. ``by_reading``: a reading brought it there, so a reading may take it back."""

    state: PointState = "normal"
    by_reading: bool = False
    value: float | None = None
    read_at: datetime | None = None
    visited_at: datetime | None = None
    visited_by: str = ""
    off_m: int | None = None
    overdue_since: datetime | None = None
    missed: int = 0


@dataclass(slots=True)
class RoundNow:
    """A quicker rhythm that holds for some points."""

    points: tuple[str, ...]
    every: timedelta


@dataclass(slots=True)
class FaultNow:
    """A hidden danger on its way to being cured."""

    point: str
    what: str
    owner: str
    due: datetime
    found_by: str
    status: Literal["open", "cured", "closed"] = "open"
    cured_by: str = ""
    repeat_of: str = ""
    failed: int = 0
    overdue: bool = False


@dataclass(slots=True)
class ShelterNow:
    """A shelter as it stands; ``heads`` is the last count of everybody inside."""

    open: bool = False
    spaced: bool = False
    heads: int | None = None
    counted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """So many people of one household in one status; ``at`` is the shelter they are in."""

    status: TransferStatus
    at: str
    people: int


@dataclass(slots=True)
class HomeNow:
    """A household in a transfer. The people of its parts always add up to ``people``."""

    transfer: str
    people: int
    parts: tuple[Part, ...]
    to: str = ""
    because: str = ""
    may_return: bool = False
    told_at: datetime | None = None


@dataclass(slots=True)
class TransferNow:
    """A transfer under way; ``unconfirmed`` people are neither safe nor known to refuse."""

    due: datetime
    households: int = 0
    unconfirmed: int = 0
    late: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """An order on a passage."""

    state: PassageState
    decided_at: datetime
    effective_at: datetime
    authority: str
    announced_at: datetime | None = None
    until: datetime | None = None
    review_at: datetime | None = None
    reason: str = ""
    was_effective_at: datetime | None = None


@dataclass(slots=True)
class PassageNow:
    """A passage: what was ordered, and which orders are in force, the last of them on top."""

    state: PassageState = "open"
    since: datetime | None = None
    orders: dict[str, Standing] = field(default_factory=dict)
    in_force: list[str] = field(default_factory=list)


@dataclass(slots=True)
class GaugeNow:
    """The last 24 hours of a gauge, in the order of time."""

    times: list[datetime] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    silent: bool = False
    doubted: int = 0


@dataclass(slots=True)
class Layer:
    """The folded state of ``layer/{register}``."""

    register: str
    features: dict[str, Feature] = field(default_factory=dict)
    closed: dict[str, str] = field(default_factory=dict)
    sheets: list[str] = field(default_factory=list)
    points: dict[str, PointNow] = field(default_factory=dict)
    rounds: dict[str, RoundNow] = field(default_factory=dict)
    faults: dict[str, FaultNow] = field(default_factory=dict)
    shelters: dict[str, ShelterNow] = field(default_factory=dict)
    homes: dict[str, HomeNow] = field(default_factory=dict)
    transfers: dict[str, TransferNow] = field(default_factory=dict)
    passages: dict[str, PassageNow] = field(default_factory=dict)
    gauges: dict[str, GaugeNow] = field(default_factory=dict)
    thresholds: dict[str, Threshold] = field(default_factory=dict)
    crossed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    clocks: Clocks = field(default_factory=Clocks)

    def in_use(self) -> Iterable[Feature]:
        """Return the features that are not closed."""
        return (feature for one, feature in self.features.items() if one not in self.closed)


def empty(stream: StreamId) -> Layer:
    """Return the layer of *stream* before anything happened.

    >>> empty(StreamId("layer/points")).register
    'points'
    """
    return Layer(stream.partition("/")[2])


def find(layer: Layer, id: str, noun: type[F]) -> F:
    """Return the feature *id* in use; :exc:`NotFound` when there is none of that kind, Refused when it is closed."""
    feature = layer.features.get(id)
    if not isinstance(feature, noun):
        raise NotFound(f"{layer.register} has no {id}")
    if id in layer.closed:
        raise Refused(f"{id} is closed", "feature-closed")
    return feature
