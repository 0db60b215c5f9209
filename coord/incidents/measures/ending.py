"""How stops give way: exempted, prolonged, lifted one by one, resumed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import get_args

from coord.errors import NotFound, Refused
from coord.incidents.decided import picked
from coord.incidents.measures.commands import (
    EndExemption,
    ExemptFromMeasure,
    LiftMeasure,
    ProlongMeasure,
    ReportResumption,
)
from coord.incidents.measures.deadlines import lifted
from coord.incidents.measures.facts import (
    ExemptionEnded,
    MeasureEvent,
    MeasureExempted,
    MeasureLiftOrdered,
    MeasureProlonged,
    Resumed,
    ResumptionReported,
)
from coord.incidents.measures.model import Measure, Measures
from coord.incidents.measures.ordering import entitled, measure_of
from coord.incidents.said import told
from coord.incidents.spans import span
from coord.incidents.times import sane_or_none


def exempt(state: Measures, wish: ExemptFromMeasure, at: datetime) -> Sequence[MeasureEvent]:
    """Let somebody go on; the same exemption twice is one."""
    measure = _live(measure_of(state, wish.measure))
    if not wish.sectors and not wish.places:
        raise Refused("say which sectors or places go on", "exemption-unfit")
    if not wish.why:
        raise Refused("say why they go on", "why-missing")
    until = sane_or_none(wish.until, at, "until")
    if until is not None and until <= at:
        raise Refused("it would end before it begins", "ends-before-it-begins")
    said = (measure.id, wish.sectors, wish.places, until)
    if any((e.measure, e.sectors, e.places, e.until) == said and e.ended_at is None for e in state.exemptions.values()):
        return []
    return [
        MeasureExempted(
            at=at,
            by=wish.by,
            measure=measure.id,
            exemption=f"E-{len(state.exemptions) + 1}",
            sectors=wish.sectors,
            places=wish.places,
            until=until,
            why=wish.why,
            text=wish.text,
        )
    ]


def end_exemption(state: Measures, wish: EndExemption, at: datetime) -> Sequence[MeasureEvent]:
    """Take an exemption back; one that is over is over."""
    if (exemption := state.exemptions.get(wish.exemption)) is None:
        raise NotFound(f"there is no exemption {wish.exemption}")
    if exemption.ended_at is not None:
        return []
    return [ExemptionEnded(at=at, by=wish.by, measure=exemption.measure, exemption=exemption.id)]


def prolong(state: Measures, wish: ProlongMeasure, at: datetime) -> Sequence[MeasureEvent]:
    """Give a stop another end."""
    measure = _live(measure_of(state, wish.measure))
    entitled(measure, wish.authority, "")
    until = sane_or_none(wish.until, at, "until")
    if until is not None and until <= max(at, measure.effective_at):
        raise Refused("the new end is over already", "ends-before-it-begins")
    if until == measure.until and not measure.term_over:
        return []
    return [
        MeasureProlonged(
            at=at,
            by=wish.by,
            measure=measure.id,
            authority=wish.authority,
            until=until,
            was_until=measure.until,
            document=wish.document,
        )
    ]


def lift(state: Measures, wish: LiftMeasure, at: datetime) -> Sequence[MeasureEvent]:
    """End one stop; what is not in force is withdrawn instead, what is over is over."""
    picked(wish.reason)
    measure = measure_of(state, wish.measure)
    if measure.state == "lifted":
        return []
    if measure.state != "in-force":
        raise Refused(f"{measure.id} is {measure.state}; only what is in force can be lifted", "not-in-force")
    entitled(measure, wish.authority, wish.reason)
    times = span(at, wish.decided_at, wish.announced_at, wish.effective_at, None)
    if times.effective_at < measure.effective_at:
        raise Refused("it would end before it begins", "ends-before-it-begins")
    if times.effective_at == measure.lift_at:
        return []
    ordered = MeasureLiftOrdered(
        at=at,
        by=wish.by,
        measure=measure.id,
        authority=wish.authority,
        reason=wish.reason,
        decided_at=times.decided_at,
        announced_at=times.announced_at,
        effective_at=times.effective_at,
        was_effective_at=measure.lift_at,
        document=wish.document,
        text=wish.text,
    )
    if times.effective_at > at:
        return [ordered]
    return [ordered, lifted(measure, times.effective_at, at, wish.by)]


STEPS: tuple[Resumed, ...] = get_args(Resumed)


def resume(state: Measures, wish: ReportResumption, at: datetime) -> Sequence[MeasureEvent]:
    """Take in how far a resumption is; it only goes forward, and it survives the end of the response."""
    measure = measure_of(state, wish.measure)
    if measure.state != "lifted":
        raise Refused(f"{measure.id} is {measure.state}; nothing resumes before the stop is lifted", "not-lifted")
    if wish.now not in STEPS:
        raise Refused(f"{wish.now} is not one of {', '.join(STEPS)}", "unknown-step")
    if measure.resumption is not None and STEPS.index(wish.now) < STEPS.index(measure.resumption):
        raise Refused(f"{measure.resume} is {measure.resumption} already", "step-back")
    if wish.now == measure.resumption and not wish.scope:
        return []
    return [ResumptionReported(**told(wish, at), measure=measure.id, now=wish.now, scope=wish.scope, text=wish.text)]


def _live(measure: Measure) -> Measure:
    if not measure.live:
        raise Refused(f"{measure.id} is {measure.state}", "measure-over")
    return measure
