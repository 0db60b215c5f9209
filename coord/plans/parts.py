"""The parts that a plan is made of: groups, levels, duties, decisions, measures … all immutable data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from coord.plans.rules import Condition, PlaceRule
from coord.plans.signals import Question, Trigger
from coord.plans.terms import NAME, Due, Misread, Rhythm, duration, duration_text
from coord.plans.wanted import Level, OnLower, TaskKind, Weight

PlanKind = Literal["master", "specific", "work"]
Phase = Literal["watch", "initial", "response", "end", "recovery", "review"]
"""Phases that duties stand in: watch and initial from standing orders, response from levels, the rest from the end."""
Ends = Literal["same-or-superior", "same"]


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder: who is called, and how long to wait for an answer (None: as the task's weight says)."""

    post: str
    wait: timedelta | None = None

    @classmethod
    def parse(cls, text: str) -> Rung:
        """Read ``duty-officer`` or ``duty-officer 5 min``."""
        post, _, wait = text.strip().partition(" ")
        if not NAME.fullmatch(post):
            raise Misread(f"“{post}” is no id of a post")
        return cls(post, duration(wait) if wait.strip() else None)

    def __str__(self) -> str:
        return self.post if self.wait is None else f"{self.post} {duration_text(self.wait)}"


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """One of the work groups: what it is for, and who is called when nobody answers."""

    code: str
    title: str
    duty: str
    ladder: tuple[Rung, ...]
    spoken: str = ""
    lead_unit: str = ""


@dataclass(frozen=True, slots=True)
class Authority:
    """Who may start a level. ``provisional``: only when nobody above answers, confirmation owed within that time."""

    post: str
    provisional: timedelta | None = None

    @classmethod
    def parse(cls, text: str) -> Authority:
        """Read ``chief-commander`` or ``duty-leader provisional 60 min``."""
        found = re.fullmatch(r"\s*([a-z0-9-]+)(?:\s+provisional\s+(.+))?", text)
        if found is None or not NAME.fullmatch(found[1]):
            raise Misread(f"“{text}” is no authority; write “duty-leader provisional 60 min”")
        return cls(found[1], duration(found[2]) if found[2] else None)

    def __str__(self) -> str:
        length = self.provisional
        return self.post if length is None else f"{self.post} provisional {duration_text(length)}"


@dataclass(frozen=True, slots=True)
class LevelRule:
    """Who starts and who ends a level, and who chairs the consultation (会商)."""

    start: tuple[Authority, ...]
    end: Ends = "same-or-superior"
    chair: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """What somebody owes: the unit of a plan.

    ``by`` are due rules of which the earliest counts, ``every`` how it recurs
    (the rule of the highest level in force), ``each`` the places it is owed at
    (one task per responsible unit, one row per place), ``when`` what the
    incident must be like. Without ``from_level`` it is owed from a standing
    order, in its ``phase``, or from the level at which its work plan is used.
    ``report`` names the report that it produces, ``warning`` the template of
    what the public is told.
    """

    id: str
    title: str
    owner: str
    clause: str
    from_level: Level | None = None
    phase: Phase = "response"
    support: tuple[str, ...] = ()
    by: tuple[Due, ...] = ()
    every: tuple[Rhythm, ...] = ()
    each: PlaceRule | None = None
    when: Condition | None = None
    after: tuple[str, ...] = ()
    kind: TaskKind = "desk"
    weight: Weight = "order"
    evidence: str = ""
    evidence_may_follow: timedelta | None = None
    on_lower: OnLower = "ask"
    again: bool = False
    ack_within: timedelta | None = None
    report: str = ""
    warning: str = ""


@dataclass(frozen=True, slots=True)
class SignalRule:
    """One open question per incident: which signals ask it, how long it may stay open, whom its ladder calls."""

    id: str
    question: Question
    when_any: tuple[Trigger, ...]
    within: timedelta
    silent_after: timedelta
    ladder: tuple[str, ...] = ()
    clause: str = "sample"


@dataclass(frozen=True, slots=True)
class StandingOrder:
    """Authorised beforehand (预授权): when it fires, its duties are owed at once; act, then report."""

    id: str
    title: str
    when_any: tuple[Trigger, ...]
    issues: tuple[str, ...]
    report_to: str = ""
    clause: str = "sample"


@dataclass(frozen=True, slots=True)
class Measure:
    """A stop-measure (五停 and others): own scope, start and end; ended by its own decision, never by a level."""

    id: str
    title: str
    verb: Literal["stop", "close", "lower", "withdraw", "dismantle"]
    scope: str
    levels: tuple[Level, ...]
    sign: str
    release: str
    exempt: tuple[str, ...] = ()
    partial_by: tuple[Literal["area", "sector", "time"], ...] = ()
    ends: str = ""
    resumption: tuple[str, ...] = ()
    clause: str = "sample"


@dataclass(frozen=True, slots=True)
class Ledger:
    """A figure (台账) that somebody reports at a rhythm, with what it should reach."""

    id: str
    title: str
    unit: str
    reporter: str
    every: tuple[Rhythm, ...]
    target: str = ""
    each: PlaceRule | None = None
    from_level: Level | None = None


@dataclass(frozen=True, slots=True)
class Milestone:
    """A named time that dues count back from; each value has a source, a range and a time of issue."""

    id: str
    title: str
    by_order: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A report upwards or sideways: which of the series it is, to whom it goes, what stands in it."""

    id: str
    title: str
    series: Literal["first", "follow-up", "daily", "final", "exchange"]
    to: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """A warning or notice with slots, in all public languages."""

    id: str
    kind: Literal["advice", "warning", "notice", "evacuation", "passage", "all-clear"]
    text: str
    release: str
    slots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Override:
    """A specific plan changes a duty of its master, and says why; what is None stays."""

    duty: str
    why: str
    from_level: Level | None = None
    by: tuple[Due, ...] = ()
    every: tuple[Rhythm, ...] = ()
    weight: Weight | None = None
    support: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Omission:
    """A specific plan leaves a duty of its master out, and says why."""

    duty: str
    why: str


@dataclass(frozen=True, slots=True)
class Use:
    """A specific plan sets a work plan to work from a level on."""

    plan: str
    at: Level


@dataclass(frozen=True, slots=True)
class Scenario:
    """A test that the plan carries: what happens, and what must follow."""

    name: str
    given: tuple[str, ...]
    expect: tuple[str, ...]
    places: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ladder:
    """The codes of one signal system, lowest first, as its authority issues them."""

    system: str
    title: str
    codes: tuple[str, ...]
    clause: str = "sample"
