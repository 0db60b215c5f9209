"""What can be wanted of the board: to bring it to the plans, and what groups and the centre do with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from coord.incidents.facts.tasks import Step
from coord.incidents.ladder import Rung
from coord.incidents.said import FieldWish, Wish
from coord.plans.wanted import Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconcile(Wish):
    """Bring the board to what the plans want.

    ``desired`` and ``until`` come from a ``Desired``, computed as of log
    position ``seen`` from the situation of ``revision`` (-1: not said); an
    older one is ignored. ``cause`` is the decision that led here, shown on the
    orders. ``ladders`` are those of the groups.
    """

    desired: tuple[Wanted, ...]
    seen: int
    until: datetime | None = None
    revision: int = -1
    cause: str = ""
    ladders: Mapping[str, tuple[Rung, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeOrder(FieldWish):
    """收到. ``returned``: the people of the stood-down tasks in it are safe and back. ``readback``: it was repeated."""

    order: str
    group: str
    returned: bool = False
    readback: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress(FieldWish):
    """A step of a task, or of one of its rows. ``why`` is picked where the step is cannot or not-applicable."""

    task: str
    group: str
    step: Step
    row: str = ""
    why: str = ""
    text: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveEvidence(FieldWish):
    """Hand in proof that was owed; ``proof`` is an id of the erasable store."""

    task: str
    group: str
    proof: str
    row: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyTask(Wish):
    """Say that another person found the work done."""

    task: str
    row: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver(FieldWish):
    """Ask that another group take the task."""

    task: str
    group: str
    to: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedHelp(FieldWish):
    """Ask for something, for a task or at large."""

    group: str
    what: str
    task: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerHelp(Wish):
    """Say what was done about a call for help."""

    help: str
    answer: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reassign(Wish):
    """Give a task as a whole to another group; ``known`` as in :class:`AssignAdHoc`."""

    task: str
    to: str
    why: str = ""
    known: tuple[str, ...] = ()
    cause: str = ""
    ladders: Mapping[str, tuple[Rung, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignAdHoc(Wish):
    """Order something that no plan holds: its title stands in ``wanted``, free text in the store.

    ``known`` are the groups (``COM``) and units (``COM/hengqin-north``) that
    exist; empty: not checked. A spoken order is to be read back.
    """

    wanted: Wanted
    known: tuple[str, ...] = ()
    readback: bool = True
    text: str = ""
    report: str = ""
    cause: str = ""
    ladders: Mapping[str, tuple[Rung, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandDown(Wish):
    """Call off a task that no plan holds, or that must stop although the plans want it no less."""

    task: str
    why: str
    cause: str = ""
    ladders: Mapping[str, tuple[Rung, ...]] = field(default_factory=dict)


WorkCommand = (
    Reconcile
    | AcknowledgeOrder
    | Progress
    | GiveEvidence
    | VerifyTask
    | HandOver
    | NeedHelp
    | AnswerHelp
    | Reassign
    | AssignAdHoc
    | StandDown
)
