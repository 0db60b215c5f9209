"""Which questions signals open, and what fires by itself."""

from __future__ import annotations

from datetime import timedelta

from coord.plans.asks import asked, fired
from coord.plans.scenario import failures
from coord.plans.signals import Reading, Seen
from coord.plans.stage import play
from tests.plans.sample import SPECIFIC, sample

HALF = timedelta(minutes=30)


def questions(*facts: Seen | Reading, level: str | None = None, plan: str = "typhoon") -> list[str]:
    return [str(rule.question) for rule in asked(sample(), plan, facts, level)]  # type: ignore[arg-type]  # a level


def test_only_the_highest_level_is_asked_for() -> None:
    assert questions(Seen("gd/typhoon", "white")) == []
    assert questions(Seen("gd/typhoon", "blue")) == ["start IV"]
    assert [one for one in questions(Seen("gd/typhoon", "red")) if one.startswith("start")] == ["start I"]


def test_a_level_that_is_in_force_is_not_asked_for_again() -> None:
    facts = (Seen("gd/typhoon", "orange"), Seen("mo/cyclone", "8"))
    assert [one for one in questions(*facts, level="III") if one.startswith("start")] == ["start II"]
    assert [one for one in questions(*facts, level="II") if one.startswith("start")] == []


def test_a_measure_is_asked_for_until_it_is_ordered() -> None:
    yellow = [Seen("gd/typhoon", "yellow")]
    assert "measure stop-school" in [str(rule.question) for rule in asked(sample(), "typhoon", yellow)]
    assert "measure stop-school" not in [
        str(rule.question) for rule in asked(sample(), "typhoon", yellow, None, {"stop-school"})
    ]


def test_a_signal_of_another_system_is_never_taken_for_ours() -> None:
    assert questions(Seen("mo/rain", "red")) == []
    assert questions(Seen("gd/typhoon", "purple")) == []


def test_a_standing_order_fires_for_the_places_that_a_gauge_stands_for() -> None:
    deep = Reading("depth", 28, "cm", None, "u3", "underpass-3")
    rain = Reading("rain", 26, "mm", HALF, "r3")
    found = {one.order.id: one.places for one in fired(sample(), "rainstorm-waterlogging", [deep, rain])}
    assert found == {"deep-water": ("underpass-3",), "shallow-water": ("underpass-3",), "sudden-rain": ()}
    assert fired(sample(), "rainstorm-waterlogging", [Reading("rain", 24.9, "mm", HALF, "r3")]) == []


def test_all_shipped_scenarios_hold_and_stay_under_the_alarm_budget() -> None:
    for plan in SPECIFIC:
        for scenario in sample()[plan].scenarios:
            assert failures(sample(), plan, scenario) == []
            steps = play(sample(), plan, scenario)
            assert sum(len(step.asks) + len(step.fires) for step in steps) <= 12
