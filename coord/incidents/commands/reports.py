"""What can be wanted of an incident as such, and of the reports in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from coord.incidents.said import FieldWish, Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIncident(Wish):
    """Open an incident without a report, for a level that is decided beforehand."""

    hazard: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportIncident(FieldWish):
    """Take a report 险情 in; the first one opens the incident.

    ``place`` is an id of a register, or empty with ``lon`` and ``lat``. ``report``
    is a number given by the centre (``R-207``); empty: counted in this incident.
    """

    hazard: str
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    losses: Mapping[str, int] = field(default_factory=dict)
    text: str = ""
    caller: str = ""
    report: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport(FieldWish):
    """Say whether a report is true."""

    report: str
    true: bool = True
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeReports(Wish):
    """Say that several reports tell of one thing."""

    into: str
    reports: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StateLosses(FieldWish):
    """Add figures to a report; a lower one than before needs ``correcting``."""

    report: str
    losses: Mapping[str, int]
    correcting: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseIncident(Wish):
    """Close the board: no level holds and nothing is owed."""

    text: str = ""


ReportCommand = OpenIncident | ReportIncident | VerifyReport | MergeReports | StateLosses | CloseIncident
