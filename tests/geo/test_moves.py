"""The story of a shelter that closes with people inside: everybody moves on, the sums never change."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from coord.geo.board import transfer_sums
from coord.geo.commands import OpenShelter, ReportTransfer, SetPointState, ShutShelter, StartTransfer
from coord.geo.layer import Layer
from coord.geo.matching import capacity
from coord.geo.model import Shelter
from coord.geo.moves import destinations, placed, standing_water, vacating
from coord.geo.sample import sample_register
from tests.geo.ground import HOUR, NOON, layer_of, play

HOMES = tuple(home.id for home in sample_register("households"))
SHELTERS = tuple(shelter.id for shelter in sample_register("shelters"))


def ready(shut: tuple[str, ...] = ()) -> tuple[Layer, Layer]:
    homes, shelters = layer_of("households"), layer_of("shelters")
    for one in SHELTERS:
        if one not in shut:
            play(shelters, OpenShelter(one, "duty", NOON))
    play(homes, StartTransfer("T1", HOMES, NOON + 6 * HOUR, "duty"))
    play(homes, destinations(placed(homes, shelters)))
    return homes, shelters


def within_capacity(homes: Layer, shelters: Layer) -> bool:
    bound: Counter[str] = Counter(transfer_sums(homes.homes.values()).in_shelter)
    for home in homes.homes.values():
        bound[home.to] += sum(part.people for part in home.parts if part.status in ("to-call", "informed", "moving"))
    return all(
        bound[one.id] <= capacity(one, shelters.shelters[one.id])
        for one in shelters.features.values()
        if isinstance(one, Shelter) and one.id in shelters.shelters
    )


def test_everybody_is_told_where_to_go_and_no_shelter_is_overfilled() -> None:
    homes, shelters = ready()
    assert all(home.to for home in homes.homes.values())
    assert within_capacity(homes, shelters)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.sampled_from(HOMES), unique=True, max_size=142), st.permutations(["SH-06", "SH-11", "SH-08"]))
def test_shelters_that_close_one_after_another_lose_and_double_nobody(arrived: list[str], order: list[str]) -> None:
    homes, shelters = ready()
    for one in arrived:
        play(homes, ReportTransfer(one, "arrived", NOON, "crew", homes.homes[one].to))
    for shelter in order:
        play(shelters, ShutShelter(shelter, "duty", "roof", NOON))
        play(homes, vacating(shelter, homes, shelters, NOON, "duty"))
        sums = transfer_sums(homes.homes.values())
        assert sums.people == 436
        assert shelter not in sums.in_shelter
        assert all(home.to != shelter for home in homes.homes.values())
        assert within_capacity(homes, shelters)


def test_a_shelter_at_the_water_is_not_chosen() -> None:
    points = layer_of("points")
    assert standing_water(points) == []
    play(points, SetPointState("W08", "danger", "seen", NOON, "crew"))
    play(points, SetPointState("S01", "danger", "seen", NOON, "crew"))
    water = standing_water(points)
    assert len(water) == 1
    homes, shelters = ready()
    shelter = next(one for one in shelters.features.values() if isinstance(one, Shelter) and one.id == "SH-06")
    told = placed(homes, shelters, [shelter.place])
    assert "SH-06" not in told.destinations().values()


def test_who_has_no_place_is_told_so() -> None:
    homes, _ = ready()
    wish = destinations(placed(homes, layer_of("shelters")))
    assert set(wish.shelters.values()) == {""}
    assert set(wish.because.values()) == {"no-place"}
    assert len(play(homes, wish)) == 142


def test_only_those_who_are_looking_are_placed_and_the_others_keep_their_places() -> None:
    homes, shelters = ready()
    before = {one: home.to for one, home in homes.homes.items()}
    told = placed(homes, shelters, only=HOMES[:5])
    assert set(told.destinations()) == set(HOMES[:5])
    play(homes, destinations(told))
    assert {one: home.to for one, home in homes.homes.items()} == before
