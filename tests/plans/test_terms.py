"""The small words of a plan are read as they are written, and nothing else is read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coord.plans.rules import Condition, Fact, PlaceRule, PlaceTerm
from coord.plans.signals import Question, Reading, Seen, Trigger
from coord.plans.terms import Due, Misread, Rhythm, clock, duration, duration_text
from coord.plans.wanted import PlaceRow
from tests.plans.sample import HOUR, NOON, sample

NAMES = st.lists(st.sampled_from(["a", "b1", "low", "tide", "x9", "slope"]), min_size=1, max_size=3).map("-".join)
QUICK = settings(deadline=None, max_examples=60)
LENGTHS = st.integers(1, 900_000).map(lambda seconds: timedelta(seconds=seconds))
CLOCKS = st.times().map(lambda at: at.replace(second=0, microsecond=0, tzinfo=None))
DUES = st.one_of(
    st.builds(Due, st.sampled_from("TD"), st.just(timedelta()) | LENGTHS),
    st.builds(Due, NAMES, st.just(timedelta()) | LENGTHS | LENGTHS.map(lambda length: -length)),
    st.builds(Due, CLOCKS.map(lambda at: f"{at:%H:%M}")),
)
RHYTHMS = st.one_of(
    st.integers(1, 10_000).map(lambda minutes: Rhythm(every=timedelta(minutes=minutes))),
    st.sets(CLOCKS, min_size=1, max_size=5).map(lambda some: Rhythm(clocks=tuple(sorted(some)))),
)
MARKS = st.sets(NAMES, max_size=3).map(lambda some: tuple(sorted(some)))
TERMS = st.builds(PlaceTerm, NAMES, MARKS, MARKS, st.just("") | NAMES)
RULES = st.sets(TERMS, min_size=1, max_size=3).map(lambda some: PlaceRule(tuple(sorted(some))))
FACTS = st.builds(Fact, NAMES, st.sampled_from(["is", "is-not"]), NAMES) | st.builds(
    Fact, NAMES, st.just("at-least"), st.integers(-999, 999).map(str)
)
CONDITIONS = st.sets(
    st.sets(FACTS, min_size=1, max_size=3).map(lambda some: tuple(sorted(some))), min_size=1, max_size=3
).map(lambda some: Condition(tuple(sorted(some))))
TRIGGERS = st.one_of(
    st.builds(Trigger, st.tuples(NAMES, NAMES).map("/".join), NAMES),
    st.builds(
        Trigger,
        NAMES,
        st.integers(-99, 9999).map(str),
        st.sampled_from(["mm", "cm", "m/s", "°C"]),
        st.none() | st.integers(1, 2000).map(lambda minutes: timedelta(minutes=minutes)),
        st.sampled_from(["", "at any station", "at the place"]),
    ),
)


@given(LENGTHS)
@QUICK
def test_a_duration_reads_as_it_is_written(length: timedelta) -> None:
    assert duration(duration_text(length)) == length


@given(DUES)
@QUICK
def test_a_due_rule_reads_as_it_is_written(due: Due) -> None:
    assert Due.parse(str(due)) == due


@given(RHYTHMS)
@QUICK
def test_a_rhythm_reads_as_it_is_written(rhythm: Rhythm) -> None:
    assert Rhythm.parse(str(rhythm)) == rhythm
    assert rhythm.next(NOON, sample().zone) > NOON
    assert rhythm.next(NOON, sample().zone) <= NOON + rhythm.longest_gap


@given(RULES)
@QUICK
def test_a_place_rule_reads_as_it_is_written(rule: PlaceRule) -> None:
    assert PlaceRule.parse(str(rule)) == rule


@given(CONDITIONS)
@QUICK
def test_a_condition_reads_as_it_is_written(condition: Condition) -> None:
    assert Condition.parse(str(condition)) == condition


@given(TRIGGERS)
@QUICK
def test_a_trigger_reads_as_it_is_written(trigger: Trigger) -> None:
    assert Trigger.parse(str(trigger)) == trigger


@given(st.text(max_size=40) | st.text("T+-−: 0123456789dhmins orfat/>=", max_size=40))
@QUICK
def test_whatever_is_written_is_read_or_misread_and_nothing_else(text: str) -> None:
    for parse in (
        duration,
        clock,
        Due.parse,
        Rhythm.parse,
        PlaceRule.parse,
        Condition.parse,
        Trigger.parse,
        Question.parse,
    ):
        try:
            value = parse(text)
        except Misread:
            continue
        if parse not in (duration, clock):
            assert parse(str(value)) == value


@pytest.mark.parametrize(
    ("text", "column"),
    [("household at-risk in north south", 28), ("or slope", 1), ("slope not", 7), ("Slope", 1)],
)
def test_a_misread_place_rule_names_the_column(text: str, column: int) -> None:
    with pytest.raises(Misread) as error:
        PlaceRule.parse(text)
    assert error.value.column == column


def test_a_place_rule_asks_for_kind_marks_and_area() -> None:
    rule = PlaceRule.parse("household at-risk not moved in north or slope danger")
    assert rule.covers(PlaceRow("h", "household", "", ("north",), ("at-risk",)))
    assert not rule.covers(PlaceRow("h", "household", "", ("north",), ("at-risk", "moved")))
    assert not rule.covers(PlaceRow("h", "household", "", ("south",), ("at-risk",)))
    assert rule.covers(PlaceRow("s", "slope", "", (), ("danger",)))


def test_a_condition_asks_for_facts_and_an_unknown_one_is_not_so() -> None:
    condition = Condition.parse("night is yes and people at-least 100 or tide is not low")
    assert condition.holds({"night": "yes", "people": "100", "tide": "low"})
    assert not condition.holds({"night": "yes", "people": "many", "tide": "low"})
    assert condition.holds({})


def test_a_signal_is_compared_by_its_rank_within_its_own_system() -> None:
    red = Trigger.parse("gd/typhoon at-least red")
    ladders = sample().ladders
    assert red.met_by(Seen("gd/typhoon", "red"), ladders)
    assert not red.met_by(Seen("gd/typhoon", "orange"), ladders)
    assert not red.met_by(Seen("mo/surge", "black"), ladders)
    assert Trigger.parse("mo/cyclone at-least 8").met_by(Seen("mo/cyclone", "10"), ladders)
    assert not Trigger.parse("mo/cyclone at-least 8").met_by(Seen("mo/cyclone", "3"), ladders)


def test_a_reading_is_compared_only_with_its_own_sum_and_unit() -> None:
    trigger = Trigger.parse("rain/30min >= 25 mm at any station")
    half = timedelta(minutes=30)
    assert trigger.met_by(Reading("rain", 26, "mm", half, "r3"), {})
    assert not trigger.met_by(Reading("rain", 26, "mm", HOUR, "r3"), {})
    assert not trigger.met_by(Reading("rain", 26, "cm", half, "r3"), {})
    deep = Trigger.parse("depth >= 27 cm at the place")
    assert not deep.met_by(Reading("depth", 28, "cm", None, "u3"), {})
    assert deep.met_by(Reading("depth", 28, "cm", None, "u3", "underpass-3"), {})
