"""The four times of whatever is ordered (P-6): decided, announced, in force, until; and when a rhythm is due next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from coord.errors import Refused
from coord.incidents.times import SKEW, sane, sane_or_none
from coord.plans.terms import Misread, Rhythm

ZONE = timezone(timedelta(hours=8))
"""Asia/Shanghai and Asia/Macau alike: eight hours ahead of UTC, without summer time."""


@dataclass(frozen=True, slots=True)
class Span:
    """When something was decided, when it was announced (None: not yet), from when to when it holds."""

    decided_at: datetime
    announced_at: datetime | None
    effective_at: datetime
    until: datetime | None


def span(
    at: datetime,
    decided_at: datetime | None,
    announced_at: datetime | None,
    effective_at: datetime | None,
    until: datetime | None,
) -> Span:
    """Return the times as they are meant, the time of the command for those left out; the impossible is refused."""
    effective = sane(effective_at or at, at, "effective at")
    decided = sane(decided_at or min(at, effective), at, "decided at")
    announced = sane_or_none(announced_at, at, "announced at")
    end = sane_or_none(until, at, "until")
    for word, when in (("decided", decided), ("announced", announced)):
        if when is not None and when > at + SKEW:
            raise Refused(f"it is said to be {word} at {when.isoformat()}, which is yet to come", "future-time")
    if decided > effective:
        raise Refused("nothing can be in force before it is decided", "effective-before-decided")
    if end is not None and end <= effective:
        raise Refused("it would end before it begins", "ends-before-it-begins")
    return Span(decided, announced, effective, end)


def beginning(begins_at: datetime | None, at: datetime) -> datetime:
    """Return when something that recurs begins; more than a day ago would be owed in one heap, and is refused."""
    begins = sane(begins_at or at, at, "begins at")
    if begins < at - timedelta(days=1):
        raise Refused(f"it cannot have been owed since {begins.isoformat()}; begin today", "absurd-time")
    return begins


def rhythm_of(text: str) -> Rhythm:
    """Return the rhythm that *text* names (``1 h``, ``08:00 17:00``); anything else is refused: ``rhythm``."""
    try:
        return Rhythm.parse(text)
    except Misread as misread:
        raise Refused(str(misread), "rhythm") from misread


def next_slot(rhythm: str, after: datetime) -> datetime:
    """Return the first due time of *rhythm* that is later than *after*."""
    return Rhythm.parse(rhythm).next(after, ZONE).astimezone(after.tzinfo)


def slots_between(rhythm: str, first: datetime, at: datetime) -> tuple[int, datetime]:
    """Return how many due times from *first* on have come by *at*, and the one after them."""
    count, slot = 0, first
    while slot <= at:
        count, slot = count + 1, next_slot(rhythm, slot)
    return count, slot


def local(when: datetime, beside: datetime | None = None) -> str:
    """Return the clock time that people read; with the date where *beside* is not the same day.

    >>> from datetime import UTC
    >>> local(datetime(2025, 9, 23, 4, 0, tzinfo=UTC))
    '12:00'
    """
    here = when.astimezone(ZONE)
    if beside is not None and beside.astimezone(ZONE).date() != here.date():
        return f"{here:%m-%d %H:%M}"
    return f"{here:%H:%M}"


def shown_times(effective_at: datetime, was: datetime | None) -> str:
    """Return one line: ``12:00 (was 19:00)``; the old time with its date where the day is another one.

    >>> from datetime import UTC
    >>> noon = datetime(2025, 9, 23, 4, 0, tzinfo=UTC)
    >>> shown_times(noon, noon.replace(hour=11))
    '12:00 (was 19:00)'
    """
    return local(effective_at) if was is None else f"{local(effective_at)} (was {local(was, effective_at)})"
