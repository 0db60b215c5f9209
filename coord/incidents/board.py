"""The board of an incident as rows by key: what is on it, and who may see it.

Deny by default: a row is seen by the centre, by auditors, and by the groups that it names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from coord.incidents import board_room
from coord.incidents.model import Activation, Change, Help, Incident, Milestone, Order, Report, Row, Task
from coord.incidents.plain import ALL, CENTRE, PlainRow, iso, isos
from coord.incidents.touched import touched

__all__ = ["keys", "row", "touched"]


def keys(state: Incident) -> Iterator[str]:
    """Yield the keys of all rows."""
    if state.opened_at is None:
        return
    yield "incident"
    yield from (f"activation:{key}" for key in state.activations)
    yield from (f"milestone:{name}" for name in state.milestones)
    yield from (f"report:{number}" for number in state.reports)
    yield from (f"order:{number}" for number in state.orders)
    yield from (f"task:{key}" for key in state.tasks)
    yield from (f"help:{number}" for number in state.helps)
    yield from board_room.keys(state)


def row(state: Incident, key: str) -> PlainRow | None:
    """Return the row under *key* as plain data, or None when there is none.

    ``groups`` names the group codes that see it: ``("*",)`` is every group, an
    empty one only the centre and auditors. A task is seen by its group and by
    its ``support`` groups; only ``group`` may act on it.
    """
    kind, _, name = key.partition(":")
    if kind == "incident":
        return _incident(state) if state.opened_at is not None else None
    table, make = _TABLES.get(kind, (None, None))
    if table is None or make is None:
        return board_room.row(state, key)
    noun = table(state).get(name)
    return None if noun is None else make(noun)


def _incident(state: Incident) -> PlainRow:
    return {
        "key": "incident",
        "kind": "incident",
        "groups": ALL,
        "id": state.id,
        "hazard": state.hazard,
        "title": state.title,
        "opened_at": iso(state.opened_at),
        "closed_at": iso(state.closed_at),
        "revision": state.revision,
        "properties": dict(state.properties),
        "standing": [
            {"plan": s.plan, "order": s.order, "at": iso(s.at), "places": list(s.places), "evidence": s.evidence}
            for s in state.standing
        ],
    }


def _activation(activation: Activation) -> PlainRow:
    return {
        "key": f"activation:{activation.key}",
        "kind": "activation",
        "groups": ALL,
        "only": {"last.decision": CENTRE, "pending.decision": CENTRE},
        "activation": activation.key,
        "plan": activation.plan,
        "digest": activation.digest,
        "hazard": activation.hazard,
        "area": activation.area,
        "level": activation.level,
        "since": isos(activation.since),
        "raised": activation.raised,
        "last": _change(activation.last),
        "pending": _change(activation.pending),
        "ended_at": iso(activation.ended_at),
        "confirm_due": iso(activation.confirm_due),
        "confirmation_overdue": activation.confirmation_overdue,
        "review_due": iso(activation.review_due),
        "review_owed": activation.review_owed,
    }


def _change(change: Change | None) -> PlainRow | None:
    if change is None:
        return None
    return {
        "level": change.level,
        "decided_at": iso(change.decided_at),
        "announced_at": iso(change.announced_at),
        "effective_at": iso(change.effective_at),
        "was_effective_at": iso(change.was_effective_at),
        "until": iso(change.until),
        "reason": change.reason,
        "decision": change.decision,
        "authority": change.authority,
        "provisional": change.provisional,
        "by": change.by,
        "text": change.text,
    }


def _milestone(milestone: Milestone) -> PlainRow:
    return {
        "key": f"milestone:{milestone.name}",
        "kind": "milestone",
        "groups": ALL,
        "name": milestone.name,
        "time": iso(milestone.time),
        "used": iso(milestone.used),
        "was": iso(milestone.was),
        "earliest": iso(milestone.earliest),
        "latest": iso(milestone.latest),
        "source": milestone.source,
        "issued_at": iso(milestone.issued_at),
        "proposed": milestone.proposed,
        "passed": milestone.passed,
    }


def _report(report: Report) -> PlainRow:
    return {
        "key": f"report:{report.id}",
        "kind": "report",
        "groups": CENTRE,
        "report": report.id,
        "hazard": report.hazard,
        "place": report.place,
        "lon": report.lon,
        "lat": report.lat,
        "losses": dict(report.losses),
        "text": report.text,
        "caller": report.caller,
        "happened_at": iso(report.happened_at),
        "recorded_at": iso(report.recorded_at),
        "told_by": report.told_by,
        "channel": report.channel,
        "verified": report.verified,
        "verified_at": iso(report.verified_at),
        "merged_into": report.merged_into,
        "merged": list(report.merged),
    }


def _order(order: Order) -> PlainRow:
    return {
        "key": f"order:{order.id}",
        "kind": "order",
        "groups": (order.group,),
        "order": order.id,
        "group": order.group,
        "cause": order.cause,
        "by": order.by,
        "issued_at": iso(order.issued_at),
        "due": iso(order.due),
        "rung": order.rung,
        "post": order.ladder[order.rung].post if order.rung < len(order.ladder) else "",
        "items": [
            {"task": key, "verb": item.verb, "rows": list(item.rows), "returned": item.returned}
            for key, item in order.items.items()
        ],
        "escalations": [
            {"rung": e.rung, "post": e.post, "at": iso(e.at), "missed": iso(e.missed)} for e in order.escalations
        ],
        "acknowledged_at": iso(order.acknowledged_at),
        "recorded_at": iso(order.recorded_at),
        "acknowledged_by": order.acknowledged_by,
        "told_by": order.told_by,
        "channel": order.channel,
        "readback": order.readback,
        "readback_owed": order.readback_owed and not order.readback,
        "in_time": order.in_time,
        "unanswered": order.unanswered,
        "withdrawn": order.withdrawn,
        "replaced_by": order.replaced_by,
    }


def _task(task: Task) -> PlainRow:
    """Return the row of a task. What is empty is left out: ten thousand of these are sent at once."""
    wanted = task.wanted
    shown: PlainRow = {
        "key": f"task:{task.key}",
        "kind": "task",
        "groups": (task.group, *(group for group in wanted.support if group != task.group)),
        "only": {"order": (task.group,)},
        "task": task.key,
        "group": task.group,
        "duty": wanted.duty,
        "title": wanted.title,
        "level": wanted.level,
        "form": wanted.kind,
        "weight": wanted.weight,
        "due": iso(wanted.due),
        "now": task.now,
        "order": task.orders[-1] if task.orders else "",
        "sources": wanted.sources,
        "rows": [_place(place) for place in task.rows.values()],
    }
    if task.origin != "plan":
        shown |= {"origin": task.origin, "text": task.text, "report": task.report}
    if wanted.round:
        shown |= {"round": wanted.round, "round_due": iso(wanted.round_due), "missed_rounds": task.missed_rounds}
    if task.steps:
        shown |= {"steps": isos(task.steps), "recorded_at": iso(task.recorded_at)}
    if task.in_time is not None:
        shown["in_time"] = task.in_time
    shown |= {name: value for name, value in _remarks(task) if value}
    return shown


def _remarks(task: Task) -> tuple[tuple[str, Any], ...]:
    wanted = task.wanted
    return (
        ("support", wanted.support),
        ("unit", wanted.unit),
        ("after", wanted.after),
        ("evidence", wanted.evidence),
        ("why", task.why),
        ("proof", task.proof),
        ("owed", task.owed),
        ("verified", task.verified),
        ("held", task.held),
        ("overtaken", task.overtaken),
        ("late", iso(task.late)),
        ("return_due", iso(task.return_due)),
        ("return_overdue", task.return_overdue),
        ("handover", task.handover),
        ("asks", task.asks),
    )


def _place(place: Row) -> PlainRow:
    shown: PlainRow = {"place": place.id, "now": place.now}
    if place.steps:
        shown["steps"] = isos(place.steps)
    for name, value in (
        ("why", place.why),
        ("proof", place.proof),
        ("owed", place.owed),
        ("verified", place.verified),
    ):
        if value:
            shown[name] = value
    return shown


def _help(call: Help) -> PlainRow:
    return {
        "key": f"help:{call.id}",
        "kind": "help",
        "groups": (call.group,),
        "help": call.id,
        "group": call.group,
        "task": call.task,
        "what": call.what,
        "text": call.text,
        "asked_at": iso(call.asked_at),
        "answer": call.answer,
        "answered_at": iso(call.answered_at),
    }


_TABLES: Mapping[str, tuple[Callable[[Incident], Mapping[str, Any]], Callable[[Any], PlainRow]]] = {
    "activation": (lambda state: state.activations, _activation),
    "milestone": (lambda state: state.milestones, _milestone),
    "report": (lambda state: state.reports, _report),
    "order": (lambda state: state.orders, _order),
    "task": (lambda state: state.tasks, _task),
    "help": (lambda state: state.helps, _help),
}
