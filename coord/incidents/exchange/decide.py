"""The decider of the exchange: which verb answers which command."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from coord.events import Clocks, Decider, StreamId, Tick
from coord.incidents.exchange import commands, talk
from coord.incidents.exchange.deadlines import tick
from coord.incidents.exchange.fold import evolve
from coord.incidents.exchange.model import KINDS, Exchange, ExchangeCommand, ExchangeEvent

VERBS: Mapping[type, Callable[[Exchange, Any, datetime], Sequence[ExchangeEvent]]] = {
    commands.OpenExchange: talk.open_,
    commands.EndExchange: talk.end,
    commands.OweSheet: talk.owe,
    commands.SendSheet: talk.send,
    commands.RecordReply: talk.reply,
    commands.GrantGuestSeat: talk.grant,
    commands.RevokeGuestSeat: talk.revoke,
    Tick: tick,
}
"""One function per command class; a test sees to it that none is missing."""


def initial(stream: StreamId) -> Exchange:
    """Return an exchange with nobody."""
    return Exchange(stream.partition("/")[2])


def decide(state: Exchange, command: ExchangeCommand, at: datetime) -> Sequence[ExchangeEvent]:
    """Return what follows from *command* at *at*, or raise :exc:`coord.errors.Refused`; ``[]`` when nothing does."""
    return VERBS[type(command)](state, command, at)


def clocks(state: Exchange) -> Clocks:
    """Return what *state* waits for."""
    return state.clocks


EXCHANGE: Decider[Exchange, ExchangeCommand, ExchangeEvent] = Decider(
    room="exchange",
    initial=initial,
    decide=decide,
    evolve=evolve,
    clocks=clocks,
    kinds=KINDS,
    state=Exchange,
)
