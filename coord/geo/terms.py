"""Closed lists of words, and the small values that facts and commands share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

TransferStatus = Literal["to-call", "informed", "moving", "arrived", "refused", "returned"]
STATUSES: tuple[TransferStatus, ...] = ("to-call", "informed", "moving", "arrived", "refused", "returned")
"""The chain of domain.md §1.10, in the order in which people go through it."""

UNCONFIRMED: tuple[TransferStatus, ...] = ("to-call", "informed", "moving")
"""Not yet known to be safe, and not known to refuse: the list that the duty officer calls through."""

PassageState = Literal["open", "restricted", "closed"]

Change = Literal["created", "amended", "moved", "closed"]
CHANGES: tuple[Change, ...] = ("created", "amended", "moved", "closed")


@dataclass(frozen=True, slots=True)
class Threshold:
    """A mark that a gauge must not reach unnoticed.

    ``kind`` names the gauges (``rain`` …), ``gauge`` one of them when not all
    are meant. With ``window`` the sum over it counts, without one the last
    value. It is crossed at ``at_least`` and cleared below ``clear_below``: the
    gap between the two keeps it from flapping.
    """

    id: str
    kind: str
    at_least: float
    clear_below: float
    window: timedelta | None = None
    gauge: str = ""

    def __post_init__(self) -> None:
        if not self.clear_below <= self.at_least:
            raise ValueError(f"{self.id}: cleared above the mark where it is crossed")
        if self.window is not None and not timedelta() < self.window <= timedelta(hours=24):
            raise ValueError(f"{self.id}: sums go up to 24 hours")
