"""Commands on orders and tasks: what groups answer, what desks record for them, what the centre orders by hand."""

from __future__ import annotations

from coord.api.verbs.verb import TEXT, TOLD, Verb
from coord.incidents import commands as incident

TASK = "/incidents/{incident}/tasks/{task:path}"

TASKS: tuple[Verb, ...] = (
    Verb(
        "/incidents/{incident}/orders/{order}/acknowledge",
        incident.AcknowledgeOrder,
        "order.acknowledge",
        recording="order.record-for",
        texts=TOLD,
        matched="order:{order}",
        example={"group": "TRA"},
    ),
    Verb(
        "/incidents/{incident}/orders",
        incident.AssignAdHoc,
        "order.give",
        texts=TEXT,
        example={
            "wanted": {
                "key": "pump-at-w07",
                "group": "SUP",
                "title": {"zh-Hans": "到W07抽水", "en": "Pump at W07"},
                "due": "2025-09-23T21:00:00+08:00",
                "ack_within": "PT2M",
            },
            "text": "Ask for the key at the gate",
        },
    ),
    Verb(
        f"{TASK}/progress",
        incident.Progress,
        "task.progress",
        recording="task.record-for",
        texts={**TEXT, **TOLD, "evidence": "evidence"},
        matched="task:{task}",
        example={"group": "TRA", "step": "arrived"},
    ),
    Verb(
        f"{TASK}/evidence",
        incident.GiveEvidence,
        "task.progress",
        recording="task.record-for",
        texts={**TOLD, "proof": "evidence"},
        matched="task:{task}",
        example={"group": "TRA", "proof": "photo of the closed gate, 20:14"},
    ),
    Verb(f"{TASK}/verify", incident.VerifyTask, "task.verify", matched="task:{task}", example={"row": ""}),
    Verb(
        f"{TASK}/hand-over",
        incident.HandOver,
        "task.hand-over",
        recording="task.record-for",
        texts=TOLD,
        matched="task:{task}",
        example={"group": "TRA", "to": "RES", "why": "no-crew"},
    ),
    Verb(
        f"{TASK}/reassign",
        incident.Reassign,
        "task.reassign",
        matched="task:{task}",
        example={"to": "RES", "why": "nearer"},
    ),
    Verb(
        f"{TASK}/stand-down",
        incident.StandDown,
        "order.stand-down",
        matched="task:{task}",
        example={"why": "not-needed"},
    ),
    Verb(
        "/incidents/{incident}/help",
        incident.NeedHelp,
        "task.help",
        recording="task.record-for",
        texts={**TEXT, **TOLD},
        example={"group": "TRA", "what": "pumps", "text": "Two are broken"},
    ),
    Verb(
        "/incidents/{incident}/help/{help}/answer",
        incident.AnswerHelp,
        "need.answer",
        texts=TEXT,
        matched="help:{help}",
        example={"answer": "on-the-way"},
    ),
)
