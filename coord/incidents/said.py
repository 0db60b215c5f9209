"""What every fact and every wish says of its origin.

Crews speak rather than tap, so the desk types for them: what a group did has
the time when it *happened* beside the time when it was recorded (P-2).
``told_by`` is an id of the erasable store or an account, never a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from coord.incidents.times import happened, sane_or_none


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Root of all events here: recorded ``at``, caused ``by`` (an account, or the name of a clock or policy)."""

    at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFact(Fact):
    """A fact from outside the room: when it happened, and who typed it for whom, told by whom over what."""

    happened_at: datetime
    recorded_for: str = ""
    told_by: str = ""
    channel: str = ""
    said_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Root of all commands here: who wants it."""

    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldWish(Wish):
    """A command from outside the room; ``happened_at`` None means now."""

    happened_at: datetime | None = None
    recorded_for: str = ""
    told_by: str = ""
    channel: str = ""
    said_at: datetime | None = None


def told(wish: FieldWish, at: datetime) -> dict[str, Any]:
    """Return the origin of *wish* as the fields of a :class:`FieldFact`; impossible times are refused."""
    return {
        "at": at,
        "by": wish.by,
        "happened_at": happened(wish.happened_at, at),
        "recorded_for": wish.recorded_for,
        "told_by": wish.told_by,
        "channel": wish.channel,
        "said_at": sane_or_none(wish.said_at, at, "said at"),
    }
