"""How each fact changes the exchange, in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from coord.incidents.deadlines import follow
from coord.incidents.exchange import facts
from coord.incidents.exchange.deadlines import neighbour_waits, seat_waits, sheet_waits
from coord.incidents.exchange.model import Exchange, ExchangeEvent, Neighbour, Reply, Seat, Sheet


def evolve(state: Exchange, event: ExchangeEvent) -> Exchange:
    """Return *state*, changed in place by *event*."""
    FOLDS[type(event)](state, event)
    return state


def _opened(state: Exchange, event: facts.ExchangeOpened) -> None:
    neighbour = state.neighbours.setdefault(
        event.neighbour, Neighbour(event.neighbour, event.times, event.begins_at, None, event.until)
    )
    neighbour.times, neighbour.begins_at, neighbour.until = event.times, event.begins_at, event.until
    neighbour.next_slot, neighbour.ended = event.first_slot, False
    follow(state.clocks, neighbour_waits(neighbour))


def _ended(state: Exchange, event: facts.ExchangeEnded) -> None:
    neighbour = state.neighbours[event.neighbour]
    neighbour.ended = True
    follow(state.clocks, neighbour_waits(neighbour))


def _owed(state: Exchange, event: facts.SheetOwed) -> None:
    neighbour = state.neighbours[event.neighbour]
    sheet = Sheet(event.sheet, event.neighbour, event.slot, event.because, event.due)
    state.sheets[sheet.id] = sheet
    neighbour.sheets.append(sheet.id)
    neighbour.next_slot = event.next_slot
    follow(state.clocks, neighbour_waits(neighbour))
    follow(state.clocks, sheet_waits(sheet))


def _reason(state: Exchange, event: facts.SheetReasonAdded) -> None:
    sheet = state.sheets[event.sheet]
    sheet.because = (*sheet.because, event.because)


def _sent(state: Exchange, event: facts.SheetSent) -> None:
    sheet = state.sheets[event.sheet]
    sheet.sent_at, sheet.way, sheet.zh, sheet.pt = event.happened_at, event.way, event.zh, event.pt
    follow(state.clocks, sheet_waits(sheet))


def _missed(state: Exchange, event: facts.SheetMissed) -> None:
    sheet = state.sheets[event.sheet]
    sheet.missed = True
    follow(state.clocks, sheet_waits(sheet))


def _replied(state: Exchange, event: facts.ReplyRecorded) -> None:
    said_at = event.said_at or event.happened_at
    reply = Reply(
        event.reply,
        event.neighbour,
        event.sheet,
        event.source,
        said_at,
        event.at,
        event.by,
        event.channel,
        dict(event.fields),
        event.text,
    )
    state.replies[reply.id] = reply
    if event.sheet:
        sheet = state.sheets[event.sheet]
        sheet.replies = (*sheet.replies, reply.id)
    last = state.neighbours[event.neighbour].last
    for name, value in event.fields.items():
        if name not in last or last[name][1] <= said_at:
            last[name] = (value, said_at)


def _granted(state: Exchange, event: facts.GuestSeatGranted) -> None:
    seat = Seat(event.seat, event.neighbour, event.link, event.post, event.until, event.at)
    state.seats[seat.id] = seat
    follow(state.clocks, seat_waits(seat))


def _seat_ended(state: Exchange, event: facts.GuestSeatEnded) -> None:
    seat = state.seats[event.seat]
    seat.ended_at, seat.lapsed = event.at, event.lapsed
    follow(state.clocks, seat_waits(seat))


FOLDS: Mapping[type, Callable[[Exchange, Any], None]] = {
    facts.ExchangeOpened: _opened,
    facts.ExchangeEnded: _ended,
    facts.SheetOwed: _owed,
    facts.SheetReasonAdded: _reason,
    facts.SheetSent: _sent,
    facts.SheetMissed: _missed,
    facts.ReplyRecorded: _replied,
    facts.GuestSeatGranted: _granted,
    facts.GuestSeatEnded: _seat_ended,
}
"""One function per event class; a test sees to it that none is missing."""
