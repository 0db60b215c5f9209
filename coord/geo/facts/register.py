"""What can have happened to a register: features entered, corrected, moved, closed, imported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from coord.geo.model import Feature, Place, Register
from coord.geo.terms import Change


@dataclass(frozen=True, slots=True)
class FeatureCreated:
    """A feature was entered into the register at a time from which its patrol rhythm counts."""

    feature: Feature
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class FeatureAmended:
    """A feature was corrected; the whole new feature stands here."""

    feature: Feature
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class FeatureMoved:
    """A feature stands elsewhere."""

    id: str
    was: Place
    now: Place


@dataclass(frozen=True, slots=True)
class FeatureClosed:
    """A feature is no longer in use (销号); its history stays."""

    id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FeatureReopened:
    """A closed feature is in use again."""

    id: str


@dataclass(frozen=True, slots=True)
class LayerImported:
    """A file became part of the register. ``digest`` names the sheet of changes, which lies beside the log."""

    register: Register
    digest: str
    changes: Mapping[Change, int]
    rows: int
    source: str
    datum: str
    file: str
    by: str
    entered_at: datetime


RegisterFact = FeatureCreated | FeatureAmended | FeatureMoved | FeatureClosed | FeatureReopened | LayerImported
