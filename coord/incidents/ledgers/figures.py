"""Figures: declared, reported, closed. A figure lower than the one before is flagged; nothing is ever changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from coord.errors import Forbidden, NotFound, Refused
from coord.incidents.ledgers.commands import CloseFigure, DeclareFigure, ReportFigure
from coord.incidents.ledgers.deadlines import following
from coord.incidents.ledgers.facts import FigureClosed, FigureDeclared, FigureReported, LedgerEvent
from coord.incidents.ledgers.model import Column, Figure, Ledger
from coord.incidents.said import told
from coord.incidents.spans import beginning, next_slot, rhythm_of
from coord.incidents.times import happened, sane_or_none

MOST = 1e12
"""No figure that can be meant is larger."""


def declare(state: Ledger, wish: DeclareFigure, at: datetime) -> Sequence[LedgerEvent]:
    """Let a figure be owed; declared as it is already, nothing changes."""
    if not wish.figure or "/" in wish.figure or not wish.reporter or not wish.names:
        raise Refused("a figure needs an id, a name and a group that reports it", "figure-unfit")
    if any("/" in place for place in wish.places):
        raise Refused("the id of a place has no slash", "figure-unfit")
    for number in (wish.least, wish.most):
        _number(number)
    rhythm_of(wish.rhythm)
    begins_at = beginning(wish.begins_at, at)
    until = sane_or_none(wish.until, at, "until")
    if until is not None and until <= begins_at:
        raise Refused("it would end before it begins", "ends-before-it-begins")
    known = state.figures.get(wish.figure)
    if known is not None and not known.closed and _said(known) == _wished(wish, until):
        return []
    return [
        FigureDeclared(
            at=at,
            by=wish.by,
            figure=wish.figure,
            names=dict(wish.names),
            unit=wish.unit,
            reporter=wish.reporter,
            places=tuple(dict.fromkeys(wish.places)) or ("",),
            place_level=wish.place_level,
            rhythm=wish.rhythm,
            target=wish.target,
            least=wish.least,
            most=wish.most,
            cumulative=wish.cumulative,
            begins_at=begins_at,
            first_due=next_slot(wish.rhythm, max(begins_at, at) if known is not None else begins_at),
            until=until,
            source=wish.source,
        )
    ]


def _said(figure: Figure) -> tuple[object, ...]:
    target = (figure.target, figure.least, figure.most, figure.cumulative)
    return (figure.names, figure.unit, figure.reporter, figure.rhythm, figure.places, *target, figure.until)


def _wished(wish: DeclareFigure, until: datetime | None) -> tuple[object, ...]:
    places = tuple(dict.fromkeys(wish.places)) or ("",)
    target = (wish.target, wish.least, wish.most, wish.cumulative)
    return (dict(wish.names), wish.unit, wish.reporter, wish.rhythm, places, *target, until)


def close(state: Ledger, wish: CloseFigure, at: datetime) -> Sequence[LedgerEvent]:
    """Let nobody owe it any more."""
    figure = _figure(state, wish.figure)
    return [] if figure.closed else [FigureClosed(at=at, by=wish.by, figure=figure.id)]


def report(state: Ledger, wish: ReportFigure, at: datetime) -> Sequence[LedgerEvent]:
    """Take a value in; the same value as of the same time is one."""
    figure = _figure(state, wish.figure)
    if figure.closed:
        raise Refused(f"{figure.id} is closed; nobody reports it any more", "figure-closed")
    if wish.group != figure.reporter:
        raise Forbidden(f"{figure.id} is reported by {figure.reporter}", "not-your-figure")
    if wish.place not in figure.places:
        raise Refused(f"{figure.id} is not reported for {wish.place or 'the whole'}", "unknown-place")
    _number(wish.value)
    column = figure.columns[wish.place]
    as_of = happened(wish.as_of, at)
    before = column.before(as_of)
    if before is not None and (before.value, before.as_of) == (wish.value, as_of):
        return []
    below = before.value if before is not None and wish.value < before.value else None
    if figure.cumulative and below is not None and not wish.why:
        raise Refused(f"{figure.id} was {below:g} already; say why it is lower now", "figure-lower")
    slot = _answered(column, as_of)
    return [
        FigureReported(
            **told(wish, at),
            figure=figure.id,
            place=wish.place,
            value=wish.value,
            as_of=as_of,
            group=wish.group,
            below=below,
            why=wish.why,
            slot=slot,
            next_due=following(figure.rhythm, slot, figure.until) if slot is not None else column.due,
        )
    ]


def _answered(column: Column, as_of: datetime) -> datetime | None:
    """Return the owed slot that a value as of *as_of* answers; it may come up to half a round early."""
    opens = column.opens_at()
    return column.due if opens is not None and as_of >= opens else None


def _number(value: float | None) -> None:
    if value is not None and not 0 <= value <= MOST:
        raise Refused(f"{value} is no figure that can be meant", "absurd-figure")


def _figure(state: Ledger, name: str) -> Figure:
    if name not in state.figures:
        raise NotFound(f"there is no figure {name}")
    return state.figures[name]
