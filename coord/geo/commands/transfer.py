"""What can be asked while people are moved.

Shelter wishes go to ``layer/shelters``, the others to ``layer/households``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from coord.geo.terms import TransferStatus


@dataclass(frozen=True, slots=True)
class OpenShelter:
    """Let a shelter take people."""

    shelter: str
    by: str
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class ShutShelter:
    """Let a shelter take nobody any more; a policy then vacates it."""

    shelter: str
    by: str
    reason: str
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class OrderSpacing:
    """Let epidemic spacing hold in these shelters, or no longer."""

    shelters: tuple[str, ...]
    on: bool
    by: str


@dataclass(frozen=True, slots=True)
class CountHeads:
    """Record how many people are in a shelter."""

    shelter: str
    people: int
    by: str
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class StartTransfer:
    """Have these households moved until ``due``. Those already in a transfer stay in theirs."""

    transfer: str
    households: tuple[str, ...]
    due: datetime
    by: str


@dataclass(frozen=True, slots=True)
class ReportTransfer:
    """Report how far a household has come; ``people`` of it, or all who are not there yet.

    ``of`` and ``of_at`` say which of its people when it has split; the least
    advanced otherwise. ``arrived`` needs a ``shelter``.
    """

    household: str
    now: TransferStatus
    happened_at: datetime
    by: str
    shelter: str = ""
    people: int | None = None
    of: TransferStatus | None = None
    of_at: str = ""
    told_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CorrectHeadcount:
    """Say how many people a household in a transfer really has."""

    household: str
    people: int
    by: str


@dataclass(frozen=True, slots=True)
class SetDestinations:
    """Say where households are to go (empty: no place found), and why each was chosen."""

    shelters: Mapping[str, str]
    because: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class VacateShelter:
    """Move everybody on who is in, or on the way to, a shelter that closes; ``to`` says where, by household."""

    shelter: str
    happened_at: datetime
    by: str
    to: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AllowReturn:
    """Let households go home, after a slope check or an expert's word."""

    households: tuple[str, ...]
    by: str
    because: str


@dataclass(frozen=True, slots=True)
class EndTransfer:
    """Close a transfer in which nobody is unconfirmed or in a shelter any more."""

    transfer: str
    by: str


ShelterWish = OpenShelter | ShutShelter | OrderSpacing | CountHeads
HouseholdWish = (
    StartTransfer | ReportTransfer | CorrectHeadcount | SetDestinations | VacateShelter | AllowReturn | EndTransfer
)
TransferWish = ShelterWish | HouseholdWish
