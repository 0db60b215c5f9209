"""How facts about tasks change the board."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from coord.incidents.deadlines import follow, task_due, task_waits
from coord.incidents.facts import (
    EvidenceGiven,
    HandOverAsked,
    HelpAnswered,
    HelpAsked,
    ReturnOverdue,
    RoundOpened,
    RowsAdded,
    RowsRemoved,
    TaskAmended,
    TaskAssigned,
    TaskLate,
    TaskProgressed,
    TaskReassigned,
    TaskResumed,
    TaskStoodDown,
    TaskVerified,
    Verb,
)
from coord.incidents.model import Help, Incident, Item, Row, Task
from coord.plans.wanted import Wanted


def _assigned(state: Incident, event: TaskAssigned) -> None:
    task = Task(event.task, event.group, event.wanted, event.at, event.origin, event.text, event.report)
    task.rows = {place: Row(place) for place in event.wanted.rows}
    state.tasks[event.task] = task
    _want(task, event.wanted, event.at)
    _ordered(state, task, event.order, "ad-hoc" if event.origin == "ad-hoc" else "assigned", event.wanted.rows)


def _amended(state: Incident, event: TaskAmended) -> None:
    task = state.tasks[event.task]
    _want(task, event.wanted, event.at)
    _ordered(state, task, event.order, "amended")


def _resumed(state: Incident, event: TaskResumed) -> None:
    task = state.tasks[event.task]
    task.now, task.return_due, task.return_overdue, task.asks = event.now, None, False, ""
    _rows(task, event.wanted.rows)
    _want(task, event.wanted, event.at)
    _ordered(state, task, event.order, "resumed")


def _round(state: Incident, event: RoundOpened) -> None:
    task = state.tasks[event.task]
    task.missed_rounds += event.missed
    task.now, task.steps, task.why, task.proof, task.owed = "open", {}, "", "", ""
    task.verified, task.in_time, task.handover = False, None, ""
    task.rows = {place: Row(place) for place in event.wanted.rows}
    _want(task, event.wanted, event.at)
    follow(state.clocks, task_waits(task))


def _rows_added(state: Incident, event: RowsAdded) -> None:
    task = state.tasks[event.task]
    _rows(task, (*task.wanted.rows, *event.rows))
    task.wanted = replace(task.wanted, rows=tuple(task.rows))
    task.now = event.now
    _ordered(state, task, event.order, "rows", event.rows)


def _rows_removed(state: Incident, event: RowsRemoved) -> None:
    task = state.tasks[event.task]
    _rows(task, tuple(place for place in task.wanted.rows if place not in event.rows))
    task.wanted = replace(task.wanted, rows=tuple(task.rows))
    task.now = event.now
    _ordered(state, task, event.order, "rows", event.rows)


def _stood_down(state: Incident, event: TaskStoodDown) -> None:
    task = state.tasks[event.task]
    task.now, task.why, task.held = event.now, event.why, event.held
    task.return_due, task.return_overdue, task.asks = event.return_due, False, event.asks
    _ordered(state, task, event.order, "stood-down")


def _reassigned(state: Incident, event: TaskReassigned) -> None:
    """Give the task to the other group as a whole: a new life, but what was done at its rows stays known."""
    former = state.orders[event.stand_down]
    former.items[event.task] = Item("stood-down")
    task = state.tasks[event.task]
    task.group, task.orders, task.handover, task.held, task.asks = event.group, [], "", False, ""
    task.return_due, task.return_overdue = None, False
    if task.now not in {"done", "not-applicable"}:
        task.now = "open"
        task.steps = {}
    _rows(task, event.wanted.rows)
    for row in task.rows.values():
        if row.now not in {"done", "not-applicable"}:
            row.now, row.steps = "open", {}
    _want(task, event.wanted, event.at)
    _ordered(state, task, event.order, "assigned", event.wanted.rows)


def _progressed(state: Incident, event: TaskProgressed) -> None:
    task = state.tasks[event.task]
    task.now, task.recorded_at = event.now, event.at
    if event.row:
        row = task.rows[event.row]
        row.steps.setdefault(event.step, event.happened_at)
        row.now = event.row_now or row.now
        row.why, row.proof, row.owed = event.why or row.why, event.proof or row.proof, event.missing
    else:
        task.steps.setdefault(event.step, event.happened_at)
        task.why, task.proof, task.owed = event.why or task.why, event.proof or task.proof, event.missing
        if event.step in {"done", "not-applicable"} and event.now == event.step:
            _settle(task, event.step == "done")
    if event.now == "done" and event.in_time is not None:
        task.in_time = event.in_time
    task.return_due = event.return_due
    follow(state.clocks, task_waits(task))


def _settle(task: Task, done: bool) -> None:
    """Settle the rows that were still open when the whole was called done, or not applicable."""
    for row in task.rows.values():
        if row.now not in {"done", "not-applicable"}:
            row.now = "done" if done else "not-applicable"


def _evidence(state: Incident, event: EvidenceGiven) -> None:
    task = state.tasks[event.task]
    target: Row | Task = task.rows[event.row] if event.row else task
    target.proof, target.owed = event.proof, ""


def _verified(state: Incident, event: TaskVerified) -> None:
    task = state.tasks[event.task]
    target: Row | Task = task.rows[event.row] if event.row else task
    target.verified = True


def _hand_over(state: Incident, event: HandOverAsked) -> None:
    state.tasks[event.task].handover = event.to


def _help(state: Incident, event: HelpAsked) -> None:
    state.counts["H"] = state.counts.get("H", 0) + 1
    state.helps[event.help] = Help(event.help, event.group, event.task, event.what, event.text, event.happened_at)


def _helped(state: Incident, event: HelpAnswered) -> None:
    known = state.helps[event.help]
    known.answer, known.answered_at = event.answer, event.at


def _late(state: Incident, event: TaskLate) -> None:
    task = state.tasks[event.task]
    task.late = event.missed
    follow(state.clocks, task_waits(task))


def _return_overdue(state: Incident, event: ReturnOverdue) -> None:
    task = state.tasks[event.task]
    task.return_due, task.return_overdue = None, True
    follow(state.clocks, task_waits(task))


def _rows(task: Task, places: tuple[str, ...]) -> None:
    task.rows = {place: task.rows.get(place) or Row(place) for place in places}


def _want(task: Task, wanted: Wanted, at: datetime) -> None:
    """Take over what is wanted; another due time gives the task another chance to be in time."""
    before = task_due(task)
    task.wanted = wanted
    due = task_due(task)
    if due != before or task.assigned_at == at:
        task.late, task.overtaken = None, due is not None and due <= at


def _ordered(state: Incident, task: Task, order: str, verb: Verb, rows: tuple[str, ...] = ()) -> None:
    """Note on the order what it says of the task (an empty one says nothing), and wait for what the task waits for."""
    if order:
        known = state.orders[order].items.get(task.key)
        state.orders[order].items[task.key] = Item(known.verb if known else verb, rows or (known.rows if known else ()))
        if order not in task.orders:
            task.orders.append(order)
    follow(state.clocks, task_waits(task))


FOLDS: Mapping[type, Callable[[Incident, Any], None]] = {
    TaskAssigned: _assigned,
    TaskAmended: _amended,
    TaskResumed: _resumed,
    RoundOpened: _round,
    RowsAdded: _rows_added,
    RowsRemoved: _rows_removed,
    TaskStoodDown: _stood_down,
    TaskReassigned: _reassigned,
    TaskProgressed: _progressed,
    EvidenceGiven: _evidence,
    TaskVerified: _verified,
    HandOverAsked: _hand_over,
    HelpAsked: _help,
    HelpAnswered: _helped,
    TaskLate: _late,
    ReturnOverdue: _return_overdue,
}
