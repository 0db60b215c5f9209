"""What can have happened at hazard points: readings, states, visits, faults and their cure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from coord.geo.model import Place, PointState


@dataclass(frozen=True, slots=True)
class ReadingTaken:
    """Somebody or something read the depth or displacement at a point, in the unit of its measure."""

    point: str
    value: float
    happened_at: datetime
    by: str = ""
    source: str = "person"
    told_by: str = ""


@dataclass(frozen=True, slots=True)
class PointStateChanged:
    """A point went from one state to another; ``because`` is ``reading 28`` or a picked reason."""

    point: str
    was: PointState
    now: PointState
    because: str
    happened_at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class PointVisited:
    """A point was inspected (排查). ``off_m`` is how far from it the visitor's position was, if one was sent."""

    point: str
    happened_at: datetime
    by: str
    at_place: Place | None = None
    off_m: int | None = None
    photo: str = ""
    note: str = ""
    told_by: str = ""
    next_due: datetime | None = None


@dataclass(frozen=True, slots=True)
class VisitMissed:
    """Nobody inspected the point in time; the next visit is due from now, not from the missed time."""

    point: str
    due: datetime
    next_due: datetime


@dataclass(frozen=True, slots=True)
class RoundsStarted:
    """Points are to be visited in a quicker rhythm, for a level or a standing order."""

    round: str
    points: tuple[str, ...]
    every: timedelta
    first_due: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class RoundsStopped:
    """The quicker rhythm ended. ``dues`` is when its points are to be visited next; the others not at all."""

    round: str
    dues: Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class FaultFound:
    """An inspection found a hidden danger (隐患) that must be cured by its owner until ``due``."""

    fault: str
    point: str
    what: str
    owner: str
    due: datetime
    by: str
    happened_at: datetime
    photo: str = ""
    note: str = ""
    repeat_of: str = ""


@dataclass(frozen=True, slots=True)
class FaultCured:
    """The owner says that it is cured; another person must look."""

    fault: str
    by: str
    happened_at: datetime
    recheck_due: datetime
    photo: str = ""


@dataclass(frozen=True, slots=True)
class FaultRechecked:
    """Another person looked. Passed closes it; failed opens it again until ``due``."""

    fault: str
    by: str
    passed: bool
    happened_at: datetime
    due: datetime | None = None
    photo: str = ""


@dataclass(frozen=True, slots=True)
class FaultOverdue:
    """Neither cured nor rechecked in time."""

    fault: str
    due: datetime
    waiting_for: str


ReadingFact = ReadingTaken | PointStateChanged
VisitFact = PointVisited | VisitMissed | RoundsStarted | RoundsStopped
FaultFact = FaultFound | FaultCured | FaultRechecked | FaultOverdue
PointFact = ReadingFact | VisitFact | FaultFact
