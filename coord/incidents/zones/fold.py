"""How each fact changes zones and weeks, in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from coord.incidents.deadlines import follow
from coord.incidents.zones import facts
from coord.incidents.zones.deadlines import pass_waits, rule_waits, series_waits, testing_waits, zone_waits
from coord.incidents.zones.model import (
    DayLine,
    Paper,
    Pass,
    Rule,
    Series,
    Step,
    Testing,
    Version,
    Zone,
    ZoneEvent,
    Zones,
)


def evolve(state: Zones, event: ZoneEvent) -> Zones:
    """Return *state*, changed in place by *event*."""
    FOLDS[type(event)](state, event)
    return state


def step_of(event: facts.ZoneStepOrdered) -> Step:
    """Return the step that *event* orders."""
    return Step(
        event.tier,
        event.measures,
        event.notice,
        event.authority,
        event.reason,
        event.decided_at,
        event.announced_at,
        event.effective_at,
        event.was_effective_at,
        event.until,
        event.review_at,
        event.text,
    )


def _step_ordered(state: Zones, event: facts.ZoneStepOrdered) -> None:
    zone = state.zones.setdefault(event.zone, Zone(event.zone, event.place, event.extent))
    zone.pending = step_of(event)
    follow(state.clocks, zone_waits(zone))


def _stepped(state: Zones, event: facts.ZoneStepped) -> None:
    zone = state.zones[event.zone]
    if zone.now is not None:
        zone.past.append(zone.now)
    zone.now, zone.pending, zone.asked, zone.owed = zone.pending, None, False, False
    follow(state.clocks, zone_waits(zone))
    if event.tier is None:  # nobody needs leave where nothing is closed
        for one in state.passes.values():
            if one.zone == zone.id and one.ended_at is None:
                one.ended_at = event.at
                follow(state.clocks, pass_waits(one))


def _step_withdrawn(state: Zones, event: facts.ZoneStepWithdrawn) -> None:
    zone = state.zones[event.zone]
    zone.pending = None
    follow(state.clocks, zone_waits(zone))
    if zone.now is None:
        for one in state.passes.values():
            if one.zone == zone.id and one.ended_at is None:
                one.ended_at = event.at
                follow(state.clocks, pass_waits(one))


def _prolonged(state: Zones, event: facts.ZoneProlonged) -> None:
    zone = state.zones[event.zone]
    if zone.now is not None:
        zone.past.append(zone.now)
        zone.now = replace(zone.now, until=event.until, review_at=event.review_at, notice=event.notice)
    zone.asked, zone.owed = False, False
    follow(state.clocks, zone_waits(zone))


def _asked(state: Zones, event: facts.ZoneReviewAsked) -> None:
    zone = state.zones[event.zone]
    zone.asked = True
    follow(state.clocks, zone_waits(zone))


def _zone_over(state: Zones, event: facts.ZoneTermOver) -> None:
    zone = state.zones[event.zone]
    zone.owed = True
    follow(state.clocks, zone_waits(zone))


def _pass_issued(state: Zones, event: facts.ZonePassIssued) -> None:
    one = Pass(event.zone_pass, event.zone, event.holder, event.purpose, event.until)
    state.passes[one.id] = one
    follow(state.clocks, pass_waits(one))


def _pass_ended(state: Zones, event: facts.ZonePassEnded) -> None:
    one = state.passes[event.zone_pass]
    one.ended_at, one.lapsed = event.at, event.lapsed
    follow(state.clocks, pass_waits(one))


def _testing_planned(state: Zones, event: facts.TestingPlanned) -> None:
    testing = Testing(
        event.testing, event.number, event.area, event.zones, event.begins_at, event.ends_at, event.target
    )
    state.testings[testing.id] = testing
    follow(state.clocks, testing_waits(testing))


def _testing_reported(state: Zones, event: facts.TestingReported) -> None:
    reports = state.testings[event.testing].reports
    reports.append((event.as_of, event.sampled, event.positive))
    reports.sort(key=lambda report: report[0])


def _testing_closed(state: Zones, event: facts.TestingClosed) -> None:
    testing = state.testings[event.testing]
    testing.closed_at = event.at
    follow(state.clocks, testing_waits(testing))


def _testing_overdue(state: Zones, event: facts.TestingOverdue) -> None:
    testing = state.testings[event.testing]
    testing.overdue = True
    follow(state.clocks, testing_waits(testing))


def version_of(event: facts.RuleOrdered) -> Version:
    """Return the version that *event* orders."""
    return Version(
        event.version,
        event.value,
        event.notice,
        event.authority,
        event.decided_at,
        event.announced_at,
        event.valid_from,
        event.until,
        event.text,
    )


def _rule_ordered(state: Zones, event: facts.RuleOrdered) -> None:
    rule = state.rules.setdefault(event.rule, Rule(event.rule))
    rule.versions[event.version] = version_of(event)
    rule.given = event.version
    follow(state.clocks, rule_waits(rule))


def _rule_changed(state: Zones, event: facts.RuleChanged) -> None:
    rule = state.rules[event.rule]
    rule.now, rule.owed = event.version, False
    follow(state.clocks, rule_waits(rule))


def _rule_withdrawn(state: Zones, event: facts.RuleWithdrawn) -> None:
    rule = state.rules[event.rule]
    del rule.versions[event.version]
    follow(state.clocks, rule_waits(rule))


def _rule_over(state: Zones, event: facts.RuleTermOver) -> None:
    rule = state.rules[event.rule]
    rule.owed = True
    follow(state.clocks, rule_waits(rule))


def _line_given(state: Zones, event: facts.DayLineGiven) -> None:
    line = DayLine(event.day, event.line, event.group, event.text, event.at)
    state.days.setdefault(event.day, []).append(line)


def _line_settled(state: Zones, event: facts.DayLineSettled) -> None:
    line = state.days[event.day][event.line - 1]
    line.done, line.why = event.done, event.why


def _papers_declared(state: Zones, event: facts.PapersDeclared) -> None:
    series = Series(
        event.series, event.addressee, event.rhythm, event.begins_at, event.first_due, event.until, event.begins_at
    )
    state.series[series.id] = series
    follow(state.clocks, series_waits(series))


def _papers_closed(state: Zones, event: facts.PapersClosed) -> None:
    series = state.series[event.series]
    series.closed = True
    follow(state.clocks, series_waits(series))


def _filed(state: Zones, event: facts.PaperFiled) -> None:
    series = state.series[event.series]
    paper = series.papers.setdefault(event.number, Paper(event.number, event.due))
    paper.filed_at, paper.text = event.happened_at, event.text
    if event.number == series.next:
        _turn(state, series, event)


def _missed(state: Zones, event: facts.PaperMissed) -> None:
    series = state.series[event.series]
    series.papers[event.number] = Paper(event.number, event.due, missed=True)
    _turn(state, series, event)


def _turn(state: Zones, series: Series, event: facts.PaperFiled | facts.PaperMissed) -> None:
    series.since, series.due, series.next = event.due, event.next_due, event.number + 1
    follow(state.clocks, series_waits(series))


FOLDS: Mapping[type, Callable[[Zones, Any], None]] = {
    facts.ZoneStepOrdered: _step_ordered,
    facts.ZoneStepped: _stepped,
    facts.ZoneStepWithdrawn: _step_withdrawn,
    facts.ZoneProlonged: _prolonged,
    facts.ZoneReviewAsked: _asked,
    facts.ZoneTermOver: _zone_over,
    facts.ZonePassIssued: _pass_issued,
    facts.ZonePassEnded: _pass_ended,
    facts.TestingPlanned: _testing_planned,
    facts.TestingReported: _testing_reported,
    facts.TestingClosed: _testing_closed,
    facts.TestingOverdue: _testing_overdue,
    facts.RuleOrdered: _rule_ordered,
    facts.RuleChanged: _rule_changed,
    facts.RuleWithdrawn: _rule_withdrawn,
    facts.RuleTermOver: _rule_over,
    facts.DayLineGiven: _line_given,
    facts.DayLineSettled: _line_settled,
    facts.PapersDeclared: _papers_declared,
    facts.PapersClosed: _papers_closed,
    facts.PaperFiled: _filed,
    facts.PaperMissed: _missed,
}
"""One function per event class; a test sees to it that none is missing."""
