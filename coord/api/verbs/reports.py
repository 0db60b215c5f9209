"""Commands on an incident as such, and on the reports in it."""

from __future__ import annotations

from coord.api.verbs.verb import TEXT, TOLD, Verb
from coord.incidents import commands as incident

REPORT = {**TEXT, "caller": "person", **TOLD}

REPORTS: tuple[Verb, ...] = (
    Verb(
        "/incidents",
        incident.OpenIncident,
        "incident.open",
        "new-incident",
        texts={"title": "text"},
        example={"hazard": "typhoon", "title": "Typhoon of the week"},
    ),
    Verb(
        "/reports",
        incident.ReportIncident,
        "incident.report",
        "new-incident",
        texts=REPORT,
        example={"hazard": "waterlogging", "place": "W07", "text": "Water to the kerb", "caller": "shop at the corner"},
    ),
    Verb(
        "/incidents/{incident}/reports",
        incident.ReportIncident,
        "incident.report",
        texts=REPORT,
        example={"hazard": "waterlogging", "place": "W07"},
    ),
    Verb(
        "/incidents/{incident}/reports/{report}/verify",
        incident.VerifyReport,
        "incident.verify",
        texts={**TEXT, **TOLD},
        matched="report:{report}",
        example={"true": True, "channel": "radio"},
    ),
    Verb(
        "/incidents/{incident}/reports/{into}/merge",
        incident.MergeReports,
        "incident.merge",
        matched="report:{into}",
        example={"reports": ["R-2"]},
    ),
    Verb(
        "/incidents/{incident}/reports/{report}/losses",
        incident.StateLosses,
        "incident.verify",
        texts={**TEXT, **TOLD},
        matched="report:{report}",
        example={"losses": {"injured": 4}},
    ),
    Verb(
        "/incidents/{incident}/close",
        incident.CloseIncident,
        "incident.close",
        texts=TEXT,
        matched="levels",
        example={"text": "All work is done"},
    ),
)
