"""What the plans want now: the wish that the board is brought to.

Pure: the same plans, situation and places give the same tasks, in whatever
order they are given. Levels are cumulative, T is the first start of a level in
the episode, a place rule gives one task per responsible unit with a row per
place, and where several plans want the same duty the strictest word counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from functools import reduce
from typing import ClassVar

from coord.plans.clock import Claim, Pulse, claims
from coord.plans.join import join
from coord.plans.merge import Demand, text_of
from coord.plans.model import PlanSet
from coord.plans.rounds import open_round
from coord.plans.sites import Area, Patch, Sites, Units, as_in_key
from coord.plans.wanted import Desired, PlaceRow, Situation, Wanted, Weight

ACK: Mapping[Weight, timedelta] = {
    "life": timedelta(minutes=2),
    "order": timedelta(minutes=10),
    "record": timedelta(minutes=30),
}
"""How long to wait for an answer where neither duty nor master says (sample)."""


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


@dataclass(slots=True, eq=False)
class _Block:
    """All tasks of one duty, ordered by key, with what each was stamped from, by the parts that join in it."""

    parts: list[_Part]
    tasks: list[Wanted]
    made: list[_Stamp]
    merged: dict[tuple[int, ...], _Stamp]
    until: datetime | None


class _Stamp:
    """A pattern that ten thousand tasks are made from.

    The constructor of a frozen dataclass takes twice as long as the setters of
    its slots, and half of the whole answer would be spent there.
    """

    __slots__ = ("_fixed", "pattern")
    _setters: ClassVar[dict[str, Callable[[Wanted, object], None]]] = {
        one.name: getattr(Wanted, one.name).__set__ for one in fields(Wanted)
    }

    def __init__(self, pattern: Wanted) -> None:
        self.pattern = pattern
        self._fixed = [(put, getattr(pattern, name)) for name, put in self._setters.items() if name not in _OWN]

    def at(self, key: str, unit: str, rows: tuple[str, ...]) -> Wanted:
        """Return the pattern for one unit."""
        task = object.__new__(Wanted)
        for put, value in self._fixed:
            put(task, value)
        _put_key(task, key)
        _put_unit(task, unit)
        _put_rows(task, rows)
        return task


_OWN = ("key", "unit", "rows")
_put_key, _put_unit, _put_rows = (_Stamp._setters[name] for name in _OWN)
_Patterns = dict[tuple[object, ...], tuple[Demand, Wanted]]


class Wish:
    """The same answer as :func:`desired`, for somebody who asks again and again.

    What did not change since the last time is the same object again, so one
    changed place costs milliseconds and a caller may compare by ``is``.
    """

    def __init__(self, plans: PlanSet) -> None:
        self.plans = plans
        self._sites = Sites()
        self._blocks: dict[str, _Block] = {}
        self._asked: tuple[object, ...] = ()
        self._claims: dict[str, list[Claim]] = {}
        self._patterns: _Patterns = {}

    def desired(self, situation: Situation, places: Sequence[PlaceRow]) -> Desired:
        """Return what :func:`desired` returns."""
        self._sites.look(places)
        self._look(situation)
        old, self._blocks = self._blocks, {}
        known, self._patterns = self._patterns, {}
        tasks: list[Wanted] = []
        until: datetime | None = None
        for duty, some in self._claims.items():
            parts = [part for claim in some if (part := self._part(claim, situation, known)) is not None]
            if parts:
                self._blocks[duty] = block = self._block_of(duty, parts, old.get(duty), situation.at)
                tasks += block.tasks
                until = block.until if until is None or (block.until is not None and block.until < until) else until
        return Desired(tuple(tasks), until)

    def _look(self, situation: Situation) -> None:
        """Work out which demands hold, unless nothing that they ask for has changed."""
        adrift = situation.at if any(one.level and not one.since for one in situation.activations) else None
        asked = (
            situation.activations,
            situation.milestones,
            situation.properties,
            situation.ended_at,
            situation.triggered,
            adrift,
        )
        if asked == self._asked:
            return
        by_duty: dict[str, list[Claim]] = {}
        for claim in claims(self.plans, situation):
            by_duty.setdefault(claim.demand.duty.id, []).append(claim)
        self._claims = {duty: by_duty[duty] for duty in sorted(by_duty, key=as_in_key)}
        self._asked = asked

    def _part(self, claim: Claim, situation: Situation, known: _Patterns) -> _Part | None:
        """Return *claim* worked out, None when no place is meant; with the pattern of last time where it can be."""
        units = self._sites.units(claim.demand.duty.each, Area(claim.area, claim.only))
        if not units:
            return None
        number, round_due = 0, None
        if claim.pulse is not None:
            number, round_due = open_round(claim.pulse.begun, claim.pulse.first, situation.at, self.plans.zone)
        key = (id(claim.demand), claim.due, claim.occurrence, number, round_due)
        found = known.get(key) or self._patterns.get(key)
        if found is None or found[0] is not claim.demand:
            found = (claim.demand, _pattern(self.plans, claim, number, round_due))
        self._patterns[key] = found
        return _Part(found[1], claim.pulse, units)

    def _block_of(self, duty: str, parts: list[_Part], old: _Block | None, at: datetime) -> _Block:
        """Return all tasks of *duty*, as many as can be from the block of last time."""
        if old is None or not _alike(parts, old.parts):
            return _made(duty, parts, {}, {}, self.plans, at)
        if all(new.units is past.units for new, past in zip(parts, old.parts, strict=True)):
            return old
        patch = self._sites.patch(parts[0].units)
        same = patch is not None and patch.before is old.parts[0].units and len(old.merged) == 1
        if patch is not None and same and _together(parts) and _together(old.parts):
            return _patched(parts, old, patch)
        known = {task.key: (task, stamp) for task, stamp in zip(old.tasks, old.made, strict=True)}
        return _made(duty, parts, known, old.merged, self.plans, at)


def _pattern(plans: PlanSet, claim: Claim, number: int, round_due: datetime | None) -> Wanted:
    duty = claim.demand.duty
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


def _patched(parts: list[_Part], old: _Block, patch: Patch) -> _Block:
    """Return *old* with other rows for the units that have them."""
    (stamp,) = old.merged.values()
    units = parts[0].units
    tasks = [
        stamp.at(task.key, task.unit, units[task.unit]) if task.unit in patch.units else task for task in old.tasks
    ]
    return _Block(parts, tasks, old.made, old.merged, old.until)


def _made(
    duty: str,
    parts: list[_Part],
    known: Mapping[str, tuple[Wanted, _Stamp]],
    merged: dict[tuple[int, ...], _Stamp],
    plans: PlanSet,
    at: datetime,
) -> _Block:
    """Return the block made of *parts*; of the *known* (task, stamp) by key those that are still right."""
    tasks, made = [], []
    together = _together(parts)
    for key, unit, chosen in _keys(duty, parts, together):
        stamp = merged.get(chosen)
        if stamp is None:
            stamp = merged[chosen] = _Stamp(_merged([parts[index] for index in chosen], plans, at))
        rows = parts[chosen[0]].units[unit]
        if not together and len(chosen) > 1:
            rows = tuple(sorted({row for index in chosen for row in parts[index].units[unit]}))
        task, before = known.get(key, _NEW) if known else _NEW
        tasks.append(task if before is stamp and task and task.rows == rows else stamp.at(key, unit, rows))
        made.append(stamp)
    until = min((one.pattern.round_due for one in merged.values() if one.pattern.round_due), default=None)
    return _Block(parts, tasks, made, merged, until)


_NEW = (None, None)


def _together(parts: Sequence[_Part]) -> bool:
    """Return whether all parts are owed at the same places, once."""
    first = parts[0]
    number = first.pattern.occurrence
    return all(part.units is first.units and part.pattern.occurrence == number for part in parts)


def _alike(parts: Sequence[_Part], others: Sequence[_Part]) -> bool:
    """Return whether the patterns are those of last time, in the same order: only places can have changed."""
    return len(parts) == len(others) and all(
        part.pattern is other.pattern and (part.pulse is other.pulse or part.pulse == other.pulse)
        for part, other in zip(parts, others, strict=True)
    )


def _keys(duty: str, parts: Sequence[_Part], together: bool) -> Iterable[tuple[str, str, tuple[int, ...]]]:
    """Return (key, unit, indexes of the parts that want it), ordered by key."""
    first = parts[0]
    if together:
        number, everyone = first.pattern.occurrence, tuple(range(len(parts)))
        return [(f"{duty}/{as_in_key(unit)}{number}", unit, everyone) for unit in first.units]
    wanting: dict[tuple[str, int], tuple[int, ...]] = {}
    for index, part in enumerate(parts):
        number = part.pattern.occurrence
        for unit in part.units:
            wanting[unit, number] = (*wanting.get((unit, number), ()), index)
    return sorted((f"{duty}/{as_in_key(unit)}{number}", unit, by) for (unit, number), by in wanting.items())


def _merged(parts: Sequence[_Part], plans: PlanSet, at: datetime) -> Wanted:
    """Return the pattern that satisfies all *parts*; each of their rounds opens one."""
    pattern = reduce(join, (part.pattern for part in parts))
    pulses = {part.pulse for part in parts if part.pulse is not None}
    if len(pulses) < 2:
        return pattern
    rounds = [open_round(pulse.begun, pulse.first, at, plans.zone) for pulse in pulses]
    return replace(pattern, round=1 + sum(number - 1 for number, _ in rounds))
