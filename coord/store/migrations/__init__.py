"""The numbered steps from an empty database to the newest layout, one file a step and dialect.

A step that has been released is never edited; a change is the next number.
"""

from __future__ import annotations

from importlib import resources
from typing import Literal

from coord.errors import Refused

Dialect = Literal["sqlite", "postgres"]


def steps(dialect: Dialect) -> list[tuple[int, str]]:
    """Return (number, SQL) of all steps, in order."""
    folder = resources.files(__name__)
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(f".{dialect}.sql"))
    return [(int(name[:4]), (folder / name).read_text(encoding="utf-8")) for name in names]


def missing(dialect: Dialect, stored: int, where: str) -> list[tuple[int, str]]:
    """Return the steps that a database at number *stored* lacks.

    Raises :exc:`coord.errors.Refused` (``newer-database``) when it has been
    written by a newer program, which this one could damage.
    """
    known = steps(dialect)
    if stored > known[-1][0]:
        raise Refused(
            f"{where} has layout {stored}, this program knows layouts up to {known[-1][0]}: use a newer coord for it",
            code="newer-database",
        )
    return [step for step in known if step[0] > stored]
