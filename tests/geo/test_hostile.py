"""Whatever is in a file: findings with row and field, nothing read elsewhere, nothing half imported, bounded."""

from __future__ import annotations

import io
import json
import sqlite3
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coord.errors import errors_in
from coord.geo.datum import DATUMS
from coord.geo.layers import sandbox
from coord.geo.layers.export import write_file
from coord.geo.layers.files import Read, read_file
from coord.geo.layers.preview import Preview, preview
from coord.geo.sample import sample_regions, sample_register

SECRET = "the-content-of-another-file"


def looked_at(name: str, body: bytes, datum: str = "WGS 84") -> Preview:
    return preview("points", name, read_file(name, body), datum, {})


def codes(seen: Preview | Read) -> set[str]:
    return {finding.code for finding in errors_in(seen.findings)}


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"id": "W01", "kind": "slope", **properties}, "geometry": geometry}


def collection(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def point(*numbers: Any) -> dict[str, Any]:
    return {"type": "Point", "coordinates": list(numbers)}


GOOD = feature(point(113.5, 22.1))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not-geojson"),
        (b"not json", "not-geojson"),
        (b"[1, 2]", "not-geojson"),
        (b'{"type": "FeatureCollection", "features": {}}', "not-geojson"),
        (b"\xff\xfe\x00", "not-geojson"),
        (b'{"a":' * 100_000, "not-geojson"),
        (b'{"type":"FeatureCollection","features":[NaN]}', "not-geojson"),
        (b'{"type":"FeatureCollection","features":[' + b"9" * 10_000 + b"]}", "not-geojson"),
        (b'<OGRVRTDataSource><OGRVRTLayer name="x"/></OGRVRTDataSource>', "not-geojson"),
        (collection(1), "not-a-feature"),
        (collection(feature(None)), "no-geometry"),
        (collection(feature({"type": "Point", "coordinates": []})), "empty-geometry"),
        (collection(feature({"type": "Polygon", "coordinates": []})), "empty-geometry"),
        (collection(feature({"type": "MultiPolygon", "coordinates": []})), "empty-geometry"),
        (collection(feature({"type": "LineString", "coordinates": [[1, 2], [3, 4]]})), "wrong-geometry"),
        (collection(feature({"type": "GeometryCollection", "geometries": []})), "wrong-geometry"),
        (collection(feature({"type": "Polygon", "coordinates": [[[1, 2], [3, 4], [5, 7], [1, 2]]]})), "wrong-geometry"),
        (collection(feature({"type": "Polygon", "coordinates": [[[1, 2]]]})), "bad-geometry"),
        (collection(feature({"type": "Polygon", "coordinates": 7})), "empty-geometry"),
        (collection(feature({"type": "MultiPolygon", "coordinates": [7]})), "bad-geometry"),
        (collection(feature(point("113", "22"))), "bad-geometry"),
        (collection(feature(point(True, False))), "bad-geometry"),
        (collection(feature(point(10**400, 1))), "bad-geometry"),
        (collection(feature(point(22.1, 113.5))), "swapped"),
        (collection(feature(point(999, 999))), "no-such-place"),
        (b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"W1","kind":"x"},'
         b'"geometry":{"type":"Point","coordinates":[1e400,1]}}]}', "no-such-place"),
        (collection(feature({"type": "Polygon", "coordinates": [[[1, 2]] * 200_000]})), "too-many-corners"),
        (collection(GOOD, GOOD), "duplicate-id"),
        (collection(feature(point(113.5, 22.1), id=None)), "bad-cell"),
        (collection(feature(point(113.5, 22.1), id="../../etc")), "bad-row"),
        (collection(feature(point(113.5, 22.1), danger="nan")), "bad-cell"),
        (collection(feature(point(113.5, 22.1), danger="١")), "bad-cell"),
        (collection(feature(point(113.5, 22.1), danger=1.5)), "bad-cell"),
        (collection(feature(point(113.5, 22.1), watch_at="1_0")), "bad-cell"),
        (collection(feature(point(113.5, 22.1), contact="13800000000")), "bad-row"),
        (collection(feature(point(113.5, 22.1), name_hans="x" * 5_000)), "bad-cell"),
        (collection(feature(point(113.5, 22.1), name_hans="a\u0007b")), "bad-cell"),
        (b'{"type":"FeatureCollection","crs":{"properties":{"name":"EPSG:2326"}},"features":[]}', "wrong-datum"),
    ],
)  # fmt: skip
def test_bad_geojson_is_a_finding(body: bytes, code: str) -> None:
    seen = looked_at("x.geojson", body)
    assert code in codes(seen)
    assert not seen.fit


