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
from functools import reduce

from coord.plans.clock import Claim, Pulse, claims
from coord.plans.join import join
from coord.plans.merge import text_of
from coord.plans.model import PlanSet
from coord.plans.rounds import open_round
from coord.plans.sites import Area, Sites, Units
from coord.plans.wanted import Desired, PlaceRow, Situation, Wanted, Weight

ACK: Mapping[Weight, timedelta] = {
    "life": timedelta(minutes=2),
    "order": timedelta(minutes=10),
    "record": timedelta(minutes=30),
}
"""How long to wait for an answer where neither duty nor master says (sample)."""

NO_UNIT = "-"
"""Stands for the unit in the key of a task that the group itself has."""


def desired(plans: PlanSet, situation: Situation, places: Sequence[PlaceRow]) -> Desired:
    """Return all tasks that *plans* want in *situation*, ordered by key, and when that will next change by itself.

    Raises :exc:`KeyError` for an activation of a plan that the set does not have.
    """
    return Wish(plans).desired(situation, places)


@dataclass(slots=True, eq=False)
class _Part:
    """One claim worked out: the task but for its key and rows, what its rounds follow, and where it is owed."""

    pattern: Wanted
    pulse: Pulse | None
    units: Units

    def same(self, other: _Part) -> bool:
        return self.units is other.units and self.pulse == other.pulse and self.pattern == other.pattern


@dataclass(slots=True)
class _Block:
    """All tasks of one duty, ordered by key, and what they were made of."""

    parts: list[_Part]
    tasks: list[Wanted]
    until: datetime | None


class Wish:
    """The same answer as :func:`desired`, for somebody who asks again and again.

    What did not change since the last time is the same object again, so one
    changed place costs milliseconds and a caller may compare by ``is``.
    """

    def __init__(self, plans: PlanSet) -> None:
        self.plans = plans
        self._sites = Sites()
        self._blocks: dict[str, _Block] = {}

    def desired(self, situation: Situation, places: Sequence[PlaceRow]) -> Desired:
        """Return what :func:`desired` returns."""
        self._sites.look(places)
        by_duty: dict[str, list[_Part]] = {}
        for claim in claims(self.plans, situation):
            units = self._sites.units(claim.demand.duty.each, Area(claim.area, claim.only))
            if units:
                part = _Part(_pattern(self.plans, claim, situation), claim.pulse, units)
                by_duty.setdefault(claim.demand.duty.id, []).append(part)
        old, self._blocks = self._blocks, {}
        for duty in sorted(by_duty, key=lambda one: f"{one}/"):
            self._blocks[duty] = _block(duty, by_duty[duty], old.get(duty), self.plans, situation.at)
        tasks: list[Wanted] = []
        for block in self._blocks.values():
            tasks += block.tasks
        return Desired(tuple(tasks), min((b.until for b in self._blocks.values() if b.until), default=None))


def _pattern(plans: PlanSet, claim: Claim, situation: Situation) -> Wanted:
    duty = claim.demand.duty
    number, round_due = 0, None
    if claim.pulse is not None:
        number, round_due = open_round(claim.pulse.begun, claim.pulse.first, situation.at, plans.zone)
    return Wanted(
        key="",
        duty=duty.id,
        group=duty.owner,
        title=text_of(plans, claim.demand),
        level=duty.from_level if duty.phase == "response" else None,
        due=claim.due,
        ack_within=duty.ack_within or plans.master.ack_within.get(duty.weight) or ACK[duty.weight],
        occurrence=claim.occurrence,
        support=duty.support,
        kind="round" if duty.every else duty.kind,
        weight=duty.weight,
        evidence=duty.evidence,
        on_lower=duty.on_lower,
        after=duty.after,
        round=number,
        round_due=round_due,
        sources=(claim.demand.source,),
    )


def _block(duty: str, parts: list[_Part], old: _Block | None, plans: PlanSet, at: datetime) -> _Block:
    if old is not None and len(old.parts) == len(parts) and all(map(_Part.same, old.parts, parts)):
        return old
    known = {task.key: task for task in old.tasks} if old is not None else {}
    merged: dict[tuple[int, ...], Wanted] = {}
    tasks = []
    for key, unit, chosen in _keys(duty, parts):
        pattern = merged.get(chosen)
        if pattern is None:
            pattern = merged[chosen] = _merged([parts[index] for index in chosen], plans, at)
        if len(chosen) == 1:
            rows = parts[chosen[0]].units[unit]
        else:
            rows = tuple(sorted({row for index in chosen for row in parts[index].units[unit]}))
        wished = _at(pattern, key, unit, rows)
        kept = known.get(key)
        tasks.append(kept if kept is not None and kept == wished else wished)
    return _Block(parts, tasks, min((one.round_due for one in merged.values() if one.round_due), default=None))


def _keys(duty: str, parts: Sequence[_Part]) -> Iterable[tuple[str, str, tuple[int, ...]]]:
    """Return (key, unit, indexes of the parts that want it), ordered by key."""
    wanting: dict[tuple[str, int], tuple[int, ...]] = {}
    for index, part in enumerate(parts):
        number = part.pattern.occurrence
        for unit in part.units:
            wanting[unit, number] = (*wanting.get((unit, number), ()), index)
    return sorted((f"{duty}/{unit or NO_UNIT}/{number}", unit, by) for (unit, number), by in wanting.items())


def _merged(parts: Sequence[_Part], plans: PlanSet, at: datetime) -> Wanted:
    """Return the pattern that satisfies all *parts*; each of their rounds opens one."""
    pattern = reduce(join, (part.pattern for part in parts))
    pulses = {part.pulse for part in parts if part.pulse is not None}
    if len(pulses) < 2:
        return pattern
    rounds = [open_round(pulse.begun, pulse.first, at, plans.zone) for pulse in pulses]
    return replace(pattern, round=1 + sum(number - 1 for number, _ in rounds))


def _at(pattern: Wanted, key: str, unit: str, rows: tuple[str, ...]) -> Wanted:
    """Return *pattern* for one unit; said field by field, for this runs ten thousand times."""
    return Wanted(
        key,
        pattern.duty,
        pattern.group,
        pattern.title,
        pattern.level,
        pattern.due,
        pattern.ack_within,
        pattern.occurrence,
        unit,
        pattern.support,
        rows,
        pattern.kind,
        pattern.weight,
        pattern.evidence,
        pattern.on_lower,
        pattern.after,
        pattern.round,
        pattern.round_due,
        pattern.sources,
    )
