"""Several plans, one set of demands: a specific plan on its master, a work plan in use, two hazards at once.

A demand is one plan's word about a duty. Merging is the union of demands by
duty, so it is associative, commutative and idempotent, keeps every source and
never relaxes anything: what is wanted is always at least what each plan wants.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from coord.plans.model import Plan, PlanSet, Text
from coord.plans.parts import Duty, Override
from coord.plans.wanted import rank


@dataclass(frozen=True, slots=True)
class Demand:
    """What ``plan`` says about a duty, with the overrides and levels of use already put in."""

    plan: str
    duty: Duty
    source: str


Demands = Mapping[str, frozenset[Demand]]
"""Demands by duty."""


def merge(*some: Demands) -> Demands:
    """Return all demands of *some*, by duty."""
    found: dict[str, frozenset[Demand]] = {}
    for demands in some:
        for duty, said in demands.items():
            found[duty] = found.get(duty, frozenset()) | said
    return found


def owners(said: Iterable[Demand]) -> list[str]:
    """Return who owns a duty by all that is *said* of it, sorted; more than one is a conflict."""
    return sorted({demand.duty.owner for demand in said})


@functools.lru_cache(maxsize=256)
def demands(plans: PlanSet, plan: str) -> Demands:
    """Return what an activation of *plan* demands: the master as overridden, its own duties, the work plans it uses.

    Raises :exc:`KeyError` when the set has no such plan.
    """
    chosen = plans[plan]
    found = _of(chosen, chosen)
    if chosen.kind != "master":
        found = merge(_of(plans.master, chosen), found)
    for use in chosen.uses:
        work = plans[use.plan]
        lifted = [replace(duty, from_level=use.at) if _below(duty, use.at) else duty for duty in work.duties]
        found = merge(found, _of(replace(work, duties=tuple(lifted)), chosen))
    return found


def text_of(plans: PlanSet, demand: Demand) -> Text:
    """Return the title of the duty in all its languages."""
    return plans.text(demand.plan, f"duty.{demand.duty.id}", demand.duty.title)


def _below(duty: Duty, level: str) -> bool:
    return duty.phase == "response" and (duty.from_level is None or rank(duty.from_level) < rank(level))  # type: ignore[arg-type]


def _of(plan: Plan, chosen: Plan) -> Demands:
    standing = {duty for order in plan.standing for duty in order.issues}
    omitted = {omission.duty for omission in chosen.omit} if plan.kind == "master" else set()
    changed = {override.duty: override for override in chosen.override} if plan.kind == "master" else {}
    found = {}
    for duty in plan.duties:
        if duty.id in omitted:
            continue
        said = _changed(duty, changed[duty.id]) if duty.id in changed else duty
        if said.phase == "response" and said.from_level is None and said.id not in standing:
            said = replace(said, from_level="IV")
        found[duty.id] = frozenset({Demand(plan.plan, said, f"{plan.plan}:{duty.id}:{duty.clause}")})
    return found


def _changed(duty: Duty, override: Override) -> Duty:
    """Return *duty* as a specific plan wants it."""
    return replace(
        duty,
        from_level=override.from_level or duty.from_level,
        by=override.by or duty.by,
        every=override.every or duty.every,
        weight=override.weight or duty.weight,
        support=override.support or duty.support,
    )
