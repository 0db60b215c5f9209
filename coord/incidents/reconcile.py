"""The board follows the plans: the fewest events that bring it to what is wanted.

Level-triggered: whatever led here (a level, a second hazard, a moved forecast, a
corrected playbook), the same comparison closes the gap, and the second time it
finds nothing. Done stays done, and work that was taken up never just vanishes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime

from coord.incidents.commands import Reconcile
from coord.incidents.deadlines import RETURN_WITHIN
from coord.incidents.docket import LIVE, Docket, accepted
from coord.incidents.facts import (
    IncidentEvent,
    Reconciled,
    RoundOpened,
    RowsAdded,
    RowsRemoved,
    TaskAmended,
    TaskAssigned,
    TaskReassigned,
    TaskResumed,
    TaskState,
    TaskStoodDown,
)
from coord.incidents.model import Incident, Task
from coord.plans.wanted import Wanted

COMPARED = tuple(field.name for field in fields(Wanted) if field.name not in {"key", "rows"})
"""What an amendment may change; rows have events of their own."""

TOLD = frozenset({"title", "due", "round_due", "evidence", "after", "kind", "unit"})
"""Changes that the group must hear of. A further source, a higher level or another weight changes no work."""

SETTLED = frozenset({"done", "not-applicable"})
ORDERED_STEPS: tuple[TaskState, ...] = ("open", "received", "departed", "arrived")


def reconcile(state: Incident, wish: Reconcile, at: datetime) -> Sequence[IncidentEvent]:
    """Return what brings the board to ``wish.desired``; nothing when it was computed from an older situation."""
    if state.opened_at is None or state.closed_at is not None or wish.seen < state.seen:
        return []
    if wish.revision not in {-1, state.revision}:
        return []  # the levels have moved on; the one computed from them is on its way
    docket = Docket(state, at, wish.by, wish.cause, wish.ladders)
    compare(docket, wish.desired)
    events = docket.issue()
    if wish.seen > state.seen or wish.until != state.reconcile_at:
        events.append(Reconciled(at=at, by=wish.by, seen=wish.seen, until=wish.until))
    return events


def compare(docket: Docket, desired: Sequence[Wanted]) -> None:
    """Write into *docket* what is missing on its board, what differs and what is there too much."""
    tasks = docket.state.tasks
    for wanted in sorted(desired, key=lambda w: w.key):
        task = tasks.get(wanted.key)
        if task is None or (task.now == "stood-down" and not task.held):
            _assign(docket, wanted)
        elif not task.held and wanted != task.wanted:
            _bring(docket, task, wanted)
        elif task.now == "standing-down" and not task.held:
            _resume(docket, task, wanted)
    keys = {wanted.key for wanted in desired}
    latest = {(wanted.duty, wanted.unit): wanted.occurrence for wanted in desired}
    for key, task in sorted(tasks.items()):
        if key in keys or task.origin != "plan" or task.now not in LIVE:
            continue
        if latest.get((task.wanted.duty, task.wanted.unit), 0) > task.wanted.occurrence:
            _supersede(docket, task)
        elif task.wanted.on_lower != "keep":
            stand_down(docket, task)


def stand_down(docket: Docket, task: Task, why: str = "not-wanted", held: bool = False) -> None:
    """Call *task* off by order; work that was taken up stands down until its people are safe and back (P-13)."""
    out = accepted(docket.state, task)
    docket.facts.append(
        TaskStoodDown(
            at=docket.at,
            by=docket.by,
            order=docket.order(task.group),
            task=task.key,
            now="standing-down" if out else "stood-down",
            why=why,
            asks="stop" if held else task.wanted.on_lower,
            held=held,
            return_due=docket.at + RETURN_WITHIN if out and task.wanted.kind != "desk" else None,
        )
    )
    docket.call_off(task)


def _supersede(docket: Docket, task: Task) -> None:
    """Let the next occurrence of the duty take the place of *task*: its people go on, nobody is called back."""
    docket.facts.append(
        TaskStoodDown(
            at=docket.at,
            by=docket.by,
            order=docket.order(task.group),
            task=task.key,
            now="stood-down",
            why="superseded",
            asks=task.wanted.on_lower,
        )
    )
    docket.call_off(task)


def _assign(docket: Docket, wanted: Wanted) -> None:
    order = docket.order(wanted.group, wanted.ack_within)
    docket.facts.append(
        TaskAssigned(at=docket.at, by=docket.by, order=order, task=wanted.key, group=wanted.group, wanted=wanted)
    )


def _resume(docket: Docket, task: Task, wanted: Wanted) -> None:
    order = docket.order(task.group, wanted.ack_within)
    taken = [step for step in ORDERED_STEPS if step in task.steps]
    now: TaskState = taken[-1] if taken else "open"
    docket.facts.append(TaskResumed(at=docket.at, by=docket.by, order=order, task=task.key, wanted=wanted, now=now))


def _bring(docket: Docket, task: Task, wanted: Wanted) -> None:
    """Bring a task that is on the board to *wanted*."""
    if task.now == "standing-down":
        _resume(docket, task, wanted)
        return
    elsewhere = wanted.group not in {task.wanted.group, task.group}
    if wanted.round > task.wanted.round:
        missed = task.wanted.round > 0 and task.now not in SETTLED
        stay = replace(wanted, group=task.wanted.group) if elsewhere else wanted
        docket.facts.append(RoundOpened(at=docket.at, by=docket.by, task=task.key, wanted=stay, missed=missed))
        if elsewhere:
            move(docket, task, wanted, wanted.group, "plan")
    elif task.now in LIVE and elsewhere:
        move(docket, task, wanted, wanted.group, "plan")
    elif _rows(docket, task, wanted) in LIVE:
        _amend(docket, task, wanted)


def _rows(docket: Docket, task: Task, wanted: Wanted) -> TaskState:
    """Add the rows that are missing, remove those that fell away, and return how the task stands then."""
    added = tuple(place for place in wanted.rows if place not in task.rows)
    kept = {place: row for place, row in task.rows.items() if place in wanted.rows}
    gone = tuple(place for place in task.rows if place not in kept)
    now = task.now
    if added:
        now = now if now in LIVE else "open"
        order = docket.order(task.group, wanted.ack_within)
        docket.facts.append(RowsAdded(at=docket.at, by=docket.by, order=order, task=task.key, rows=added, now=now))
    if gone and now in LIVE:
        order = docket.order(task.group)
        if kept and not added and all(row.now in SETTLED for row in kept.values()):
            now = "done"
        docket.facts.append(RowsRemoved(at=docket.at, by=docket.by, order=order, task=task.key, rows=gone, now=now))
    return now


def _amend(docket: Docket, task: Task, wanted: Wanted) -> None:
    changed = tuple(name for name in COMPARED if getattr(wanted, name) != getattr(task.wanted, name))
    if not changed:
        return
    order = docket.order(task.group) if TOLD.intersection(changed) else ""
    docket.facts.append(
        TaskAmended(at=docket.at, by=docket.by, order=order, task=task.key, wanted=wanted, changed=changed)
    )


def move(docket: Docket, task: Task, wanted: Wanted, group: str, why: str) -> None:
    """Give *task* as *wanted* to another *group*, whole, and tell the former one to stand down."""
    docket.facts.append(
        TaskReassigned(
            at=docket.at,
            by=docket.by,
            task=task.key,
            was=task.group,
            group=group,
            order=docket.order(group, wanted.ack_within),
            stand_down=docket.order(task.group),
            wanted=wanted,
            why=why,
        )
    )
    docket.call_off(task)
