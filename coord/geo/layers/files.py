"""From bytes to rows: which format a file is, by its ending and its first bytes, and who may read it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from coord.errors import Finding, Unfit
from coord.geo import geojson
from coord.geo.datum import DATUMS
from coord.geo.layers import sandbox, tables, zips
from coord.geo.rough import BadGeometry, Position, Raw, Rough

MOST_BYTES = 256 * 1024 * 1024
_SQLITE, _ZIP, _SHP = b"SQLite format 3\0", b"PK\x03\x04", b"\x00\x00\x27\x0a"

FORMATS = (".geojson", ".json", ".csv", ".xlsx", ".gpkg", ".zip", ".kml")


@dataclass(frozen=True, slots=True)
class Read:
    """What a file holds. ``datum`` is what it says itself, empty when it does not."""

    rows: tuple[Raw, ...]
    findings: tuple[Finding, ...]
    datum: str = ""


def read_file(name: str, body: bytes, layer: str = "", encoding: str = "", repair: bool = False) -> Read:
    """Return the rows of the file *name*, or findings why there are none; never raises for its content.

    *layer* names the layer or sheet when there are several, *encoding* that of
    a Shapefile. With *repair*, rings that cross themselves are repaired in the
    child, and only there.
    """
    try:
        read = _read(name, body, layer, encoding)
    except Unfit as unfit:
        return Read((), unfit.findings)
    return _repaired(read, name) if repair else read


def _read(name: str, body: bytes, layer: str, encoding: str) -> Read:
    ending = Path(name).suffix.lower()
    if len(body) > MOST_BYTES:
        raise _unfit("too-large", f"larger than {MOST_BYTES >> 20} MB", name)
    match ending:
        case ".geojson" | ".json":
            rows, findings = geojson.read(body, name)
            return Read(tuple(rows), tuple(findings), "WGS 84")
        case ".csv" | ".txt":
            rows, findings = tables.from_csv(body, name)
            return Read(tuple(rows), tuple(findings))
        case ".xlsx":
            return _workbook(name, body, layer)
        case ".gpkg" | ".zip" | ".kml":
            return _vector(ending, name, body, {"layer": layer, "encoding": encoding or None})
        case _:
            raise _unfit("unknown-format", f"{ending or 'no ending'} is none of {', '.join(FORMATS)}", name)


def _unfit(code: str, text: str, name: str) -> Unfit:
    return Unfit([Finding("error", "/", code, text, name)])


def _workbook(name: str, body: bytes, sheet: str) -> Read:
    archive = zips.inspected(body, name)
    for entry in archive.infolist():
        if entry.filename.lower().endswith((".xml", ".rels")):
            _no_entities(zips.content(archive, entry, name), name)
    with tempfile.TemporaryDirectory(prefix="coord-import-") as folder:
        path = Path(folder) / "book.xlsx"
        path.write_bytes(body)
        told = sandbox.lines("xlsx", path, name, layer=sheet)
        _chosen(next(told, {}), sheet, name, first=True)
        rows, findings = tables.from_cells(_cells(told, name), name)
    return Read(tuple(rows), tuple(findings))


def _cells(told: Iterator[dict[str, Any]], name: str) -> Iterator[tuple[int, list[Any]]]:
    for number, line in enumerate(told, 1):
        if "too-many" in line:
            raise _unfit("too-many-rows", f"more than {tables.MOST_ROWS} rows", name)
        yield number, line["row"]


def _no_entities(text: bytes, name: str) -> None:
    if b"\0" in text[:4] or b"<!DOCTYPE" in text[:65_536] or b"<!ENTITY" in text:
        raise _unfit("xml-entities", "XML with a document type or entities is not read", name)


def _chosen(header: dict[str, Any], layer: str, name: str, first: bool = False) -> None:
    layers = header.get("layers", [])
    if (layer and layer not in layers) or not layers:
        raise _unfit("no-such-layer", f"there is no layer {layer!r}; it has {', '.join(layers)[:200]}", name)
    if len(layers) > 1 and not layer and not first:
        raise _unfit("several-layers", f"say which of {', '.join(layers)[:200]}", name)


def _vector(ending: str, name: str, body: bytes, options: dict[str, Any]) -> Read:
    with tempfile.TemporaryDirectory(prefix="coord-import-") as folder:
        path = _laid_out(ending, name, body, Path(folder), options)
        kind = {".gpkg": "gpkg", ".zip": "shp", ".kml": "kml"}[ending]
        told = sandbox.lines(kind, path, name, **options)
        _chosen(next(told, {}), options["layer"], name)
        header = next(told, {})
        if header.get("rows", 0) > tables.MOST_ROWS:
            raise _unfit("too-many-rows", f"more than {tables.MOST_ROWS} rows", name)
        rows, findings = [], []
        for number, line in enumerate(told, 1):
            raw, found = _raw(number, line, name)
            rows.append(raw)
            findings += found
    return Read(tuple(rows), tuple(findings), "WGS 84" if kind == "kml" else _datum(header.get("crs", "")))


def _laid_out(ending: str, name: str, body: bytes, folder: Path, options: dict[str, Any]) -> Path:
    """Write the file where the child finds it, under a name of ours, once its first bytes fit its ending."""
    if ending == ".zip":
        if not body.startswith(_ZIP):
            raise _unfit("not-a-zip", "this is no zip archive", name)
        path = zips.unpack_shapefile(body, name, folder)
        with path.open("rb") as shape:
            if shape.read(4) != _SHP:
                raise _unfit("no-shapefile", "the .shp inside is no shapefile", name)
        if options["encoding"] is None and not path.with_suffix(".cpg").exists():
            options["encoding"] = _dbf_encoding(path.with_suffix(".dbf"))
        return path
    path = folder / f"layer{ending}"
    if ending == ".gpkg" and not body.startswith(_SQLITE):
        raise _unfit("not-a-geopackage", "this is no GeoPackage", name)
    if ending == ".kml":
        _no_entities(body, name)
        if b"<kml" not in body[:4096]:
            raise _unfit("not-a-kml", "this is no KML file", name)
    path.write_bytes(body)
    return path


def _dbf_encoding(table: Path) -> str:
    try:
        table.read_bytes()[32:].decode("utf-8")
    except UnicodeDecodeError:
        return "GBK"
    return "UTF-8"


def _raw(number: int, line: dict[str, Any], name: str) -> tuple[Raw, list[Finding]]:
    cells = {str(key): value for key, value in line.get("p", {}).items() if value is not None}
    if "id" not in cells and "Name" in cells:
        cells["id"] = cells["Name"]  # KML knows a feature by its name
    try:
        if "e" in line:
            raise BadGeometry("too-many-corners", f"{line['e']} corners")
        if line.get("g") is None:
            raise BadGeometry("empty-geometry", "an empty geometry")
        return Raw(number, cells, geojson.rough_of(line["g"], cells.get("radius_m"))), []
    except BadGeometry as wrong:
        return Raw(number, cells, None), [Finding("error", f"row {number}", wrong.code, str(wrong), name, number)]


def _datum(crs: str) -> str:
    """Return our name of the datum that a file claims, or its own words when we have none."""
    known = {code: datum for datum, code in DATUMS.items() if code}
    if crs in known or not crs:
        return known.get(crs, "")
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        found = CRS.from_user_input(crs[:20_000]).to_epsg(min_confidence=70)
    except CRSError:
        return crs[:60]
    return known.get(f"EPSG:{found}", f"EPSG:{found}" if found else crs[:60])


def _repaired(read: Read, name: str) -> Read:
    """Return *read* with every ring that crosses itself repaired in the child, each with a warning."""
    rows, findings = [], list(read.findings)
    with tempfile.TemporaryDirectory(prefix="coord-import-") as folder:
        path = Path(folder) / "area.geojson"
        for raw in read.rows:
            fixed = _valid(raw.rough, path, name)
            if fixed != raw.rough:
                text = "its ring crossed itself and was repaired; please look at it"
                findings.append(Finding("warning", f"row {raw.number}", "repaired", text, name, raw.number))
            rows.append(replace(raw, rough=fixed))
    return replace(read, rows=tuple(rows), findings=tuple(findings))


def _valid(rough: Rough | None, path: Path, name: str) -> Rough | None:
    """Return a valid form of *rough*, or *rough* itself when it is valid or beyond repair within the limits."""
    if rough is None or all(_simple(part) for part in rough.polygons):
        return rough
    path.write_text(json.dumps({"type": "MultiPolygon", "coordinates": rough.polygons}), encoding="utf-8")
    try:
        return geojson.rough_of(next(sandbox.lines("repair", path, name)))
    except (BadGeometry, Unfit, StopIteration):
        return rough


def _simple(rings: Sequence[Sequence[Position]]) -> bool:
    import shapely

    return any(len(ring) < 4 for ring in rings) or bool(shapely.is_valid(shapely.Polygon(rings[0], rings[1:])))
