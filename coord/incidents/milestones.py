"""What plans count from and ask for besides levels. Forecasts jitter; a group must not hear of each breath (P-14)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from coord.errors import NotFound, Refused
from coord.incidents.commands import AcceptMilestone, SetMilestone, SetProperty, TriggerStandingOrder
from coord.incidents.facts import IncidentEvent, MilestoneRetimed, MilestoneSet, PropertySet, StandingOrderTriggered
from coord.incidents.model import Incident, Milestone
from coord.incidents.reports import alive, opening
from coord.incidents.times import SKEW, sane, sane_or_none

RETIME = timedelta(minutes=30)
"""A change smaller than this is recorded and moves no deadline."""


def set_milestone(state: Incident, wish: SetMilestone, at: datetime) -> Sequence[IncidentEvent]:
    """Record a forecast time. Half an hour earlier is used at once, half an hour later is proposed."""
    alive(state)
    sane(wish.time, at, "milestone")
    if wish.time < at - SKEW and not wish.passed:
        raise Refused(f"{wish.name} at {wish.time.isoformat()} is past; say so if it has happened", "milestone-past")
    known = state.milestones.get(wish.name)
    if known is not None and _same(known, wish):
        return []
    later = known is not None and wish.time - known.used >= RETIME and not wish.passed
    moves = known is None or wish.passed or known.used - wish.time >= RETIME
    return [
        MilestoneSet(
            at=at,
            by=wish.by,
            name=wish.name,
            time=wish.time,
            used=wish.time if known is None or moves else known.used,
            earliest=sane_or_none(wish.earliest, at, "earliest"),
            latest=sane_or_none(wish.latest, at, "latest"),
            source=wish.source,
            issued_at=sane_or_none(wish.issued_at, at, "issued at"),
            proposed=later,
            passed=wish.passed,
        )
    ]


def accept(state: Incident, wish: AcceptMilestone, at: datetime) -> Sequence[IncidentEvent]:
    """Let plans count from the latest forecast."""
    alive(state)
    if wish.name not in state.milestones:
        raise NotFound(f"incident {state.id} has no milestone {wish.name}")
    milestone = state.milestones[wish.name]
    if milestone.used == milestone.time:
        return []
    return [MilestoneRetimed(at=at, by=wish.by, name=wish.name, used=milestone.time)]


def set_property(state: Incident, wish: SetProperty, at: datetime) -> Sequence[IncidentEvent]:
    """State a fact that plan conditions ask for."""
    alive(state)
    if state.properties.get(wish.name) == wish.value:
        return []
    return [PropertySet(at=at, by=wish.by, name=wish.name, value=wish.value)]


def trigger(state: Incident, wish: TriggerStandingOrder, at: datetime) -> Sequence[IncidentEvent]:
    """Set a standing order off for the places that it does not hold yet; it opens the incident if there is none."""
    alive(state)
    if not wish.plan or not wish.order:
        raise Refused("name the plan and its standing order", "standing-order-missing")
    held = [standing for standing in state.standing if (standing.plan, standing.order) == (wish.plan, wish.order)]
    if any(not standing.places for standing in held):
        return []
    known = {place for standing in held for place in standing.places}
    places = tuple(place for place in dict.fromkeys(wish.places) if place not in known)
    if wish.places and not places:
        return []
    return [
        *opening(state, wish, at, wish.hazard or wish.plan),
        StandingOrderTriggered(
            at=at, by=wish.by, plan=wish.plan, order=wish.order, places=places, evidence=wish.evidence
        ),
    ]


def _same(known: Milestone, wish: SetMilestone) -> bool:
    return (known.time, known.earliest, known.latest, known.source, known.passed) == (
        wish.time,
        wish.earliest,
        wish.latest,
        wish.source,
        wish.passed,
    )
