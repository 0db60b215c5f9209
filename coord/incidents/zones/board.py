"""Zones and weeks as rows by key. Passes are for the centre only, the holder's id besides is private."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from coord.incidents.plain import ALL, CENTRE, PlainRow, iso
from coord.incidents.spans import shown_times
from coord.incidents.zones import facts
from coord.incidents.zones.model import Pass, Rule, Series, Step, Testing, Version, Zone, ZoneEvent, Zones


def keys(state: Zones) -> Iterator[str]:
    """Yield the keys of all rows."""
    for kind, find in TABLES.items():
        yield from (f"{kind}:{name}" for name in find(state))


def row(state: Zones, key: str) -> PlainRow | None:
    """Return the row under *key* as plain data, or None when there is none; ``groups`` says who may see it."""
    kind, _, name = key.partition(":")
    if kind not in TABLES or name not in (table := TABLES[kind](state)):
        return None
    return {"key": key, "kind": kind, "groups": ALL, kind: name, **SHOWN[kind](table[name])}


def touched(before: Zones, event: ZoneEvent) -> set[str]:
    """Return the keys of all rows that *event* may change, given the state before it."""
    match event:
        case facts.ZonePassIssued() | facts.ZonePassEnded():
            return {f"zone:{event.zone}", f"zone-pass:{event.zone_pass}"}
        case facts.ZoneStepped() | facts.ZoneStepWithdrawn():
            passes = {f"zone-pass:{one.id}" for one in before.passes.values() if one.zone == event.zone}
            return {f"zone:{event.zone}", *passes}
        case facts.ZoneStepOrdered() | facts.ZoneProlonged() | facts.ZoneReviewAsked() | facts.ZoneTermOver():
            return {f"zone:{event.zone}"}
        case facts.TestingPlanned() | facts.TestingReported() | facts.TestingClosed() | facts.TestingOverdue():
            return {f"testing:{event.testing}"}
        case facts.RuleOrdered() | facts.RuleChanged() | facts.RuleWithdrawn() | facts.RuleTermOver():
            return {f"rule:{event.rule}"}
        case facts.DayLineGiven() | facts.DayLineSettled():
            return {f"day:{event.day}"}
        case _:
            return {f"series:{event.series}"}


def _step(step: Step) -> PlainRow:
    return {
        "tier": step.tier,
        "measures": list(step.measures),
        "notice": step.notice,
        "authority": step.authority,
        "reason": step.reason,
        "decided_at": iso(step.decided_at),
        "announced_at": iso(step.announced_at),
        "effective_at": iso(step.effective_at),
        "was_effective_at": iso(step.was_effective_at),
        "line": shown_times(step.effective_at, step.was_effective_at),
        "until": iso(step.until),
        "review_at": iso(step.review_at),
        "text": step.text,
    }


def _zone(zone: Zone) -> PlainRow:
    return {
        "place": zone.place,
        "extent": zone.extent,
        "state": zone.state,
        "tier": zone.tier,
        "now": _step(zone.now) if zone.now else None,
        "pending": _step(zone.pending) if zone.pending else None,
        "asked": zone.asked,
        "decision_owed": zone.owed,
        "steps": len(zone.past) + (zone.now is not None),
    }


def _pass(one: Pass) -> PlainRow:
    return {
        "groups": CENTRE,
        "zone": one.zone,
        "private": {"holder": one.holder},
        "purpose": one.purpose,
        "until": iso(one.until),
        "ended_at": iso(one.ended_at),
        "lapsed": one.lapsed,
    }


def _testing(testing: Testing) -> PlainRow:
    as_of, sampled, positive = testing.reports[-1] if testing.reports else (None, 0, 0)
    return {
        "number": testing.number,
        "area": testing.area,
        "zones": list(testing.zones),
        "begins_at": iso(testing.begins_at),
        "ends_at": iso(testing.ends_at),
        "target": testing.target,
        "sampled": sampled,
        "positive": positive,
        "as_of": iso(as_of),
        "closed_at": iso(testing.closed_at),
        "overdue": testing.overdue,
    }


def _version(version: Version) -> PlainRow:
    return {
        "version": version.number,
        "value": version.value,
        "notice": version.notice,
        "authority": version.authority,
        "decided_at": iso(version.decided_at),
        "announced_at": iso(version.announced_at),
        "valid_from": iso(version.valid_from),
        "until": iso(version.until),
        "text": version.text,
    }


def _rule(rule: Rule) -> PlainRow:
    return {
        "now": _version(rule.versions[rule.now]) if rule.now is not None else None,
        "pending": [_version(version) for version in rule.pending()],
        "decision_owed": rule.owed,
        "versions": [_version(version) for version in rule.versions.values()],
    }


def _day(lines: Any) -> PlainRow:
    return {
        "lines": [
            {
                "line": line.line,
                "group": line.group,
                "text": line.text,
                "given_at": iso(line.given_at),
                "done": line.done,
                "why": line.why,
            }
            for line in lines
        ]
    }


def _series(series: Series) -> PlainRow:
    return {
        "groups": CENTRE,
        "addressee": series.addressee,
        "rhythm": series.rhythm,
        "due": None if series.closed else iso(series.due),
        "next": series.next,
        "until": iso(series.until),
        "closed": series.closed,
        "filed": sum(paper.filed_at is not None for paper in series.papers.values()),
        "missed": sum(paper.missed for paper in series.papers.values()),
        "owed": series.owed,
    }


TABLES: Mapping[str, Callable[[Zones], Mapping[str, Any]]] = {
    "zone": lambda state: state.zones,
    "zone-pass": lambda state: state.passes,
    "testing": lambda state: state.testings,
    "rule": lambda state: state.rules,
    "day": lambda state: state.days,
    "series": lambda state: state.series,
}

SHOWN: Mapping[str, Callable[[Any], PlainRow]] = {
    "zone": _zone,
    "zone-pass": _pass,
    "testing": _testing,
    "rule": _rule,
    "day": _day,
    "series": _series,
}
