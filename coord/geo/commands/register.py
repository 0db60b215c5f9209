"""What can be asked of a register: enter, correct, move, close, take in a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coord.geo.model import Feature, Place, Register
from coord.geo.terms import Change


@dataclass(frozen=True, slots=True)
class Create:
    """Enter a new feature."""

    feature: Feature


@dataclass(frozen=True, slots=True)
class Amend:
    """Correct a feature; the whole new feature stands here."""

    feature: Feature


@dataclass(frozen=True, slots=True)
class Move:
    """Say that a feature stands elsewhere."""

    id: str
    now: Place


@dataclass(frozen=True, slots=True)
class Close:
    """Take a feature out of use."""

    id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reopen:
    """Take a closed feature into use again."""

    id: str


@dataclass(frozen=True, slots=True)
class Import:
    """Make a previewed sheet of changes part of the register.

    ``seen`` is the sheet count the preview was made against; when another
    import came between, the preview is stale and the import is refused.
    """

    register: Register
    digest: str
    changes: Mapping[Change, int]
    rows: int
    source: str
    datum: str
    file: str
    by: str
    seen: int


RegisterWish = Create | Amend | Move | Close | Reopen | Import
