"""What can be wanted of an incident. Each may be refused; the codes stand in docs/incidents.md."""

from __future__ import annotations

from coord.events import Tick
from coord.incidents.commands.levels import (
    AcceptMilestone,
    AdoptRevision,
    AmendLevel,
    ChangeLevel,
    ConfirmLevel,
    EndResponse,
    LevelCommand,
    LevelWish,
    SetMilestone,
    SetProperty,
    StartLevel,
    TriggerStandingOrder,
    WithdrawLevel,
)
from coord.incidents.commands.reports import (
    CloseIncident,
    MergeReports,
    OpenIncident,
    ReportCommand,
    ReportIncident,
    StateLosses,
    VerifyReport,
)
from coord.incidents.commands.work import (
    AcknowledgeOrder,
    AnswerHelp,
    AssignAdHoc,
    GiveEvidence,
    HandOver,
    NeedHelp,
    Progress,
    Reassign,
    Reconcile,
    StandDown,
    VerifyTask,
    WorkCommand,
)

IncidentCommand = ReportCommand | LevelCommand | WorkCommand | Tick

__all__ = [
    "AcceptMilestone",
    "AcknowledgeOrder",
    "AdoptRevision",
    "AmendLevel",
    "AnswerHelp",
    "AssignAdHoc",
    "ChangeLevel",
    "CloseIncident",
    "ConfirmLevel",
    "EndResponse",
    "GiveEvidence",
    "HandOver",
    "IncidentCommand",
    "LevelCommand",
    "LevelWish",
    "MergeReports",
    "NeedHelp",
    "OpenIncident",
    "Progress",
    "Reassign",
    "Reconcile",
    "ReportCommand",
    "ReportIncident",
    "SetMilestone",
    "SetProperty",
    "StandDown",
    "StartLevel",
    "StateLosses",
    "Tick",
    "TriggerStandingOrder",
    "VerifyReport",
    "VerifyTask",
    "WithdrawLevel",
    "WorkCommand",
]
