"""Every command that HTTP takes: path, command, right, and what of it is free text. One row a command.

The rows are the interface: routes, bodies, rights and the matrix test are made
from them. Paths stand below ``/spaces/{space}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from coord.access.actions import Action
from coord.incidents import commands as incident
from coord.incidents.watch import commands as watch

Room = Literal["watch", "incident", "new-incident"]


@dataclass(frozen=True)
class Verb:
    """One command over HTTP.

    ``path`` parameters fill the command's fields of the same name; ``{task}``
    may hold slashes. ``recording`` is the right that is asked instead when the
    body says ``recorded_for``: a desk that types for a group (P-2). ``texts``
    maps fields of free text to the subject under which the vault keeps them.
    ``matched`` compares If-Match with the part that is decided.
    """

    path: str
    command: type
    action: Action
    room: Room = "incident"
    recording: Action | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    matched: Literal["", "levels", "task", "decision"] = ""
    example: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The operation's name in the OpenAPI document."""
        return self.command.__name__

    @property
    def summary(self) -> str:
        """The first line of the command's docstring."""
        return (self.command.__doc__ or "").strip().splitlines()[0]


TEXT = {"text": "text"}

WATCH: tuple[Verb, ...] = (
    Verb(
        "/signals",
        watch.RaiseSignal,
        "signal.raise",
        "watch",
        texts=TEXT,
        example={"authority": "mo", "system": "cyclone", "code": "8", "effective_at": "2025-09-23T17:00:00+08:00"},
    ),
    Verb("/signals/{signal}/amend", watch.AmendSignal, "signal.raise", "watch"),
    Verb("/signals/{signal}/lift", watch.LiftSignal, "signal.withdraw", "watch"),
    Verb("/decisions", watch.OpenDecision, "decision.act", "watch"),
    Verb(
        "/decisions/{decision}/acknowledge",
        watch.AcknowledgeDecision,
        "decision.act",
        "watch",
        example={"post": "commander"},
    ),
    Verb(
        "/decisions/{decision}/act",
        watch.ActOnDecision,
        "decision.act",
        "watch",
        texts=TEXT,
        matched="decision",
        example={"action": "start-level", "authority": "commander", "level": "III", "reason": "signal"},
    ),
    Verb(
        "/decisions/{decision}/start-provisionally",
        watch.StartProvisionally,
        "level.start-provisionally",
        "watch",
        texts=TEXT,
        example={"level": "II"},
    ),
    Verb(
        "/decisions/{decision}/decline",
        watch.DeclineDecision,
        "decision.decline",
        "watch",
        texts=TEXT,
        matched="decision",
        example={"reason": "forecast-weaker", "authority": "commander"},
    ),
    Verb(
        "/decisions/{decision}/confirm",
        watch.ConfirmDecision,
        "decision.confirm",
        "watch",
        example={"authority": "commander"},
    ),
    Verb(
        "/journal",
        watch.Note,
        "journal.write",
        "watch",
        texts={"text": "journal"},
        example={"text": "Port company: lanes close at 04:00", "kind": "call"},
    ),
)

REPORTS: tuple[Verb, ...] = (
    Verb("/incidents", incident.OpenIncident, "incident.open", "new-incident", texts={"title": "text"}),
    Verb(
        "/reports",
        incident.ReportIncident,
        "incident.report",
        "new-incident",
        texts={"text": "text", "caller": "person"},
        example={"hazard": "waterlogging", "place": "W07", "text": "Water to the kerb", "caller": "shop at the corner"},
    ),
    Verb(
        "/incidents/{incident}/reports",
        incident.ReportIncident,
        "incident.report",
        texts={"text": "text", "caller": "person"},
        example={"hazard": "waterlogging", "place": "W07"},
    ),
    Verb("/incidents/{incident}/reports/{report}/verify", incident.VerifyReport, "incident.verify", texts=TEXT),
    Verb("/incidents/{incident}/reports/{into}/merge", incident.MergeReports, "incident.merge"),
    Verb("/incidents/{incident}/reports/{report}/losses", incident.StateLosses, "incident.verify", texts=TEXT),
    Verb("/incidents/{incident}/close", incident.CloseIncident, "incident.close", texts=TEXT),
)

