"""What can have happened at gauges: values, doubts, silence, thresholds (P-5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coord.geo.terms import Threshold


@dataclass(frozen=True, slots=True)
class GaugeRead:
    """A gauge reported a value for the step that ended at ``happened_at``."""

    gauge: str
    value: float
    happened_at: datetime
    source: str = ""


@dataclass(frozen=True, slots=True)
class ReadingDoubted:
    """A value that cannot be true was put aside: it counts nowhere."""

    gauge: str
    value: float
    happened_at: datetime
    because: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class GaugeFellSilent:
    """A gauge has not reported for longer than it may."""

    gauge: str
    since: datetime


@dataclass(frozen=True, slots=True)
class GaugeHeardAgain:
    """A silent gauge reports again."""

    gauge: str
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class ThresholdsSet:
    """These thresholds are watched from now on, instead of all earlier ones."""

    thresholds: tuple[Threshold, ...]


@dataclass(frozen=True, slots=True)
class ThresholdCrossed:
    """A sum or value reached a threshold at a gauge."""

    threshold: str
    gauge: str
    value: float
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class ThresholdCleared:
    """It fell below the lower mark again."""

    threshold: str
    gauge: str
    value: float
    happened_at: datetime


GaugeFact = (
    GaugeRead | ReadingDoubted | GaugeFellSilent | GaugeHeardAgain | ThresholdsSet | ThresholdCrossed | ThresholdCleared
)
