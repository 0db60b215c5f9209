"""What can have happened to figures and needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from coord.incidents.said import Fact, FieldFact

Stage = Literal["offered", "committed", "on-the-way", "arrived", "returned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureDeclared(Fact):
    """A figure is owed: by ``reporter`` for each of ``places`` at ``rhythm``; said anew, it takes the place of the old.

    ``target`` are the plan's words; ``least`` and ``most`` the numbers in it.
    A ``cumulative`` figure (dead, moved) cannot fall without a reason.
    ``places`` is never empty: one place ``""`` where there is one figure for all.
    """

    figure: str
    names: Mapping[str, str]
    unit: str
    reporter: str
    places: tuple[str, ...]
    place_level: str
    rhythm: str
    target: str
    least: float | None
    most: float | None
    cumulative: bool
    begins_at: datetime
    first_due: datetime
    until: datetime | None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureClosed(Fact):
    """Nobody owes the figure any more; what was reported stays."""

    figure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureReported(FieldFact):
    """A value as of a time, by a group; entries are only added.

    ``below`` is the value before it when this one is lower. ``slot`` is the due
    time that it answers (None: it came between), ``next_due`` the one after.
    """

    figure: str
    place: str
    value: float
    as_of: datetime
    group: str
    below: float | None = None
    why: str = ""
    slot: datetime | None = None
    next_due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureMissing(Fact):
    """Nobody reported for these places by ``due``, and ``slots`` times in a row up to ``last``.

    An entry as of ``opened_at`` or later makes up for it on the board; the count stays.
    """

    figure: str
    places: tuple[str, ...]
    due: datetime
    slots: int
    last: datetime
    opened_at: datetime
    next_due: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedRaised(FieldFact):
    """A group asks for something: how much, where, by when, why."""

    need: str
    group: str
    what: str
    amount: float
    unit: str
    place: str
    due: datetime | None
    why: str
    incident: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedAmended(FieldFact):
    """The need is another: more, less, sooner, later."""

    need: str
    amount: float
    due: datetime | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedOffered(FieldFact):
    """Somebody can give so much of it; nothing is promised yet."""

    need: str
    offer: str
    group: str
    amount: float
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAdvanced(FieldFact):
    """An offer was committed, set out, arrived or went back; ``eta`` is when it should be there."""

    need: str
    offer: str
    now: Stage
    amount: float
    eta: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferWithdrawn(FieldFact):
    """An offer is taken back, and why; what it covered is short again."""

    need: str
    offer: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferOverdue(Fact):
    """It should have been there by ``missed``, and nobody said that it is."""

    need: str
    offer: str
    missed: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedShort(Fact):
    """The need is due and ``short`` of it is not even committed."""

    need: str
    missed: datetime
    short: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedClosed(FieldFact):
    """It is needed no more, and why."""

    need: str
    why: str


LedgerEvent = (
    FigureDeclared
    | FigureClosed
    | FigureReported
    | FigureMissing
    | NeedRaised
    | NeedAmended
    | NeedOffered
    | OfferAdvanced
    | OfferWithdrawn
    | OfferOverdue
    | NeedShort
    | NeedClosed
)
