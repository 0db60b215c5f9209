"""Stop-measures as rows by key: one a stop, one a decision with its line "12:00 (was 19:00)", one an exemption."""

from __future__ import annotations

from collections.abc import Iterator

from coord.incidents.measures import facts
from coord.incidents.measures.model import Exemption, Measure, MeasureEvent, Measures
from coord.incidents.plain import ALL, PlainRow, iso
from coord.incidents.spans import local, shown_times


def keys(state: Measures) -> Iterator[str]:
    """Yield the keys of all rows."""
    yield from (f"measure:{name}" for name in state.measures)
    yield from (f"stops:{name}" for name in state.orders)
    yield from (f"exemption:{name}" for name in state.exemptions)


def row(state: Measures, key: str) -> PlainRow | None:
    """Return the row under *key* as plain data, or None when there is none; ``groups`` says who may see it."""
    kind, _, name = key.partition(":")
    if kind == "measure" and name in state.measures:
        return _measure(state, state.measures[name])
    if kind == "stops" and name in state.orders:
        return _stops(state, name)
    if kind == "exemption" and name in state.exemptions:
        return _exemption(state.exemptions[name])
    return None


def touched(before: Measures, event: MeasureEvent) -> set[str]:
    """Return the keys of all rows that *event* may change, given the state before it."""
    found = {f"measure:{event.measure}"}
    if isinstance(event, facts.MeasureOrdered):
        return {*found, f"stops:{event.order}"}
    measure = before.measures[event.measure]
    found |= {f"stops:{measure.order}"}
    if isinstance(event, facts.MeasureSplit):
        found.add(f"measure:{event.part}")
    if isinstance(event, facts.MeasureExempted | facts.ExemptionEnded):
        found |= {f"exemption:{event.exemption}", *(f"measure:{part}" for part in measure.parts)}
    if isinstance(event, facts.MeasureLifted | facts.MeasureWithdrawn):
        found |= {f"exemption:{e.id}" for e in before.exemptions.values() if e.measure == measure.id}
        found |= {f"measure:{part}" for part in measure.parts}
    return found


def line(measure: Measure) -> str:
    """Return in one line from when to when: ``12:00 (was 19:00) – further notice``."""
    begins = shown_times(measure.effective_at, measure.was)
    if measure.lifted_at is not None or measure.lift_at is not None:
        return f"{begins} – {local(measure.lifted_at or measure.lift_at or measure.effective_at, measure.effective_at)}"
    end = local(measure.until, measure.effective_at) if measure.until else "further notice"
    return f"{begins} – {end}"


def _measure(state: Measures, measure: Measure) -> PlainRow:
    return {
        "key": f"measure:{measure.id}",
        "kind": "measure",
        "groups": ALL,
        "measure": measure.id,
        "order": measure.order,
        "stop": measure.stop,
        "act": measure.act,
        "area": measure.area,
        "sectors": list(measure.sectors),
        "services": list(measure.services),
        "exempt": list(measure.exempt),
        "exemptions": [
            exemption.id
            for exemption in state.exemptions.values()
            if exemption.measure in {measure.id, measure.part_of} and exemption.ended_at is None
        ],
        "part_of": measure.part_of,
        "parts": list(measure.parts),
        "state": measure.state,
        "line": line(measure),
        "authority": measure.authority,
        "basis": measure.basis,
        "reason": measure.reason,
        "hazard": measure.hazard,
        "incident": measure.incident,
        "decision": measure.decision,
        "document": measure.document,
        "text": measure.text,
        **_times(measure),
        **_end(measure),
    }


def _times(measure: Measure) -> PlainRow:
    return {
        "decided_at": iso(measure.decided_at),
        "announced_at": iso(measure.announced_at),
        "unannounced": measure.unannounced,
        "effective_at": iso(measure.effective_at),
        "was_effective_at": iso(measure.was),
        "until": iso(measure.until),
        "decision_owed": measure.term_over,
    }


def _end(measure: Measure) -> PlainRow:
    return {
        "lift_at": iso(measure.lift_at),
        "lift_by": measure.lift_by,
        "lift_announced_at": iso(measure.lift_announced_at),
        "lifted_at": iso(measure.lifted_at),
        "resume": measure.resume,
        "resume_due": iso(measure.resume_due),
        "resumption": measure.resumption,
        "resume_overdue": measure.resume_overdue,
    }


def _stops(state: Measures, order: str) -> PlainRow:
    """One thread a decision: what the public sees of it, in one line for each time of effect."""
    measures = [state.measures[name] for name in state.orders[order]]
    lines: dict[str, list[str]] = {}
    for measure in measures:
        if measure.live:
            where = f"{measure.stop}@{measure.area}" if measure.part_of else measure.stop
            lines.setdefault(line(measure), []).append(where)
    return {
        "key": f"stops:{order}",
        "kind": "stops",
        "groups": ALL,
        "stops": order,
        "authority": measures[0].authority,
        "document": max((measure.document for measure in measures), default=""),
        "measures": [measure.id for measure in measures],
        "states": {measure.id: measure.state for measure in measures},
        "lines": lines,
        "owed": [measure.id for measure in measures if measure.term_over],
        "resumptions_owed": [m.resume for m in measures if m.state == "lifted" and m.resumption != "resumed"],
    }


def _exemption(exemption: Exemption) -> PlainRow:
    return {
        "key": f"exemption:{exemption.id}",
        "kind": "exemption",
        "groups": ALL,
        "exemption": exemption.id,
        "measure": exemption.measure,
        "sectors": list(exemption.sectors),
        "places": list(exemption.places),
        "until": iso(exemption.until),
        "why": exemption.why,
        "text": exemption.text,
        "given_at": iso(exemption.given_at),
        "by": exemption.by,
        "ended_at": iso(exemption.ended_at),
        "lapsed": exemption.lapsed,
    }
