"""The nouns: zones and their passes, rounds of tests, rules by version, orders of the day, series of papers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from coord.events import Clocks
from coord.incidents.model import kind_of
from coord.incidents.zones.commands import ZoneCommand
from coord.incidents.zones.facts import Extent, Tier, WeekFact, ZoneEvent, ZoneFact

__all__ = [
    "KINDS",
    "TIERS",
    "DayLine",
    "Pass",
    "Rule",
    "Series",
    "Step",
    "Testing",
    "Version",
    "Zone",
    "ZoneCommand",
    "ZoneEvent",
    "Zones",
    "tier_rank",
]

KINDS: dict[str, type] = {kind_of(event): event for event in (*get_args(ZoneFact), *get_args(WeekFact))}
"""Stored kind of each event, for ever."""

TIERS: tuple[Tier, ...] = get_args(Tier)


def tier_rank(tier: Tier | None) -> int:
    """Return 0 for no zone, 1 for precaution … 3 for lockdown."""
    return 0 if tier is None else TIERS.index(tier) + 1


@dataclass(frozen=True, slots=True)
class Step:
    """What a notice says of a zone: tier (None: lifted), measures, from when to when."""

    tier: Tier | None
    measures: tuple[str, ...]
    notice: str
    authority: str
    reason: str
    decided_at: datetime
    announced_at: datetime | None
    effective_at: datetime
    was_effective_at: datetime | None
    until: datetime | None
    review_at: datetime | None
    text: str = ""


@dataclass(slots=True)
class Zone:
    """A control zone: the step in force, the one to come, all before.

    ``asked`` from the review on, ``owed`` from the end of the term, until
    somebody decides.
    """

    id: str
    place: str
    extent: Extent
    now: Step | None = None
    pending: Step | None = None
    past: list[Step] = field(default_factory=list)
    asked: bool = False
    owed: bool = False

    @property
    def tier(self) -> Tier | None:
        """The tier in force, None before and after."""
        return self.now.tier if self.now is not None else None

    @property
    def state(self) -> Literal["decided", "in-force", "lifted", "withdrawn"]:
        """Where the zone is in its life."""
        if self.now is None:
            return "decided" if self.pending is not None else "withdrawn"
        return "lifted" if self.now.tier is None else "in-force"


@dataclass(slots=True)
class Pass:
    """Leave to go in or out of a zone."""

    id: str
    zone: str
    holder: str
    purpose: str
    until: datetime
    ended_at: datetime | None = None
    lapsed: bool = False


@dataclass(slots=True)
class Testing:
    """A round of tests; ``reports`` are (as of, sampled, positive), only added."""

    id: str
    number: int
    area: str
    zones: tuple[str, ...]
    begins_at: datetime
    ends_at: datetime
    target: int
    reports: list[tuple[datetime, int, int]] = field(default_factory=list)
    closed_at: datetime | None = None
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """What a rule says from ``valid_from`` on."""

    number: int
    value: str
    notice: str
    authority: str
    decided_at: datetime
    announced_at: datetime | None
    valid_from: datetime
    until: datetime | None
    text: str = ""

    @property
    def place(self) -> tuple[datetime, int]:
        """Where it stands among the versions: of two that begin together the one given last holds."""
        return self.valid_from, self.number


@dataclass(slots=True)
class Rule:
    """A rule with all its versions; ``now`` is the one that is applied."""

    id: str
    versions: dict[int, Version] = field(default_factory=dict)
    now: int | None = None
    owed: bool = False
    given: int = 0

    def pending(self) -> list[Version]:
        """Return the versions that do not hold yet, the next first."""
        held = self.versions[self.now] if self.now is not None else None
        later = [v for v in self.versions.values() if held is None or v.place > held.place]
        return sorted(later, key=lambda version: version.place)

    def on(self, when: datetime) -> Version | None:
        """Return what held, or will hold as far as is known, at *when*: the version given last that had begun."""
        begun = [version for version in self.versions.values() if version.valid_from <= when]
        return max(begun, key=lambda version: version.place, default=None)


@dataclass(slots=True)
class DayLine:
    """One line of the order of a day."""

    day: str
    line: int
    group: str
    text: str
    given_at: datetime
    done: bool | None = None
    why: str = ""


@dataclass(slots=True)
class Paper:
    """One paper of a series."""

    number: int
    due: datetime
    filed_at: datetime | None = None
    missed: bool = False
    text: str = ""


@dataclass(slots=True)
class Series:
    """Papers that are owed at a rhythm; ``due`` is that of the next one, number ``next``."""

    id: str
    addressee: str
    rhythm: str
    begins_at: datetime
    due: datetime | None
    until: datetime | None
    since: datetime
    next: int = 1
    papers: dict[int, Paper] = field(default_factory=dict)
    closed: bool = False

    @property
    def owed(self) -> list[int]:
        """The numbers that were missed and are not there yet."""
        return [paper.number for paper in self.papers.values() if paper.filed_at is None]


@dataclass(slots=True)
class Zones:
    """Zones and weeks of a jurisdiction; ``days`` holds the lines of each day."""

    jurisdiction: str
    zones: dict[str, Zone] = field(default_factory=dict)
    passes: dict[str, Pass] = field(default_factory=dict)
    testings: dict[str, Testing] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    days: dict[str, list[DayLine]] = field(default_factory=dict)
    series: dict[str, Series] = field(default_factory=dict)
    clocks: Clocks = field(default_factory=Clocks)
