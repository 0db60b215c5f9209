"""The small words of a plan: durations, due rules, rhythms.

Each is a value with one spelling: ``parse`` reads what a planner writes,
``str`` gives the canonical form, and parse(str(x)) == x. Nothing here is ever
evaluated as code. What cannot be read raises :exc:`Misread` with the column.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from itertools import pairwise

from coord.plans.wanted import Level

NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
"""Ids of plans, duties, milestones, kinds of places …: lower-case words joined by hyphens."""

_PARTS: tuple[tuple[str, timedelta], ...] = (
    ("d", timedelta(days=1)),
    ("h", timedelta(hours=1)),
    ("min", timedelta(minutes=1)),
    ("s", timedelta(seconds=1)),
)
_PART = re.compile(r"\s*([0-9]{1,5})\s*(d|h|min|s)(?![a-z])", re.ASCII)
_DUE = re.compile(r"([TD]|[a-z][a-z0-9-]*)(?:(\s*\+|\s+-(?=\s)|\s*−)\s*(\S.*))?")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


class Misread(ValueError):
    """A word of a plan cannot be read; ``column`` counts from 1 within the text."""

    def __init__(self, sentence: str, column: int = 1) -> None:
        super().__init__(sentence)
        self.column = column


def duration(text: str) -> timedelta:
    """Return the length of time that *text* names, larger units first.

    >>> duration("1 h 30 min")
    datetime.timedelta(seconds=5400)
    """
    total, at, seen = timedelta(), 0, -1
    sizes = [unit for unit, _ in _PARTS]
    while at < len(text.rstrip()):
        part = _PART.match(text, at)
        if part is None or sizes.index(part[2]) <= seen:
            raise Misread(f"“{text}” is no duration; write it like “30 min”, “2 h”, “1 d 12 h”", at + 1)
        seen = sizes.index(part[2])
        total += int(part[1]) * _PARTS[seen][1]
        at = part.end()
    if not total:
        raise Misread(f"“{text}” is no duration; it must be longer than nothing")
    return total


def duration_text(length: timedelta) -> str:
    """Return the canonical spelling of *length* (whole seconds).

    >>> duration_text(timedelta(minutes=90))
    '1 h 30 min'
    """
    words, rest = [], length
    for unit, size in _PARTS:
        count, rest = divmod(rest, size)
        if count:
            words.append(f"{count} {unit}")
    return " ".join(words)


def clock(text: str) -> time:
    """Return the time of day that *text* names, 24 hours, two digits each."""
    if (found := _CLOCK.fullmatch(text.strip())) is None:
        raise Misread(f"“{text}” is no time of day; write it like “08:00”")
    return time(int(found[1]), int(found[2]))


def next_clock(after: datetime, at: time, zone: timezone) -> datetime:
    """Return the first moment later than *after* at which clocks in *zone* show *at*."""
    local = after.astimezone(zone)
    when = local.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return when if when > local else when + timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """By when a duty is owed; of several rules the earliest counts.

    ``T+n`` counts from the effective time of the level's first start (for a
    standing order from what set it off, for resumption from the end), ``D+n``
    from the decision, ``milestone`` or ``milestone - n`` from a named time,
    ``18:00`` is the first such time after T. ``level`` names the level whose T
    is meant; None is the duty's own.
    """

    base: str
    shift: timedelta = timedelta()
    level: Level | None = None

    @classmethod
    def parse(cls, text: str) -> Due:
        """Read ``T+30 min``, ``D+1 h``, ``T``, ``wind-onset - 3 h``, ``ordered-time`` or ``18:00``."""
        words = text.strip()
        if _CLOCK.fullmatch(words):
            return cls(words)
        found = _DUE.fullmatch(words)
        if found is None:
            raise Misread(f"“{text}” is no due rule; write “T+30 min”, “wind-onset - 3 h” or “18:00”")
        base, sign, rest = found[1], (found[2] or "").strip(), found[3] or ""
        if base not in ("T", "D") and not NAME.fullmatch(base):
            raise Misread(f"“{text}”: “{base}” is neither T, D nor the name of a milestone")
        if base in ("T", "D") and sign not in ("", "+"):
            raise Misread(f"“{text}”: a duty cannot be owed before {base}; count back from a milestone", len(base) + 1)
        shift = duration(rest) if rest else timedelta()
        return cls(base, shift if sign in ("", "+") else -shift)

    def __str__(self) -> str:
        if not self.shift:
            return self.base
        if self.base in ("T", "D"):
            return f"{self.base}+{duration_text(self.shift)}"
        sign = "+" if self.shift > timedelta() else "-"
        return f"{self.base} {sign} {duration_text(abs(self.shift))}"

    @property
    def milestone(self) -> str | None:
        """The milestone that is counted from, if one is."""
        return None if self.base in ("T", "D") or self.base[0].isdigit() else self.base

    def at(self, t: datetime, d: datetime, milestones: Mapping[str, datetime], zone: timezone) -> datetime | None:
        """Return the due time, None when its milestone is not known yet."""
        if self.base == "T":
            return t + self.shift
        if self.base == "D":
            return d + self.shift
        if self.base[0].isdigit():
            return next_clock(t, clock(self.base), zone)
        named = milestones.get(self.base)
        return None if named is None else named + self.shift


@dataclass(frozen=True, slots=True, order=True)
class Rhythm:
    """How often a duty recurs while it holds: every so long, or at fixed times of day."""

    every: timedelta | None = None
    clocks: tuple[time, ...] = ()
    level: Level | None = None

    @classmethod
    def parse(cls, text: str) -> Rhythm:
        """Read ``30 min`` or ``08:00 17:00``."""
        if ":" in text:
            return cls(clocks=tuple(sorted({clock(word) for word in text.replace(",", " ").split()})))
        every = duration(text)
        if every < timedelta(minutes=1):
            raise Misread(f"“{text}”: nobody can report more often than every minute")
        return cls(every=every)

    def __str__(self) -> str:
        if self.every is not None:
            return duration_text(self.every)
        return " ".join(f"{at:%H:%M}" for at in self.clocks)

    @property
    def longest_gap(self) -> timedelta:
        """The longest time between two rounds."""
        if self.every is not None:
            return self.every
        minutes = [at.hour * 60 + at.minute for at in self.clocks]
        gaps = [later - earlier for earlier, later in pairwise([*minutes, minutes[0] + 24 * 60])]
        return timedelta(minutes=max(gaps))

    def next(self, after: datetime, zone: timezone) -> datetime:
        """Return the first time of this rhythm when it starts anew at *after*."""
        if self.every is not None:
            return after + self.every
        return min(next_clock(after, at, zone) for at in self.clocks)
