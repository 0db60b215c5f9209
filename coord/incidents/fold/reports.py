"""How facts about the incident as such, and its reports, change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from coord.events import Clocks
from coord.incidents.facts import (
    IncidentClosed,
    IncidentOpened,
    IncidentReported,
    LossesStated,
    ReportsMerged,
    ReportVerified,
)
from coord.incidents.model import Incident, Report


def _opened(state: Incident, event: IncidentOpened) -> None:
    state.hazard, state.title, state.opened_at = event.hazard, event.title, event.opened_at


def _reported(state: Incident, event: IncidentReported) -> None:
    state.counts["R"] = state.counts.get("R", 0) + 1
    state.reports[event.report] = Report(
        id=event.report,
        hazard=event.hazard,
        place=event.place,
        lon=event.lon,
        lat=event.lat,
        losses=dict(event.losses),
        text=event.text,
        caller=event.caller,
        happened_at=event.happened_at,
        recorded_at=event.at,
        told_by=event.told_by,
        channel=event.channel,
    )


def _verified(state: Incident, event: ReportVerified) -> None:
    report = state.reports[event.report]
    report.verified, report.verified_at = event.true, event.happened_at


def _merged(state: Incident, event: ReportsMerged) -> None:
    state.reports[event.into].merged += event.reports
    for other in event.reports:
        state.reports[other].merged_into = event.into


def _losses(state: Incident, event: LossesStated) -> None:
    state.reports[event.report].losses.update(event.losses)


def _closed(state: Incident, event: IncidentClosed) -> None:
    """Close the board: nothing is waited for any more."""
    state.closed_at, state.clocks = event.at, Clocks()


FOLDS: Mapping[type, Callable[[Incident, Any], None]] = {
    IncidentOpened: _opened,
    IncidentReported: _reported,
    ReportVerified: _verified,
    ReportsMerged: _merged,
    LossesStated: _losses,
    IncidentClosed: _closed,
}
