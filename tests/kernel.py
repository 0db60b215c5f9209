"""A tiny feature to try the machinery with: a counter that must be wound up again before it runs down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from coord.errors import Refused
from coord.events import Clocks, Decider, Meta, StreamId, Tick

NOON = datetime(2025, 9, 23, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Add:
    n: int
    wind: float = 0


@dataclass(frozen=True, slots=True)
class Added:
    n: int
    total: int
    due: datetime | None


@dataclass(frozen=True, slots=True)
class RanDown:
    missed: datetime
    at: datetime


@dataclass(slots=True)
class Counter:
    total: int = 0
    ran_down: int = 0
    clocks: Clocks = field(default_factory=Clocks)


def decide(state: Counter, command: Add | Tick, at: datetime) -> Sequence[Added | RanDown]:
    if isinstance(command, Tick):
        return [RanDown(deadline.due, at) for deadline in state.clocks.due(at)]
    if command.n < 0:
        raise Refused("a counter only counts up", "negative")
    if command.n == 0:
        return []
    due = at + timedelta(seconds=command.wind) if command.wind else None
    return [Added(command.n, state.total + command.n, due)]


def evolve(state: Counter, event: Added | RanDown) -> Counter:
    match event:
        case Added(_, total, due):
            state.total = total
            if due is not None:
                state.clocks.set("spring", due)
        case RanDown():
            state.ran_down += 1
            state.clocks.clear("spring")
    return state


KINDS: dict[str, type] = {"counter-added": Added, "counter-ran-down": RanDown}
COUNTER: Decider[Counter, Add | Tick, Added | RanDown] = Decider(
    room="counter",
    initial=lambda _: Counter(),
    decide=decide,
    evolve=evolve,
    clocks=lambda state: state.clocks,
    kinds=KINDS,
    state=Counter,
)
ONE = StreamId("counter/one")


def meta(key: str, actor: str = "somebody", at: datetime = NOON) -> Meta:
    return Meta(at, actor, key)
