"""What the command post itself keeps: consultations, minutes, parties, operational periods, leave to return."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

MINUTES_WITHIN = timedelta(minutes=60)
"""How long the minutes of a decision may be owed (P-33)."""


@dataclass(slots=True)
class Consultation:
    """会商: which posts took part, on which facts, and what they advised. Words are ids of the erasable store."""

    id: str
    about: str
    posts: tuple[str, ...]
    advice: str
    facts: str
    held_at: datetime
    by: str


@dataclass(slots=True)
class Minutes:
    """Minutes owed for the decisions on one activation, within 60 minutes of the first that has none (P-33)."""

    due: datetime | None = None
    overdue: bool = False
    texts: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Party:
    """A body that takes part in the joint command, under its own legal regime (``CN-mainland`` or ``MO``)."""

    code: str
    regime: str
    role: str
    joined_at: datetime
    left_at: datetime | None = None


@dataclass(slots=True)
class Period:
    """An operational period: its objectives hold until ``ends_at``; then the next one is owed."""

    number: int
    begins_at: datetime
    ends_at: datetime
    objectives: str
    due: datetime | None
    over: bool = False


@dataclass(slots=True)
class Leave:
    """People may return to ``place``: decided after a slope check and an expert's word, never by a level (P-13)."""

    place: str
    check: str
    expert: str
    authority: str
    by: str
    at: datetime
    withdrawn: bool = False
