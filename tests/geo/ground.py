"""What the tests of the layers stand on: times, folded layers of the sample district, and a way to play wishes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from coord.events import StreamId
from coord.geo.commands import GeoWish
from coord.geo.decide import LAYER, decide
from coord.geo.facts import FeatureCreated, GeoFact
from coord.geo.layer import Layer, empty
from coord.geo.model import Feature, Register
from coord.geo.sample import sample_register

NOON = datetime(2025, 9, 23, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def layer_of(register: Register, features: Sequence[Feature] | None = None) -> Layer:
    """Return a layer that holds *features*, or the sample's."""
    known = sample_register(register) if features is None else features
    return LAYER.fold([FeatureCreated(feature, NOON) for feature in known], empty(StreamId(f"layer/{register}")))


def play(layer: Layer, wish: GeoWish, at: datetime = NOON) -> list[GeoFact]:
    """Decide *wish* and fold what follows into *layer*; return the facts."""
    facts = list(decide(layer, wish, at))
    LAYER.fold(facts, layer)
    return facts
