"""What can be asked at hazard points: read, judge, visit, cure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from coord.geo.model import Place, PointState


@dataclass(frozen=True, slots=True)
class TakeReading:
    """Record a depth or displacement, in the unit of the point's measure."""

    point: str
    value: float
    happened_at: datetime
    by: str = ""
    source: str = "person"
    told_by: str = ""


@dataclass(frozen=True, slots=True)
class SetPointState:
    """Say in which state a point is; ``reason`` is a picked word."""

    point: str
    state: PointState
    reason: str
    happened_at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A hidden danger (隐患) as a visitor reports it. ``what`` is a picked word (``crack``, ``blocked-drain``)."""

    id: str
    what: str
    owner: str
    due: datetime
    photo: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """Record the inspection (排查) of a point, with what was read and found there."""

    point: str
    happened_at: datetime
    by: str
    value: float | None = None
    at_place: Place | None = None
    photo: str = ""
    note: str = ""
    told_by: str = ""
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class StartRounds:
    """Let points be visited every so often, the first time ``every`` from now."""

    round: str
    points: tuple[str, ...]
    every: timedelta
    reason: str


@dataclass(frozen=True, slots=True)
class StopRounds:
    """End a quicker rhythm."""

    round: str


@dataclass(frozen=True, slots=True)
class CureFault:
    """Say that a fault is cured; another person looks within ``recheck_within``."""

    fault: str
    by: str
    happened_at: datetime
    photo: str = ""
    recheck_within: timedelta = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class RecheckFault:
    """Say whether the cure holds. ``due`` is the new time when it does not."""

    fault: str
    by: str
    passed: bool
    happened_at: datetime
    due: datetime | None = None
    photo: str = ""


PointWish = TakeReading | SetPointState | Visit | StartRounds | StopRounds | CureFault | RecheckFault
