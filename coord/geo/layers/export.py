"""Layers as files: the same rows in every format, in the datum that is asked for.

What comes out goes in again without a difference. Text that a spreadsheet
would run as a formula is quoted.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from coord.errors import Finding, Unfit
from coord.geo import geojson
from coord.geo.datum import DATUMS, from_wgs84
from coord.geo.layers.tables import quoted
from coord.geo.model import Feature, Region, Register
from coord.geo.rows import Cell, header, row_of
from coord.geo.shapes import geometry

DRIVERS = {".gpkg": "GPKG", ".zip": "ESRI Shapefile", ".kml": "LIBKML"}


def write_file(
    name: str, register: Register, features: Sequence[Feature], datum: str = "WGS 84", **notes: str
) -> bytes:
    """Return *features* as the file that *name* ends in; *notes* (licence, mark) stand in GeoJSON only.

    Raises :exc:`Unfit` for an unknown format, and for a shifted datum in a
    format that could not say so.
    """
    ending = Path(name).suffix.lower()
    if datum not in DATUMS:
        raise _unfit("unknown-datum", f"{datum[:40]!r} is none of {', '.join(DATUMS)}", name)
    if ending in (".geojson", ".json", ".kml") and datum != "WGS 84":
        raise _unfit("wrong-datum", f"{ending} is WGS 84 by its standard", name)
    if ending in (".gpkg", ".zip") and not DATUMS[datum]:
        raise _unfit("wrong-datum", f"{ending} cannot say that it is in {datum}; use .csv or .xlsx", name)
    match ending:
        case ".geojson" | ".json":
            whole = geojson.collection(features, register, **notes)
            return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
        case ".csv":
            text = io.StringIO()
            csv.writer(text, lineterminator="\r\n").writerows(_table(register, features, datum))
            return b"\xef\xbb\xbf" + text.getvalue().encode()
        case ".xlsx":
            return _workbook(_table(register, features, datum), register)
        case ".gpkg" | ".zip" | ".kml":
            return _vector(ending, register, features, datum)
        case _:
            raise _unfit("unknown-format", f"{ending or 'no ending'} is no format that can be written", name)


def _unfit(code: str, text: str, name: str) -> Unfit:
    return Unfit([Finding("error", "/", code, text, name)])


def _drawn(features: Sequence[Feature], datum: str) -> list[Any]:
    """Return the geometries in *datum*, turned in one go."""
    shapes = [
        geometry(feature.shape) if isinstance(feature, Region) else shapely.Point(feature.place.lon, feature.place.lat)
        for feature in features
    ]
    if datum == "WGS 84" or not shapes:
        return shapes
    corners = shapely.get_coordinates(shapes)
    return list(
        shapely.set_coordinates(np.array(shapes), np.column_stack(from_wgs84(datum, corners[:, 0], corners[:, 1])))
    )


def _table(register: Register, features: Sequence[Feature], datum: str) -> list[list[Cell]]:
    names = header(register)
    where = ["wkt"] if register == "areas" else ["lon", "lat"]
    rows: list[list[Cell]] = [[*names, *where]]
    for feature, shape in zip(features, _drawn(features, datum), strict=True):
        cells = row_of(feature, register)
        at: list[Cell] = [shape.wkt] if register == "areas" else [float(shape.x), float(shape.y)]
        rows.append([*(quoted("" if cells[name] is None else cells[name]) for name in names), *at])
    return rows


def _workbook(rows: list[list[Cell]], title: str) -> bytes:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _vector(ending: str, register: Register, features: Sequence[Feature], datum: str) -> bytes:
    import pyogrio

    names = header(register)
    cells = [row_of(feature, register) for feature in features]
    columns = [_column([row[name] for row in cells]) for name in names]
    shapes = np.array(_drawn(features, datum), dtype=object)
    kind = "MultiPolygon" if register == "areas" else "Point"
    if register == "areas":
        shapes = np.array([shapely.MultiPolygon(shapely.get_parts(shape).tolist()) for shape in shapes], dtype=object)
    with tempfile.TemporaryDirectory(prefix="coord-export-") as folder:
        path = Path(folder) / ("layer.shp" if ending == ".zip" else f"layer{ending}")
        pyogrio.raw.write(
            str(path), shapely.to_wkb(shapes), columns, fields=np.array(names, dtype=object), geometry_type=kind,
            crs=DATUMS[datum], driver=DRIVERS[ending], layer=None if ending == ".zip" else register, encoding="UTF-8",
        )  # fmt: skip
        return _zipped(path, register) if ending == ".zip" else path.read_bytes()


def _column(cells: list[Cell]) -> Any:
    """Return cells as the array type that a column wants: whole numbers, numbers, or text."""
    known = [cell for cell in cells if cell is not None]
    if known and all(isinstance(cell, bool | int) for cell in known) and len(known) == len(cells):
        return np.array(cells, np.int32)
    if all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in known):
        return np.array([np.nan if cell is None else float(cell) for cell in cells], np.float64)
    return np.array(["" if cell is None else str(cell) for cell in cells], dtype=object)


def _zipped(path: Path, register: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(path.parent.glob("layer.*")):
            archive.write(part, f"{register}{part.suffix}")
    return out.getvalue()
