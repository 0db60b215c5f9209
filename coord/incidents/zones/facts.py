"""What can have happened to zones, rules, rounds and papers in a long incident."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from coord.incidents.said import Fact, FieldFact

Tier = Literal["precaution", "control", "lockdown"]
"""防范区, 管控区, 封控区: from the mildest to the strictest."""

Extent = Literal["building", "estate", "community"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneStepOrdered(Fact):
    """A zone is set, or goes to another tier; ``tier`` None lifts it.

    In force from ``effective_at``; ``review_at`` is when the question of its
    end is put, 24 h before ``until``. Every step has a notice and a term of its own.
    """

    zone: str
    place: str
    extent: Extent
    tier: Tier | None
    was_tier: Tier | None
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneStepped(Fact):
    """The step is in force."""

    zone: str
    tier: Tier | None
    effective_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneStepWithdrawn(Fact):
    """A step was taken back before it was in force."""

    zone: str
    authority: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneProlonged(Fact):
    """The zone stays as it is until another time, by a notice of its own."""

    zone: str
    authority: str
    until: datetime
    was_until: datetime | None
    review_at: datetime
    notice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneReviewAsked(Fact):
    """24 h before the term: what shall become of the zone?"""

    zone: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneTermOver(Fact):
    """Decision owed: the zone is neither lifted nor prolonged; it holds on, and says so."""

    zone: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ZonePassIssued(Fact):
    """Somebody may go in or out; ``holder`` is an id of the erasable store."""

    zone: str
    zone_pass: str
    holder: str
    purpose: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ZonePassEnded(Fact):
    """A pass was taken back, or ``lapsed``."""

    zone: str
    zone_pass: str
    lapsed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TestingPlanned(Fact):
    """A round of tests: where, from when to when, how many people."""

    testing: str
    number: int
    area: str
    zones: tuple[str, ...]
    begins_at: datetime
    ends_at: datetime
    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TestingReported(FieldFact):
    """How many were sampled and found positive so far; never fewer than before."""

    testing: str
    sampled: int
    positive: int
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TestingClosed(Fact):
    """The round is over."""

    testing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TestingOverdue(Fact):
    """It should be over, and nobody closed it."""

    testing: str
    missed: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOrdered(Fact):
    """A rule (who may pass a port with which test) has another content from ``valid_from``."""

    rule: str
    version: int
    value: str
    notice: str
    authority: str
    decided_at: datetime
    announced_at: datetime | None
    valid_from: datetime
    until: datetime | None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChanged(Fact):
    """This version holds now."""

    rule: str
    version: int
    was: int | None
    valid_from: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWithdrawn(Fact):
    """A version was taken back before it held."""

    rule: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTermOver(Fact):
    """Decision owed: the rule has run out and no other follows; it is applied on until somebody decides."""

    rule: str
    version: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLineGiven(Fact):
    """A line of the order of the day (当日工作安排) for a group."""

    day: str
    line: int
    group: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLineSettled(FieldFact):
    """A line was done, or not, and why."""

    day: str
    line: int
    done: bool
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PapersDeclared(Fact):
    """A series of papers is owed to somebody at a rhythm: the daily report (日报)."""

    series: str
    addressee: str
    rhythm: str
    begins_at: datetime
    first_due: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PapersClosed(Fact):
    """The series is over; the final report is not part of it."""

    series: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFiled(FieldFact):
    """Paper ``number`` of a series went out; ``late`` when it was missed before."""

    series: str
    number: int
    due: datetime
    text: str
    late: bool
    next_due: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperMissed(Fact):
    """Paper ``number`` was due and is not there. It is still owed."""

    series: str
    number: int
    due: datetime
    next_due: datetime | None


ZoneFact = (
    ZoneStepOrdered
    | ZoneStepped
    | ZoneStepWithdrawn
    | ZoneProlonged
    | ZoneReviewAsked
    | ZoneTermOver
    | ZonePassIssued
    | ZonePassEnded
)
WeekFact = (
    TestingPlanned
    | TestingReported
    | TestingClosed
    | TestingOverdue
    | RuleOrdered
    | RuleChanged
    | RuleWithdrawn
    | RuleTermOver
    | DayLineGiven
    | DayLineSettled
    | PapersDeclared
    | PapersClosed
    | PaperFiled
    | PaperMissed
)
ZoneEvent = ZoneFact | WeekFact
