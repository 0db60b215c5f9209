"""What can be wanted of stop-measures. Each may be refused; the codes stand in docs/command.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coord.events import Tick
from coord.incidents.measures.facts import Act, Resumed
from coord.incidents.said import FieldWish, Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderMeasures(Wish):
    """Order one or several stops by one decision; each lives on its own from then on.

    ``basis`` is what entitles to it: ``wind-I``, ``wind-II``, ``flood-I``,
    ``flood-II``, ``forecast-extreme``, ``epidemic``, ``plan`` or
    ``superior-order``. ``announced_at`` None: the public is to be told before
    it is in force.
    """

    stops: tuple[str, ...]
    authority: str
    basis: str
    reason: str = "signal"
    act: Act = "stop"
    area: str = ""
    sectors: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    exempt: tuple[str, ...] = ()
    decided_at: datetime | None = None
    announced_at: datetime | None = None
    effective_at: datetime | None = None
    until: datetime | None = None
    hazard: str = ""
    incident: str = ""
    decision: str = ""
    document: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceMeasures(Wish):
    """Record that the public has been told of the stops of an order (or of ``measures`` of it only)."""

    order: str
    measures: tuple[str, ...] = ()
    announced_at: datetime | None = None
    document: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveMeasures(Wish):
    """Pull forward or put off the stops of an order (or ``measures`` of it only) that are not in force yet."""

    order: str
    authority: str
    effective_at: datetime
    reason: str = "forecast"
    measures: tuple[str, ...] = ()
    decided_at: datetime | None = None
    announced_at: datetime | None = None
    until: datetime | None = None
    document: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitMeasure(Wish):
    """Make a part of a stop (an area, sectors) a measure of its own."""

    measure: str
    area: str = ""
    sectors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExemptFromMeasure(Wish):
    """Let sectors or places go on in spite of a stop."""

    measure: str
    why: str
    sectors: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    until: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndExemption(Wish):
    """Take an exemption back."""

    exemption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawMeasures(Wish):
    """Take stops of an order back before they are in force (or ``measures`` of it only)."""

    order: str
    authority: str
    reason: str
    measures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProlongMeasure(Wish):
    """Give a stop another end; None means further notice."""

    measure: str
    authority: str
    until: datetime | None = None
    document: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftMeasure(Wish):
    """End one stop, at once or at a time; its resumption is owed from then on."""

    measure: str
    authority: str
    reason: str = "danger-over"
    decided_at: datetime | None = None
    announced_at: datetime | None = None
    effective_at: datetime | None = None
    document: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportResumption(FieldWish):
    """Say how far the resumption of what was stopped is."""

    measure: str
    now: Resumed
    scope: str = ""
    text: str = ""


MeasureCommand = (
    OrderMeasures
    | AnnounceMeasures
    | MoveMeasures
    | SplitMeasure
    | ExemptFromMeasure
    | EndExemption
    | WithdrawMeasures
    | ProlongMeasure
    | LiftMeasure
    | ReportResumption
    | Tick
)
