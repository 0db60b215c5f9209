"""What can be decided on levels, and on what plans count from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coord.incidents.said import Wish
from coord.plans.wanted import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelWish(Wish):
    """Root of what is decided on a level.

    Times left out are the time of the command. ``reason`` is one of
    :data:`coord.incidents.decided.REASONS`. ``if_revision`` refuses when the
    levels have changed since they were looked at.

    ``authority`` is the post that decides. ``may`` names the posts that the plan
    lets take this decision and ``may_provisionally`` those that may until it is
    confirmed; both empty: not checked. Whoever started a level may always end it.
    """

    reason: str
    decided_at: datetime | None = None
    announced_at: datetime | None = None
    effective_at: datetime | None = None
    until: datetime | None = None
    decision: str = ""
    authority: str = ""
    may: tuple[str, ...] = ()
    may_provisionally: tuple[str, ...] = ()
    provisional: bool = False
    consultation: str = ""
    text: str = ""
    if_revision: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartLevel(LevelWish):
    """Start a response at ``level``: a plan (by digest) for a hazard and an area. Below that level it is raised."""

    plan: str
    digest: str
    hazard: str
    area: str
    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLevel(LevelWish):
    """Raise or lower the level of an activation."""

    activation: str
    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class EndResponse(LevelWish):
    """End the response of an activation."""

    activation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendLevel(LevelWish):
    """Give a decision that has not taken effect other times."""

    activation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawLevel(Wish):
    """Take back a decision before its effect."""

    activation: str
    reason: str
    if_revision: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmLevel(Wish):
    """Confirm a provisional start (补签)."""

    activation: str
    authority: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMilestone(Wish):
    """Say when something is forecast; a change of 30 min or more earlier is used at once, later is proposed (P-14).

    ``passed``: it has happened, so ``time`` may be in the past.
    """

    name: str
    time: datetime
    earliest: datetime | None = None
    latest: datetime | None = None
    source: str = ""
    issued_at: datetime | None = None
    passed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptMilestone(Wish):
    """Let plans count from the later time that was proposed."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetProperty(Wish):
    """State a fact that plan conditions ask for."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerStandingOrder(Wish):
    """Set a standing order of an adopted plan off; while the same places are in hand it is not set off again."""

    plan: str
    order: str
    places: tuple[str, ...] = ()
    evidence: str = ""
    hazard: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptRevision(Wish):
    """Run an activation on a corrected playbook from here on."""

    activation: str
    digest: str


LevelCommand = (
    StartLevel
    | ChangeLevel
    | EndResponse
    | AmendLevel
    | WithdrawLevel
    | ConfirmLevel
    | SetMilestone
    | AcceptMilestone
    | SetProperty
    | TriggerStandingOrder
    | AdoptRevision
)
