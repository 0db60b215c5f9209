"""Commands on the watch: signals, decisions, the journal."""

from __future__ import annotations

from coord.api.verbs.verb import TEXT, TOLD, Verb
from coord.incidents.watch import commands as watch

WATCH: tuple[Verb, ...] = (
    Verb(
        "/signals",
        watch.RaiseSignal,
        "signal.raise",
        "watch",
        texts=TEXT,
        example={"authority": "mo", "system": "cyclone", "code": "8", "effective_at": "2025-09-23T17:00:00+08:00"},
    ),
    Verb(
        "/signals/{signal}/amend",
        watch.AmendSignal,
        "signal.raise",
        "watch",
        matched="signal:{signal}",
        example={"effective_at": "2025-09-23T18:00:00+08:00"},
    ),
    Verb(
        "/signals/{signal}/lift",
        watch.LiftSignal,
        "signal.withdraw",
        "watch",
        matched="signal:{signal}",
        example={"effective_at": "2025-09-24T16:00:00+08:00"},
    ),
    Verb(
        "/decisions",
        watch.OpenDecision,
        "decision.act",
        "watch",
        example={
            "question": "hengqin/waterlogging/level",
            "hazard": "waterlogging",
            "evidence": "W07",
            "level": "IV",
            "plan": "flood",
            "within": "PT30M",
            "ladder": [{"post": "duty-officer", "wait": "PT5M"}, {"post": "office-leader", "wait": "PT5M"}],
        },
    ),
    Verb(
        "/decisions/{decision}/acknowledge",
        watch.AcknowledgeDecision,
        "decision.act",
        "watch",
        texts=TOLD,
        example={"post": "office-leader"},
    ),
    Verb(
        "/decisions/{decision}/act",
        watch.ActOnDecision,
        "decision.act",
        "watch",
        texts={**TEXT, **TOLD},
        matched="decision:{decision}",
        example={"action": "start-level", "authority": "secretary-general", "level": "III", "reason": "signal"},
    ),
    Verb(
        "/decisions/{decision}/start-provisionally",
        watch.StartProvisionally,
        "level.start-provisionally",
        "watch",
        texts={**TEXT, **TOLD},
        matched="decision:{decision}",
        example={"level": "II"},
    ),
    Verb(
        "/decisions/{decision}/decline",
        watch.DeclineDecision,
        "decision.decline",
        "watch",
        texts={**TEXT, **TOLD},
        matched="decision:{decision}",
        example={"reason": "forecast-weaker", "authority": "secretary-general"},
    ),
    Verb(
        "/decisions/{decision}/confirm",
        watch.ConfirmDecision,
        "decision.confirm",
        "watch",
        matched="decision:{decision}",
        example={"authority": "chief-commander"},
    ),
    Verb(
        "/journal",
        watch.Note,
        "journal.write",
        "watch",
        texts={"text": "journal", **TOLD},
        example={"text": "Port company: lanes close at 04:00", "kind": "call"},
    ),
)
