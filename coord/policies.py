"""How rooms speak to each other: a fact of one gives commands to another. Pure; the reactor runs them.

A policy answers with commands and the streams they go to. Its name is for ever,
for command ids are made of it: (policy, cause position, target).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from coord.events import StreamId
from coord.geo.commands import OrderPassage, WithdrawPassageOrder
from coord.geo.facts import PassageChanged
from coord.incidents import facts as incident_facts
from coord.incidents.commands import ConfirmLevel, StartLevel, TriggerStandingOrder
from coord.incidents.exchange.commands import OweSheet
from coord.incidents.ladder import DECISION_LADDER, Rung
from coord.incidents.measures import facts as measure_facts
from coord.incidents.measures.commands import OrderMeasures
from coord.incidents.watch import facts as watch_facts
from coord.incidents.watch.commands import HeedLevel, OpenDecision
from coord.incidents.watch.ladders import at_least
from coord.incidents.zones import facts as zone_facts
from coord.plans.wanted import Level, rank

SIGNALS_OPEN_DECISIONS = "signals-open-decisions"
SIGNALS_SET_OFF_STANDING_ORDERS = "signals-set-off-standing-orders"
DECISIONS_START_LEVELS = "decisions-start-levels"
DECISIONS_CONFIRM_LEVELS = "decisions-confirm-levels"
LEVELS_SETTLE_DECISIONS = "levels-settle-decisions"
DECISIONS_ORDER_MEASURES = "decisions-order-measures"
MEASURES_CLOSE_PASSAGES = "measures-close-passages"
CHANGES_OWE_SHEETS = "changes-owe-sheets"
SITUATIONS_RECONCILE = "situations-reconcile"

RECONCILE_AFTER: frozenset[type] = frozenset(
    {
        incident_facts.LevelTookEffect,
        incident_facts.MilestoneSet,
        incident_facts.MilestoneRetimed,
        incident_facts.PropertySet,
        incident_facts.StandingOrderTriggered,
        incident_facts.RevisionAdopted,
        incident_facts.ReconcileDue,
    }
)
"""Facts of an incident after which the board must be compared with the plans anew (``situations-reconcile``)."""


@dataclass(frozen=True, slots=True)
class SignalRule:
    """From which rank on a signal asks a question, what it proposes, and whom its ladder calls.

    ``question`` names the kind of question within the hazard; the incident or
    the district is put before it. ``areas`` empty: wherever the signal holds.
    """

    plan: str
    question: str
    authority: str
    system: str
    at_least: str
    hazard: str
    level: Level | None = None
    options: tuple[str, ...] = ("start-level", "take-measures")
    areas: tuple[str, ...] = ()
    within: timedelta = timedelta(minutes=30)
    silent_after: timedelta = timedelta(minutes=5)
    ladder: tuple[Rung, ...] = DECISION_LADDER


@dataclass(frozen=True, slots=True)
class StandingRule:
    """From which rank on a signal sets a standing order off: named duties at once, no level and no click (P-4)."""

    plan: str
    order: str
    authority: str
    system: str
    at_least: str
    hazard: str
    areas: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """A command and the stream that it goes to."""

    stream: StreamId
    command: Any


def signal_rules(
    event: Any, stream: StreamId, rules: Iterable[SignalRule], incidents: Mapping[str, str] | None = None
) -> Sequence[Sent]:
    """Open a decision for every question that a signal asks; of several rules for one, the highest level proposes.

    *stream* is the watch of the signal; *incidents* names the open incident of
    a hazard, if there is one. The decision is asked for as soon as the signal is
    announced, for its effect may be too late to act.
    """
    if not isinstance(event, watch_facts.SignalRaised):
        return []
    incidents = incidents or {}
    asked: dict[str, OpenDecision] = {}
    for rule in sorted(rules, key=_proposal):
        if not _meets(event, rule):
            continue
        where = incidents.get(rule.hazard, "") or stream.partition("/")[2]
        question = f"{where}/{rule.hazard}/{rule.question}"
        asked[question] = OpenDecision(
            by=SIGNALS_OPEN_DECISIONS,
            question=question,
            hazard=rule.hazard,
            evidence=event.signal,
            options=rule.options,
            area=event.area,
            level=rule.level,
            plan=rule.plan,
            incident=incidents.get(rule.hazard, ""),
            within=rule.within,
            silent_after=rule.silent_after,
            ladder=rule.ladder,
        )
    return [Sent(stream, command) for _, command in sorted(asked.items())]


def standing_orders(
    event: Any, rules: Iterable[StandingRule], incidents: Mapping[str, str] | None = None
) -> Sequence[Sent]:
    """Set off the standing orders that a signal in force calls for, in the open incident of the hazard or a new one.

    A signal that is only announced sets nothing off: it is an outlook, and people decide on those.
    """
    if not isinstance(event, watch_facts.SignalTookEffect):
        return []
    sent = []
    for rule in sorted(rules, key=lambda r: (r.hazard, r.plan, r.order)):
        if _meets(event, rule):
            incident = (incidents or {}).get(rule.hazard) or f"{rule.hazard}-{event.signal}"
            trigger = TriggerStandingOrder(
                by=SIGNALS_SET_OFF_STANDING_ORDERS,
                plan=rule.plan,
                order=rule.order,
                places=rule.places,
                evidence=event.signal,
                hazard=rule.hazard,
            )
            sent.append(Sent(StreamId(f"incident/{incident}"), trigger))
    return sent


def decisions_start_levels(event: Any, digests: Mapping[str, str]) -> Sequence[Sent]:
    """Start in the incident what was decided on the watch; *digests* are those of the plans as adopted now."""
    if not isinstance(event, watch_facts.DecisionActed) or event.level is None or event.action != "start-level":
        return []
    start = StartLevel(
        by=event.by,
        plan=event.plan,
        digest=digests[event.plan],
        hazard=event.hazard,
        area=event.area,
        level=event.level,
        reason=event.reason,
        decided_at=event.decided_at,
        announced_at=event.announced_at,
        effective_at=event.effective_at,
        until=event.until,
        decision=event.decision,
        authority=event.authority,
        provisional=event.provisional,
        text=event.text,
    )
    return [Sent(StreamId(f"incident/{event.incident}"), start)]


def decisions_confirm_levels(event: Any) -> Sequence[Sent]:
    """Confirm in the incident what was confirmed on the watch."""
    if not isinstance(event, watch_facts.DecisionConfirmed) or not event.incident:
        return []
    confirm = ConfirmLevel(by=event.by, activation=event.activation, authority=event.authority)
    return [Sent(StreamId(f"incident/{event.incident}"), confirm)]


def levels_settle_decisions(event: Any, stream: StreamId, watch: StreamId) -> Sequence[Sent]:
    """Let the watch know that a level is another now, so that the next signal asks against it."""
    if not isinstance(event, incident_facts.LevelTookEffect):
        return []
    hazard = event.activation.split("/")[1]
    heed = HeedLevel(by=LEVELS_SETTLE_DECISIONS, incident=stream.partition("/")[2], hazard=hazard, level=event.level)
    return [Sent(watch, heed)]


def decisions_order_measures(event: Any, measures: StreamId) -> Sequence[Sent]:
    """Order the stops that were decided on the watch; each of them lives and ends on its own from then on."""
    if not isinstance(event, watch_facts.DecisionActed) or event.action != "take-measures" or not event.measures:
        return []
    order = OrderMeasures(
        by=event.by,
        stops=event.measures,
        authority=event.authority,
        basis="plan",
        reason=event.reason,
        area=event.area,
        decided_at=event.decided_at,
        announced_at=event.announced_at,
        effective_at=event.effective_at,
        until=event.until,
        hazard=event.hazard,
        incident=event.incident,
        decision=event.decision,
        text=event.text,
    )
    return [Sent(measures, order)]


def measures_close_passages(event: Any, services: Iterable[str], layers: Mapping[str, StreamId]) -> Sequence[Sent]:
    """Close the passages that a stop names, move, withdraw and reopen them with it.

    *services* are those of the measure, *layers* the registers in which
    passages stand; a service that is in none (a bus line) has no state to change.
    """
    return [
        Sent(layers[passage], command)
        for passage in services
        if passage in layers and (command := _passage(event, passage)) is not None
    ]


def _passage(event: Any, passage: str) -> OrderPassage | WithdrawPassageOrder | None:
    match event:
        case measure_facts.MeasureOrdered() | measure_facts.MeasureMoved():
            name, state, review = event.measure, "closed", event.until  # at its term it stays closed, and asks
        case measure_facts.MeasureLiftOrdered():
            name, state, review = f"{event.measure}-lift", "open", None
        case measure_facts.MeasureWithdrawn():
            return WithdrawPassageOrder(passage, event.measure, event.by)
        case _:
            return None
    return OrderPassage(
        passage,
        name,
        "closed" if state == "closed" else "open",
        event.decided_at,
        event.effective_at,
        event.authority,
        event.announced_at,
        review_at=review,
        reason=event.measure,
    )


def changes_owe_sheets(event: Any, neighbours: Iterable[str], exchange: StreamId) -> Sequence[Sent]:
    """Owe the neighbours a sheet when something took effect that they must know (P-18)."""
    match event:
        case incident_facts.LevelTookEffect():
            because = f"level {event.activation} {event.level or 'end'}"
        case measure_facts.MeasureTookEffect() | measure_facts.MeasureLifted():
            because = f"stop {event.measure}"
        case zone_facts.ZoneStepped():
            because = f"zone {event.zone} {event.tier or 'lifted'}"
        case zone_facts.RuleChanged():
            because = f"rule {event.rule}"
        case PassageChanged():
            because = f"passage {event.passage} {event.now}"
        case _:
            return []
    return [Sent(exchange, OweSheet(by=CHANGES_OWE_SHEETS, neighbour=one, because=because)) for one in neighbours]


def reconcile_after(event: Any) -> bool:
    """Return whether the incident's board must be compared with the plans after *event*."""
    return type(event) in RECONCILE_AFTER


def _meets(event: watch_facts.SignalRaised | watch_facts.SignalTookEffect, rule: SignalRule | StandingRule) -> bool:
    ladder = f"{event.authority}/{event.system}"
    if ladder != f"{rule.authority}/{rule.system}" or (rule.areas and event.area not in rule.areas):
        return False
    return at_least(ladder, event.code, ladder, rule.at_least)


def _proposal(rule: SignalRule) -> tuple[int, str, str]:
    return rank(rule.level), rule.plan, rule.question
