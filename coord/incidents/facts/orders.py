"""What can have happened to orders: one delivery, one acknowledgement clock, one ladder (P-3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coord.incidents.ladder import Rung
from coord.incidents.said import Fact, FieldFact


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderIssued(Fact):
    """All that one decision gives one group: one delivery, one acknowledgement clock, one ladder (P-3).

    ``readback``: it was spoken, and is to be read back.
    """

    order: str
    group: str
    cause: str
    due: datetime
    ladder: tuple[Rung, ...]
    readback: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAcknowledged(FieldFact):
    """收到. ``escalated`` is how many rungs had been called; those stay on record as answered.

    ``returned`` are stood-down tasks whose people are back and safe.
    """

    order: str
    group: str
    returned: tuple[str, ...] = ()
    readback: bool = False
    in_time: bool = True
    escalated: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEscalated(Fact):
    """Nobody took the order by ``missed``; ``post`` is called and has until ``due``."""

    order: str
    rung: int
    post: str
    missed: datetime
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderUnanswered(Fact):
    """Alarm: the ladder is exhausted and nobody has answered."""

    order: str
    group: str
    missed: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderWithdrawn(Fact):
    """Nobody had answered and nothing in it is wanted any more; ``replaced_by`` says so to the group."""

    order: str
    replaced_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled(Fact):
    """The board is as the plans wanted it as of position ``seen``; it will next change by itself at ``until``."""

    seen: int
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconcileDue(Fact):
    """Time has changed what the plans want (a round opens, a milestone passes): compute it anew."""

    due: datetime


OrderEvent = (
    OrderIssued | OrderAcknowledged | OrderEscalated | OrderUnanswered | OrderWithdrawn | Reconciled | ReconcileDue
)
