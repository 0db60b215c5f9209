"""What can have happened to an incident as such, and the reports (险情) in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from coord.incidents.said import Fact, FieldFact


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOpened(Fact):
    """An incident exists from here on; ``title`` is an id of the erasable store."""

    hazard: str
    title: str = ""
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentReported(FieldFact):
    """A report 险情 came in: ``report`` is its id (R-207), ``place`` an id of a register or empty with lon/lat."""

    report: str
    hazard: str
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    losses: Mapping[str, int] = field(default_factory=dict)
    text: str = ""
    caller: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportVerified(FieldFact):
    """Somebody looked: the report is true or it is not."""

    report: str
    true: bool
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportsMerged(Fact):
    """``reports`` tell of the same thing as ``into``."""

    into: str
    reports: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LossesStated(FieldFact):
    """New figures of a report. Figures are only added; ``corrects`` names those that went down."""

    report: str
    losses: Mapping[str, int]
    corrects: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentClosed(Fact):
    """Nothing is owed any more; the board is history."""

    text: str = ""


ReportEvent = IncidentOpened | IncidentReported | ReportVerified | ReportsMerged | LossesStated | IncidentClosed
