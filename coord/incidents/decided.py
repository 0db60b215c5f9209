"""What all decisions on levels have in common: who may take them, picked reasons, times that can be meant."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from coord.errors import Refused
from coord.incidents.commands import ChangeLevel, EndResponse
from coord.incidents.commands.levels import LevelWish
from coord.incidents.model import Activation, Incident
from coord.incidents.room import MINUTES_WITHIN
from coord.incidents.times import SKEW, sane, sane_or_none
from coord.plans.wanted import rank

REASONS = frozenset(
    {"signal", "milestone", "superior-order", "report", "observation", "forecast", "danger-over", "correction", "other"}
)
"""What can be picked as the reason of a decision; words follow within the hour, in the minutes (P-33)."""

CONFIRM_WITHIN = timedelta(minutes=60)
"""How long a provisional start may wait for its confirmation (P-4)."""


def common(state: Incident, key: str, wish: LevelWish, at: datetime) -> dict[str, Any]:
    """Return the common fields of a decision on a level; impossible times and unknown reasons are refused."""
    picked(wish.reason)
    entitled(state.activations.get(key), wish)
    effective_at = sane(wish.effective_at or at, at, "effective at")
    decided_at = sane(wish.decided_at or min(at, effective_at), at, "decided at")
    until = sane_or_none(wish.until, at, "until")
    if decided_at > at + SKEW:
        raise Refused(f"it is said to be decided at {decided_at.isoformat()}, which is yet to come", "future-time")
    if decided_at > effective_at:
        raise Refused("a level cannot be in force before it is decided", "effective-before-decided")
    if until is not None and until <= effective_at:
        raise Refused("it would end before it begins", "ends-before-it-begins")
    pending = state.activations[key].pending if key in state.activations else None
    alone = wish.provisional and not wish.decision
    return {
        "at": at,
        "by": wish.by,
        "activation": key,
        "decided_at": decided_at,
        "announced_at": sane_or_none(wish.announced_at, at, "announced at"),
        "effective_at": effective_at,
        "until": until,
        "reason": wish.reason,
        "decision": wish.decision,
        "authority": wish.authority,
        "provisional": wish.provisional,
        "confirm_due": at + CONFIRM_WITHIN if alone else None,
        "minutes_due": at + MINUTES_WITHIN,
        "consultation": wish.consultation,
        "text": wish.text,
        "was_effective_at": pending.effective_at if pending else None,
    }


def entitled(activation: Activation | None, wish: LevelWish) -> None:
    """Refuse a post that the plan does not name for this decision; a provisional one has posts of its own (P-33)."""
    if not wish.may and not wish.may_provisionally:
        return
    started = activation.last.authority if activation is not None and activation.last is not None else ""
    lets = {*wish.may, *(wish.may_provisionally if wish.provisional else ())}
    lowers = isinstance(wish, ChangeLevel) and activation is not None and rank(wish.level) < rank(activation.level)
    if started and (lowers or isinstance(wish, EndResponse)):
        lets.add(started)
    if wish.authority not in lets:
        who = wish.authority or "nobody"
        raise Refused(f"{who} may not decide this; the plan names {', '.join(sorted(lets))}", "wrong-authority")


def picked(reason: str) -> None:
    """Refuse a reason that is not one of those to pick."""
    if reason not in REASONS:
        raise Refused(f"{reason or 'no reason'} is not one of the reasons: {', '.join(sorted(REASONS))}", "reason")
