"""Where a duty is owed, and when at all: place rules and conditions.

Two small grammars with one spelling each: ``parse`` reads what a planner
writes, ``str`` gives the canonical form, and parse(str(x)) == x. Nothing here
is ever evaluated as code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from coord.plans.terms import NAME, Misread
from coord.plans.wanted import PlaceRow


@dataclass(frozen=True, slots=True, order=True)
class PlaceTerm:
    """A kind of place with marks it must have and marks it must not have."""

    kind: str
    marks: tuple[str, ...] = ()
    unmarked: tuple[str, ...] = ()
    area: str = ""

    def __str__(self) -> str:
        words = [self.kind, *self.marks, *(f"not {mark}" for mark in self.unmarked)]
        return " ".join(words) + (f" in {self.area}" if self.area else "")

    def covers(self, row: PlaceRow) -> bool:
        """Return whether *row* is such a place."""
        if row.kind != self.kind or (self.area and self.area not in row.areas):
            return False
        for mark in self.marks:
            if mark not in row.marks:
                return False
        return not self.unmarked or not any(mark in row.marks for mark in self.unmarked)


@dataclass(frozen=True, slots=True, order=True)
class PlaceRule:
    """Which places a duty is owed at: ``household at-risk or slope danger not closed in north``."""

    terms: tuple[PlaceTerm, ...]

    @classmethod
    def parse(cls, text: str) -> PlaceRule:
        """Read ``KIND [MARK …] [not MARK …] [in AREA]``, several joined by ``or``."""
        terms, term, mode, column = [], None, "", 1
        for found in re.finditer(r"\S+", text):
            word, column = found[0], found.start() + 1
            if not NAME.fullmatch(word):
                raise Misread(f"“{word}” is no kind, mark or area of places", column)
            if word == "or" and term is not None and not mode:
                terms.append(term)
                term = None
            elif word in ("not", "in") and term is not None and not mode:
                mode = word
            elif word in ("or", "not", "in"):
                raise Misread(f"“{word}” cannot stand here", column)
            elif term is None:
                term = PlaceTerm(word)
            elif mode == "not":
                term, mode = replace(term, unmarked=_with(term.unmarked, word)), ""
            elif mode == "in":
                term, mode = _within(term, word, column), ""
            elif term.area:
                raise Misread(f"“{word}” cannot stand after the area", column)
            else:
                term = replace(term, marks=_with(term.marks, word))
        if term is None or mode:
            raise Misread("a place rule names a kind of place, such as “shelter open”", column)
        return cls(tuple(sorted({*terms, term})))

    def __str__(self) -> str:
        return " or ".join(map(str, self.terms))

    def covers(self, row: PlaceRow) -> bool:
        """Return whether the duty is owed at *row*."""
        return any(term.covers(row) for term in self.terms)


def _with(words: tuple[str, ...], word: str) -> tuple[str, ...]:
    return tuple(sorted({*words, word}))


def _within(term: PlaceTerm, area: str, column: int) -> PlaceTerm:
    if term.area:
        raise Misread(f"“in {area}”: one area is enough", column)
    return replace(term, area=area)


@dataclass(frozen=True, slots=True, order=True)
class Fact:
    """One thing asked of an incident's properties."""

    name: str
    verb: Literal["is", "is-not", "at-least"]
    value: str

    def __str__(self) -> str:
        return f"{self.name} {self.verb.replace('-not', ' not')} {self.value}"

    def holds(self, properties: Mapping[str, str]) -> bool:
        """Return whether it is so; an unknown property is not."""
        known = properties.get(self.name)
        if self.verb == "is-not":
            return known != self.value
        if known is None or self.verb == "is":
            return known == self.value
        try:
            return float(known) >= float(self.value)
        except ValueError:
            return False


_FACT = re.compile(r"\s*([a-z][a-z0-9-]*)\s+(is not|is|at-least)\s+(?!(?:and|or)\s*$)([\w.:+-]+)\s*")


@dataclass(frozen=True, slots=True, order=True)
class Condition:
    """When a duty is owed at all: ``night is yes and people at-least 100 or tide is high``."""

    either: tuple[tuple[Fact, ...], ...]

    @classmethod
    def parse(cls, text: str) -> Condition:
        """Read facts joined by ``and``, alternatives joined by ``or``; ``and`` binds closer."""
        either, column = set(), 1
        for way in re.split(r"(?<=\s)or(?=\s)", text):
            facts = set()
            for fact in re.split(r"(?<=\s)and(?=\s)", way):
                facts.add(_fact(fact, column))
                column += len(fact) + 3
            column += -3 + 2
            either.add(tuple(sorted(facts)))
        return cls(tuple(sorted(either)))

    def __str__(self) -> str:
        return " or ".join(" and ".join(map(str, facts)) for facts in self.either)

    def holds(self, properties: Mapping[str, str]) -> bool:
        """Return whether the incident is such."""
        return any(all(fact.holds(properties) for fact in facts) for facts in self.either)

    @property
    def names(self) -> frozenset[str]:
        """The properties that are asked for."""
        return frozenset(fact.name for facts in self.either for fact in facts)


def _fact(text: str, column: int) -> Fact:
    found = _FACT.fullmatch(text)
    if found is None:
        raise Misread(f"“{text.strip()}” is no condition; write “night is yes” or “people at-least 100”", column)
    name, verb, value = found[1], found[2].replace(" ", "-"), found[3]
    if not NAME.fullmatch(name):
        raise Misread(f"“{name}” is no name of a property", column)
    if verb == "at-least" and not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,6})?", value):
        raise Misread(f"“{value}” is no number", column)
    return Fact(name, verb, value)  # type: ignore[arg-type]  # the pattern allows only the three verbs
