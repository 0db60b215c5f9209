"""The decider of a watch: which verb answers which command."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from coord.events import Clocks, Decider, StreamId, Tick
from coord.incidents.watch import cards, commands, journal, signals
from coord.incidents.watch.deadlines import tick
from coord.incidents.watch.fold import evolve
from coord.incidents.watch.model import KINDS, Watch, WatchCommand, WatchEvent

VERBS: Mapping[type, Callable[[Watch, Any, datetime], Sequence[WatchEvent]]] = {
    commands.RaiseSignal: signals.raise_,
    commands.AmendSignal: signals.amend,
    commands.LiftSignal: signals.lift,
    commands.OpenDecision: cards.open_,
    commands.AcknowledgeDecision: cards.acknowledge,
    commands.ActOnDecision: cards.act,
    commands.StartProvisionally: cards.start_provisionally,
    commands.DeclineDecision: cards.decline,
    commands.ConfirmDecision: cards.confirm,
    commands.HeedLevel: cards.heed,
    commands.Note: journal.note,
    Tick: tick,
}
"""One function per command class; a test sees to it that none is missing."""


def initial(stream: StreamId) -> Watch:
    """Return a watch on which nothing has happened."""
    return Watch(stream.partition("/")[2])


def decide(state: Watch, command: WatchCommand, at: datetime) -> Sequence[WatchEvent]:
    """Return what follows from *command* at *at*, or raise :exc:`coord.errors.Refused`; ``[]`` when nothing does."""
    return VERBS[type(command)](state, command, at)


def clocks(state: Watch) -> Clocks:
    """Return what *state* waits for."""
    return state.clocks


WATCH: Decider[Watch, WatchCommand, WatchEvent] = Decider(
    room="watch",
    initial=initial,
    decide=decide,
    evolve=evolve,
    clocks=clocks,
    kinds=KINDS,
    state=Watch,
)
