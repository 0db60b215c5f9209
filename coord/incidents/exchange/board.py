"""The exchange as rows by key: what is owed and was missed, what they said last, who sits as a guest."""

from __future__ import annotations

from collections.abc import Iterator

from coord.incidents.exchange import facts
from coord.incidents.exchange.model import Exchange, ExchangeEvent, Neighbour, Reply, Seat, Sheet
from coord.incidents.plain import ALL, CENTRE, PlainRow, iso


def keys(state: Exchange) -> Iterator[str]:
    """Yield the keys of all rows."""
    yield from (f"neighbour:{name}" for name in state.neighbours)
    yield from (f"sheet:{name}" for name in state.sheets)
    yield from (f"reply:{name}" for name in state.replies)
    yield from (f"seat:{name}" for name in state.seats)


def row(state: Exchange, key: str) -> PlainRow | None:
    """Return the row under *key* as plain data, or None when there is none; ``groups`` says who may see it."""
    kind, _, name = key.partition(":")
    if kind == "neighbour" and name in state.neighbours:
        return _neighbour(state, state.neighbours[name])
    if kind == "sheet" and name in state.sheets:
        return _sheet(state.sheets[name])
    if kind == "reply" and name in state.replies:
        return _reply(state.replies[name])
    if kind == "seat" and name in state.seats:
        return _seat(state.seats[name])
    return None


def touched(before: Exchange, event: ExchangeEvent) -> set[str]:
    """Return the keys of all rows that *event* may change, given the state before it."""
    match event:
        case facts.SheetOwed() | facts.SheetReasonAdded() | facts.SheetSent() | facts.SheetMissed():
            return {f"neighbour:{event.neighbour}", f"sheet:{event.sheet}"}
        case facts.ReplyRecorded():
            found = {f"neighbour:{event.neighbour}", f"reply:{event.reply}"}
            return {*found, f"sheet:{event.sheet}"} if event.sheet in before.sheets else found
        case facts.GuestSeatGranted() | facts.GuestSeatEnded():
            return {f"seat:{event.seat}"}
        case _:
            return {f"neighbour:{event.neighbour}"}


def owed(state: Exchange, neighbour: Neighbour) -> list[str]:
    """Return the sheets that did not go out: those that still can in time, and those that were missed."""
    return [name for name in neighbour.sheets if state.sheets[name].sent_at is None]


def _neighbour(state: Exchange, neighbour: Neighbour) -> PlainRow:
    sheets = [state.sheets[name] for name in neighbour.sheets]
    return {
        "key": f"neighbour:{neighbour.id}",
        "kind": "neighbour",
        "groups": ALL,
        "neighbour": neighbour.id,
        "times": neighbour.times,
        "next_slot": None if neighbour.ended else iso(neighbour.next_slot),
        "until": iso(neighbour.until),
        "ended": neighbour.ended,
        "scheduled": sum(sheet.slot is not None for sheet in sheets),
        "sent": sum(sheet.sent_at is not None for sheet in sheets),
        "missed": sum(sheet.missed for sheet in sheets),
        "owed": owed(state, neighbour),
        "last": {name: {"value": value, "said_at": iso(at)} for name, (value, at) in neighbour.last.items()},
    }


def _sheet(sheet: Sheet) -> PlainRow:
    return {
        "key": f"sheet:{sheet.id}",
        "kind": "sheet",
        "groups": CENTRE,
        "sheet": sheet.id,
        "neighbour": sheet.neighbour,
        "slot": iso(sheet.slot),
        "because": list(sheet.because),
        "due": iso(sheet.due),
        "sent_at": iso(sheet.sent_at),
        "way": sheet.way,
        "zh": sheet.zh,
        "pt": sheet.pt,
        "missed": sheet.missed,
        "replies": list(sheet.replies),
    }


def _reply(reply: Reply) -> PlainRow:
    return {
        "key": f"reply:{reply.id}",
        "kind": "reply",
        "groups": ALL,
        "reply": reply.id,
        "neighbour": reply.neighbour,
        "sheet": reply.sheet,
        "source": reply.source,
        "said_at": iso(reply.said_at),
        "recorded_at": iso(reply.recorded_at),
        "by": reply.by,
        "channel": reply.channel,
        "fields": dict(reply.fields),
        "text": reply.text,
    }


def _seat(seat: Seat) -> PlainRow:
    return {
        "key": f"seat:{seat.id}",
        "kind": "seat",
        "groups": CENTRE,
        "seat": seat.id,
        "neighbour": seat.neighbour,
        "post": seat.post,
        "private": {"link": seat.link},
        "until": iso(seat.until),
        "granted_at": iso(seat.granted_at),
        "ended_at": iso(seat.ended_at),
        "lapsed": seat.lapsed,
    }
