"""The places that a duty is owed at, by the unit that answers for them.

Answers are remembered and patched: asking again after one place has changed
looks only at that place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coord.plans.rules import PlaceRule
from coord.plans.wanted import PlaceRow

Units = Mapping[str, tuple[str, ...]]
"""Row ids by responsible unit, both sorted; the units as their keys are."""

NO_UNIT = "-"
"""Stands for the unit in the key of a task that the group itself has."""

ITSELF: Units = {"": ()}
"""A duty without a place rule: the group itself, without rows."""


@dataclass(frozen=True, slots=True)
class Area:
    """The area of an activation, and the places that a reading named (empty: all)."""

    area: str = ""
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Patch:
    """What has changed since: ``before`` had the same units, and only those in ``units`` have other rows now."""

    before: Units
    units: frozenset[str]


def as_in_key(unit: str) -> str:
    """Return how *unit* stands in the key of a task, with what ends it there: so that units sort as keys do."""
    return f"{unit or NO_UNIT}/"


class Sites:
    """The places as last looked at."""

    def __init__(self) -> None:
        self._kinds: dict[str, dict[str, PlaceRow]] = {}
        self._areas: frozenset[str] = frozenset()
        self._found: dict[tuple[PlaceRule, Area], Units] = {}
        self._patches: dict[int, Patch] = {}

    def look(self, places: Sequence[PlaceRow]) -> None:
        """Take *places* as what there is (of rows with the same kind and id the last), and forget what that changes."""
        kinds: dict[str, dict[str, PlaceRow]] = {}
        for row in places:
            kinds.setdefault(row.kind, {})[row.id] = row
        areas = frozenset({area for row in places for area in row.areas})
        old, self._kinds, self._patches = self._kinds, kinds, {}
        if areas != self._areas:
            self._areas = areas
            self._found.clear()
            return
        changed = {kind for kind in {*kinds, *old} if kinds.get(kind) != old.get(kind)}
        for asked in [asked for asked in self._found if any(term.kind in changed for term in asked[0].terms)]:
            self._patch(asked, old, changed)

    def units(self, rule: PlaceRule | None, where: Area) -> Units:
        """Return the places that *rule* finds in *where*.

        An area that no place names is taken to hold them all: rows too many
        are seen and struck out, rows too few are not seen.
        """
        if rule is None:
            return ITSELF
        found = self._found.get((rule, where))
        if found is None:
            found = self._found[rule, where] = self._look_up(rule, where)
        return found

    def patch(self, units: Units) -> Patch | None:
        """Return what *units* differ in from the last time, when that is known and the units are the same ones."""
        return self._patches.get(id(units))

    def _look_up(self, rule: PlaceRule, where: Area) -> Units:
        by_unit: dict[str, list[str]] = {}
        for kind in sorted({term.kind for term in rule.terms}):
            for row in self._kinds.get(kind, {}).values():
                if self._meant(rule, where, row):
                    by_unit.setdefault(row.unit, []).append(row.id)
        return {unit: tuple(sorted(set(by_unit[unit]))) for unit in sorted(by_unit, key=as_in_key)}

    def _meant(self, rule: PlaceRule, where: Area, row: PlaceRow) -> bool:
        inside = where.area in row.areas or where.area not in self._areas
        return inside and (not where.only or row.id in where.only) and rule.covers(row)

    def _patch(
        self, asked: tuple[PlaceRule, Area], old: Mapping[str, Mapping[str, PlaceRow]], changed: set[str]
    ) -> None:
        """Bring one answer up to date, unless so much has changed that it is better found anew."""
        rule, where = asked
        before = self._found.pop(asked)
        kinds = {term.kind for term in rule.terms}
        moved: set[str] = set()
        for kind in kinds & changed:
            then, now = old.get(kind, {}), self._kinds.get(kind, {})
            names = [name for name in {**then, **now} if then.get(name) is not now.get(name)]
            rows = [side[name] for name in names for side in (then, now) if name in side]
            moved |= {row.unit for row in rows if self._meant(rule, where, row)}
        if not moved:
            self._found[asked] = before
            return
        if len(kinds) > 1 or len(moved) > 50:
            return
        units: dict[str, list[str]] = {unit: [] for unit in moved}
        for row in self._kinds.get(next(iter(kinds)), {}).values():
            if row.unit in moved and self._meant(rule, where, row):
                units[row.unit].append(row.id)
        if all(unit in before and units[unit] for unit in moved):
            news = {unit: meant for unit, ids in units.items() if (meant := tuple(sorted(ids))) != before[unit]}
            found = self._found[asked] = {**before, **news} if news else before
            if news:
                self._patches[id(found)] = Patch(before, frozenset(news))
