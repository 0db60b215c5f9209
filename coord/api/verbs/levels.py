"""Commands on levels, and on what plans count from."""

from __future__ import annotations

from coord.api.verbs.verb import TEXT, Verb
from coord.incidents import commands as incident

ACTIVATION = "/incidents/{incident}/activations/{activation:path}"

LEVELS: tuple[Verb, ...] = (
    Verb(
        "/incidents/{incident}/levels",
        incident.StartLevel,
        "level.start",
        texts=TEXT,
        matched="levels",
        example={"plan": "typhoon", "hazard": "typhoon", "area": "", "level": "III", "reason": "signal"},
    ),
    Verb(
        f"{ACTIVATION}/change",
        incident.ChangeLevel,
        "level.raise",
        texts=TEXT,
        matched="levels",
        example={"level": "II", "reason": "signal"},
    ),
    Verb(
        f"{ACTIVATION}/end",
        incident.EndResponse,
        "level.end",
        texts=TEXT,
        matched="levels",
        example={"reason": "danger-over"},
    ),
    Verb(
        f"{ACTIVATION}/amend",
        incident.AmendLevel,
        "level.start",
        texts=TEXT,
        matched="levels",
        example={"reason": "forecast", "effective_at": "2025-09-23T12:00:00+08:00"},
    ),
    Verb(
        f"{ACTIVATION}/withdraw",
        incident.WithdrawLevel,
        "level.start",
        matched="levels",
        example={"reason": "correction"},
    ),
    Verb(
        f"{ACTIVATION}/confirm",
        incident.ConfirmLevel,
        "decision.confirm",
        matched="levels",
        example={"authority": "chief-commander"},
    ),
    Verb(f"{ACTIVATION}/revision", incident.AdoptRevision, "incident.adopt-plan", matched="levels"),
    Verb(
        "/incidents/{incident}/milestones",
        incident.SetMilestone,
        "milestone.set",
        example={"name": "wind-onset", "time": "2025-09-23T20:00:00+08:00"},
    ),
    Verb(
        "/incidents/{incident}/milestones/{name}/accept",
        incident.AcceptMilestone,
        "milestone.set",
        matched="milestone:{name}",
    ),
    Verb(
        "/incidents/{incident}/properties",
        incident.SetProperty,
        "milestone.set",
        example={"name": "night", "value": "yes"},
    ),
)
