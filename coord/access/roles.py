"""Roles and grants: what somebody may be, where, for which group and in which space.

Pure. A grant never widens: two grants meet in what both allow, and whatever is
derived from a grant (an API token, a ticket) is such a meeting.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

Role = Literal[
    "commander",
    "duty-officer",
    "approver",
    "group-lead",
    "member",
    "planner",
    "auditor",
    "administrator",
    "liaison",
    "guest",
]
ROLES: Final[tuple[Role, ...]] = get_args(Role)

GROUP_ROLES: Final[frozenset[Role]] = frozenset({"group-lead", "member"})
"""Roles that mean nothing without a task group."""

RESERVED: Final[frozenset[Role]] = frozenset({"liaison", "guest"})
"""Names kept for the neighbour's seats (P-18); nobody can hold them yet."""

TWO_PERSONS: Final[frozenset[Role]] = frozenset({"commander", "duty-officer", "approver", "administrator"})
"""Roles over the live space that one administrator alone cannot give."""

ALONE: Final[tuple[Role, ...]] = ("administrator", "auditor")
"""Roles that exclude every other: who keeps the keys does not command, who audits does not act."""

LIVE: Final = "live"
ANY: Final = "any"

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Grant:
    """One role, and how far it reaches.

    ``jurisdiction`` is matched exactly. ``group`` is the code of a task group,
    for group roles only. ``space`` is ``live``, the id of one exercise, or
    ``any``. ``post`` is the seat that plans speak of when they say who may
    start a level (``chief-commander``). ``until`` (aware) ends it by itself.
    """

    role: Role
    jurisdiction: str
    group: str = ""
    space: str = LIVE
    post: str = ""
    until: datetime | None = None

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise ValueError(f"no such role: {self.role}")
        if (self.role in GROUP_ROLES) != bool(self.group):
            raise ValueError(f"{self.role} {'needs a group' if self.role in GROUP_ROLES else 'has no group'}")
        for word in filter(None, (self.jurisdiction or "?", self.group, self.space or "?", self.post)):
            if not _CODE.fullmatch(word):
                raise ValueError(f"not a code: {word!r}")
        if self.until is not None and self.until.tzinfo is None:
            raise ValueError("a grant ends at an aware time")

    def covers(self, jurisdiction: str, space: str) -> bool:
        """Say whether the grant reaches *jurisdiction* in *space*."""
        return self.jurisdiction == jurisdiction and self.space in (ANY, space)

    def holds(self, at: datetime) -> bool:
        """Say whether the grant is in force at *at*."""
        return self.until is None or at < self.until

    def __str__(self) -> str:
        parts = (self.role, self.group, self.post and f"({self.post})")
        until = f" until {self.until.isoformat()}" if self.until else ""
        return f"{' '.join(filter(None, parts))} @ {self.jurisdiction}/{self.space}{until}"


def meet(one: Grant, other: Grant) -> Grant | None:
    """Return what both grants allow, or None.

    >>> wide, narrow = Grant("member", "hq", "RES", ANY), Grant("member", "hq", "RES")
    >>> meet(wide, narrow) == narrow == meet(narrow, wide)
    True
    """
    same = (one.role, one.jurisdiction, one.group) == (other.role, other.jurisdiction, other.group)
    spaces = {one.space, other.space} - {ANY}
    if not same or len(spaces) > 1:
        return None
    ends = [end for end in (one.until, other.until) if end is not None]
    post = one.post if one.post == other.post else ""
    return Grant(one.role, one.jurisdiction, one.group, spaces.pop() if spaces else ANY, post, min(ends, default=None))


def within(wanted: Iterable[Grant], owned: Iterable[Grant]) -> tuple[Grant, ...]:
    """Return what is left of the *wanted* grants for somebody who holds the *owned* ones."""
    held = tuple(owned)
    met = (meet(one, other) for one in wanted for other in held)
    return tuple(dict.fromkeys(grant for grant in met if grant is not None))


def separated(grants: Iterable[Grant]) -> tuple[Grant, ...]:
    """Return the *grants* that may be used together.

    An administrator keeps only that role, an auditor only that one, wherever
    else they were granted something.
    """
    held = tuple(grants)
    for role in ALONE:
        if any(grant.role == role for grant in held):
            return tuple(grant for grant in held if grant.role == role)
    return tuple(grant for grant in held if grant.role not in RESERVED)


def clash(held: Iterable[Grant], new: Grant) -> Role | None:
    """Return the role that forbids to hold *new* beside the *held* grants."""
    for grant in held:
        if grant.role != new.role:
            for role in ALONE:
                if role in (grant.role, new.role):
                    return role
    return None
