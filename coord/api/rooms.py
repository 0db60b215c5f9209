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
from coord.incidents.watch import board as watch_board
from coord.incidents.watch.decide import WATCH
from coord.plans.adoption import PLANS
from coord.spaces import DECIDER as SPACE
from coord.store.codec import Codec

DECIDERS: tuple[Decider[Any, Any, Any], ...] = (WATCH, INCIDENT, LAYER, PLANS, PEOPLE, SPACE)

CODEC = Codec.merge(*(decider.kinds for decider in DECIDERS))

BOARDS: Mapping[str, Board] = {
    "incident": Board(incident_board.touched, incident_board.row, incident_board.keys),
    "watch": Board(watch_board.touched, watch_board.row, watch_board.keys),
}
