"""Which times can be meant: a naive or absurd one would start, stop or hide a clock that lives hang on."""

from __future__ import annotations

from datetime import datetime, timedelta

from coord.errors import Refused

EARLIEST_YEAR = 2000
AHEAD = timedelta(days=400)
"""No signal, level or term is ordered further ahead than this."""

SKEW = timedelta(minutes=5)
"""How far a phone's clock may run ahead of the centre's when it says that something happened."""

BACK = timedelta(days=90)
"""What happened longer ago than this is history for a report, not a step of the work in hand."""


def sane(when: datetime, at: datetime, what: str) -> datetime:
    """Return *when*, or refuse it: ``naive-time`` without an offset, ``absurd-time`` outside 2000 … *at* + 400 days."""
    if when.tzinfo is None or when.utcoffset() is None:
        raise Refused(f"{what} {when.isoformat()} has no UTC offset, so nobody can know when it is", "naive-time")
    if when.year < EARLIEST_YEAR or when > at + AHEAD:
        raise Refused(f"{what} {when.isoformat()} cannot be meant; please check the date", "absurd-time")
    return when


def sane_or_none(when: datetime | None, at: datetime, what: str) -> datetime | None:
    """Return *when* as :func:`sane` does; None stays None."""
    return None if when is None else sane(when, at, what)


def happened(when: datetime | None, at: datetime) -> datetime:
    """Return when something happened, *at* if nobody said; what is yet to come or long past is refused."""
    if when is None:
        return at
    sane(when, at, "happened at")
    if when > at + SKEW:
        raise Refused(f"it is said to have happened at {when.isoformat()}, which is yet to come", "future-time")
    if when < at - BACK:
        raise Refused(f"it is said to have happened at {when.isoformat()}, more than 90 days ago", "absurd-time")
    return min(when, at)
