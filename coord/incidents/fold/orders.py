"""How facts about orders change an incident: their clocks, their ladders, their answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from coord.incidents.deadlines import follow, order_waits, task_waits
from coord.incidents.facts import (
    OrderAcknowledged,
    OrderEscalated,
    OrderIssued,
    OrderUnanswered,
    OrderWithdrawn,
    Reconciled,
    ReconcileDue,
)
from coord.incidents.model import Escalation, Incident, Order


def _issued(state: Incident, event: OrderIssued) -> None:
    order = Order(event.order, event.group, event.cause, event.by, event.at, event.due, event.ladder)
    order.readback_owed = event.readback
    state.counts[event.group] = state.counts.get(event.group, 0) + 1
    state.orders[event.order] = order
    state.unanswered.setdefault(event.group, {})[event.order] = True
    follow(state.clocks, order_waits(order))


def _acknowledged(state: Incident, event: OrderAcknowledged) -> None:
    order = state.orders[event.order]
    if order.acknowledged_at is None:
        order.acknowledged_at, order.recorded_at = event.happened_at, event.at
        order.acknowledged_by, order.told_by, order.channel = event.by, event.told_by, event.channel
        order.in_time = event.in_time
    order.readback = order.readback or event.readback
    for key in event.returned:
        order.items[key].returned = True
        task = state.tasks[key]
        if order.id not in task.orders:
            continue  # another group has it now; these people are back from it
        task.now, task.return_due, task.return_overdue = "stood-down", None, False
        task.steps.setdefault("returned", event.happened_at)
        follow(state.clocks, task_waits(task))
    _answered(state, order)


def _escalated(state: Incident, event: OrderEscalated) -> None:
    order = state.orders[event.order]
    order.rung, order.due = event.rung, event.due
    order.escalations.append(Escalation(event.rung, event.post, event.at, event.missed))
    follow(state.clocks, order_waits(order))


def _unanswered(state: Incident, event: OrderUnanswered) -> None:
    order = state.orders[event.order]
    order.unanswered, order.due = True, None
    follow(state.clocks, order_waits(order))


def _withdrawn(state: Incident, event: OrderWithdrawn) -> None:
    order = state.orders[event.order]
    order.withdrawn, order.replaced_by = True, event.replaced_by
    _answered(state, order)


def _answered(state: Incident, order: Order) -> None:
    order.due = None
    state.unanswered.get(order.group, {}).pop(order.id, None)
    follow(state.clocks, order_waits(order))


def _reconciled(state: Incident, event: Reconciled) -> None:
    state.seen, state.reconcile_at = event.seen, event.until
    follow(state.clocks, {"reconcile": event.until})


def _due(state: Incident, _: ReconcileDue) -> None:
    state.reconcile_at = None
    follow(state.clocks, {"reconcile": None})


FOLDS: Mapping[type, Callable[[Incident, Any], None]] = {
    OrderIssued: _issued,
    OrderAcknowledged: _acknowledged,
    OrderEscalated: _escalated,
    OrderUnanswered: _unanswered,
    OrderWithdrawn: _withdrawn,
    Reconciled: _reconciled,
    ReconcileDue: _due,
}
