"""Laws of what the plans want."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from coord.plans.desired import Wish, desired
from coord.plans.join import KINDS, WEIGHTS
from coord.plans.wanted import LEVELS, InForce, Level, PlaceRow, Situation, Triggered, Wanted, rank
from tests.plans.district import district
from tests.plans.sample import HOUR, NOON, activations, force, lowered, raised, sample, situations

ROWS = tuple(district())
FEW = settings(max_examples=25, deadline=None)


def wanted(situation: Situation) -> dict[str, Wanted]:
    return {task.key: task for task in desired(sample(), situation, ROWS).tasks}


def at_least(one: Wanted, other: Wanted) -> bool:
    """Whether *one* asks for all that *other* asks for, no later; rounds that began elsewhere are out of step."""
    return (
        set(other.rows) <= set(one.rows)
        and set(other.sources) <= set(one.sources)
        and set(other.after) <= set(one.after)
        and {other.group, *other.support} <= {one.group, *one.support}
        and (other.due is None or (one.due is not None and one.due <= other.due))
        and one.round >= other.round
        and one.ack_within <= other.ack_within
        and WEIGHTS.index(one.weight) >= WEIGHTS.index(other.weight)
        and KINDS.index(one.kind) >= KINDS.index(other.kind)
    )


def test_a_level_wants_the_duties_of_the_lower_ones_too() -> None:
    keys = [set(wanted(Situation(NOON, (force(level),)))) for level in LEVELS]
    assert keys[0] < keys[1] < keys[2] < keys[3]


def test_a_place_rule_gives_one_task_per_unit_with_a_row_per_place() -> None:
    tasks = wanted(Situation(NOON, (force("II"),)))
    moves = [task for task in tasks.values() if task.duty == "move-everyone"]
    assert len(moves) == 4
    assert sum(len(task.rows) for task in moves) == 142
    assert "move-everyone/lianhua/1" in tasks


def test_an_area_keeps_the_places_that_lie_in_it() -> None:
    tasks = wanted(Situation(NOON, (force("II", area="hetang"),)))
    assert [task.unit for task in tasks.values() if task.duty == "move-everyone"] == ["hetang"]
    everywhere = wanted(Situation(NOON, (force("II", area="an area that no place names"),)))
    assert sum(task.duty == "move-everyone" for task in everywhere.values()) == 4


def test_a_due_time_counts_from_the_first_start_of_its_level() -> None:
    tasks = wanted(Situation(NOON + 5 * HOUR, (raised(force("IV"), "III", NOON + 3 * HOUR),)))
    assert tasks["name-duty-leader/-/1"].due == NOON + HOUR / 2
    assert tasks["ferry-schedule/-/1"].due == NOON + 4 * HOUR


@given(activations(), st.sampled_from(LEVELS), st.integers(0, 500))
@FEW
def test_raising_never_puts_off_a_running_clock_and_lowering_never_lengthens_one(
    before: InForce, level: Level, minutes: int
) -> None:
    at = NOON + 24 * HOUR + timedelta(minutes=minutes)
    assert before.level is not None
    after = (raised if rank(level) > rank(before.level) else lowered)(before, level, at)
    old, new = wanted(Situation(at, (before,))), wanted(Situation(at, (after,)))
    for key in old.keys() & new.keys():
        assert at_least(new[key], old[key])
        assert new[key].round_due == old[key].round_due or (new[key].round_due or at) < (old[key].round_due or at)


def test_a_raise_orders_again_what_says_so_and_counts_from_the_raise() -> None:
    tasks = wanted(Situation(NOON + 5 * HOUR, (raised(force("IV"), "III", NOON + 3 * HOUR),)))
    assert tasks["open-consultation/-/2"].due == NOON + 3 * HOUR + timedelta(minutes=10)
    assert "open-consultation/-/1" not in tasks


def test_the_earliest_of_several_due_rules_counts() -> None:
    onset = NOON + 20 * HOUR
    plain = Situation(NOON, (force("II"),), {"wind-onset": onset})
    assert wanted(plain)["move-everyone/lianhua/1"].due == NOON + 8 * HOUR
    early = replace(plain, milestones={"wind-onset": NOON + 7 * HOUR})
    assert wanted(early)["move-everyone/lianhua/1"].due == NOON + 4 * HOUR
    ordered = replace(plain, milestones={**plain.milestones, "ordered-time": NOON + 6 * HOUR})
    assert wanted(ordered)["move-everyone/lianhua/1"].due == NOON + 6 * HOUR


def test_rounds_follow_the_rhythm_of_the_level_and_only_grow() -> None:
    low = force("II")
    high = raised(low, "I", NOON + 3 * HOUR)
    less = lowered(high, "II", NOON + timedelta(hours=6, minutes=30))
    seen = []
    for minutes in range(0, 720, 10):
        at = NOON + timedelta(minutes=minutes)
        now = low if at < NOON + 3 * HOUR else high if at < NOON + timedelta(hours=6, minutes=30) else less
        task = wanted(Situation(at, (now,)))["situation-report/-/1"]
        assert task.round_due is not None
        assert task.round_due > at
        seen.append((task.round, task.round_due))
    numbers = [number for number, _ in seen]
    assert numbers == sorted(numbers)
    hours = [(due - NOON) / HOUR for due in sorted({due for _, due in seen})]
    assert hours == [2, 4, 5, 6, 7, 9, 11, 13]


def test_the_second_firing_of_a_standing_order_has_its_own_clock() -> None:
    plan = "rainstorm-waterlogging"
    fired = (Triggered(plan, "sudden-rain", NOON), Triggered(plan, "sudden-rain", NOON + HOUR))
    tasks = wanted(Situation(NOON + HOUR, (), triggered=fired))
    assert {task.group for task in tasks.values()} == {"TRA", "RES"}
    assert tasks["close-underpass/hetang/1"].due == NOON + timedelta(minutes=10)
    assert tasks["close-underpass/hetang/2"].due == NOON + timedelta(minutes=70)
    assert tasks["close-underpass/hetang/1"].level is None


def test_resumption_is_owed_after_the_end_and_only_for_levels_that_were_reached() -> None:
    over = replace(force("III"), level=None)
    tasks = wanted(Situation(NOON + 9 * HOUR, (over,), ended_at=NOON + 8 * HOUR))
    assert tasks["slope-check-before-return/hetang/1"].due == NOON + 32 * HOUR
    assert not any(task.level for task in tasks.values())
    assert "situation-report/-/1" not in tasks


@given(situations(), st.randoms())
@FEW
def test_the_order_of_activations_and_places_makes_no_difference(one: Situation, random: Random) -> None:
    rows, some, fired = list(ROWS), list(one.activations), list(one.triggered)
    for pile in (rows, some, fired):
        random.shuffle(pile)
    other = replace(one, activations=tuple(some), triggered=tuple(fired))
    assert desired(sample(), other, rows) == desired(sample(), one, ROWS)


@given(situations())
@FEW
def test_the_same_activation_twice_is_wanted_once(one: Situation) -> None:
    twice = replace(one, activations=one.activations * 2)
    assert desired(sample(), twice, ROWS) == desired(sample(), one, ROWS)


@given(situations(), activations())
@FEW
def test_another_activation_never_relaxes_what_is_wanted(one: Situation, more: InForce) -> None:
    more = replace(more, raised=0, raised_at=None)
    before = wanted(one)
    after = wanted(replace(one, activations=(*one.activations, more)))
    for key, task in before.items():
        assert at_least(after[key], task)


@given(situations(), st.sampled_from(LEVELS))
@FEW
def test_a_higher_level_only_adds_and_tightens(one: Situation, level: Level) -> None:
    higher = replace(one, activations=tuple(_at_least(force, level) for force in one.activations))
    after = wanted(higher)
    for key, task in wanted(one).items():
        # two rhythms that have become the same one are counted once
        assert at_least(replace(after[key], round=task.round), task)


def _at_least(one: InForce, level: Level) -> InForce:
    """The same activation, had it been started at *level* or above from the beginning."""
    top: Level = max((*one.since, level), key=rank)
    start = min(one.since.values())
    return replace(force(top, one.plan, one.area, start), raised=one.raised, raised_at=one.raised_at)


@given(situations())
@FEW
def test_nothing_changes_by_itself_before_it_says_so(one: Situation) -> None:
    now = desired(sample(), one, ROWS)
    if now.until is not None:
        assert now.until > one.at
        assert desired(sample(), replace(one, at=now.until - timedelta(seconds=1)), ROWS).tasks == now.tasks
        assert desired(sample(), replace(one, at=now.until), ROWS).tasks != now.tasks


@given(st.lists(situations(), min_size=2, max_size=4), st.data())
@FEW
def test_who_asks_again_gets_the_same_answer_as_who_asks_anew(some: list[Situation], data: st.DataObject) -> None:
    wish = Wish(sample())
    rows = list(ROWS)
    for one in some:
        for index in data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=3)):
            unit = data.draw(st.sampled_from(["lianhua", "hetang", "moved"]))
            areas = data.draw(st.sampled_from([(), ("lianhua",), ("lianhua", "hetang")]))
            marks = data.draw(st.sampled_from([rows[index].marks, ("at-risk",), ()]))
            rows[index] = PlaceRow(rows[index].id, rows[index].kind, unit, areas, marks)
        asked = replace(some[0], at=one.at) if data.draw(st.booleans()) else one
        assert wish.desired(asked, tuple(rows)) == desired(sample(), asked, rows)


def test_what_did_not_change_is_the_same_object_again() -> None:
    wish = Wish(sample())
    one = Situation(NOON + HOUR, (force("I"),))
    before = {task.key: task for task in wish.desired(one, ROWS).tasks}
    rows = (replace(ROWS[100], marks=("at-risk", "moved")), *ROWS[:100], *ROWS[101:])
    after = {task.key: task for task in wish.desired(one, rows).tasks}
    assert all(after[key] is task for key, task in before.items())


def test_tasks_come_ordered_by_key() -> None:
    tasks = desired(sample(), Situation(NOON, (force("I"), force("I", "epidemic"))), ROWS).tasks
    assert [task.key for task in tasks] == sorted(task.key for task in tasks)
    assert len({task.key for task in tasks}) == len(tasks)


def test_a_task_says_where_it_comes_from() -> None:
    tasks = wanted(Situation(NOON, (force("IV"), force("IV", "geological"))))
    assert tasks["call-and-confirm/hetang/1"].sources == ("master:call-and-confirm:flood-2022 §3.4",)
    assert tasks["call-and-confirm/hetang/1"].title["pt"].startswith("Contactar")


def test_a_clock_time_is_the_next_one_after_the_start() -> None:
    late = NOON.replace(hour=23)
    tasks = wanted(Situation(late, (force("III", "rainstorm-waterlogging", start=late),)))
    assert tasks["slope-watchers/hetang/1"].due == late + timedelta(minutes=30)
    assert isinstance(tasks["slope-watchers/hetang/1"].due, datetime)
