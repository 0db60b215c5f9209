"""Layers go out and come in again without a difference; what would change is shown before it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from coord.errors import Unfit, errors_in
from coord.events import StreamId
from coord.geo.datum import from_wgs84
from coord.geo.decide import decide, layer_decider
from coord.geo.layer import Layer, empty
from coord.geo.layers.export import write_file
from coord.geo.layers.files import read_file
from coord.geo.layers.guard import picture
from coord.geo.layers.preview import Preview, preview
from coord.geo.layers.sheets import DamagedSheet, digest_of, sheet_bytes, sheet_of, sheets_on
from coord.geo.layers.tables import quoted
from coord.geo.model import REGISTER_OF, Circle, Feature, HazardPoint, Place, Region, Register
from coord.geo.rows import feature_of, row_of
from coord.geo.rules.register import Sheet
from coord.geo.sample import sample_features, sample_regions, sample_register
from tests.geo.ground import NOON

SLOPES = [one for one in sample_register("points") if isinstance(one, HazardPoint) and one.id.startswith("S")]
REGIONS = sample_regions()


def known(register: Register) -> dict[str, Feature]:
    return {feature.id: feature for feature in sample_register(register)}


def looked_at(
    register: Register, name: str, body: bytes, datum: str = "", before: Mapping[str, Feature] | None = None
) -> Preview:
    return preview(register, name, read_file(name, body), datum, known(register) if before is None else before, REGIONS)


@pytest.mark.parametrize("ending", ["geojson", "csv", "xlsx", "gpkg", "zip", "kml"])
@pytest.mark.parametrize("register", ["points", "areas"])
def test_what_goes_out_comes_in_again_without_a_difference(ending: str, register: Register) -> None:
    name = f"layer.{ending}"
    datum = "WGS 84" if ending in ("csv", "xlsx") else ""
    seen = looked_at(register, name, write_file(name, register, sample_register(register)), datum)
    assert (seen.differences, seen.unchanged) == ((), len(sample_register(register)))
    assert seen.fit
    fresh = looked_at(register, name, write_file(name, register, sample_register(register)), datum, {})
    assert fresh.counts["created"] == len(sample_register(register))


@pytest.mark.parametrize("register", ["shelters", "households", "facilities", "passages", "gauges"])
def test_every_register_has_its_columns(register: Register) -> None:
    for name, datum in (("layer.csv", "WGS 84"), ("layer.geojson", "")):
        seen = looked_at(register, name, write_file(name, register, sample_register(register)), datum)
        assert (seen.differences, [*seen.findings]) == ((), [])


@pytest.mark.parametrize("datum", ["GCJ-02", "BD-09", "Macao Grid", "Hong Kong 1980 Grid", "CGCS2000"])
def test_a_layer_in_another_datum_comes_back_to_the_same_places(datum: str) -> None:
    body = write_file("layer.csv", "points", sample_register("points"), datum)
    seen = looked_at("points", "layer.csv", body, datum)
    assert (seen.differences, seen.fit) == ((), True)
    if datum in ("Macao Grid", "Hong Kong 1980 Grid"):
        seen = looked_at("points", "layer.gpkg", write_file("layer.gpkg", "points", SLOPES, datum))
        assert (seen.datum, seen.differences) == (datum, ())


@settings(deadline=None)
@given(st.sampled_from(list(sample_features())))
def test_a_row_holds_the_whole_feature(feature: Feature) -> None:
    register = REGISTER_OF[type(feature)]
    where = feature.shape if isinstance(feature, Region) else feature.place
    assert feature_of(register, row_of(feature, register), where) == feature


def test_a_second_import_of_the_same_file_changes_nothing() -> None:
    body = write_file("slopes.csv", "points", SLOPES)
    first = looked_at("points", "slopes.csv", body, "WGS 84", {})
    decider = layer_decider(sheets_on({first.digest: first.body}.get))
    layer: Layer = empty(StreamId("layer/points"))
    decider.fold(decide(layer, first.command("survey", "duty", 0), NOON), layer)
    assert [*layer.features.values()] == SLOPES
    again = looked_at("points", "slopes.csv", body, "WGS 84", layer.features)
    assert (again.differences, again.unchanged) == ((), 12)
    assert decide(layer, again.command("survey", "duty", 1), NOON) == []


def test_differences_are_shown_cell_by_cell_and_by_how_far_things_move() -> None:
    moved = replace(SLOPES[0], place=Place(SLOPES[0].place.lon + 0.001, SLOPES[0].place.lat))
    graded = replace(SLOPES[1], danger=5 - SLOPES[1].danger, patrol=None)
    new = replace(SLOPES[2], id="S99")
    body = write_file("s.geojson", "points", [moved, graded, new, *SLOPES[3:]])
    seen = looked_at("points", "s.geojson", body, before={slope.id: slope for slope in SLOPES})
    told = {difference.id: difference for difference in seen.differences}
    assert (told["S01"].change, told["S01"].moved_m) == ("moved", 103)
    assert told["S02"].change == "amended"
    assert [cell[0] for cell in told["S02"].cells] == ["danger", "patrol_min"]
    assert told["S99"].change == "created"
    assert (seen.counts, seen.missing) == ({"created": 1, "amended": 1, "moved": 1, "closed": 0}, ("S03",))
    whole = preview("points", "s.geojson", read_file("s.geojson", body), "", {s.id: s for s in SLOPES}, REGIONS, True)
    assert (whole.counts["closed"], whole.sheet.closed) == (1, ("S03",))


def shifted(datum: str, slopes: list[HazardPoint] = SLOPES) -> bytes:
    """Return the slopes as a GeoJSON file whose numbers are in *datum*, though it claims to be WGS 84."""
    rows = []
    for slope in slopes:
        lon, lat = (float(value) for value in from_wgs84(datum, slope.place.lon, slope.place.lat))
        rows.append(replace(slope, place=Place(lon, lat)))
    return write_file("s.geojson", "points", rows)


@pytest.mark.parametrize("datum", ["GCJ-02", "BD-09"])
def test_a_shifted_geological_layer_is_caught_by_its_ids(datum: str) -> None:
    seen = looked_at("points", "s.geojson", shifted(datum))
    assert not seen.fit
    assert seen.shifted is not None
    assert (seen.shifted.as_, seen.shifted.rows, seen.shifted.given, seen.shifted.fits) == (datum, 12, 0, 12)
    text = next(finding.text for finding in seen.findings if finding.code == "datum-shifted")
    assert "as given" in text
    assert f"as {datum}" in text
    with pytest.raises(Unfit):
        seen.command("survey", "duty", 0)


def test_a_shifted_layer_with_new_ids_is_caught_by_where_known_things_stand() -> None:
    renamed = [replace(slope, id=f"N{i:02d}", community="") for i, slope in enumerate(SLOPES)]
    seen = looked_at("points", "s.geojson", shifted("GCJ-02", renamed))
    assert seen.shifted is not None
    assert (seen.shifted.as_, seen.shifted.fits) == ("GCJ-02", 12)
    assert looked_at("points", "s.geojson", write_file("s.geojson", "points", renamed)).shifted is None


@pytest.mark.parametrize("register", ["points", "households", "facilities"])
def test_a_shifted_first_layer_is_caught_by_the_communities_it_names(register: Register) -> None:
    rows = []
    for one in sample_register(register):
        assert not isinstance(one, Region)
        lon, lat = (float(value) for value in from_wgs84("GCJ-02", one.place.lon, one.place.lat))
        rows.append(replace(one, place=Place(lon, lat)))
    seen = looked_at(register, "x.geojson", write_file("x.geojson", register, rows), before={})
    assert seen.shifted is not None
    assert (seen.shifted.as_, seen.shifted.fits) == ("GCJ-02", len(rows))
    clean = looked_at(register, "x.geojson", write_file("x.geojson", register, sample_register(register)), before={})
    assert (clean.shifted, clean.fit) == (None, True)


def test_a_clean_layer_and_an_honest_gcj_layer_are_not_caught() -> None:
    assert looked_at("points", "s.geojson", shifted("WGS 84")).fit
    body = write_file("s.csv", "points", SLOPES, "GCJ-02")
    assert looked_at("points", "s.csv", body, "GCJ-02").fit
    assert not looked_at("points", "s.csv", body, "WGS 84").fit


def test_a_layer_that_was_corrected_twice_is_caught() -> None:
    seen = looked_at("points", "s.csv", write_file("s.csv", "points", SLOPES), "GCJ-02")
    assert seen.shifted is not None
    assert seen.shifted.as_ == "corrected twice"


def test_swapped_columns_are_caught_row_by_row_and_as_a_layer() -> None:
    body = write_file("s.csv", "points", SLOPES).decode("utf-8-sig").replace(",lon,lat\r\n", ",lat,lon\r\n").encode()
    seen = looked_at("points", "s.csv", body, "WGS 84")
    assert [finding.code for finding in errors_in(seen.findings)] == ["swapped"] * 13
    grid = (
        write_file("s.csv", "points", SLOPES, "Macao Grid").decode("utf-8-sig").replace(",lon,lat\r\n", ",lat,lon\r\n")
    )
    turned = looked_at("points", "s.csv", grid.encode(), "Macao Grid")
    assert turned.shifted is not None
    assert turned.shifted.as_ == "swapped"


def test_a_single_mistake_in_a_clean_layer_is_a_mistake_and_not_a_datum() -> None:
    odd = replace(SLOPES[0], place=Place(SLOPES[0].place.lon + 0.02, SLOPES[0].place.lat))
    seen = looked_at("points", "s.geojson", write_file("s.geojson", "points", [odd, *SLOPES[1:]]))
    assert seen.shifted is None
    assert any(finding.code == "moved-far" for finding in seen.findings)


def test_the_picture_shows_both_places() -> None:
    seen = looked_at("points", "s.geojson", shifted("GCJ-02"))
    assert seen.shifted is not None
    drawn = picture(seen.shifted, [shapely.box(113.49, 22.09, 113.52, 22.16)])
    assert drawn.count("<circle") == 2 * len(seen.shifted.samples)


def test_the_datum_is_asked_for_and_never_guessed() -> None:
    table = write_file("s.csv", "points", SLOPES)
    assert [f.code for f in errors_in(looked_at("points", "s.csv", table).findings)] == ["datum-missing"]
    assert [f.code for f in errors_in(looked_at("points", "s.csv", table, "Xian 80").findings)] == ["unknown-datum"]
    grid = write_file("s.gpkg", "points", SLOPES, "Macao Grid")
    assert [f.code for f in errors_in(looked_at("points", "s.gpkg", grid, "WGS 84").findings)] == ["datum-conflict"]
    for name in ("s.geojson", "s.kml", "s.gpkg"):
        with pytest.raises(Unfit):
            write_file(name, "points", SLOPES, "GCJ-02")


@settings(deadline=None)
@given(st.text(max_size=20))
def test_no_cell_that_goes_out_is_a_formula(text: str) -> None:
    assert not str(quoted(text)).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_what_was_quoted_comes_back_as_it_was() -> None:
    slope = replace(SLOPES[0], names={"en": "=HYPERLINK(1)"})
    seen = looked_at("points", "s.csv", write_file("s.csv", "points", [slope]), "WGS 84", {"S01": slope})
    assert seen.differences == ()


def test_a_gbk_table_with_chinese_headings_is_read_and_says_so() -> None:
    body = "编号,类型,名称,经度,纬度\nW77,waterlogging-point,十字门内涝点,113.54,22.14\n".encode("gbk")
    seen = looked_at("points", "点.csv", body, "WGS 84")
    assert seen.sheet.features[0].names == {"zh-Hans": "十字门内涝点"}  # type: ignore[union-attr]
    assert [finding.code for finding in seen.findings if finding.level == "note"] == ["encoding"]


def test_a_sheet_is_what_its_digest_says() -> None:
    sheet = Sheet(tuple(sample_features()), ("X-1",))
    body = sheet_bytes(sheet)
    assert list(sheet_of(body).features) == sorted(sheet.features, key=lambda feature: feature.id)
    assert sheet_of(body).closed == ("X-1",)
    assert digest_of(sheet_bytes(Sheet(sheet.features[::-1], sheet.closed))) == digest_of(body)
    with pytest.raises(DamagedSheet):
        sheets_on({"d": body}.get)("d")
    with pytest.raises(LookupError):
        sheets_on(dict[str, bytes]().get)("d")


def test_a_circle_keeps_its_radius() -> None:
    zone = Region("Z-9", "zone", {}, Circle(Place(113.5, 22.1), 250), "CN-mainland")
    body = write_file("z.geojson", "areas", [zone])
    assert looked_at("areas", "z.geojson", body, before={"Z-9": zone}).differences == ()
    assert looked_at("areas", "z.geojson", body, before={}).sheet.features == (zone,)


def test_numbers_in_shapefiles_and_workbooks_stay_numbers() -> None:
    seen = looked_at("points", "s.xlsx", write_file("s.xlsx", "points", SLOPES), "WGS 84", {})
    assert [point.watch_at for point in seen.sheet.features if isinstance(point, HazardPoint)] == [10.0] * 12
    assert np.isfinite([point.place.lon for point in seen.sheet.features if isinstance(point, HazardPoint)]).all()
