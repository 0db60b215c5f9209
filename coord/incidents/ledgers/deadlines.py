"""What ledgers wait for: the report of each place, the time of a need, the arrival of an offer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from coord.events import Clocks, Tick
from coord.incidents.deadlines import follow
from coord.incidents.ledgers.facts import FigureMissing, LedgerEvent, NeedShort, OfferOverdue
from coord.incidents.ledgers.model import Column, Figure, Ledger, Need, Offer
from coord.incidents.spans import next_slot
from coord.incidents.ticks import CLOCK

GRACE = timedelta(minutes=15)
"""SAMPLE: how long after its due time a figure may still come in without being missing."""


def column_waits(figure: Figure, column: Column) -> dict[str, datetime | None]:
    """Return when the report of one place is missing."""
    owed = None if figure.closed or column.due is None else column.due + GRACE
    return {f"figure:{figure.id}/{column.place}": owed}


def need_waits(need: Need) -> dict[str, datetime | None]:
    """Return when *need* must be covered."""
    open_ = not need.closed_for and not need.fell_short and need.short > 0
    return {f"need:{need.id}": need.due if open_ else None}


def offer_waits(need: Need, offer: Offer) -> dict[str, datetime | None]:
    """Return when an offer should be there."""
    coming = offer.now in {"committed", "on-the-way"} and not offer.withdrawn and not offer.overdue
    return {f"offer:{need.id}/{offer.id}": offer.eta if coming and not need.closed_for else None}


def expected_clocks(state: Ledger) -> Clocks:
    """Return from scratch what *state* waits for; always equal to ``state.clocks``."""
    clocks = Clocks()
    for figure in state.figures.values():
        for column in figure.columns.values():
            follow(clocks, column_waits(figure, column))
    for need in state.needs.values():
        follow(clocks, need_waits(need))
        for offer in need.offers.values():
            follow(clocks, offer_waits(need, offer))
    return clocks


def following(rhythm: str, slot: datetime, until: datetime | None) -> datetime | None:
    """Return the slot after *slot*, None when the figure is no longer owed then."""
    slot = next_slot(rhythm, slot)
    return None if until is not None and slot > until else slot


def tick(state: Ledger, tick: Tick, at: datetime) -> Sequence[LedgerEvent]:
    """Fire all that is due at the tick; places of one figure that are missing for the same slot are one fact."""
    events: list[LedgerEvent] = []
    missing: dict[tuple[str, datetime, datetime], list[str]] = {}
    for deadline in state.clocks.due(min(tick.at, at)):
        kind, _, key = deadline.key.partition(":")
        name, _, part = key.partition("/")
        if kind == "figure":
            column = state.figures[name].columns[part]
            missing.setdefault((name, column.since, deadline.due - GRACE), []).append(part)
        elif kind == "need":
            events.append(NeedShort(at=at, by=CLOCK, need=name, missed=deadline.due, short=state.needs[name].short))
        elif kind == "offer":
            events.append(OfferOverdue(at=at, by=CLOCK, need=name, offer=part, missed=deadline.due))
    for (name, since, due), places in missing.items():
        events.append(_missing(state.figures[name], since, due, tuple(places), at))
    return events


def _missing(figure: Figure, since: datetime, due: datetime, places: tuple[str, ...], at: datetime) -> FigureMissing:
    """Count the slots that have passed by *at*; one fact, however long the outage was."""
    slots, before, last = 1, since, due
    upcoming = following(figure.rhythm, last, figure.until)
    while upcoming is not None and upcoming + GRACE <= at:
        slots, before, last = slots + 1, last, upcoming
        upcoming = following(figure.rhythm, last, figure.until)
    return FigureMissing(
        at=at,
        by=CLOCK,
        figure=figure.id,
        places=places,
        due=due,
        slots=slots,
        last=last,
        opened_at=before + (last - before) / 2,
        next_due=upcoming,
    )