def test_a_finding_names_row_and_field() -> None:
    seen = looked_at("x.geojson", collection(GOOD, feature(point(113.5, 22.1), id="W02", danger="high")))
    finding = errors_in(seen.findings)[0]
    assert (finding.path, finding.line, finding.source) == ("row 2, danger", 2, "x.geojson")


def test_a_hundred_thousand_findings_are_told_in_a_thousand() -> None:
    body = "id,kind,lon,lat\n" + "".join(f"W{i},x,1000,1000\n" for i in range(20_000))
    seen = looked_at("x.csv", body.encode())
    assert len(seen.findings) == 1_001
    assert seen.findings[-1].code == "more-findings"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"\xff\xfa\x80\x80", "not-text"),
        (b"id,lon,lat\nW1,\x00,2", "not-text"),
        (b"a,b,c\n1,2,3", "no-heading"),
        (b"id,lon,lon,lat\n1,2,3,4", "no-heading"),
        (b"", "no-heading"),
        (b"id,kind,lon,lat\nW1,x,,", "no-geometry"),
        (b"id,kind,lon,lat\nW1,x,nan,22", "no-such-place"),
        (b"id,kind,lon,lat\nW1,x,1_13,22", "bad-geometry"),
        (b"id,kind,lon,lat\nW1,x,inf,22", "no-such-place"),
        ("id,kind,lon,lat\nW1,x,١١٣,22".encode(), "bad-geometry"),
        (b"id,kind,lon,lat\n,x,113,22", "bad-cell"),
        (b"id,kind,wkt\nW1,x,POINT EMPTY", "empty-geometry"),
        (b"id,kind,wkt\nW1,x,POLYGON((0 0", "bad-geometry"),
        (b'id,kind,wkt\nW1,x,"LINESTRING(0 0,1 1)"', "wrong-geometry"),
        (b"id,kind,lon,lat\nW1," + b"x" * 200_000 + b",113,22", "not-a-table"),
        (b'id,kind,lon,lat\nW1,"x', "no-geometry"),
    ],
)
def test_bad_tables_are_findings(body: bytes, code: str) -> None:
    assert code in codes(looked_at("x.csv", body))


def zipped(*files: tuple[str, bytes], **more: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files:
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = more.get("attributes", 0)
            archive.writestr(entry, body)
    return out.getvalue()


SHAPEFILE = write_file("x.zip", "points", sample_register("points")[:3])


def lying(body: bytes) -> bytes:
    """Return an archive whose table of contents says that its first file is three bytes long."""
    at = body.index(b"PK\x01\x02")
    return body[: at + 24] + (3).to_bytes(4, "little") + body[at + 28 :]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not-a-zip"),
        (b"PK\x03\x04 and no more", "not-a-zip"),
        (zipped(("layer.shp", b"\0" * 50_000_000)), "zip-bomb"),
        (zipped(*((f"{i}.txt", b"") for i in range(60))), "zip-bomb"),
        (zipped(("../../evil.shp", b"x")), "zip-climbs-out"),
        (zipped(("/etc/evil.shp", b"x")), "zip-climbs-out"),
        (zipped(("..\\evil.shp", b"x")), "zip-climbs-out"),
        (zipped(("C:evil.shp", b"x")), "zip-climbs-out"),
        (zipped(("layer.shp", b"/etc/passwd"), attributes=0o120777 << 16), "zip-link"),
        (zipped(("layer.shp", b"x")), "no-shapefile"),
        (zipped(("a.shp", b"x"), ("b.shp", b"x")), "several-layers"),
        (zipped(("a.shp", b"<OGRVRTDataSource/>"), ("a.shx", b""), ("a.dbf", b"")), "no-shapefile"),
        (lying(SHAPEFILE), "not-a-zip"),
    ],
)
def test_bad_archives_are_findings_before_anything_is_opened(body: bytes, code: str) -> None:
    assert code in codes(looked_at("x.zip", body, ""))


