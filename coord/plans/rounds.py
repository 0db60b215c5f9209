"""Which round of a recurring duty is open, and until when.

Rounds follow the rhythm of the highest level in force. A raise may bring the
open round forward but never puts it off; a lowering leaves the running round
as it is and slows down the ones after it. Numbers only grow.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone

from coord.plans.terms import Rhythm
from coord.plans.wanted import LEVELS, InForce, Level, rank

Course = tuple[tuple[datetime, Level], ...]
"""The levels of an activation in the order in which they took effect."""

Segments = tuple[tuple[datetime, Rhythm], ...]
"""From when on which rhythm holds."""


def course(force: InForce) -> Course:
    """Return the levels of *force* in the order in which they took effect."""
    if force.course:
        return force.course
    times = sorted({*force.since.values(), *force.left.values()})
    found: list[tuple[datetime, Level]] = []
    for time in times:
        held = [
            one for one in LEVELS if one in force.since and force.since[one] <= time and not _left(force, one, time)
        ]
        if held:
            found.append((time, held[-1]))
    return tuple(found)


def _left(force: InForce, level: Level, by: datetime) -> bool:
    return level in force.left and force.since[level] <= force.left[level] <= by


def segments(rhythms: Sequence[Rhythm], own: Level, levels: Iterable[tuple[datetime, Level]]) -> Segments:
    """Return from when on which of *rhythms* holds, for a duty of level *own*, as *levels* took effect."""
    found: list[tuple[datetime, Rhythm]] = []
    for start, level in levels:
        rhythm = pace(rhythms, own, level)
        if rhythm is not None and (not found or found[-1][1] != rhythm):
            found.append((start, rhythm))
    return tuple(found)


def pace(rhythms: Sequence[Rhythm], own: Level, level: Level) -> Rhythm | None:
    """Return the rhythm at *level*: the rule for it or for the nearest level below."""
    fit = [one for one in rhythms if rank(one.level or own) <= rank(level)]
    return max(fit, key=lambda one: rank(one.level or own), default=None)


def open_round(begun: Segments, first: datetime | None, at: datetime, zone: timezone) -> tuple[int, datetime]:
    """Return (number from 1, due) of the round that is open at *at*.

    *begun* is what :func:`segments` gave, not empty; *first* the due time of
    the first round where a rule of the duty gives one.
    """
    start, rhythm = begun[0]
    edge = first if first is not None and first > start else rhythm.next(start, zone)
    count = 0
    for index, (begin, pulse) in enumerate(begun):
        if index and pulse.longest_gap < begun[index - 1][1].longest_gap:
            edge = min(edge, pulse.next(begin, zone))
        last = index + 1 == len(begun)
        passed, edge = _pass(pulse, edge, at if last else min(at, begun[index + 1][0]), zone)
        count += passed
    return count + 1, edge


def _pass(rhythm: Rhythm, edge: datetime, until: datetime, zone: timezone) -> tuple[int, datetime]:
    """Return how many rounds ended up to *until*, the first at *edge*, and when the next one ends."""
    if edge > until:
        return 0, edge
    if rhythm.every is not None:
        passed = (until - edge) // rhythm.every + 1
        return passed, edge + passed * rhythm.every
    # By the clock, whole days at once, so that a year-old duty costs no more than a day-old one.
    count, edge = 1, rhythm.next(edge, zone)
    days = max(0, (until - edge).days - 1)
    count, edge = count + days * len(rhythm.clocks), edge + timedelta(days=days)
    while edge <= until:
        count, edge = count + 1, rhythm.next(edge, zone)
    return count, edge
