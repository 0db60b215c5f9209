"""What can be wanted of a watch. Each may be refused; the codes stand in docs/incidents.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from coord.events import Tick
from coord.incidents.ladder import DECISION_LADDER, Rung
from coord.incidents.said import FieldWish, Wish
from coord.plans.wanted import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseSignal(Wish):
    """Take in a signal, or a response state of State, province, city or Macao, as its authority issued it.

    ``signal`` is the issuer's or the feed's id (the same id twice is one
    signal); empty: numbered here. ``announced_at`` and ``effective_at`` left out
    are the time of the command; ``until`` None means further notice.
    """

    authority: str
    system: str
    code: str
    area: str = ""
    decided_at: datetime | None = None
    announced_at: datetime | None = None
    effective_at: datetime | None = None
    until: datetime | None = None
    urgency: str = ""
    certainty: str = ""
    signal: str = ""
    source: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendSignal(Wish):
    """Give a signal other times, as its authority announced them."""

    signal: str
    announced_at: datetime | None = None
    effective_at: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftSignal(Wish):
    """Record that the authority lifted its signal; a later ``effective_at`` is kept as its term."""

    signal: str
    effective_at: datetime | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDecision(Wish):
    """Put a question to people, with a clock and a ladder; one card a ``question`` (where, hazard, kind).

    ``evidence`` is the id of the signal, reading or report behind it. ``level``
    is what the rule proposes, ``within`` the time to decide, ``silent_after``
    how long the first post may be silent (the later ones have their own).
    """

    question: str
    hazard: str
    evidence: str
    options: tuple[str, ...] = ("start-level", "take-measures")
    area: str = ""
    level: Level | None = None
    plan: str = ""
    incident: str = ""
    within: timedelta = timedelta(minutes=30)
    silent_after: timedelta | None = None
    ladder: tuple[Rung, ...] = DECISION_LADDER


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeDecision(FieldWish):
    """Answer the call: this ``post`` is awake and has the card in hand."""

    decision: str
    post: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActOnDecision(FieldWish):
    """Close the card by acting. The level is started by a reaction to the fact; see ``coord.policies``."""

    decision: str
    action: str
    authority: str
    reason: str = "signal"
    incident: str = ""
    plan: str = ""
    hazard: str = ""
    area: str = ""
    level: Level | None = None
    measures: tuple[str, ...] = ()
    decided_at: datetime | None = None
    announced_at: datetime | None = None
    effective_at: datetime | None = None
    until: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartProvisionally(FieldWish):
    """The duty leader acts because nobody above answers; confirmation is owed in 60 minutes (P-4)."""

    decision: str
    level: Level
    incident: str = ""
    plan: str = ""
    hazard: str = ""
    area: str = ""
    authority: str = "duty-leader"
    effective_at: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineDecision(FieldWish):
    """Close the card without acting, for a picked reason."""

    decision: str
    reason: str
    authority: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmDecision(Wish):
    """Confirm a provisional start (补签)."""

    decision: str
    authority: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeedLevel(Wish):
    """Know that the response to a hazard in an incident stands at another level now; None when it has ended."""

    incident: str
    hazard: str
    level: Level | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(FieldWish):
    """Write a line of the journal: ``kind`` note, call, inbound, outbound or voice-order; ``about`` a row key."""

    text: str
    kind: str = "note"
    about: str = ""


WatchCommand = (
    RaiseSignal
    | AmendSignal
    | LiftSignal
    | OpenDecision
    | AcknowledgeDecision
    | ActOnDecision
    | StartProvisionally
    | DeclineDecision
    | ConfirmDecision
    | HeedLevel
    | Note
    | Tick
)
