"""What can have happened while people are moved: shelters, statuses, destinations, the way back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coord.geo.terms import TransferStatus


@dataclass(frozen=True, slots=True)
class ShelterOpened:
    """A shelter takes people."""

    shelter: str
    by: str
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class ShelterShut:
    """A shelter takes nobody any more. Who is inside stays counted there until moved on."""

    shelter: str
    by: str
    reason: str
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class SpacingOrdered:
    """Epidemic spacing holds in these shelters, or no longer."""

    shelters: tuple[str, ...]
    on: bool
    by: str


@dataclass(frozen=True, slots=True)
class HeadCounted:
    """So many people are in the shelter, whoever they are."""

    shelter: str
    people: int
    by: str
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class TransferStarted:
    """These households are to be moved; ``people`` in the same order are counted from now on."""

    transfer: str
    households: tuple[str, ...]
    people: tuple[int, ...]
    due: datetime
    by: str


@dataclass(frozen=True, slots=True)
class TransferReported:
    """So many people of a household went from one status (and shelter) to another: one sum less, one more."""

    household: str
    people: int
    was: TransferStatus
    was_at: str
    now: TransferStatus
    now_at: str
    happened_at: datetime
    by: str
    told_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class HeadcountCorrected:
    """A household in a transfer turned out to have another number of people. ``delta`` counts in ``status``."""

    household: str
    delta: int
    status: TransferStatus
    at_shelter: str
    by: str


@dataclass(frozen=True, slots=True)
class DestinationSet:
    """A household is to go to this shelter (empty: no place found yet), and why it was chosen."""

    household: str
    shelter: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class ReturnAllowed:
    """These households may go home; ``because`` names the slope check or the expert."""

    households: tuple[str, ...]
    by: str
    because: str


@dataclass(frozen=True, slots=True)
class TransferLate:
    """The time of a transfer has come and so many are not yet in safety."""

    transfer: str
    due: datetime
    households: int
    people: int


@dataclass(frozen=True, slots=True)
class TransferEnded:
    """Everybody is back home, or accounted for otherwise; the sums start afresh next time."""

    transfer: str
    by: str


ShelterFact = ShelterOpened | ShelterShut | SpacingOrdered | HeadCounted
HouseholdFact = (
    TransferStarted
    | TransferReported
    | HeadcountCorrected
    | DestinationSet
    | ReturnAllowed
    | TransferLate
    | TransferEnded
)
TransferFact = ShelterFact | HouseholdFact
