"""What can have happened on a watch: signals that others issue, decisions that are owed for them, journal lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coord.incidents.ladder import Rung
from coord.incidents.said import Fact, FieldFact
from coord.plans.wanted import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalRaised(Fact):
    """An authority issued a signal, or a response state of its own; text and issuer untouched (P-8).

    ``code`` is the original one. ``again`` counts how often this code was issued
    in a row for the area (1 the first time). ``replaces`` is the signal of the
    same ladder and area that it takes the place of, once it is in force.
    """

    signal: str
    authority: str
    system: str
    code: str
    rank: int
    max_rank: int
    colour: str
    severity: str
    urgency: str
    certainty: str
    area: str
    decided_at: datetime | None
    announced_at: datetime
    effective_at: datetime
    until: datetime | None
    again: int = 1
    replaces: str = ""
    source: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalAmended(Fact):
    """A signal has other times: "17:00 (was 19:00)"."""

    signal: str
    announced_at: datetime
    effective_at: datetime
    was_effective_at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalTookEffect(Fact):
    """An announced signal is in force; the one it replaces is not any more."""

    signal: str
    authority: str
    system: str
    code: str
    area: str
    effective_at: datetime
    replaced: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalLifted(Fact):
    """解除预警 by its issuer; ``expired`` when its term ran out instead."""

    signal: str
    effective_at: datetime
    expired: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionOpened(Fact):
    """A question that people must answer by ``due``; ``post`` is asked first and silent from ``ask_due`` on."""

    decision: str
    question: str
    hazard: str
    area: str
    options: tuple[str, ...]
    proposes: Level | None
    plan: str
    evidence: str
    due: datetime
    ladder: tuple[Rung, ...]
    ask_due: datetime
    incident: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceAdded(Fact):
    """A later signal speaks to a question that has its card; ``due`` and ``ask_due`` are the tightened clocks."""

    decision: str
    evidence: str
    proposes: Level | None
    due: datetime | None
    ask_due: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionReopened(Fact):
    """The same card asks again (P-12): who closed it, when, why, and how often it was declined stay on it.

    ``because`` is ``reissued`` (the same rank anew after a decline), ``higher`` or ``other-ladder``.
    """

    decision: str
    evidence: str
    because: str
    proposes: Level | None
    due: datetime
    ladder: tuple[Rung, ...]
    ask_due: datetime
    declines: int
    declined_by: str = ""
    declined_at: datetime | None = None
    declined_for: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionAcknowledged(FieldFact):
    """A post answered: its asking stops. The answer itself is still owed."""

    decision: str
    post: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionEscalated(Fact):
    """Nobody answered by ``missed``; ``post`` is asked now and silent from ``due`` on."""

    decision: str
    rung: int
    post: str
    missed: datetime
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionExhausted(Fact):
    """Alarm: all posts were asked and none answered; the duty leader may start provisionally (P-4)."""

    decision: str
    missed: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionOverdue(Fact):
    """Alarm: somebody answered the call but nobody has decided in time."""

    decision: str
    missed: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionActed(FieldFact):
    """What was done about it. ``provisional``: by the duty leader, to be confirmed by ``confirm_due`` (补签)."""

    decision: str
    action: str
    authority: str
    incident: str = ""
    plan: str = ""
    hazard: str = ""
    area: str = ""
    level: Level | None = None
    measures: tuple[str, ...] = ()
    decided_at: datetime
    announced_at: datetime | None = None
    effective_at: datetime
    until: datetime | None = None
    reason: str
    text: str = ""
    provisional: bool = False
    confirm_due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionDeclined(FieldFact):
    """Decided not to act, for a picked reason; the same rank issued anew asks again."""

    decision: str
    reason: str
    authority: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionConfirmed(Fact):
    """A provisional start was confirmed."""

    decision: str
    authority: str
    incident: str = ""
    activation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionUnconfirmed(Fact):
    """Alarm: a provisional start is unconfirmed after its time. It goes on."""

    decision: str
    missed: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelHeeded(Fact):
    """The level that answers this card has changed since; None: the response has ended and the question is free."""

    decision: str
    level: Level | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(FieldFact):
    """A line of the journal. ``text`` is an id of the erasable store."""

    note: str
    kind: str
    text: str
    about: str = ""


WatchEvent = (
    SignalRaised
    | SignalAmended
    | SignalTookEffect
    | SignalLifted
    | DecisionOpened
    | EvidenceAdded
    | DecisionReopened
    | DecisionAcknowledged
    | DecisionEscalated
    | DecisionExhausted
    | DecisionOverdue
    | DecisionActed
    | DecisionDeclined
    | DecisionConfirmed
    | DecisionUnconfirmed
    | LevelHeeded
    | Noted
)
