"""How stops begin: ordered, announced, pulled forward, split, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from coord.errors import NotFound, Refused
from coord.incidents.decided import picked
from coord.incidents.measures.commands import (
    AnnounceMeasures,
    MoveMeasures,
    OrderMeasures,
    SplitMeasure,
    WithdrawMeasures,
)
from coord.incidents.measures.facts import (
    MeasureAnnounced,
    MeasureEvent,
    MeasureMoved,
    MeasureOrdered,
    MeasureSplit,
    MeasureTookEffect,
    MeasureWithdrawn,
)
from coord.incidents.measures.model import FIVE, LIFELINES, Measure, Measures
from coord.incidents.spans import span
from coord.incidents.times import SKEW, sane

GUIDE: frozenset[str] = frozenset({"wind-I", "wind-II", "flood-I", "flood-II", "forecast-extreme"})
"""What entitles to all five stops at once (Huizhou guide 2022, domain.md §1.9)."""

BASES: frozenset[str] = GUIDE | {"epidemic", "plan", "superior-order"}


def order(state: Measures, wish: OrderMeasures, at: datetime) -> Sequence[MeasureEvent]:
    """Order stops; what is ordered already with the same times is not ordered twice."""
    picked(wish.reason)
    _may_order(wish)
    times = span(at, wish.decided_at, wish.announced_at, wish.effective_at, wish.until)
    name = f"MO-{len(state.orders) + 1}"
    events: list[MeasureEvent] = []
    for stop in dict.fromkeys(wish.stops):
        if (same := _same(state, stop, wish.area, tuple(sorted(wish.sectors)))) is not None:
            if (same.effective_at, same.until) == (times.effective_at, times.until):
                continue
            raise Refused(f"{stop} is ordered there already as {same.id}; move, prolong or lift it", "measure-exists")
        ordered = MeasureOrdered(
            at=at,
            by=wish.by,
            measure=f"M-{len(state.measures) + sum(isinstance(e, MeasureOrdered) for e in events) + 1}",
            order=name,
            stop=stop,
            act=wish.act,
            area=wish.area,
            sectors=tuple(sorted(wish.sectors)),
            services=wish.services if stop == "stop-transport" or len(wish.stops) == 1 else (),
            exempt=tuple(sorted({*wish.exempt, *LIFELINES})),
            authority=wish.authority,
            basis=wish.basis,
            reason=wish.reason,
            decided_at=times.decided_at,
            announced_at=times.announced_at,
            effective_at=times.effective_at,
            until=times.until,
            hazard=wish.hazard,
            incident=wish.incident,
            decision=wish.decision,
            document=wish.document,
            text=wish.text,
        )
        events += _begun(ordered, at)
    return events


def _begun(fact: MeasureOrdered | MeasureMoved, at: datetime) -> list[MeasureEvent]:
    """Return *fact*, with its effect where its time has come."""
    if fact.effective_at > at:
        return [fact]
    return [fact, MeasureTookEffect(at=at, by=fact.by, measure=fact.measure, effective_at=fact.effective_at)]


def _may_order(wish: OrderMeasures) -> None:
    if not wish.stops or any(not stop for stop in wish.stops):
        raise Refused("say what is to be stopped", "stops-missing")
    if wish.basis not in BASES:
        raise Refused(
            f"{wish.basis or 'nothing'} is no basis of a stop; it is one of {', '.join(sorted(BASES))}", "basis"
        )
    if set(FIVE) <= set(wish.stops) and wish.basis not in GUIDE | {"plan", "superior-order"}:
        raise Refused("all five at once need wind or flood at I or II, an extreme forecast, or the plan", "basis")
    if wish.basis.startswith("flood") and not wish.area:
        raise Refused("for floods only the threatened areas are stopped; name the area", "area-missing")
    if reached := sorted(set(wish.sectors) & set(LIFELINES)):
        raise Refused(f"{', '.join(reached)} keeps running; no stop reaches it", "lifeline")
    if not wish.authority:
        raise Refused("say which authority orders it", "wrong-authority")


def _same(state: Measures, stop: str, area: str, sectors: tuple[str, ...]) -> Measure | None:
    for measure in state.measures.values():
        if measure.live and measure.scope == (stop, area, sectors):
            return measure
    return None


def announce(state: Measures, wish: AnnounceMeasures, at: datetime) -> Sequence[MeasureEvent]:
    """Record that the public was told; who has been told of the same times is not told again."""
    when = sane(wish.announced_at or at, at, "announced at")
    if when > at + SKEW:
        raise Refused(f"it is said to be announced at {when.isoformat()}, which is yet to come", "future-time")
    return [
        MeasureAnnounced(at=at, by=wish.by, measure=measure.id, announced_at=when, document=wish.document)
        for measure in chosen(state, wish.order, wish.measures)
        if measure.live and measure.announced_at is None
    ]


def move(state: Measures, wish: MoveMeasures, at: datetime) -> Sequence[MeasureEvent]:
    """Give stops another beginning. What is in force has begun: it is only refused when it was named."""
    picked(wish.reason)
    events: list[MeasureEvent] = []
    for measure in chosen(state, wish.order, wish.measures):
        if measure.state != "decided":
            if wish.measures:
                raise Refused(f"{measure.id} is {measure.state}; only what is not in force can be moved", "not-pending")
            continue
        entitled(measure, wish.authority, wish.reason)
        times = span(at, wish.decided_at or at, wish.announced_at, wish.effective_at, wish.until or measure.until)
        if (times.effective_at, times.until) == (measure.effective_at, measure.until):
            continue
        told = measure.told or measure.effective_at
        moved = MeasureMoved(
            at=at,
            by=wish.by,
            measure=measure.id,
            authority=wish.authority,
            reason=wish.reason,
            decided_at=times.decided_at,
            announced_at=times.announced_at,
            effective_at=times.effective_at,
            was_effective_at=told if told != times.effective_at else None,
            until=times.until,
            document=wish.document,
            text=wish.text,
        )
        events += _begun(moved, at)
    return events


def split(state: Measures, wish: SplitMeasure, at: datetime) -> Sequence[MeasureEvent]:
    """Take a part out of the scope; it keeps the times until it is given others."""
    measure = measure_of(state, wish.measure)
    area, sectors = wish.area or measure.area, tuple(sorted(wish.sectors)) or measure.sectors
    known = _same(state, measure.stop, area, sectors)
    if known is not None and known.part_of == measure.id:
        return []
    if not measure.live or measure.part_of:
        raise Refused(f"{measure.id} is {'a part itself' if measure.part_of else measure.state}", "split-unfit")
    outside = bool(measure.sectors) and not set(sectors) <= set(measure.sectors)
    if known is not None or outside or (measure.area and area != measure.area and not area.startswith(measure.area)):
        raise Refused(f"that is no part of {measure.id} of its own", "split-unfit")
    part = f"M-{len(state.measures) + 1}"
    return [MeasureSplit(at=at, by=wish.by, measure=measure.id, part=part, area=area, sectors=sectors)]


def withdraw(state: Measures, wish: WithdrawMeasures, at: datetime) -> Sequence[MeasureEvent]:
    """Take back what is not in force yet."""
    picked(wish.reason)
    found = chosen(state, wish.order, wish.measures)
    if any(measure.state in {"in-force", "lifted"} for measure in found):
        raise Refused("what is in force is lifted, each by its own decision; name those that are not", "not-pending")
    events: list[MeasureEvent] = []
    for measure in found:
        if measure.state == "decided":
            entitled(measure, wish.authority, wish.reason)
            events.append(
                MeasureWithdrawn(at=at, by=wish.by, measure=measure.id, authority=wish.authority, reason=wish.reason)
            )
    return events


def chosen(state: Measures, order: str, names: Sequence[str]) -> list[Measure]:
    """Return the measures of *order*, or those of them that are named."""
    if order not in state.orders:
        raise NotFound(f"there is no order of stops {order}")
    for name in names:
        if name not in state.orders[order]:
            raise NotFound(f"{name} did not come with {order}")
    return [state.measures[name] for name in names or state.orders[order]]


def measure_of(state: Measures, name: str) -> Measure:
    """Return the measure *name*."""
    if name not in state.measures:
        raise NotFound(f"there is no measure {name}")
    return state.measures[name]


def entitled(measure: Measure, authority: str, reason: str) -> None:
    """Refuse an authority that did not order the stop, unless a superior ordered the change."""
    if authority != measure.authority and (reason != "superior-order" or not authority):
        who = authority or "nobody"
        raise Refused(f"{measure.id} was ordered by {measure.authority}, not by {who}", "wrong-authority")
