"""Which duties are owed now, and where each counts from.

T is the effective time of the first start of the duty's level in the episode,
the moment a standing order fired, or the end of the response. What a raise
orders again counts from the raise.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from coord.plans.merge import Demand, demands
from coord.plans.model import PlanSet
from coord.plans.parts import Duty
from coord.plans.rounds import Course, Segments, course, segments
from coord.plans.terms import Due
from coord.plans.wanted import LEVELS, InForce, Level, Situation, Triggered, rank

AFTERWARDS = ("end", "recovery", "review")


@dataclass(frozen=True, slots=True)
class Clock:
    """T and D of a duty, per level for rules that name one, and the levels as they took effect for its rounds."""

    t: datetime
    d: datetime
    since: Mapping[Level, datetime]
    decided: Mapping[Level, datetime]
    levels: Course


@dataclass(frozen=True, slots=True)
class Pulse:
    """What the rounds of a duty follow: from when on which rhythm, and when the first is due."""

    begun: Segments
    first: datetime | None


@dataclass(frozen=True, slots=True)
class Claim:
    """One demand that holds now: from one activation, or from one firing of a standing order."""

    demand: Demand
    due: datetime | None
    pulse: Pulse | None
    occurrence: int
    area: str = ""
    only: tuple[str, ...] = ()


def claims(plans: PlanSet, situation: Situation) -> Iterator[Claim]:
    """Yield all demands that hold in *situation*."""
    raised = _last_raise(situation)
    for force in situation.activations:
        frame = _Frame(force, situation, raised)
        for demand in _all(plans, force.plan):
            duty = demand.duty
            clock = frame.clock(duty)
            if clock is not None and (duty.when is None or duty.when.holds(situation.properties)):
                number = _occurrence(plans, duty, situation) if duty.again else 1
                yield _claim(plans, demand, clock, situation, number, force.area)
    for number, fired in _firings(situation):
        clock = Clock(fired.at, fired.at, {}, {}, ())
        for demand in _issued(plans, fired):
            if demand.duty.when is None or demand.duty.when.holds(situation.properties):
                yield _claim(plans, demand, clock, situation, number, "", fired.places)


@functools.lru_cache(maxsize=256)
def _all(plans: PlanSet, plan: str) -> tuple[Demand, ...]:
    return tuple(demand for said in demands(plans, plan).values() for demand in said)


class _Frame:
    """One activation: the clock of each level, worked out once."""

    def __init__(self, force: InForce, situation: Situation, raised: datetime | None) -> None:
        self.rank = rank(force.level)
        self.reached = max(map(rank, force.since), default=0)
        self.after = situation.ended_at
        self.clocks: dict[Level | None, Clock] = {}
        self.again: dict[Level | None, Clock] = {}
        levels = course(force)
        anew = dict.fromkeys(force.since, raised) if raised is not None else {}
        for level in LEVELS[: self.rank]:
            t = _since(force.since, level) or situation.at
            d = _since(force.decided, level) or t
            self.clocks[level] = self.again[level] = Clock(t, d, force.since, force.decided, levels)
            if raised is not None and raised > t:
                self.again[level] = Clock(raised, raised, anew, anew, ())

    def clock(self, duty: Duty) -> Clock | None:
        """Return where *duty* counts from in this activation, None when it is not owed there."""
        if duty.phase not in AFTERWARDS:
            return (self.again if duty.again else self.clocks).get(duty.from_level)
        if self.after is None or rank(duty.from_level) > self.reached:
            return None
        return Clock(self.after, self.after, {}, {}, ())


def _claim(
    plans: PlanSet,
    demand: Demand,
    clock: Clock,
    situation: Situation,
    number: int,
    area: str,
    only: tuple[str, ...] = (),
) -> Claim:
    duty = demand.duty
    due = _due(plans, duty.by, clock, situation) if duty.by else None
    if duty.every:
        own: Level = duty.from_level or "IV"
        begun = segments(duty.every, own, clock.levels or ((clock.t, own),))
        if begun:
            return Claim(demand, None, Pulse(begun, due), number, area, only)
    return Claim(demand, due, None, number, area, only)


def _since(times: Mapping[Level, datetime], level: Level) -> datetime | None:
    """Return when *level* came into force: its own time, else that of the level above that brought it."""
    if (own := times.get(level)) is not None:
        return own
    return min((time for one, time in times.items() if rank(one) >= rank(level)), default=None)


def _due(plans: PlanSet, rules: tuple[Due, ...], clock: Clock, situation: Situation) -> datetime | None:
    """Return the earliest due time of the rules that count: the duty's own, and those of each level reached."""
    earliest: datetime | None = None
    for rule in rules:
        t, d = clock.t, clock.d
        if rule.level is not None and clock.since:
            if rule.level not in clock.since:
                continue
            t = clock.since[rule.level]
            d = clock.decided.get(rule.level, t)
        due = rule.at(t, d, situation.milestones, plans.zone)
        if due is not None and (earliest is None or due < earliest):
            earliest = due
    return earliest


def _last_raise(situation: Situation) -> datetime | None:
    """Return when a raise last ordered duties again; a second hazard's raise counts for the first one's too."""
    times = [force.raised_at or max(force.since.values()) for force in situation.activations if force.raised]
    return max(times, default=None)


def _occurrence(plans: PlanSet, duty: Duty, situation: Situation) -> int:
    """Return 1 and one more for each raise of a plan that has *duty*; an activation named twice counts once."""
    raises: dict[tuple[str, str], int] = {}
    for force in situation.activations:
        if force.raised and duty.id in demands(plans, force.plan):
            known = raises.get((force.plan, force.area), 0)
            raises[force.plan, force.area] = max(known, force.raised)
    return 1 + sum(raises.values())


def _firings(situation: Situation) -> Iterator[tuple[int, Triggered]]:
    """Yield (number, firing): the second firing of a standing order is its second occurrence, with its own clock."""
    counts: dict[tuple[str, str], int] = {}
    for fired in sorted(set(situation.triggered), key=lambda one: (one.at, one.plan, one.order, one.places)):
        counts[fired.plan, fired.order] = number = counts.get((fired.plan, fired.order), 0) + 1
        yield number, fired


def _issued(plans: PlanSet, fired: Triggered) -> Iterator[Demand]:
    duties = {duty for order in plans[fired.plan].standing if order.id == fired.order for duty in order.issues}
    said = demands(plans, fired.plan)
    for duty in sorted(duties):
        yield from said.get(duty, ())
