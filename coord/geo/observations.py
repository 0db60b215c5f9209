"""What gauges say: sums, plausibility, thresholds with hysteresis (P-5). Pure arithmetic over times and values.

A rain value counts for the step that ended at its time, so a sum over 30
minutes takes the values with a time in (now − 30 min, now].
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from math import isfinite

from coord.geo.commands.points import TakeReading
from coord.geo.facts.gauges import GaugeRead
from coord.geo.model import Gauge, HazardPoint
from coord.geo.rules.visits import metres_apart
from coord.geo.terms import Threshold

KEPT = timedelta(hours=24)
WINDOWS: Mapping[str, timedelta] = {
    "30min": timedelta(minutes=30),
    "1h": timedelta(hours=1),
    "3h": timedelta(hours=3),
    "24h": timedelta(hours=24),
}
CLOCKS_DIFFER = timedelta(minutes=2)
"""A gauge's clock may be this much ahead of ours."""


def sum_over(times: Sequence[datetime], values: Sequence[float], window: timedelta, now: datetime) -> float:
    """Return the sum of the *values* whose time lies in (now − window, now]; *times* are sorted.

    >>> from datetime import UTC
    >>> at = [datetime(2025, 9, 23, 2, minute, tzinfo=UTC) for minute in (10, 20, 30, 40)]
    >>> sum_over(at, [4.0, 8.0, 9.0, 9.0], timedelta(minutes=30), at[-1])
    26.0
    """
    first, last = bisect_right(times, now - window), bisect_right(times, now)
    return float(round(sum(values[first:last]), 6))


def sums(times: Sequence[datetime], values: Sequence[float], now: datetime) -> dict[str, float]:
    """Return the sums over 30 minutes, 1, 3 and 24 hours up to *now*."""
    return {name: sum_over(times, values, window, now) for name, window in WINDOWS.items()}


def doubt(
    gauge: Gauge, times: Sequence[datetime], values: Sequence[float], value: float, at: datetime, now: datetime
) -> str:
    """Return why a value of *gauge* cannot be true (``future``, ``too-old``, ``out-of-range``, ``too-steep``) or ""."""
    if not isfinite(value):
        return "not-a-number"
    if at > now + CLOCKS_DIFFER:
        return "future"
    if at < now - KEPT:
        return "too-old"
    if not gauge.low <= value <= gauge.high:
        return "out-of-range"
    before = bisect_right(times, at) - 1
    if gauge.steepest is not None and before >= 0:
        steps = max((at - times[before]) / gauge.step, 1.0)
        if value - values[before] > gauge.steepest * steps:
            return "too-steep"
    return ""


def level_of(threshold: Threshold, times: Sequence[datetime], values: Sequence[float]) -> float:
    """Return what *threshold* looks at: the last value, or the sum over its window up to the last value."""
    if threshold.window is None:
        return values[-1]
    return sum_over(times, values, threshold.window, times[-1])


def after(threshold: Threshold, was_crossed: bool, level: float) -> bool:
    """Return whether *threshold* is crossed at *level*; between its two marks it stays as it was."""
    return level >= threshold.at_least or (was_crossed and level >= threshold.clear_below)


def meant(threshold: Threshold, gauge: Gauge) -> bool:
    """Return whether *threshold* watches *gauge*."""
    return threshold.kind == gauge.kind and threshold.gauge in ("", gauge.id)


def slope_thresholds(points: Iterable[HazardPoint], gauges: Iterable[Gauge]) -> tuple[Threshold, ...]:
    """Return a threshold for the critical rain of each slope, at the rain gauge nearest to it."""
    rain = [gauge for gauge in gauges if gauge.kind == "rain"]
    found = []
    for point in sorted(points, key=lambda point: point.id):
        if point.critical_rain_mm_24h is not None and rain:
            nearest = min(rain, key=lambda gauge: (metres_apart(point.place, gauge.place), gauge.id))
            mark = point.critical_rain_mm_24h
            found.append(Threshold(f"rain-24h:{point.id}", "rain", mark, mark * 0.8, WINDOWS["24h"], nearest.id))
    return tuple(found)


def point_reading(gauge: Gauge, fact: GaugeRead) -> TakeReading | None:
    """Return the reading at the hazard point that *gauge* watches, for the stream of points."""
    if not gauge.point:
        return None
    return TakeReading(gauge.point, fact.value, fact.happened_at, "", f"gauge/{gauge.id}")
