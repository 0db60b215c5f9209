"""The nouns of the map: what the registers keep.

This module imports neither numpy nor shapely: the command line and the codec
load it all the time. Places and shapes are in :mod:`coord.geo.place`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from coord.geo.place import Circle, Parts, Place, Polygon, Shape

__all__ = [
    "FEATURE_OF",
    "POINT_STATES",
    "REGISTERS",
    "REGISTER_OF",
    "Circle",
    "Facility",
    "Feature",
    "Gauge",
    "HazardPoint",
    "Household",
    "Measure",
    "Names",
    "Parts",
    "Passage",
    "Place",
    "PlaceFacts",
    "Placed",
    "PointState",
    "Polygon",
    "Regime",
    "Region",
    "Register",
    "Shape",
    "Shelter",
    "check_id",
    "check_refs",
]

Regime = Literal["CN-mainland", "MO", "HK"]
"""Whose law holds at a place. Signals, languages and powers follow from it (domain.md §8)."""

Register = Literal["points", "shelters", "households", "facilities", "passages", "areas", "gauges"]
REGISTERS: tuple[Register, ...] = ("points", "shelters", "households", "facilities", "passages", "areas", "gauges")

Names = Mapping[str, str]
"""Language tag (``zh-Hans``, ``zh-Hant``, ``pt``, ``en``) to name."""

PointState = Literal["normal", "watch", "danger", "closed"]
POINT_STATES: tuple[PointState, ...] = ("normal", "watch", "danger", "closed")
Measure = Literal["", "depth-cm", "displacement-mm"]

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
_REF = re.compile(r"(?!\+?\d{7})[A-Za-z0-9][A-Za-z0-9._:/-]{0,95}")


def check_id(id: str) -> None:
    """Raise ValueError unless *id* can be spoken, printed and put into an address."""
    if not _ID.fullmatch(id):
        raise ValueError(f"not an id: {id[:80]!r}")


def check_refs(*refs: str) -> None:
    """Raise ValueError when a vault reference looks like the thing itself: a name or a phone number."""
    for ref in refs:
        if ref and not _REF.fullmatch(ref):
            raise ValueError("names and phones belong in the vault, here only their reference may stand")


@dataclass(frozen=True, slots=True)
class HazardPoint:
    """A place that is watched: a waterlogging point, slope, coast, crane, cellar …

    ``danger`` (how likely, how violent) and ``damage`` (what is threatened) are
    grades 1, the worst, to 4. ``watch_at`` and ``danger_at`` are readings in
    the unit of ``measure`` from which it is in that state. ``patrol`` is its
    rhythm in quiet times. ``responsible`` is a vault reference. ``marks`` are
    further words that a place rule may ask for (``seafront``).
    """

    id: str
    kind: str
    names: Names
    place: Place
    community: str = ""
    unit: str = ""
    danger: int = 4
    damage: int = 4
    responsible: str = ""
    patrol: timedelta | None = None
    measure: Measure = ""
    watch_at: float | None = None
    danger_at: float | None = None
    critical_rain_mm_24h: float | None = None
    landmark: Names = field(default_factory=dict)
    marks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_id(self.id)
        check_refs(self.responsible)
        if not (1 <= self.danger <= 4 and 1 <= self.damage <= 4):
            raise ValueError(f"{self.id}: grades go from 1 to 4")
        if self.patrol is not None and self.patrol < timedelta(minutes=5):
            raise ValueError(f"{self.id}: nobody can patrol every {self.patrol}")
        if self.watch_at is not None and self.danger_at is not None and self.watch_at > self.danger_at:
            raise ValueError(f"{self.id}: danger begins below watch")


@dataclass(frozen=True, slots=True)
class Shelter:
    """Where people go. ``day`` and ``night`` are its places, ``spaced`` those with epidemic spacing.

    ``accessible``: a wheelchair can get in and stay; ``care``: nursing is there.
    ``tier`` is ``district``, ``community`` or ``stopover``.
    """

    id: str
    names: Names
    place: Place
    day: int
    night: int
    spaced: int
    tier: str = "community"
    accessible: bool = False
    care: bool = False
    community: str = ""
    unit: str = ""
    responsible: str = ""
    kind: str = "shelter"

    def __post_init__(self) -> None:
        check_id(self.id)
        check_refs(self.responsible)
        if min(self.day, self.night, self.spaced) < 0 or self.spaced > max(self.day, self.night):
            raise ValueError(f"{self.id}: impossible capacities")


@dataclass(frozen=True, slots=True)
class Household:
    """People at risk under one roof: a number, needs, and references. Never a name.

    ``points`` are the hazard points that threaten it, ``shelter`` and ``route``
    (passages in order) what is planned for it, ``contact`` and ``people_ref``
    vault references. ``needs`` are words such as ``wheelchair`` and ``care``.
    """

    id: str
    place: Place
    people: int
    points: tuple[str, ...] = ()
    community: str = ""
    unit: str = ""
    needs: tuple[str, ...] = ()
    shelter: str = ""
    route: tuple[str, ...] = ()
    contact: str = ""
    people_ref: str = ""
    kind: str = "household"

    def __post_init__(self) -> None:
        check_id(self.id)
        check_refs(self.contact, self.people_ref)
        if not 1 <= self.people <= 1000:
            raise ValueError(f"{self.id}: {self.people} people in one household")


@dataclass(frozen=True, slots=True)
class Facility:
    """A school, site, mall, garage, hospital …: somebody there must be told. ``people`` is a usual number."""

    id: str
    kind: str
    names: Names
    place: Place
    people: int = 0
    community: str = ""
    unit: str = ""
    contact: str = ""
    marks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_id(self.id)
        check_refs(self.contact)


@dataclass(frozen=True, slots=True)
class Passage:
    """A bridge, tunnel, port hall, ferry …: people ask whether it is open (P-7).

    ``authority`` decides about it, often not us. ``alternatives`` are passages
    to take instead, best first.
    """

    id: str
    kind: str
    names: Names
    place: Place
    authority: str = ""
    alternatives: tuple[str, ...] = ()
    community: str = ""
    unit: str = ""
    marks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_id(self.id)


@dataclass(frozen=True, slots=True)
class Region:
    """A named area: the district, a community, a grid cell, a neighbour, an area of another law.

    ``regime`` says whose law holds inside its shape. Holes belong to others.
    """

    id: str
    kind: str
    names: Names
    shape: Shape
    regime: Regime
    people: int = 0
    within: str = ""
    unit: str = ""

    def __post_init__(self) -> None:
        check_id(self.id)


@dataclass(frozen=True, slots=True)
class Gauge:
    """A rain, depth, tide, wind or displacement gauge.

    It reports every ``step``; after ``silent_after`` without a word it is an
    alarm. Values outside ``low`` … ``high`` or rising faster than
    ``steepest`` a step are implausible. ``point`` is the hazard point it
    watches, if it watches one.
    """

    id: str
    kind: str
    names: Names
    place: Place
    measure: str
    step: timedelta
    silent_after: timedelta
    low: float
    high: float
    steepest: float | None = None
    point: str = ""
    community: str = ""
    unit: str = ""

    def __post_init__(self) -> None:
        check_id(self.id)
        if not timedelta() < self.step <= self.silent_after:
            raise ValueError(f"{self.id}: silent before it was due")


Placed = HazardPoint | Shelter | Household | Facility | Passage | Gauge
"""Everything that stands at one place."""

Feature = Placed | Region

REGISTER_OF: Mapping[type, Register] = {
    HazardPoint: "points",
    Shelter: "shelters",
    Household: "households",
    Facility: "facilities",
    Passage: "passages",
    Region: "areas",
    Gauge: "gauges",
}
FEATURE_OF: Mapping[Register, type] = {register: noun for noun, register in REGISTER_OF.items()}


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """A place as far as a plan needs it. The composition makes a ``PlaceRow`` of it, field by field.

    A place has a row for its own kind and one for each broader kind that plans
    ask for (a ``gully`` is a ``slope``, a ``bridge`` a ``passage``), so (id,
    kind) is unique and id is not. ``areas`` are the ids of all regions it lies
    in and its legal regimes; ``marks`` its state and what a rule may ask for.
    """

    id: str
    kind: str
    unit: str = ""
    areas: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
