"""What follows when a clock has run down. Whoever ticks, and however often, once-ness comes from the state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from coord.events import Tick
from coord.incidents.facts import (
    ConfirmationOverdue,
    IncidentEvent,
    LevelReviewDue,
    MinutesOverdue,
    OrderEscalated,
    OrderUnanswered,
    PeriodOver,
    ReconcileDue,
    ReturnOverdue,
    TaskLate,
)
from coord.incidents.ladder import next_call
from coord.incidents.levels import took_effect
from coord.incidents.model import Incident

CLOCK = "clock"
"""Who causes what a clock brings."""


def tick(state: Incident, tick: Tick, at: datetime) -> Sequence[IncidentEvent]:
    """Fire all that is due at the tick, in the order of (due, key); the next due time counts from *at*."""
    events: list[IncidentEvent] = []
    changed: set[str] = set()
    for deadline in state.clocks.due(min(tick.at, at)):
        kind, _, key = deadline.key.partition(":")
        if kind == "review" and key in changed:
            continue  # the term was that of the level which has just been replaced
        if kind == "level":
            changed.add(key)
        events += _fired(state, kind, key, deadline.due, at)
    return events


def _fired(state: Incident, kind: str, key: str, due: datetime, at: datetime) -> Iterator[IncidentEvent]:
    """Yield what follows when the clock *kind*:*key* has run down."""
    if kind == "order":
        order = state.orders[key]
        call = next_call(order.ladder, order.rung, at)
        if call.due is None:
            yield OrderUnanswered(at=at, by=CLOCK, order=key, group=order.group, missed=due)
        else:
            yield OrderEscalated(at=at, by=CLOCK, order=key, rung=call.rung, post=call.post, missed=due, due=call.due)
    elif kind == "late":
        yield TaskLate(at=at, by=CLOCK, task=key, missed=due, alarm=state.tasks[key].wanted.weight == "life")
    elif kind == "return":
        yield ReturnOverdue(at=at, by=CLOCK, task=key, missed=due)
    elif kind == "level":
        activation = state.activations[key]
        yield took_effect(activation, at, CLOCK)
        change = activation.pending
        if change is not None and change.level is not None and change.until is not None and change.until <= at:
            yield LevelReviewDue(at=at, by=CLOCK, activation=key, until=change.until)
    elif kind == "confirm":
        yield ConfirmationOverdue(at=at, by=CLOCK, activation=key, missed=due)
    elif kind == "review":
        yield LevelReviewDue(at=at, by=CLOCK, activation=key, until=due)
    elif kind == "minutes":
        yield MinutesOverdue(at=at, by=CLOCK, activation=key, missed=due)
    elif kind == "period":
        yield PeriodOver(at=at, by=CLOCK, period=int(key), ends_at=due)
    elif kind == "reconcile":
        yield ReconcileDue(at=at, by=CLOCK, due=due)
