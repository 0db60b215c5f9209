"""What an area touches is counted once, by kind, by law, and beyond our own border."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coord.errors import Unfit
from coord.geo.exposure import Ground
from coord.geo.model import Circle, Household, Parts, Place, Polygon, Region
from coord.geo.sample import sample_features, sample_register
from coord.geo.shapes import buffered, covers, wind_field

GROUND = Ground(sample_features())
XIACUN = Circle(Place(113.512, 22.149), 600)


def test_a_circle_around_the_old_village_says_who_lives_there() -> None:
    seen = GROUND.touching(XIACUN)
    assert seen.points == {"slope": 1, "waterlogging-point": 2}
    assert seen.point_ids == ("S07", "W04", "W05")
    assert (len(seen.households), seen.people) == (31, 95)
    assert seen.shelters == ("SH-11",)
    assert seen.by_regime == {"CN-mainland": 40}
    assert not seen.spills_over


def test_households_outside_whose_slope_lies_inside_are_linked() -> None:
    point = next(one for one in sample_register("points") if one.id == "S05")
    seen = GROUND.touching(Circle(point.place, 60))  # type: ignore[union-attr]
    threatened = [h for h in sample_register("households") if isinstance(h, Household) and "S05" in h.points]
    assert set(seen.linked) | set(seen.households) >= {home.id for home in threatened}
    assert not set(seen.linked) & set(seen.households)


def test_an_area_over_the_port_spills_into_macao_law() -> None:
    seen = GROUND.touching(Circle(Place(113.5440, 22.1405), 400))
    assert seen.spill["MO"] == pytest.approx(0.158, abs=0.001)
    assert set(seen.by_regime) == {"CN-mainland"}
    assert {touched.region for touched in seen.regions} >= {"440402104005", "MO-port", "hengqin", "macao"}


def test_a_typhoon_touches_everything_and_says_how_much_lies_beyond() -> None:
    seen = GROUND.touching(wind_field(Place(113.8, 21.9), 150_000, 120_000, 100_000, 120_000))
    assert (seen.people, len(seen.households), len(seen.shelters)) == (436, 142, 20)
    assert seen.residents == 46_061
    assert seen.spill.keys() == {"CN-mainland", "MO"}
    assert seen.unmapped_km2 > 10_000


def test_the_whole_district_touches_each_thing_once() -> None:
    seen = GROUND.touching(GROUND.of_regions(["hengqin", "MO-port", "MO-um"]))
    assert sum(seen.points.values()) == 58
    assert seen.people == 436
    assert seen.night_places == sum(getattr(one, "night", 0) for one in sample_register("shelters"))


squares = st.builds(
    lambda lon, lat, size: Polygon(
        tuple(Place(lon + dx * size, lat + dy * size) for dx, dy in ((0, 0), (1, 0), (1, 1), (0, 1)))
    ),
    st.floats(113.43, 113.56),
    st.floats(22.06, 22.17),
    st.floats(0.001, 0.05),
)


@settings(max_examples=25, deadline=None)
@given(squares, squares)
def test_two_areas_together_touch_what_either_touches(one: Polygon, other: Polygon) -> None:
    both = GROUND.touching(Parts((one, other)))
    single = [GROUND.touching(area) for area in (one, other)]
    assert set(both.households) == set(single[0].households) | set(single[1].households)
    assert set(both.point_ids) == set(single[0].point_ids) | set(single[1].point_ids)


@settings(max_examples=25, deadline=None)
@given(squares)
def test_whoever_is_counted_stands_inside(area: Polygon) -> None:
    seen = GROUND.touching(area)
    inside = {one.id for one in GROUND.placed if covers(area, one.place)}
    counted = {*seen.point_ids, *seen.households, *seen.shelters, *seen.facility_ids, *seen.passages}
    assert counted == {one for one in inside if one[0] not in "RTADE"}


@settings(max_examples=25, deadline=None)
@given(squares, st.floats(10, 2000))
def test_a_buffer_touches_at_least_as_much(area: Polygon, metres: float) -> None:
    assert set(GROUND.touching(area).households) <= set(GROUND.touching(buffered(area, metres)).households)


def test_the_nearest_shelters_come_in_order() -> None:
    near = GROUND.near(Place(113.512, 22.149), 3, lambda one: one.kind == "shelter")
    assert [one.id for one in near] == ["SH-11", "SH-12", "SH-13"]


def test_a_region_with_a_bad_ring_is_refused_by_name() -> None:
    bow = Polygon((Place(0, 0), Place(1, 1), Place(1, 0), Place(0, 1)))
    with pytest.raises(Unfit) as unfit:
        Ground([Region("Z-9", "zone", {}, bow, "MO")])
    assert unfit.value.findings[0].path == "Z-9"
    assert "0.5 0.5" in unfit.value.findings[0].text
