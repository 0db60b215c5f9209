"""What a group, or a desk for it, does with an order; and what people order outside of all plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from coord.errors import Forbidden, NotFound, Refused
from coord.incidents.commands import AcknowledgeOrder, AssignAdHoc, Reassign, StandDown
from coord.incidents.docket import LIVE, Docket
from coord.incidents.facts import IncidentEvent, OrderAcknowledged, TaskAssigned
from coord.incidents.model import Incident, Order, Task
from coord.incidents.reconcile import move, stand_down
from coord.incidents.reports import alive
from coord.incidents.said import told


def acknowledge(state: Incident, wish: AcknowledgeOrder, at: datetime) -> Sequence[IncidentEvent]:
    """Take an order in hand: its calls stop. Judged by when it happened; what was called meanwhile stays on record.

    A second answer adds a read-back or the safe return of stood-down crews, or does nothing.
    """
    alive(state)
    order = order_of(state, wish.order)
    if order.group != wish.group:
        raise Forbidden(f"order {order.id} is for {order.group}, not for {wish.group}", "not-your-order")
    over = returned(state, order, wish.returned)
    news = order.acknowledged_at is None or over or (wish.readback and not order.readback)
    if order.withdrawn or not news:
        return []
    return [acknowledged(order, told(wish, at), over, wish.readback)]


def acknowledged(
    order: Order, origin: Mapping[str, Any], over: tuple[str, ...] = (), readback: bool = False
) -> OrderAcknowledged:
    """Return that *order* is answered: in time when that happened before the first rung was missed."""
    first = order.escalations[0].missed if order.escalations else order.due
    return OrderAcknowledged(
        order=order.id,
        group=order.group,
        returned=over,
        readback=readback,
        in_time=first is None or origin["happened_at"] <= first,
        escalated=len(order.escalations),
        **origin,
    )


def reassign(state: Incident, wish: Reassign, at: datetime) -> Sequence[IncidentEvent]:
    """Give a task as a whole to another group: one order there, one stand-down here."""
    alive(state)
    task = task_of(state, wish.task)
    if not wish.to:
        raise Refused("name the group that takes the task", "group-missing")
    _exists(wish.known, wish.to, "")
    if task.group == wish.to and not task.held:
        return []
    if task.now in {"done", "not-applicable"}:
        raise Refused(f"{task.key} is settled ({task.now}); there is nothing to hand over", "settled")
    docket = Docket(state, at, wish.by, wish.cause or f"reassign:{task.key}", wish.ladders)
    move(docket, task, task.wanted, wish.to, wish.why)
    return docket.issue()


def assign(state: Incident, wish: AssignAdHoc, at: datetime) -> Sequence[IncidentEvent]:
    """Order what no plan holds. The key must be new, so that the same order twice is one."""
    alive(state)
    if state.opened_at is None:
        raise NotFound(f"there is no incident {state.id}")
    if not wish.wanted.key.startswith("adhoc/"):
        raise Refused("the key of an ad-hoc task begins with adhoc/", "ad-hoc-key")
    if not wish.wanted.group:
        raise Refused("name the group that is ordered", "group-missing")
    _exists(wish.known, wish.wanted.group, wish.wanted.unit)
    known = state.tasks.get(wish.wanted.key)
    if known is not None:
        if known.wanted == wish.wanted:
            return []
        raise Refused(f"there is a task {known.key} already", "task-exists")
    docket = Docket(state, at, wish.by, wish.cause or f"ad-hoc:{wish.wanted.key}", wish.ladders)
    docket.readback = wish.readback
    docket.facts.append(
        TaskAssigned(
            at=at,
            by=wish.by,
            order=docket.order(wish.wanted.group, wish.wanted.ack_within),
            task=wish.wanted.key,
            group=wish.wanted.group,
            wanted=wish.wanted,
            origin="ad-hoc",
            text=wish.text,
            report=wish.report,
        )
    )
    return docket.issue()


def call_off(state: Incident, wish: StandDown, at: datetime) -> Sequence[IncidentEvent]:
    """Call a task off by hand; no plan brings it back until it is assigned by hand."""
    alive(state)
    task = task_of(state, wish.task)
    if not wish.why:
        raise Refused("say why it is called off", "why-missing")
    if task.now not in LIVE:
        return []
    docket = Docket(state, at, wish.by, wish.cause or f"stand-down:{task.key}", wish.ladders)
    stand_down(docket, task, wish.why, held=True)
    return docket.issue()


def _exists(known: Sequence[str], group: str, unit: str) -> None:
    if known and group not in known:
        raise Refused(f"there is no group {group}", "unknown-group")
    if known and unit and f"{group}/{unit}" not in known:
        raise Refused(f"group {group} has no unit {unit}", "unknown-unit")


def order_of(state: Incident, id: str) -> Order:
    """Return the order, or raise :exc:`NotFound`."""
    if id not in state.orders:
        raise NotFound(f"incident {state.id} has no order {id}")
    return state.orders[id]


def task_of(state: Incident, key: str) -> Task:
    """Return the task, or raise :exc:`NotFound`."""
    if key not in state.tasks:
        raise NotFound(f"incident {state.id} has no task {key}")
    return state.tasks[key]


def returned(state: Incident, order: Order, safe: bool) -> tuple[str, ...]:
    """Return the stood-down tasks that are over with this answer: those of a desk at once, others when *safe*."""
    return tuple(
        key
        for key, item in order.items.items()
        if item.verb == "stood-down"
        and (safe or state.tasks[key].wanted.kind == "desk")
        and not item.returned
        and (state.tasks[key].now == "standing-down" or order.id not in state.tasks[key].orders)
    )
