"""Inspections (排查): every point in its rhythm, quicker while a level asks for it.

The next visit counts from the visit; after a miss it counts from now, so an
outage makes one miss and not a hundred.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import cos, hypot, radians
from typing import assert_never

from coord.errors import NotFound, Refused
from coord.geo.commands.points import StartRounds, StopRounds, TakeReading, Visit
from coord.geo.facts.points import (
    FaultFound,
    PointStateChanged,
    PointVisited,
    ReadingTaken,
    RoundsStarted,
    RoundsStopped,
    VisitFact,
    VisitMissed,
)
from coord.geo.layer import Layer, PointNow, RoundNow, find
from coord.geo.model import HazardPoint, Place
from coord.geo.rules.faults import found
from coord.geo.rules.points import decide_reading

QUICKEST = timedelta(minutes=5)


def decide_visit(
    layer: Layer, wish: Visit | StartRounds | StopRounds, at: datetime
) -> Sequence[VisitFact | ReadingTaken | PointStateChanged | FaultFound]:
    """Return what follows from a visit, or from a rhythm that begins or ends."""
    match wish:
        case Visit():
            return _visit(layer, wish)
        case StartRounds(round, points, every, reason):
            if every < QUICKEST:
                raise Refused(f"nobody can visit every {every}", "too-often")
            for point in points:
                find(layer, point, HazardPoint)
            running = layer.rounds.get(round)
            if running == RoundNow(points, every):
                return []
            if running is not None:
                raise Refused(f"round {round} is running already; stop it first", "id-taken")
            return [RoundsStarted(round, points, every, at + every, reason)]
        case StopRounds(round):
            if round not in layer.rounds:
                return []
            return [RoundsStopped(round, _dues_without(layer, round, at))]
        case _:
            assert_never(wish)


def _visit(layer: Layer, wish: Visit) -> Sequence[PointVisited | ReadingTaken | PointStateChanged | FaultFound]:
    point = find(layer, wish.point, HazardPoint)
    now = layer.points.get(wish.point, PointNow())
    every = rhythm(layer, point)
    latest = max(wish.happened_at, now.visited_at or wish.happened_at)
    off = None if wish.at_place is None else round(metres_apart(point.place, wish.at_place))
    facts: list[PointVisited | ReadingTaken | PointStateChanged | FaultFound] = [
        PointVisited(
            wish.point, wish.happened_at, wish.by, wish.at_place, off, wish.photo, wish.note, wish.told_by,
            None if every is None else latest + every,
        )
    ]  # fmt: skip
    if wish.value is not None:
        facts += decide_reading(
            layer, TakeReading(wish.point, wish.value, wish.happened_at, wish.by, "visit", wish.told_by)
        )
    if wish.fault is not None:
        facts += found(layer, wish.point, wish.fault, wish.by, wish.happened_at)
    return facts


def rhythm(layer: Layer, point: HazardPoint, without: str = "") -> timedelta | None:
    """Return the quickest rhythm in which *point* is to be visited now, or None."""
    rhythms = [now.every for one, now in layer.rounds.items() if one != without and point.id in now.points]
    if point.patrol is not None:
        rhythms.append(point.patrol)
    return min(rhythms, default=None)


def _dues_without(layer: Layer, ended: str, at: datetime) -> dict[str, datetime]:
    dues = {}
    for one in layer.rounds[ended].points:
        point = layer.features.get(one)
        if isinstance(point, HazardPoint) and one not in layer.closed:
            every = rhythm(layer, point, without=ended)
            if every is not None:
                now = layer.points.get(one, PointNow())
                dues[one] = max(at, (now.visited_at or at) + every)
    return dues


def missed(layer: Layer, one: str, due: datetime, at: datetime) -> VisitMissed:
    """Return the fact that nobody visited *one* by *due*."""
    point = layer.features.get(one)
    if not isinstance(point, HazardPoint):
        raise NotFound(f"there is no point {one}")
    return VisitMissed(one, due, at + (rhythm(layer, point) or timedelta(days=1)))


def metres_apart(one: Place, other: Place) -> float:
    """Return the distance in metres on a sphere, good to 0.5 %: enough to say that a photo was taken elsewhere."""
    lon = (other.lon - one.lon + 180) % 360 - 180
    x = radians(lon) * cos(radians((one.lat + other.lat) / 2))
    return hypot(x, radians(other.lat - one.lat)) * 6_371_008.8


def evolve_visit(layer: Layer, fact: VisitFact) -> None:
    """Change *layer* in place as *fact* says."""
    match fact:
        case PointVisited():
            now = layer.points.setdefault(fact.point, PointNow())
            if now.visited_at is None or fact.happened_at >= now.visited_at:
                now.visited_at, now.visited_by, now.off_m = fact.happened_at, fact.by, fact.off_m
            if now.overdue_since is not None and fact.happened_at <= now.overdue_since:
                now.missed -= 1  # somebody was there in time, we only heard late
            now.overdue_since = None
            _wait(layer, fact.point, fact.next_due)
        case VisitMissed(one, due, next_due):
            now = layer.points.setdefault(one, PointNow())
            now.missed += 1
            now.overdue_since = now.overdue_since or due
            _wait(layer, one, next_due)
        case RoundsStarted(round, points, every, first_due, _):
            layer.rounds[round] = RoundNow(points, every)
            for one in points:
                waiting = layer.clocks.get(f"visit/{one}")
                _wait(layer, one, first_due if waiting is None else min(waiting, first_due))
        case RoundsStopped(round, dues):
            for one in layer.rounds.pop(round).points:
                _wait(layer, one, dues.get(one))
        case _:
            assert_never(fact)


def _wait(layer: Layer, one: str, due: datetime | None) -> None:
    if due is None:
        layer.clocks.clear(f"visit/{one}")
    else:
        layer.clocks.set(f"visit/{one}", due)
