"""The decider of zones and weeks: which verb answers which command."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from coord.events import Clocks, Decider, StreamId, Tick
from coord.incidents.zones import commands, control, weeks
from coord.incidents.zones.deadlines import tick
from coord.incidents.zones.fold import evolve
from coord.incidents.zones.model import KINDS, ZoneCommand, ZoneEvent, Zones

VERBS: Mapping[type, Callable[[Zones, Any, datetime], Sequence[ZoneEvent]]] = {
    commands.SetZone: control.set_,
    commands.StepZone: control.step,
    commands.LiftZone: control.lift,
    commands.ProlongZone: control.prolong,
    commands.WithdrawZoneStep: control.withdraw,
    commands.IssueZonePass: control.issue_pass,
    commands.RevokeZonePass: control.revoke_pass,
    commands.PlanTesting: weeks.plan_testing,
    commands.ReportTesting: weeks.report_testing,
    commands.CloseTesting: weeks.close_testing,
    commands.OrderRule: weeks.order_rule,
    commands.WithdrawRule: weeks.withdraw_rule,
    commands.GiveDayLine: weeks.give_line,
    commands.SettleDayLine: weeks.settle_line,
    commands.DeclarePapers: weeks.declare_papers,
    commands.ClosePapers: weeks.close_papers,
    commands.FilePaper: weeks.file,
    Tick: tick,
}
"""One function per command class; a test sees to it that none is missing."""


def initial(stream: StreamId) -> Zones:
    """Return a jurisdiction without a zone."""
    return Zones(stream.partition("/")[2])


def decide(state: Zones, command: ZoneCommand, at: datetime) -> Sequence[ZoneEvent]:
    """Return what follows from *command* at *at*, or raise :exc:`coord.errors.Refused`; ``[]`` when nothing does."""
    return VERBS[type(command)](state, command, at)


def clocks(state: Zones) -> Clocks:
    """Return what *state* waits for."""
    return state.clocks


ZONES: Decider[Zones, ZoneCommand, ZoneEvent] = Decider(
    room="zones",
    initial=initial,
    decide=decide,
    evolve=evolve,
    clocks=clocks,
    kinds=KINDS,
    state=Zones,
)
