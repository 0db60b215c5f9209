"""Who may see which rows: pure, one function an audience, deny by default.

A row is plain data with a field ``groups``: the task groups that may see it,
``*`` for all of them. The centre sees every row; a group only its own, and
without what is marked ``private``. There is no other audience.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, assert_never

Row = Mapping[str, Any]

PRIVATE = "private"
"""A row's field of this name is for the centre alone."""


@dataclass(frozen=True, slots=True)
class Audience:
    """``centre`` (all rows), ``auditor`` (all rows, nothing private) or ``group`` (the rows of ``group``)."""

    kind: Literal["centre", "auditor", "group"]
    group: str = ""

    def __str__(self) -> str:
        return f"group/{self.group}" if self.kind == "group" else self.kind


def shown(audience: Audience, row: Row | None) -> Row | None:
    """Return *row* as *audience* may see it, None when it may not.

    >>> shown(Audience("group", "TRA"), {"groups": ("RES",), "title": "pump"}) is None
    True
    """
    if row is None:
        return None
    match audience.kind:
        case "centre":
            return {field: value for field, value in row.items() if field != "groups"}
        case "auditor":
            return _open(row)
        case "group":
            groups = row.get("groups", ())
            return _open(row) if audience.group and (audience.group in groups or "*" in groups) else None
        case _:
            assert_never(audience.kind)


def _open(row: Row) -> Row:
    return {field: value for field, value in row.items() if field not in {PRIVATE, "groups"}}
