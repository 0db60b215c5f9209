"""What can have happened to levels: decided, announced, in force, until; never the same time (P-6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coord.incidents.said import Fact
from coord.plans.wanted import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelDecided(Fact):
    """Root of the four decisions on a level: decided, announced, in force, until (P-6).

    ``was_effective_at`` is the time of a decision that had not taken effect and
    is replaced by this one. ``reason`` is picked, ``text`` an id of the store.
    """

    activation: str
    decided_at: datetime
    announced_at: datetime | None
    effective_at: datetime
    until: datetime | None = None
    reason: str
    decision: str = ""
    authority: str = ""
    provisional: bool = False
    confirm_due: datetime | None = None
    minutes_due: datetime | None = None
    consultation: str = ""
    text: str = ""
    was_effective_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelStarted(LevelDecided):
    """A response starts: the activation of a plan (by digest) for a hazard and an area."""

    plan: str
    digest: str
    hazard: str
    area: str
    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRaised(LevelDecided):
    """A higher level is decided."""

    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelLowered(LevelDecided):
    """A lower level is decided."""

    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseEnded(LevelDecided):
    """The end of the response is decided (终止响应); resumption duties begin with its effect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelAmended(Fact):
    """A decision that has not taken effect has new times: one line "12:00 (was 19:00)"."""

    activation: str
    announced_at: datetime | None
    effective_at: datetime
    was_effective_at: datetime
    until: datetime | None = None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelWithdrawn(Fact):
    """A decision was taken back before its effect."""

    activation: str
    was_effective_at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelTookEffect(Fact):
    """The decided level is in force; None when the response has ended.

    ``begins`` are the levels whose T is now: those of this level and below that
    have not been in force in this episode; ``left`` are those that are in force
    no longer. ``raised`` counts raises, this being the last if ``higher``.
    """

    activation: str
    level: Level | None
    effective_at: datetime
    decided_at: datetime
    begins: tuple[Level, ...]
    left: tuple[Level, ...] = ()
    raised: int = 0
    higher: bool = False
    new_episode: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelConfirmed(Fact):
    """A provisional start was confirmed (补签)."""

    activation: str
    authority: str = ""
    decision: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationOverdue(Fact):
    """Alarm: a provisional start is unconfirmed. It goes on; nothing ends by itself."""

    activation: str
    missed: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelReviewDue(Fact):
    """The term of a level is over and a decision is owed: neither ended nor prolonged silently."""

    activation: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneSet(Fact):
    """A forecast time (``wind-onset``) with its range and source; ``used`` is the one that plans count from."""

    name: str
    time: datetime
    used: datetime
    earliest: datetime | None = None
    latest: datetime | None = None
    source: str = ""
    issued_at: datetime | None = None
    proposed: bool = False
    passed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneRetimed(Fact):
    """A proposed later time was accepted: plans count from it now."""

    name: str
    used: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertySet(Fact):
    """A fact that plan conditions ask for (``night: yes``)."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingOrderTriggered(Fact):
    """A signal or a reading set a standing order 预授权 off: act, then report, without a level or a click (P-4).

    ``order`` is its id in the plan, ``places`` those the readings stand for
    (empty: all), ``evidence`` the signal or reading.
    """

    plan: str
    order: str
    places: tuple[str, ...] = ()
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionAdopted(Fact):
    """A corrected playbook holds from here on, in mid-incident."""

    activation: str
    digest: str
    was: str


LevelEvent = (
    LevelStarted
    | LevelRaised
    | LevelLowered
    | ResponseEnded
    | LevelAmended
    | LevelWithdrawn
    | LevelTookEffect
    | LevelConfirmed
    | ConfirmationOverdue
    | LevelReviewDue
    | MilestoneSet
    | MilestoneRetimed
    | PropertySet
    | StandingOrderTriggered
    | RevisionAdopted
)
