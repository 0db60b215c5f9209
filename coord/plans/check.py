"""All that is wrong with a set of plans, at once, each with file, line, rule and a sentence."""

from __future__ import annotations

from collections.abc import Mapping

from coord.errors import Finding, errors_in
from coord.plans.lines import Lines, finding
from coord.plans.load import Reading, read
from coord.plans.model import PlanSet
from coord.plans.references import references
from coord.plans.scenario import failures
from coord.plans.soundness import soundness
from coord.plans.wording import wording


def check(plans: PlanSet, lines: Lines | None = None) -> list[Finding]:
    """Return all findings of a set that could be read, ordered by file and line."""
    where = lines or Lines()
    findings = references(plans, where)
    if not errors_in(findings):
        findings += soundness(plans, where)
        findings += wording(plans, where)
        findings += scenarios(plans, where)
    return sorted(findings, key=_place)


def check_files(files: Mapping[str, bytes]) -> tuple[PlanSet | None, list[Finding]]:
    """Return the set in *files* if it has no error, and all findings, ordered by file and line."""
    return check_reading(read(files))


def check_reading(reading: Reading) -> tuple[PlanSet | None, list[Finding]]:
    """Return the set that was read if it has no error, and all findings, ordered by file and line."""
    findings = list(reading.findings)
    if reading.plans is not None:
        if errors_in(findings):
            findings += references(reading.plans, reading.lines)
        else:
            findings += check(reading.plans, reading.lines)
    fit = not errors_in(findings)
    return (reading.plans if fit else None), sorted(findings, key=_place)


def scenarios(plans: PlanSet, lines: Lines) -> list[Finding]:
    """Return a finding for each expectation of a scenario that is not met, and for a plan without any."""
    found = []
    for plan in plans.plans:
        if plan.kind == "specific" and not plan.scenarios:
            said = f"“{plan.plan}” has no scenario; nobody knows whether it does what it should"
            found.append(finding("warning", lines.at(plan.plan), "no-scenario", said))
        for scenario in plan.scenarios:
            where = lines.at(plan.plan, "scenarios", scenario.name)
            for failure in failures(plans, plan.plan, scenario):
                code = "failing-scenario" if failure.section == "expect" else "bad-scenario"
                found.append(finding("error", where, code, f"scenario “{scenario.name}”: {failure.said}"))
    return found


def _place(one: Finding) -> tuple[str, int, str, str, str]:
    return (one.source, one.line, one.path, one.code, one.text)
