"""The lines of a scenario: what happens when, and what must follow.

12:00 signal gd/typhoon yellow          12:00 asks start III until 12:10
12:05 start III                         12:05 orders 9
day 2 03:00 milestone wind-onset 09:00  12:05 wants move-people of COM by 06:00 rows 142
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from coord.plans.terms import Misread, clock, duration
from coord.plans.wanted import PlaceRow

FIRST_DAY = datetime(2025, 1, 1)  # noqa: DTZ001 - a day that stands for any; the zone of the plans is put in
_TIME = r"(?:day [1-9][0-9]? )?[0-2][0-9]:[0-5][0-9]"
_GIVEN = {
    "signal": rf"({_TIME}) signal (\S+/\S+) (\S+)",
    "reading": rf"({_TIME}) reading ([a-z-]+)(?:/(\S+))? (-?[0-9.]+) ([^\s]+)(?: (at|for) (\S+))?",
    "milestone": rf"({_TIME}) milestone (\S+) (off|{_TIME})",
    "property": rf"({_TIME}) property (\S+) (\S+)",
    "start": rf"({_TIME}) start (?:([a-z]\S*) )?(I{{1,3}}|IV)",
    "lower": rf"({_TIME}) lower (?:([a-z]\S*) )?(I{{1,3}}|IV)",
    "end": rf"({_TIME}) (end)",
}
_EXPECT = {
    "asks": rf"({_TIME}) asks (nothing|(?:start|measure|passage) \S+)(?: until ({_TIME}))?",
    "fires": rf"({_TIME}) fires (\S+)",
    "orders": rf"({_TIME}) orders ([0-9]+)",
    "tasks": rf"({_TIME}) tasks ([0-9]+)",
    "wants": rf"({_TIME}) wants (\S+)(?: of (\S+))?(?: by ({_TIME}))?(?: rows ([0-9]+))?",
    "no": rf"({_TIME}) no (\S+)",
    "round": rf"({_TIME}) round ([0-9]+) of (\S+) due ({_TIME})",
    "rows": r"(\S+) rows ([0-9]+)",
    "alarms": r"alarms at-most ([0-9]+)",
}
_PLACES = re.compile(r"([0-9]{1,4}) ([a-z][a-z0-9-]*)((?: [a-z][a-z0-9-]*)*?)(?: under ([0-9]{1,3}) units)?")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of ``given`` or ``expect``: its verb, its time (what has none is judged at the end), its words."""

    verb: str
    at: datetime
    words: tuple[str | None, ...]
    text: str


def given_line(text: str, zone: timezone) -> Line:
    """Read what happens; raises :exc:`coord.plans.terms.Misread`."""
    return _line(text, zone, _GIVEN, "12:00 signal gd/typhoon yellow")


def expected_line(text: str, zone: timezone) -> Line:
    """Read what must follow; raises :exc:`coord.plans.terms.Misread`."""
    return _line(text, zone, _EXPECT, "12:00 asks start III until 12:10")


def moment(text: str, zone: timezone) -> datetime:
    """Return the time that ``12:00`` (of the first day) or ``day 2 12:00`` names."""
    day, _, hour = text.rpartition(" ")
    days = int(day.removeprefix("day ")) - 1 if day else 0
    return datetime.combine(FIRST_DAY.date() + timedelta(days=days), clock(hour), zone)


def moment_text(at: datetime, zone: timezone) -> str:
    """Return *at* as a scenario writes it."""
    local = at.astimezone(zone)
    days = (local.date() - FIRST_DAY.date()).days
    return f"day {days + 1} {local:%H:%M}" if days else f"{local:%H:%M}"


def place_rows(text: str) -> list[PlaceRow]:
    """Return the places that ``142 household at-risk under 4 units`` names; without units the group has them itself."""
    found = _PLACES.fullmatch(text)
    if found is None:
        raise Misread(f"“{text}” names no places; write “142 household at-risk under 4 units”")
    kind, marks, units = found[2], tuple(found[3].split()), int(found[4] or 0)
    names = [f"{kind}-{number}" for number in range(1, int(found[1]) + 1)]
    return [
        PlaceRow(name, kind, f"unit-{index % units + 1}" if units else "", (), marks)
        for index, name in enumerate(names)
    ]


def window(text: str | None) -> timedelta | None:
    """Return the length that a reading is summed over."""
    return duration(text) if text else None


def _line(text: str, zone: timezone, patterns: dict[str, str], example: str) -> Line:
    words = " ".join(text.split())
    for verb, pattern in patterns.items():
        if found := re.fullmatch(pattern, words):
            groups = found.groups()
            if pattern.startswith(f"({_TIME})"):
                return Line(verb, moment(groups[0], zone), groups[1:], words)
            return Line(verb, datetime.max.replace(tzinfo=zone), groups, words)
    raise Misread(f"“{text}” is no line of a scenario; write for example “{example}”")
