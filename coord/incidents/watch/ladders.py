"""Ladders of signals and response states, as data. A colour means nothing without its ladder.

Red is the top of four on the mainland, the second of three in Macao rain and
the fourth of five in Macao surge. Ranks are compared within one (authority,
system) only. Sources: Guangdong set of 2019, Macao Executive Orders 61/2018 and
76/2018, Macao Law 11/2020 art. 8, Hong Kong Observatory. CAP severity, urgency
and certainty, and every ladder marked ``sample``, are editable defaults, not an
official rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coord.errors import Refused

LANGUAGES = ("zh-Hans", "zh-Hant", "pt", "en")
Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Grade:
    """One code of a ladder; ``rank`` counts from 1, the least."""

    code: str
    rank: int
    colour: str
    severity: str
    urgency: str
    certainty: str
    names: Names


@dataclass(frozen=True, slots=True)
class Ladder:
    """The codes of one system of one authority, from the least to the worst."""

    authority: str
    system: str
    hazard: str
    names: Names
    grades: tuple[Grade, ...]
    sample: bool = False

    @property
    def key(self) -> str:
        """``authority/system``: two signals may be compared when they have the same."""
        return f"{self.authority}/{self.system}"

    @property
    def max_rank(self) -> int:
        """The highest rank; several codes may share one (8NW, 8SW, 8NE, 8SE)."""
        return max(grade.rank for grade in self.grades)

    def grade(self, code: str) -> Grade:
        """Return the grade of *code*, or refuse an unknown one."""
        for grade in self.grades:
            if grade.code == code:
                return grade
        known = ", ".join(grade.code for grade in self.grades)
        raise Refused(f"{self.key} has no {code!r}; it has {known}", "unknown-code")


def ladder_of(authority: str, system: str) -> Ladder:
    """Return a ladder, or refuse an unknown one."""
    from coord.incidents.watch.ladder_data import LADDERS

    found = LADDERS.get(f"{authority}/{system}")
    if found is None:
        raise Refused(f"no ladder is known for {system!r} of {authority!r}", "unknown-ladder")
    return found


def at_least(ladder: str, code: str, other_ladder: str, other_code: str) -> bool:
    """Return whether *code* ranks at or above *other_code*; across ladders the question has no answer and is refused.

    >>> at_least("MO-SMG/rain", "red", "MO-SMG/rain", "yellow")
    True
    """
    if ladder != other_ladder:
        raise Refused(f"{ladder} {code} and {other_ladder} {other_code} cannot be compared", "incomparable")
    known = ladder_of(*ladder.split("/", 1))
    return known.grade(code).rank >= known.grade(other_code).rank
