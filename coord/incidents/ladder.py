"""Who is asked in turn when nobody answers: the same for orders and for decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Rung:
    """One post of a ladder, and how long it may stay silent before the next is called."""

    post: str
    wait: timedelta


GROUP_LADDER: tuple[Rung, ...] = (
    Rung("duty-officer", timedelta(minutes=2)),
    Rung("deputy", timedelta(minutes=2)),
    Rung("leader", timedelta(minutes=2)),
    Rung("call-list", timedelta(minutes=2)),
)
"""SAMPLE ladder of a group that names none itself."""

DECISION_LADDER: tuple[Rung, ...] = (
    Rung("commander", timedelta(minutes=5)),
    Rung("deputy-commander", timedelta(minutes=5)),
    Rung("duty-leader", timedelta(minutes=5)),
)
"""SAMPLE ladder of a decision: silent for 5 minutes, then the next (P-4)."""


@dataclass(frozen=True, slots=True)
class Call:
    """What a lapse on a ladder leads to: the next ``rung``, or nobody left (``post`` empty, ``due`` None)."""

    rung: int
    post: str
    due: datetime | None


def next_call(ladder: Sequence[Rung], rung: int, at: datetime) -> Call:
    """Return who is called after *rung* fell silent; the next due time counts from *at*, not from the missed one."""
    if rung + 1 >= len(ladder):
        return Call(rung, "", None)
    following = ladder[rung + 1]
    return Call(rung + 1, following.post, at + following.wait)
