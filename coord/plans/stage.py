"""A scenario played through the pure core: without a clock, without a centre.

Each line changes the situation as people and weather would; the step notes
which questions it opens, which standing orders it fires, which tasks are new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from coord.plans.asks import asked, fired
from coord.plans.desired import Wish
from coord.plans.model import PlanSet
from coord.plans.parts import Scenario
from coord.plans.rounds import course
from coord.plans.script import FIRST_DAY, Line, given_line, moment, place_rows, window
from coord.plans.signals import Reading, Seen
from coord.plans.terms import Misread
from coord.plans.wanted import LEVELS, InForce, Level, PlaceRow, Situation, Triggered, Wanted, rank


@dataclass(frozen=True, slots=True)
class Step:
    """What one line of a scenario led to: questions opened, standing orders fired, tasks that are new."""

    line: Line
    asks: tuple[tuple[str, datetime], ...]
    fires: tuple[str, ...]
    new: tuple[Wanted, ...]
    situation: Situation
    rows: tuple[PlaceRow, ...]

    @property
    def at(self) -> datetime:
        """When it happened."""
        return self.situation.at

    @property
    def orders(self) -> int:
        """How many groups got something: one order each."""
        return len({task.group for task in self.new})


class Play:
    """A scenario on its way. Raises :exc:`coord.plans.terms.Misread` on a line that cannot be read."""

    def __init__(self, plans: PlanSet, plan: str, scenario: Scenario) -> None:
        self.plans = plans
        self.plan = plan
        self.rows = tuple(row for text in scenario.places for row in place_rows(text))
        self.situation = Situation(FIRST_DAY.replace(tzinfo=plans.zone), (), properties=scenario.properties)
        self.steps: list[Step] = []
        self.facts: dict[str, Seen | Reading] = {}
        self._wish = Wish(plans)
        self.opened: set[str] = set()
        self._lit: dict[tuple[str, str], set[str]] = {}
        self._keys: set[str] = set()

    def line(self, line: Line) -> None:
        """Let *line* happen and note what it leads to."""
        if line.at < self.situation.at:
            raise Misread(f"“{line.text}” stands after a later line; put the lines in the order of time")
        self.situation = _HAPPENS[line.verb](self, replace(self.situation, at=line.at), line)
        asks = tuple(self._asks(line.at))
        fires = self._fires()
        tasks = self._wish.desired(self.situation, self.rows).tasks
        new = tuple(task for task in tasks if task.key not in self._keys)
        self._keys |= {task.key for task in tasks}
        self.steps.append(Step(line, asks, fires, new, self.situation, self.rows))

    def _asks(self, at: datetime) -> Iterator[tuple[str, datetime]]:
        levels = {force.plan: force.level for force in self.situation.activations}
        for rule in asked(self.plans, self.plan, list(self.facts.values()), levels.get(self.plan)):
            question = str(rule.question)
            if question not in self.opened:
                self.opened.add(question)
                yield question, at + rule.within

    def _fires(self) -> tuple[str, ...]:
        names = []
        for plan in (self.plan, self.plans.master.plan):
            for one in fired(self.plans, plan, list(self.facts.values())):
                lit = self._lit.setdefault((plan, one.order.id), set())
                news = {*(one.places or ("everywhere",))} - lit
                if news and "everywhere" not in lit:
                    lit |= news
                    names.append(one.order.id)
                    places = tuple(sorted(news - {"everywhere"}))
                    what = Triggered(plan, one.order.id, self.situation.at, places)
                    self.situation = replace(self.situation, triggered=(*self.situation.triggered, what))
        return tuple(names)


def play(plans: PlanSet, plan: str, scenario: Scenario) -> list[Step]:
    """Return what each line of *scenario* leads to; raises :exc:`coord.plans.terms.Misread`."""
    playing = Play(plans, plan, scenario)
    for text in scenario.given:
        playing.line(given_line(text, plans.zone))
    return playing.steps


Happens = Callable[[Play, Situation, Line], Situation]


def _signal(playing: Play, now: Situation, line: Line) -> Situation:
    system, code = str(line.words[0]), str(line.words[1])
    if code == "off":
        playing.facts.pop(system, None)
    else:
        playing.facts[system] = Seen(system, code)
    return now


def _reading(playing: Play, now: Situation, line: Line) -> Situation:
    quantity, over, value, unit, how, name = line.words
    place = str(name) if how == "for" else ""
    reading = Reading(str(quantity), float(value or 0), str(unit), window(over), str(name or ""), place)
    playing.facts[f"{quantity}/{over}/{name}"] = reading
    return now


def _milestone(playing: Play, now: Situation, line: Line) -> Situation:
    name, when = str(line.words[0]), str(line.words[1])
    rest = {key: at for key, at in now.milestones.items() if key != name}
    return replace(now, milestones=rest if when == "off" else {**rest, name: moment(when, playing.plans.zone)})


def _property(_: Play, now: Situation, line: Line) -> Situation:
    return replace(now, properties={**now.properties, str(line.words[0]): str(line.words[1])})


def _start(playing: Play, now: Situation, line: Line) -> Situation:
    plan, level = line.words[0] or playing.plan, _level(line)
    before = next((force for force in now.activations if force.plan == plan), None)
    since = dict.fromkeys(LEVELS[: rank(level)], now.at)
    if before is None:
        force = InForce(plan, playing.plans.digest, plan, level, "", since, since)
    else:
        times = {**since, **before.since}
        kept = {one: at for one, at in before.left.items() if rank(one) > rank(level)}
        force = replace(
            before,
            level=level,
            since=times,
            decided=times,
            left=kept,
            raised=before.raised + 1,
            raised_at=now.at,
            course=(*course(before), (now.at, level)),
        )
    playing.opened = {question for question in playing.opened if question != f"start {level}"}
    return replace(now, activations=(*(one for one in now.activations if one.plan != plan), force))


def _lower(playing: Play, now: Situation, line: Line) -> Situation:
    plan, level = line.words[0] or playing.plan, _level(line)
    forces = []
    for force in now.activations:
        if force.plan != plan:
            forces.append(force)
            continue
        above = {one: now.at for one in force.since if rank(one) > rank(level) and one not in force.left}
        forces.append(
            replace(force, level=level, left={**force.left, **above}, course=(*course(force), (now.at, level)))
        )
    return replace(now, activations=tuple(forces))


def _end(_: Play, now: Situation, __: Line) -> Situation:
    return replace(now, activations=tuple(replace(one, level=None) for one in now.activations), ended_at=now.at)


def _level(line: Line) -> Level:
    return str(line.words[1])  # type: ignore[return-value]  # the pattern allows only levels


_HAPPENS: dict[str, Happens] = {
    "signal": _signal,
    "reading": _reading,
    "milestone": _milestone,
    "property": _property,
    "start": _start,
    "lower": _lower,
    "end": _end,
}
