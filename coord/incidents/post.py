"""The verbs of the command post: consult, file minutes, join, open a period, allow people to return."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from coord.errors import NotFound, Refused
from coord.incidents.commands import (
    AllowReturn,
    FileMinutes,
    HoldConsultation,
    JoinParty,
    LeaveParty,
    OpenPeriod,
    WithdrawReturn,
)
from coord.incidents.facts import (
    ConsultationHeld,
    IncidentEvent,
    MinutesFiled,
    PartyJoined,
    PartyLeft,
    PeriodOpened,
    ReturnAllowed,
    ReturnWithdrawn,
)
from coord.incidents.model import Incident
from coord.incidents.reports import alive
from coord.incidents.said import told
from coord.incidents.times import sane

REGIMES = ("CN-mainland", "MO")
"""Legal regimes under which a body acts: the same order means another paper on each side."""


def consult(state: Incident, wish: HoldConsultation, at: datetime) -> Sequence[IncidentEvent]:
    """Record a consultation; it proposes, and a decision on a level may name it."""
    present(state)
    if not wish.posts or not wish.advice:
        raise Refused("a consultation needs who took part and what they advised", "consultation-unfit")
    number = f"C-{state.counts.get('C', 0) + 1}"
    return [
        ConsultationHeld(
            consultation=number,
            about=wish.about,
            posts=wish.posts,
            advice=wish.advice,
            facts=wish.facts,
            **told(wish, at),
        )
    ]


def file_minutes(state: Incident, wish: FileMinutes, at: datetime) -> Sequence[IncidentEvent]:
    """Hand minutes in, owed or not; the same text twice is one."""
    present(state)
    if wish.activation not in state.activations:
        raise NotFound(f"incident {state.id} has no activation {wish.activation}")
    if not wish.text:
        raise Refused("minutes need their text", "text-missing")
    minutes = state.minutes.get(wish.activation)
    if minutes is not None and wish.text in minutes.texts:
        return []
    return [MinutesFiled(at=at, by=wish.by, activation=wish.activation, text=wish.text)]


def join(state: Incident, wish: JoinParty, at: datetime) -> Sequence[IncidentEvent]:
    """Let a body take part; a changed role or regime is recorded anew."""
    present(state)
    if wish.regime not in REGIMES:
        raise Refused(f"{wish.regime!r} is no legal regime; there are {' and '.join(REGIMES)}", "unknown-regime")
    if not wish.party:
        raise Refused("name the body that joins", "party-missing")
    known = state.parties.get(wish.party)
    if known is not None and known.left_at is None and (known.regime, known.role) == (wish.regime, wish.role):
        return []
    return [PartyJoined(at=at, by=wish.by, party=wish.party, regime=wish.regime, role=wish.role)]


def leave(state: Incident, wish: LeaveParty, at: datetime) -> Sequence[IncidentEvent]:
    """Record that a body no longer takes part."""
    present(state)
    known = state.parties.get(wish.party)
    if known is None:
        raise NotFound(f"{wish.party} does not take part in incident {state.id}")
    return [] if known.left_at is not None else [PartyLeft(at=at, by=wish.by, party=wish.party)]


def open_period(state: Incident, wish: OpenPeriod, at: datetime) -> Sequence[IncidentEvent]:
    """Open the next operational period; it begins no earlier than the one before."""
    present(state)
    begins_at = sane(wish.begins_at or at, at, "begins at")
    ends_at = sane(wish.ends_at, at, "ends at")
    if ends_at <= begins_at:
        raise Refused("the period would end before it begins", "ends-before-it-begins")
    if not wish.objectives:
        raise Refused("a period needs its objectives", "objectives-missing")
    last = state.periods.get(str(len(state.periods)))
    if last is not None and begins_at < last.begins_at:
        raise Refused(f"period {last.number} begins later, at {last.begins_at.isoformat()}", "period-order")
    if last is not None and (last.begins_at, last.ends_at, last.objectives) == (begins_at, ends_at, wish.objectives):
        return []
    number = len(state.periods) + 1
    return [
        PeriodOpened(at=at, by=wish.by, period=number, begins_at=begins_at, ends_at=ends_at, objectives=wish.objectives)
    ]


def allow_return(state: Incident, wish: AllowReturn, at: datetime) -> Sequence[IncidentEvent]:
    """Let people return: no level, no lowering and no end does it, only this, with both proofs (P-13)."""
    present(state)
    if not wish.check or not wish.expert:
        raise Refused("returning needs the slope check and the expert's word", "check-missing")
    if not wish.authority or not wish.places:
        raise Refused("say who allows the return, and to which places", "return-unfit")
    held = {place for place, leave in state.returns.items() if not leave.withdrawn}
    places = tuple(place for place in dict.fromkeys(wish.places) if place not in held)
    if not places:
        return []
    return [
        ReturnAllowed(at=at, by=wish.by, places=places, check=wish.check, expert=wish.expert, authority=wish.authority)
    ]


def withdraw_return(state: Incident, wish: WithdrawReturn, at: datetime) -> Sequence[IncidentEvent]:
    """Take the leave to return back, for the places that have it."""
    present(state)
    if not wish.why:
        raise Refused("say why the return is withdrawn", "why-missing")
    held = [place for place in dict.fromkeys(wish.places) if place in state.returns]
    places = tuple(place for place in held if not state.returns[place].withdrawn)
    return [ReturnWithdrawn(at=at, by=wish.by, places=places, why=wish.why)] if places else []


def present(state: Incident) -> None:
    """Refuse what needs an incident that is open."""
    alive(state)
    if state.opened_at is None:
        raise NotFound(f"there is no incident {state.id}")
