"""The nouns: figures with a column for each place, needs with their offers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import get_args

from coord.events import Clocks
from coord.incidents.ledgers.commands import LedgerCommand
from coord.incidents.ledgers.facts import LedgerEvent, Stage
from coord.incidents.model import kind_of

__all__ = ["KINDS", "STAGES", "Column", "Entry", "Figure", "Ledger", "LedgerCommand", "LedgerEvent", "Need", "Offer"]

KINDS: dict[str, type] = {kind_of(event): event for event in get_args(LedgerEvent)}
"""Stored kind of each event, for ever."""

STAGES: tuple[Stage, ...] = get_args(Stage)


@dataclass(frozen=True, slots=True)
class Entry:
    """One value, as of when, by whom; ``below`` the value before where it fell."""

    value: float
    as_of: datetime
    recorded_at: datetime
    group: str
    by: str
    below: float | None = None
    why: str = ""


@dataclass(slots=True)
class Column:
    """What one place has reported: all of it, in the order of ``as_of``.

    ``due`` is the slot that is owed next, ``since`` the one before it.
    ``missed`` counts for good; ``missing_since`` is the first due time that
    nobody has made up for.
    """

    place: str
    since: datetime
    due: datetime | None
    entries: list[Entry] = field(default_factory=list)
    missed: int = 0
    answered: int = 0
    missing_since: datetime | None = None
    makes_up: datetime | None = None

    @property
    def last(self) -> Entry | None:
        """The value as of the latest time."""
        return self.entries[-1] if self.entries else None

    def before(self, as_of: datetime) -> Entry | None:
        """Return the value that held just before *as_of*."""
        return next((entry for entry in reversed(self.entries) if entry.as_of <= as_of), None)

    def opens_at(self) -> datetime | None:
        """Return from when on a value counts for the slot that is owed next: half-way from the one before."""
        return None if self.due is None else self.since + (self.due - self.since) / 2


@dataclass(slots=True)
class Figure:
    """A figure as a plan declares it, with a column for each place."""

    id: str
    names: dict[str, str]
    unit: str
    reporter: str
    place_level: str
    rhythm: str
    target: str
    least: float | None
    most: float | None
    cumulative: bool
    begins_at: datetime
    until: datetime | None
    source: str
    columns: dict[str, Column] = field(default_factory=dict)
    places: tuple[str, ...] = ()
    closed: bool = False

    @property
    def total(self) -> float | None:
        """The sum over its places as last reported, None while nobody has reported."""
        values = [c.last.value for p in self.places if (c := self.columns[p]).last is not None]
        return sum(values) if values else None

    @property
    def met(self) -> bool | None:
        """Whether the total is what the target asks for; None where that cannot be said."""
        total = self.total
        if total is None or (self.least is None and self.most is None):
            return None
        return (self.least is None or total >= self.least) and (self.most is None or total <= self.most)


@dataclass(slots=True)
class Offer:
    """How much of a need one group gives, and how far that is."""

    id: str
    group: str
    amount: float
    now: Stage = "offered"
    eta: datetime | None = None
    at: datetime | None = None
    withdrawn: str = ""
    overdue: bool = False
    text: str = ""


@dataclass(slots=True)
class Need:
    """What a group lacks, and who gives it: requested, offered, committed, on the way, arrived, returned."""

    id: str
    group: str
    what: str
    amount: float
    unit: str
    place: str
    due: datetime | None
    why: str
    raised_at: datetime
    incident: str = ""
    text: str = ""
    offers: dict[str, Offer] = field(default_factory=dict)
    fell_short: bool = False
    closed_for: str = ""

    @property
    def short(self) -> float:
        """How much of it is not even committed."""
        sure = sum(o.amount for o in self.offers.values() if not o.withdrawn and o.now != "offered")
        return max(0.0, self.amount - sure)

    @property
    def state(self) -> str:
        """How far the need is, by the offer that is farthest behind of those that cover it."""
        if self.closed_for:
            return "closed"
        running = [offer for offer in self.offers.values() if not offer.withdrawn]
        if not running:
            return "requested"
        sure = [STAGES.index(offer.now) for offer in running if offer.now != "offered"]
        return STAGES[min(sure)] if sure and not self.short else "offered"


@dataclass(slots=True)
class Ledger:
    """All figures and needs of a jurisdiction."""

    jurisdiction: str
    figures: dict[str, Figure] = field(default_factory=dict)
    needs: dict[str, Need] = field(default_factory=dict)
    clocks: Clocks = field(default_factory=Clocks)
