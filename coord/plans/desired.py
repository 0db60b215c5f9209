"""What the plans want now: the wish that the board is brought to.

Pure: the same plans, situation and places give the same tasks, in whatever
order they are given. Levels are cumulative, T is the first start of a level in
the episode, a place rule gives one task per responsible unit with a row per
place, and where several plans want the same duty the strictest word counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from coord.plans.merge import Demand, demands, text_of
from coord.plans.model import Duty, PlanSet
from coord.plans.rounds import open_round, segments
from coord.plans.terms import PlaceRule
from coord.plans.wanted import (
    Desired,
    InForce,
    Level,
    OnLower,
    PlaceRow,
    Situation,
    TaskKind,
    Triggered,
    Wanted,
    Weight,
    rank,
)

ACK: Mapping[Weight, timedelta] = {
    "life": timedelta(minutes=2),
    "order": timedelta(minutes=10),
    "record": timedelta(minutes=30),
}
"""How long to wait for an answer where the master does not say (sample)."""

WEIGHTS: tuple[Weight, ...] = ("record", "order", "life")
KINDS: tuple[TaskKind, ...] = ("desk", "field", "round")
ON_LOWER: tuple[OnLower, ...] = ("stop", "ask", "keep")
NO_UNIT = "-"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Clock:
    """Where a demand counts from: T and D, the levels since when, and for rounds how they went on."""

    t: datetime
    d: datetime
    since: Mapping[Level, datetime]
    decided: Mapping[Level, datetime]
    left: Mapping[Level, datetime]


def desired(plans: PlanSet, situation: Situation, places: Sequence[PlaceRow]) -> Desired:
    """Return all tasks that *plans* want in *situation*, ordered by key, and when that will next change by itself.

    Raises :exc:`KeyError` for an activation of a plan that the set does not have.
    """
    found: dict[str, Wanted] = {}
    rows = _Rows(places)
    for demand, clock, force, fired in _in_force(plans, situation):
        duty = demand.duty
        if duty.when is not None and not duty.when.holds(situation.properties):
            continue
        pattern = _wanted(plans, demand, clock, situation)
        area = force.area if force is not None else ""
        only = fired.places if fired is not None else ()
        for unit, ids in _units(duty.each, rows, area, only).items():
            occurrence = _occurrence(plans, duty, situation)
            key = f"{duty.id}/{unit or NO_UNIT}/{occurrence}"
            task = replace(pattern, key=key, unit=unit, rows=ids, occurrence=occurrence)
            found[key] = join(found[key], task) if key in found else task
    tasks = tuple(found[key] for key in sorted(found))
    return Desired(tasks, min((task.round_due for task in tasks if task.round_due is not None), default=None))


def join(one: Wanted, other: Wanted) -> Wanted:
    """Return the task that satisfies both: the earliest due, the heaviest weight, all rows, all sources.

    Associative, commutative and idempotent; both must have the same key.
    """
    group = min(one.group, other.group)
    first, second = sorted((one, other), key=lambda task: (task.group, rank(task.level), task.sources))
    count = 0 if not (one.round or other.round) else max(one.round, other.round)
    return Wanted(
        key=one.key,
        duty=one.duty,
        group=group,
        title=first.title,
        level=_lowest(one.level, other.level),
        due=_earliest(one.due, other.due),
        ack_within=min(one.ack_within, other.ack_within),
        occurrence=one.occurrence,
        unit=one.unit,
        support=_union(one.support, other.support, {first.group, second.group}, without=group),
        rows=_union(one.rows, other.rows),
        kind=max(one.kind, other.kind, key=KINDS.index),
        weight=max(one.weight, other.weight, key=WEIGHTS.index),
        evidence="; ".join(sorted({word for task in (one, other) for word in task.evidence.split("; ") if word})),
        on_lower=max(one.on_lower, other.on_lower, key=ON_LOWER.index),
        after=_union(one.after, other.after),
        round=count,
        round_due=_earliest(one.round_due, other.round_due),
        sources=_union(one.sources, other.sources),
    )


def _in_force(
    plans: PlanSet, situation: Situation
) -> Iterable[tuple[Demand, _Clock, InForce | None, Triggered | None]]:
    for force in situation.activations:
        for said in demands(plans, force.plan).values():
            for demand in said:
                clock = _clock(demand.duty, force, situation)
                if clock is not None:
                    yield demand, clock, force, None
    for fired in situation.triggered:
        issued = {duty for order in plans[fired.plan].standing if order.id == fired.order for duty in order.issues}
        clock = _Clock(fired.at, fired.at, {}, {}, {})
        for duty in sorted(issued):
            for demand in demands(plans, fired.plan).get(duty, ()):
                yield demand, clock, None, fired


def _clock(duty: Duty, force: InForce, situation: Situation) -> _Clock | None:
    """Return where *duty* counts from in this activation, None when it is not owed there."""
    ended = situation.ended_at
    if duty.phase in ("end", "recovery"):
        if ended is None or (duty.from_level is not None and not _reached(duty.from_level, force)):
            return None
        return _Clock(ended, ended, {}, {}, {})
    if duty.from_level is None or force.level is None or rank(force.level) < rank(duty.from_level):
        return None
    t = _since(force.since, duty.from_level)
    d = _since(force.decided, duty.from_level)
    if t is None:
        t = situation.at
    if duty.again and (raised := _last_raise(situation)) is not None and raised > t:
        levels = dict.fromkeys(force.since, raised)
        return _Clock(raised, raised, levels, levels, {})
    return _Clock(t, d or t, force.since, force.decided, force.left)


def _last_raise(situation: Situation) -> datetime | None:
    """Return when a raise last ordered duties again; a second hazard's raise counts for the first one's too."""
    times = [force.raised_at or max(force.since.values()) for force in situation.activations if force.raised]
    return max(times, default=None)


def _reached(level: Level, force: InForce) -> bool:
    return any(rank(one) >= rank(level) for one in force.since)


def _since(times: Mapping[Level, datetime], level: Level) -> datetime | None:
    """Return when *level* came into force: its own time, else that of the level above that brought it."""
    above = [time for one, time in times.items() if rank(one) >= rank(level)]
    return times.get(level) or min(above, default=None)


def _wanted(plans: PlanSet, demand: Demand, clock: _Clock, situation: Situation) -> Wanted:
    duty = demand.duty
    due = min(_dues(plans, duty, clock, situation), default=None)
    number, round_due = 0, None
    if duty.every:
        own = duty.from_level or "IV"
        begun = segments(duty.every, own, clock.since or {own: clock.t}, clock.left)
        if begun:
            number, round_due = open_round(begun, due, situation.at, plans.zone)
            due = None
    return Wanted(
        key="",
        duty=duty.id,
        group=duty.owner,
        title=text_of(plans, demand),
        level=duty.from_level if duty.phase == "response" else None,
        due=due,
        ack_within=duty.ack_within or plans.master.ack_within.get(duty.weight) or ACK[duty.weight],
        support=tuple(sorted(duty.support)),
        kind="round" if duty.every else duty.kind,
        weight=duty.weight,
        evidence=duty.evidence,
        on_lower=duty.on_lower,
        after=duty.after,
        round=number,
        round_due=round_due,
        sources=(demand.source,),
    )


def _dues(plans: PlanSet, duty: Duty, clock: _Clock, situation: Situation) -> Iterable[datetime]:
    """Yield the due times of all rules that count: those of the duty's own level and of each level that was reached."""
    for rule in duty.by:
        t, d = clock.t, clock.d
        if rule.level is not None and clock.since:
            if rule.level not in clock.since:
                continue
            t = clock.since[rule.level]
            d = clock.decided.get(rule.level, t)
        if (due := rule.at(t, d, situation.milestones, plans.zone)) is not None:
            yield due


