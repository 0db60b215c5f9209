"""Figures and needs as rows by key: value, target, as of when, who is missing, what is short."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from coord.incidents.ledgers import facts
from coord.incidents.ledgers.model import Column, Figure, Ledger, LedgerEvent, Need
from coord.incidents.plain import ALL, PlainRow, iso


def keys(state: Ledger) -> Iterator[str]:
    """Yield the keys of all rows."""
    yield from (f"figure:{name}" for name in state.figures)
    yield from (f"need:{name}" for name in state.needs)


def row(state: Ledger, key: str) -> PlainRow | None:
    """Return the row under *key* as plain data, or None when there is none; ``groups`` says who may see it."""
    kind, _, name = key.partition(":")
    if kind == "figure" and name in state.figures:
        return _figure(state.figures[name])
    if kind == "need" and name in state.needs:
        return _need(state.needs[name])
    return None


FIGURES = (facts.FigureDeclared, facts.FigureClosed, facts.FigureReported, facts.FigureMissing)


def touched(_before: Ledger, event: LedgerEvent) -> set[str]:
    """Return the keys of all rows that *event* may change, given the state before it."""
    return {f"figure:{event.figure}"} if isinstance(event, FIGURES) else {f"need:{event.need}"}


def age(figure: Figure, at: datetime) -> timedelta | None:
    """Return how old the oldest of the values is that make up the total; None while nobody has reported."""
    times = [column.last.as_of for p in figure.places if (column := figure.columns[p]).last is not None]
    return at - min(times) if times else None


def missing(figure: Figure) -> list[str]:
    """Return the places that owe a report whose time has passed."""
    return [place for place in figure.places if figure.columns[place].missing_since is not None]


def _figure(figure: Figure) -> PlainRow:
    columns = [figure.columns[place] for place in figure.places]
    times = [column.last.as_of for column in columns if column.last is not None]
    return {
        "key": f"figure:{figure.id}",
        "kind": "figure",
        "groups": ALL,
        "figure": figure.id,
        "names": dict(figure.names),
        "unit": figure.unit,
        "value": figure.total,
        "target": figure.target,
        "least": figure.least,
        "most": figure.most,
        "met": figure.met,
        "cumulative": figure.cumulative,
        "as_of": iso(min(times, default=None)),
        "reporter": figure.reporter,
        "place_level": figure.place_level,
        "rhythm": figure.rhythm,
        "due": iso(min((c.due for c in columns if c.due is not None and not figure.closed), default=None)),
        "until": iso(figure.until),
        "closed": figure.closed,
        "source": figure.source,
        "missing": missing(figure),
        "missed": sum(column.missed for column in columns),
        "answered": sum(column.answered for column in columns),
        "places": [_column(column) for column in columns],
    }


def _column(column: Column) -> PlainRow:
    last = column.last
    return {
        "place": column.place,
        "value": None if last is None else last.value,
        "as_of": iso(last.as_of) if last else None,
        "by": last.by if last else "",
        "below": last.below if last else None,
        "why": last.why if last else "",
        "entries": len(column.entries),
        "missing_since": iso(column.missing_since),
        "missed": column.missed,
    }


def _need(need: Need) -> PlainRow:
    return {
        "key": f"need:{need.id}",
        "kind": "need",
        "groups": ALL,
        "need": need.id,
        "group": need.group,
        "what": need.what,
        "amount": need.amount,
        "unit": need.unit,
        "place": need.place,
        "due": iso(need.due),
        "why": need.why,
        "incident": need.incident,
        "text": need.text,
        "state": need.state,
        "short": need.short,
        "fell_short": need.fell_short,
        "closed_for": need.closed_for,
        "raised_at": iso(need.raised_at),
        "offers": [
            {
                "offer": offer.id,
                "group": offer.group,
                "amount": offer.amount,
                "now": offer.now,
                "eta": iso(offer.eta),
                "at": iso(offer.at),
                "overdue": offer.overdue,
                "withdrawn": offer.withdrawn,
                "text": offer.text,
            }
            for offer in need.offers.values()
        ],
    }
