"""How each fact changes a watch, in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from coord.incidents.deadlines import follow
from coord.incidents.model import Escalation
from coord.incidents.watch import facts
from coord.incidents.watch.deadlines import card_waits, signal_waits
from coord.incidents.watch.model import Answer, Card, Evidence, JournalLine, Watch, WatchEvent
from coord.incidents.watch.signals import signal_of
from coord.plans.wanted import Level, rank


def evolve(state: Watch, event: WatchEvent) -> Watch:
    """Return *state*, changed in place by *event*."""
    FOLDS[type(event)](state, event)
    return state


def _raised(state: Watch, event: facts.SignalRaised) -> None:
    signal = signal_of(event)
    state.counts["S"] = state.counts.get("S", 0) + 1
    state.signals[signal.id] = signal
    state.latest[signal.where] = signal.id
    follow(state.clocks, signal_waits(signal))


def _signal_amended(state: Watch, event: facts.SignalAmended) -> None:
    signal = state.signals[event.signal]
    if event.effective_at != event.was_effective_at:
        signal.was_effective_at = event.was_effective_at
    signal.announced_at, signal.effective_at, signal.until = event.announced_at, event.effective_at, event.until
    follow(state.clocks, signal_waits(signal))


def _took_effect(state: Watch, event: facts.SignalTookEffect) -> None:
    signal = state.signals[event.signal]
    replaced = state.signals.get(event.replaced)
    if replaced is not None and replaced is not signal:
        replaced.state, replaced.ended_at = "replaced", event.effective_at
        follow(state.clocks, signal_waits(replaced))
    signal.state, signal.replaces = "in-force", event.replaced
    state.current[signal.where] = signal.id
    follow(state.clocks, signal_waits(signal))


def _lifted(state: Watch, event: facts.SignalLifted) -> None:
    signal = state.signals[event.signal]
    signal.state, signal.ended_at = "expired" if event.expired else "lifted", event.effective_at
    if state.current.get(signal.where) == signal.id:
        del state.current[signal.where]
    follow(state.clocks, signal_waits(signal))


def _opened(state: Watch, event: facts.DecisionOpened) -> None:
    card = Card(
        id=event.decision,
        question=event.question,
        hazard=event.hazard,
        area=event.area,
        incident=event.incident,
        plan=event.plan,
        options=event.options,
        proposes=event.proposes,
        opened_at=event.at,
        due=event.due,
        ladder=event.ladder,
        ask_due=event.ask_due,
    )
    state.counts["D"] = state.counts.get("D", 0) + 1
    state.cards[card.id] = card
    state.questions[card.question] = card.id
    _witness(state, card, event)


def _evidence(state: Watch, event: facts.EvidenceAdded) -> None:
    card = state.cards[event.decision]
    if card.state == "open":
        card.due, card.ask_due = event.due, event.ask_due
        card.overdue = card.overdue and event.due is None
    _witness(state, card, event)


def _reopened(state: Watch, event: facts.DecisionReopened) -> None:
    card = state.cards[event.decision]
    card.state, card.because, card.reopened, card.closed_at = "open", event.because, card.reopened + 1, None
    card.due, card.ladder, card.ask_due, card.rung = event.due, event.ladder, event.ask_due, 0
    card.answered_by, card.answered_at, card.exhausted, card.overdue = "", None, False, False
    _witness(state, card, event)


def _witness(
    state: Watch, card: Card, event: facts.DecisionOpened | facts.EvidenceAdded | facts.DecisionReopened
) -> None:
    """Add what speaks to the question; the card proposes the highest level that any rule proposed."""
    signal = state.signals.get(event.evidence)
    ladder, place = (signal.ladder, signal.rank) if signal else ("", 0)
    card.evidence[event.evidence] = Evidence(event.evidence, event.at, ladder, place, event.proposes)
    levels: list[Level | None] = [card.proposes, event.proposes]
    card.proposes = max(levels, key=rank)
    follow(state.clocks, card_waits(card))


def _acknowledged(state: Watch, event: facts.DecisionAcknowledged) -> None:
    card = state.cards[event.decision]
    card.answered_by, card.answered_at, card.ask_due = event.post, event.happened_at, None
    follow(state.clocks, card_waits(card))


def _escalated(state: Watch, event: facts.DecisionEscalated) -> None:
    card = state.cards[event.decision]
    card.rung, card.ask_due = event.rung, event.due
    card.answered_by, card.answered_at = "", None
    card.escalations.append(Escalation(event.rung, event.post, event.at, event.missed))
    follow(state.clocks, card_waits(card))


def _exhausted(state: Watch, event: facts.DecisionExhausted) -> None:
    card = state.cards[event.decision]
    card.exhausted, card.ask_due = True, None
    card.answered_by, card.answered_at = "", None
    follow(state.clocks, card_waits(card))


def _overdue(state: Watch, event: facts.DecisionOverdue) -> None:
    card = state.cards[event.decision]
    card.overdue, card.due = True, None
    follow(state.clocks, card_waits(card))


def _acted(state: Watch, event: facts.DecisionActed) -> None:
    card = state.cards[event.decision]
    answer = Answer(
        action=event.action,
        at=event.at,
        happened_at=event.happened_at,
        by=event.by,
        authority=event.authority,
        reason=event.reason,
        text=event.text,
        level=event.level,
        incident=event.incident,
        plan=event.plan,
        hazard=event.hazard,
        area=event.area,
        measures=event.measures,
        provisional=event.provisional,
    )
    card.state, card.confirm_due, card.unconfirmed = "acted", event.confirm_due, False
    _closed(state, card, answer)


def _declined(state: Watch, event: facts.DecisionDeclined) -> None:
    card = state.cards[event.decision]
    card.state, card.declines = "declined", card.declines + 1
    answer = Answer("decline", event.at, event.happened_at, event.by, event.authority, event.reason, event.text)
    _closed(state, card, answer)


def _closed(state: Watch, card: Card, answer: Answer) -> None:
    """Close the card and remember up to which rank of each ladder it has been answered."""
    card.answers.append(answer)
    card.due, card.ask_due, card.closed_at = None, None, answer.at
    for evidence in card.evidence.values():
        if evidence.ladder:
            card.heeded[evidence.ladder] = max(evidence.rank, card.heeded.get(evidence.ladder, 0))
    follow(state.clocks, card_waits(card))


def _confirmed(state: Watch, event: facts.DecisionConfirmed) -> None:
    card = state.cards[event.decision]
    for answer in card.answers:
        if answer.provisional and answer.confirmed_at is None:
            answer.confirmed_by, answer.confirmed_at = event.by, event.at
    card.confirm_due, card.unconfirmed = None, False
    follow(state.clocks, card_waits(card))


def _unconfirmed(state: Watch, event: facts.DecisionUnconfirmed) -> None:
    card = state.cards[event.decision]
    card.confirm_due, card.unconfirmed = None, True
    follow(state.clocks, card_waits(card))


def _heeded(state: Watch, event: facts.LevelHeeded) -> None:
    card = state.cards[event.decision]
    card.answers[-1].level = event.level
    if event.level is None:
        card.settled = True


def _noted(state: Watch, event: facts.Noted) -> None:
    state.counts["N"] = state.counts.get("N", 0) + 1
    state.journal[event.note] = JournalLine(
        event.note,
        event.kind,
        event.text,
        event.about,
        event.by,
        event.happened_at,
        event.at,
        event.told_by,
        event.channel,
    )


FOLDS: Mapping[type, Callable[[Watch, Any], None]] = {
    facts.SignalRaised: _raised,
    facts.SignalAmended: _signal_amended,
    facts.SignalTookEffect: _took_effect,
    facts.SignalLifted: _lifted,
    facts.DecisionOpened: _opened,
    facts.EvidenceAdded: _evidence,
    facts.DecisionReopened: _reopened,
    facts.DecisionAcknowledged: _acknowledged,
    facts.DecisionEscalated: _escalated,
    facts.DecisionExhausted: _exhausted,
    facts.DecisionOverdue: _overdue,
    facts.DecisionActed: _acted,
    facts.DecisionDeclined: _declined,
    facts.DecisionConfirmed: _confirmed,
    facts.DecisionUnconfirmed: _unconfirmed,
    facts.LevelHeeded: _heeded,
    facts.Noted: _noted,
}
"""One function per event class; a test sees to it that none is missing."""
