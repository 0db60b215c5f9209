"""What can have happened in the command post itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coord.incidents.said import Fact, FieldFact


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationHeld(FieldFact):
    """会商 on one screen's worth of facts (``facts`` an id of the store); ``about`` is a row key."""

    consultation: str
    about: str
    posts: tuple[str, ...]
    advice: str
    facts: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesFiled(Fact):
    """The minutes of the decisions on an activation; ``text`` is an id of the store."""

    activation: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesOverdue(Fact):
    """A decision has no minutes after 60 minutes: a row in the list of what is owed, no alarm."""

    activation: str
    missed: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyJoined(Fact):
    """A body joined the command, under a legal regime."""

    party: str
    regime: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyLeft(Fact):
    """A body left the command."""

    party: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodOpened(Fact):
    """An operational period with its objectives."""

    period: int
    begins_at: datetime
    ends_at: datetime
    objectives: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodOver(Fact):
    """A period has run out and no next one was opened: it is owed."""

    period: int
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAllowed(Fact):
    """People may return to places; ``check`` and ``expert`` are ids of the proofs."""

    places: tuple[str, ...]
    check: str
    expert: str
    authority: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnWithdrawn(Fact):
    """The leave to return was taken back."""

    places: tuple[str, ...]
    why: str


RoomEvent = (
    ConsultationHeld
    | MinutesFiled
    | MinutesOverdue
    | PartyJoined
    | PartyLeft
    | PeriodOpened
    | PeriodOver
    | ReturnAllowed
    | ReturnWithdrawn
)
