"""Levels: decided, announced, in force, until. They start, change and end because a person decides (P-6, P-11)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from coord.errors import NotFound, Refused
from coord.incidents.commands import (
    AdoptRevision,
    AmendLevel,
    ChangeLevel,
    ConfirmLevel,
    EndResponse,
    StartLevel,
    WithdrawLevel,
)
from coord.incidents.decided import common, picked
from coord.incidents.facts import (
    IncidentEvent,
    LevelAmended,
    LevelConfirmed,
    LevelLowered,
    LevelRaised,
    LevelStarted,
    LevelTookEffect,
    LevelWithdrawn,
    ResponseEnded,
    RevisionAdopted,
)
from coord.incidents.model import Activation, Change, Incident
from coord.incidents.reports import alive, opening
from coord.plans.wanted import LEVELS, InForce, Level, Situation, Triggered, rank


def activation_key(plan: str, hazard: str, area: str) -> str:
    """Return the key of an activation: the plan, for a hazard, in an area (empty: everywhere).

    >>> activation_key("typhoon", "typhoon", "hengqin")
    'typhoon/typhoon/hengqin'
    >>> activation_key("typhoon", "typhoon", "")
    'typhoon/typhoon'
    """
    return f"{plan}/{hazard}/{area}" if area else f"{plan}/{hazard}"


def situation(state: Incident, at: datetime) -> Situation:
    """Return how *state* stands at *at*, as far as plans ask. Only what has taken effect counts."""
    held = [activation for _, activation in sorted(state.activations.items()) if activation.since]
    over = [activation.ended_at for activation in held if activation.ended_at is not None]
    return Situation(
        at=at,
        activations=tuple(
            InForce(
                plan=a.plan,
                digest=a.digest,
                hazard=a.hazard,
                level=a.level,
                area=a.area,
                since=dict(a.since),
                decided=dict(a.decided),
                raised=a.raised,
                left=dict(a.left),
                raised_at=a.raised_at,
                course=tuple(a.course),
            )
            for a in held
        ),
        milestones={name: milestone.used for name, milestone in sorted(state.milestones.items())},
        properties=dict(sorted(state.properties.items())),
        triggered=tuple(Triggered(s.plan, s.order, s.at, s.places) for s in state.standing),
        ended_at=max(over) if held and len(over) == len(held) else None,
    )


def start(state: Incident, wish: StartLevel, at: datetime) -> Sequence[IncidentEvent]:
    """Start a response, or raise it to the level that is asked for; at that level there is nothing to do."""
    _unchanged(state, wish.if_revision)
    if wish.level not in LEVELS:
        raise Refused(f"there is no response level {wish.level}", "unknown-level")
    key = activation_key(wish.plan, wish.hazard, wish.area)
    known = state.activations.get(key)
    if known is not None and known.level is not None:
        if rank(known.level) > rank(wish.level):
            raise Refused(f"{key} is at level {known.level}, above {wish.level}; lower it instead", "higher-in-force")
        if known.level == wish.level:
            return []
        decided = LevelRaised(level=wish.level, **common(state, key, wish, at))
        return _with_effect(state, known, decided, at)
    if known is not None and known.pending is not None and _same(known.pending, wish, at):
        return []
    started = LevelStarted(
        plan=wish.plan,
        digest=wish.digest,
        hazard=wish.hazard,
        area=wish.area,
        level=wish.level,
        **common(state, key, wish, at),
    )
    activation = known or Activation(key, wish.plan, wish.digest, wish.hazard, wish.area)
    return [*opening(state, wish, at, wish.hazard), *_with_effect(state, activation, started, at)]


def change(state: Incident, wish: ChangeLevel, at: datetime) -> Sequence[IncidentEvent]:
    """Raise or lower; to the level that is in force already is refused, for the officer saw another board."""
    _unchanged(state, wish.if_revision)
    activation = _in_force(state, wish.activation)
    if wish.level not in LEVELS:
        raise Refused(f"there is no response level {wish.level}", "unknown-level")
    if wish.level == activation.level:
        raise Refused(f"{activation.key} is at level {activation.level} already", "same-level")
    kind = LevelRaised if rank(wish.level) > rank(activation.level) else LevelLowered
    return _with_effect(state, activation, kind(level=wish.level, **common(state, activation.key, wish, at)), at)


def end(state: Incident, wish: EndResponse, at: datetime) -> Sequence[IncidentEvent]:
    """End the response; what began as resumption duties goes on after it."""
    _unchanged(state, wish.if_revision)
    activation = _in_force(state, wish.activation)
    return _with_effect(state, activation, ResponseEnded(**common(state, activation.key, wish, at)), at)


def amend(state: Incident, wish: AmendLevel, at: datetime) -> Sequence[IncidentEvent]:
    """Give a decision that has not taken effect other times."""
    _unchanged(state, wish.if_revision)
    activation = _activation(state, wish.activation)
    if (pending := activation.pending) is None:
        raise Refused(f"no decision on {activation.key} is waiting to take effect", "nothing-pending")
    times = common(state, activation.key, wish, at)
    effective_at = wish.effective_at or pending.effective_at
    until = wish.until or pending.until
    if effective_at == pending.effective_at and until == pending.until:
        return []
    amended = LevelAmended(
        at=at,
        by=wish.by,
        activation=activation.key,
        announced_at=wish.announced_at or pending.announced_at,
        effective_at=effective_at,
        was_effective_at=pending.effective_at,
        until=until,
        reason=times["reason"],
    )
    if effective_at > at:
        return [amended]
    pulled = Change(pending.level, pending.decided_at, None, effective_at, until, "", "", "", False, wish.by)
    return [amended, took_effect(activation, at, wish.by, pulled)]


def withdraw(state: Incident, wish: WithdrawLevel, at: datetime) -> Sequence[IncidentEvent]:
    """Take back a decision before its effect."""
    _unchanged(state, wish.if_revision)
    activation = _activation(state, wish.activation)
    if activation.pending is None:
        raise Refused(f"no decision on {activation.key} is waiting to take effect", "nothing-pending")
    picked(wish.reason)
    was = activation.pending.effective_at
    return [LevelWithdrawn(at=at, by=wish.by, activation=activation.key, was_effective_at=was, reason=wish.reason)]


def confirm(state: Incident, wish: ConfirmLevel, at: datetime) -> Sequence[IncidentEvent]:
    """Confirm a provisional start; confirming what is confirmed does nothing."""
    activation = _activation(state, wish.activation)
    standing = activation.pending or activation.last
    if standing is None or not standing.provisional:
        return []
    return [LevelConfirmed(at=at, by=wish.by, activation=activation.key, authority=wish.authority)]


def adopt(state: Incident, wish: AdoptRevision, at: datetime) -> Sequence[IncidentEvent]:
    """Run an activation on a corrected playbook."""
    alive(state)
    activation = _activation(state, wish.activation)
    if activation.digest == wish.digest:
        return []
    return [RevisionAdopted(at=at, by=wish.by, activation=activation.key, digest=wish.digest, was=activation.digest)]


def took_effect(activation: Activation, at: datetime, by: str, change: Change | None = None) -> LevelTookEffect:
    """Return what the effect of *change* (left out: the pending one) makes of *activation*.

    T of a level is the effective time of its first start in the episode; a level
    that was skipped has the T of the level that brought it (P-11).
    """
    now = change or activation.pending
    if now is None:
        raise ValueError(f"nothing is to take effect on {activation.key}")
    fresh = activation.level is None and now.level is not None
    known = {} if fresh else activation.since
    begins = tuple(level for level in LEVELS if rank(level) <= rank(now.level) and level not in known)
    first = activation.level is None and activation.ended_at is None
    higher = rank(now.level) > rank(activation.level) and not first
    left = tuple(x for x in LEVELS if rank(now.level) < rank(x) <= rank(activation.level))
    return LevelTookEffect(
        at=at,
        by=by,
        activation=activation.key,
        level=now.level,
        effective_at=now.effective_at,
        decided_at=now.decided_at,
        begins=begins,
        left=left,
        raised=activation.raised + higher,
        higher=higher,
        new_episode=fresh,
    )


def _with_effect(
    state: Incident,
    activation: Activation,
    decided: LevelStarted | LevelRaised | LevelLowered | ResponseEnded,
    at: datetime,
) -> list[IncidentEvent]:
    alive(state)
    if decided.effective_at > at:
        return [decided]
    return [decided, took_effect(activation, at, decided.by, change_of(decided))]


def change_of(decided: LevelStarted | LevelRaised | LevelLowered | ResponseEnded) -> Change:
    """Return what *decided* asks for, as it stands on the activation."""
    level: Level | None = None if isinstance(decided, ResponseEnded) else decided.level
    return Change(
        level,
        decided.decided_at,
        decided.announced_at,
        decided.effective_at,
        decided.until,
        decided.reason,
        decided.decision,
        decided.authority,
        decided.provisional,
        decided.by,
        decided.text,
        decided.was_effective_at,
    )


def _same(pending: Change, wish: StartLevel, at: datetime) -> bool:
    return pending.level == wish.level and pending.effective_at == (wish.effective_at or at)


def _unchanged(state: Incident, revision: int | None) -> None:
    if revision is not None and revision != state.revision:
        raise Refused("the levels have changed since you looked; please look again", "stale")


def _activation(state: Incident, key: str) -> Activation:
    if key not in state.activations:
        raise NotFound(f"incident {state.id} has no activation {key}")
    return state.activations[key]


def _in_force(state: Incident, key: str) -> Activation:
    activation = _activation(state, key)
    if activation.level is None:
        raise Refused(f"{key} has no level in force", "not-in-force")
    return activation
