"""Reports 险情 taken, verified and merged; and the beginning and the end of an incident."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from coord.errors import NotFound, Refused
from coord.incidents.commands import (
    CloseIncident,
    MergeReports,
    OpenIncident,
    ReportIncident,
    StateLosses,
    VerifyReport,
)
from coord.incidents.facts import (
    IncidentClosed,
    IncidentEvent,
    IncidentOpened,
    IncidentReported,
    LossesStated,
    ReportsMerged,
    ReportVerified,
)
from coord.incidents.model import Incident, Report
from coord.incidents.said import Wish, told


def alive(state: Incident) -> None:
    """Refuse what comes after the incident was closed."""
    if state.closed_at is not None:
        raise Refused(f"incident {state.id} was closed at {state.closed_at.isoformat()}", "incident-closed")


def opening(state: Incident, wish: Wish, at: datetime, hazard: str, title: str = "") -> list[IncidentEvent]:
    """Return the opening of the incident, unless it is open."""
    if state.opened_at is not None:
        return []
    if not hazard:
        raise Refused("an incident needs its hazard", "hazard-missing")
    return [IncidentOpened(at=at, by=wish.by, hazard=hazard, title=title, opened_at=at)]


def open_(state: Incident, wish: OpenIncident, at: datetime) -> Sequence[IncidentEvent]:
    """Open the incident; once."""
    alive(state)
    return opening(state, wish, at, wish.hazard, wish.title)


def report(state: Incident, wish: ReportIncident, at: datetime) -> Sequence[IncidentEvent]:
    """Take a report in: a kind and a place are enough (P-21)."""
    alive(state)
    if not wish.hazard:
        raise Refused("a report needs its kind", "hazard-missing")
    if not wish.place and (wish.lon is None or wish.lat is None):
        raise Refused("a report needs a place: a name from the register, or lon and lat", "place-missing")
    if wish.lon is not None and wish.lat is not None and not (-180 <= wish.lon <= 180 and -90 <= wish.lat <= 90):
        raise Refused(f"there is no place at lon {wish.lon}, lat {wish.lat}", "no-such-place")
    _figures(wish.losses)
    number = wish.report or _free_number(state)
    if number in state.reports:
        raise Refused(f"report {number} is taken already", "report-exists")
    return [
        *opening(state, wish, at, wish.hazard),
        IncidentReported(
            report=number,
            hazard=wish.hazard,
            place=wish.place,
            lon=wish.lon,
            lat=wish.lat,
            losses=dict(wish.losses),
            text=wish.text,
            caller=wish.caller,
            **told(wish, at),
        ),
    ]


def verify(state: Incident, wish: VerifyReport, at: datetime) -> Sequence[IncidentEvent]:
    """Say whether a report is true; the same again does nothing."""
    alive(state)
    if _report(state, wish.report).verified is wish.true:
        return []
    return [ReportVerified(report=wish.report, true=wish.true, text=wish.text, **told(wish, at))]


def merge(state: Incident, wish: MergeReports, at: datetime) -> Sequence[IncidentEvent]:
    """Merge reports into one; a report that is itself merged takes no others."""
    alive(state)
    into = _report(state, wish.into)
    if into.merged_into:
        raise Refused(f"{into.id} is itself merged into {into.merged_into}", "merged-already")
    fresh = []
    for number in dict.fromkeys(wish.reports):
        other = _report(state, number)
        if number == wish.into:
            raise Refused(f"{number} cannot be merged into itself", "same-report")
        if other.merged_into and other.merged_into != wish.into:
            raise Refused(f"{number} is merged into {other.merged_into}", "merged-already")
        if not other.merged_into:
            fresh.append(number)
    return [ReportsMerged(at=at, by=wish.by, into=wish.into, reports=tuple(fresh))] if fresh else []


def state_losses(state: Incident, wish: StateLosses, at: datetime) -> Sequence[IncidentEvent]:
    """Add figures. A lower one is refused until it is said to be a correction, and stays marked as one (DOM-12)."""
    alive(state)
    known = _report(state, wish.report).losses
    _figures(wish.losses)
    changed = {name: value for name, value in wish.losses.items() if known.get(name) != value}
    lower = tuple(sorted(name for name, value in changed.items() if value < known.get(name, 0)))
    if lower and not wish.correcting:
        raise Refused(f"lower than stated before: {', '.join(lower)}; say that it is a correction", "figure-lower")
    if not changed:
        return []
    return [
        LossesStated(
            report=wish.report, losses=dict(sorted(changed.items())), corrects=lower, text=wish.text, **told(wish, at)
        )
    ]


def close(state: Incident, wish: CloseIncident, at: datetime) -> Sequence[IncidentEvent]:
    """Close the board once no level holds and no work is open; otherwise say what is still owed."""
    if state.closed_at is not None:
        return []
    if state.opened_at is None:
        raise NotFound(f"there is no incident {state.id}")
    held = [a.key for a in state.activations.values() if a.level is not None or a.pending is not None]
    if held:
        raise Refused(f"a response is in force or decided: {', '.join(sorted(held))}", "level-in-force")
    settled = {"done", "not-applicable", "stood-down", "cannot"}
    owed = sorted(task.key for task in state.tasks.values() if task.now not in settled)
    if owed:
        more = f" and {len(owed) - 5} more" if len(owed) > 5 else ""
        raise Refused(f"still owed: {', '.join(owed[:5])}{more}", "work-owed")
    return [IncidentClosed(at=at, by=wish.by, text=wish.text)]


def _free_number(state: Incident) -> str:
    """Return the next number that nobody gave by hand (R-207)."""
    count = state.counts.get("R", 0) + 1
    while f"R-{count}" in state.reports:
        count += 1
    return f"R-{count}"


def _report(state: Incident, id: str) -> Report:
    if id not in state.reports:
        raise NotFound(f"incident {state.id} has no report {id}")
    return state.reports[id]


def _figures(losses: Mapping[str, int]) -> None:
    for name, value in losses.items():
        if value < 0:
            raise Refused(f"{name} cannot be {value}", "absurd-figure")
