"""What can have happened to passages: decided is not announced, announced is not in force (P-6, P-7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coord.geo.terms import PassageState


@dataclass(frozen=True, slots=True)
class PassageOrdered:
    """A passage will be in a state from a time on. The same ``order`` again amends it before it takes effect."""

    passage: str
    order: str
    state: PassageState
    decided_at: datetime
    effective_at: datetime
    authority: str
    announced_at: datetime | None = None
    until: datetime | None = None
    review_at: datetime | None = None
    reason: str = ""
    was_effective_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PassageOrderWithdrawn:
    """An order was taken back before it took effect."""

    passage: str
    order: str
    by: str


@dataclass(frozen=True, slots=True)
class PassageChanged:
    """An order took effect, or its time ended."""

    passage: str
    order: str
    was: PassageState
    now: PassageState
    effective_at: datetime


@dataclass(frozen=True, slots=True)
class PassageReviewDue:
    """The time to look again at a closure has come."""

    passage: str
    order: str
    due: datetime


PassageFact = PassageOrdered | PassageOrderWithdrawn | PassageChanged | PassageReviewDue
