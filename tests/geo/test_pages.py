"""The pages get a window of a layer, or tiles that decode to the very same points."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coord.geo.model import Circle, Place, Polygon, Region
from coord.geo.pages import EXTENT, box_of, tile, tile_box, window, within
from coord.geo.sample import sample_register

POINTS = sample_register("points")
KINDS = ["slope", "underpass"]


def varint(body: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = body[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def fields(body: bytes) -> Iterator[tuple[int, int | bytes]]:
    """A protocol-buffer reader of its own, as another program would see the tile."""
    at = 0
    while at < len(body):
        key, at = varint(body, at)
        if key & 7 == 2:
            length, at = varint(body, at)
            yield key >> 3, body[at : at + length]
            at += length
        else:
            value, at = varint(body, at)
            yield key >> 3, value


def numbers(body: bytes) -> list[int]:
    found, at = [], 0
    while at < len(body):
        value, at = varint(body, at)
        found.append(value)
    return found


def decoded(body: bytes) -> list[tuple[int, str, int, int]]:
    """Return (row, kind, x, y) of all features of a tile."""
    if not body:
        return []
    ((number, layer),) = list(fields(body))
    assert number == 3
    assert isinstance(layer, bytes)
    parts = list(fields(layer))
    assert (15, 2) in parts
    assert (5, EXTENT) in parts
    assert (3, b"kind") in parts
    values = [
        next(v for n, v in fields(value) if n == 1)
        for number, value in parts
        if number == 4 and isinstance(value, bytes)
    ]
    found = []
    for number, feature in parts:
        if number == 2 and isinstance(feature, bytes):
            told = dict(fields(feature))
            assert told[3] == 1
            key, word = numbers(told[2])  # type: ignore[arg-type]
            command, x, y = numbers(told[4])  # type: ignore[arg-type]
            assert (key, command) == (0, 9)
            kind = values[word]
            assert isinstance(kind, bytes)
            row = told[1]
            assert isinstance(row, int)
            found.append((row - 1, kind.decode(), (x >> 1) ^ -(x & 1), (y >> 1) ^ -(y & 1)))
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(113, 114), st.floats(22, 23), st.integers(0, 1)), max_size=60), st.integers(0, 16))
def test_a_tile_decodes_to_the_points_that_lie_in_it(some: list[tuple[float, float, int]], z: int) -> None:
    lons, lats, kinds = [row[0] for row in some], [row[1] for row in some], [row[2] for row in some]
    side = 1 << z
    x = int((113.5 / 360 + 0.5) * side)
    y = int((0.5 - np.arcsinh(np.tan(np.radians(22.5))) / (2 * np.pi)) * side)
    west, south, east, north = tile_box(z, x, y)
    told = decoded(tile(z, x, y, "points", lons, lats, KINDS, kinds))
    rows = {row for row, *_ in told}
    inside = {
        i for i, (lon, lat) in enumerate(zip(lons, lats, strict=True)) if west < lon < east and south < lat < north
    }
    assert rows <= set(range(len(some)))
    for row, kind, px, py in told:
        assert kind == KINDS[kinds[row]]
        assert px == pytest.approx((lons[row] - west) / (east - west) * EXTENT, abs=1.01)
        assert 0 <= py < EXTENT
    if z >= 14:
        # far apart on the screen: nothing is thinned away
        places = {(round(lons[i], 4), round(lats[i], 4), kinds[i]) for i in inside}
        assert len(rows) >= len(places) * 0.5


def test_no_point_is_lost_where_they_stand_apart() -> None:
    z, x, y = 12, 3339, 1789
    west, south, east, north = tile_box(z, x, y)
    lons, lats = np.meshgrid(np.linspace(west, east, 22)[1:-1], np.linspace(south, north, 22)[1:-1])
    body = tile(z, x, y, "points", lons.ravel(), lats.ravel(), KINDS, np.zeros(400))
    assert sorted(row for row, *_ in decoded(body)) == list(range(400))


def test_points_on_the_same_pixels_are_thinned_to_one_of_each_kind() -> None:
    body = tile(0, 0, 0, "points", [113.5] * 10, [22.1] * 10, KINDS, [0, 1] * 5)
    assert {kind for _, kind, *_ in decoded(body)} == {"slope", "underpass"}
    assert len(decoded(body)) == 2
    assert tile(4, 0, 0, "points", [113.5], [22.1], KINDS, [0]) == b""
    assert tile(0, 0, 0, "points", [np.nan], [22.1], KINDS, [0]) == b""


def test_there_is_no_tile_outside_the_world() -> None:
    for z, x, y in ((0, 1, 0), (3, 0, 8), (23, 0, 0), (-1, 0, 0)):
        with pytest.raises(ValueError, match="no such tile"):
            tile_box(z, x, y)


def test_a_window_holds_what_lies_in_it_and_its_tag_follows_its_bytes() -> None:
    body, tag = window(POINTS, "points", {"U3": {"state": "danger"}}, (113.52, 22.14, 113.525, 22.146))
    told = json.loads(body)["features"]
    assert {row["id"] for row in told} == {"U3"}
    assert told[0]["properties"]["state"] == "danger"
    assert tag == window(POINTS, "points", {"U3": {"state": "danger"}}, (113.52, 22.14, 113.525, 22.146))[1]
    assert tag != window(POINTS, "points", {"U3": {"state": "watch"}}, (113.52, 22.14, 113.525, 22.146))[1]
    assert len(json.loads(window(POINTS, "points", {})[0])["features"]) == len(POINTS)


def test_a_window_may_cross_180_and_areas_count_by_their_box() -> None:
    fiji = Region("Z-1", "zone", {}, Polygon((Place(179, -18), Place(180, -18), Place(180, -17))), "MO")
    assert within(fiji, (178, -20, -178, -10))
    assert not within(fiji, (-179, -20, -178, -10))
    assert not within(fiji, (178, -10, -178, 0))
    round_one = Region("Z-2", "zone", {}, Circle(Place(113.5, 22.1), 500), "MO")
    assert within(round_one, (113.504, 22.0, 113.6, 22.2))
    assert not within(round_one, (113.51, 22.0, 113.6, 22.2))


@pytest.mark.parametrize("text", ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "0,5,1,4", "200,0,1,1", "nan,0,1,1"])
def test_a_box_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        box_of(text)
