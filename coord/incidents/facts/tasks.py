"""What can have happened to tasks and their rows. Each fact holds how the task stands after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from coord.incidents.said import Fact, FieldFact
from coord.plans.wanted import OnLower, Wanted

Verb = Literal["assigned", "amended", "rows", "resumed", "stood-down", "ad-hoc"]
"""What an order says of one of its tasks."""

Step = Literal["received", "departed", "arrived", "done", "cannot", "not-applicable", "returned"]
"""收到, 出发, 到场, 完成, 做不了, 不适用, 安全返回. Any jump forward is allowed (P-25)."""

TaskState = Literal[
    "open", "received", "departed", "arrived", "done", "cannot", "not-applicable", "standing-down", "stood-down"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAssigned(Fact):
    """A task as a whole, as the merged plans want it; ``origin`` is ``plan`` or ``ad-hoc``."""

    order: str
    task: str
    group: str
    wanted: Wanted
    origin: str = "plan"
    text: str = ""
    report: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAmended(Fact):
    """``wanted`` is the task as it is now, ``changed`` the names of its fields that differ.

    ``order`` is empty when the group need not be told (a further source, a level).
    """

    order: str
    task: str
    wanted: Wanted
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskResumed(Fact):
    """Wanted again before its people were back: the stand-down is off and the steps taken still count."""

    order: str
    task: str
    wanted: Wanted
    now: TaskState


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundOpened(Fact):
    """The next round of a recurring duty; ``missed`` when the one before was not done."""

    task: str
    wanted: Wanted
    missed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsAdded(Fact):
    """Places were added to a task; a task that was done is open again for them."""

    order: str
    task: str
    rows: tuple[str, ...]
    now: TaskState


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsRemoved(Fact):
    """Places fell away from a task."""

    order: str
    task: str
    rows: tuple[str, ...]
    now: TaskState


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskStoodDown(Fact):
    """Not wanted any more. Work that was taken up is ``standing-down`` until its people are safe and back.

    ``asks`` what is asked of started work: ``ask`` finish, stop or hand over; ``stop`` stop now.
    ``held``: a person called it off although the plans want it, so no plan brings it back.
    ``return_due`` is when its people must have said that they are back.
    """

    order: str
    task: str
    now: TaskState
    why: str = ""
    asks: OnLower = "ask"
    held: bool = False
    return_due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReassigned(Fact):
    """The task belongs to another group, as a whole; ``stand_down`` is the order that tells the former one."""

    task: str
    was: str
    group: str
    order: str
    stand_down: str
    wanted: Wanted
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskProgressed(FieldFact):
    """A step, of one row or of the whole task; ``now`` and ``row_now`` are how they stand after it.

    ``in_time`` is None where nothing was due; ``missing`` says that evidence is owed.
    """

    task: str
    group: str
    step: Step
    row: str = ""
    now: TaskState
    row_now: TaskState | None = None
    why: str = ""
    text: str = ""
    proof: str = ""
    in_time: bool | None = None
    missing: str = ""
    return_due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceGiven(FieldFact):
    """Proof for a task or a row; ``proof`` is an id of the erasable store."""

    task: str
    group: str
    row: str = ""
    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskVerified(Fact):
    """Another person looked at the work and found it done."""

    task: str
    row: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverAsked(FieldFact):
    """A group cannot go on and names who could; the centre reassigns."""

    task: str
    group: str
    to: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpAsked(FieldFact):
    """A group needs something to go on."""

    help: str
    group: str
    task: str = ""
    what: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpAnswered(Fact):
    """The centre has dealt with a call for help."""

    help: str
    answer: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLate(Fact):
    """Not done by ``missed``. ``alarm`` for what lives hang on, a row in a list for the rest (P-25)."""

    task: str
    missed: datetime
    alarm: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnOverdue(Fact):
    """Alarm: a crew that was told to stand down has not said that it is safe and back."""

    task: str
    missed: datetime


TaskEvent = (
    TaskAssigned
    | TaskAmended
    | TaskResumed
    | RoundOpened
    | RowsAdded
    | RowsRemoved
    | TaskStoodDown
    | TaskReassigned
    | TaskProgressed
    | EvidenceGiven
    | TaskVerified
    | HandOverAsked
    | HelpAsked
    | HelpAnswered
    | TaskLate
    | ReturnOverdue
)
