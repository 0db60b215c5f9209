"""Which duties are owed now, and where each counts from.

T is the effective time of the first start of the duty's level in the episode,
the moment a standing order fired, or the end of the response. What a raise
orders again counts from the raise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from coord.plans.merge import Demand, demands
from coord.plans.model import PlanSet
from coord.plans.parts import Duty
from coord.plans.rounds import Course, Segments, course, segments
from coord.plans.terms import Due
from coord.plans.wanted import InForce, Level, Situation, Triggered, rank

AFTERWARDS = ("end", "recovery", "review")


@dataclass(frozen=True, slots=True)
class Clock:
    """T and D of a duty, and per level for rules that name one."""

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
    raises = _raises(situation)
    for force in situation.activations:
        for said in demands(plans, force.plan).values():
            for demand in said:
                if (clock := _clock(demand.duty, force, situation, raises)) and _fits(demand.duty, situation):
                    number = _again(plans, demand.duty, situation) if demand.duty.again else 1
                    yield _claim(plans, demand, clock, situation, number, force.area)
    for number, fired in _firings(situation):
        clock = Clock(fired.at, fired.at, {}, {}, ())
        for demand in _issued(plans, fired):
            if _fits(demand.duty, situation):
                yield _claim(plans, demand, clock, situation, number, "", fired.places)


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
    due = min(_dues(plans, duty.by, clock, situation), default=None)
    if not duty.every:
        return Claim(demand, due, None, number, area, only)
    own: Level = duty.from_level or "IV"
    begun = segments(duty.every, own, clock.levels or ((clock.t, own),))
    return (
        Claim(demand, None, Pulse(begun, due), number, area, only)
        if begun
        else Claim(demand, due, None, number, area, only)
    )


def _fits(duty: Duty, situation: Situation) -> bool:
    return duty.when is None or duty.when.holds(situation.properties)


def _clock(duty: Duty, force: InForce, situation: Situation, raised: datetime | None) -> Clock | None:
    """Return where *duty* counts from in this activation, None when it is not owed there."""
    if duty.phase in AFTERWARDS:
        ended = situation.ended_at
        reached = duty.from_level is None or any(rank(one) >= rank(duty.from_level) for one in force.since)
        return Clock(ended, ended, {}, {}, ()) if ended is not None and reached else None
    if duty.from_level is None or force.level is None or rank(force.level) < rank(duty.from_level):
        return None
    t = _since(force.since, duty.from_level) or situation.at
    if duty.again and raised is not None and raised > t:
        levels = dict.fromkeys(force.since, raised)
        return Clock(raised, raised, levels, levels, ())
    return Clock(t, _since(force.decided, duty.from_level) or t, force.since, force.decided, course(force))


def _since(times: Mapping[Level, datetime], level: Level) -> datetime | None:
    """Return when *level* came into force: its own time, else that of the level above that brought it."""
    if (own := times.get(level)) is not None:
        return own
    return min((time for one, time in times.items() if rank(one) >= rank(level)), default=None)


def _dues(plans: PlanSet, rules: tuple[Due, ...], clock: Clock, situation: Situation) -> Iterator[datetime]:
    """Yield the due times of all rules that count: those of the duty's own level and of each level that was reached."""
    for rule in rules:
        t, d = clock.t, clock.d
        if rule.level is not None and clock.since:
            if rule.level not in clock.since:
                continue
            t = clock.since[rule.level]
            d = clock.decided.get(rule.level, t)
        if (due := rule.at(t, d, situation.milestones, plans.zone)) is not None:
            yield due


def _raises(situation: Situation) -> datetime | None:
    """Return when a raise last ordered duties again; a second hazard's raise counts for the first one's too."""
    times = [force.raised_at or max(force.since.values()) for force in situation.activations if force.raised]
    return max(times, default=None)


def _again(plans: PlanSet, duty: Duty, situation: Situation) -> int:
    """Return 1 and one more for each raise of a plan that has *duty*; an activation named twice counts once."""
    raises: dict[tuple[str, str], int] = {}
    for force in situation.activations:
        if duty.id in demands(plans, force.plan):
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
