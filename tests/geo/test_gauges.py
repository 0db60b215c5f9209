"""Gauges: 26 mm in half an hour at R3 is noticed at 02:47, silence is noticed too, nonsense counts nowhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coord.errors import NotFound, Refused
from coord.events import Tick
from coord.geo.commands import Close, ReadGauges, SetThresholds, TakeReading, Value
from coord.geo.facts import (
    GaugeFellSilent,
    GaugeHeardAgain,
    GaugeRead,
    ReadingDoubted,
    ThresholdCleared,
    ThresholdCrossed,
)
from coord.geo.layer import Layer
from coord.geo.model import Gauge, HazardPoint
from coord.geo.observations import point_reading, slope_thresholds, sum_over, sums
from coord.geo.sample import sample_register
from coord.geo.terms import Threshold
from tests.geo.ground import DAY, HOUR, MINUTE, NOON, layer_of, play

HALF_HOUR = Threshold("rain-30min", "rain", 25, 15, timedelta(minutes=30))
NIGHT = datetime(2025, 9, 23, 2, 47, tzinfo=UTC)


def gauges(*thresholds: Threshold) -> Layer:
    layer = layer_of("gauges")
    play(layer, SetThresholds(thresholds or (HALF_HOUR,)))
    return layer


def rain(layer: Layer, value: float, at: datetime, gauge: str = "R3") -> list[object]:
    return list(play(layer, ReadGauges((Value(gauge, value, at),)), at))


def test_26_mm_in_30_minutes_are_noticed_with_the_reading_that_makes_them() -> None:
    layer = gauges()
    for minutes, value in ((25, 2.0), (20, 3.0), (15, 5.0), (10, 6.0), (5, 6.0)):
        facts = rain(layer, value, NIGHT - minutes * MINUTE)
        assert len(facts) == 1
    assert rain(layer, 4.0, NIGHT) == [
        GaugeRead("R3", 4.0, NIGHT),
        ThresholdCrossed("rain-30min", "R3", 26.0, NIGHT),
    ]


def test_between_the_two_marks_a_threshold_stays_as_it_was() -> None:
    level = Threshold("tide", "tide", 150, 120)
    layer = gauges(level)
    seen = []
    for i, value in enumerate([149, 150, 121, 149, 150, 119.9, 149, 151]):
        seen += [
            type(fact).__name__
            for fact in rain(layer, value, NOON + i * 5 * MINUTE, "T1")
            if isinstance(fact, ThresholdCrossed | ThresholdCleared)
        ]
    assert seen == ["ThresholdCrossed", "ThresholdCleared", "ThresholdCrossed"]


@settings(deadline=None)
@given(st.lists(st.floats(0, 40), min_size=1, max_size=60))
def test_crossings_and_clearings_alternate_and_agree_with_the_sums(values: list[float]) -> None:
    layer = gauges()
    crossed = False
    times: list[datetime] = []
    for i, value in enumerate(values):
        at = NOON + i * 5 * MINUTE
        times.append(at)
        changes = [
            isinstance(fact, ThresholdCrossed)
            for fact in rain(layer, value, at)
            if isinstance(fact, ThresholdCrossed | ThresholdCleared)
        ]
        total = sum(value for when, value in zip(times, values, strict=False) if when > at - 30 * MINUTE)
        expected = round(total, 6) >= 25 or (crossed and round(total, 6) >= 15)
        assert changes == ([] if expected == crossed else [expected])
        crossed = expected
        assert (layer.crossed.get("rain-30min", ()) == ("R3",)) == crossed


@settings(deadline=None)
@given(st.permutations(range(12)), st.integers(1, 11))
def test_values_in_any_order_and_in_any_batches_end_in_the_same_series(order: list[int], cut: int) -> None:
    values = [Value("R3", float(i), NOON + i * 5 * MINUTE) for i in range(12)]
    late = NOON + HOUR
    straight, mixed = gauges(), gauges()
    play(straight, ReadGauges(tuple(values)), late)
    shuffled = [values[i] for i in order]
    play(mixed, ReadGauges(tuple(shuffled[:cut])), late)
    play(mixed, ReadGauges(tuple(shuffled[cut:])), late)
    assert mixed.gauges["R3"] == straight.gauges["R3"]
    assert play(mixed, ReadGauges(tuple(values)), late) == []


def test_sums_take_what_fell_after_the_window_began() -> None:
    times = [NOON + i * 10 * MINUTE for i in range(-200, 1)]
    values = [1.0] * 201
    assert sums(times, values, NOON) == {"30min": 3, "1h": 6, "3h": 18, "24h": 144}
    assert sum_over(times, values, HOUR, NOON - 5 * MINUTE) == 6


@pytest.mark.parametrize(
    ("value", "minutes", "why"),
    [(61, 0, "out-of-range"), (-1, 0, "out-of-range"), (1, 5, "future"), (1, -1441, "too-old"), (50, 0, "too-steep")],
)
def test_an_implausible_value_is_put_aside_with_a_reason_and_counts_nowhere(
    value: float, minutes: int, why: str
) -> None:
    layer = gauges()
    rain(layer, 1, NOON - 5 * MINUTE)
    facts = play(layer, ReadGauges((Value("R3", value, NOON + minutes * MINUTE),)), NOON)
    assert [fact.because for fact in facts if isinstance(fact, ReadingDoubted)] == [why]
    assert len(layer.gauges["R3"].values) == 1
    assert layer.gauges["R3"].doubted == 1


def test_what_is_no_number_and_who_is_no_gauge_are_refused() -> None:
    with pytest.raises(Refused, match="no number"):
        rain(gauges(), float("nan"), NOON)
    with pytest.raises(NotFound):
        rain(gauges(), 1, NOON, "R99")


def test_a_silent_gauge_is_noticed_once_and_heard_again() -> None:
    layer = gauges()
    rain(layer, 1, NOON)
    assert layer.clocks.get("gauge/R3") == NOON + 20 * MINUTE
    at = NOON + 20 * MINUTE
    silent = [fact for fact in play(layer, Tick(at), at) if getattr(fact, "gauge", "") == "R3"]
    assert silent == [GaugeFellSilent("R3", NOON)]
    assert not [fact for fact in play(layer, Tick(at), at) if getattr(fact, "gauge", "") == "R3"]
    later = NOON + HOUR
    assert rain(layer, 1, later)[0] == GaugeHeardAgain("R3", later)
    assert layer.clocks.get("gauge/R3") == later + 20 * MINUTE


def test_a_gauge_that_never_spoke_is_silent_too_and_a_closed_one_is_not() -> None:
    layer = gauges()
    play(layer, Close("A2"))
    silent = {fact.gauge for fact in play(layer, Tick(NOON + DAY), NOON + DAY) if isinstance(fact, GaugeFellSilent)}
    assert silent == set(layer.features) - {"A2"}


def test_a_depth_gauge_speaks_for_the_point_it_watches() -> None:
    gauge = next(gauge for gauge in sample_register("gauges") if gauge.id == "D3")
    assert isinstance(gauge, Gauge)
    wish = point_reading(gauge, GaugeRead("D3", 28, NOON))
    assert wish == TakeReading("U3", 28, NOON, "", "gauge/D3")
    rain_gauge = next(gauge for gauge in sample_register("gauges") if gauge.id == "R1")
    assert isinstance(rain_gauge, Gauge)
    assert point_reading(rain_gauge, GaugeRead("R1", 28, NOON)) is None


def test_each_slope_has_its_critical_rain_at_the_nearest_gauge() -> None:
    slopes = [point for point in sample_register("points") if isinstance(point, HazardPoint)]
    rules = slope_thresholds(slopes, [gauge for gauge in sample_register("gauges") if isinstance(gauge, Gauge)])
    assert len(rules) == 12
    assert {rule.gauge for rule in rules if rule.id == "rain-24h:S05"} == {"R5"}


def test_only_the_last_24_hours_are_kept() -> None:
    layer = gauges()
    for hours in range(30):
        rain(layer, 1, NOON + hours * HOUR)
    assert len(layer.gauges["R3"].times) == 24
