"""The five buttons and what goes with them: any jump forward, done stays done, what comes late is not lost (P-25)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from coord.errors import Forbidden, NotFound, Refused
from coord.incidents.commands import AnswerHelp, GiveEvidence, HandOver, NeedHelp, Progress, VerifyTask
from coord.incidents.deadlines import RETURN_WITHIN, task_due
from coord.incidents.facts import (
    EvidenceGiven,
    HandOverAsked,
    HelpAnswered,
    HelpAsked,
    IncidentEvent,
    Step,
    TaskProgressed,
    TaskState,
    TaskVerified,
)
from coord.incidents.model import Incident, Row, Task
from coord.incidents.orders import acknowledged, returned, task_of
from coord.incidents.reconcile import ORDERED_STEPS, SETTLED
from coord.incidents.reports import alive
from coord.incidents.said import told

STEPS: frozenset[Step] = frozenset({"received", "departed", "arrived", "done", "cannot", "not-applicable", "returned"})


def progress(state: Incident, wish: Progress, at: datetime) -> Sequence[IncidentEvent]:
    """Record a step of a task or of one of its rows; what is known already does nothing.

    Whoever acts has heard: orders that told of the task and wait for an answer are answered (P-1).
    """
    alive(state)
    task = own_task(state, wish.task, wish.group)
    _possible(task, wish)
    row = _row(task, wish.row)
    target: Row | Task = row or task
    row_now = after(row.now, wish.step) if row else None
    now = _rolled_up(task, row, row_now) if row and row_now else after(task.now, wish.step)
    if now == "standing-down" and task.wanted.kind == "desk":
        now = "stood-down"  # whoever presses a button at a desk has heard, and need not come back
    origin = told(wish, at)
    if wish.step in target.steps and now == task.now and (row is None or row_now == row.now) and not wish.evidence:
        return []
    due = task_due(task)
    finished = now == "done" and task.now != "done"
    proof = wish.evidence or target.proof
    owes = wish.step == "done" and bool(task.wanted.evidence) and not proof
    return [
        *_heard(state, task, origin),
        TaskProgressed(
            task=task.key,
            group=task.group,
            step=wish.step,
            row=wish.row,
            now=now,
            row_now=row_now,
            why=wish.why,
            text=wish.text,
            proof=wish.evidence,
            in_time=origin["happened_at"] <= due if finished and due is not None else None,
            missing=task.wanted.evidence if owes else ("" if wish.step == "done" else target.owed),
            return_due=_return_due(task, now, at),
            **origin,
        ),
    ]


def _heard(state: Incident, task: Task, origin: dict[str, Any]) -> list[IncidentEvent]:
    orders = [state.orders[order] for order in task.orders]
    waiting = [order for order in orders if order.acknowledged_at is None and not order.withdrawn]
    others = [tuple(key for key in returned(state, order, safe=False) if key != task.key) for order in waiting]
    return [acknowledged(order, origin, over) for order, over in zip(waiting, others, strict=True)]


def _possible(task: Task, wish: Progress) -> None:
    """Refuse a step that is unknown, unexplained, or a return from work that was not called off."""
    if wish.step not in STEPS:
        raise Refused(f"there is no step {wish.step}", "unknown-step")
    if wish.step in {"cannot", "not-applicable"} and not wish.why:
        raise Refused(f"{wish.step} needs a reason", "why-missing")
    if wish.step == "returned" and task.now not in {"standing-down", "stood-down"}:
        raise Refused(f"{task.key} was not stood down, so nobody returns from it", "not-stood-down")


def after(now: TaskState, step: Step) -> TaskState:
    """Return how a task or row stands after *step*: forward only, except out of cannot; done stays done.

    >>> after("open", "arrived"), after("arrived", "departed"), after("cannot", "departed")
    ('arrived', 'arrived', 'departed')
    >>> after("stood-down", "departed")   # they were under way and out of reach: call them back
    'standing-down'
    """
    if step == "done" or now == "done":
        return "done"
    if now in {"standing-down", "stood-down"}:
        if step == "returned":
            return "stood-down"
        return "standing-down" if step in {"departed", "arrived"} else now
    if step in {"cannot", "not-applicable"}:
        return "cannot" if step == "cannot" else "not-applicable"
    if now == "not-applicable" or step == "returned":
        return now
    if now not in ORDERED_STEPS:
        return step
    return max(now, step, key=ORDERED_STEPS.index)


def evidence(state: Incident, wish: GiveEvidence, at: datetime) -> Sequence[IncidentEvent]:
    """Hand in proof; the same proof again does nothing."""
    alive(state)
    task = own_task(state, wish.task, wish.group)
    target: Row | Task = _row(task, wish.row) or task
    if not wish.proof:
        raise Refused("name the proof that is handed in", "proof-missing")
    if target.proof == wish.proof:
        return []
    return [EvidenceGiven(task=task.key, group=task.group, row=wish.row, proof=wish.proof, **told(wish, at))]


def verify(state: Incident, wish: VerifyTask, at: datetime) -> Sequence[IncidentEvent]:
    """Say that work was found done."""
    alive(state)
    task = task_of(state, wish.task)
    target: Row | Task = _row(task, wish.row) or task
    if target.now != "done":
        raise Refused(f"{task.key} {wish.row} is not done, so it cannot be verified", "not-done")
    return [] if target.verified else [TaskVerified(at=at, by=wish.by, task=task.key, row=wish.row)]


def hand_over(state: Incident, wish: HandOver, at: datetime) -> Sequence[IncidentEvent]:
    """Ask that another group take the task; it stays with this one until the centre reassigns it."""
    alive(state)
    task = own_task(state, wish.task, wish.group)
    if not wish.why:
        raise Refused("say why it is handed over", "why-missing")
    if not wish.to or wish.to == task.group:
        raise Refused("name another group that takes the task", "group-missing")
    if task.handover == wish.to:
        return []
    return [HandOverAsked(task=task.key, group=task.group, to=wish.to, why=wish.why, **told(wish, at))]


def need_help(state: Incident, wish: NeedHelp, at: datetime) -> Sequence[IncidentEvent]:
    """Ask for help, at large or for a task of one's own."""
    alive(state)
    if state.opened_at is None:
        raise NotFound(f"there is no incident {state.id}")
    if wish.task:
        own_task(state, wish.task, wish.group)
    if not wish.what:
        raise Refused("say what is needed", "what-missing")
    number = f"H-{state.counts.get('H', 0) + 1}"
    return [HelpAsked(help=number, group=wish.group, task=wish.task, what=wish.what, text=wish.text, **told(wish, at))]


