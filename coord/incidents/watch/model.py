"""The nouns of a watch: signals in force, decisions owed, the journal of the room.

A signal is never compared by colour, and never with one of another ladder.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from coord.events import Clocks
from coord.incidents.ladder import Rung
from coord.incidents.model import Escalation, kind_of
from coord.incidents.watch.commands import WatchCommand
from coord.incidents.watch.facts import WatchEvent
from coord.plans.wanted import Level

__all__ = ["KINDS", "Answer", "Card", "Evidence", "JournalLine", "Signal", "Watch", "WatchCommand", "WatchEvent"]

KINDS: dict[str, type] = {kind_of(event): event for event in get_args(WatchEvent)}
"""Stored kind of each event, for ever."""

SignalState = Literal["announced", "in-force", "replaced", "lifted", "expired"]
CardState = Literal["open", "acted", "declined"]


@dataclass(slots=True)
class Signal:
    """A signal of one ladder for one area, with the issuer's own times."""

    id: str
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
    recorded_at: datetime
    again: int
    replaces: str
    source: str
    text: str
    state: SignalState = "announced"
    was_effective_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def ladder(self) -> str:
        """The ladder within which ranks may be compared."""
        return f"{self.authority}/{self.system}"

    @property
    def where(self) -> str:
        """Ladder and area: one signal at a time is in force there."""
        return f"{self.ladder}@{self.area}"


@dataclass(slots=True)
class Evidence:
    """What speaks to a question: a signal (with ladder and rank), a reading, a report."""

    id: str
    at: datetime
    ladder: str = ""
    rank: int = 0
    proposes: Level | None = None


@dataclass(slots=True)
class Answer:
    """How a card was closed, once; a reopened card keeps its earlier answers."""

    action: str
    at: datetime
    happened_at: datetime
    by: str
    authority: str
    reason: str
    text: str = ""
    level: Level | None = None
    incident: str = ""
    plan: str = ""
    hazard: str = ""
    area: str = ""
    measures: tuple[str, ...] = ()
    provisional: bool = False
    confirmed_by: str = ""
    confirmed_at: datetime | None = None


@dataclass(slots=True)
class Card:
    """A decision that is owed: one per question, with the clock to decide and the ladder of who is asked.

    ``ask_due`` is when the post that is being asked counts as silent; None once
    somebody has answered or nobody is left. ``heeded`` is the highest rank per
    ladder that an answer has seen.
    """

    id: str
    question: str
    hazard: str
    area: str
    incident: str
    plan: str
    options: tuple[str, ...]
    proposes: Level | None
    opened_at: datetime
    due: datetime | None
    ladder: tuple[Rung, ...]
    ask_due: datetime | None
    state: CardState = "open"
    rung: int = 0
    evidence: dict[str, Evidence] = field(default_factory=dict)
    heeded: dict[str, int] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    escalations: list[Escalation] = field(default_factory=list)
    answered_by: str = ""
    answered_at: datetime | None = None
    exhausted: bool = False
    overdue: bool = False
    reopened: int = 0
    declines: int = 0
    because: str = ""
    closed_at: datetime | None = None
    confirm_due: datetime | None = None
    unconfirmed: bool = False
    settled: bool = False


@dataclass(slots=True)
class JournalLine:
    """One line of the journal; the words are in the erasable store."""

    id: str
    kind: str
    text: str
    about: str
    by: str
    happened_at: datetime
    recorded_at: datetime
    told_by: str = ""
    channel: str = ""


@dataclass(slots=True)
class Watch:
    """All that a jurisdiction watches.

    Per ladder and area, ``current`` is the signal in force and ``latest`` the one
    issued last. ``questions`` names the card of each question that has one.
    """

    jurisdiction: str
    signals: dict[str, Signal] = field(default_factory=dict)
    current: dict[str, str] = field(default_factory=dict)
    latest: dict[str, str] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    questions: dict[str, str] = field(default_factory=dict)
    journal: dict[str, JournalLine] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    clocks: Clocks = field(default_factory=Clocks)
