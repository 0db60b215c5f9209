"""What can be asked of gauges (P-5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coord.geo.terms import Threshold


@dataclass(frozen=True, slots=True)
class Value:
    """What one gauge reported for the step that ended at ``happened_at``."""

    gauge: str
    value: float
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class ReadGauges:
    """Record values, by POST, poll or phone; one that came already is not recorded again."""

    values: tuple[Value, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class SetThresholds:
    """Watch these thresholds from now on, instead of all earlier ones."""

    thresholds: tuple[Threshold, ...]


GaugeWish = ReadGauges | SetThresholds
