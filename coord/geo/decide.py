"""The decider of every layer: which rule answers which wish, which fact changes what.

``layer_decider(sheets)`` is bound to the shelf where the sheets of imports
lie; :data:`LAYER` is for logs without imports.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from coord.errors import Refused
from coord.events import Decider, Tick
from coord.geo.commands import (
    AllowReturn,
    Amend,
    Close,
    CorrectHeadcount,
    CountHeads,
    Create,
    CureFault,
    EndTransfer,
    GeoWish,
    Import,
    Move,
    OpenShelter,
    OrderPassage,
    OrderSpacing,
    ReadGauges,
    RecheckFault,
    Reopen,
    ReportTransfer,
    SetDestinations,
    SetPointState,
    SetThresholds,
    ShutShelter,
    StartRounds,
    StartTransfer,
    StopRounds,
    TakeReading,
    VacateShelter,
    Visit,
    WithdrawPassageOrder,
)
from coord.geo.deadlines import fired
from coord.geo.facts import (
    KINDS,
    FaultFact,
    GaugeFact,
    GeoFact,
    HouseholdFact,
    PassageFact,
    ReadingFact,
    RegisterFact,
    ShelterFact,
    VisitFact,
)
from coord.geo.layer import Layer, empty
from coord.geo.model import check_id
from coord.geo.rules.faults import decide_fault, evolve_fault
from coord.geo.rules.gauges import decide_gauge, evolve_gauge
from coord.geo.rules.passages import decide_passage, evolve_passage
from coord.geo.rules.points import decide_reading, evolve_reading
from coord.geo.rules.register import Sheets, decide_register, evolve_register, no_sheets
from coord.geo.rules.shelters import decide_shelter, evolve_shelter
from coord.geo.rules.transfer import decide_transfer, evolve_transfer
from coord.geo.rules.visits import decide_visit, evolve_visit

OWN_ID = {StartRounds: "round", StartTransfer: "transfer", OrderPassage: "order"}
"""Commands that bring an id of their own, and the field it stands in."""


def decide(layer: Layer, wish: GeoWish, at: datetime) -> Sequence[GeoFact]:
    """Return what follows from *wish*, or raise :exc:`coord.errors.Refused`."""
    _check_own_id(wish)
    match wish:
        case Create() | Amend() | Move() | Close() | Reopen() | Import():
            return decide_register(layer, wish, at)
        case TakeReading() | SetPointState():
            return decide_reading(layer, wish)
        case Visit() | StartRounds() | StopRounds():
            return decide_visit(layer, wish, at)
        case CureFault() | RecheckFault():
            return decide_fault(layer, wish)
        case OpenShelter() | ShutShelter() | OrderSpacing() | CountHeads():
            return decide_shelter(layer, wish)
        case (
            StartTransfer()
            | ReportTransfer()
            | CorrectHeadcount()
            | SetDestinations()
            | VacateShelter()
            | AllowReturn()
            | EndTransfer()
        ):
            return decide_transfer(layer, wish)
        case OrderPassage() | WithdrawPassageOrder():
            return decide_passage(layer, wish, at)
        case ReadGauges() | SetThresholds():
            return decide_gauge(layer, wish, at)
        case Tick(due_at):
            return fired(layer, due_at)
        case _:
            assert_never(wish)


def _check_own_id(wish: GeoWish) -> None:
    if (named := OWN_ID.get(type(wish))) is not None:
        try:
            check_id(getattr(wish, named))
        except ValueError as wrong:
            raise Refused(str(wrong), "bad-id") from wrong


def layer_decider(sheets: Sheets) -> Decider[Layer, GeoWish, GeoFact]:
    """Return the decider of ``layer/…`` streams that finds the sheets of imports on the shelf *sheets*."""

    def evolve(layer: Layer, fact: GeoFact) -> Layer:
        """Return *layer*, changed in place, after *fact*."""
        if isinstance(fact, RegisterFact):
            evolve_register(layer, fact, sheets)
        elif isinstance(fact, ReadingFact):
            evolve_reading(layer, fact)
        elif isinstance(fact, VisitFact):
            evolve_visit(layer, fact)
        elif isinstance(fact, FaultFact):
            evolve_fault(layer, fact)
        elif isinstance(fact, ShelterFact):
            evolve_shelter(layer, fact)
        elif isinstance(fact, HouseholdFact):
            evolve_transfer(layer, fact)
        elif isinstance(fact, PassageFact):
            evolve_passage(layer, fact)
        elif isinstance(fact, GaugeFact):
            evolve_gauge(layer, fact)
        else:
            assert_never(fact)
        return layer

    return Decider("layer", empty, decide, evolve, lambda layer: layer.clocks, KINDS, Layer)


LAYER = layer_decider(no_sheets)
