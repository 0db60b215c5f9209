"""What the exchange waits for: the next time of day, each sheet that is owed, the end of a seat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from coord.events import Clocks, Tick
from coord.incidents.deadlines import follow
from coord.incidents.exchange.facts import ExchangeEvent, GuestSeatEnded, SheetMissed, SheetOwed
from coord.incidents.exchange.model import Exchange, Neighbour, Seat, Sheet
from coord.incidents.spans import next_slot
from coord.incidents.ticks import CLOCK

SLOT_WITHIN = timedelta(minutes=30)
"""SAMPLE: how long after its time of day a sheet may go out without being missed."""

CHANGE_WITHIN = timedelta(minutes=15)
"""SAMPLE: how soon after a change the neighbour is told."""

EARLY = timedelta(minutes=60)
"""SAMPLE: how long before its time of day a sheet may go out for it."""


def neighbour_waits(neighbour: Neighbour) -> dict[str, datetime | None]:
    """Return when the next sheet begins to be owed."""
    return {f"slot:{neighbour.id}": None if neighbour.ended else neighbour.next_slot}


def sheet_waits(sheet: Sheet) -> dict[str, datetime | None]:
    """Return when a sheet is missed."""
    return {f"sheet:{sheet.id}": sheet.due if sheet.open else None}


def seat_waits(seat: Seat) -> dict[str, datetime | None]:
    """Return when a guest's seat ends."""
    return {f"seat:{seat.id}": seat.until if seat.ended_at is None else None}


def expected_clocks(state: Exchange) -> Clocks:
    """Return from scratch what *state* waits for; always equal to ``state.clocks``."""
    clocks = Clocks()
    for neighbour in state.neighbours.values():
        follow(clocks, neighbour_waits(neighbour))
    for sheet in state.sheets.values():
        follow(clocks, sheet_waits(sheet))
    for seat in state.seats.values():
        follow(clocks, seat_waits(seat))
    return clocks


def following(neighbour: Neighbour, slot: datetime) -> datetime | None:
    """Return the time of day after *slot*; None when the exchange ends before."""
    upcoming = next_slot(neighbour.times, slot)
    return None if neighbour.until is not None and upcoming > neighbour.until else upcoming


def tick(state: Exchange, tick: Tick, at: datetime) -> Sequence[ExchangeEvent]:
    """Fire all that is due at the tick, in the order of (due, key)."""
    events: list[ExchangeEvent] = []
    count = len(state.sheets)
    for deadline in state.clocks.due(min(tick.at, at)):
        kind, _, key = deadline.key.partition(":")
        if kind == "slot":
            fresh = list(_slots(state.neighbours[key], count, at))
            count += sum(isinstance(event, SheetOwed) for event in fresh)
            events += fresh
        elif kind == "sheet":
            neighbour = state.sheets[key].neighbour
            events.append(SheetMissed(at=at, by=CLOCK, neighbour=neighbour, sheet=key, missed=deadline.due))
        elif kind == "seat":
            seat = state.seats[key]
            events.append(GuestSeatEnded(at=at, by=CLOCK, neighbour=seat.neighbour, seat=key, lapsed=True))
    return events


def _slots(neighbour: Neighbour, count: int, at: datetime) -> Iterator[ExchangeEvent]:
    """Yield each sheet whose time has come, and those that an outage made us miss."""
    slot = neighbour.next_slot
    while slot is not None and slot <= at:
        count += 1
        owed = owed_for(neighbour, f"X-{count}", slot, at, CLOCK)
        yield owed
        if owed.due <= at:
            yield SheetMissed(at=at, by=CLOCK, neighbour=neighbour.id, sheet=owed.sheet, missed=owed.due)
        slot = owed.next_slot


def owed_for(neighbour: Neighbour, sheet: str, slot: datetime, at: datetime, by: str) -> SheetOwed:
    """Return the sheet that is owed for the time of day *slot*."""
    return SheetOwed(
        at=at,
        by=by,
        neighbour=neighbour.id,
        sheet=sheet,
        slot=slot,
        because=("time",),
        due=slot + SLOT_WITHIN,
        next_slot=following(neighbour, slot),
    )
