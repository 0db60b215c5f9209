"""Rules about where: whole ground, not crossing itself, altitudes in order (CAP 1.2 §3.2.4)."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import pairwise
from struct import pack
from sys import byteorder
from typing import Any

from coord.alerts.model import Area, Polygon
from coord.alerts.rules.info import acronym_hits
from coord.alerts.rules.table import Hit
from coord.alerts.rules.tangle import too_much

CORNERS = 100


def area_hits(area: Area, where: str) -> Iterator[Hit]:
    """Tell what is wrong with *area*, which stands at the path *where*."""
    if not area.desc or area.desc.isspace():
        yield Hit("R36", f"{where}/areaDesc", "does not say where")
    for n, polygon in enumerate(area.polygons, 1):
        if len(polygon) - 1 > CORNERS:
            text = f"{len(polygon) - 1} corners; some receivers draw {CORNERS} at most"
            yield Hit("R45", f"{where}/polygon[{n}]", text)
    for n, circle in enumerate(area.circles, 1):
        if circle.radius == 0:
            yield Hit("R49", f"{where}/circle[{n}]", "radius 0 is a point: nobody stands inside")
    if area.ceiling is not None:
        if area.altitude is None:
            yield Hit("R50", f"{where}/ceiling", "a ceiling without an altitude")
        elif area.ceiling < area.altitude:
            yield Hit("R51", f"{where}/ceiling", f"the ceiling {area.ceiling} is below {area.altitude}")
    if area.geocodes:
        yield from acronym_hits(area.geocodes, f"{where}/geocode")


def ring_hits(rings: list[tuple[str, Polygon]]) -> Iterator[Hit]:
    """Tell which of *rings* (path, polygon) enclose nothing, or cross themselves.

    Each ring once, however many languages share it, and one call for all that
    are not plainly sound: GEOS sweeps the plane in O(n log n), so a coast of
    40,000 corners takes a fraction of a second.
    """
    lats = {id(ring): [place.lat for place in ring] for _, ring in rings}
    lons = {id(ring): unrolled(ring) for _, ring in rings}
    doubtful = [one for one in lats if not turns_once(lons[one], lats[one])]
    if not doubtful:
        return
    judged = [(lons[one], lats[one]) for one in doubtful]
    if too_much(judged):
        yield Hit("R46", rings[0][0], "the polygons are too tangled to be judged in time")
        return
    faults = _faults(judged)
    for path, ring in rings:
        if id(ring) in doubtful and (fault := faults[doubtful.index(id(ring))]) is not None:
            yield Hit(fault[0], path, fault[1])


def _faults(rings: list[tuple[list[float], list[float]]]) -> list[tuple[str, str] | None]:
    """Return the rule that each ring (longitudes, latitudes) breaks and why, or None, as GEOS judges."""
    import shapely

    shapes = shapely.from_wkb([_wkb(lons, lats) for lons, lats in rings])
    return [
        None if sound else _fault(shape) for shape, sound in zip(shapes, shapely.is_valid(shapes).tolist(), strict=True)
    ]


def _fault(shape: Any) -> tuple[str, str]:
    import shapely

    if shape.area == 0:
        return "R44", "encloses no ground"
    return "R44b", f"crosses itself: {shapely.is_valid_reason(shape)}"


def _wkb(lons: list[float], lats: list[float]) -> bytes:
    """Return the ring as a polygon in well-known binary: half the way into GEOS that an array takes.

    A ring of two corners is filled up with its last place, one round a pole
    closed: GEOS then calls them what they are.
    """
    if lons[0] != lons[-1] or lats[0] != lats[-1]:
        lons, lats = [*lons, lons[0]], [*lats, lats[0]]
    short = 4 - len(lats)
    if short > 0:
        lons, lats = lons + lons[-1:] * short, lats + lats[-1:] * short
    flat = array("d", bytes(16 * len(lats)))
    flat[::2], flat[1::2] = array("d", lons), array("d", lats)
    return pack("=BIII", byteorder == "little", 3, 1, len(lats)) + flat.tobytes()


def turns_once(lons: list[float], lats: list[float]) -> bool:
    """Whether the ring turns to one side at every corner, once round in all: then it cannot cross itself.

    Most warnings are boxes and rough outlines, and need no more than this. A
    corner too flat to be sure of is no.
    """
    if len(lons) < 4:
        return False
    east, north = lons[-1] - lons[-2], lats[-1] - lats[-2]
    side = flips = 0
    before = east
    for lon, lat, to_lon, to_lat in zip(lons, lats, lons[1:], lats[1:], strict=False):
        on_east, on_north = to_lon - lon, to_lat - lat
        one, other = east * on_north, north * on_east
        turn = one - other
        if abs(turn) <= 1e-12 * (abs(one) + abs(other)):
            return False
        now = 1 if turn > 0 else -1
        if side and side != now:
            return False
        side = now
        if on_east * before < 0:
            flips += 1
        before = on_east or before
        east, north = on_east, on_north
    return flips <= 2


def unrolled(ring: Polygon) -> list[float]:
    """Return the longitudes of *ring* without a jump at the antimeridian: neighbours are under 180° apart.

    A ring across it would otherwise seem to run round the Earth, and to cross itself.
    """
    lons = [place.lon for place in ring]
    if max(lons) - min(lons) <= 180:
        return lons
    shift = 0.0
    out = [lons[0]]
    for before, after in pairwise(lons):
        if after - before > 180:
            shift -= 360
        elif before - after > 180:
            shift += 360
        out.append(after + shift)
    return out
