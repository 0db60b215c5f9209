"""Which reactions a space runs: the pure policies, given what the adopted plans and the open incidents say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from coord import policies as pure
from coord.api.wishes import Plans
from coord.events import Recorded, StreamId
from coord.geo.model import Passage
from coord.handle import Residence
from coord.incidents.ladder import DECISION_LADDER, Rung
from coord.incidents.watch.facts import DecisionActed, SignalRaised
from coord.plans.model import PlanSet
from coord.plans.parts import SignalRule as PlanRule
from coord.reactor import Order, Policy


def policies(plans: Plans, residence: Residence) -> Sequence[Policy]:
    """Return the reactions of one space."""

    def ask(row: Recorded) -> Iterable[Order]:
        if not plans.digest or not isinstance(row.event, SignalRaised):
            return []  # most events are none; what follows walks through all plans and incidents
        rules = tuple(signal_rules(plans.adopted()))
        return _orders(pure.signal_rules(row.event, row.stream, rules, open_incidents(residence)))

    def start(row: Recorded) -> Iterable[Order]:
        if not plans.digest or not isinstance(row.event, DecisionActed):
            return []
        digests = {plan.plan: plans.digest for plan in plans.adopted().plans}
        return _orders(pure.decisions_start_levels(row.event, digests))

    def confirm(row: Recorded) -> Iterable[Order]:
        return _orders(pure.decisions_confirm_levels(row.event))

    def settle(row: Recorded) -> Iterable[Order]:
        return _orders(pure.levels_settle_decisions(row.event, row.stream, plans.watch))

    here = plans.watch.partition("/")[2]
    measures, exchange = StreamId(f"measures/{here}"), StreamId(f"exchange/{here}")

    def stop(row: Recorded) -> Iterable[Order]:
        return _orders(pure.decisions_order_measures(row.event, measures))

    def close(row: Recorded) -> Iterable[Order]:
        if row.stream != measures:
            return []
        services = residence.room(measures).state.measures[row.event.measure].services
        return _orders(pure.measures_close_passages(row.event, services, passages(residence)))

    def tell(row: Recorded) -> Iterable[Order]:
        neighbours = residence.room(exchange).state.neighbours.values()
        return _orders(pure.changes_owe_sheets(row.event, [one.id for one in neighbours if not one.ended], exchange))

    return (
        Policy(pure.DECISIONS_ORDER_MEASURES, stop),
        Policy(pure.MEASURES_CLOSE_PASSAGES, close),
        Policy(pure.CHANGES_OWE_SHEETS, tell),
        Policy(pure.SIGNALS_OPEN_DECISIONS, ask),
        Policy(pure.DECISIONS_START_LEVELS, start),
        Policy(pure.DECISIONS_CONFIRM_LEVELS, confirm),
        Policy(pure.LEVELS_SETTLE_DECISIONS, settle),
    )


def _orders(sent: Iterable[pure.Sent]) -> list[Order]:
    return [Order(one.stream, one.command) for one in sent]


def signal_rules(plans: PlanSet) -> Iterator[pure.SignalRule]:
    """Yield the signal rules of *plans*, one a trigger; those that start a level share one question a plan.

    A level is held per plan (防风 I beside 防汛 III), so the plan's id names the
    hazard that is decided on.
    """
    for plan in plans.plans:
        for rule in plan.decisions:
            if rule.question.kind == "start":
                yield from _rules(plan.plan, rule)


def _rules(plan: str, rule: PlanRule) -> Iterator[pure.SignalRule]:
    ladder = tuple(Rung(post, rule.silent_after) for post in rule.ladder)
    for trigger in rule.when_any:
        authority, _, system = trigger.name.partition("/")
        if trigger.is_signal:
            yield pure.SignalRule(
                plan=plan,
                question="level",
                authority=authority,
                system=system,
                at_least=trigger.least,
                hazard=plan,
                level=rule.question.what,  # type: ignore[arg-type]  # Question.parse lets only levels through
                within=rule.within,
                silent_after=rule.silent_after,
                ladder=ladder or DECISION_LADDER,
            )


def passages(residence: Residence) -> Mapping[str, StreamId]:
    """Return the register in which each passage stands."""
    return {
        key: room.stream
        for room in residence.open_rooms("layer")
        for key, feature in room.state.features.items()
        if isinstance(feature, Passage) and key not in room.state.closed
    }


def open_incidents(residence: Residence) -> Mapping[str, str]:
    """Return the open incident of each hazard that has one."""
    found: dict[str, str] = {}
    for room in residence.open_rooms("incident"):
        if room.state.closed_at is None:
            for activation in room.state.activations.values():
                found.setdefault(activation.hazard, room.state.id)
    return found
