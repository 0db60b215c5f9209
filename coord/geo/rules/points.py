"""Readings and states of hazard points.

A reading raises a state by itself. It takes one back only when a reading had
raised it, and only well below the mark, so a gauge that trembles around 27 cm
does not open and close a road; what a person has said, a person takes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import assert_never

from coord.errors import Refused
from coord.geo.commands.points import SetPointState, TakeReading
from coord.geo.facts.points import PointStateChanged, ReadingFact, ReadingTaken
from coord.geo.layer import Layer, PointNow, find
from coord.geo.model import POINT_STATES, HazardPoint, PointState

EASES_BELOW = 0.9
"""A reading eases a state when it is below this part of the mark that raised it."""


def decide_reading(layer: Layer, wish: TakeReading | SetPointState) -> Sequence[ReadingFact]:
    """Return what follows from a reading or from a person's word."""
    match wish:
        case TakeReading():
            return _read(layer, wish)
        case SetPointState(one, state, reason, happened_at, by):
            find(layer, one, HazardPoint)
            was = layer.points.get(one, PointNow()).state
            return [] if was == state else [PointStateChanged(one, was, state, reason, happened_at, by)]
        case _:
            assert_never(wish)


def _read(layer: Layer, wish: TakeReading) -> Sequence[ReadingFact]:
    point = find(layer, wish.point, HazardPoint)
    if not point.measure:
        raise Refused(f"{wish.point} has nothing that could be read", "no-measure")
    if not isfinite(wish.value) or not -10_000 <= wish.value <= 10_000:
        raise Refused(f"{wish.value} is no {point.measure}", "not-a-reading")
    now = layer.points.get(wish.point, PointNow())
    taken = ReadingTaken(wish.point, wish.value, wish.happened_at, wish.by, wish.source, wish.told_by)
    if now.read_at is not None and wish.happened_at < now.read_at:
        return [taken]  # came late: it is kept, but says nothing about now
    state = state_after(point, now, wish.value)
    if state == now.state:
        return [taken]
    why = f"reading {wish.value:g} {point.measure}"
    return [taken, PointStateChanged(wish.point, now.state, state, why, wish.happened_at, wish.by)]


def state_after(point: HazardPoint, now: PointNow, value: float) -> PointState:
    """Return the state of *point* after a reading of *value*."""
    if now.state == "closed":
        return "closed"
    reached = _reached(point, value, 1.0)
    if POINT_STATES.index(reached) >= POINT_STATES.index(now.state):
        return reached
    if not now.by_reading:
        return now.state
    eased = _reached(point, value, EASES_BELOW)
    return min(now.state, eased, key=POINT_STATES.index)


def _reached(point: HazardPoint, value: float, part: float) -> PointState:
    if point.danger_at is not None and value >= point.danger_at * part:
        return "danger"
    if point.watch_at is not None and value >= point.watch_at * part:
        return "watch"
    return "normal"


def evolve_reading(layer: Layer, fact: ReadingFact) -> None:
    """Change *layer* in place as *fact* says."""
    now = layer.points.setdefault(fact.point, PointNow())
    match fact:
        case ReadingTaken():
            if now.read_at is None or fact.happened_at >= now.read_at:
                now.value, now.read_at = fact.value, fact.happened_at
        case PointStateChanged():
            now.state = fact.now
            now.by_reading = fact.because.startswith("reading ")
        case _:
            assert_never(fact)
