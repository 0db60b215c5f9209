"""Which round of a recurring duty is open, and until when.

Rounds follow the rhythm of the highest level in force. A raise may bring the
open round forward but never puts it off; a lowering leaves the running round
as it is and slows down the ones after it. Numbers only grow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone

from coord.plans.terms import Rhythm
from coord.plans.wanted import LEVELS, Level, rank

Segments = Sequence[tuple[datetime, Rhythm]]


def segments(
    rhythms: Sequence[Rhythm],
    own: Level,
    since: Mapping[Level, datetime],
    left: Mapping[Level, datetime],
) -> Segments:
    """Return from when on which rhythm holds, for a duty of level *own*."""
    levels = [level for level in LEVELS if level in since and rank(level) >= rank(own)]
    times = sorted({since[level] for level in levels} | {left[level] for level in levels if level in left})
    found: list[tuple[datetime, Rhythm]] = []
    for time in times:
        held = [one for one in levels if since[one] <= time and not (one in left and since[one] <= left[one] <= time)]
        rhythm = pace(rhythms, own, held[-1]) if held else None
        if rhythm is not None and (not found or found[-1][1] != rhythm):
            found.append((time, rhythm))
    return found


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
    for index, (start, rhythm) in enumerate(begun):
        if index:
            edge = min(edge, rhythm.next(start, zone)) if _tighter(rhythm, begun[index - 1][1]) else edge
        last = index + 1 == len(begun)
        until = at if last else min(at, begun[index + 1][0])
        passed, edge = _pass(rhythm, edge, until, zone)
        count += passed
    return count + 1, edge


def _tighter(one: Rhythm, other: Rhythm) -> bool:
    return one.longest_gap < other.longest_gap


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
