"""What an incident waits for: computed from its nouns, so that any prefix of the log gives its timers back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from coord.events import Clocks
from coord.incidents.model import Activation, Incident, Order, Task
from coord.incidents.room import Minutes, Period

RETURN_WITHIN = timedelta(minutes=60)
"""SAMPLE: a crew that was told to stand down says within this time that it is safe and back (P-24)."""


def activation_waits(activation: Activation) -> dict[str, datetime | None]:
    """Return what *activation* waits for: effect, confirmation, the end of its term."""
    return {
        f"level:{activation.key}": activation.pending.effective_at if activation.pending else None,
        f"confirm:{activation.key}": activation.confirm_due,
        f"review:{activation.key}": activation.review_due,
    }


def order_waits(order: Order) -> dict[str, datetime | None]:
    """Return what *order* waits for: an answer before the next rung is called."""
    return {f"order:{order.id}": order.due}


def task_due(task: Task) -> datetime | None:
    """Return by when the open part of *task* must be done: its round, or the whole."""
    return task.wanted.round_due if task.wanted.round else task.wanted.due


def task_waits(task: Task) -> dict[str, datetime | None]:
    """Return what *task* waits for: to be done while it can still be in time, or its people to be back."""
    running = task.now in {"open", "received", "departed", "arrived"} and not task.overtaken and task.late is None
    return {
        f"late:{task.key}": task_due(task) if running and task.wanted.weight != "record" else None,
        f"return:{task.key}": task.return_due,
    }


def minutes_waits(activation: str, minutes: Minutes) -> dict[str, datetime | None]:
    """Return by when the minutes of the decisions on *activation* are owed."""
    return {f"minutes:{activation}": minutes.due}


def period_waits(period: Period) -> dict[str, datetime | None]:
    """Return when *period* runs out without a successor."""
    return {f"period:{period.number}": period.due}


def follow(clocks: Clocks, waits: Mapping[str, datetime | None]) -> None:
    """Bring *clocks* to *waits*."""
    for key, due in waits.items():
        if due is None:
            clocks.clear(key)
        elif clocks.get(key) != due:
            clocks.set(key, due)


def expected_clocks(state: Incident) -> Clocks:
    """Return from scratch what *state* waits for; always equal to ``state.clocks``."""
    clocks = Clocks()
    if state.closed_at is not None:
        return clocks
    follow(clocks, {"reconcile": state.reconcile_at})
    for activation in state.activations.values():
        follow(clocks, activation_waits(activation))
    for order in state.orders.values():
        follow(clocks, order_waits(order))
    for task in state.tasks.values():
        follow(clocks, task_waits(task))
    for activation_key, minutes in state.minutes.items():
        follow(clocks, minutes_waits(activation_key, minutes))
    for period in state.periods.values():
        follow(clocks, period_waits(period))
    return clocks
