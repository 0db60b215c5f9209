"""Commands on stop-measures: ordered and moved together, exempted, lifted one by one, resumed."""

from __future__ import annotations

from coord.api.verbs.verb import TEXT, TOLD, Verb
from coord.incidents.measures import commands as stop

ORDER = "/measures/orders/{order}"
ONE = "/measures/{measure}"
BY = {"authority": "district-government"}

MEASURES: tuple[Verb, ...] = (
    Verb(
        "/measures",
        stop.OrderMeasures,
        "measure.order",
        "measures",
        texts=TEXT,
        example={
            **BY,
            "stops": ["stop-school", "stop-work", "stop-production", "stop-transport", "stop-business"],
            "basis": "wind-I",
            "effective_at": "2025-09-23T19:00:00+08:00",
            "announced_at": "2025-09-22T18:00:00+08:00",
            "document": "SAMPLE-2025-17",
        },
    ),
    Verb(
        f"{ORDER}/announce",
        stop.AnnounceMeasures,
        "measure.order",
        "measures",
        matched="stops:{order}",
        example={"document": "SAMPLE-2025-17"},
    ),
    Verb(
        f"{ORDER}/move",
        stop.MoveMeasures,
        "measure.order",
        "measures",
        texts=TEXT,
        matched="stops:{order}",
        example={**BY, "effective_at": "2025-09-23T12:00:00+08:00", "reason": "forecast"},
    ),
    Verb(
        f"{ORDER}/withdraw",
        stop.WithdrawMeasures,
        "measure.order",
        "measures",
        matched="stops:{order}",
        example={**BY, "reason": "forecast"},
    ),
    Verb(
        f"{ONE}/split",
        stop.SplitMeasure,
        "measure.order",
        "measures",
        matched="measure:{measure}",
        example={"sectors": ["ferry"]},
    ),
    Verb(
        f"{ONE}/exempt",
        stop.ExemptFromMeasure,
        "measure.exempt",
        "measures",
        texts=TEXT,
        matched="measure:{measure}",
        example={"sectors": ["wholesale-food"], "why": "supply"},
    ),
    Verb("/exemptions/{exemption}/end", stop.EndExemption, "measure.exempt", "measures", example={}),
    Verb(
        f"{ONE}/prolong",
        stop.ProlongMeasure,
        "measure.lift",
        "measures",
        matched="measure:{measure}",
        example={**BY, "until": "2025-09-24T12:00:00+08:00"},
    ),
    Verb(
        f"{ONE}/lift",
        stop.LiftMeasure,
        "measure.lift",
        "measures",
        texts=TEXT,
        matched="measure:{measure}",
        example={**BY, "effective_at": "2025-09-24T16:00:00+08:00", "reason": "danger-over"},
    ),
    Verb(
        f"{ONE}/resumption",
        stop.ReportResumption,
        "task.record-for",
        "measures",
        texts={**TEXT, **TOLD},
        matched="measure:{measure}",
        example={"now": "checked", "scope": "bus"},
    ),
)
