"""A set, or one plan of it, as an outline to read in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from coord.plans.explain import PHASES
from coord.plans.model import Plan, PlanSet
from coord.plans.parts import Duty
from coord.plans.speech import ROMAN, Reader
from coord.plans.terms import duration_text
from coord.plans.wanted import LEVELS


def outline(plans: PlanSet, name: str | None = None, language: str = "") -> str:
    """Return the list of plans, or with *name* what stands in that plan."""
    reader = Reader(plans, language or plans.master.languages[0])
    lines = _plan(reader, plans[name]) if name is not None else _set(reader)
    return "".join(f"{line}\n" for line in lines)


def _set(reader: Reader) -> Iterator[str]:
    plans = reader.plans
    yield f"{plans.digest[:12]}  {len(plans.plans)} plans, {len(plans.groups)} groups"
    for plan in plans.plans:
        title = reader.pick(plans.text(plan.plan, "plan", plan.title))
        yield f"{plan.kind:9} {plan.plan:24} {len(plan.duties):3} duties  {title}"
    yield ""
    for group in plans.groups.values():
        ladder = " → ".join(reader.post(rung.post) for rung in group.ladder)
        yield f"{reader.group(group.code)}: {group.duty} [{ladder}]"
    yield ""
    for level in LEVELS:
        rule = plans.levels[level]
        start = ", ".join(
            reader.post(one.post) + (f" (provisional, {duration_text(one.provisional)})" if one.provisional else "")
            for one in rule.start
        )
        yield f"{ROMAN[level]}: {start}; {rule.end}"


def _plan(reader: Reader, plan: Plan) -> Iterator[str]:
    plans = reader.plans
    yield f"{plan.plan} ({plan.kind}): {reader.pick(plans.text(plan.plan, 'plan', plan.title))}"
    for use in plan.uses:
        yield f"  {ROMAN[use.at]} uses {use.plan}"
    for rule in plan.decisions:
        triggers = " / ".join(map(str, rule.when_any))
        yield f"  asks {rule.question} within {duration_text(rule.within)} when {triggers}"
    for order in plan.standing:
        yield f"  standing {order.id} when {' / '.join(map(str, order.when_any))}: {', '.join(order.issues)}"
    for measure in plan.measures:
        yield f"  measure {measure.id}: {reader.pick(plans.text(plan.plan, f'measure.{measure.id}', measure.title))}"
    yield from _duties(reader, plan)


def _duties(reader: Reader, plan: Plan) -> Iterator[str]:
    def place(duty: Duty) -> tuple[int, int, str]:
        return (PHASES.index(duty.phase), ("", *LEVELS).index(duty.from_level or ""), duty.id)

    head = ""
    for duty in sorted(plan.duties, key=place):
        begins = reader.begins(duty)
        if begins != head:
            head = begins
            yield f"{head}:"
        title = reader.pick(reader.plans.text(plan.plan, f"duty.{duty.id}", duty.title))
        yield f"  {duty.owner:4} {title}  [{duty.id}] {reader.dues(duty)}"
