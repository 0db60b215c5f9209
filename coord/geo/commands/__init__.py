"""All that can be asked of a layer; each may be refused."""

from __future__ import annotations

from coord.events import Tick
from coord.geo.commands.gauges import GaugeWish, ReadGauges, SetThresholds, Value
from coord.geo.commands.passages import OrderPassage, PassageWish, WithdrawPassageOrder
from coord.geo.commands.points import (
    CureFault,
    Fault,
    PointWish,
    RecheckFault,
    SetPointState,
    StartRounds,
    StopRounds,
    TakeReading,
    Visit,
)
from coord.geo.commands.register import Amend, Close, Create, Import, Move, RegisterWish, Reopen
from coord.geo.commands.transfer import (
    AllowReturn,
    CorrectHeadcount,
    CountHeads,
    EndTransfer,
    HouseholdWish,
    OpenShelter,
    OrderSpacing,
    ReportTransfer,
    SetDestinations,
    ShelterWish,
    ShutShelter,
    StartTransfer,
    TransferWish,
    VacateShelter,
)

GeoWish = RegisterWish | PointWish | TransferWish | PassageWish | GaugeWish | Tick

__all__ = [
    "AllowReturn",
    "Amend",
    "Close",
    "CorrectHeadcount",
    "CountHeads",
    "Create",
    "CureFault",
    "EndTransfer",
    "Fault",
    "GaugeWish",
    "GeoWish",
    "HouseholdWish",
    "Import",
    "Move",
    "OpenShelter",
    "OrderPassage",
    "OrderSpacing",
    "PassageWish",
    "PointWish",
    "ReadGauges",
    "RecheckFault",
    "RegisterWish",
    "Reopen",
    "ReportTransfer",
    "SetDestinations",
    "SetPointState",
    "SetThresholds",
    "ShelterWish",
    "ShutShelter",
    "StartRounds",
    "StartTransfer",
    "StopRounds",
    "TakeReading",
    "TransferWish",
    "VacateShelter",
    "Value",
    "Visit",
    "WithdrawPassageOrder",
]
