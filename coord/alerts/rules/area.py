"""Rules about where: whole ground, not crossing itself, altitudes in order (CAP 1.2 §3.2.4)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from coord.alerts.model import Area, Polygon
from coord.alerts.rules.info import acronym_hits
from coord.alerts.rules.table import Hit

CORNERS = 100
_PLAIN = 4
"""A ring of three corners cannot cross itself."""


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

    One call for all rings of a message: GEOS does a plane sweep, O(n log n),
    so a coast of 40,000 corners takes milliseconds.
    """
    if not rings:
        return
    import numpy as np
    import shapely

    coords = []
    ends = []
    for _, ring in rings:
        coords += unrolled(ring)
        ends.append(len(ring))
    lines = shapely.linearrings(np.array(coords), indices=np.repeat(np.arange(len(rings)), ends))
    shapes = shapely.polygons(lines)
    sound = shapely.is_valid(shapes)
    grounds = shapely.area(shapes)
    for (path, ring), valid, ground in zip(rings, sound, grounds, strict=True):
        if len(set(ring)) < 3 or ground == 0:
            yield Hit("R44", path, "encloses no ground")
        elif not valid:
            yield Hit("R44b", path, f"crosses itself: {shapely.is_valid_reason(_shape(ring))}")


def _shape(ring: Polygon) -> object:
    import shapely

    return shapely.Polygon(unrolled(ring))


def unrolled(ring: Polygon) -> list[tuple[float, float]]:
    """Return (lon, lat) of *ring* without a jump at the antimeridian: neighbours are under 180° apart.

    A ring across it would otherwise seem to run round the Earth, and to cross itself.
    """
    lons = [place.lon for place in ring]
    if max(lons) - min(lons) > 180:
        shift = 0.0
        out = [lons[0]]
        for before, after in pairwise(lons):
            if after - before > 180:
                shift -= 360
            elif before - after > 180:
                shift += 360
            out.append(after + shift)
        lons = out
    return list(zip(lons, [place.lat for place in ring], strict=True))
