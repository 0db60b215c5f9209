"""What can have happened in the exchange with a neighbour, who runs no server of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from coord.incidents.said import Fact, FieldFact

Way = Literal["mail", "print", "copy", "phone", "link"]
"""How a sheet went out: nobody needs more than a page and a hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeOpened(Fact):
    """From now on a sheet is owed to the neighbour at the times of day in ``times``, and at changes."""

    neighbour: str
    times: str
    begins_at: datetime
    first_slot: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeEnded(Fact):
    """Nothing more is owed; what was missed stays on record."""

    neighbour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetOwed(Fact):
    """A sheet is owed by ``due``: for the time of day ``slot`` (None: at a change), and why.

    ``next_slot`` is the time of day after it.
    """

    neighbour: str
    sheet: str
    slot: datetime | None
    because: tuple[str, ...]
    due: datetime
    next_slot: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetReasonAdded(Fact):
    """Another change came before the sheet of the first went out: it goes on the same one."""

    neighbour: str
    sheet: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSent(FieldFact):
    """The page went out, in zh-Hant and pt; ``zh`` and ``pt`` are ids of the store. ``late``: it was missed before."""

    neighbour: str
    sheet: str
    way: Way
    zh: str
    pt: str
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetMissed(Fact):
    """The sheet did not go out in time. It is still owed, and shown."""

    neighbour: str
    sheet: str
    missed: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyRecorded(FieldFact):
    """What the neighbour said: who (a post, not a name), when, and the fields of the form."""

    neighbour: str
    reply: str
    sheet: str
    source: str
    fields: Mapping[str, str]
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestSeatGranted(Fact):
    """The neighbour may look in read-only; ``link`` is the id under which access keeps the token."""

    neighbour: str
    seat: str
    link: str
    post: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestSeatEnded(Fact):
    """The seat was revoked, or ``lapsed``."""

    neighbour: str
    seat: str
    lapsed: bool = False


ExchangeEvent = (
    ExchangeOpened
    | ExchangeEnded
    | SheetOwed
    | SheetReasonAdded
    | SheetSent
    | SheetMissed
    | ReplyRecorded
    | GuestSeatGranted
    | GuestSeatEnded
)
