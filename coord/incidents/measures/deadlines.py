"""What stop-measures wait for: to be announced, to take effect, their term, their end, the resumption."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from coord.events import Clocks, Tick
from coord.incidents.deadlines import follow
from coord.incidents.measures.facts import (
    ExemptionEnded,
    MeasureEvent,
    MeasureLifted,
    MeasureTermOver,
    MeasureTookEffect,
    MeasureUnannounced,
    ResumptionOverdue,
)
from coord.incidents.measures.model import Exemption, Measure, Measures
from coord.incidents.ticks import CLOCK

RESUME_WITHIN = timedelta(hours=24)
"""SAMPLE: by when somebody must have said that what was stopped goes on again."""

TELL_WITHIN = timedelta(minutes=10)
"""SAMPLE: the least time to tell the public before a stop in force that nobody announced is an alarm."""


def measure_waits(measure: Measure) -> dict[str, datetime | None]:
    """Return what *measure* waits for."""
    decided, running = measure.state == "decided", measure.state == "in-force"
    untold = measure.live and measure.announced_at is None and not measure.unannounced
    owed = measure.state == "lifted" and measure.resumption != "resumed" and not measure.resume_overdue
    return {
        f"announce:{measure.id}": max(measure.effective_at, measure.said_at + TELL_WITHIN) if untold else None,
        f"start:{measure.id}": measure.effective_at if decided else None,
        f"term:{measure.id}": measure.until if running and not measure.term_over else None,
        f"end:{measure.id}": measure.lift_at if running else None,
        f"resume:{measure.id}": measure.resume_due if owed else None,
    }


def exemption_waits(exemption: Exemption) -> dict[str, datetime | None]:
    """Return when *exemption* lapses."""
    return {f"exempt:{exemption.id}": exemption.until if exemption.ended_at is None else None}


def expected_clocks(state: Measures) -> Clocks:
    """Return from scratch what *state* waits for; always equal to ``state.clocks``."""
    clocks = Clocks()
    for measure in state.measures.values():
        follow(clocks, measure_waits(measure))
    for exemption in state.exemptions.values():
        follow(clocks, exemption_waits(exemption))
    return clocks


def resume_word(stop: str) -> str:
    """Return the resumption that answers a stop (五恢复).

    >>> resume_word("stop-school")
    'resume-school'
    """
    return f"resume-{stop.removeprefix('stop-')}"


def lifted(measure: Measure, effective_at: datetime, at: datetime, by: str) -> MeasureLifted:
    """Return the end of *measure*; the time to resume counts from *at*, for nobody knew earlier."""
    due = max(at, effective_at) + RESUME_WITHIN
    return MeasureLifted(
        at=at, by=by, measure=measure.id, effective_at=effective_at, resume=resume_word(measure.stop), resume_due=due
    )


def tick(state: Measures, tick: Tick, at: datetime) -> Sequence[MeasureEvent]:
    """Fire all that is due at the tick, in the order of (due, key)."""
    events: list[MeasureEvent] = []
    over: set[str] = set()
    for deadline in state.clocks.due(min(tick.at, at)):
        kind, _, key = deadline.key.partition(":")
        if kind == "exempt":
            exemption = state.exemptions[key]
            if exemption.measure not in over:
                events.append(ExemptionEnded(at=at, by=CLOCK, measure=exemption.measure, exemption=key, lapsed=True))
        elif key not in over:
            events += _fired(state.measures[key], kind, deadline.due, at)
            if kind == "end":
                over.add(key)
    return events


def _fired(measure: Measure, kind: str, due: datetime, at: datetime) -> Iterator[MeasureEvent]:
    if kind == "announce":
        yield MeasureUnannounced(at=at, by=CLOCK, measure=measure.id, effective_at=due)
    elif kind == "start":
        yield MeasureTookEffect(at=at, by=CLOCK, measure=measure.id, effective_at=due)
        if measure.until is not None and measure.until <= at:  # the whole term passed during an outage
            yield MeasureTermOver(at=at, by=CLOCK, measure=measure.id, until=measure.until)
    elif kind == "term":
        yield MeasureTermOver(at=at, by=CLOCK, measure=measure.id, until=due)
    elif kind == "end":
        yield lifted(measure, due, at, CLOCK)
    elif kind == "resume":
        yield ResumptionOverdue(at=at, by=CLOCK, measure=measure.id, missed=due)