LEVELS: tuple[Verb, ...] = (
    Verb(
        "/incidents/{incident}/levels",
        incident.StartLevel,
        "level.start",
        texts=TEXT,
        matched="levels",
        example={"plan": "typhoon", "hazard": "tropical-cyclone", "area": "", "level": "III", "reason": "signal"},
    ),
    Verb(
        "/incidents/{incident}/activations/{activation}/change",
        incident.ChangeLevel,
        "level.raise",
        texts=TEXT,
        matched="levels",
        example={"level": "II", "reason": "signal"},
    ),
    Verb(
        "/incidents/{incident}/activations/{activation}/end",
        incident.EndResponse,
        "level.end",
        texts=TEXT,
        matched="levels",
    ),
    Verb(
        "/incidents/{incident}/activations/{activation}/amend",
        incident.AmendLevel,
        "level.start",
        texts=TEXT,
        matched="levels",
    ),
    Verb(
        "/incidents/{incident}/activations/{activation}/withdraw",
        incident.WithdrawLevel,
        "level.start",
        matched="levels",
    ),
    Verb("/incidents/{incident}/activations/{activation}/confirm", incident.ConfirmLevel, "decision.confirm"),
    Verb("/incidents/{incident}/activations/{activation}/revision", incident.AdoptRevision, "incident.adopt-plan"),
    Verb("/incidents/{incident}/milestones", incident.SetMilestone, "milestone.set"),
    Verb("/incidents/{incident}/milestones/{name}/accept", incident.AcceptMilestone, "milestone.set"),
    Verb("/incidents/{incident}/properties", incident.SetProperty, "milestone.set"),
)

TASKS: tuple[Verb, ...] = (
    Verb(
        "/incidents/{incident}/orders/{order}/acknowledge",
        incident.AcknowledgeOrder,
        "order.acknowledge",
        recording="order.record-for",
        example={"group": "TRA"},
    ),
    Verb("/incidents/{incident}/orders", incident.AssignAdHoc, "order.give", texts=TEXT),
    Verb(
        "/incidents/{incident}/tasks/{task:path}/progress",
        incident.Progress,
        "task.progress",
        recording="task.record-for",
        texts=TEXT,
        matched="task",
        example={"group": "TRA", "step": "arrived"},
    ),
    Verb(
        "/incidents/{incident}/tasks/{task:path}/evidence",
        incident.GiveEvidence,
        "task.progress",
        recording="task.record-for",
        texts={"proof": "evidence"},
    ),
    Verb("/incidents/{incident}/tasks/{task:path}/verify", incident.VerifyTask, "task.verify"),
    Verb(
        "/incidents/{incident}/tasks/{task:path}/hand-over",
        incident.HandOver,
        "task.hand-over",
        recording="task.record-for",
    ),
    Verb("/incidents/{incident}/tasks/{task:path}/reassign", incident.Reassign, "task.reassign", matched="task"),
    Verb("/incidents/{incident}/tasks/{task:path}/stand-down", incident.StandDown, "order.stand-down", matched="task"),
    Verb("/incidents/{incident}/help", incident.NeedHelp, "task.help", recording="task.record-for", texts=TEXT),
    Verb("/incidents/{incident}/help/{help}/answer", incident.AnswerHelp, "need.answer", texts=TEXT),
)

VERBS: tuple[Verb, ...] = (*WATCH, *REPORTS, *LEVELS, *TASKS)

KNOWN: frozenset[str] = frozenset({"by", "ladders", "digest", "if_revision", "revision"})
"""Fields that the centre fills in itself."""
