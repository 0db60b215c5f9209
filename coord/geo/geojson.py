"""GeoJSON (RFC 7946) in and out, with a parser of our own.

GDAL would read a VRT in a file that is called .geojson, and fetch what it
names (reliability.md §0.6). This is the one place where the order lon, lat of
GeoJSON positions is known.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from coord.errors import Finding
from coord.geo.model import Circle, Feature, Parts, Place, Polygon, Region, Register, Shape
from coord.geo.rough import BadGeometry, Position, Raw, Rough, bounded, settled
from coord.geo.rows import Cell, row_of

MOST_BYTES = 256 * 1024 * 1024
MOST_FEATURES = 2_000_000


def read(body: bytes, source: str = "") -> tuple[list[Raw], list[Finding]]:
    """Return the features of a GeoJSON *body* and what is wrong with it; never raises for its content."""
    try:
        document = _document(body)
        features = document["features"] if document.get("type") == "FeatureCollection" else [document]
        if not isinstance(features, list) or len(features) > MOST_FEATURES:
            raise ValueError("features must be a list of bearable length")
    except (ValueError, KeyError, RecursionError) as wrong:
        return [], [Finding("error", "/", "not-geojson", f"this is not usable GeoJSON: {wrong}", source)]
    if "crs" in document and "CRS84" not in json.dumps(document["crs"]) and "4326" not in json.dumps(document["crs"]):
        return [], [
            Finding("error", "/crs", "wrong-datum", "GeoJSON is WGS 84; this file names another system", source)
        ]
    rows: list[Raw] = []
    findings: list[Finding] = []
    for number, feature in enumerate(features, 1):
        raw, found = _raw(number, feature, source)
        rows.append(raw)
        findings += found
    return rows, findings


def _document(body: bytes) -> dict[str, Any]:
    if len(body) > MOST_BYTES:
        raise ValueError(f"larger than {MOST_BYTES} bytes")
    document = json.loads(body.decode("utf-8-sig"), parse_constant=_no_constant)
    if not isinstance(document, dict):
        raise ValueError("not an object")
    return document


def _no_constant(word: str) -> float:
    raise ValueError(f"{word} is not JSON")


def _raw(number: int, feature: Any, source: str) -> tuple[Raw, list[Finding]]:
    path = f"features[{number - 1}]"
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        return Raw(number, {}, None), [Finding("error", path, "not-a-feature", "not a GeoJSON Feature", source, number)]
    findings: list[Finding] = []
    cells = dict(_cells(feature.get("properties") or {}))
    if "id" in feature and "id" not in cells and isinstance(feature["id"], str | int):
        cells["id"] = feature["id"]
    try:
        rough = rough_of(feature.get("geometry"), cells.get("radius_m"))
    except BadGeometry as wrong:
        rough = None
        findings.append(Finding("error", f"{path}.geometry", wrong.code, str(wrong), source, number))
    return Raw(number, cells, rough), findings


def _cells(properties: Any) -> Iterator[tuple[str, Cell]]:
    if isinstance(properties, Mapping):
        for name, value in properties.items():
            if value is None or isinstance(value, str | int | float | bool):
                yield str(name), value


def rough_of(geometry: Any, radius: Cell = None) -> Rough:
    """Return a GeoJSON geometry as it stands; *radius* (m) makes a circle of a point. Raises :exc:`BadGeometry`."""
    if not isinstance(geometry, dict):
        raise BadGeometry("no-geometry", "without a place")
    coordinates = geometry.get("coordinates")
    try:
        match geometry.get("type"):
            case "Point":
                return Rough(_position(coordinates), radius_m=None if radius is None else float(radius))
            case "Polygon":
                return Rough(polygons=(_polygon(coordinates),))
            case "MultiPolygon":
                if not isinstance(coordinates, list) or not coordinates:
                    raise BadGeometry("empty-geometry", "an empty geometry")
                bounded(ring for part in coordinates for ring in part)
                return Rough(polygons=tuple(_polygon(part) for part in coordinates))
            case other:
                raise BadGeometry("wrong-geometry", f"neither a point nor an area: {str(other)[:40]}")
    except BadGeometry:
        raise
    except (TypeError, ValueError, IndexError, OverflowError) as wrong:
        raise BadGeometry("bad-geometry", f"unusable geometry: {wrong}") from wrong


def _position(position: Any) -> Position:
    if not isinstance(position, list) or len(position) < 2:
        raise BadGeometry("empty-geometry", "an empty geometry")
    first, second = position[:2]
    if (
        isinstance(first, bool)
        or isinstance(second, bool)
        or not all(isinstance(n, int | float) for n in (first, second))
    ):
        raise BadGeometry("bad-geometry", "a position must be two numbers")
    return float(first), float(second)


def _polygon(rings: Any) -> tuple[tuple[Position, ...], ...]:
    if not isinstance(rings, list) or not rings:
        raise BadGeometry("empty-geometry", "an empty geometry")
    bounded(rings)
    return tuple(tuple(map(_position, ring)) for ring in rings)


def shape_of(geometry: Any) -> Shape:
    """Return the area that a GeoJSON geometry describes; raises ValueError for a point or nonsense."""
    where = settled(rough_of(geometry))
    if isinstance(where, Place):
        raise ValueError("a point is not an area")
    return where


def geometry_of(where: Place | Shape) -> dict[str, Any]:
    """Return *where* as a GeoJSON geometry; a circle as its centre, beside it stands ``radius_m``."""
    match where:
        case Place():
            return {"type": "Point", "coordinates": [where.lon, where.lat]}
        case Circle():
            return geometry_of(where.centre)
        case Polygon():
            return {"type": "Polygon", "coordinates": _rings(where)}
        case Parts():
            return {"type": "MultiPolygon", "coordinates": [_rings(_flat(part)) for part in where.parts]}


def _flat(part: Polygon | Circle) -> Polygon:
    if isinstance(part, Circle):
        from coord.geo.shapes import ring_of  # needs pyproj

        return Polygon(ring_of(part))
    return part


def _rings(polygon: Polygon) -> list[list[list[float]]]:
    return [[[place.lon, place.lat] for place in (*ring, ring[0])] for ring in (polygon.outer, *polygon.holes)]


def feature_json(feature: Feature, register: Register) -> dict[str, Any]:
    """Return *feature* as a GeoJSON Feature whose properties are its flat row."""
    where = feature.shape if isinstance(feature, Region) else feature.place
    properties = {name: cell for name, cell in row_of(feature, register).items() if cell not in (None, "")}
    if isinstance(where, Circle):
        properties["radius_m"] = where.radius_m
    return {"type": "Feature", "id": feature.id, "properties": properties, "geometry": geometry_of(where)}


def collection(features: Iterable[Feature], register: Register, **notes: str) -> dict[str, Any]:
    """Return *features* as a FeatureCollection; *notes* (licence, mark) stand at its top."""
    return {
        "type": "FeatureCollection",
        "register": register,
        **notes,
        "features": [feature_json(feature, register) for feature in features],
    }
