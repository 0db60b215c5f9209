"""The shipped playbooks, read once, and situations over them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from coord.plans.load import files_of, load
from coord.plans.model import PlanSet
from coord.plans.rounds import course
from coord.plans.wanted import LEVELS, InForce, Level, Situation, Triggered

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"
NOON = datetime(2025, 9, 22, 12, tzinfo=timezone(timedelta(hours=8)))
HOUR = timedelta(hours=1)
SPECIFIC = ("epidemic", "forest-fire", "geological", "rainstorm-waterlogging", "typhoon")


@cache
def files() -> dict[str, bytes]:
    """The files of the sample set."""
    return files_of(PLAYBOOKS)


@cache
def sample() -> PlanSet:
    """The sample set."""
    return load(files())


def force(level: Level, plan: str = "typhoon", area: str = "", start: datetime = NOON) -> InForce:
    """A level that was started at *start* from nothing."""
    since = dict.fromkeys(LEVELS[: LEVELS.index(level) + 1], start)
    return InForce(plan, "", plan, level, area, since, since)


def raised(one: InForce, level: Level, at: datetime) -> InForce:
    """The same activation after a raise to *level*."""
    since = {**dict.fromkeys(LEVELS[: LEVELS.index(level) + 1], at), **one.since}
    left = {known: time for known, time in one.left.items() if LEVELS.index(known) > LEVELS.index(level)}
    again = replace(one, level=level, since=since, decided=since, raised=one.raised + 1, raised_at=at, left=left)
    return replace(again, course=(*course(one), (at, level)))


def lowered(one: InForce, level: Level, at: datetime) -> InForce:
    """The same activation after a lowering to *level*."""
    above = {known: at for known in one.since if LEVELS.index(known) > LEVELS.index(level)}
    return replace(one, level=level, left={**above, **one.left}, course=(*course(one), (at, level)))


@st.composite
def activations(draw: st.DrawFn) -> InForce:
    """An activation that was started, perhaps raised, perhaps lowered, all before noon + 24 h."""
    levels = draw(st.lists(st.sampled_from(LEVELS), min_size=1, max_size=3, unique=True))
    plan, area = draw(st.sampled_from(SPECIFIC)), draw(st.sampled_from(["", "lianhua", "hetang"]))
    at = NOON + timedelta(minutes=draw(st.integers(0, 600)))
    one = force(levels[0], plan, area, at)
    for level in levels[1:]:
        at += timedelta(minutes=draw(st.integers(1, 300)))
        higher = one.level is not None and LEVELS.index(level) > LEVELS.index(one.level)
        one = raised(one, level, at) if higher else lowered(one, level, at)
    return one


FIRINGS = st.builds(
    Triggered,
    st.just("rainstorm-waterlogging"),
    st.sampled_from(["sudden-rain", "deep-water"]),
    st.integers(0, 1400).map(lambda minutes: NOON + timedelta(minutes=minutes)),
    st.sampled_from([(), ("underpass-1",), ("underpass-2", "water-3")]),
)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """How an incident may stand a day after it began."""
    return Situation(
        NOON + timedelta(hours=24, minutes=draw(st.integers(0, 1440))),
        tuple(draw(st.lists(activations(), max_size=3))),
        draw(
            st.dictionaries(
                st.sampled_from(["wind-onset", "ordered-time", "nightfall", "signal-8"]),
                st.integers(0, 2880).map(lambda minutes: NOON + timedelta(minutes=minutes)),
            )
        ),
        draw(st.dictionaries(st.sampled_from(["night", "casualties", "people"]), st.sampled_from(["yes", "no", "12"]))),
        None,
        tuple(draw(st.lists(FIRINGS, max_size=2))),
    )
