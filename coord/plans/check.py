"""What is wrong with a set of plans that can be read: all of it at once."""

from __future__ import annotations

from coord.errors import Finding
from coord.plans.model import PlanSet


def refers(plans: PlanSet) -> list[Finding]:
    """Return every word that refers to something that is not in the set."""
    findings = []
    for plan in plans.plans:
        for duty in plan.duties:
            for group in (duty.owner, *duty.support):
                if group not in plans.groups:
                    said = f"duty “{duty.id}” names the group “{group}”, which the master does not have"
                    findings.append(Finding("error", f"{plan.plan}.duties.{duty.id}", "unknown-group", said))
        for use in plan.uses:
            if use.plan not in plans.by_id:
                said = f"there is no work plan “{use.plan}”"
                findings.append(Finding("error", f"{plan.plan}.uses", "unknown-plan", said))
    return findings
