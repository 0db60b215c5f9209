"""Gauges as they report, fall silent, cross a threshold."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from coord.errors import NotFound, Refused
from coord.geo.commands.gauges import GaugeWish, ReadGauges, SetThresholds, Value
from coord.geo.facts.gauges import (
    GaugeFact,
    GaugeFellSilent,
    GaugeHeardAgain,
    GaugeRead,
    ReadingDoubted,
    ThresholdCleared,
    ThresholdCrossed,
    ThresholdsSet,
)
from coord.geo.layer import GaugeNow, Layer, find
from coord.geo.model import Gauge
from coord.geo.observations import KEPT, after, doubt, level_of, meant


def decide_gauge(layer: Layer, wish: GaugeWish, at: datetime) -> Sequence[GaugeFact]:
    """Return what follows from *wish*."""
    match wish:
        case ReadGauges(values, source):
            return _read(layer, values, source, at)
        case SetThresholds(thresholds):
            if len({threshold.id for threshold in thresholds}) < len(thresholds):
                raise Refused("two thresholds have the same id", "id-taken")
            return [] if tuple(layer.thresholds.values()) == thresholds else [ThresholdsSet(thresholds)]
        case _:
            assert_never(wish)


def _read(layer: Layer, values: Sequence[Value], source: str, at: datetime) -> Sequence[GaugeFact]:
    facts: list[GaugeFact] = []
    scratch: dict[str, GaugeNow] = {}
    crossed = {one: set(gauges) for one, gauges in layer.crossed.items()}
    for value in sorted(values, key=lambda value: (value.happened_at, value.gauge)):
        gauge = find(layer, value.gauge, Gauge)
        if gauge.id not in scratch:
            known = layer.gauges.get(gauge.id, GaugeNow())
            scratch[gauge.id] = GaugeNow(list(known.times), list(known.values), known.silent)
        now = scratch[gauge.id]
        if _known(now, value.happened_at):
            continue
        why = doubt(gauge, now.times, now.values, value.value, value.happened_at, at)
        if why == "not-a-number":
            raise Refused(f"{gauge.id} sent something that is no number", "not-a-reading")
        if why:
            facts.append(ReadingDoubted(gauge.id, value.value, value.happened_at, why, source))
            continue
        if now.silent:
            facts.append(GaugeHeardAgain(gauge.id, value.happened_at))
            now.silent = False
        facts.append(GaugeRead(gauge.id, value.value, value.happened_at, source))
        _insert(now, value.happened_at, value.value)
        facts += _marks(layer, gauge, now, crossed)
    return facts


def _marks(layer: Layer, gauge: Gauge, now: GaugeNow, crossed: dict[str, set[str]]) -> list[GaugeFact]:
    facts: list[GaugeFact] = []
    for threshold in layer.thresholds.values():
        if not meant(threshold, gauge):
            continue
        level, there = level_of(threshold, now.times, now.values), crossed.setdefault(threshold.id, set())
        was = gauge.id in there
        if (becomes := after(threshold, was, level)) != was:
            fact = ThresholdCrossed if becomes else ThresholdCleared
            facts.append(fact(threshold.id, gauge.id, level, now.times[-1]))
            (there.add if becomes else there.discard)(gauge.id)
    return facts


def _known(now: GaugeNow, at: datetime) -> bool:
    i = bisect_left(now.times, at)
    return i < len(now.times) and now.times[i] == at


def _insert(now: GaugeNow, at: datetime, value: float) -> None:
    i = bisect_right(now.times, at)
    now.times.insert(i, at)
    now.values.insert(i, value)
    old = bisect_right(now.times, now.times[-1] - KEPT)
    del now.times[:old], now.values[:old]


def silent(layer: Layer, one: str) -> GaugeFellSilent:
    """Return the fact that nothing was heard of *one* for too long, and since when."""
    gauge = layer.features.get(one)
    if not isinstance(gauge, Gauge):
        raise NotFound(f"there is no gauge {one}")
    due = layer.clocks.items()[f"gauge/{one}"]
    return GaugeFellSilent(one, due - gauge.silent_after)


def evolve_gauge(layer: Layer, fact: GaugeFact) -> None:
    """Change *layer* in place as *fact* says."""
    match fact:
        case GaugeRead(one, value, happened_at, _):
            now = layer.gauges.setdefault(one, GaugeNow())
            _insert(now, happened_at, value)
            gauge = layer.features.get(one)
            if isinstance(gauge, Gauge) and one not in layer.closed:
                layer.clocks.set(f"gauge/{one}", now.times[-1] + gauge.silent_after)
        case ReadingDoubted():
            layer.gauges.setdefault(fact.gauge, GaugeNow()).doubted += 1
        case GaugeFellSilent(one, _):
            layer.gauges.setdefault(one, GaugeNow()).silent = True
            layer.clocks.clear(f"gauge/{one}")
        case GaugeHeardAgain(one, _):
            layer.gauges.setdefault(one, GaugeNow()).silent = False
        case ThresholdsSet(thresholds):
            layer.thresholds = {threshold.id: threshold for threshold in thresholds}
            layer.crossed = {one: gauges for one, gauges in layer.crossed.items() if one in layer.thresholds}
        case ThresholdCrossed(one, gauge_id, _, _):
            layer.crossed[one] = tuple(sorted({*layer.crossed.get(one, ()), gauge_id}))
        case ThresholdCleared(one, gauge_id, _, _):
            layer.crossed[one] = tuple(sorted({*layer.crossed.get(one, ())} - {gauge_id}))
        case _:
            assert_never(fact)
