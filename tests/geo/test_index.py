"""The index says what the predicate says: for every shape, every place, while places move and cells are rebuilt."""

from __future__ import annotations

from threading import Thread
from typing import Any

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from coord.geo.covering import covering, keys_of
from coord.geo.index import PlaceIndex
from coord.geo.place import Circle, Parts, Place, Polygon
from coord.geo.shapes import geometry

WEST, SOUTH = 113.50, 22.10
SIZE = 0.04


def star(lon: float, lat: float, radii: list[float]) -> Polygon:
    turn = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    return Polygon(
        tuple(
            Place(lon=float(lon + r * np.cos(t)), lat=float(lat + r * np.sin(t)))
            for r, t in zip(radii, turn, strict=True)
        )
    )


stars = st.builds(
    star,
    st.floats(WEST - SIZE, WEST + 2 * SIZE),
    st.floats(SOUTH - SIZE, SOUTH + 2 * SIZE),
    st.lists(st.floats(0.0005, 0.05), min_size=3, max_size=12),
)
circles = st.builds(
    Circle,
    st.builds(Place, st.floats(WEST - SIZE, WEST + 2 * SIZE), st.floats(SOUTH - SIZE, SOUTH + 2 * SIZE)),
    st.floats(30, 9000),
)
boxes = st.builds(
    lambda x, y, w, h: Polygon(tuple(Place(*corner) for corner in ((x, y), (x + w, y), (x + w, y + h), (x, y + h)))),
    # on the lines of a coarse lattice, so that edges run along places and cell borders
    st.integers(0, 12).map(lambda i: WEST + i * SIZE / 16),
    st.integers(0, 12).map(lambda i: SOUTH + i * SIZE / 16),
    st.integers(1, 8).map(lambda i: i * SIZE / 16),
    st.integers(1, 8).map(lambda i: i * SIZE / 16),
)
shapes = stars | circles | boxes | st.lists(stars | boxes | circles, min_size=2, max_size=3).map(tuple).map(Parts)


