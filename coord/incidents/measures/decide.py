"""The decider of the stop-measures: which verb answers which command."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from coord.events import Clocks, Decider, StreamId, Tick
from coord.incidents.measures import commands, ending, ordering
from coord.incidents.measures.deadlines import tick
from coord.incidents.measures.fold import evolve
from coord.incidents.measures.model import KINDS, MeasureCommand, MeasureEvent, Measures

VERBS: Mapping[type, Callable[[Measures, Any, datetime], Sequence[MeasureEvent]]] = {
    commands.OrderMeasures: ordering.order,
    commands.AnnounceMeasures: ordering.announce,
    commands.MoveMeasures: ordering.move,
    commands.SplitMeasure: ordering.split,
    commands.WithdrawMeasures: ordering.withdraw,
    commands.ExemptFromMeasure: ending.exempt,
    commands.EndExemption: ending.end_exemption,
    commands.ProlongMeasure: ending.prolong,
    commands.LiftMeasure: ending.lift,
    commands.ReportResumption: ending.resume,
    Tick: tick,
}
"""One function per command class; a test sees to it that none is missing."""


def initial(stream: StreamId) -> Measures:
    """Return a jurisdiction in which nothing is stopped."""
    return Measures(stream.partition("/")[2])


def decide(state: Measures, command: MeasureCommand, at: datetime) -> Sequence[MeasureEvent]:
    """Return what follows from *command* at *at*, or raise :exc:`coord.errors.Refused`; ``[]`` when nothing does."""
    return VERBS[type(command)](state, command, at)


def clocks(state: Measures) -> Clocks:
    """Return what *state* waits for."""
    return state.clocks


MEASURES: Decider[Measures, MeasureCommand, MeasureEvent] = Decider(
    room="measures",
    initial=initial,
    decide=decide,
    evolve=evolve,
    clocks=clocks,
    kinds=KINDS,
    state=Measures,
)
