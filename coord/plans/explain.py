"""Each duty as one sentence, so that a planner can read aloud what the plan says."""

from __future__ import annotations

from coord.plans.merge import Demand, Demands, demands, text_of
from coord.plans.model import PlanSet
from coord.plans.speech import Reader


def sentence(reader: Reader, demand: Demand, said: Demands) -> str:
    """Return the whole duty as one sentence."""
    duty, words = demand.duty, reader.words
    first = [reader.begins(duty)]
    if duty.when is not None:
        first.append(words["when"].format(when=reader.condition(duty.when)))
    first.append(reader.group(duty.owner))
    if duty.support:
        first.append(words["support"].format(groups=words["list"].join(map(reader.group, duty.support))))
    if duty.each is not None:
        first.append(words["each"].format(places=reader.places(duty.each)))
    if due := reader.dues(duty):
        first.append(due)
    rest = []
    if duty.after:
        named = words["list"].join(reader.duty(name, said) for name in duty.after)
        rest.append(words["after"].format(duties=named))
    if duty.evidence:
        follow = duty.evidence_may_follow
        more = words["follow"].format(length=reader.length(follow)) if follow else ""
        rest.append(words["evidence"].format(evidence=duty.evidence) + more)
    rest += [words[duty.weight], *([words["again"]] if duty.again else [])]
    rest += [words[duty.on_lower]] if duty.phase == "response" and duty.from_level else []
    rest.append(words["clause"].format(clause=duty.clause))
    title = reader.pick(text_of(reader.plans, demand))
    return words["comma"].join(first) + words["colon"] + words["semicolon"].join([title, *rest]) + words["stop."]


def explain(plans: PlanSet, plan: str, language: str = "") -> list[tuple[str, str]]:
    """Return (duty, sentence) for all that an activation of *plan* demands, ordered by level and duty."""
    reader = Reader(plans, language or plans.master.languages[0])
    said = demands(plans, plan)
    some = [demand for demands_of in said.values() for demand in demands_of]
    return [(demand.duty.id, sentence(reader, demand, said)) for demand in sorted(some, key=order)]


PHASES = ("watch", "initial", "response", "end", "recovery", "review")


def order(demand: Demand) -> tuple[int, int, str, str]:
    """Sort demands as a plan is read: by phase, from IV to I, by duty."""
    duty = demand.duty
    level = ("", "IV", "III", "II", "I").index(duty.from_level or "")
    return (PHASES.index(duty.phase), level, duty.id, demand.plan)
