"""Rows as plain JSON-able data: what a screen shows, and which groups may see it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

PlainRow = dict[str, Any]

ALL: tuple[str, ...] = ("*",)
"""``groups`` of a row that every group of the space may see; the centre and auditors see all rows anyway."""

CENTRE: tuple[str, ...] = ()
"""``groups`` of a row that is for the centre and auditors only."""


def iso(when: datetime | None) -> str | None:
    """Return *when* as ISO 8601 with its offset."""
    return None if when is None else when.isoformat()


def isos(times: Mapping[Any, datetime]) -> dict[str, str]:
    """Return *times* with ISO 8601 values, in their own order."""
    return {str(name): when.isoformat() for name, when in times.items()}
