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
from typing import Any

from coord.plans.parts import (
    Duty,
    Ladder,
    Ledger,
    LevelRule,
    Measure,
    Milestone,
    Omission,
    Override,
    PlanKind,
    Report,
    Scenario,
    SignalRule,
    StandingOrder,
    TaskGroup,
    Template,
    Use,
)
from coord.plans.wanted import Level

Text = Mapping[str, str]
"""A text by language (``zh-Hans``, ``zh-Hant``, ``pt``, ``en``)."""


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
    phases: Mapping[str, str] = field(default_factory=dict)
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
    reports: tuple[Report, ...] = ()
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
