"""What can be wanted of the exchange. Each may be refused; the codes stand in docs/command.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from coord.events import Tick
from coord.incidents.exchange.facts import Way
from coord.incidents.said import FieldWish, Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenExchange(Wish):
    """Owe a neighbour a sheet at times of day and at changes."""

    neighbour: str
    times: str = "10:00 15:00 17:00"
    begins_at: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndExchange(Wish):
    """Owe the neighbour nothing more."""

    neighbour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OweSheet(Wish):
    """Something changed that the neighbour must know: a sheet is owed in 15 minutes."""

    neighbour: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendSheet(FieldWish):
    """Record that the page went out: it answers for all that is owed now, or for one missed ``sheet``."""

    neighbour: str
    way: Way
    zh: str
    pt: str
    sheet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReply(FieldWish):
    """Type what the neighbour said (60 seconds): ``source`` is a post, ``said_at`` when it was said.

    ``fields`` of the form: ``state``, ``signal``, ``surge``, ``bridges``,
    ``port``, ``ferries``, ``people-moved``, ``shelters``, ``cases``, ``needs``,
    ``next-change``; values are codes of up to 60 characters, never names.
    """

    neighbour: str
    source: str
    fields: Mapping[str, str]
    sheet: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantGuestSeat(Wish):
    """Let the neighbour look in read-only until a time; ``link`` is the id of the revocable link."""

    neighbour: str
    link: str
    post: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeGuestSeat(Wish):
    """Take the seat back."""

    seat: str


ExchangeCommand = (
    OpenExchange | EndExchange | OweSheet | SendSheet | RecordReply | GrantGuestSeat | RevokeGuestSeat | Tick
)
