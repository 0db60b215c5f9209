"""The rows of the command post: what was consulted, what minutes are owed, who takes part, who may return."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from coord.incidents import facts
from coord.incidents.model import Incident
from coord.incidents.plain import ALL, CENTRE, PlainRow, iso


def keys(state: Incident) -> Iterator[str]:
    """Yield the keys of these rows."""
    yield from (f"consultation:{number}" for number in state.consultations)
    yield from (f"minutes:{activation}" for activation in state.minutes)
    yield from (f"party:{code}" for code in state.parties)
    yield from (f"period:{number}" for number in state.periods)
    yield from (f"return:{place}" for place in state.returns)


def row(state: Incident, key: str) -> PlainRow | None:
    """Return one of these rows, or None when there is none under *key*."""
    kind, _, name = key.partition(":")
    table = {
        "consultation": state.consultations,
        "minutes": state.minutes,
        "party": state.parties,
        "period": state.periods,
        "return": state.returns,
    }.get(kind)
    noun: Any = table.get(name) if table is not None else None  # type: ignore[attr-defined]
    if noun is None:
        return None
    return {"key": key, "kind": kind, kind: name, **_SHOWN[kind](noun)}


_SHOWN: Mapping[str, Callable[[Any], PlainRow]] = {
    "consultation": lambda c: {
        "groups": CENTRE,
        "about": c.about,
        "posts": list(c.posts),
        "advice": c.advice,
        "facts": c.facts,
        "held_at": iso(c.held_at),
        "by": c.by,
    },
    "minutes": lambda m: {"groups": CENTRE, "due": iso(m.due), "overdue": m.overdue, "texts": list(m.texts)},
    "party": lambda p: {
        "groups": ALL,
        "regime": p.regime,
        "role": p.role,
        "joined_at": iso(p.joined_at),
        "left_at": iso(p.left_at),
    },
    "period": lambda p: {
        "groups": ALL,
        "begins_at": iso(p.begins_at),
        "ends_at": iso(p.ends_at),
        "objectives": p.objectives,
        "over": p.over,
    },
    "return": lambda r: {
        "groups": ALL,
        "check": r.check,
        "expert": r.expert,
        "authority": r.authority,
        "by": r.by,
        "at": iso(r.at),
        "withdrawn": r.withdrawn,
    },
}

ROWS: Mapping[type, Callable[[Any], set[str]]] = {
    facts.ConsultationHeld: lambda e: {f"consultation:{e.consultation}"},
    facts.MinutesFiled: lambda e: {f"minutes:{e.activation}"},
    facts.MinutesOverdue: lambda e: {f"minutes:{e.activation}"},
    facts.PartyJoined: lambda e: {f"party:{e.party}"},
    facts.PartyLeft: lambda e: {f"party:{e.party}"},
    facts.PeriodOpened: lambda e: {f"period:{e.period}"},
    facts.PeriodOver: lambda e: {f"period:{e.period}"},
    facts.ReturnAllowed: lambda e: {f"return:{place}" for place in e.places},
    facts.ReturnWithdrawn: lambda e: {f"return:{place}" for place in e.places},
}
