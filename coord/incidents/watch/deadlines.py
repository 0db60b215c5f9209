"""What a watch waits for: effect and end of signals, answers, decisions, confirmations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from coord.events import Clocks, Tick
from coord.incidents.deadlines import follow
from coord.incidents.ladder import next_call
from coord.incidents.ticks import CLOCK
from coord.incidents.watch.facts import (
    DecisionEscalated,
    DecisionExhausted,
    DecisionOverdue,
    DecisionUnconfirmed,
    SignalLifted,
    WatchEvent,
)
from coord.incidents.watch.model import Card, Signal, Watch
from coord.incidents.watch.signals import effect


def signal_waits(signal: Signal) -> dict[str, datetime | None]:
    """Return what *signal* waits for: its effect, then the end of its term."""
    return {
        f"effect:{signal.id}": signal.effective_at if signal.state == "announced" else None,
        f"expiry:{signal.id}": signal.until if signal.state == "in-force" else None,
    }


def card_waits(card: Card) -> dict[str, datetime | None]:
    """Return what *card* waits for: an answer to the call, the decision, the confirmation of a provisional start."""
    return {
        f"ask:{card.id}": card.ask_due,
        f"decide:{card.id}": card.due,
        f"confirm:{card.id}": card.confirm_due,
    }


def expected_clocks(state: Watch) -> Clocks:
    """Return from scratch what *state* waits for; always equal to ``state.clocks``."""
    clocks = Clocks()
    for signal in state.signals.values():
        follow(clocks, signal_waits(signal))
    for card in state.cards.values():
        follow(clocks, card_waits(card))
    return clocks


def tick(state: Watch, tick: Tick, at: datetime) -> Sequence[WatchEvent]:
    """Fire all that is due at the tick, in the order of (due, key)."""
    events: list[WatchEvent] = []
    current = dict(state.current)  # one tick after an outage may bring several signals of one ladder into force
    for deadline in state.clocks.due(min(tick.at, at)):
        kind, _, key = deadline.key.partition(":")
        events += _fired(state, current, kind, key, deadline.due, at)
    return events


def _fired(
    state: Watch, current: dict[str, str], kind: str, key: str, due: datetime, at: datetime
) -> Iterator[WatchEvent]:
    if kind == "effect":
        signal = state.signals[key]
        yield effect(current, signal, at, CLOCK)
        current[signal.where] = key
        if signal.until is not None and signal.until <= at:  # it came and went during an outage
            del current[signal.where]
            yield SignalLifted(at=at, by=CLOCK, signal=key, effective_at=signal.until, expired=True)
    elif kind == "expiry":
        if current.get(state.signals[key].where) != key:
            return  # replaced by what took effect earlier in this tick
        del current[state.signals[key].where]
        yield SignalLifted(at=at, by=CLOCK, signal=key, effective_at=due, expired=True)
    elif kind == "confirm":
        yield DecisionUnconfirmed(at=at, by=CLOCK, decision=key, missed=due)
    elif kind == "ask":
        yield _next(state.cards[key], due, at)
    elif kind == "decide":
        card = state.cards[key]
        yield DecisionOverdue(at=at, by=CLOCK, decision=key, missed=due)
        if card.ask_due is None and not card.exhausted:
            yield _next(card, due, at)  # the post that answered has not decided: the next one is asked


def _next(card: Card, missed: datetime, at: datetime) -> DecisionEscalated | DecisionExhausted:
    call = next_call(card.ladder, card.rung, at)
    if call.due is None:
        return DecisionExhausted(at=at, by=CLOCK, decision=card.id, missed=missed)
    return DecisionEscalated(
        at=at, by=CLOCK, decision=card.id, rung=call.rung, post=call.post, missed=missed, due=call.due
    )
