"""Datums go there and back, agree with two public implementations, and each map application gets its own."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from coord.errors import Unfit
from coord.geo import gcj
from coord.geo.datum import DATUMS, from_wgs84, map_links, to_wgs84
from coord.geo.place import Place

REFERENCE = json.loads((Path(__file__).parents[1] / "data/geo/gcj_reference.json").read_text("utf-8"))["rows"]
WGS = np.array([row["wgs"] for row in REFERENCE])
PORT = Place(lon=113.543, lat=22.141)
MILLIMETRE = 1e-3 / 111_320


@pytest.mark.parametrize(("name", "forward"), [("gcj", gcj.wgs_to_gcj), ("bd", gcj.wgs_to_bd)])
def test_shifted_datums_agree_with_two_public_implementations(name: str, forward: object) -> None:
    for by in (0, 1):
        theirs = np.array([row[name][by] for row in REFERENCE])
        ours = np.array(forward(WGS[:, 0], WGS[:, 1])).T  # type: ignore[operator]
        assert np.abs(ours - theirs).max() < MILLIMETRE


@settings(deadline=None)
@given(st.floats(73, 137), st.floats(1, 55))
def test_the_inverse_is_true_to_a_millimetre(lon: float, lat: float) -> None:
    for there, back in ((gcj.wgs_to_gcj, gcj.gcj_to_wgs), (gcj.wgs_to_bd, gcj.bd_to_wgs)):
        x, y = back(*there(lon, lat))
        assert abs(float(x) - lon) < MILLIMETRE
        assert abs(float(y) - lat) < MILLIMETRE


def test_around_here_gcj_is_525_m_east_and_320_m_south() -> None:
    lon, lat = (float(value) for value in gcj.wgs_to_gcj(113.5101, 22.12))
    assert (lon - 113.5101) * 103_160 == pytest.approx(530, abs=15)
    assert (lat - 22.12) * 110_750 == pytest.approx(-320, abs=15)


def test_beyond_china_nothing_is_shifted() -> None:
    assert [float(value) for value in gcj.wgs_to_gcj(139.7, 35.7)] == [139.7, 35.7]


@settings(deadline=None)
@given(st.floats(113.4, 113.7), st.floats(22.0, 22.3), st.sampled_from(sorted(DATUMS)))
def test_every_datum_gives_back_the_place(lon: float, lat: float, datum: str) -> None:
    x, y = to_wgs84(datum, *from_wgs84(datum, lon, lat))
    # the seven-parameter steps of the old grids are inverted to a few millimetres only
    assert float(x) == pytest.approx(lon, abs=10 * MILLIMETRE)
    assert float(y) == pytest.approx(lat, abs=10 * MILLIMETRE)


def test_the_grids_are_asked_east_first() -> None:
    # the origins in their own geographic datums: Macao 1920, Hong Kong 1980
    for grid, own, origin, metres in (
        ("Macao Grid", 8428, ((113, 32, 11.29), (22, 12, 44.63)), (20_000.0, 20_000.0)),
        ("Hong Kong 1980 Grid", 4611, ((114, 10, 42.80), (22, 18, 43.68)), (836_694.05, 819_069.80)),
    ):
        lon, lat = (degrees + minutes / 60 + seconds / 3600 for degrees, minutes, seconds in origin)
        wgs = Transformer.from_crs(f"EPSG:{own}", "EPSG:4326", always_xy=True).transform(lon, lat)
        assert [float(value) for value in from_wgs84(grid, *wgs)] == pytest.approx(metres, abs=0.5)


def test_an_unknown_datum_is_refused() -> None:
    with pytest.raises(Unfit) as unfit:
        to_wgs84("Xian 80", 1, 2)
    assert unfit.value.findings[0].code == "unknown-datum"


def test_what_is_no_place_in_a_grid_is_nan_and_not_infinity() -> None:
    lon, lat = to_wgs84("Hong Kong 1980 Grid", [1e30, np.nan], [1e30, 0])
    assert not np.isinf(lon).any()
    assert not np.isinf(lat).any()


def numbers(url: str) -> tuple[float, float]:
    """Return longitude and latitude from a link of any application."""
    query = parse_qs(urlsplit(url).query)
    if url.startswith("geo:"):
        lat, lon = url[4:].split(",")
    elif "position" in query:
        lon, lat = query["position"][0].split(",")
    elif "marker" in query:
        lat, lon = query["marker"][0].removeprefix("coord:").split(";")[0].split(",")
    elif "location" in query:
        lat, lon = query["location"][0].split(",")
    elif "query" in query:
        lat, lon = query["query"][0].split(",")
    else:
        lat, lon = query["mlat"][0], query["mlon"][0]
    return float(lon), float(lat)


@pytest.mark.parametrize("mainland", [True, False])
def test_every_link_leads_to_within_a_metre_in_its_own_datum(mainland: bool) -> None:
    for link in map_links(PORT, "横琴口岸 & co", mainland):
        lon, lat = to_wgs84(link.datum, *numbers(link.url))
        metres = Geod(ellps="WGS84").inv(float(lon), float(lat), PORT.lon, PORT.lat)[2]
        assert metres < 1, link.app
        assert " " not in link.url
    datums = {link.app: link.datum for link in map_links(PORT, "x", mainland)}
    assert datums["google"] == ("GCJ-02" if mainland else "WGS 84")
    assert (datums["amap"], datums["baidu"], datums["geo"]) == ("GCJ-02", "BD-09", "WGS 84")
