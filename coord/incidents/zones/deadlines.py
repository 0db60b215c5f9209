"""What zones and weeks wait for: effect, review, term, pass, round, rule, paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from coord.events import Clocks, Tick
from coord.incidents.deadlines import follow
from coord.incidents.spans import next_slot
from coord.incidents.ticks import CLOCK
from coord.incidents.zones import facts
from coord.incidents.zones.facts import ZoneEvent
from coord.incidents.zones.model import Pass, Rule, Series, Testing, Zone, Zones


def zone_waits(zone: Zone) -> dict[str, datetime | None]:
    """Return what *zone* waits for: its next step, the question 24 h ahead, the end of its term.

    At one and the same moment the step comes first: what it eases owes no decision.
    """
    now = zone.now if zone.state == "in-force" else None
    return {
        f"effect:{zone.id}": zone.pending.effective_at if zone.pending else None,
        f"review:{zone.id}": now.review_at if now and not zone.asked else None,
        f"term:{zone.id}": now.until if now and not zone.owed else None,
    }


def pass_waits(one: Pass) -> dict[str, datetime | None]:
    """Return when a pass lapses."""
    return {f"pass:{one.id}": one.until if one.ended_at is None else None}


def testing_waits(testing: Testing) -> dict[str, datetime | None]:
    """Return when a round must be over."""
    open_ = testing.closed_at is None and not testing.overdue
    return {f"testing:{testing.id}": testing.ends_at if open_ else None}


def rule_waits(rule: Rule) -> dict[str, datetime | None]:
    """Return when the next version holds, and when the one that holds runs out."""
    now = rule.versions[rule.now] if rule.now is not None else None
    pending = rule.pending()
    return {
        f"rule:{rule.id}": pending[0].valid_from if pending else None,
        f"validity:{rule.id}": now.until if now is not None and not rule.owed else None,
    }


def series_waits(series: Series) -> dict[str, datetime | None]:
    """Return when the next paper is due."""
    return {f"paper:{series.id}": None if series.closed else series.due}


def expected_clocks(state: Zones) -> Clocks:
    """Return from scratch what *state* waits for; always equal to ``state.clocks``."""
    clocks = Clocks()
    for zone in state.zones.values():
        follow(clocks, zone_waits(zone))
    for one in state.passes.values():
        follow(clocks, pass_waits(one))
    for testing in state.testings.values():
        follow(clocks, testing_waits(testing))
    for rule in state.rules.values():
        follow(clocks, rule_waits(rule))
    for series in state.series.values():
        follow(clocks, series_waits(series))
    return clocks


def following(series: Series, due: datetime) -> datetime | None:
    """Return when the paper after the one of *due* is due; None when the series ends before."""
    slot = next_slot(series.rhythm, due)
    return None if series.until is not None and slot > series.until else slot


def tick(state: Zones, tick: Tick, at: datetime) -> Sequence[ZoneEvent]:
    """Fire all that is due at the tick, in the order of (due, key)."""
    events: list[ZoneEvent] = []
    stepped: set[str] = set()
    for deadline in state.clocks.due(min(tick.at, at)):
        kind, _, key = deadline.key.partition(":")
        if kind in {"review", "term"} and key in stepped:
            continue  # the step that has just taken effect has a term of its own
        if kind == "validity" and key in stepped:
            continue
        if kind in {"effect", "rule"}:
            stepped.add(key)
        events += _fired(state, kind, key, deadline.due, at)
    return events


def _fired(state: Zones, kind: str, key: str, due: datetime, at: datetime) -> Iterator[ZoneEvent]:
    if kind == "effect":
        yield from stepped(state.zones[key], at, CLOCK)
    elif kind == "review":
        now = state.zones[key].now
        yield facts.ZoneReviewAsked(at=at, by=CLOCK, zone=key, until=(now.until if now else None) or due)
    elif kind == "term":
        yield facts.ZoneTermOver(at=at, by=CLOCK, zone=key, until=due)
    elif kind == "pass":
        yield facts.ZonePassEnded(at=at, by=CLOCK, zone=state.passes[key].zone, zone_pass=key, lapsed=True)
    elif kind == "testing":
        yield facts.TestingOverdue(at=at, by=CLOCK, testing=key, missed=due)
    elif kind == "rule":
        yield from changed(state.rules[key], at, CLOCK)
    elif kind == "validity":
        yield facts.RuleTermOver(at=at, by=CLOCK, rule=key, version=state.rules[key].now or 0, until=due)
    elif kind == "paper":
        yield from _papers(state.series[key], at)


def stepped(zone: Zone, at: datetime, by: str) -> Iterator[ZoneEvent]:
    """Yield the effect of the pending step of *zone*, and what of its term has passed by *at* already."""
    step = zone.pending
    if step is None:
        return
    yield facts.ZoneStepped(at=at, by=by, zone=zone.id, tier=step.tier, effective_at=step.effective_at)
    if step.tier is None or step.until is None:
        return
    if step.review_at is not None and step.review_at <= at:
        yield facts.ZoneReviewAsked(at=at, by=by, zone=zone.id, until=step.until)
    if step.until <= at:
        yield facts.ZoneTermOver(at=at, by=by, zone=zone.id, until=step.until)


def changed(rule: Rule, at: datetime, by: str) -> Iterator[ZoneEvent]:
    """Yield the change to each version of *rule* whose time has come; of several the last one's term counts."""
    was = rule.now
    for version in rule.pending():
        if version.valid_from > at:
            break
        yield facts.RuleChanged(
            at=at, by=by, rule=rule.id, version=version.number, was=was, valid_from=version.valid_from
        )
        was = version.number
    last = rule.versions[was] if was is not None else None
    if last is not None and was != rule.now and last.until is not None and last.until <= at:
        yield facts.RuleTermOver(at=at, by=by, rule=rule.id, version=last.number, until=last.until)


def _papers(series: Series, at: datetime) -> Iterator[ZoneEvent]:
    due, number = series.due, series.next
    while due is not None and due <= at:
        upcoming = following(series, due)
        yield facts.PaperMissed(at=at, by=CLOCK, series=series.id, number=number, due=due, next_due=upcoming)
        due, number = upcoming, number + 1
