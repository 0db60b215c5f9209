"""What a decision would bring, before it is taken: counted from the very events that it would lead to."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime

from coord.events import Clocks
from coord.incidents.commands import LevelCommand, Reconcile
from coord.incidents.deadlines import task_due
from coord.incidents.decide import decide
from coord.incidents.facts import (
    IncidentEvent,
    OrderIssued,
    RoundOpened,
    RowsAdded,
    RowsRemoved,
    TaskAmended,
    TaskAssigned,
    TaskReassigned,
    TaskResumed,
    TaskStoodDown,
)
from coord.incidents.fold import evolve
from coord.incidents.levels import took_effect
from coord.incidents.model import Incident
from coord.incidents.reconcile import reconcile
from coord.plans.wanted import Wanted


@dataclass(frozen=True, slots=True)
class Preview:
    """Like “9 orders, 23 rows added, 4 tightened, 3 stood down”, each with the keys behind the number.

    ``orders`` are the groups that get one. ``rows_added`` and ``rows_removed``
    count places; a task without places counts as one. ``tightened`` and
    ``loosened`` are tasks whose time comes earlier or later, ``overtaken`` those
    for which there is no time left at all, ``superseded`` those whose duty is
    ordered anew.
    """

    orders: tuple[str, ...]
    assigned: tuple[str, ...]
    resumed: tuple[str, ...]
    reassigned: tuple[str, ...]
    stood_down: tuple[str, ...]
    standing_down: tuple[str, ...]
    superseded: tuple[str, ...]
    tightened: tuple[str, ...]
    loosened: tuple[str, ...]
    overtaken: tuple[str, ...]
    rounds: tuple[str, ...]
    rows_added: int
    rows_removed: int

    def __str__(self) -> str:
        return (
            f"{len(self.orders)} orders, {self.rows_added} rows added, {len(self.tightened)} tightened, "
            f"{len(self.stood_down) + len(self.standing_down)} stood down"
        )


def preview(state: Incident, wish: Reconcile, at: datetime) -> Preview:
    """Return what *wish* would bring at *at*; nothing is changed."""
    return summary(state, reconcile(state, wish, at), at)


def summary(state: Incident, events: Sequence[IncidentEvent], at: datetime) -> Preview:
    """Count what *events* would do to the board of *state*."""
    assigned = [event for event in events if isinstance(event, TaskAssigned)]
    amended = [event for event in events if isinstance(event, TaskAmended)]
    down = [event for event in events if isinstance(event, TaskStoodDown)]
    added = [event for event in events if isinstance(event, RowsAdded)]
    removed = [event for event in events if isinstance(event, RowsRemoved)]
    moves = {event.task: _move(state, event) for event in amended}
    fresh: list[TaskAssigned | TaskAmended] = [*assigned, *amended]
    return Preview(
        orders=tuple(event.group for event in events if isinstance(event, OrderIssued)),
        assigned=tuple(event.task for event in assigned),
        resumed=tuple(event.task for event in events if isinstance(event, TaskResumed)),
        reassigned=tuple(event.task for event in events if isinstance(event, TaskReassigned)),
        stood_down=tuple(e.task for e in down if e.now == "stood-down" and e.why != "superseded"),
        superseded=tuple(event.task for event in down if event.why == "superseded"),
        standing_down=tuple(event.task for event in down if event.now == "standing-down"),
        tightened=tuple(task for task, move in moves.items() if move < 0),
        loosened=tuple(task for task, move in moves.items() if move > 0),
        overtaken=tuple(event.task for event in fresh if _over(event.wanted, at)),
        rounds=tuple(event.task for event in events if isinstance(event, RoundOpened)),
        rows_added=sum(max(1, len(event.wanted.rows)) for event in assigned) + sum(len(e.rows) for e in added),
        rows_removed=sum(max(1, len(state.tasks[event.task].rows)) for event in down)
        + sum(len(event.rows) for event in removed),
    )


def what_if(state: Incident, commands: Sequence[LevelCommand], at: datetime) -> Incident:
    """Return how *state* would stand after *commands*, as if their effect were now; the board is shared, not copied.

    For a preview: ``situation(what_if(state, [command], at), at)`` is what plans
    are to be asked with. Refusals are those of the commands themselves.
    """
    other = replace(
        state,
        activations=deepcopy(state.activations),
        milestones=deepcopy(state.milestones),
        minutes=deepcopy(state.minutes),
        properties=dict(state.properties),
        standing=list(state.standing),
        clocks=Clocks(),
    )
    for command in commands:
        for event in decide(other, command, at):
            evolve(other, event)
    for activation in other.activations.values():
        known = state.activations.get(activation.key)
        if activation.pending is not None and (known is None or known.pending != activation.pending):
            evolve(other, took_effect(activation, at, ""))
    return other


def _move(state: Incident, event: TaskAmended) -> int:
    """Return -1 when the task's time comes earlier, 1 when later, 0 when it stays."""
    before = task_due(state.tasks[event.task])
    after = event.wanted.round_due if event.wanted.round else event.wanted.due
    if before == after:
        return 0
    if after is None or (before is not None and after > before):
        return 1
    return -1


def _over(wanted: Wanted, at: datetime) -> bool:
    due = wanted.round_due if wanted.round else wanted.due
    return due is not None and due <= at
