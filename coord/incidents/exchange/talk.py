"""How the neighbour is told and heard: sheets owed, sent and made up for, replies typed, seats given and taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import get_args

from coord.errors import NotFound, Refused
from coord.incidents.exchange.commands import (
    EndExchange,
    GrantGuestSeat,
    OpenExchange,
    OweSheet,
    RecordReply,
    RevokeGuestSeat,
    SendSheet,
)
from coord.incidents.exchange.deadlines import CHANGE_WITHIN, EARLY, owed_for
from coord.incidents.exchange.facts import (
    ExchangeEnded,
    ExchangeEvent,
    ExchangeOpened,
    GuestSeatEnded,
    GuestSeatGranted,
    ReplyRecorded,
    SheetOwed,
    SheetReasonAdded,
    SheetSent,
    Way,
)
from coord.incidents.exchange.model import Exchange, Neighbour, Sheet
from coord.incidents.said import told
from coord.incidents.spans import beginning, next_slot, rhythm_of
from coord.incidents.times import sane, sane_or_none

FIELDS: tuple[str, ...] = (
    "state", "signal", "surge", "bridges", "port", "ferries", "people-moved", "shelters", "cases", "needs",
    "next-change",
)  # fmt: skip
"""The reply form: what one asks a neighbour within a minute."""

LONGEST = 60
"""Characters of one field of the form; what is longer is a text."""


def open_(state: Exchange, wish: OpenExchange, at: datetime) -> Sequence[ExchangeEvent]:
    """Begin to owe sheets; other times for the same neighbour take the place of the old ones."""
    if not wish.neighbour:
        raise Refused("say with whom", "neighbour-missing")
    rhythm_of(wish.times)
    begins_at = beginning(wish.begins_at, at)
    until = sane_or_none(wish.until, at, "until")
    known = state.neighbours.get(wish.neighbour)
    if known is not None and not known.ended and (known.times, known.until) == (wish.times, until):
        return []
    first = next_slot(wish.times, begins_at if known is None else max(begins_at, at))
    if until is not None and until < first:
        raise Refused("it would end before it begins", "ends-before-it-begins")
    return [
        ExchangeOpened(
            at=at,
            by=wish.by,
            neighbour=wish.neighbour,
            times=wish.times,
            begins_at=begins_at,
            first_slot=first,
            until=until,
        )
    ]


def end(state: Exchange, wish: EndExchange, at: datetime) -> Sequence[ExchangeEvent]:
    """Owe nothing more."""
    neighbour = _neighbour(state, wish.neighbour)
    return [] if neighbour.ended else [ExchangeEnded(at=at, by=wish.by, neighbour=neighbour.id)]


def owe(state: Exchange, wish: OweSheet, at: datetime) -> Sequence[ExchangeEvent]:
    """Owe a sheet for a change; while one is owed for a change already, this goes on the same page."""
    neighbour = _neighbour(state, wish.neighbour)
    if neighbour.ended or not wish.because:
        return []
    for sheet in _open_sheets(state, neighbour):
        if sheet.slot is None:
            if wish.because in sheet.because:
                return []
            return [SheetReasonAdded(at=at, by=wish.by, neighbour=neighbour.id, sheet=sheet.id, because=wish.because)]
    return [_extra(state, neighbour, wish.because, at, wish.by)]


def send(state: Exchange, wish: SendSheet, at: datetime) -> Sequence[ExchangeEvent]:
    """Record a page that went out. The same page again is one; a page that nobody asked for is kept all the same."""
    neighbour = _neighbour(state, wish.neighbour)
    if wish.way not in get_args(Way):
        raise Refused(f"{wish.way} is not one of {', '.join(get_args(Way))}", "unknown-way")
    if not wish.zh or not wish.pt:
        raise Refused("the sheet goes out in traditional Chinese and in Portuguese", "language-missing")
    if wish.sheet:
        return _make_up(state, neighbour, wish, at)
    sent = [sheet for name in neighbour.sheets if (sheet := state.sheets[name]).sent_at is not None]
    if sent and (sent[-1].way, sent[-1].zh, sent[-1].pt) == (wish.way, wish.zh, wish.pt):
        return []
    owed: list[ExchangeEvent] = []
    names = [sheet.id for sheet in _open_sheets(state, neighbour)]
    slot, number = neighbour.next_slot, f"X-{len(state.sheets) + 1}"
    if slot is not None and not neighbour.ended and slot - at <= EARLY:
        owed = [owed_for(neighbour, number, slot, at, wish.by)]
    elif not names:
        owed = [_extra(state, neighbour, "sent", at, wish.by)]
    names += [number] if owed else []
    said = told(wish, at)
    return [
        *owed,
        *(
            SheetSent(**said, neighbour=neighbour.id, sheet=name, way=wish.way, zh=wish.zh, pt=wish.pt)
            for name in names
        ),
    ]


def _make_up(state: Exchange, neighbour: Neighbour, wish: SendSheet, at: datetime) -> Sequence[ExchangeEvent]:
    if wish.sheet not in neighbour.sheets:
        raise NotFound(f"{neighbour.id} is owed no sheet {wish.sheet}")
    sheet = state.sheets[wish.sheet]
    if sheet.sent_at is not None:
        if (sheet.zh, sheet.pt) == (wish.zh, wish.pt):
            return []
        raise Refused(f"{sheet.id} went out already; send a new one", "sent-already")
    said = told(wish, at)
    return [
        SheetSent(
            **said, neighbour=neighbour.id, sheet=sheet.id, way=wish.way, zh=wish.zh, pt=wish.pt, late=sheet.missed
        )
    ]


def reply(state: Exchange, wish: RecordReply, at: datetime) -> Sequence[ExchangeEvent]:
    """Take in what the neighbour said; without a source and a time it is a rumour."""
    neighbour = _neighbour(state, wish.neighbour)
    if not wish.source:
        raise Refused("say which post of the neighbour said it", "source-missing")
    if wish.said_at is None:
        raise Refused("say when it was said", "time-missing")
    said = told(wish, at)
    if wish.said_at > said["at"]:
        raise Refused(f"it is said to be said at {wish.said_at.isoformat()}, which is yet to come", "future-time")
    if not wish.fields and not wish.text:
        raise Refused("say what the neighbour said", "text-missing")
    for name, value in wish.fields.items():
        if name not in FIELDS:
            raise Refused(f"the form has no field {name}; it has {', '.join(FIELDS)}", "unknown-field")
        if not value or len(value) > LONGEST:
            raise Refused(f"{name} has 1 to {LONGEST} characters; more is a text", "field-length")
    if wish.sheet and wish.sheet not in neighbour.sheets:
        raise NotFound(f"{neighbour.id} is owed no sheet {wish.sheet}")
    sheet = wish.sheet or _last_sent(state, neighbour)
    heard = (neighbour.id, sheet, wish.source, wish.said_at, dict(wish.fields), wish.text)
    if any((r.neighbour, r.sheet, r.source, r.said_at, r.fields, r.text) == heard for r in state.replies.values()):
        return []
    return [
        ReplyRecorded(
            **said,
            neighbour=neighbour.id,
            reply=f"A-{len(state.replies) + 1}",
            sheet=sheet,
            source=wish.source,
            fields=dict(wish.fields),
            text=wish.text,
        )
    ]


def grant(state: Exchange, wish: GrantGuestSeat, at: datetime) -> Sequence[ExchangeEvent]:
    """Record a guest's seat; the link itself is given out and withdrawn by access."""
    neighbour = _neighbour(state, wish.neighbour)
    if not wish.link or not wish.post:
        raise Refused("a seat has a link and a post that sits on it", "seat-unfit")
    if wish.until is None:
        raise Refused("a guest's seat needs a term: until when?", "term-missing")
    until = sane(wish.until, at, "until")
    if until <= at:
        raise Refused("it would end before it begins", "ends-before-it-begins")
    for seat in state.seats.values():
        if seat.link == wish.link and seat.ended_at is None:
            if (seat.post, seat.until) == (wish.post, until):
                return []
            raise Refused(f"that link is seat {seat.id}", "seat-exists")
    number = f"G-{len(state.seats) + 1}"
    return [
        GuestSeatGranted(
            at=at, by=wish.by, neighbour=neighbour.id, seat=number, link=wish.link, post=wish.post, until=until
        )
    ]


