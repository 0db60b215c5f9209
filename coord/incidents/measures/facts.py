"""What can have happened to stop-measures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from coord.incidents.said import Fact, FieldFact

Act = Literal["stop", "close", "lower", "withdraw", "dismantle"]
"""The closed set of verbs for facilities: 停 关 降 撤 拆 (domain.md §1.8)."""

Resumed = Literal["checked", "partial", "resumed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureOrdered(Fact):
    """A stop was decided: ``stop`` as in the plan (``stop-school``); ``order`` is the decision it came with.

    ``area`` empty is the whole district, ``sectors`` empty all sectors;
    ``exempt`` are the sectors that go on; ``services`` are the passages and
    public services that close with it. ``announced_at`` None: the public has
    not been told yet.
    """

    measure: str
    order: str
    stop: str
    act: Act
    area: str
    sectors: tuple[str, ...]
    services: tuple[str, ...]
    exempt: tuple[str, ...]
    authority: str
    basis: str
    reason: str
    decided_at: datetime
    announced_at: datetime | None
    effective_at: datetime
    until: datetime | None
    hazard: str = ""
    incident: str = ""
    decision: str = ""
    document: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureAnnounced(Fact):
    """The public has been told, with the number of the notice (通告)."""

    measure: str
    announced_at: datetime
    document: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureUnannounced(Fact):
    """Alarm: the stop is in force and nobody has told the public."""

    measure: str
    effective_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureMoved(Fact):
    """It begins at another time: "12:00 (was 19:00)"; ``was_effective_at`` is what the public was last told."""

    measure: str
    authority: str
    reason: str
    decided_at: datetime
    announced_at: datetime | None
    effective_at: datetime
    was_effective_at: datetime | None
    until: datetime | None
    document: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureSplit(Fact):
    """A part of its scope became a measure of its own, so that it can be moved or lifted alone."""

    measure: str
    part: str
    area: str
    sectors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureExempted(Fact):
    """Sectors or places go on in spite of the stop; ``until`` None: as long as the stop lasts."""

    measure: str
    exemption: str
    sectors: tuple[str, ...]
    places: tuple[str, ...]
    until: datetime | None
    why: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExemptionEnded(Fact):
    """An exemption was withdrawn, or ``lapsed`` at the end of its term."""

    measure: str
    exemption: str
    lapsed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureTookEffect(Fact):
    """The stop is in force."""

    measure: str
    effective_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureWithdrawn(Fact):
    """Taken back before it was in force."""

    measure: str
    authority: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureTermOver(Fact):
    """The term has come: decision owed. The stop holds on; it is neither lifted nor prolonged by itself."""

    measure: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureProlonged(Fact):
    """The stop has another end; None means further notice."""

    measure: str
    authority: str
    until: datetime | None
    was_until: datetime | None
    document: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureLiftOrdered(Fact):
    """It was decided that this stop, and no other, ends at ``effective_at``."""

    measure: str
    authority: str
    reason: str
    decided_at: datetime
    announced_at: datetime | None
    effective_at: datetime
    was_effective_at: datetime | None
    document: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureLifted(Fact):
    """The stop is over. Its resumption (五恢复) is owed by ``resume_due``."""

    measure: str
    effective_at: datetime
    resume: str
    resume_due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumptionReported(FieldFact):
    """How far a resumption is: checked, partly, resumed."""

    measure: str
    now: Resumed
    scope: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumptionOverdue(Fact):
    """Nobody has said in time that what was stopped goes on again."""

    measure: str
    missed: datetime


MeasureEvent = (
    MeasureOrdered
    | MeasureAnnounced
    | MeasureUnannounced
    | MeasureMoved
    | MeasureSplit
    | MeasureExempted
    | ExemptionEnded
    | MeasureTookEffect
    | MeasureWithdrawn
    | MeasureTermOver
    | MeasureProlonged
    | MeasureLiftOrdered
    | MeasureLifted
    | ResumptionReported
    | ResumptionOverdue
)
