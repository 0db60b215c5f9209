"""Shapes: nobody within a radius is left out, 180° is crossed the short way, bad rings are refused by place."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from coord.errors import Unfit
from coord.geo.geojson import geometry_of, shape_of
from coord.geo.place import MOST_VERTICES, Circle, Parts, Place, Polygon
from coord.geo.shapes import area_km2, boxes, buffered, covers, distance_m, geometry, wind_field

anywhere = st.builds(Place, st.floats(-180, 180), st.floats(-75, 75))


@settings(max_examples=60, deadline=None)
@given(
    anywhere, st.floats(50, 400_000), st.floats(0, 360) | st.integers(0, 359).map(lambda i: i + 0.5), st.floats(0, 1)
)
def test_whoever_is_within_the_radius_is_inside_the_circle(
    centre: Place, radius: float, bearing: float, part: float
) -> None:
    from pyproj import Geod

    lon, lat, _ = Geod(ellps="WGS84").fwd(centre.lon, centre.lat, bearing, radius * part)
    assert covers(Circle(centre, radius), Place(lon, lat))


@settings(max_examples=60, deadline=None)
@given(anywhere, st.floats(50, 400_000), st.floats(0, 360))
def test_whoever_is_clearly_beyond_the_radius_is_outside(centre: Place, radius: float, bearing: float) -> None:
    from pyproj import Geod

    lon, lat, _ = Geod(ellps="WGS84").fwd(centre.lon, centre.lat, bearing, radius * 1.001)
    assert not covers(Circle(centre, radius), Place(lon, lat))


def test_an_area_across_180_has_two_parts_and_the_same_size() -> None:
    here = Polygon((Place(10, 0), Place(12, 0), Place(12, 2), Place(10, 2)))
    there = Polygon((Place(179, 0), Place(-179, 0), Place(-179, 2), Place(179, 2)))
    assert area_km2(there) == pytest.approx(area_km2(here), rel=1e-3)
    assert sorted(boxes(there)) == [(-180, 0, -179, 2), (179, 0, 180, 2)]
    assert covers(there, Place(-179.5, 1))
    assert not covers(there, Place(0, 1))


def test_a_hole_across_180_stays_a_hole() -> None:
    ring = (Place(178, 0), Place(-178, 0), Place(-178, 4), Place(178, 4))
    hole = (Place(179.5, 1), Place(-179.5, 1), Place(-179.5, 2), Place(179.5, 2))
    area = Polygon(ring, (hole,))
    assert not covers(area, Place(180, 1.5))
    assert not covers(area, Place(-179.9, 1.5))
    assert covers(area, Place(-179.0, 1.5))


def test_a_circle_around_the_pole_holds_the_pole() -> None:
    area = Circle(Place(20, 89.5), 100_000)
    assert covers(area, Place(0, 90))
    assert covers(area, Place(-160, 89.9))
    assert not covers(area, Place(-160, 85))


def test_a_ring_around_the_pole_is_refused() -> None:
    ring = tuple(Place(lon, 80) for lon in (-170, -90, 0, 90, 170))
    with pytest.raises(Unfit) as unfit:
        geometry(Polygon(ring), "area[0]")
    assert unfit.value.findings[0].code == "around-pole"


def test_a_ring_that_crosses_itself_is_refused_and_the_place_named() -> None:
    bow = Polygon((Place(113, 22), Place(114, 23), Place(114, 22), Place(113, 23)))
    with pytest.raises(Unfit) as unfit:
        geometry(bow, "area[0]")
    finding = unfit.value.findings[0]
    assert (finding.code, finding.path) == ("invalid-ring", "area[0]")
    assert "113.5 22.5" in finding.text


def test_nonsense_is_refused_at_birth() -> None:
    with pytest.raises(ValueError, match="no such place"):
        Place(float("nan"), 0)
    with pytest.raises(ValueError, match="no such place"):
        Place(22.1, 113.5)
    with pytest.raises(ValueError, match="three different"):
        Polygon((Place(0, 0), Place(1, 1), Place(0, 0)))
    with pytest.raises(ValueError, match="corners"):
        Polygon(tuple(Place(i / 1e3, i % 2) for i in range(MOST_VERTICES + 1)))
    for radius in (0.0, -1.0, float("nan"), 1e9):
        with pytest.raises(ValueError, match="no such radius"):
            Circle(Place(0, 0), radius)
    with pytest.raises(ValueError, match="without parts"):
        Parts(())


def test_a_wind_field_is_as_wide_as_its_quadrants() -> None:
    field = wind_field(Place(113.5, 22), 100_000, 50_000, 0, 80_000)
    assert covers(field, Place(114.1, 22.5))
    assert not covers(field, Place(114.1, 21.5))
    assert not covers(field, Place(113.45, 21.95))
    assert covers(field, Place(113.0, 22.4))


def test_a_buffer_reaches_as_far_as_it_says() -> None:
    area = Polygon((Place(113.5, 22.1), Place(113.52, 22.1), Place(113.52, 22.12), Place(113.5, 22.12)))
    wide = buffered(area, 500)
    assert covers(wide, Place(113.52 + 490 / 103_160, 22.11))
    assert not covers(wide, Place(113.52 + 510 / 103_160, 22.11))
    assert buffered(Place(113.5, 22.1), 30) == Circle(Place(113.5, 22.1), 30)
    assert buffered(Circle(Place(113.5, 22.1), 30), 20) == Circle(Place(113.5, 22.1), 50)


def test_a_buffer_across_180_grows_together() -> None:
    area = Polygon((Place(179.9, 0), Place(-179.9, 0), Place(-179.9, 0.2), Place(179.9, 0.2)))
    wide = buffered(area, 1000)
    assert area_km2(wide) > area_km2(area)
    assert covers(wide, Place(180, 0.1))
    assert not covers(wide, Place(0, 0.1))


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-80, 80), st.integers(-80, 80)), min_size=3, max_size=8, unique=True))
def test_geojson_gives_back_the_shape_that_it_was_given(corners: list[tuple[int, int]]) -> None:
    shape = Polygon(tuple(Place(float(lon), float(lat)) for lon, lat in corners))
    assert shape_of(geometry_of(shape)) == shape
    assert shape_of(geometry_of(Parts((shape,)))) == shape
    assert shape_of(geometry_of(Parts((shape, shape)))) == Parts((shape, shape))


def test_overlapping_parts_are_one_area_without_a_hole() -> None:
    one = Circle(Place(113.5, 22.1), 1000)
    two = Circle(Place(113.505, 22.1), 1000)
    assert covers(Parts((one, two)), Place(113.5025, 22.1))
    assert area_km2(Parts((one, two))) < area_km2(one) + area_km2(two)
    assert shapely.is_valid(geometry(Parts((one, two))))


def test_distance_is_geodesic() -> None:
    assert distance_m(Place(113.5, 22.1), Place(114.5, 22.1)) == pytest.approx(103_199, abs=50)
