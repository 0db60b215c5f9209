"""Shelters: open or not, spaced or not, how many heads were counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from coord.errors import Refused
from coord.geo.commands.transfer import CountHeads, OpenShelter, OrderSpacing, ShelterWish, ShutShelter
from coord.geo.facts.transfer import HeadCounted, ShelterFact, ShelterOpened, ShelterShut, SpacingOrdered
from coord.geo.layer import Layer, ShelterNow, find
from coord.geo.model import Shelter


def decide_shelter(layer: Layer, wish: ShelterWish) -> Sequence[ShelterFact]:
    """Return what follows from *wish*."""
    match wish:
        case OpenShelter(one, by, happened_at):
            find(layer, one, Shelter)
            return [] if _now(layer, one).open else [ShelterOpened(one, by, happened_at)]
        case ShutShelter(one, by, reason, happened_at):
            find(layer, one, Shelter)
            return [ShelterShut(one, by, reason, happened_at)] if _now(layer, one).open else []
        case OrderSpacing(shelters, on, by):
            for one in shelters:
                find(layer, one, Shelter)
            changed = tuple(one for one in shelters if _now(layer, one).spaced != on)
            return [SpacingOrdered(changed, on, by)] if changed else []
        case CountHeads(one, people, by, happened_at):
            find(layer, one, Shelter)
            if not 0 <= people <= 100_000:
                raise Refused(f"{people} people cannot be in {one}", "not-so-many")
            return [HeadCounted(one, people, by, happened_at)]
        case _:
            assert_never(wish)


def _now(layer: Layer, one: str) -> ShelterNow:
    return layer.shelters.get(one) or ShelterNow()


def evolve_shelter(layer: Layer, fact: ShelterFact) -> None:
    """Change *layer* in place as *fact* says."""
    match fact:
        case ShelterOpened(one, _, _):
            layer.shelters.setdefault(one, ShelterNow()).open = True
        case ShelterShut(one, _, _, _):
            layer.shelters.setdefault(one, ShelterNow()).open = False
        case SpacingOrdered(shelters, on, _):
            for one in shelters:
                layer.shelters.setdefault(one, ShelterNow()).spaced = on
        case HeadCounted(one, people, _, happened_at):
            now = layer.shelters.setdefault(one, ShelterNow())
            if now.counted_at is None or happened_at >= now.counted_at:
                now.heads, now.counted_at = people, happened_at
        case _:
            assert_never(fact)