def places(seed: int, many: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Scattered places, places on a lattice, and some that are unknown."""
    random = np.random.default_rng(seed)
    x, y = WEST + random.random(many) * SIZE, SOUTH + random.random(many) * SIZE
    lattice = many // 3
    x[:lattice] = WEST + random.integers(0, 17, lattice) * SIZE / 16
    y[:lattice] = SOUTH + random.integers(0, 17, lattice) * SIZE / 16
    x[-5:] = np.nan
    return x, y


def predicate(drawn: Any, index: PlaceIndex) -> list[int]:
    return np.flatnonzero(shapely.intersects_xy(drawn, index.x, index.y)).tolist()


def rows(index: PlaceIndex, drawn: Any) -> list[int]:
    found = index.inside(drawn).tolist()
    assert len(found) == len(set(found)), "a row came twice"
    return sorted(found)


@settings(max_examples=80, deadline=None)
@given(shapes, st.integers(0, 99), st.sampled_from([150.0, 200.0, 1000.0, 20_000.0]))
def test_the_index_finds_exactly_the_rows_that_the_predicate_finds(shape: Any, seed: int, cell_m: float) -> None:
    index = PlaceIndex(*places(seed, 900), cell_m=cell_m, few=0)
    drawn = geometry(shape)
    assert rows(index, drawn) == predicate(drawn, index)


moves = st.lists(
    st.tuples(st.lists(st.integers(0, 299), min_size=1, max_size=40), st.integers(0, 999), st.sampled_from("mfsa")),
    max_size=8,
)


@settings(max_examples=80, deadline=None)
@given(shapes, moves, st.integers(0, 20))
def test_it_stays_true_while_rows_move_and_a_rebuild_is_under_way(
    shape: Any, some: list[tuple[list[int], int, str]], seed: int
) -> None:
    index = PlaceIndex(*places(seed, 300), few=0)
    drawn, job = geometry(shape), None
    for at, luck, what in some:
        if what == "f":
            index.forget(at)
        elif what == "s":
            job = index.rebuilding()
        elif what == "a" and job is not None:
            job()
            index.adopt(job)
        else:
            random = np.random.default_rng(luck)
            # some leave the grid altogether
            index.move(at, WEST + random.random(len(at)) * 2 * SIZE, SOUTH + random.random(len(at)) * SIZE)
        assert rows(index, drawn) == predicate(drawn, index)


def test_rows_that_come_later_are_found_before_and_after_the_rebuild() -> None:
    index = PlaceIndex(*places(1, 300), few=0)
    index.grow(305)
    index.move([302, 304], [WEST + SIZE / 2] * 2, [SOUTH + SIZE / 2] * 2)
    drawn = geometry(Circle(Place(WEST + SIZE / 2, SOUTH + SIZE / 2), 50))
    assert {302, 304} <= set(rows(index, drawn))
    assert index.dirty == 2
    index.rebuild()
    assert index.dirty == 0
    assert rows(index, drawn) == predicate(drawn, index)


def test_a_move_within_its_cell_makes_nothing_dirty() -> None:
    index = PlaceIndex([WEST, WEST + SIZE], [SOUTH, SOUTH + SIZE], few=0)
    index.move([0], [WEST + 1e-7], [SOUTH + 1e-7])
    assert index.dirty == 0
    index.move([0], [WEST + SIZE / 2], [SOUTH])
    assert index.dirty == 1


def test_a_rebuild_that_was_overtaken_is_dropped() -> None:
    index = PlaceIndex(*places(1, 300), few=0)
    old, new = index.rebuilding(), index.rebuilding()
    old()
    new()
    index.move([1], [WEST], [SOUTH])
    index.adopt(new)
    index.adopt(old)
    drawn = geometry(Circle(Place(WEST, SOUTH), 500))
    assert rows(index, drawn) == predicate(drawn, index)


def test_moves_during_a_rebuild_in_another_thread_are_not_lost() -> None:
    index = PlaceIndex(*places(2, 60_000), few=0)
    drawn = geometry(Circle(Place(WEST + SIZE / 2, SOUTH + SIZE / 2), 1500))
    random = np.random.default_rng(4)
    job = index.rebuilding()
    thread = Thread(target=job)
    thread.start()
    for _ in range(20):
        at = random.integers(0, 60_000, 500)
        index.move(at, WEST + random.random(500) * SIZE, SOUTH + random.random(500) * SIZE)
    thread.join()
    index.adopt(job)
    assert rows(index, drawn) == predicate(drawn, index)


def test_nobody_is_found_where_nobody_is() -> None:
    empty = PlaceIndex(few=0)
    assert rows(empty, shapely.box(WEST, SOUTH, WEST + 1, SOUTH + 1)) == []
    index = PlaceIndex(*places(1, 300), few=0)
    assert rows(index, shapely.Polygon()) == []
    assert rows(index, shapely.box(10, 10, 11, 11)) == []
    assert rows(PlaceIndex([np.nan], [np.nan], few=0), shapely.box(0, 0, 1, 1)) == []


def test_an_area_across_180_finds_people_on_both_sides() -> None:
    index = PlaceIndex([179.99, -179.99, 0.0, 179.0], [10.0, 10.0, 10.0, 10.0], few=0)
    drawn = geometry(Circle(Place(180.0, 10.0), 5_000))
    assert rows(index, drawn) == [0, 1] == predicate(drawn, index)


@settings(max_examples=60, deadline=None)
@given(st.lists(shapes, max_size=8), st.integers(0, 50), st.data())
def test_the_areas_that_cover_a_place_are_those_whose_predicate_says_so(
    some: list[Any], seed: int, data: st.DataObject
) -> None:
    drawn = {f"a{i}": geometry(shape) for i, shape in enumerate(some)}
    index = covering(drawn.items())
    for key in data.draw(st.lists(st.sampled_from(sorted(drawn)), max_size=3)) if drawn else ():
        index.drop(key)
        drawn.pop(key, None)
    x, y = places(seed, 60)
    known = [Place(float(lon), float(lat)) for lon, lat in zip(x, y, strict=True) if lon == lon]  # noqa: PLR0124 - NaN
    expected = [
        sorted(key for key, shape in drawn.items() if shapely.intersects_xy(shape, place.lon, place.lat))
        for place in known
    ]
    assert [index.at(place) for place in known] == expected
    assert keys_of(index, known) == expected


def test_a_typhoon_and_a_city_block_are_filed_in_few_cells_each() -> None:
    index = covering(
        [
            ("typhoon", geometry(Circle(Place(115.0, 20.0), 500_000))),
            ("block", shapely.box(113.52, 22.10, 113.521, 22.101)),
            ("half-world", shapely.box(-180, -90, 0, 90)),
        ]
    )
    assert index.at(Place(113.5205, 22.1005)) == ["block", "typhoon"]
    assert index.at(Place(-170.0, -89.0)) == ["half-world"]
    assert index.at(Place(170.0, -89.0)) == []
    assert sum(map(len, index._cells)) < 2_000
    index.put("block", shapely.box(113.6, 22.1, 113.7, 22.2))
    assert index.at(Place(113.5205, 22.1005)) == ["typhoon"]
