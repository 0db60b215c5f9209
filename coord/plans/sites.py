"""The places that a duty is owed at, by the unit that answers for them.

Answers are remembered for as long as the rows of their kinds stay the same, so
asking again after one place has changed looks only at that kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coord.plans.rules import PlaceRule
from coord.plans.wanted import PlaceRow

Units = Mapping[str, tuple[str, ...]]
"""Row ids by responsible unit, both sorted."""

ITSELF: Units = {"": ()}
"""A duty without a place rule: the group itself, without rows."""


@dataclass(frozen=True, slots=True)
class Area:
    """The area of an activation, and the places that a reading named (empty: all)."""

    area: str = ""
    only: tuple[str, ...] = ()


class Sites:
    """The places as last looked at."""

    def __init__(self) -> None:
        self._kinds: dict[str, list[PlaceRow]] = {}
        self._areas: frozenset[str] = frozenset()
        self._found: dict[tuple[PlaceRule, Area], Units] = {}
        self._places: Sequence[PlaceRow] = ()

    def look(self, places: Sequence[PlaceRow]) -> None:
        """Take *places* as what there is, and forget only what that changes."""
        if places is self._places and isinstance(places, tuple):
            return
        kinds: dict[str, list[PlaceRow]] = {}
        for row in places:
            kinds.setdefault(row.kind, []).append(row)
        areas = frozenset(area for row in places for area in row.areas)
        changed = {kind for kind in {*kinds, *self._kinds} if kinds.get(kind) != self._kinds.get(kind)}
        if areas != self._areas:
            self._found.clear()
        elif changed:
            stale = [asked for asked in self._found if any(term.kind in changed for term in asked[0].terms)]
            for asked in stale:
                del self._found[asked]
        self._kinds, self._areas, self._places = kinds, areas, places

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

    def _look_up(self, rule: PlaceRule, where: Area) -> Units:
        by_unit: dict[str, set[str]] = {}
        everywhere = where.area not in self._areas
        for kind in sorted({term.kind for term in rule.terms}):
            for row in self._kinds.get(kind, ()):
                inside = everywhere or where.area in row.areas
                if inside and (not where.only or row.id in where.only) and rule.covers(row):
                    by_unit.setdefault(row.unit, set()).add(row.id)
        return {unit: tuple(sorted(by_unit[unit])) for unit in sorted(by_unit)}
