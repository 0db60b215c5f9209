"""The decider of an incident: which verb answers which command, and the laws of its fold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from coord.events import Clocks, Decider, StreamId, Tick
from coord.incidents import commands, levels, milestones, orders, post, reports, steps
from coord.incidents.fold import evolve
from coord.incidents.model import KINDS, Incident, IncidentCommand, IncidentEvent
from coord.incidents.reconcile import reconcile
from coord.incidents.ticks import tick

VERBS: Mapping[type, Callable[[Incident, Any, datetime], Sequence[IncidentEvent]]] = {
    commands.OpenIncident: reports.open_,
    commands.ReportIncident: reports.report,
    commands.VerifyReport: reports.verify,
    commands.MergeReports: reports.merge,
    commands.StateLosses: reports.state_losses,
    commands.CloseIncident: reports.close,
    commands.StartLevel: levels.start,
    commands.ChangeLevel: levels.change,
    commands.EndResponse: levels.end,
    commands.AmendLevel: levels.amend,
    commands.WithdrawLevel: levels.withdraw,
    commands.ConfirmLevel: levels.confirm,
    commands.AdoptRevision: levels.adopt,
    commands.SetMilestone: milestones.set_milestone,
    commands.AcceptMilestone: milestones.accept,
    commands.SetProperty: milestones.set_property,
    commands.TriggerStandingOrder: milestones.trigger,
    commands.Reconcile: reconcile,
    commands.AcknowledgeOrder: orders.acknowledge,
    commands.Reassign: orders.reassign,
    commands.AssignAdHoc: orders.assign,
    commands.StandDown: orders.call_off,
    commands.Progress: steps.progress,
    commands.GiveEvidence: steps.evidence,
    commands.VerifyTask: steps.verify,
    commands.HandOver: steps.hand_over,
    commands.NeedHelp: steps.need_help,
    commands.AnswerHelp: steps.answer_help,
    commands.HoldConsultation: post.consult,
    commands.FileMinutes: post.file_minutes,
    commands.JoinParty: post.join,
    commands.LeaveParty: post.leave,
    commands.OpenPeriod: post.open_period,
    commands.AllowReturn: post.allow_return,
    commands.WithdrawReturn: post.withdraw_return,
    Tick: tick,
}
"""One function per command class; a test sees to it that none is missing."""


def initial(stream: StreamId) -> Incident:
    """Return an incident of which nothing is known."""
    return Incident(stream.partition("/")[2])


def decide(state: Incident, command: IncidentCommand, at: datetime) -> Sequence[IncidentEvent]:
    """Return what follows from *command* at *at*, or raise :exc:`coord.errors.Refused`; ``[]`` when nothing does."""
    return VERBS[type(command)](state, command, at)


def clocks(state: Incident) -> Clocks:
    """Return what *state* waits for."""
    return state.clocks


INCIDENT: Decider[Incident, IncidentCommand, IncidentEvent] = Decider(
    room="incident",
    initial=initial,
    decide=decide,
    evolve=evolve,
    clocks=clocks,
    kinds=KINDS,
    state=Incident,
)
