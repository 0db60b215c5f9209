"""What can be wanted of zones and of a long incident. Each may be refused; the codes stand in docs/command.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coord.events import Tick
from coord.incidents.said import FieldWish, Wish
from coord.incidents.zones.facts import Extent, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class SetZone(Wish):
    """Set a control zone; it needs a notice and a term."""

    place: str
    extent: Extent
    tier: Tier
    notice: str
    authority: str
    until: datetime | None = None
    measures: tuple[str, ...] = ()
    reason: str = "report"
    decided_at: datetime | None = None
    announced_at: datetime | None = None
    effective_at: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepZone(Wish):
    """Bring a zone to another tier, or to other measures; down one step at a time."""

    zone: str
    tier: Tier
    notice: str
    authority: str
    until: datetime | None = None
    measures: tuple[str, ...] = ()
    reason: str = "danger-over"
    decided_at: datetime | None = None
    announced_at: datetime | None = None
    effective_at: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftZone(Wish):
    """End a zone of the mildest tier."""

    zone: str
    notice: str
    authority: str
    reason: str = "danger-over"
    decided_at: datetime | None = None
    announced_at: datetime | None = None
    effective_at: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProlongZone(Wish):
    """Keep a zone as it is until another time, by a notice."""

    zone: str
    until: datetime
    notice: str
    authority: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawZoneStep(Wish):
    """Take a step back that is not in force yet."""

    zone: str
    authority: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueZonePass(Wish):
    """Let somebody in or out of a zone until a time; ``holder`` goes to the erasable store."""

    zone: str
    holder: str
    purpose: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeZonePass(Wish):
    """Take a pass back."""

    zone_pass: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTesting(Wish):
    """Plan a round of tests."""

    begins_at: datetime
    ends_at: datetime
    target: int
    area: str = ""
    zones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTesting(FieldWish):
    """Say how many were sampled and found positive so far in a round."""

    testing: str
    sampled: int
    positive: int
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseTesting(Wish):
    """End a round."""

    testing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRule(Wish):
    """Give a rule another content from a time on; ``until`` None: until further notice."""

    rule: str
    value: str
    notice: str
    authority: str
    valid_from: datetime | None = None
    until: datetime | None = None
    decided_at: datetime | None = None
    announced_at: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawRule(Wish):
    """Take a version of a rule back that does not hold yet."""

    rule: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveDayLine(Wish):
    """Write a line of the order of a day (``2022-07-03``) for a group."""

    day: str
    group: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleDayLine(FieldWish):
    """Say that a line of the order of the day is done, or why not."""

    day: str
    line: int
    done: bool = True
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarePapers(Wish):
    """Owe a series of papers at a rhythm."""

    series: str
    addressee: str
    rhythm: str
    begins_at: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosePapers(Wish):
    """Owe the series no more."""

    series: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePaper(FieldWish):
    """File a paper of a series: the one that is due next, or by ``number`` one that was missed."""

    series: str
    text: str
    number: int | None = None


ZoneCommand = (
    SetZone
    | StepZone
    | LiftZone
    | ProlongZone
    | WithdrawZoneStep
    | IssueZonePass
    | RevokeZonePass
    | PlanTesting
    | ReportTesting
    | CloseTesting
    | OrderRule
    | WithdrawRule
    | GiveDayLine
    | SettleDayLine
    | DeclarePapers
    | ClosePapers
    | FilePaper
    | Tick
)
