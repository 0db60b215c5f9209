"""The nouns of a playbook: one master plan, N specific plans and work plans.

All of it is immutable data that planners own. A set of plans is known by the
digest of its canonical JSON; it gets a version and an in-force date only by
adoption, never by a word in a file. Texts are by language: the first language
of the master is the one that the centre works in.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from typing import Any, Literal

from coord.plans.signals import Question, Trigger
from coord.plans.terms import Condition, Due, PlaceRule, Rhythm
from coord.plans.wanted import Level, OnLower, TaskKind, Weight

Text = Mapping[str, str]
"""A text by language (``zh-Hans``, ``zh-Hant``, ``pt``, ``en``)."""

PlanKind = Literal["master", "specific", "work"]
Phase = Literal["watch", "response", "end", "recovery"]
Ends = Literal["same-or-superior", "same"]


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder: who is called, and how long to wait for an answer (None: as the task's weight says)."""

    post: str
    wait: timedelta | None = None


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
    report: bool = False
    warning: bool = False


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


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan. ``zone`` to ``ladders`` stand in the master only; ``uses`` in specific plans."""

    plan: str
    kind: PlanKind
    title: str
    clauses: Mapping[str, str] = field(default_factory=dict)
    extends: str = ""
    hazards: tuple[str, ...] = ()
    stand_by: tuple[str, ...] = ()
    zone: str = ""
    languages: tuple[str, ...] = ()
    posts: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    ack_within: Mapping[str, timedelta] = field(default_factory=dict)
    groups: tuple[TaskGroup, ...] = ()
    levels: Mapping[Level, LevelRule] = field(default_factory=dict)
    ladders: tuple[Ladder, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    uses: tuple[Use, ...] = ()
    decisions: tuple[SignalRule, ...] = ()
    standing: tuple[StandingOrder, ...] = ()
    duties: tuple[Duty, ...] = ()
    override: tuple[Override, ...] = ()
    omit: tuple[Omission, ...] = ()
    measures: tuple[Measure, ...] = ()
    ledgers: tuple[Ledger, ...] = ()
    templates: tuple[Template, ...] = ()
    scenarios: tuple[Scenario, ...] = ()


Texts = Mapping[str, Mapping[str, Mapping[str, str]]]
"""plan → language → key (``plan``, ``duty.move-people``, ``group.COM`` …) → text, for all languages but the first."""


@dataclass(frozen=True)
class PlanSet:
    """1 master + N: what a centre adopts, runs on, and compares by digest."""

    plans: tuple[Plan, ...]
    texts: Texts = field(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PlanSet) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __getitem__(self, plan: str) -> Plan:
        """Return the plan of that id; KeyError when there is none."""
        return self.by_id[plan]

    @functools.cached_property
    def by_id(self) -> Mapping[str, Plan]:
        """The plans by id."""
        return {plan.plan: plan for plan in self.plans}

    @functools.cached_property
    def master(self) -> Plan:
        """The one master plan."""
        return next(plan for plan in self.plans if plan.kind == "master")

    @functools.cached_property
    def groups(self) -> Mapping[str, TaskGroup]:
        """The work groups by code, in the master's order."""
        return {group.code: group for group in self.master.groups}

    @functools.cached_property
    def levels(self) -> Mapping[Level, LevelRule]:
        """Who may start and end each level."""
        return self.master.levels

    @functools.cached_property
    def ladders(self) -> Mapping[str, tuple[str, ...]]:
        """The codes of each signal system, lowest first."""
        return {ladder.system: ladder.codes for ladder in self.master.ladders}

    @functools.cached_property
    def zone(self) -> timezone:
        """The offset in which clock times of the plans are meant."""
        return offset(self.master.zone)

    def text(self, plan: str, key: str, home: str) -> Text:
        """Return a text in all languages it has; *home* is that of the first language, which stands in the plan."""
        found = {self.master.languages[0]: home}
        for language, texts in self.texts.get(plan, {}).items():
            if key in texts:
                found[language] = texts[key]
        return found

    def to_json(self) -> bytes:
        """Return the canonical JSON (UTF-8, sorted keys, no blanks): what the digest is of."""
        return self._canonical

    @functools.cached_property
    def _canonical(self) -> bytes:
        from coord.plans.form import plain_set

        return canonical(plain_set(self))

    @functools.cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of the canonical JSON; layout, comments and order of files do not change it."""
        return hashlib.sha256(self._canonical).hexdigest()


def canonical(plain: Any) -> bytes:
    """Return the canonical JSON of *plain*."""
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def offset(zone: str) -> timezone:
    """Return the zone that ``+08:00`` names."""
    sign = -1 if zone.startswith("-") else 1
    hours, minutes = zone.lstrip("+-").split(":")
    return timezone(sign * timedelta(hours=int(hours), minutes=int(minutes)))
