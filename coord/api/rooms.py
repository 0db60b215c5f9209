"""All rooms of the house in one place: their deciders, the kinds of their events, how they show themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coord.access.decide import PEOPLE
from coord.events import Decider
from coord.geo.decide import LAYER
from coord.hub.views import Board
from coord.incidents import board as incident_board
from coord.incidents.decide import INCIDENT
from coord.incidents.exchange import board as exchange_board
from coord.incidents.exchange.decide import EXCHANGE
from coord.incidents.ledgers import board as ledger_board
from coord.incidents.ledgers.decide import LEDGER
from coord.incidents.measures import board as measures_board
from coord.incidents.measures.decide import MEASURES
from coord.incidents.watch import board as watch_board
from coord.incidents.watch.decide import WATCH
from coord.incidents.zones import board as zones_board
from coord.incidents.zones.decide import ZONES
from coord.plans.adoption import PLANS
from coord.spaces import DECIDER as SPACE
from coord.store.codec import Codec

DECIDERS: tuple[Decider[Any, Any, Any], ...] = (
    WATCH,
    INCIDENT,
    MEASURES,
    LEDGER,
    ZONES,
    EXCHANGE,
    LAYER,
    PLANS,
    PEOPLE,
    SPACE,
)

CODEC = Codec.merge(*(decider.kinds for decider in DECIDERS))

BOARDS: Mapping[str, Board] = {
    "incident": Board(incident_board.touched, incident_board.row, incident_board.keys),
    "watch": Board(watch_board.touched, watch_board.row, watch_board.keys),
    "measures": Board(measures_board.touched, measures_board.row, measures_board.keys),
    "ledger": Board(ledger_board.touched, ledger_board.row, ledger_board.keys),
    "zones": Board(zones_board.touched, zones_board.row, zones_board.keys),
    "exchange": Board(exchange_board.touched, exchange_board.row, exchange_board.keys),
}
