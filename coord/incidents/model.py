"""The nouns of an incident: what is reported, what level holds, which orders and tasks are on the board.

The state is changed in place by the fold that owns it. Whatever it waits for
stands in ``clocks`` and can be computed again from the nouns
(:func:`coord.incidents.deadlines.expected_clocks`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import get_args

from coord.events import Clocks
from coord.incidents.commands import IncidentCommand
from coord.incidents.facts import IncidentEvent, Step, TaskState, Verb
from coord.incidents.ladder import Rung
from coord.incidents.room import Consultation, Leave, Minutes, Party, Period
from coord.plans.wanted import Level, Wanted

__all__ = [
    "KINDS",
    "Activation",
    "Change",
    "Escalation",
    "Help",
    "Incident",
    "IncidentCommand",
    "IncidentEvent",
    "Item",
    "Milestone",
    "Order",
    "Report",
    "Row",
    "Standing",
    "Task",
]


def kind_of(event: type) -> str:
    """Return the stored kind of an event class.

    >>> kind_of(facts.OrderAcknowledged)
    'order-acknowledged'
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "-", event.__name__).lower()


KINDS: dict[str, type] = {kind_of(event): event for event in get_args(IncidentEvent)}
"""Stored kind of each event, for ever. A class is never renamed without keeping its kind here."""


@dataclass(slots=True)
class Report:
    """A report 险情: one place, one kind, first losses, later figures, true or not, perhaps the same as another."""

    id: str
    hazard: str
    place: str
    lon: float | None
    lat: float | None
    losses: dict[str, int]
    text: str
    caller: str
    happened_at: datetime
    recorded_at: datetime
    told_by: str = ""
    channel: str = ""
    verified: bool | None = None
    verified_at: datetime | None = None
    merged_into: str = ""
    merged: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Change:
    """What was decided last on an activation; ``level`` None is the end of the response."""

    level: Level | None
    decided_at: datetime
    announced_at: datetime | None
    effective_at: datetime
    until: datetime | None
    reason: str
    decision: str
    authority: str
    provisional: bool
    by: str
    text: str = ""
    was_effective_at: datetime | None = None
    withdrawn: bool = False


@dataclass(slots=True)
class Activation:
    """One plan in force (or about to be) for a hazard and an area.

    ``last`` is the change that brought the level in force, ``pending`` the one
    that has yet to take effect. ``since`` and ``decided`` are T and D per level.
    """

    key: str
    plan: str
    digest: str
    hazard: str
    area: str
    level: Level | None = None
    since: dict[Level, datetime] = field(default_factory=dict)
    decided: dict[Level, datetime] = field(default_factory=dict)
    left: dict[Level, datetime] = field(default_factory=dict)
    course: list[tuple[datetime, Level]] = field(default_factory=list)
    raised: int = 0
    raised_at: datetime | None = None
    last: Change | None = None
    pending: Change | None = None
    ended_at: datetime | None = None
    confirm_due: datetime | None = None
    confirmation_overdue: bool = False
    review_due: datetime | None = None
    review_owed: bool = False


@dataclass(slots=True)
class Milestone:
    """A forecast time. Plans count from ``used``; ``proposed`` while a later time waits for a person."""

    name: str
    time: datetime
    used: datetime
    earliest: datetime | None
    latest: datetime | None
    source: str
    issued_at: datetime | None
    was: datetime | None = None
    proposed: bool = False
    passed: bool = False


@dataclass(slots=True)
class Standing:
    """A standing order that was set off, and what set it off."""

    plan: str
    order: str
    at: datetime
    places: tuple[str, ...]
    evidence: str


@dataclass(slots=True)
class Escalation:
    """A rung that was called because nobody had answered by ``missed``."""

    rung: int
    post: str
    at: datetime
    missed: datetime


@dataclass(slots=True)
class Item:
    """What an order says of one task."""

    verb: Verb
    rows: tuple[str, ...] = ()
    returned: bool = False


@dataclass(slots=True)
class Order:
    """All that one decision gave one group. ``due`` is when the next rung is called; None once nobody waits."""

    id: str
    group: str
    cause: str
    by: str
    issued_at: datetime
    due: datetime | None
    ladder: tuple[Rung, ...]
    items: dict[str, Item] = field(default_factory=dict)
    rung: int = 0
    escalations: list[Escalation] = field(default_factory=list)
    acknowledged_at: datetime | None = None
    recorded_at: datetime | None = None
    acknowledged_by: str = ""
    told_by: str = ""
    channel: str = ""
    readback_owed: bool = False
    readback: bool = False
    in_time: bool | None = None
    unanswered: bool = False
    withdrawn: bool = False
    replaced_by: str = ""


@dataclass(slots=True)
class Row:
    """One place of a task."""

    id: str
    now: TaskState = "open"
    steps: dict[Step, datetime] = field(default_factory=dict)
    why: str = ""
    proof: str = ""
    owed: str = ""
    verified: bool = False


@dataclass(slots=True)
class Task:
    """One task of one group: the merged duty, the orders that spoke of it, the steps taken.

    ``overtaken``: its time had passed when it was assigned, so it is listed and no alarm.

    ``group`` is who has it now; it differs from ``wanted.group`` once a person
    has reassigned it. ``orders`` are those given to this group in the life of
    this task.
    """

    key: str
    group: str
    wanted: Wanted
    assigned_at: datetime
    origin: str = "plan"
    text: str = ""
    report: str = ""
    orders: list[str] = field(default_factory=list)
    now: TaskState = "open"
    rows: dict[str, Row] = field(default_factory=dict)
    steps: dict[Step, datetime] = field(default_factory=dict)
    recorded_at: datetime | None = None
    why: str = ""
    proof: str = ""
    owed: str = ""
    verified: bool = False
    held: bool = False
    overtaken: bool = False
    late: datetime | None = None
    in_time: bool | None = None
    return_due: datetime | None = None
    return_overdue: bool = False
    missed_rounds: int = 0
    handover: str = ""
    asks: str = ""


@dataclass(slots=True)
class Help:
    """A call for help of a group."""

    id: str
    group: str
    task: str
    what: str
    text: str
    asked_at: datetime
    answer: str = ""
    answered_at: datetime | None = None


@dataclass(slots=True)
class Incident:
    """The emergency: its reports, activations and board.

    ``revision`` counts every change of what plans are asked with; it is the ETag
    of activations and levels. ``seen`` is the log position of the last
    reconcile, ``reconcile_at`` when the next is due by itself. ``unanswered``
    are the open orders per group, ``counts`` the numbers given out so far.
    """

    id: str
    hazard: str = ""
    title: str = ""
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    reports: dict[str, Report] = field(default_factory=dict)
    activations: dict[str, Activation] = field(default_factory=dict)
    milestones: dict[str, Milestone] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    standing: list[Standing] = field(default_factory=list)
    orders: dict[str, Order] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    helps: dict[str, Help] = field(default_factory=dict)
    consultations: dict[str, Consultation] = field(default_factory=dict)
    minutes: dict[str, Minutes] = field(default_factory=dict)
    parties: dict[str, Party] = field(default_factory=dict)
    periods: dict[str, Period] = field(default_factory=dict)
    returns: dict[str, Leave] = field(default_factory=dict)
    revision: int = 0
    seen: int = 0
    reconcile_at: datetime | None = None
    unanswered: dict[str, dict[str, bool]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    clocks: Clocks = field(default_factory=Clocks)
