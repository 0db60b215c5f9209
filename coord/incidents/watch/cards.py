"""Decisions that are owed: one question, one card, with a clock, a ladder, and a memory of who declined (P-4, P-12)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from coord.errors import NotFound, Refused
from coord.incidents.decided import CONFIRM_WITHIN, REASONS
from coord.incidents.levels import activation_key
from coord.incidents.said import told
from coord.incidents.times import sane, sane_or_none
from coord.incidents.watch.commands import (
    AcknowledgeDecision,
    ActOnDecision,
    ConfirmDecision,
    DeclineDecision,
    HeedLevel,
    OpenDecision,
    StartProvisionally,
)
from coord.incidents.watch.facts import (
    DecisionAcknowledged,
    DecisionActed,
    DecisionConfirmed,
    DecisionDeclined,
    DecisionOpened,
    DecisionReopened,
    EvidenceAdded,
    LevelHeeded,
    WatchEvent,
)
from coord.incidents.watch.model import Card, Watch
from coord.incidents.watch.signals import OVER
from coord.plans.wanted import LEVELS, rank

DECLINES = frozenset(
    {"level-sufficient", "not-affected", "forecast-weaker", "measures-taken", "superior-order", "duplicate", "other"}
)
"""What can be picked as the reason not to act; words go with it as a text of the store."""

FORGET_AFTER = timedelta(hours=24)
"""A closed card whose signals have been over for this long belongs to a weather that has passed."""


def open_(state: Watch, wish: OpenDecision, at: datetime) -> Sequence[WatchEvent]:
    """Put the question, or add to the card that puts it already. Five issues of one rank never make a second card."""
    if not wish.ladder or not wish.options or not wish.question:
        raise Refused("a decision needs a question, options and somebody to ask", "decision-unfit")
    due, ask_due = at + wish.within, at + (wish.silent_after or wish.ladder[0].wait)
    card = state.cards.get(state.questions.get(wish.question, ""))
    if card is None or _forgotten(state, card, at):
        return [_opened(state, wish, at, due, ask_due)]
    if wish.evidence in card.evidence:
        return []
    if card.state == "open":
        return [_evidence(wish, card, at, _sooner(card.due, due), card.ask_due and min(card.ask_due, ask_due))]
    if because := _asks_again(state, card, wish):
        return [_reopened(wish, card, at, because, due, ask_due)]
    return [_evidence(wish, card, at, None, None)]


def _opened(state: Watch, wish: OpenDecision, at: datetime, due: datetime, ask_due: datetime) -> DecisionOpened:
    return DecisionOpened(
        at=at,
        by=wish.by,
        decision=f"D-{state.counts.get('D', 0) + 1}",
        question=wish.question,
        hazard=wish.hazard,
        area=wish.area,
        options=wish.options,
        proposes=wish.level,
        plan=wish.plan,
        evidence=wish.evidence,
        due=due,
        ladder=wish.ladder,
        ask_due=ask_due,
        incident=wish.incident,
    )


def _reopened(
    wish: OpenDecision, card: Card, at: datetime, because: str, due: datetime, ask_due: datetime
) -> DecisionReopened:
    last = card.answers[-1]
    declined = last.action == "decline"
    return DecisionReopened(
        at=at,
        by=wish.by,
        decision=card.id,
        evidence=wish.evidence,
        because=because,
        proposes=wish.level,
        due=due,
        ladder=wish.ladder,
        ask_due=ask_due,
        declines=card.declines,
        declined_by=last.by if declined else "",
        declined_at=last.happened_at if declined else None,
        declined_for=last.reason if declined else "",
    )


def acknowledge(state: Watch, wish: AcknowledgeDecision, at: datetime) -> Sequence[WatchEvent]:
    """Answer the call. The asking stops; the decision is still owed by its time."""
    card = card_of(state, wish.decision)
    if not wish.post:
        raise Refused("say which post answers", "post-missing")
    if card.state != "open" or card.answered_by:
        return []
    return [DecisionAcknowledged(decision=card.id, post=wish.post, **told(wish, at))]


def act(state: Watch, wish: ActOnDecision, at: datetime) -> Sequence[WatchEvent]:
    """Close the card by acting; the fact tells what is to be started, and a reaction starts it."""
    card = card_of(state, wish.decision)
    if wish.reason not in REASONS:
        raise Refused(f"{wish.reason or 'no reason'} is not one of: {', '.join(sorted(REASONS))}", "reason")
    return _acted(card, wish, at)


def start_provisionally(state: Watch, wish: StartProvisionally, at: datetime) -> Sequence[WatchEvent]:
    """Start because nobody above answers. A life outranks the form: how many were asked stands on the card."""
    card = card_of(state, wish.decision)
    acting = ActOnDecision(
        by=wish.by,
        happened_at=wish.happened_at,
        recorded_for=wish.recorded_for,
        told_by=wish.told_by,
        channel=wish.channel,
        said_at=wish.said_at,
        decision=wish.decision,
        action="start-level",
        authority=wish.authority,
        incident=wish.incident,
        plan=wish.plan,
        hazard=wish.hazard,
        area=wish.area,
        level=wish.level,
        effective_at=wish.effective_at,
        text=wish.text,
    )
    return _acted(card, acting, at, at + CONFIRM_WITHIN)


def decline(state: Watch, wish: DeclineDecision, at: datetime) -> Sequence[WatchEvent]:
    """Close the card without acting, for a picked reason."""
    card = card_of(state, wish.decision)
    if wish.reason not in DECLINES:
        raise Refused(f"{wish.reason or 'no reason'} is not one of: {', '.join(sorted(DECLINES))}", "reason")
    if card.state == "declined":
        return []
    if card.state == "acted":
        raise Refused(f"{card.id} was acted on; change the level instead", "already-decided")
    return [
        DecisionDeclined(
            decision=card.id, reason=wish.reason, authority=wish.authority, text=wish.text, **told(wish, at)
        )
    ]


def confirm(state: Watch, wish: ConfirmDecision, at: datetime) -> Sequence[WatchEvent]:
    """Confirm a provisional start; not by the person who made it."""
    card = card_of(state, wish.decision)
    owed = [answer for answer in card.answers if answer.provisional and answer.confirmed_at is None]
    if not owed:
        return []
    answer = owed[-1]
    if answer.by == wish.by:
        raise Refused(f"{wish.by} started this, so someone else must confirm it", "same-person")
    activation = activation_key(answer.plan, answer.hazard, answer.area)
    return [
        DecisionConfirmed(
            at=at,
            by=wish.by,
            decision=card.id,
            authority=wish.authority,
            incident=answer.incident,
            activation=activation,
        )
    ]


def heed(state: Watch, wish: HeedLevel, at: datetime) -> Sequence[WatchEvent]:
    """Let cards that were answered by a level know that it has changed, so that the next signal asks rightly."""
    return [
        LevelHeeded(at=at, by=wish.by, decision=card.id, level=wish.level)
        for card in state.cards.values()
        if card.state == "acted"
        and not card.settled
        and (card.answers[-1].incident, card.answers[-1].hazard) == (wish.incident, wish.hazard)
        and (card.answers[-1].level != wish.level)
    ]


def card_of(state: Watch, number: str) -> Card:
    """Return the card, or raise :exc:`NotFound`."""
    if number not in state.cards:
        raise NotFound(f"there is no decision {number}")
    return state.cards[number]


def _acted(card: Card, wish: ActOnDecision, at: datetime, confirm_due: datetime | None = None) -> Sequence[WatchEvent]:
    plan, incident = wish.plan or card.plan, wish.incident or card.incident
    _complete(card, wish, bool(plan and incident))
    if card.state == "acted":
        last = card.answers[-1]
        if (last.action, last.level, last.measures) == (wish.action, wish.level, wish.measures):
            return []
        raise Refused(f"{card.id} was acted on by another decision; change the level instead", "already-decided")
    origin = told(wish, at)
    effective_at = sane(wish.effective_at or origin["happened_at"], at, "effective at")
    decided_at = sane(wish.decided_at or min(origin["happened_at"], effective_at), at, "decided at")
    if decided_at > effective_at:
        raise Refused("a level cannot be in force before it is decided", "effective-before-decided")
    return [
        DecisionActed(
            decision=card.id,
            action=wish.action,
            authority=wish.authority,
            incident=incident,
            plan=plan,
            hazard=wish.hazard or card.hazard,
            area=wish.area or card.area,
            level=wish.level,
            measures=wish.measures,
            decided_at=decided_at,
            announced_at=sane_or_none(wish.announced_at, at, "announced at"),
            effective_at=effective_at,
            until=sane_or_none(wish.until, at, "until"),
            reason=wish.reason,
            text=wish.text,
            provisional=confirm_due is not None,
            confirm_due=confirm_due,
            **origin,
        )
    ]


def _complete(card: Card, wish: ActOnDecision, placed: bool) -> None:
    """Refuse an action that the card does not offer or that lacks what it needs."""
    if wish.action not in card.options:
        raise Refused(f"{card.id} offers {', '.join(card.options)}, not {wish.action}", "unknown-option")
    starts = wish.action == "start-level"
    if starts and wish.level not in LEVELS:
        raise Refused("say at which level the response starts", "level-missing")
    if starts and not placed:
        raise Refused("say which plan starts, in which incident", "plan-missing")
    if wish.action == "take-measures" and not wish.measures:
        raise Refused("name the measures that are taken", "measures-missing")


def _asks_again(state: Watch, card: Card, wish: OpenDecision) -> str:
    """Return why a closed card asks again: ``reissued``, ``higher``, ``other-ladder``, or empty when it does not."""
    signal = state.signals.get(wish.evidence)
    heeded = card.heeded.get(signal.ladder) if signal else None
    last = card.answers[-1]
    if card.state == "acted" and wish.level is not None and last.level is not None:
        return "higher" if rank(wish.level) > rank(last.level) else ""
    if signal is None:
        return "reissued" if card.state == "declined" else ""
    if heeded is None:
        return "other-ladder"
    if signal.rank > heeded:
        return "higher"
    return "reissued" if card.state == "declined" and signal.rank == heeded else ""


def _forgotten(state: Watch, card: Card, at: datetime) -> bool:
    if card.settled:
        return True
    if card.state == "open":
        return False
    signals = [state.signals[key] for key in card.evidence if key in state.signals]
    ends = [signal.ended_at for signal in signals if signal.state in OVER and signal.ended_at is not None]
    closed = card.closed_at or card.opened_at
    return len(ends) == len(signals) and at - max([closed, *ends]) > FORGET_AFTER


def _evidence(
    wish: OpenDecision, card: Card, at: datetime, due: datetime | None, ask_due: datetime | None
) -> EvidenceAdded:
    return EvidenceAdded(
        at=at, by=wish.by, decision=card.id, evidence=wish.evidence, proposes=wish.level, due=due, ask_due=ask_due
    )


def _sooner(known: datetime | None, other: datetime) -> datetime:
    return other if known is None else min(known, other)
