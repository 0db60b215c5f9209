"""Who may see which rows: pure, one function an audience, deny by default.

A row is plain data with a field ``groups``: the task groups that may see it,
``*`` for all of them. The centre sees every row; a group only its own, and
without what is marked ``private``. ``only`` names single fields that fewer
groups see than the row. There is no other audience.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, assert_never

Row = Mapping[str, Any]

PRIVATE = "private"
"""A row's field of this name is for the centre alone."""

ONLY = "only"
"""Fields (``order``, ``last.decision``) and the groups that see them; for all other groups they are empty."""

_MARKS = frozenset({"groups", ONLY})


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
    >>> shown(Audience("group", "TRA"), {"groups": ("*",), "only": {"last.by": ("RES",)}, "last": {"by": "a1"}})
    {'last': {'by': ''}}
    """
    if row is None:
        return None
    match audience.kind:
        case "centre":
            return _without(row, _MARKS)
        case "auditor":
            return _without(row, _MARKS | {PRIVATE})
        case "group":
            groups = row.get("groups", ())
            if not audience.group or (audience.group not in groups and "*" not in groups):
                return None
            return _emptied(_without(row, _MARKS | {PRIVATE}), row.get(ONLY, {}), audience.group)
        case _:
            assert_never(audience.kind)


def _without(row: Row, fields: frozenset[str]) -> dict[str, Any]:
    return {field: value for field, value in row.items() if field not in fields}


def _emptied(row: dict[str, Any], only: Mapping[str, tuple[str, ...]], group: str) -> Row:
    for path, groups in only.items():
        field, _, inner = path.partition(".")
        if group in groups or not row.get(field):
            continue
        row[field] = {**row[field], inner: ""} if inner else ""
    return row