def answer_help(state: Incident, wish: AnswerHelp, at: datetime) -> Sequence[IncidentEvent]:
    """Say what was done about a call for help; once."""
    alive(state)
    if wish.help not in state.helps:
        raise NotFound(f"incident {state.id} has no call for help {wish.help}")
    if state.helps[wish.help].answered_at is not None:
        return []
    return [HelpAnswered(at=at, by=wish.by, help=wish.help, answer=wish.answer, text=wish.text)]


def own_task(state: Incident, key: str, group: str) -> Task:
    """Return the task if *group* has it; another group may not act on it."""
    task = task_of(state, key)
    if task.group != group:
        raise Forbidden(f"task {key} belongs to another group than {group}", "not-your-task")
    return task


def _row(task: Task, id: str) -> Row | None:
    if not id:
        return None
    if id not in task.rows:
        raise NotFound(f"task {task.key} has no row {id}")
    return task.rows[id]


def _rolled_up(task: Task, row: Row, row_now: TaskState) -> TaskState:
    """Return how the task stands when *row* stands as *row_now*: done once all rows are settled and one is done."""
    states = [row_now if other.id == row.id else other.now for other in task.rows.values()]
    if task.now == "done":
        return "done"
    if all(state in SETTLED for state in states):
        return "done" if "done" in states else "not-applicable"
    if row_now == "done":
        return after(task.now, "arrived")
    if row_now in {"received", "departed", "arrived"}:
        return after(task.now, row_now)
    return task.now


def _return_due(task: Task, now: TaskState, at: datetime) -> datetime | None:
    if now != "standing-down":
        return None
    return task.return_due if task.now == "standing-down" else at + RETURN_WITHIN
