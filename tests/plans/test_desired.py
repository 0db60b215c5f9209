"""Laws of what the plans want."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from coord.plans.desired import desired
from coord.plans.load import load_folder
from coord.plans.model import PlanSet
from coord.plans.wanted import LEVELS, InForce, Level, Situation, Wanted
from tests.plans.district import district

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"
NOON = datetime(2025, 9, 22, 12, tzinfo=timezone(timedelta(hours=8)))
HOUR = timedelta(hours=1)
ROWS = district()


@cache
def sample() -> PlanSet:
    return load_folder(PLAYBOOKS)


def force(level: Level, plan: str = "typhoon", area: str = "", start: datetime = NOON) -> InForce:
    """A level that was started at *start* from nothing."""
    since = dict.fromkeys(LEVELS[: LEVELS.index(level) + 1], start)
    return InForce(plan, sample().digest, plan, level, area, since, since)


def wanted(situation: Situation) -> dict[str, Wanted]:
    return {task.key: task for task in desired(sample(), situation, ROWS).tasks}


def raised(one: InForce, level: Level, at: datetime) -> InForce:
    since = {**dict.fromkeys(LEVELS[: LEVELS.index(level) + 1], at), **one.since}
    return replace(one, level=level, since=since, decided=since, raised=one.raised + 1, raised_at=at)


def test_a_level_wants_the_duties_of_the_lower_ones_too() -> None:
    keys = [set(wanted(Situation(NOON, (force(level),)))) for level in LEVELS]
    assert keys[0] < keys[1] < keys[2] < keys[3]


def test_a_place_rule_gives_one_task_per_unit_with_a_row_per_place() -> None:
    tasks = wanted(Situation(NOON, (force("III"),)))
    moves = [task for task in tasks.values() if task.duty == "move-people"]
    assert len(moves) == 4
    assert sum(len(task.rows) for task in moves) == 142
    assert "move-people/lianhua/1" in tasks


def test_a_due_time_counts_from_the_first_start_of_its_level() -> None:
    tasks = wanted(Situation(NOON + 5 * HOUR, (raised(force("IV"), "III", NOON + 3 * HOUR),)))
    assert tasks["name-duty-leader/-/1"].due == NOON + HOUR / 2
    assert tasks["joint-duty/-/1"].due == NOON + 4 * HOUR


def test_a_raise_orders_again_what_says_so_and_counts_from_the_raise() -> None:
    tasks = wanted(Situation(NOON + 5 * HOUR, (raised(force("IV"), "III", NOON + 3 * HOUR),)))
    assert tasks["open-consultation/-/2"].due == NOON + 3 * HOUR + timedelta(minutes=10)
    assert "open-consultation/-/1" not in tasks


def test_the_earliest_of_several_due_rules_counts() -> None:
    onset = NOON + 20 * HOUR
    plain = Situation(NOON, (force("III"),), {"wind-onset": onset})
    assert wanted(plain)["move-people/lianhua/1"].due == onset - 3 * HOUR
    ordered = Situation(NOON, (force("III"),), {"wind-onset": onset, "ordered-time": NOON + 6 * HOUR})
    assert wanted(ordered)["move-people/lianhua/1"].due == NOON + 6 * HOUR


def test_rounds_follow_the_rhythm_of_the_level_and_only_grow() -> None:
    low = force("II")
    high = raised(low, "I", NOON + 3 * HOUR)
    seen = []
    for minutes in range(0, 600, 10):
        at = NOON + timedelta(minutes=minutes)
        task = wanted(Situation(at, (low if at < NOON + 3 * HOUR else high,)))["situation-report/-/1"]
        assert task.round_due is not None
        assert task.round_due > at
        seen.append((task.round, task.round_due))
    assert [number for number, _ in seen] == sorted(number for number, _ in seen)
    dues = sorted({due for _, due in seen})
    assert dues[:3] == [NOON + 2 * HOUR, NOON + 4 * HOUR, NOON + 5 * HOUR]


@given(st.permutations([force("III"), force("II", area="lianhua"), force("IV", "master")]), st.randoms())
def test_the_order_of_activations_and_places_makes_no_difference(some: list[InForce], random: Random) -> None:
    rows = list(ROWS)
    random.shuffle(rows)
    at = NOON + HOUR
    usual = desired(sample(), Situation(at, (force("III"), force("II", area="lianhua"), force("IV", "master"))), ROWS)
    assert desired(sample(), Situation(at, tuple(some)), rows) == usual
