"""CAP's own way of writing times: ``2026-05-04T09:15:00+08:00``, UTC as ``-00:00`` (CAP 1.2 §3.3.2)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

WELL_FORMED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", re.ASCII)
_LOOSE = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)", re.ASCII)

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Years outside are typing errors, and overflow in others' software (R67)."""


def cap_time(at: datetime) -> str:
    """Write *at* as CAP does; it must be aware, and whole minutes off UTC.

    >>> cap_time(datetime(2026, 5, 4, 9, 15, tzinfo=UTC))
    '2026-05-04T09:15:00-00:00'
    """
    text = at.isoformat(timespec="seconds").rjust(25, "0")
    return text[:-6] + "-00:00" if text.endswith("+00:00") else text


def read_time(text: str) -> datetime | None:
    """Return the time that *text* names, or None when it names none.

    Midnight may be written 24:00:00 (xs:dateTime); it is the next day's 0:00.

    >>> read_time("2026-03-01T24:00:00-00:00")
    datetime.datetime(2026, 3, 2, 0, 0, tzinfo=datetime.timezone.utc)
    """
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    if text[11:19] != "24:00:00":
        return None
    try:
        return datetime.fromisoformat(text[:11] + "00:00:00" + text[19:]) + timedelta(days=1)
    except (ValueError, OverflowError):
        return None


def loose_time(text: str) -> str | None:
    """Return *text* as CAP would have it, when it is a time with Z, a fraction or an offset without colon.

    >>> loose_time("2026-05-04T09:15:00.250Z")
    '2026-05-04T09:15:00-00:00'
    """
    if (found := _LOOSE.fullmatch(text.strip())) is None:
        return None
    day, clock, offset = found.groups()
    if offset == "Z":
        offset = "-00:00"
    elif ":" not in offset:
        offset = f"{offset[:3]}:{offset[3:]}"
    return f"{day}T{clock}{offset}"


def utc(at: datetime) -> datetime:
    """Return *at* in UTC; at the ends of the calendar, where that overflows, the end itself.

    >>> utc(datetime.fromisoformat("9999-12-31T23:59:59-14:00")).year
    9999
    """
    try:
        return at.astimezone(UTC)
    except OverflowError:
        return datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC) if at.year > FIRST_YEAR else datetime(1, 1, 1, tzinfo=UTC)
