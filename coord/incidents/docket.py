"""What one decision gives each group: however many tasks, one order, one delivery, one clock, one ladder (P-3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from coord.incidents.facts import IncidentEvent, OrderIssued, OrderWithdrawn, TaskEvent
from coord.incidents.ladder import GROUP_LADDER, Rung
from coord.incidents.model import Incident, Order, Task

LIVE = frozenset({"open", "received", "departed", "arrived", "cannot"})
"""States of a task that is on the board: wanted, not settled, not called off."""


@dataclass(slots=True)
class Docket:
    """Collects what happens to tasks by one ``cause``, and the orders that tell the groups.

    ``patience`` is the shortest time to answer among what a group is given.
    """

    state: Incident
    at: datetime
    by: str
    cause: str
    ladders: Mapping[str, tuple[Rung, ...]]
    facts: list[TaskEvent] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)
    patience: dict[str, timedelta | None] = field(default_factory=dict)
    void: dict[str, set[str]] = field(default_factory=dict)
    readback: bool = False

    def order(self, group: str, patience: timedelta | None = None) -> str:
        """Return the id of this cause's order to *group* (``TRA-3``), to be answered within *patience*."""
        if group not in self.numbers:
            self.numbers[group] = f"{group}-{self.state.counts.get(group, 0) + 1}"
            self.patience[group] = patience
        elif patience is not None:
            known = self.patience[group]
            self.patience[group] = patience if known is None else min(known, patience)
        return self.numbers[group]

    def call_off(self, task: Task) -> None:
        """Remember that earlier orders to the task's group ask for *task* in vain."""
        for order in task.orders:
            if order in self.state.unanswered.get(task.group, {}):
                self.void.setdefault(order, set()).add(task.key)

    def issue(self) -> list[IncidentEvent]:
        """Return the orders, then what they hold, then the withdrawal of those that ask for nothing any more."""
        return [*self._orders(), *self.facts, *self._withdrawals()]

    def _orders(self) -> list[IncidentEvent]:
        issued: list[IncidentEvent] = []
        for group, number in sorted(self.numbers.items()):
            ladder = self.ladders.get(group) or GROUP_LADDER
            wait = self.patience[group] or ladder[0].wait
            issued.append(
                OrderIssued(
                    at=self.at,
                    by=self.by,
                    order=number,
                    group=group,
                    cause=self.cause,
                    due=self.at + wait,
                    ladder=ladder,
                    readback=self.readback,
                )
            )
        return issued

    def _withdrawals(self) -> list[IncidentEvent]:
        withdrawn: list[IncidentEvent] = []
        for number, void in sorted(self.void.items()):
            order = self.state.orders[number]
            if all(key in void or not asks_for(self.state, order, key) for key in order.items):
                withdrawn.append(
                    OrderWithdrawn(at=self.at, by=self.by, order=number, replaced_by=self.numbers.get(order.group, ""))
                )
        return withdrawn


def asks_for(state: Incident, order: Order, key: str) -> bool:
    """Return whether *order* still asks its group for the task *key*: to do it, or to come back from it."""
    task = state.tasks[key]
    if task.group != order.group or order.id not in task.orders:
        return order.items[key].verb == "stood-down"
    return task.now in LIVE or task.now == "standing-down"


def accepted(state: Incident, task: Task) -> bool:
    """Return whether the group has taken *task* up: an order answered, or any step taken."""
    return (
        bool(task.steps)
        or any(state.orders[order].acknowledged_at is not None for order in task.orders)
        or any(row.steps for row in task.rows.values())
    )
