"""Layers as the pages take them: GeoJSON of a window, and vector tiles when there are too many for that.

The tile encoder is our own, in numpy: 100,000 points in some tens of
milliseconds, where the usual library takes most of a second (perf.md).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from math import atan, degrees, pi, sinh
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coord.geo import geojson
from coord.geo.model import Feature, Parts, Place, Polygon, Region, Register
from coord.geo.rows import Cell

TILES_OVER = 20_000
"""A layer with more features than this is served as tiles."""
EXTENT = 4096

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees; west > east means across 180°."""


def box_of(text: str) -> Box:
    """Return the box that a query string ``west,south,east,north`` names; raises ValueError.

    >>> box_of("113.4,22.0,113.6,22.2")
    (113.4, 22.0, 113.6, 22.2)
    """
    west, south, east, north = (float(part) for part in text.split(","))
    Place(west, south), Place(east, north)  # both must be places
    if south > north:
        raise ValueError("south lies north of north")
    return west, south, east, north


def within(feature: Feature, box: Box) -> bool:
    """Return whether *feature* touches *box*; of an area its own box decides."""
    west, south, east, north = box
    places = _corners(feature) if isinstance(feature, Region) else [feature.place]
    lats = [place.lat for place in places]
    if max(lats) < south or min(lats) > north:
        return False
    lons = [place.lon for place in places]
    if west <= east:
        return max(lons) >= west and min(lons) <= east
    return max(lons) >= west or min(lons) <= east


def _corners(region: Region) -> Sequence[Place]:
    parts = region.shape.parts if isinstance(region.shape, Parts) else (region.shape,)
    if all(isinstance(part, Polygon) for part in parts):
        return [place for part in parts if isinstance(part, Polygon) for place in part.outer]
    from coord.geo.shapes import boxes

    return [place for w, s, e, n in boxes(region.shape) for place in (Place(w, s), Place(e, n))]


def window(
    features: Iterable[Feature], register: Register, states: Mapping[str, Mapping[str, Cell]], box: Box | None = None
) -> tuple[bytes, str]:
    """Return a layer as GeoJSON within *box* and its ETag, a digest of the bytes.

    *states* adds properties by id (state, reading, occupancy): what the pages
    colour by. They are asked for by the caller, who knows who may see what.
    """
    told = []
    for feature in features:
        if box is None or within(feature, box):
            row: dict[str, Any] = geojson.feature_json(feature, register)
            row["properties"] |= states.get(feature.id, {})
            told.append(row)
    whole = {"type": "FeatureCollection", "register": register, "features": told}
    body = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
    return body, f'"{sha256(body).hexdigest()[:32]}"'


def tile_box(z: int, x: int, y: int) -> Box:
    """Return the box of a tile; raises ValueError when there is no such tile."""
    if not (0 <= z <= 22 and 0 <= x < 1 << z and 0 <= y < 1 << z):
        raise ValueError(f"no such tile: {z}/{x}/{y}")
    side = 1 << z

    def lat(row: int) -> float:
        return degrees(atan(sinh(pi * (1 - 2 * row / side))))

    return x / side * 360 - 180, lat(y + 1), (x + 1) / side * 360 - 180, lat(y)


def tile(z: int, x: int, y: int, layer: str, lons: Any, lats: Any, kinds: Sequence[str], kind: Any) -> bytes:
    """Return the points of a layer as a Mapbox Vector Tile (2.1), features numbered by their row.

    *kind* holds for each point the number of its word in *kinds*, the one
    property that a tile carries; points on the same pixel of a quarter are
    thinned to one of each kind.
    """
    tile_box(z, x, y)
    lon, lat = np.asarray(lons, np.float64), np.radians(np.asarray(lats, np.float64))
    side = float(1 << z)
    with np.errstate(invalid="ignore", divide="ignore"):
        px = np.floor(((lon / 360 + 0.5) * side - x) * EXTENT)
        py = np.floor(((0.5 - np.arcsinh(np.tan(lat)) / (2 * np.pi)) * side - y) * EXTENT)
        rows = np.flatnonzero((px >= 0) & (px < EXTENT) & (py >= 0) & (py < EXTENT))
    words = np.asarray(kind, np.int64)
    cell = (py[rows] // 4 * EXTENT + px[rows] // 4).astype(np.int64) * max(len(kinds), 1) + words[rows]
    rows = rows[np.sort(np.unique(cell, return_index=True)[1])]
    return _layer(layer, rows, px[rows].astype(np.int64), py[rows].astype(np.int64), kinds, words[rows])


Ints = NDArray[np.int64]


def _layer(name: str, rows: Ints, px: Ints, py: Ints, kinds: Sequence[str], words: Ints) -> bytes:
    if not len(rows):
        return b""
    parts = [b"\x78\x02", _field(1, name.encode()), _features(rows, px, py, words), _field(3, b"kind")]
    parts += [_field(4, _field(1, kind.encode())) for kind in kinds]
    parts.append(b"\x28" + _varint(EXTENT))
    return _field(3, b"".join(parts))


def _features(rows: Ints, px: Ints, py: Ints, words: Ints) -> bytes:
    """Return all features at once: each is id, two tags, type point, and MoveTo with zigzag numbers."""
    columns = [_varints(rows + 1), _varints(words), _varints(px << 1), _varints(py << 1)]
    (ids, il), (tags, tl), (xs, xl), (ys, yl) = columns
    tag_len, geo_len = 1 + tl, 1 + xl + yl
    inner = 1 + il + 2 + tag_len + 2 + 2 + geo_len
    out, at = _room(inner + 2)
    _put(out, at, 0, 0x12)
    out[at + 1] = inner
    _put(out, at, 2, 0x08)
    _spread(out, at + 3, ids, il)
    here = at + 3 + il
    _put(out, here, 0, 0x12)
    out[here + 1] = tag_len
    _put(out, here, 2, 0x00)
    _spread(out, here + 3, tags, tl)
    here = here + 3 + tl
    for offset, byte in enumerate((0x18, 0x01, 0x22)):
        _put(out, here, offset, byte)
    out[here + 3] = geo_len
    _put(out, here, 4, 0x09)
    _spread(out, here + 5, xs, xl)
    _spread(out, here + 5 + xl, ys, yl)
    return out.tobytes()


def _room(lengths: Ints) -> tuple[NDArray[np.uint8], Ints]:
    ends = np.cumsum(lengths)
    return np.zeros(int(ends[-1]), np.uint8), ends - lengths


def _put(out: NDArray[np.uint8], at: Ints, offset: int, byte: int) -> None:
    out[at + offset] = byte


def _varints(values: Ints) -> tuple[NDArray[np.uint8], Ints]:
    """Return the varint bytes of each value as rows of five, and how many of them count."""
    digits = np.stack([(values >> (7 * i)) & 0x7F for i in range(5)], axis=1).astype(np.uint8)
    lengths = np.maximum(_last(digits), 1)
    more = np.arange(5)[None, :] < (lengths - 1)[:, None]
    return digits | np.where(more, 0x80, 0).astype(np.uint8), lengths


def _last(digits: NDArray[np.uint8]) -> Ints:
    """Return the number of the last digit that is not zero, from 1; 0 when all are."""
    places = np.where(digits != 0, np.arange(1, 6), 0)
    return np.asarray(places.max(axis=1), np.int64)


def _spread(out: NDArray[np.uint8], at: Ints, digits: NDArray[np.uint8], lengths: Ints) -> None:
    for i in range(int(lengths.max())):
        some = lengths > i
        out[(at + i)[some]] = digits[some, i]


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _field(number: int, body: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(body)) + body
