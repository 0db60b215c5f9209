"""ETags of the part that is being decided on: one task, one decision, the levels of an incident; never the stream."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from coord.api.rooms import BOARDS
from coord.errors import Finding, Refused, Unfit

LEVELS = "levels"
"""The part whose ETag is the incident's revision: activations, levels, pending changes."""


class Stale(Refused):
    """The part that was to be decided on has changed since it was looked at."""

    code = "stale"

    def __init__(self, now: str) -> None:
        super().__init__(f"this has changed since you looked at it; look again (it is at {now} now)")


def etag(row: Mapping[str, Any] | None) -> str:
    """Return the ETag of a row: of what it says, not of when it was looked at."""
    said = json.dumps(row, sort_keys=True, ensure_ascii=False, default=str)
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:20]}"'


def etag_of(room: str, part: str, state: Any) -> str:
    """Return the ETag now of *part* of *state*: :data:`LEVELS`, or the key of a row of *room*."""
    return f'"{state.revision}"' if part == LEVELS else etag(BOARDS[room].row(state, part))


def matches(header: str, now: str) -> bool:
    """Say whether an If-Match or If-None-Match *header* names the ETag *now*.

    >>> matches('"1", "2"', '"2"'), matches("*", '"2"'), matches('W/"2"', '"2"')
    (True, True, False)
    """
    return header.strip() == "*" or now in {tag.strip() for tag in header.split(",")}


def guard(room: str, part: str, header: str) -> Callable[[Any], None] | None:
    """Return what refuses with :exc:`Stale` when *part* is no longer what If-Match says; None without the *header*."""
    if not header:
        return None
    if not part:
        sentence = "this command decides on nothing that If-Match could name; send it without"
        raise Unfit([Finding("error", "header.If-Match", "if-match", sentence)])

    def check(state: Any) -> None:
        if not matches(header, now := etag_of(room, part, state)):
            raise Stale(now)

    return check
