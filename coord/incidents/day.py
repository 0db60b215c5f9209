"""The board of a day: after day 2 a long incident is looked at by the day, on one screen (P-17).

At most 40 rows, whatever happened. First what is owed, then what falls due
today, then the order of the day, then what holds. What does not fit in its part
is one row that says how many more there are, and which.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from coord.incidents.exchange.board import owed as owed_sheets
from coord.incidents.exchange.model import Exchange
from coord.incidents.ledgers.board import missing
from coord.incidents.ledgers.model import Ledger
from coord.incidents.measures.board import line as times_of
from coord.incidents.measures.model import Measures
from coord.incidents.plain import PlainRow, iso
from coord.incidents.spans import ZONE
from coord.incidents.zones.model import TIERS, Zones

Part = Literal["owed", "today", "order", "holds"]

ROOM: tuple[tuple[Part, int], ...] = (("owed", 14), ("today", 9), ("order", 9), ("holds", 8))
"""How many of the 40 rows each part may take."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the day: the key of the board's row that it stands for, what about it, since or until when."""

    part: Part
    key: str
    what: str
    at: datetime | None = None
    name: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Rooms:
    """The states that a day is made of."""

    zones: Zones
    ledger: Ledger
    exchange: Exchange
    measures: Measures


def day_board(rooms: Rooms, at: datetime) -> list[PlainRow]:
    """Return the rows of the day of *at*, at most 40, each with the key of what it stands for."""
    found = [*_zones(rooms.zones, at), *_weeks(rooms.zones, at), *_figures(rooms.ledger, at)]
    found += [*_sheets(rooms.exchange, at), *_stops(rooms.measures, at)]
    rows: list[PlainRow] = []
    for part, room in ROOM:
        lines = sorted((one for one in found if one.part == part), key=_order)
        rows += _fit(part, lines, room)
    return rows


def _order(line: Line) -> tuple[bool, datetime, str]:
    return line.at is None, line.at or datetime.min.replace(tzinfo=ZONE), line.key


def _fit(part: Part, lines: Sequence[Line], room: int) -> Iterator[PlainRow]:
    shown = lines if len(lines) <= room else lines[: room - 1]
    for line in shown:
        yield {
            "part": part,
            "key": line.key,
            "what": line.what,
            "at": iso(line.at),
            "name": line.name,
            "count": line.count,
        }
    if rest := lines[len(shown) :]:
        yield {
            "part": part,
            "key": f"more:{part}",
            "what": "more",
            "at": iso(rest[0].at),
            "name": "",
            "count": sum(line.count for line in rest),
            "keys": [line.key for line in rest],
        }


def _day(when: datetime) -> date:
    return when.astimezone(ZONE).date()


def _today(when: datetime | None, at: datetime) -> bool:
    return when is not None and _day(when) == _day(at)


def _zones(state: Zones, at: datetime) -> Iterator[Line]:
    held: dict[str, int] = {}
    for zone in state.zones.values():
        key, now = f"zone:{zone.id}", zone.now
        if zone.pending is not None and _today(zone.pending.effective_at, at):
            yield Line("today", key, zone.pending.tier or "lifted", zone.pending.effective_at, zone.place)
        if zone.state != "in-force" or now is None or now.tier is None:
            continue
        held[now.tier] = held.get(now.tier, 0) + 1
        if zone.owed:
            yield Line("owed", key, "decision-owed", now.until, zone.place)
        elif zone.asked:
            yield Line("today", key, "review", now.until, zone.place)
    for tier in reversed(TIERS):
        if tier in held:
            yield Line("holds", f"zones:{tier}", tier, count=held[tier])


def _weeks(state: Zones, at: datetime) -> Iterator[Line]:
    for rule in state.rules.values():
        version = rule.versions[rule.now] if rule.now is not None else None
        if version is not None:
            part: Part = "owed" if rule.owed else "holds"
            what = "decision-owed" if rule.owed else version.value
            yield Line(part, f"rule:{rule.id}", what, version.until if rule.owed else None, rule.id)
        for coming in rule.pending():
            if _today(coming.valid_from, at):
                yield Line("today", f"rule:{rule.id}", coming.value, coming.valid_from, rule.id)
    for testing in state.testings.values():
        if testing.closed_at is None and testing.begins_at <= at:
            part = "owed" if testing.overdue else "today"
            yield Line(part, f"testing:{testing.id}", "testing", testing.ends_at, testing.area)
    for series in state.series.values():
        for number in series.owed:
            yield Line("owed", f"series:{series.id}", f"number {number}", series.papers[number].due, series.addressee)
        if not series.closed and _today(series.due, at):
            yield Line("today", f"series:{series.id}", f"number {series.next}", series.due, series.addressee)
    for line in state.days.get(_day(at).isoformat(), []):
        what = "done" if line.done else "not-done" if line.done is False else "open"
        yield Line("order", f"day:{line.day}/{line.line}", what, line.given_at, line.group)


def _figures(state: Ledger, at: datetime) -> Iterator[Line]:
    for figure in state.figures.values():
        if figure.closed:
            continue
        key = f"figure:{figure.id}"
        if silent := missing(figure):
            since = min(s for p in silent if (s := figure.columns[p].missing_since) is not None)
            yield Line("owed", key, "missing", since, ", ".join(silent), len(silent))
        dues = [c.due for p in figure.places if _today((c := figure.columns[p]).due, at) and c.due is not None]
        if dues:
            yield Line("today", key, "figure", min(dues), figure.reporter, len(dues))
    for need in state.needs.values():
        if not need.closed_for and need.short:
            part: Part = "owed" if need.fell_short else "today"
            yield Line(part, f"need:{need.id}", f"short {need.short:g}", need.due, need.group)


def _sheets(state: Exchange, at: datetime) -> Iterator[Line]:
    for neighbour in state.neighbours.values():
        if late := [name for name in owed_sheets(state, neighbour) if state.sheets[name].missed]:
            since = state.sheets[late[0]].due
            yield Line("owed", f"neighbour:{neighbour.id}", "missed", since, ", ".join(late), len(late))
        for name in owed_sheets(state, neighbour):
            if state.sheets[name].open:
                yield Line("today", f"sheet:{name}", "sheet", state.sheets[name].due, neighbour.id)
        if not neighbour.ended and _today(neighbour.next_slot, at):
            yield Line("today", f"neighbour:{neighbour.id}", "sheet", neighbour.next_slot, neighbour.id)


def _stops(state: Measures, at: datetime) -> Iterator[Line]:
    for measure in state.measures.values():
        key = f"measure:{measure.id}"
        if measure.state == "in-force":
            part: Part = "owed" if measure.term_over else "holds"
            yield Line(part, key, measure.stop, measure.until if measure.term_over else None, times_of(measure))
        elif measure.state == "decided" and _today(measure.effective_at, at):
            yield Line("today", key, measure.stop, measure.effective_at, times_of(measure))
        elif measure.state == "lifted" and measure.resumption != "resumed":
            part = "owed" if measure.resume_overdue else "today"
            yield Line(part, key, measure.resume, measure.resume_due, measure.area)
