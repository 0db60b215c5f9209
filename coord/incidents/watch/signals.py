"""Signals of others, as they issue, amend and lift them. Forecast words are outlooks, never signals in force (P-6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from coord.errors import NotFound, Refused
from coord.incidents.times import sane, sane_or_none
from coord.incidents.watch.commands import AmendSignal, LiftSignal, RaiseSignal
from coord.incidents.watch.facts import SignalAmended, SignalLifted, SignalRaised, SignalTookEffect, WatchEvent
from coord.incidents.watch.ladders import Grade, Ladder, ladder_of
from coord.incidents.watch.model import Signal, Watch

OVER = frozenset({"replaced", "lifted", "expired"})


def raise_(state: Watch, wish: RaiseSignal, at: datetime) -> Sequence[WatchEvent]:
    """Take a signal in; the same id twice is one signal. An unknown ladder or code is refused, never guessed."""
    ladder = ladder_of(wish.authority, wish.system)
    grade = ladder.grade(wish.code)
    announced_at = sane(wish.announced_at or at, at, "announced at")
    effective_at = sane(wish.effective_at or announced_at, at, "effective at")
    until = sane_or_none(wish.until, at, "until")
    _term(effective_at, until)
    number = wish.signal or _free_number(state)
    where = f"{ladder.key}@{wish.area}"
    if known := state.signals.get(number):
        if (known.where, known.code) == (where, wish.code):
            return []
        raise Refused(f"signal {number} is {known.ladder} {known.code} already", "signal-exists")
    before = state.signals.get(state.latest.get(where, ""))
    raised = replace(
        _raised(wish, at, ladder, grade),
        signal=number,
        decided_at=sane_or_none(wish.decided_at, at, "decided at"),
        announced_at=announced_at,
        effective_at=effective_at,
        until=until,
        again=before.again + 1 if before is not None and before.code == wish.code else 1,
        replaces=state.current.get(where, ""),
    )
    return [raised] if effective_at > at else [raised, effect(state.current, signal_of(raised), at, wish.by)]


def _raised(wish: RaiseSignal, at: datetime, ladder: Ladder, grade: Grade) -> SignalRaised:
    """Return the signal as its ladder knows it, with nothing of the watch yet."""
    return SignalRaised(
        at=at,
        by=wish.by,
        signal=wish.signal,
        authority=wish.authority,
        system=wish.system,
        code=wish.code,
        rank=grade.rank,
        max_rank=ladder.max_rank,
        colour=grade.colour,
        severity=grade.severity,
        urgency=wish.urgency or grade.urgency,
        certainty=wish.certainty or grade.certainty,
        area=wish.area,
        decided_at=None,
        announced_at=at,
        effective_at=at,
        until=None,
        source=wish.source,
        text=wish.text,
    )


def amend(state: Watch, wish: AmendSignal, at: datetime) -> Sequence[WatchEvent]:
    """Give a signal other times; one that is in force can only get another end."""
    signal = _signal(state, wish.signal)
    if signal.state in OVER:
        raise Refused(f"signal {signal.id} is over ({signal.state})", "signal-over")
    effective_at = sane(wish.effective_at or signal.effective_at, at, "effective at")
    until = sane_or_none(wish.until or signal.until, at, "until")
    _term(effective_at, until)
    if signal.state == "in-force" and effective_at != signal.effective_at:
        raise Refused(f"signal {signal.id} is in force since {signal.effective_at.isoformat()}", "signal-in-force")
    if (effective_at, until) == (signal.effective_at, signal.until):
        return []
    amended = SignalAmended(
        at=at,
        by=wish.by,
        signal=signal.id,
        announced_at=sane(wish.announced_at or at, at, "announced at"),
        effective_at=effective_at,
        was_effective_at=signal.effective_at,
        until=until,
    )
    if signal.state == "in-force" or effective_at > at:
        return [amended]
    return [amended, replace(effect(state.current, signal, at, wish.by), effective_at=effective_at)]


def lift(state: Watch, wish: LiftSignal, at: datetime) -> Sequence[WatchEvent]:
    """Record that a signal was lifted; announced for later, it stays in force until then."""
    signal = _signal(state, wish.signal)
    if signal.state in OVER:
        return []
    effective_at = sane(wish.effective_at or at, at, "effective at")
    if effective_at > max(at, signal.effective_at):
        return amend(state, AmendSignal(by=wish.by, signal=signal.id, until=effective_at), at)
    return [SignalLifted(at=at, by=wish.by, signal=signal.id, effective_at=min(effective_at, at), source=wish.source)]


def effect(current: Mapping[str, str], signal: Signal, at: datetime, by: str) -> SignalTookEffect:
    """Return that *signal* is in force, and which one of its ladder and area, *current* until now, is not."""
    return SignalTookEffect(
        at=at,
        by=by,
        signal=signal.id,
        authority=signal.authority,
        system=signal.system,
        code=signal.code,
        area=signal.area,
        effective_at=signal.effective_at,
        replaced=current.get(signal.where, ""),
    )


def signal_of(event: SignalRaised) -> Signal:
    """Return the signal that *event* raised, as it stands on the watch."""
    return Signal(
        id=event.signal,
        authority=event.authority,
        system=event.system,
        code=event.code,
        rank=event.rank,
        max_rank=event.max_rank,
        colour=event.colour,
        severity=event.severity,
        urgency=event.urgency,
        certainty=event.certainty,
        area=event.area,
        decided_at=event.decided_at,
        announced_at=event.announced_at,
        effective_at=event.effective_at,
        until=event.until,
        recorded_at=event.at,
        again=event.again,
        replaces=event.replaces,
        source=event.source,
        text=event.text,
    )


def _free_number(state: Watch) -> str:
    """Return the next number that no issuer has taken."""
    count = state.counts.get("S", 0) + 1
    while f"S-{count}" in state.signals:
        count += 1
    return f"S-{count}"


def _term(effective_at: datetime, until: datetime | None) -> None:
    if until is not None and until <= effective_at:
        raise Refused("the signal would end before it begins", "ends-before-it-begins")


def _signal(state: Watch, number: str) -> Signal:
    if number not in state.signals:
        raise NotFound(f"there is no signal {number}")
    return state.signals[number]