def revoke(state: Exchange, wish: RevokeGuestSeat, at: datetime) -> Sequence[ExchangeEvent]:
    """Take a seat back; one that is over is over."""
    if (seat := state.seats.get(wish.seat)) is None:
        raise NotFound(f"there is no seat {wish.seat}")
    return [] if seat.ended_at else [GuestSeatEnded(at=at, by=wish.by, neighbour=seat.neighbour, seat=seat.id)]


def _extra(state: Exchange, neighbour: Neighbour, because: str, at: datetime, by: str) -> SheetOwed:
    return SheetOwed(
        at=at,
        by=by,
        neighbour=neighbour.id,
        sheet=f"X-{len(state.sheets) + 1}",
        slot=None,
        because=(because,),
        due=at + CHANGE_WITHIN,
        next_slot=neighbour.next_slot,
    )


def _open_sheets(state: Exchange, neighbour: Neighbour) -> list[Sheet]:
    return [sheet for name in neighbour.sheets if (sheet := state.sheets[name]).open]


def _last_sent(state: Exchange, neighbour: Neighbour) -> str:
    return next((name for name in reversed(neighbour.sheets) if state.sheets[name].sent_at is not None), "")


def _neighbour(state: Exchange, name: str) -> Neighbour:
    if name not in state.neighbours:
        raise NotFound(f"there is no exchange with {name}")
    return state.neighbours[name]
