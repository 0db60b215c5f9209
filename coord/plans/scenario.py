"""Scenarios are a plan's own tests: what it must ask, order and want when signals come and people decide.

The check plays all of them; a plan whose scenario fails is not adopted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from coord.plans.desired import desired
from coord.plans.model import PlanSet
from coord.plans.parts import Scenario
from coord.plans.script import Line, expected_line, moment, moment_text
from coord.plans.stage import Step, play
from coord.plans.terms import Misread
from coord.plans.wanted import Wanted


@dataclass(frozen=True, slots=True)
class Failure:
    """An expectation that was not met: its number in ``expect`` (or ``given``), and what was there instead."""

    section: str
    index: int
    said: str


def failures(plans: PlanSet, plan: str, scenario: Scenario) -> list[Failure]:
    """Return the expectations of *scenario* that are not met, with what was there instead."""
    try:
        steps = play(plans, plan, scenario)
    except Misread as error:
        return [Failure("given", 0, str(error))]
    found = []
    for index, text in enumerate(scenario.expect):
        try:
            said = _EXPECTED[(line := expected_line(text, plans.zone)).verb](plans, steps, line)
        except Misread as error:
            said = str(error)
        if said:
            found.append(Failure("expect", index, f"“{text}”: {said}"))
    return found


def _at(steps: list[Step], at: datetime) -> list[Step]:
    return [step for step in steps if step.at == at]


def _tasks(plans: PlanSet, steps: list[Step], at: datetime) -> list[Wanted]:
    past = [step for step in steps if step.at <= at]
    if not past:
        return []
    return list(desired(plans, replace(past[-1].situation, at=at), past[-1].rows).tasks)


def _asks(plans: PlanSet, steps: list[Step], line: Line) -> str:
    what, until = line.words
    opened = [ask for step in _at(steps, line.at) for ask in step.asks]
    if what == "nothing":
        return f"it asks {opened[0][0]}" if opened else ""
    limits = [limit for question, limit in opened if question == what]
    if not limits:
        return f"it asks {', '.join(question for question, _ in opened) or 'nothing'}"
    if until and moment(until, plans.zone) != limits[0]:
        return f"it asks until {moment_text(limits[0], plans.zone)}"
    return ""


def _fires(_: PlanSet, steps: list[Step], line: Line) -> str:
    names = [name for step in _at(steps, line.at) for name in step.fires]
    return "" if line.words[0] in names else f"fires {', '.join(names) or 'nothing'}"


def _orders(_: PlanSet, steps: list[Step], line: Line) -> str:
    groups = {task.group for step in _at(steps, line.at) for task in step.new}
    return "" if len(groups) == int(line.words[0] or 0) else f"orders {len(groups)} ({', '.join(sorted(groups))})"


def _count(plans: PlanSet, steps: list[Step], line: Line) -> str:
    count = len(_tasks(plans, steps, line.at))
    return "" if count == int(line.words[0] or 0) else f"there are {count} tasks"


def _wants(plans: PlanSet, steps: list[Step], line: Line) -> str:
    duty, group, by, rows = line.words
    tasks = [task for task in _tasks(plans, steps, line.at) if task.duty == duty]
    if not tasks:
        return "nobody is asked for it"
    dues = {due for task in tasks if (due := task.due or task.round_due) is not None}
    if group and any(task.group != group for task in tasks):
        return f"it is asked of {tasks[0].group}"
    if by and dues != {moment(by, plans.zone)}:
        return f"it is due {', '.join(moment_text(due, plans.zone) for due in sorted(dues)) or 'at no time'}"
    count = len({row for task in tasks for row in task.rows})
    return f"it has {count} rows" if rows and count != int(rows) else ""


def _no(plans: PlanSet, steps: list[Step], line: Line) -> str:
    asked_of = {task.group for task in _tasks(plans, steps, line.at) if task.duty == line.words[0]}
    return f"it is asked of {', '.join(sorted(asked_of))}" if asked_of else ""


def _round(plans: PlanSet, steps: list[Step], line: Line) -> str:
    number, duty, due = line.words
    seen = {
        (task.round, moment_text(task.round_due, plans.zone))
        for task in _tasks(plans, steps, line.at)
        if task.duty == duty and task.round_due
    }
    return "" if seen == {(int(number or 0), str(due))} else f"open is {sorted(seen) or 'no round'}"


def _rows(plans: PlanSet, steps: list[Step], line: Line) -> str:
    tasks = _tasks(plans, steps, steps[-1].at) if steps else []
    count = len({row for task in tasks if task.duty == line.words[0] for row in task.rows})
    return "" if count == int(line.words[1] or 0) else f"there are {count} rows"


def _alarms(_: PlanSet, steps: list[Step], line: Line) -> str:
    count = sum(len(step.asks) + len(step.fires) for step in steps)
    return "" if count <= int(line.words[0] or 0) else f"there are {count} alarms"


_EXPECTED: dict[str, Callable[[PlanSet, list[Step], Line], str]] = {
    "asks": _asks,
    "fires": _fires,
    "orders": _orders,
    "tasks": _count,
    "wants": _wants,
    "no": _no,
    "round": _round,
    "rows": _rows,
    "alarms": _alarms,
}
