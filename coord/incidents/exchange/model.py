"""The nouns: neighbours, the sheets that they are owed, their replies, their guest seats."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import get_args

from coord.events import Clocks
from coord.incidents.exchange.commands import ExchangeCommand
from coord.incidents.exchange.facts import ExchangeEvent, Way
from coord.incidents.model import kind_of

__all__ = ["KINDS", "Exchange", "ExchangeCommand", "ExchangeEvent", "Neighbour", "Reply", "Seat", "Sheet"]

KINDS: dict[str, type] = {kind_of(event): event for event in get_args(ExchangeEvent)}
"""Stored kind of each event, for ever."""


@dataclass(slots=True)
class Sheet:
    """One page that is owed or went out; ``slot`` None means at a change."""

    id: str
    neighbour: str
    slot: datetime | None
    because: tuple[str, ...]
    due: datetime
    sent_at: datetime | None = None
    way: Way | None = None
    zh: str = ""
    pt: str = ""
    missed: bool = False
    replies: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """Whether it can still go out in time."""
        return self.sent_at is None and not self.missed


@dataclass(slots=True)
class Reply:
    """What the neighbour said, by which post, when."""

    id: str
    neighbour: str
    sheet: str
    source: str
    said_at: datetime
    recorded_at: datetime
    by: str
    channel: str
    fields: dict[str, str]
    text: str


@dataclass(slots=True)
class Seat:
    """A guest's read-only seat; the token lies with access under ``link``."""

    id: str
    neighbour: str
    link: str
    post: str
    until: datetime
    granted_at: datetime
    ended_at: datetime | None = None
    lapsed: bool = False


@dataclass(slots=True)
class Neighbour:
    """Who is owed sheets at which times; ``last`` is what they said last, by field."""

    id: str
    times: str
    begins_at: datetime
    next_slot: datetime | None
    until: datetime | None
    ended: bool = False
    sheets: list[str] = field(default_factory=list)
    last: dict[str, tuple[str, datetime]] = field(default_factory=dict)


@dataclass(slots=True)
class Exchange:
    """All exchanges of a jurisdiction."""

    jurisdiction: str
    neighbours: dict[str, Neighbour] = field(default_factory=dict)
    sheets: dict[str, Sheet] = field(default_factory=dict)
    replies: dict[str, Reply] = field(default_factory=dict)
    seats: dict[str, Seat] = field(default_factory=dict)
    clocks: Clocks = field(default_factory=Clocks)
