"""Which rows of the board a fact touches. What is not listed touches nothing, so nobody is sent anything for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from coord.incidents import board_room, facts
from coord.incidents.model import Incident, IncidentEvent


def touched(_before: Incident, event: IncidentEvent) -> set[str]:
    """Return the keys of all rows that *event* may change, given the state before it."""
    find = ROWS.get(type(event))
    return set() if find is None else {key for key in find(event) if key}


def _of_level(event: Any) -> set[str]:
    return {"incident", f"activation:{event.activation}"}


def _of_decision(event: Any) -> set[str]:
    return {"incident", f"activation:{event.activation}", f"minutes:{event.activation}"}


def _of_task(event: Any) -> set[str]:
    return {f"task:{event.task}"}


def _of_order(event: Any) -> set[str]:
    return {f"order:{event.order}"}


def _of_work(event: Any) -> set[str]:
    return {f"task:{event.task}", f"order:{event.order}" if event.order else ""}


def _of_report(event: Any) -> set[str]:
    return {f"report:{event.report}"}


def _of_milestone(event: Any) -> set[str]:
    return {"incident", f"milestone:{event.name}"}


ROWS: Mapping[type, Callable[[Any], set[str]]] = {
    facts.IncidentOpened: lambda _: {"incident"},
    facts.IncidentClosed: lambda _: {"incident"},
    facts.PropertySet: lambda _: {"incident"},
    facts.StandingOrderTriggered: lambda _: {"incident"},
    facts.IncidentReported: _of_report,
    facts.ReportVerified: _of_report,
    facts.LossesStated: _of_report,
    facts.ReportsMerged: lambda e: {f"report:{number}" for number in (e.into, *e.reports)},
    facts.LevelStarted: _of_decision,
    facts.LevelRaised: _of_decision,
    facts.LevelLowered: _of_decision,
    facts.ResponseEnded: _of_decision,
    facts.LevelAmended: _of_level,
    facts.LevelWithdrawn: _of_level,
    facts.LevelTookEffect: _of_level,
    facts.LevelConfirmed: _of_level,
    facts.ConfirmationOverdue: _of_level,
    facts.LevelReviewDue: _of_level,
    facts.RevisionAdopted: _of_level,
    facts.MilestoneSet: _of_milestone,
    facts.MilestoneRetimed: _of_milestone,
    facts.OrderIssued: _of_order,
    facts.OrderEscalated: _of_order,
    facts.OrderUnanswered: _of_order,
    facts.OrderWithdrawn: _of_order,
    facts.OrderAcknowledged: lambda e: {f"order:{e.order}", *(f"task:{key}" for key in e.returned)},
    facts.TaskAssigned: _of_work,
    facts.TaskAmended: _of_work,
    facts.TaskResumed: _of_work,
    facts.RowsAdded: _of_work,
    facts.RowsRemoved: _of_work,
    facts.TaskStoodDown: _of_work,
    facts.TaskReassigned: lambda e: {f"task:{e.task}", f"order:{e.order}", f"order:{e.stand_down}"},
    facts.RoundOpened: _of_task,
    facts.TaskProgressed: _of_task,
    facts.EvidenceGiven: _of_task,
    facts.TaskVerified: _of_task,
    facts.HandOverAsked: _of_task,
    facts.TaskLate: _of_task,
    facts.ReturnOverdue: _of_task,
    facts.HelpAsked: lambda e: {f"help:{e.help}"},
    facts.HelpAnswered: lambda e: {f"help:{e.help}"},
    **board_room.ROWS,
}
