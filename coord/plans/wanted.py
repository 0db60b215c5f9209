"""What the plans want, given how things stand: the interface between plans and incidents.

Plans compute a :class:`Desired` from a :class:`Situation`; incidents bring
their board there. Neither needs to know more of the other. All of it is data
that can stand in an event, so the log holds the merged task and replay needs
no plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

Level = Literal["I", "II", "III", "IV"]
"""Response level (应急响应级别), I the highest. Not a signal colour, a warning grade or an event grade."""

LEVELS: tuple[Level, ...] = ("IV", "III", "II", "I")
"""From the lowest to the highest; a level's duties hold at all higher ones."""

Weight = Literal["life", "order", "record"]
"""What lateness is: an alarm, a row in a list, or nothing to disturb anybody with (P-25)."""

TaskKind = Literal["desk", "field", "round"]
OnLower = Literal["keep", "ask", "stop"]


def rank(level: Level | None) -> int:
    """Return 0 for no level, 1 for IV … 4 for I.

    >>> rank(None), rank("IV"), rank("I")
    (0, 1, 4)
    """
    return 0 if level is None else LEVELS.index(level) + 1


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place as far as a plan needs it: what it is, who answers for it, what is known of it.

    ``kind`` as in the registers (``underpass``, ``waterlogging-point``,
    ``slope``, ``shelter``, ``household`` …), ``unit`` the responsible unit
    below the group (a community, a crew; empty when the group itself),
    ``areas`` the areas it lies in, ``marks`` further words a place rule may
    ask for (``at-risk``, ``danger``, ``open``).
    """

    id: str
    kind: str
    unit: str = ""
    areas: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InForce:
    """One activation: a plan at a level for an area.

    ``since`` holds, for each level that has been in force in this episode, the
    T of its duties: the effective time of its *first* start. ``decided`` the
    same for D, the time of decision. Raising never resets either; a level that
    was skipped (a start at II from nothing) has the times of the level that
    brought it. ``left`` holds, for each level that was in force and no longer
    is, when it was left: from then on rounds follow the slower rhythm.
    ``raised`` counts raises, ``raised_at`` is the effective time of the last:
    duties that a raise orders again count from it. ``course`` are all levels
    in the order in which they took effect; without it a level that was left
    and started again is taken never to have been left.
    """

    plan: str
    digest: str
    hazard: str
    level: Level | None
    area: str
    since: Mapping[Level, datetime]
    decided: Mapping[Level, datetime]
    raised: int = 0
    left: Mapping[Level, datetime] = field(default_factory=dict)
    raised_at: datetime | None = None
    course: tuple[tuple[datetime, Level], ...] = ()


@dataclass(frozen=True, slots=True)
class Triggered:
    """A standing order of ``plan`` that a signal or a reading set off at ``at``: its duties count from then.

    ``places`` are the places that the readings stand for; empty means all that
    the place rules find.
    """

    plan: str
    order: str
    at: datetime
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """How an incident stands at ``at``, as far as plans ask.

    ``milestones`` are named forecast times (``wind-onset``); ``properties`` are
    facts that conditions ask for (``night: yes``); ``ended_at`` is set once the
    response has ended and resumption duties begin.
    """

    at: datetime
    activations: tuple[InForce, ...]
    milestones: Mapping[str, datetime] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    ended_at: datetime | None = None
    triggered: tuple[Triggered, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """One task as the plans want it now: all duties of that key merged.

    ``key`` is ``duty/unit/occurrence`` and stable; two duties are the same when
    their ids are. ``round`` counts from 1 in a recurring duty, ``round_due`` is
    the due time of that round; ``due`` the due time of the task (None: while
    the level holds). ``ack_within`` is the time to answer before the next rung
    of the group's ladder is called. ``sources`` are the clauses that demand it
    (``plan digest prefix : duty : clause``).
    """

    key: str
    duty: str
    group: str
    title: Mapping[str, str]
    level: Level | None
    due: datetime | None
    ack_within: timedelta
    occurrence: int = 1
    unit: str = ""
    support: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    kind: TaskKind = "desk"
    weight: Weight = "order"
    evidence: str = ""
    on_lower: OnLower = "ask"
    after: tuple[str, ...] = ()
    round: int = 0
    round_due: datetime | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Desired:
    """All that is wanted now, ordered by key, and when that will next change by itself."""

    tasks: tuple[Wanted, ...]
    until: datetime | None = None
