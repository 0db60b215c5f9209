"""How each fact changes the stop-measures, in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from typing import Any

from coord.incidents.deadlines import follow
from coord.incidents.measures import facts
from coord.incidents.measures.deadlines import exemption_waits, measure_waits
from coord.incidents.measures.model import Exemption, Measure, MeasureEvent, Measures


def evolve(state: Measures, event: MeasureEvent) -> Measures:
    """Return *state*, changed in place by *event*."""
    FOLDS[type(event)](state, event)
    follow(state.clocks, measure_waits(state.measures[event.measure]))
    return state


def _ordered(state: Measures, event: facts.MeasureOrdered) -> None:
    measure = Measure(
        id=event.measure,
        order=event.order,
        stop=event.stop,
        act=event.act,
        area=event.area,
        sectors=event.sectors,
        services=event.services,
        exempt=event.exempt,
        authority=event.authority,
        basis=event.basis,
        reason=event.reason,
        decided_at=event.decided_at,
        announced_at=event.announced_at,
        effective_at=event.effective_at,
        until=event.until,
        said_at=event.at,
        hazard=event.hazard,
        incident=event.incident,
        decision=event.decision,
        document=event.document,
        text=event.text,
        told=event.effective_at if event.announced_at else None,
    )
    state.measures[measure.id] = measure
    state.orders[event.order] = (*state.orders.get(event.order, ()), measure.id)


def _announced(state: Measures, event: facts.MeasureAnnounced) -> None:
    measure = state.measures[event.measure]
    measure.announced_at, measure.told, measure.unannounced = event.announced_at, measure.effective_at, False
    measure.document = event.document or measure.document


def _unannounced(state: Measures, event: facts.MeasureUnannounced) -> None:
    state.measures[event.measure].unannounced = True


def _moved(state: Measures, event: facts.MeasureMoved) -> None:
    measure = state.measures[event.measure]
    measure.decided_at, measure.effective_at, measure.until = event.decided_at, event.effective_at, event.until
    measure.was, measure.said_at, measure.unannounced = event.was_effective_at, event.at, False
    measure.announced_at = event.announced_at
    if event.announced_at is not None:
        measure.told = event.effective_at
    measure.reason, measure.document = event.reason, event.document or measure.document
    measure.text = event.text or measure.text


def _split(state: Measures, event: facts.MeasureSplit) -> None:
    whole = state.measures[event.measure]
    part = copy(whole)
    part.id, part.area, part.sectors, part.part_of, part.parts = event.part, event.area, event.sectors, whole.id, ()
    state.measures[part.id] = part
    whole.parts = (*whole.parts, part.id)
    state.orders[whole.order] = (*state.orders[whole.order], part.id)
    follow(state.clocks, measure_waits(part))


def _exempted(state: Measures, event: facts.MeasureExempted) -> None:
    exemption = Exemption(
        event.exemption,
        event.measure,
        event.sectors,
        event.places,
        event.until,
        event.why,
        event.at,
        event.by,
        event.text,
    )
    state.exemptions[exemption.id] = exemption
    follow(state.clocks, exemption_waits(exemption))


def _exemption_ended(state: Measures, event: facts.ExemptionEnded) -> None:
    exemption = state.exemptions[event.exemption]
    exemption.ended_at, exemption.lapsed = event.at, event.lapsed
    follow(state.clocks, exemption_waits(exemption))


def _took_effect(state: Measures, event: facts.MeasureTookEffect) -> None:
    state.measures[event.measure].state = "in-force"


def _withdrawn(state: Measures, event: facts.MeasureWithdrawn) -> None:
    state.measures[event.measure].state = "withdrawn"
    _end_exemptions(state, event)


def _term_over(state: Measures, event: facts.MeasureTermOver) -> None:
    state.measures[event.measure].term_over = True


def _prolonged(state: Measures, event: facts.MeasureProlonged) -> None:
    measure = state.measures[event.measure]
    measure.until, measure.term_over = event.until, False
    measure.document = event.document or measure.document


def _lift_ordered(state: Measures, event: facts.MeasureLiftOrdered) -> None:
    measure = state.measures[event.measure]
    measure.lift_at, measure.lift_by, measure.lift_announced_at = (
        event.effective_at,
        event.authority,
        event.announced_at,
    )


def _lifted(state: Measures, event: facts.MeasureLifted) -> None:
    measure = state.measures[event.measure]
    measure.state, measure.lifted_at, measure.term_over = "lifted", event.effective_at, False
    measure.resume, measure.resume_due = event.resume, event.resume_due
    _end_exemptions(state, event)


def _end_exemptions(state: Measures, event: facts.MeasureLifted | facts.MeasureWithdrawn) -> None:
    """An exemption from nothing is over too."""
    for exemption in state.exemptions.values():
        if exemption.measure == event.measure and exemption.ended_at is None:
            exemption.ended_at = event.at
            follow(state.clocks, exemption_waits(exemption))


def _resumption(state: Measures, event: facts.ResumptionReported) -> None:
    state.measures[event.measure].resumption = event.now


def _overdue(state: Measures, event: facts.ResumptionOverdue) -> None:
    state.measures[event.measure].resume_overdue = True


FOLDS: Mapping[type, Callable[[Measures, Any], None]] = {
    facts.MeasureOrdered: _ordered,
    facts.MeasureAnnounced: _announced,
    facts.MeasureUnannounced: _unannounced,
    facts.MeasureMoved: _moved,
    facts.MeasureSplit: _split,
    facts.MeasureExempted: _exempted,
    facts.ExemptionEnded: _exemption_ended,
    facts.MeasureTookEffect: _took_effect,
    facts.MeasureWithdrawn: _withdrawn,
    facts.MeasureTermOver: _term_over,
    facts.MeasureProlonged: _prolonged,
    facts.MeasureLiftOrdered: _lift_ordered,
    facts.MeasureLifted: _lifted,
    facts.ResumptionReported: _resumption,
    facts.ResumptionOverdue: _overdue,
}
"""One function per event class; a test sees to it that none is missing."""
