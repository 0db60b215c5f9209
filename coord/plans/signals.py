"""Signals and readings as plans ask for them: which rule does the weather satisfy?

A signal is compared by its rank within its own system and never by colour:
red is the top of four on the mainland, the second of three in Macao's rain.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from coord.plans.terms import NAME, Misread, duration, duration_text

Where = Literal["", "at any station", "at the place"]

_SIGNAL = re.compile(r"([a-z][a-z0-9-]*/[a-z][a-z0-9-]*)\s+at-least\s+([a-z0-9][a-z0-9-]*)")
_READING = re.compile(
    r"([a-z][a-z0-9-]*)(?:/((?:[0-9]{1,5} ?(?:min|h|d|s)){1,4}))?\s*(?:>=|at-least)\s*"
    r"(-?[0-9]{1,7}(?:\.[0-9]{1,4})?)\s*([A-Za-z%/°³²µ]{1,12})(?:\s+(at any station|at the place))?"
)


@dataclass(frozen=True, slots=True, order=True)
class Seen:
    """A signal in force: ``system`` as authority/system (``gd/typhoon``, ``mo/cyclone``), its ``code`` there."""

    system: str
    code: str


@dataclass(frozen=True, slots=True, order=True)
class Reading:
    """A measured value: ``quantity`` (``rain``, ``depth``), over ``window`` if it is a sum, taken at ``station``.

    ``place`` is the id of the place that the gauge stands for, if it does for one.
    """

    quantity: str
    value: float
    unit: str
    window: timedelta | None = None
    station: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Trigger:
    """``gd/typhoon at-least yellow`` or ``rain/30min >= 25 mm at any station``."""

    name: str
    least: str
    unit: str = ""
    window: timedelta | None = None
    where: Where = ""

    @classmethod
    def parse(cls, text: str) -> Trigger:
        """Read a signal at a least code, or a reading at a least value."""
        words = " ".join(text.split())
        if found := _SIGNAL.fullmatch(words):
            return cls(found[1], found[2])
        if (found := _READING.fullmatch(words)) and NAME.fullmatch(found[1]):
            window = duration(found[2]) if found[2] else None
            return cls(found[1], found[3], found[4], window, found[5] or "")  # type: ignore[arg-type]  # by the pattern
        raise Misread(f"“{text}” is no trigger; write “gd/typhoon at-least yellow” or “depth >= 27 cm at the place”")

    def __str__(self) -> str:
        if self.is_signal:
            return f"{self.name} at-least {self.least}"
        window = f"/{duration_text(self.window).replace(' ', '')}" if self.window else ""
        return f"{self.name}{window} >= {self.least} {self.unit} {self.where}".rstrip()

    @property
    def is_signal(self) -> bool:
        """Whether a signal is asked for, not a reading."""
        return "/" in self.name

    def met_by(self, fact: Seen | Reading, ladders: Mapping[str, Sequence[str]]) -> bool:
        """Return whether *fact* satisfies this; *ladders* lists the codes of each system, lowest first."""
        if isinstance(fact, Seen):
            ladder = ladders.get(fact.system, ())
            if fact.system != self.name or fact.code not in ladder or self.least not in ladder:
                return False
            return ladder.index(fact.code) >= ladder.index(self.least)
        same = (fact.quantity, fact.unit, fact.window) == (self.name, self.unit, self.window)
        return same and fact.value >= float(self.least) and (self.where != "at the place" or bool(fact.place))


@dataclass(frozen=True, slots=True, order=True)
class Question:
    """What a decision asks: start a level, or order a measure."""

    kind: Literal["start", "measure", "passage"]
    what: str

    @classmethod
    def parse(cls, text: str) -> Question:
        """Read ``start III`` or ``measure stop-school``."""
        found = re.fullmatch(r"\s*(start|measure|passage)\s+(\S+)\s*", text)
        if found is None or (found[1] == "start") != (found[2] in ("I", "II", "III", "IV")):
            raise Misread(
                f"“{text}” is no question; write “start III”, “measure stop-school” or “passage lotus-bridge”"
            )
        if found[1] != "start" and not NAME.fullmatch(found[2]):
            raise Misread(f"“{found[2]}” is no id", found.start(2) + 1)
        return cls(found[1], found[2])  # type: ignore[arg-type]  # by the pattern

    def __str__(self) -> str:
        return f"{self.kind} {self.what}"
