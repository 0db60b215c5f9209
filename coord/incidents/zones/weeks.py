"""What a long incident does day by day: rounds of tests, rules, the order of the day, papers that are owed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from coord.errors import NotFound, Refused
from coord.incidents.said import told
from coord.incidents.spans import beginning, next_slot, rhythm_of, span
from coord.incidents.times import happened, sane, sane_or_none
from coord.incidents.zones import commands as do
from coord.incidents.zones import facts
from coord.incidents.zones.deadlines import changed, following
from coord.incidents.zones.facts import ZoneEvent
from coord.incidents.zones.fold import version_of
from coord.incidents.zones.model import Rule, Series, Testing, Zones

MOST = 1_000_000_000
"""No count of people that can be meant is larger."""


def plan_testing(state: Zones, wish: do.PlanTesting, at: datetime) -> Sequence[ZoneEvent]:
    """Plan a round; the same area and time again is the same round."""
    begins_at, ends_at = sane(wish.begins_at, at, "begins at"), sane(wish.ends_at, at, "ends at")
    if ends_at <= max(begins_at, at):
        raise Refused("it would end before it begins", "ends-before-it-begins")
    if not 0 < wish.target <= MOST:
        raise Refused("say how many people are to be tested", "absurd-figure")
    said = (wish.area, wish.zones, begins_at, ends_at)
    if any((t.area, t.zones, t.begins_at, t.ends_at) == said for t in state.testings.values()):
        return []
    number = len(state.testings) + 1
    return [
        facts.TestingPlanned(
            at=at,
            by=wish.by,
            testing=f"T-{number}",
            number=number,
            area=wish.area,
            zones=wish.zones,
            begins_at=begins_at,
            ends_at=ends_at,
            target=wish.target,
        )
    ]


def report_testing(state: Zones, wish: do.ReportTesting, at: datetime) -> Sequence[ZoneEvent]:
    """Take in how far a round is; what was sampled cannot become fewer."""
    testing = _testing(state, wish.testing)
    as_of = happened(wish.as_of, at)
    if not 0 <= wish.positive <= wish.sampled <= MOST:
        raise Refused(f"{wish.positive} of {wish.sampled} cannot be meant", "absurd-figure")
    if testing.reports:
        last, sampled, positive = testing.reports[-1]
        if (as_of, wish.sampled, wish.positive) == (last, sampled, positive):
            return []
        if as_of >= last and (wish.sampled < sampled or wish.positive < positive):
            raise Refused(f"{sampled} were sampled and {positive} positive already", "figure-lower")
    said = told(wish, at)
    return [
        facts.TestingReported(**said, testing=testing.id, sampled=wish.sampled, positive=wish.positive, as_of=as_of)
    ]


def close_testing(state: Zones, wish: do.CloseTesting, at: datetime) -> Sequence[ZoneEvent]:
    """End a round; one that is over is over."""
    testing = _testing(state, wish.testing)
    return [] if testing.closed_at else [facts.TestingClosed(at=at, by=wish.by, testing=testing.id)]


def order_rule(state: Zones, wish: do.OrderRule, at: datetime) -> Sequence[ZoneEvent]:
    """Give a rule another content; what it says already is not ordered twice."""
    if not wish.rule or not wish.value or not wish.authority:
        raise Refused("a rule needs an id, a content and who decides it", "rule-unfit")
    if not wish.notice:
        raise Refused("a rule has the number of its notice", "notice-missing")
    times = span(at, wish.decided_at, wish.announced_at, wish.valid_from, wish.until)
    known = state.rules.get(wish.rule, Rule(wish.rule))
    last = known.versions.get(max(known.versions, default=0))
    if last is not None and (last.value, last.notice, last.until) == (wish.value, wish.notice, times.until):
        return []
    held = known.versions.get(known.now or 0)
    if held is not None and times.effective_at < held.valid_from:
        raise Refused(f"{wish.rule} is {held.value} since {held.valid_from.isoformat()}; that is over", "rule-unfit")
    ordered = facts.RuleOrdered(
        at=at,
        by=wish.by,
        rule=wish.rule,
        version=known.given + 1,
        value=wish.value,
        notice=wish.notice,
        authority=wish.authority,
        decided_at=times.decided_at,
        announced_at=times.announced_at,
        valid_from=times.effective_at,
        until=times.until,
        text=wish.text,
    )
    after = Rule(known.id, {**known.versions, ordered.version: version_of(ordered)}, known.now)
    return [ordered, *changed(after, at, wish.by)]


def withdraw_rule(state: Zones, wish: do.WithdrawRule, at: datetime) -> Sequence[ZoneEvent]:
    """Take a version back that does not hold yet."""
    rule = state.rules.get(wish.rule)
    if rule is None or wish.version not in rule.versions:
        raise NotFound(f"there is no version {wish.version} of rule {wish.rule}")
    if wish.version not in {version.number for version in rule.pending()}:
        raise Refused(f"version {wish.version} holds or held; give the rule another content", "not-pending")
    return [facts.RuleWithdrawn(at=at, by=wish.by, rule=rule.id, version=wish.version)]


def give_line(state: Zones, wish: do.GiveDayLine, at: datetime) -> Sequence[ZoneEvent]:
    """Write a line of the order of a day; the same line twice is one."""
    day = _day(wish.day)
    if not wish.group or not wish.text:
        raise Refused("a line of the day says which group does what", "line-unfit")
    lines = state.days.get(day, [])
    if any((line.group, line.text) == (wish.group, wish.text) for line in lines):
        return []
    number = len(lines) + 1
    return [facts.DayLineGiven(at=at, by=wish.by, day=day, line=number, group=wish.group, text=wish.text)]


def settle_line(state: Zones, wish: do.SettleDayLine, at: datetime) -> Sequence[ZoneEvent]:
    """Settle a line; done stays done."""
    lines = {line.line: line for line in state.days.get(_day(wish.day), [])}
    if (line := lines.get(wish.line)) is None:
        raise NotFound(f"the order of {wish.day} has no line {wish.line}")
    if line.done or (line.done, line.why) == (wish.done, wish.why):
        return []
    if not wish.done and not wish.why:
        raise Refused("say why it was not done", "why-missing")
    said = told(wish, at)
    return [facts.DayLineSettled(**said, day=line.day, line=line.line, done=wish.done, why=wish.why)]


def declare_papers(state: Zones, wish: do.DeclarePapers, at: datetime) -> Sequence[ZoneEvent]:
    """Owe a series of papers; a series is declared once."""
    if not wish.series or not wish.addressee:
        raise Refused("a series of papers has a name and goes to somebody", "series-unfit")
    rhythm_of(wish.rhythm)
    begins_at = beginning(wish.begins_at, at)
    until = sane_or_none(wish.until, at, "until")
    first = next_slot(wish.rhythm, begins_at)
    if until is not None and until < first:
        raise Refused("it would end before it begins", "ends-before-it-begins")
    if (known := state.series.get(wish.series)) is not None:
        if (known.addressee, known.rhythm, known.until, known.closed) == (wish.addressee, wish.rhythm, until, False):
            return []
        raise Refused(f"{wish.series} is owed to {known.addressee} already", "series-exists")
    return [
        facts.PapersDeclared(
            at=at,
            by=wish.by,
            series=wish.series,
            addressee=wish.addressee,
            rhythm=wish.rhythm,
            begins_at=begins_at,
            first_due=first,
            until=until,
        )
    ]


def close_papers(state: Zones, wish: do.ClosePapers, at: datetime) -> Sequence[ZoneEvent]:
    """Owe no further paper; what was missed stays owed."""
    series = _series(state, wish.series)
    return [] if series.closed else [facts.PapersClosed(at=at, by=wish.by, series=series.id)]


def file(state: Zones, wish: do.FilePaper, at: datetime) -> Sequence[ZoneEvent]:
    """File a paper: the next one from half a round before it is due, or one that was missed."""
    series = _series(state, wish.series)
    if not wish.text:
        raise Refused("a paper has a text", "text-missing")
    said = told(wish, at)
    number = wish.number if wish.number is not None else series.next
    if (paper := series.papers.get(number)) is not None:
        if paper.filed_at is not None:
            if paper.text == wish.text:
                return []
            raise Refused(f"number {number} of {series.id} is filed already", "filed-already")
        return [
            facts.PaperFiled(
                **said, series=series.id, number=number, due=paper.due, text=wish.text, late=True, next_due=series.due
            )
        ]
    if number != series.next or series.due is None or series.closed:
        raise Refused(f"{series.id} owes no number {number}", "not-owed")
    if at < series.since + (series.due - series.since) / 2:
        raise Refused(f"number {number} is due at {series.due.isoformat()}; it is too early for it", "too-early")
    return [
        facts.PaperFiled(
            **said,
            series=series.id,
            number=number,
            due=series.due,
            text=wish.text,
            late=False,
            next_due=following(series, series.due),
        )
    ]


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as bad:
        raise Refused(f"{text} is no day; write 2022-07-03", "line-unfit") from bad


def _testing(state: Zones, name: str) -> Testing:
    if name not in state.testings:
        raise NotFound(f"there is no round {name}")
    return state.testings[name]


def _series(state: Zones, name: str) -> Series:
    if name not in state.series:
        raise NotFound(f"there is no series {name}")
    return state.series[name]
