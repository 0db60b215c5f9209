"""Laws of merging: several plans at once want at least what each wants alone."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coord.plans.desired import desired
from coord.plans.join import join, together
from coord.plans.load import load
from coord.plans.merge import Demands, demands, merge, owners, text_of
from coord.plans.wanted import LEVELS, Level, Situation, Wanted
from tests.plans.district import district
from tests.plans.sample import NOON, SPECIFIC, force, sample
from tests.plans.test_check import good
from tests.plans.test_desired import at_least, wanted

PLANS = st.sampled_from(["master", *SPECIFIC]).map(lambda plan: demands(sample(), plan))
QUICK = settings(max_examples=30, deadline=None)
TIMES = st.none() | st.integers(0, 9).map(lambda hours: NOON.replace(hour=hours))
WORDS = st.sets(st.sampled_from("pqr")).map(lambda some: tuple(sorted(some)))


@st.composite
def wishes(draw: st.DrawFn) -> Wanted:
    """One plan's word about the same task; owner first, so that support never names the owner."""
    group = draw(st.sampled_from(["COM", "EVA", "RES"]))
    support = draw(st.sets(st.sampled_from(["COM", "EVA", "RES"]))) - {group}
    title = {"en": draw(st.sampled_from(["Move people", "Move all"]))}
    wait = draw(st.integers(1, 3))
    return Wanted(
        key="d/-/1",
        duty="d",
        group=group,
        title=title,
        level=draw(st.sampled_from([None, *LEVELS])),
        due=draw(TIMES),
        ack_within=NOON.replace(minute=wait) - NOON,
        support=tuple(sorted(support)),
        rows=draw(WORDS),
        kind=draw(st.sampled_from(["desk", "field", "round"])),
        weight=draw(st.sampled_from(["life", "order", "record"])),
        evidence=draw(st.sampled_from(["", "photo", "list"])),
        on_lower=draw(st.sampled_from(["keep", "ask", "stop"])),
        after=draw(WORDS),
        round=draw(st.integers(0, 3)),
        round_due=draw(TIMES),
        sources=draw(WORDS),
    )


@given(wishes(), wishes(), wishes())
def test_joining_is_associative(one: Wanted, two: Wanted, three: Wanted) -> None:
    assert join(join(one, two), three) == join(one, join(two, three))


@given(wishes(), wishes())
def test_joining_is_commutative_and_idempotent_and_never_relaxes(one: Wanted, two: Wanted) -> None:
    both = join(one, two)
    assert both == join(two, one)
    assert join(one, one) == one
    assert join(both, one) == both
    assert at_least(both, one)
    assert at_least(both, two)
    assert set(both.sources) == {*one.sources, *two.sources}


@given(st.lists(wishes(), min_size=1, max_size=5), st.randoms())
def test_the_order_of_joining_makes_no_difference(some: list[Wanted], random: Random) -> None:
    other = list(some)
    random.shuffle(other)
    assert reduce(join, some) == reduce(join, other)


@given(st.lists(st.sampled_from(SPECIFIC), min_size=1, max_size=3, unique=True), st.sampled_from(LEVELS))
@settings(max_examples=6, deadline=None)
def test_activations_on_different_versions_want_what_they_would_together(some: list[str], level: Level) -> None:
    forces = [force(level, plan) for plan in some]
    rows = district()
    apart = together(desired(sample(), Situation(NOON, (one,)), rows) for one in forces)
    assert apart == desired(sample(), Situation(NOON, tuple(forces)), rows)


@given(PLANS, PLANS, PLANS)
@QUICK
def test_merging_is_associative_commutative_and_idempotent(one: Demands, two: Demands, three: Demands) -> None:
    assert merge(merge(one, two), three) == merge(one, merge(two, three)) == merge(three, two, one)
    assert merge(one, one) == merge(one)


@given(st.lists(st.sampled_from(SPECIFIC), min_size=1, max_size=4), st.sampled_from(LEVELS))
@settings(max_examples=10, deadline=None)
def test_plans_together_want_at_least_what_each_wants_alone(some: list[str], level: Level) -> None:
    together = wanted(Situation(NOON, tuple(force(level, plan) for plan in some)))
    for plan in some:
        for key, task in wanted(Situation(NOON, (force(level, plan),))).items():
            assert at_least(together[key], task)


def test_an_override_changes_the_duty_for_its_own_plan_only() -> None:
    ours = {str(rule) for one in demands(sample(), "typhoon")["situation-report"] for rule in one.duty.every}
    theirs = {str(rule) for one in demands(sample(), "geological")["situation-report"] for rule in one.duty.every}
    assert "3 h" in ours
    assert "3 h" not in theirs


def test_an_omitted_duty_is_still_wanted_when_another_plan_wants_it() -> None:
    def asks(*some: str) -> bool:
        forces = tuple(force("IV", plan) for plan in some)
        return any(task.duty == "shelter-readiness" for task in wanted(Situation(NOON, forces)).values())

    assert not asks("epidemic")
    assert asks("typhoon")
    assert asks("epidemic", "typhoon")


def test_a_work_plan_begins_at_the_level_at_which_it_is_used() -> None:
    said = demands(sample(), "forest-fire")["open-shelters"]
    assert {demand.duty.from_level for demand in said} == {"II"}
    assert {demand.duty.from_level for demand in demands(sample(), "typhoon")["open-shelters"]} == {"III"}


def test_two_owners_of_a_duty_are_both_told_until_somebody_settles_it() -> None:
    flood = good()["specific/flood.yaml"].replace(b"open-shelters", b"pumps")
    work = good()["work/shelters.yaml"].replace(b"id: open-shelters", b"id: pumps")
    plans = load({**good(), "specific/flood.yaml": flood, "work/shelters.yaml": work})
    said = demands(plans, "flood")["pumps"]
    assert owners(said) == ["PUB", "RES"]
    assert {text_of(plans, demand)["zh-Hans"] for demand in said} == {"泵站到岗", "开放避难场所"}


def test_an_unknown_plan_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        wanted(Situation(NOON, (replace(force("IV"), plan="no-such-plan"),)))
