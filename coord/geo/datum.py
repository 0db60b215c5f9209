"""From and to the datums that layers come in, and links for map applications, each in its own.

The source datum of a layer is asked for and recorded, never guessed. Grids of
Macao and Hong Kong count north first in their definitions, so every
transformation is asked for longitude (or east) first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal
from urllib.parse import quote

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coord.errors import Finding, Unfit
from coord.geo import gcj
from coord.geo.place import Place

Floats = NDArray[np.float64]

Datum = Literal["WGS 84", "CGCS2000", "GCJ-02", "BD-09", "Macao Grid", "Macao 2008", "Hong Kong 1980 Grid"]

DATUMS: Mapping[str, str] = {
    "WGS 84": "EPSG:4326",
    "CGCS2000": "EPSG:4490",  # within a few centimetres of WGS 84, and taken as it
    "GCJ-02": "",
    "BD-09": "",
    "Macao Grid": "EPSG:8433",
    "Macao 2008": "EPSG:8431",
    "Hong Kong 1980 Grid": "EPSG:2326",
}
"""Datum to its EPSG code; the shifted ones have none."""

SAME = ("WGS 84", "CGCS2000", "Macao 2008")
"""Datums that differ from WGS 84 by less than half a metre here: no transformation can better them."""


@cache
def _transformer(datum: str) -> Any:
    from pyproj import Transformer

    return Transformer.from_crs(DATUMS[datum], "EPSG:4326", always_xy=True)


def _known(datum: str) -> None:
    if datum not in DATUMS:
        text = f"{datum[:40]!r} is none of {', '.join(DATUMS)}"
        raise Unfit([Finding("error", "datum", "unknown-datum", text)])


def to_wgs84(datum: str, x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
    """Return longitudes and latitudes in WGS 84 of places in *datum* (lon or east first); NaN where there is none.

    Raises :exc:`coord.errors.Unfit` for an unknown datum.
    """
    _known(datum)
    xs, ys = _sane(x), _sane(y)
    if datum in SAME:
        return xs, ys
    if datum == "GCJ-02":
        return gcj.gcj_to_wgs(xs, ys)
    if datum == "BD-09":
        return gcj.bd_to_wgs(xs, ys)
    return _finite(_transformer(datum).transform(xs, ys))


def from_wgs84(datum: str, lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Return places in *datum* (lon or east first) of WGS 84 longitudes and latitudes."""
    _known(datum)
    lons, lats = _sane(lon), _sane(lat)
    if datum in SAME:
        return lons, lats
    if datum == "GCJ-02":
        return gcj.wgs_to_gcj(lons, lats)
    if datum == "BD-09":
        return gcj.wgs_to_bd(lons, lats)
    return _finite(_transformer(datum).transform(lons, lats, direction="INVERSE"))


def _sane(values: ArrayLike) -> Floats:
    """Return *values* with NaN for what no datum knows, so that no formula is asked about infinity."""
    numbers = np.asarray(values, np.float64)
    return np.where(np.abs(numbers) < 1e9, numbers, np.nan)


def _finite(pair: Sequence[Any]) -> tuple[Floats, Floats]:
    x, y = (np.asarray(values, np.float64) for values in pair)
    return np.where(np.isfinite(x), x, np.nan), np.where(np.isfinite(y), y, np.nan)


@dataclass(frozen=True, slots=True)
class MapLink:
    """A link that opens a place in a map application. ``datum`` is what its numbers are in."""

    app: str
    datum: str
    url: str


def map_links(place: Place, label: str, mainland: bool) -> tuple[MapLink, ...]:
    """Return links to *place*, each in the datum of the application (P-22).

    Amap, Tencent and Baidu shift everywhere. Google shows mainland streets in
    GCJ-02 and everything else unshifted, so it depends on *mainland*. ``geo:``
    is WGS 84 by RFC 5870.
    """
    g_lon, g_lat = (float(value) for value in gcj.wgs_to_gcj(place.lon, place.lat))
    b_lon, b_lat = (float(value) for value in gcj.gcj_to_bd(g_lon, g_lat))
    lon, lat, name = place.lon, place.lat, quote(label, safe="")
    google, at = ("GCJ-02", (g_lat, g_lon)) if mainland else ("WGS 84", (lat, lon))
    shifted, pin = f"{g_lon:.6f},{g_lat:.6f}", f"{g_lat:.6f},{g_lon:.6f}"
    baidu = f"location={b_lat:.6f},{b_lon:.6f}&title={name}&content={name}&coord_type=bd09ll&output=html"
    osm = f"?mlat={lat:.6f}&mlon={lon:.6f}#map=18/{lat:.6f}/{lon:.6f}"
    return (
        MapLink("geo", "WGS 84", f"geo:{lat:.6f},{lon:.6f}"),
        MapLink("amap", "GCJ-02", f"https://uri.amap.com/marker?position={shifted}&name={name}&coordinate=gaode"),
        MapLink("tencent", "GCJ-02", f"https://apis.map.qq.com/uri/v1/marker?marker=coord:{pin};title:{name}"),
        MapLink("baidu", "BD-09", f"https://api.map.baidu.com/marker?{baidu}"),
        MapLink("google", google, f"https://www.google.com/maps/search/?api=1&query={at[0]:.6f}%2C{at[1]:.6f}"),
        MapLink("osm", "WGS 84", f"https://www.openstreetmap.org/{osm}"),
    )
