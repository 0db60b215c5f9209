"""What the command post does besides levels and orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coord.incidents.said import FieldWish, Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldConsultation(FieldWish):
    """Record a consultation 会商: who took part, what they advised; ``about`` is a row key, ``facts`` an id."""

    about: str
    posts: tuple[str, ...]
    advice: str
    facts: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMinutes(Wish):
    """Hand in the minutes that the decisions on an activation owe."""

    activation: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinParty(Wish):
    """Let a body take part in the joint command; ``regime`` is ``CN-mainland`` or ``MO``."""

    party: str
    regime: str
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveParty(Wish):
    """Record that a body no longer takes part."""

    party: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPeriod(Wish):
    """Open the next operational period; ``objectives`` is an id of the store."""

    ends_at: datetime
    objectives: str
    begins_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowReturn(Wish):
    """Let people return to places: needs a slope check and an expert's word (P-13)."""

    places: tuple[str, ...]
    check: str
    expert: str
    authority: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawReturn(Wish):
    """Take the leave to return back."""

    places: tuple[str, ...]
    why: str


RoomCommand = HoldConsultation | FileMinutes | JoinParty | LeaveParty | OpenPeriod | AllowReturn | WithdrawReturn
