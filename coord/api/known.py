"""What the adopted plans know: a plan or a group that is not in them must never reach the log."""

from __future__ import annotations

from collections.abc import Iterable

from coord.api.world import World
from coord.errors import Finding, Unfit


def known_groups(world: World) -> frozenset[str]:
    """Return the task groups of the adopted plans."""
    adopted = world.plans.sets.get(world.plans.digest)
    return frozenset(adopted.groups) if adopted else frozenset()


def known_plans(world: World) -> frozenset[str]:
    """Return the ids of the adopted plans."""
    adopted = world.plans.sets.get(world.plans.digest)
    return frozenset(plan.plan for plan in adopted.plans) if adopted else frozenset()


def check_known(world: World, plan: str = "", groups: Iterable[tuple[str, str]] = ()) -> None:
    """Raise :exc:`Unfit` when *plan* or one of *groups* (path, code) is not in the adopted plans; empty ones pass."""
    known = known_groups(world)
    findings = [
        Finding("error", path, "unknown-group", f"there is no group {code} in the adopted plans")
        for path, code in groups
        if code and code not in known
    ]
    if plan and plan not in known_plans(world):
        findings.append(Finding("error", "plan", "unknown-plan", f"no plan {plan} is adopted"))
    if findings:
        raise Unfit(findings)
