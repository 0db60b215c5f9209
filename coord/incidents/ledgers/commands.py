"""What can be wanted of ledgers and needs. Each may be refused; the codes stand in docs/command.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from coord.events import Tick
from coord.incidents.ledgers.facts import Stage
from coord.incidents.said import FieldWish, Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareFigure(Wish):
    """Let a group owe a figure at a rhythm (``1 h``, ``08:00 17:00``); saying it anew changes what is owed from now."""

    figure: str
    names: Mapping[str, str]
    unit: str
    reporter: str
    rhythm: str
    places: tuple[str, ...] = ()
    place_level: str = ""
    target: str = ""
    least: float | None = None
    most: float | None = None
    cumulative: bool = False
    begins_at: datetime | None = None
    until: datetime | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseFigure(Wish):
    """Let nobody owe the figure any more."""

    figure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFigure(FieldWish):
    """Give a value as of a time (left out: now). A cumulative figure that falls needs a reason in ``why``."""

    figure: str
    value: float
    group: str
    place: str = ""
    as_of: datetime | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseNeed(FieldWish):
    """Ask for something that the group does not have."""

    group: str
    what: str
    amount: float
    why: str
    unit: str = ""
    place: str = ""
    due: datetime | None = None
    incident: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendNeed(FieldWish):
    """Need more, less, sooner or later."""

    need: str
    amount: float
    why: str
    due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferForNeed(FieldWish):
    """Say how much of it the group could give."""

    need: str
    group: str
    amount: float
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvanceOffer(FieldWish):
    """Commit an offer, send it off, say that it arrived or is back; any jump forward is allowed."""

    need: str
    offer: str
    group: str
    now: Stage
    amount: float | None = None
    eta: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawOffer(FieldWish):
    """Take an offer back that has not arrived."""

    need: str
    offer: str
    group: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseNeed(FieldWish):
    """Need it no more."""

    need: str
    why: str


LedgerCommand = (
    DeclareFigure
    | CloseFigure
    | ReportFigure
    | RaiseNeed
    | AmendNeed
    | OfferForNeed
    | AdvanceOffer
    | WithdrawOffer
    | CloseNeed
    | Tick
)
