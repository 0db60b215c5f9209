"""What can be asked of passages (P-7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coord.geo.terms import PassageState


@dataclass(frozen=True, slots=True)
class OrderPassage:
    """Record that a passage will be in a state from ``effective_at``, by whose decision, until when.

    The same ``order`` again amends it as long as it is not in force.
    """

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


@dataclass(frozen=True, slots=True)
class WithdrawPassageOrder:
    """Take an order back before it is in force."""

    passage: str
    order: str
    by: str


PassageWish = OrderPassage | WithdrawPassageOrder
