"""What signals and readings lead to: questions for people, and standing orders that act at once.

The system proposes, people decide: a question opens a decision, it never
starts a level. Only what a plan authorised beforehand fires by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from coord.plans.model import PlanSet
from coord.plans.parts import SignalRule, StandingOrder
from coord.plans.signals import Reading, Seen
from coord.plans.wanted import Level, rank

Facts = Sequence[Seen | Reading]
"""All signals in force and all latest readings."""


@dataclass(frozen=True, slots=True)
class Fired:
    """A standing order whose trigger is met; ``places`` as in :class:`coord.plans.wanted.Triggered`."""

    order: StandingOrder
    places: tuple[str, ...] = ()


def asked(
    plans: PlanSet, plan: str, facts: Facts, level: Level | None = None, ordered: Collection[str] = ()
) -> list[SignalRule]:
    """Return the questions of *plan* that *facts* ask now, ordered by id.

    Of several levels only the highest is asked, and none that is not above
    *level*, the one in force; no measure that is among *ordered*.
    """
    met = [rule for rule in plans[plan].decisions if any(_met(plans, rule, fact) for fact in facts)]
    starts = [rule for rule in met if rule.question.kind == "start" and _rank(rule) > rank(level)]
    highest = max(map(_rank, starts), default=0)
    return [
        rule
        for rule in met
        if (rule.question.kind == "start" and rule in starts and _rank(rule) == highest)
        or (rule.question.kind != "start" and rule.question.what not in ordered)
    ]


def fired(plans: PlanSet, plan: str, facts: Facts) -> list[Fired]:
    """Return the standing orders of *plan* whose trigger *facts* meet, ordered by id."""
    found = []
    for order in plans[plan].standing:
        met = [(trigger, fact) for trigger in order.when_any for fact in facts if trigger.met_by(fact, plans.ladders)]
        if met:
            local = all(trigger.where == "at the place" for trigger, _ in met)
            named = {fact.place for _, fact in met if isinstance(fact, Reading) and fact.place}
            found.append(Fired(order, tuple(sorted(named)) if local else ()))
    return found


def _met(plans: PlanSet, rule: SignalRule, fact: Seen | Reading) -> bool:
    return any(trigger.met_by(fact, plans.ladders) for trigger in rule.when_any)


def _rank(rule: SignalRule) -> int:
    return rank(rule.question.what)  # type: ignore[arg-type]  # a start question names a level