@contextmanager
def canary() -> Iterator[tuple[str, list[str]]]:
    """A web server that writes down who asks it for anything."""
    hits: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_response(404)
            self.end_headers()

        do_HEAD = do_GET  # noqa: N815 - the name is the library's

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", hits
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_no_disguise_makes_us_read_another_file_or_ask_the_network(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(f"id,kind,lon,lat\n{SECRET},x,113.5,22.1\n")
    with canary() as (url, hits):
        sources = (str(secret), f"/vsicurl/{url}/a.geojson", f"{url}/b.geojson", "/vsizip//vsicurl/" + url + "/c.zip")
        for i, source in enumerate(sources):
            layer = f'<OGRVRTLayer name="secret"><SrcDataSource>{source}</SrcDataSource></OGRVRTLayer>'
            vrt = f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>"
            href = f"<NetworkLink><Link><href>{url}/{i}.kml</href></Link></NetworkLink>"
            link = f'<kml xmlns="http://www.opengis.net/kml/2.2">{href}</kml>'
            for name, body in (
                ("x.geojson", vrt), ("x.gpkg", vrt), ("x.kml", vrt), ("x.csv", vrt), ("x.json", vrt), ("x.xlsx", vrt),
            ):  # fmt: skip
                seen = read_file(name, body.encode())
                assert errors_in(seen.findings)
                assert SECRET not in repr(seen)
            if i == 0:
                assert SECRET not in repr(read_file("x.kml", link.encode()))
                bare = tmp_path / "layer.kml"
                bare.write_text(vrt)
                with pytest.raises(Exception, match="cannot be read"):
                    list(sandbox.lines("kml", bare, "x.kml"))  # even when it gets past the first bytes
    assert hits == []


ENTITIES = b'<!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
BILLION = b'<?xml version="1.0"?>' + ENTITIES + b"<kml><name>&b;</name></kml>"


def test_entities_are_not_read() -> None:
    assert codes(looked_at("x.kml", BILLION, "")) == {"xml-entities"}
    assert codes(looked_at("x.kml", BILLION.decode().encode("utf-16"), "")) == {"xml-entities"}
    assert codes(looked_at("x.xlsx", zipped(("xl/workbook.xml", BILLION)))) == {"xml-entities"}


def geopackage(tmp_path: Path, statement: str) -> bytes:
    path = tmp_path / "x.gpkg"
    path.write_bytes(write_file("x.gpkg", "points", sample_register("points")[:3]))
    with sqlite3.connect(path) as database:
        database.executescript(statement)
    database.close()
    return path.read_bytes()


def test_a_broken_geopackage_and_one_with_several_layers_are_findings(tmp_path: Path) -> None:
    whole = write_file("x.gpkg", "points", sample_register("points")[:3])
    assert codes(looked_at("x.gpkg", whole[:16] + b"\0" * 5_000, ""))
    assert codes(looked_at("x.gpkg", whole[: len(whole) // 3], ""))
    both = geopackage(
        tmp_path,
        "CREATE TABLE other AS SELECT * FROM points;"
        "INSERT INTO gpkg_contents SELECT 'other', data_type, 'other', description, last_change, min_x, min_y, max_x,"
        " max_y, srs_id FROM gpkg_contents WHERE table_name = 'points';"
        "INSERT INTO gpkg_geometry_columns SELECT 'other', column_name, geometry_type_name, srs_id, z, m"
        " FROM gpkg_geometry_columns WHERE table_name = 'points';",
    )
    assert codes(looked_at("x.gpkg", both, "")) == {"several-layers"}
    assert codes(read_file("x.gpkg", both, layer="nowhere")) == {"no-such-layer"}
    assert len(read_file("x.gpkg", both, layer="other").rows) == 3


def test_a_workbook_that_is_none_is_a_finding() -> None:
    assert codes(looked_at("x.xlsx", zipped(("xl/workbook.xml", b"<workbook/>")))) == {"unreadable"}
    assert codes(looked_at("x.xlsx", zipped(("a.txt", b"hello")))) == {"unreadable"}


def test_an_unknown_ending_is_a_finding() -> None:
    for name in ("x.vrt", "x.gml", "x", "x.geojson.exe"):
        assert codes(looked_at(name, b"x")) == {"unknown-format"}


def test_the_child_is_stopped_when_it_takes_too_long_or_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bow = {"type": "Polygon", "coordinates": [[[(i * 7919) % 1000, (i * 104_729) % 1000] for i in range(3_000)]]}
    bow["coordinates"][0].append(bow["coordinates"][0][0])  # type: ignore[attr-defined]
    path = tmp_path / "area.geojson"
    path.write_text(json.dumps(bow))
    monkeypatch.setattr(sandbox, "SECONDS", 1)
    start = time.monotonic()
    with pytest.raises(Exception, match="within the limits"):
        list(sandbox.lines("repair", path, "x"))
    assert time.monotonic() - start < 10
    monkeypatch.setattr(sandbox, "MEGABYTES", 64)
    with pytest.raises(Exception, match="within the limits"):
        list(sandbox.lines("gpkg", path, "x"))


def test_a_ring_that_crosses_itself_is_refused_unless_the_child_repairs_it(tmp_path: Path) -> None:
    bow = {"type": "Polygon", "coordinates": [[[113, 22], [114, 23], [114, 22], [113, 23], [113, 22]]]}
    area = feature(bow, id="Z-9", kind="zone", regime="MO")
    seen = preview("areas", "x.geojson", read_file("x.geojson", collection(area)), "", {})
    assert codes(seen) == {"invalid-ring"}
    assert "113.5 22.5" in seen.findings[0].text
    fixed = preview("areas", "x.geojson", read_file("x.geojson", collection(area), repair=True), "", {})
    assert fixed.fit
    assert [finding.code for finding in fixed.findings] == ["repaired"]


@settings(max_examples=80, deadline=None)
@given(st.sampled_from([".geojson", ".csv"]), st.binary(max_size=300))
def test_no_bytes_whatsoever_raise_anything(ending: str, body: bytes) -> None:
    looked_at(f"x{ending}", body)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["type", "coordinates", "id"]), inner),
    max_leaves=12,
)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(["Point", "Polygon", "MultiPolygon"]), json_values, json_values)
def test_no_geometry_whatsoever_raises_anything(kind: str, coordinates: Any, cell: Any) -> None:
    body = collection(feature({"type": kind, "coordinates": coordinates}, danger=cell, radius_m=cell))
    looked_at("x.geojson", body)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.floats(), st.floats()), max_size=6), st.sampled_from(sorted(DATUMS)))
def test_no_pair_of_numbers_whatsoever_raises_anything(pairs: list[tuple[float, float]], datum: str) -> None:
    body = "id,kind,lon,lat\n" + "".join(f"W{i},x,{x!r},{y!r}\n" for i, (x, y) in enumerate(pairs))
    known = {point.id: point for point in sample_register("points")}
    seen = preview("points", "x.csv", read_file("x.csv", body.encode()), datum, known, sample_regions())
    assert len(seen.sheet.features) <= len(pairs)
