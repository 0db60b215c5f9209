"""How each fact changes the ledgers, in place."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Mapping
from typing import Any

from coord.incidents.deadlines import follow
from coord.incidents.ledgers import facts
from coord.incidents.ledgers.deadlines import column_waits, need_waits, offer_waits
from coord.incidents.ledgers.model import Column, Entry, Figure, Ledger, LedgerEvent, Need, Offer


def evolve(state: Ledger, event: LedgerEvent) -> Ledger:
    """Return *state*, changed in place by *event*."""
    FOLDS[type(event)](state, event)
    return state


def _declared(state: Ledger, event: facts.FigureDeclared) -> None:
    known = state.figures.get(event.figure)
    figure = Figure(
        id=event.figure,
        names=dict(event.names),
        unit=event.unit,
        reporter=event.reporter,
        place_level=event.place_level,
        rhythm=event.rhythm,
        target=event.target,
        least=event.least,
        most=event.most,
        cumulative=event.cumulative,
        begins_at=event.begins_at,
        until=event.until,
        source=event.source,
        columns=known.columns if known is not None else {},
        places=event.places,
    )
    state.figures[figure.id] = figure
    first = None if event.until is not None and event.first_due > event.until else event.first_due
    for column in figure.columns.values():
        column.since, column.due = event.at, first if column.place in event.places else None
    for place in event.places:
        figure.columns.setdefault(place, Column(place, event.begins_at, first))
    _wait(state, figure)


def _wait(state: Ledger, figure: Figure) -> None:
    for column in figure.columns.values():
        follow(state.clocks, column_waits(figure, column))


def _figure_closed(state: Ledger, event: facts.FigureClosed) -> None:
    figure = state.figures[event.figure]
    figure.closed = True
    _wait(state, figure)


def _reported(state: Ledger, event: facts.FigureReported) -> None:
    figure = state.figures[event.figure]
    column = figure.columns[event.place]
    entry = Entry(event.value, event.as_of, event.at, event.group, event.by, event.below, event.why)
    insort(column.entries, entry, key=lambda one: one.as_of)
    if event.slot is not None:
        column.since, column.due, column.answered = event.slot, event.next_due, column.answered + 1
    if column.makes_up is not None and event.as_of >= column.makes_up:
        column.missing_since, column.makes_up = None, None
    follow(state.clocks, column_waits(figure, column))


def _missing(state: Ledger, event: facts.FigureMissing) -> None:
    figure = state.figures[event.figure]
    for place in event.places:
        column = figure.columns[place]
        column.missed += event.slots
        column.missing_since = column.missing_since or event.due
        column.makes_up = event.opened_at
        column.since, column.due = event.last, event.next_due
        follow(state.clocks, column_waits(figure, column))


def _need_wait(state: Ledger, need: Need) -> None:
    follow(state.clocks, need_waits(need))
    for offer in need.offers.values():
        follow(state.clocks, offer_waits(need, offer))


def _raised(state: Ledger, event: facts.NeedRaised) -> None:
    need = Need(
        id=event.need,
        group=event.group,
        what=event.what,
        amount=event.amount,
        unit=event.unit,
        place=event.place,
        due=event.due,
        why=event.why,
        raised_at=event.happened_at,
        incident=event.incident,
        text=event.text,
    )
    state.needs[need.id] = need
    _need_wait(state, need)


def _amended(state: Ledger, event: facts.NeedAmended) -> None:
    need = state.needs[event.need]
    need.amount, need.due, need.why, need.fell_short = event.amount, event.due, event.why, False
    _need_wait(state, need)


def _offered(state: Ledger, event: facts.NeedOffered) -> None:
    need = state.needs[event.need]
    need.offers[event.offer] = Offer(event.offer, event.group, event.amount, at=event.happened_at, text=event.text)
    _need_wait(state, need)


def _advanced(state: Ledger, event: facts.OfferAdvanced) -> None:
    need = state.needs[event.need]
    offer = need.offers[event.offer]
    if event.eta != offer.eta:
        offer.overdue = False
    offer.now, offer.amount, offer.eta, offer.at = event.now, event.amount, event.eta, event.happened_at
    _need_wait(state, need)


def _offer_withdrawn(state: Ledger, event: facts.OfferWithdrawn) -> None:
    need = state.needs[event.need]
    need.offers[event.offer].withdrawn = event.why
    _need_wait(state, need)


def _offer_overdue(state: Ledger, event: facts.OfferOverdue) -> None:
    need = state.needs[event.need]
    need.offers[event.offer].overdue = True
    _need_wait(state, need)


def _short(state: Ledger, event: facts.NeedShort) -> None:
    need = state.needs[event.need]
    need.fell_short = True
    _need_wait(state, need)


def _closed(state: Ledger, event: facts.NeedClosed) -> None:
    need = state.needs[event.need]
    need.closed_for = event.why
    _need_wait(state, need)


FOLDS: Mapping[type, Callable[[Ledger, Any], None]] = {
    facts.FigureDeclared: _declared,
    facts.FigureClosed: _figure_closed,
    facts.FigureReported: _reported,
    facts.FigureMissing: _missing,
    facts.NeedRaised: _raised,
    facts.NeedAmended: _amended,
    facts.NeedOffered: _offered,
    facts.OfferAdvanced: _advanced,
    facts.OfferWithdrawn: _offer_withdrawn,
    facts.OfferOverdue: _offer_overdue,
    facts.NeedShort: _short,
    facts.NeedClosed: _closed,
}
"""One function per event class; a test sees to it that none is missing."""
