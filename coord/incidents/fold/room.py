"""How facts of the command post change an incident."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from coord.incidents.deadlines import follow, minutes_waits, period_waits
from coord.incidents.facts import (
    ConsultationHeld,
    MinutesFiled,
    MinutesOverdue,
    PartyJoined,
    PartyLeft,
    PeriodOpened,
    PeriodOver,
    ReturnAllowed,
    ReturnWithdrawn,
)
from coord.incidents.model import Incident
from coord.incidents.room import Consultation, Leave, Minutes, Party, Period


def _consulted(state: Incident, event: ConsultationHeld) -> None:
    state.counts["C"] = state.counts.get("C", 0) + 1
    state.consultations[event.consultation] = Consultation(
        event.consultation, event.about, event.posts, event.advice, event.facts, event.happened_at, event.by
    )


def _filed(state: Incident, event: MinutesFiled) -> None:
    minutes = state.minutes.setdefault(event.activation, Minutes())
    minutes.due, minutes.overdue = None, False
    minutes.texts.append(event.text)
    follow(state.clocks, minutes_waits(event.activation, minutes))


def _minutes_overdue(state: Incident, event: MinutesOverdue) -> None:
    minutes = state.minutes[event.activation]
    minutes.due, minutes.overdue = None, True
    follow(state.clocks, minutes_waits(event.activation, minutes))


def _joined(state: Incident, event: PartyJoined) -> None:
    state.parties[event.party] = Party(event.party, event.regime, event.role, event.at)


def _left(state: Incident, event: PartyLeft) -> None:
    state.parties[event.party].left_at = event.at


def _period(state: Incident, event: PeriodOpened) -> None:
    """Open a period; the one before is no longer waited for, since its successor is here."""
    last = state.periods.get(str(event.period - 1))
    if last is not None:
        last.due = None
        follow(state.clocks, period_waits(last))
    period = Period(event.period, event.begins_at, event.ends_at, event.objectives, event.ends_at)
    state.periods[str(event.period)] = period
    follow(state.clocks, period_waits(period))


def _period_over(state: Incident, event: PeriodOver) -> None:
    period = state.periods[str(event.period)]
    period.due, period.over = None, True
    follow(state.clocks, period_waits(period))


def _allowed(state: Incident, event: ReturnAllowed) -> None:
    for place in event.places:
        state.returns[place] = Leave(place, event.check, event.expert, event.authority, event.by, event.at)


def _forbidden(state: Incident, event: ReturnWithdrawn) -> None:
    for place in event.places:
        state.returns[place].withdrawn = True


FOLDS: Mapping[type, Callable[[Incident, Any], None]] = {
    ConsultationHeld: _consulted,
    MinutesFiled: _filed,
    MinutesOverdue: _minutes_overdue,
    PartyJoined: _joined,
    PartyLeft: _left,
    PeriodOpened: _period,
    PeriodOver: _period_over,
    ReturnAllowed: _allowed,
    ReturnWithdrawn: _forbidden,
}
