"""The decider of the ledgers: which verb answers which command."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from coord.events import Clocks, Decider, StreamId, Tick
from coord.incidents.ledgers import commands, figures, needs
from coord.incidents.ledgers.deadlines import tick
from coord.incidents.ledgers.fold import evolve
from coord.incidents.ledgers.model import KINDS, Ledger, LedgerCommand, LedgerEvent

VERBS: Mapping[type, Callable[[Ledger, Any, datetime], Sequence[LedgerEvent]]] = {
    commands.DeclareFigure: figures.declare,
    commands.CloseFigure: figures.close,
    commands.ReportFigure: figures.report,
    commands.RaiseNeed: needs.raise_,
    commands.AmendNeed: needs.amend,
    commands.OfferForNeed: needs.offer,
    commands.AdvanceOffer: needs.advance,
    commands.WithdrawOffer: needs.withdraw,
    commands.CloseNeed: needs.close,
    Tick: tick,
}
"""One function per command class; a test sees to it that none is missing."""


def initial(stream: StreamId) -> Ledger:
    """Return a ledger without a figure."""
    return Ledger(stream.partition("/")[2])


def decide(state: Ledger, command: LedgerCommand, at: datetime) -> Sequence[LedgerEvent]:
    """Return what follows from *command* at *at*, or raise :exc:`coord.errors.Refused`; ``[]`` when nothing does."""
    return VERBS[type(command)](state, command, at)


def clocks(state: Ledger) -> Clocks:
    """Return what *state* waits for."""
    return state.clocks


LEDGER: Decider[Ledger, LedgerCommand, LedgerEvent] = Decider(
    room="ledger",
    initial=initial,
    decide=decide,
    evolve=evolve,
    clocks=clocks,
    kinds=KINDS,
    state=Ledger,
)
