"""How facts about levels and milestones change an incident. ``revision`` counts what plans must be asked anew about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from coord.incidents.deadlines import activation_waits, follow, minutes_waits
from coord.incidents.facts import (
    ConfirmationOverdue,
    LevelAmended,
    LevelConfirmed,
    LevelLowered,
    LevelRaised,
    LevelReviewDue,
    LevelStarted,
    LevelTookEffect,
    LevelWithdrawn,
    MilestoneRetimed,
    MilestoneSet,
    PropertySet,
    ResponseEnded,
    RevisionAdopted,
    StandingOrderTriggered,
)
from coord.incidents.levels import change_of
from coord.incidents.model import Activation, Incident, Milestone, Standing
from coord.incidents.room import Minutes
from coord.plans.wanted import rank


def _started(state: Incident, event: LevelStarted) -> None:
    activation = state.activations.get(event.activation)
    if activation is None:
        activation = Activation(event.activation, event.plan, event.digest, event.hazard, event.area)
        state.activations[event.activation] = activation
    activation.digest = event.digest
    _decided(state, event)


def _decided(state: Incident, event: LevelStarted | LevelRaised | LevelLowered | ResponseEnded) -> None:
    activation = state.activations[event.activation]
    activation.pending = change_of(event)
    activation.confirm_due = event.confirm_due
    activation.confirmation_overdue = False
    minutes = state.minutes.setdefault(event.activation, Minutes())
    if minutes.due is None and not minutes.overdue:
        minutes.due = event.minutes_due
    follow(state.clocks, minutes_waits(event.activation, minutes))
    _moved(state, activation)


def _amended(state: Incident, event: LevelAmended) -> None:
    activation = state.activations[event.activation]
    if activation.pending is not None:
        activation.pending.announced_at = event.announced_at
        activation.pending.effective_at = event.effective_at
        activation.pending.was_effective_at = event.was_effective_at
        activation.pending.until = event.until
    _moved(state, activation)


def _withdrawn(state: Incident, event: LevelWithdrawn) -> None:
    activation = state.activations[event.activation]
    activation.pending = None
    activation.confirm_due = None
    _moved(state, activation)


def _took_effect(state: Incident, event: LevelTookEffect) -> None:
    activation = state.activations[event.activation]
    if event.new_episode:
        activation.since, activation.decided, activation.left, activation.course = {}, {}, {}, []
    for level in event.begins:
        activation.since[level] = event.effective_at
        activation.decided[level] = event.decided_at
    for level in event.left:
        activation.left[level] = event.effective_at
    if event.higher:
        activation.raised_at = event.effective_at
        activation.left = {level: when for level, when in activation.left.items() if rank(level) > rank(event.level)}
    if event.level is not None:
        activation.course.append((event.effective_at, event.level))
    activation.level, activation.raised = event.level, event.raised
    activation.ended_at = event.effective_at if event.level is None else None
    activation.last, activation.pending = activation.pending, None
    activation.review_due = activation.last.until if activation.last and event.level else None
    activation.review_owed = False
    _moved(state, activation)


def _confirmed(state: Incident, event: LevelConfirmed) -> None:
    activation = state.activations[event.activation]
    for change in (activation.pending, activation.last):
        if change is not None:
            change.provisional = False
    activation.confirm_due, activation.confirmation_overdue = None, False
    follow(state.clocks, activation_waits(activation))


def _unconfirmed(state: Incident, event: ConfirmationOverdue) -> None:
    activation = state.activations[event.activation]
    activation.confirm_due, activation.confirmation_overdue = None, True
    follow(state.clocks, activation_waits(activation))


def _review(state: Incident, event: LevelReviewDue) -> None:
    activation = state.activations[event.activation]
    activation.review_due, activation.review_owed = None, True
    follow(state.clocks, activation_waits(activation))


def _milestone(state: Incident, event: MilestoneSet) -> None:
    known = state.milestones.get(event.name)
    state.milestones[event.name] = Milestone(
        name=event.name,
        time=event.time,
        used=event.used,
        earliest=event.earliest,
        latest=event.latest,
        source=event.source,
        issued_at=event.issued_at,
        was=known.time if known else None,
        proposed=event.proposed,
        passed=event.passed,
    )
    if known is None or known.used != event.used:
        state.revision += 1


def _retimed(state: Incident, event: MilestoneRetimed) -> None:
    milestone = state.milestones[event.name]
    milestone.used, milestone.proposed = event.used, False
    state.revision += 1


def _property(state: Incident, event: PropertySet) -> None:
    state.properties[event.name] = event.value
    state.revision += 1


def _triggered(state: Incident, event: StandingOrderTriggered) -> None:
    state.standing.append(Standing(event.plan, event.order, event.at, event.places, event.evidence))
    state.revision += 1


def _adopted(state: Incident, event: RevisionAdopted) -> None:
    state.activations[event.activation].digest = event.digest
    state.revision += 1


def _moved(state: Incident, activation: Activation) -> None:
    state.revision += 1
    follow(state.clocks, activation_waits(activation))


FOLDS: Mapping[type, Callable[[Incident, Any], None]] = {
    LevelStarted: _started,
    LevelRaised: _decided,
    LevelLowered: _decided,
    ResponseEnded: _decided,
    LevelAmended: _amended,
    LevelWithdrawn: _withdrawn,
    LevelTookEffect: _took_effect,
    LevelConfirmed: _confirmed,
    ConfirmationOverdue: _unconfirmed,
    LevelReviewDue: _review,
    MilestoneSet: _milestone,
    MilestoneRetimed: _retimed,
    PropertySet: _property,
    StandingOrderTriggered: _triggered,
    RevisionAdopted: _adopted,
}
