"""Commands on zones and weeks: control zones, passes, rounds of tests, rules, the order of the day, papers."""

from __future__ import annotations

from coord.api.verbs.verb import TEXT, TOLD, Verb
from coord.incidents.zones import commands as zone

ONE = "/zones/{zone}"
SAID = {"notice": "SAMPLE-2022-3", "authority": "chief-commander"}

ZONES: tuple[Verb, ...] = (
    Verb(
        "/zones",
        zone.SetZone,
        "zone.set",
        "zones",
        texts=TEXT,
        example={
            **SAID,
            "place": "B-12",
            "extent": "building",
            "tier": "lockdown",
            "measures": ["stay-home"],
            "until": "2025-09-30T19:00:00+08:00",
        },
    ),
    Verb(
        f"{ONE}/step",
        zone.StepZone,
        "zone.set",
        "zones",
        texts=TEXT,
        matched="zone:{zone}",
        example={**SAID, "tier": "control", "until": "2025-10-03T19:00:00+08:00"},
    ),
    Verb(
        f"{ONE}/lift",
        zone.LiftZone,
        "zone.set",
        "zones",
        texts=TEXT,
        matched="zone:{zone}",
        example={**SAID, "effective_at": "2025-10-06T19:00:00+08:00"},
    ),
    Verb(
        f"{ONE}/prolong",
        zone.ProlongZone,
        "zone.set",
        "zones",
        matched="zone:{zone}",
        example={**SAID, "until": "2025-10-07T19:00:00+08:00"},
    ),
    Verb(
        f"{ONE}/withdraw",
        zone.WithdrawZoneStep,
        "zone.set",
        "zones",
        matched="zone:{zone}",
        example={"authority": "chief-commander", "reason": "correction"},
    ),
    Verb(
        f"{ONE}/passes",
        zone.IssueZonePass,
        "measure.exempt",
        "zones",
        texts={"holder": "person"},
        example={"holder": "SAMPLE resident of flat 3", "purpose": "dialysis", "until": "2025-09-24T18:00:00+08:00"},
    ),
    Verb("/zone-passes/{zone_pass}/revoke", zone.RevokeZonePass, "measure.exempt", "zones", example={}),
)

WEEKS: tuple[Verb, ...] = (
    Verb(
        "/testings",
        zone.PlanTesting,
        "order.give",
        "zones",
        example={
            "area": "hengqin",
            "begins_at": "2025-09-24T09:00:00+08:00",
            "ends_at": "2025-09-24T20:00:00+08:00",
            "target": 30000,
        },
    ),
    Verb(
        "/testings/{testing}/results",
        zone.ReportTesting,
        "task.record-for",
        "zones",
        texts=TOLD,
        example={"sampled": 9000, "positive": 1},
    ),
    Verb("/testings/{testing}/close", zone.CloseTesting, "order.give", "zones", example={}),
    Verb(
        "/rules/{rule}",
        zone.OrderRule,
        "zone.set",
        "zones",
        texts=TEXT,
        matched="rule:{rule}",
        example={**SAID, "value": "test-48h", "valid_from": "2025-09-24T00:00:00+08:00"},
    ),
    Verb(
        "/rules/{rule}/withdraw",
        zone.WithdrawRule,
        "zone.set",
        "zones",
        matched="rule:{rule}",
        example={"version": 2},
    ),
    Verb(
        "/days/{day}/lines",
        zone.GiveDayLine,
        "order.give",
        "zones",
        texts=TEXT,
        example={"group": "TRA", "text": "Open the second lane at 09:00"},
    ),
    Verb(
        "/days/{day}/settle",
        zone.SettleDayLine,
        "task.record-for",
        "zones",
        texts=TOLD,
        example={"line": 1, "done": True},
    ),
    Verb(
        "/papers",
        zone.DeclarePapers,
        "report.make",
        "zones",
        example={"series": "daily-report", "addressee": "province", "rhythm": "17:00"},
    ),
    Verb("/papers/{series}/close", zone.ClosePapers, "report.make", "zones", example={}),
    Verb(
        "/papers/{series}/file",
        zone.FilePaper,
        "report.make",
        "zones",
        texts={**TEXT, **TOLD},
        example={"text": "Daily report: no new cases"},
    ),
)
