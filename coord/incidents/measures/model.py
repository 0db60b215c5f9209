"""The nouns: measures with their orders and exemptions, each with its own times and its own end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from coord.events import Clocks
from coord.incidents.measures.commands import MeasureCommand
from coord.incidents.measures.facts import Act, MeasureEvent, Resumed
from coord.incidents.model import kind_of

__all__ = ["FIVE", "KINDS", "LIFELINES", "Exemption", "Measure", "MeasureCommand", "MeasureEvent", "Measures"]

KINDS: dict[str, type] = {kind_of(event): event for event in get_args(MeasureEvent)}
"""Stored kind of each event, for ever."""

FIVE: tuple[str, ...] = ("stop-school", "stop-work", "stop-production", "stop-transport", "stop-business")
"""五停: 停课 停工 停产 停运 停业 (domain.md §1.9). A plan may name others; some orders had four, some eight."""

LIFELINES: tuple[str, ...] = ("gas", "medical", "power", "rescue", "telecom", "water")
"""What no stop ever reaches (Huizhou guide 2022)."""

MeasureState = Literal["decided", "in-force", "lifted", "withdrawn"]


@dataclass(slots=True)
class Exemption:
    """Who goes on in spite of a stop, why, until when."""

    id: str
    measure: str
    sectors: tuple[str, ...]
    places: tuple[str, ...]
    until: datetime | None
    why: str
    given_at: datetime
    by: str
    text: str = ""
    ended_at: datetime | None = None
    lapsed: bool = False


@dataclass(slots=True)
class Measure:
    """One stop in one scope.

    ``told`` is the time of effect that the public was last told, ``was`` the one
    it was told before, ``said_at`` when its times were last recorded. ``lift_at`` is when it
    ends by decision.
    """

    id: str
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
    said_at: datetime
    hazard: str = ""
    incident: str = ""
    decision: str = ""
    document: str = ""
    text: str = ""
    part_of: str = ""
    parts: tuple[str, ...] = ()
    state: MeasureState = "decided"
    told: datetime | None = None
    was: datetime | None = None
    unannounced: bool = False
    term_over: bool = False
    lift_at: datetime | None = None
    lift_by: str = ""
    lift_announced_at: datetime | None = None
    lifted_at: datetime | None = None
    resume: str = ""
    resume_due: datetime | None = None
    resumption: Resumed | None = None
    resume_overdue: bool = False

    @property
    def live(self) -> bool:
        """Whether it is in force or will be."""
        return self.state in {"decided", "in-force"}

    @property
    def scope(self) -> tuple[str, str, tuple[str, ...]]:
        """What is stopped where."""
        return self.stop, self.area, self.sectors


@dataclass(slots=True)
class Measures:
    """All stop-measures of a jurisdiction; ``orders`` names the measures that came with one decision."""

    jurisdiction: str
    measures: dict[str, Measure] = field(default_factory=dict)
    orders: dict[str, tuple[str, ...]] = field(default_factory=dict)
    exemptions: dict[str, Exemption] = field(default_factory=dict)
    clocks: Clocks = field(default_factory=Clocks)
