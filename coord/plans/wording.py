"""What a set of plans says, and in which languages.

What the public reads must be there in every language of the set; an internal
title needs only the first, the others are a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from coord.errors import Finding
from coord.plans.lines import Lines, finding
from coord.plans.model import Plan, PlanSet
from coord.plans.node import Where

SLOT = re.compile(r"\{([^{}]*)\}")


def internal_keys(plan: Plan) -> dict[str, str]:
    """Return the home text of everything in *plan* that has an internal title, by the key of its translations."""
    found = {"plan": plan.title}
    found |= {f"group.{one.code}": one.title for one in plan.groups}
    found |= {f"duty.{one.id}": one.title for one in plan.duties}
    found |= {f"standing.{one.id}": one.title for one in plan.standing}
    found |= {f"milestone.{one.id}": one.title for one in plan.milestones}
    found |= {f"ledger.{one.id}": one.title for one in plan.ledgers}
    found |= {f"report.{one.id}": one.title for one in plan.reports}
    found |= {f"post.{name}": title for name, title in plan.posts.items()}
    found |= {f"place.{name}": title for name, title in plan.places.items()}
    return found


def public_keys(plan: Plan) -> dict[str, str]:
    """Return the home text of everything in *plan* that the public reads, by the key of its translations."""
    found = {f"template.{one.id}": one.text for one in plan.templates}
    return found | {f"measure.{one.id}": one.title for one in plan.measures}


def wording(plans: PlanSet, lines: Lines) -> list[Finding]:
    """Return every text that is missing, stale or has other slots than it should."""
    found: list[Finding] = []
    for plan in plans.plans:
        found += _missing(plans, plan, lines)
        found += _stale(plans, plan, lines)
        found += _slots(plans, plan, lines)
    for name, language in lines.texts:
        if name not in plans.by_id:
            where = lines.text_at(name, language, "plan")
            found.append(finding("warning", where, "stale-text", f"there is no plan “{name}” for these texts"))
    return found


def _missing(plans: PlanSet, plan: Plan, lines: Lines) -> Iterator[Finding]:
    texts = plans.texts.get(plan.plan, {})
    for language in plans.master.languages[1:]:
        known = texts.get(language, {})
        for key in public_keys(plan):
            if key not in known:
                said = f"the public text “{key}” is missing in {language}"
                yield finding("error", _where(plan, key, lines), "missing-language", said)
        lacking = [key for key in internal_keys(plan) if key not in known]
        if lacking:
            said = f"{len(lacking)} internal titles are missing in {language}: {', '.join(lacking[:5])}" + (
                " …" if len(lacking) > 5 else ""
            )
            yield finding("warning", lines.text_at(plan.plan, language, "texts"), "missing-title", said)


def _stale(plans: PlanSet, plan: Plan, lines: Lines) -> Iterator[Finding]:
    keys = internal_keys(plan).keys() | public_keys(plan).keys()
    for language, texts in plans.texts.get(plan.plan, {}).items():
        if language not in plans.master.languages[1:]:
            said = f"{language} is not one of the languages that are translated into"
            yield finding("warning", lines.text_at(plan.plan, language, "language"), "stale-text", said)
            continue
        for key in texts:
            if key not in keys:
                said = f"“{key}” is a text for something that the plan does not have"
                yield finding("warning", lines.text_at(plan.plan, language, key), "stale-text", said)


def _slots(plans: PlanSet, plan: Plan, lines: Lines) -> Iterator[Finding]:
    home = plans.master.languages[0]
    for template in plan.templates:
        for language, text in plans.text(plan.plan, f"template.{template.id}", template.text).items():
            named = set(SLOT.findall(text))
            if named != set(template.slots):
                wrong = ", ".join(sorted(named ^ set(template.slots)))
                where = (
                    lines.at(plan.plan, "templates", template.id, "text")
                    if language == home
                    else lines.text_at(plan.plan, language, f"template.{template.id}")
                )
                said = f"the slots in {language} are not those under “slots”: {wrong}"
                yield finding("error", where, "slots", said)


def _where(plan: Plan, key: str, lines: Lines) -> Where:
    kind, _, name = key.partition(".")
    return lines.at(plan.plan, {"template": "templates", "measure": "measures"}[kind], name)
