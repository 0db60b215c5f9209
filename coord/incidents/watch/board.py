"""The watch as rows by key: signals for every group, decisions and the journal for the centre only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from coord.incidents.plain import ALL, CENTRE, PlainRow, iso
from coord.incidents.watch import facts
from coord.incidents.watch.ladders import ladder_of
from coord.incidents.watch.model import Answer, Card, JournalLine, Signal, Watch, WatchEvent


def keys(state: Watch) -> Iterator[str]:
    """Yield the keys of all rows."""
    yield from (f"signal:{number}" for number in state.signals)
    yield from (f"decision:{number}" for number in state.cards)
    yield from (f"note:{number}" for number in state.journal)


def row(state: Watch, key: str) -> PlainRow | None:
    """Return the row under *key* as plain data, or None when there is none; ``groups`` says who may see it."""
    kind, _, name = key.partition(":")
    if kind == "signal" and name in state.signals:
        return _signal(state.signals[name])
    if kind == "decision" and name in state.cards:
        return _card(state.cards[name])
    if kind == "note" and name in state.journal:
        return _line(state.journal[name])
    return None


def touched(_before: Watch, event: WatchEvent) -> set[str]:
    """Return the keys of all rows that *event* may change, given the state before it."""
    find = ROWS.get(type(event))
    return set() if find is None else find(event)


def _signal(signal: Signal) -> PlainRow:
    ladder = ladder_of(signal.authority, signal.system)
    return {
        "key": f"signal:{signal.id}",
        "kind": "signal",
        "groups": ALL,
        "signal": signal.id,
        "authority": signal.authority,
        "system": signal.system,
        "code": signal.code,
        "rank": signal.rank,
        "max_rank": signal.max_rank,
        "colour": signal.colour,
        "names": {"system": dict(ladder.names), "code": dict(ladder.grade(signal.code).names)},
        "sample": ladder.sample,
        "severity": signal.severity,
        "urgency": signal.urgency,
        "certainty": signal.certainty,
        "area": signal.area,
        "state": signal.state,
        "decided_at": iso(signal.decided_at),
        "announced_at": iso(signal.announced_at),
        "effective_at": iso(signal.effective_at),
        "was_effective_at": iso(signal.was_effective_at),
        "until": iso(signal.until),
        "ended_at": iso(signal.ended_at),
        "again": signal.again,
        "replaces": signal.replaces,
        "source": signal.source,
        "text": signal.text,
    }


def _card(card: Card) -> PlainRow:
    asked = card.ask_due is not None and card.rung < len(card.ladder)
    return {
        "key": f"decision:{card.id}",
        "kind": "decision",
        "groups": CENTRE,
        "decision": card.id,
        "question": card.question,
        "hazard": card.hazard,
        "area": card.area,
        "incident": card.incident,
        "plan": card.plan,
        "options": list(card.options),
        "proposes": card.proposes,
        "state": card.state,
        "opened_at": iso(card.opened_at),
        "due": iso(card.due),
        "asks": card.ladder[card.rung].post if asked else "",
        "ask_due": iso(card.ask_due),
        "rung": card.rung,
        "answered_by": card.answered_by,
        "answered_at": iso(card.answered_at),
        "exhausted": card.exhausted,
        "overdue": card.overdue,
        "reopened": card.reopened,
        "because": card.because,
        "declines": card.declines,
        "confirm_due": iso(card.confirm_due),
        "unconfirmed": card.unconfirmed,
        "settled": card.settled,
        "evidence": [
            {"id": e.id, "at": iso(e.at), "ladder": e.ladder, "rank": e.rank, "proposes": e.proposes}
            for e in card.evidence.values()
        ],
        "answers": [_answer(answer) for answer in card.answers],
        "escalations": [
            {"rung": e.rung, "post": e.post, "at": iso(e.at), "missed": iso(e.missed)} for e in card.escalations
        ],
    }


def _answer(answer: Answer) -> PlainRow:
    return {
        "action": answer.action,
        "at": iso(answer.at),
        "happened_at": iso(answer.happened_at),
        "by": answer.by,
        "authority": answer.authority,
        "reason": answer.reason,
        "text": answer.text,
        "level": answer.level,
        "incident": answer.incident,
        "plan": answer.plan,
        "hazard": answer.hazard,
        "area": answer.area,
        "measures": list(answer.measures),
        "provisional": answer.provisional,
        "confirmed_by": answer.confirmed_by,
        "confirmed_at": iso(answer.confirmed_at),
    }


def _line(line: JournalLine) -> PlainRow:
    return {
        "key": f"note:{line.id}",
        "kind": "note",
        "groups": CENTRE,
        "note": line.id,
        "line": line.kind,
        "text": line.text,
        "about": line.about,
        "by": line.by,
        "happened_at": iso(line.happened_at),
        "recorded_at": iso(line.recorded_at),
        "told_by": line.told_by,
        "channel": line.channel,
    }


def _of_signal(event: Any) -> set[str]:
    return {f"signal:{event.signal}"}


def _of_card(event: Any) -> set[str]:
    return {f"decision:{event.decision}"}


ROWS: Mapping[type, Callable[[Any], set[str]]] = {
    facts.SignalRaised: _of_signal,
    facts.SignalAmended: _of_signal,
    facts.SignalLifted: _of_signal,
    facts.SignalTookEffect: lambda e: {f"signal:{number}" for number in (e.signal, e.replaced) if number},
    facts.DecisionOpened: _of_card,
    facts.EvidenceAdded: _of_card,
    facts.DecisionReopened: _of_card,
    facts.DecisionAcknowledged: _of_card,
    facts.DecisionEscalated: _of_card,
    facts.DecisionExhausted: _of_card,
    facts.DecisionOverdue: _of_card,
    facts.DecisionActed: _of_card,
    facts.DecisionDeclined: _of_card,
    facts.DecisionConfirmed: _of_card,
    facts.DecisionUnconfirmed: _of_card,
    facts.LevelHeeded: _of_card,
    facts.Noted: lambda e: {f"note:{e.note}"},
}
