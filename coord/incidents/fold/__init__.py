"""How each fact changes the state of an incident, in place. A fact is never refused, for it has happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from coord.incidents.fold import levels, orders, reports, room, tasks
from coord.incidents.model import Incident, IncidentEvent

FOLDS: Mapping[type, Callable[[Incident, Any], None]] = {
    **reports.FOLDS,
    **levels.FOLDS,
    **orders.FOLDS,
    **tasks.FOLDS,
    **room.FOLDS,
}
"""One function per event class; a test sees to it that none is missing."""


def evolve(state: Incident, event: IncidentEvent) -> Incident:
    """Return *state*, changed in place by *event*."""
    FOLDS[type(event)](state, event)
    return state