def _occurrence(plans: PlanSet, duty: Duty, situation: Situation) -> int:
    """Return 1, or for a duty that a raise orders again one more for each raise of a plan that has it."""
    if not duty.again:
        return 1
    raises = {
        (force.plan, force.area): force.raised
        for force in situation.activations
        if duty.id in demands(plans, force.plan)
    }
    return 1 + sum(raises.values())


class _Rows:
    """The places by kind, and which areas any of them names."""

    def __init__(self, places: Sequence[PlaceRow]) -> None:
        self.by_kind: dict[str, list[PlaceRow]] = {}
        self.areas: set[str] = set()
        for row in places:
            self.by_kind.setdefault(row.kind, []).append(row)
            self.areas.update(row.areas)


def _units(rule: PlaceRule | None, rows: _Rows, area: str, only: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """Return the row ids by responsible unit; without a place rule the group itself, without rows.

    An area that no place names is taken to hold them all: too many rows are
    seen and struck out, too few are not seen.
    """
    if rule is None:
        return {"": ()}
    found: dict[str, set[str]] = {}
    for kind in sorted({term.kind for term in rule.terms}):
        for row in rows.by_kind.get(kind, ()):
            inside = area not in rows.areas or area in row.areas
            if inside and (not only or row.id in only) and rule.covers(row):
                found.setdefault(row.unit, set()).add(row.id)
    return {unit: tuple(sorted(ids)) for unit, ids in found.items()}


def _earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    return other if one is None else one if other is None else min(one, other)


def _lowest(one: Level | None, other: Level | None) -> Level | None:
    """Return the lower of two levels; a standing order or resumption without a level is lower still."""
    return min(one, other, key=rank)


def _union(
    one: tuple[_T, ...], other: tuple[_T, ...], more: Iterable[_T] = (), without: _T | None = None
) -> tuple[_T, ...]:
    if one == other and not more:
        return one
    return tuple(sorted({*one, *other, *more} - {without}))  # type: ignore[type-var]  # strings only
