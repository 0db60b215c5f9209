"""What can be said about shapes: rings, bounds, whether a place lies inside.

Edges are straight in longitude and latitude, as in CAP and GeoJSON; circles
and wind radii are geodesic. A shape that crosses 180° becomes two parts here.
A ring that crosses itself is refused and its place named: repairing it is the
business of the import, in a child with a limit (reliability.md §0.7).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from coord.errors import Finding, Unfit
from coord.geo.place import Circle, Parts, Place, Polygon, Shape

if TYPE_CHECKING:
    from numpy.typing import NDArray

CORNERS = 360
OUTSIDE = (1 + 5e-5) / math.cos(math.pi / CORNERS)
"""A circle is drawn with so many corners, so much outside the true one: its edges then touch it nowhere.

That is at most 0.01 % of the radius. Edges that just touch would leave somebody
out by rounding, and by the bend of a geodesic on a flat map.
"""


@cache
def _geod() -> Any:
    from pyproj import Geod

    return Geod(ellps="WGS84")


def distance_m(one: Place, other: Place) -> float:
    """Return the geodesic distance in metres."""
    return float(_geod().inv(one.lon, one.lat, other.lon, other.lat)[2])


def ring_of(circle: Circle) -> tuple[Place, ...]:
    """Return a ring around *circle*: it lies outside, so nobody within the radius is left out."""
    return sector_ring(circle.centre, [circle.radius_m * OUTSIDE + 0.01] * CORNERS)


def sector_ring(centre: Place, radii: Sequence[float]) -> tuple[Place, ...]:
    """Return the ring whose corner *i* of *n* lies ``radii[i]`` metres from *centre* at bearing 360° · i / n."""
    n = len(radii)
    bearings = [360.0 * i / n for i in range(n)]
    lons, lats, _ = _geod().fwd([centre.lon] * n, [centre.lat] * n, bearings, list(radii))
    return tuple(Place(float(lon), float(lat)) for lon, lat in zip(lons, lats, strict=True))


def wind_field(centre: Place, north_east: float, south_east: float, south_west: float, north_west: float) -> Polygon:
    """Return the area of a wind radius given by quadrant in metres, as forecast centres publish it.

    A quadrant without that wind has radius 0; then the edge runs through the centre.
    """
    radii = []
    for quadrant in (north_east, south_east, south_west, north_west):
        radii += [max(quadrant, 1.0) * OUTSIDE] * (CORNERS // 4 + 1)
    ring: list[Place] = []
    for i, quadrant in enumerate((0, 91, 182, 273)):
        bearings = [90.0 * i + step for step in range(91)]
        some = radii[quadrant : quadrant + 91]
        lons, lats, _ = _geod().fwd([centre.lon] * 91, [centre.lat] * 91, bearings, some)
        ring += [Place(float(lon), float(lat)) for lon, lat in zip(lons, lats, strict=True)]
    kept = [place for place, before in zip(ring, [ring[-1], *ring[:-1]], strict=True) if place != before]
    return Polygon(tuple(kept))


def geometry(shape: Shape, name: str = "area") -> Any:
    """Return *shape* as a valid shapely polygon or multipolygon within ±180°.

    Raises :exc:`coord.errors.Unfit` with the place of the fault when a ring
    crosses itself or runs around a pole; *name* says in whose words.
    """
    match shape:
        case Circle():
            return _circle(shape, name)
        case Polygon():
            return _polygon(shape, name)
        case Parts():
            return shapely.union_all([geometry(part, f"{name}.parts[{i}]") for i, part in enumerate(shape.parts)])


def _unfit(name: str, code: str, text: str) -> Unfit:
    return Unfit([Finding("error", name, code, text)])


def _circle(circle: Circle, name: str) -> Any:
    for pole in (90.0, -90.0):
        if distance_m(circle.centre, Place(circle.centre.lon, pole)) <= circle.radius_m:
            ring = sorted(ring_of(circle))
            west, east = (-180.0, ring[0].lat), (180.0, ring[-1].lat)
            corners = [west, *((place.lon, place.lat) for place in ring), east, (180.0, pole), (-180.0, pole)]
            return shapely.Polygon(corners)
    return _polygon(Polygon(ring_of(circle)), name)


def _unwrapped(ring: Sequence[Place], name: str) -> NDArray[np.float64]:
    """Return lon, lat rows in which no step is longer than 180°, so longitudes may leave ±180."""
    corners = np.array([(place.lon, place.lat) for place in ring], dtype=np.float64)
    steps = np.diff(corners[:, 0], append=corners[0, 0])
    turns = np.where(steps > 180, -360.0, np.where(steps < -180, 360.0, 0.0))
    if turns.sum() != 0:
        raise _unfit(name, "around-pole", "the ring runs around a pole; draw it as two areas")
    corners[1:, 0] += np.cumsum(turns)[:-1]
    return corners


def _polygon(polygon: Polygon, name: str) -> Any:
    outer = _unwrapped(polygon.outer, name)
    middle = outer[:, 0].mean()
    holes = []
    for i, hole in enumerate(polygon.holes):
        corners = _unwrapped(hole, f"{name}.holes[{i}]")
        corners[:, 0] += 360 * np.round((middle - corners[:, 0].mean()) / 360)
        holes.append(corners)
    drawn = shapely.Polygon(outer, holes)
    if not shapely.is_valid(drawn):
        why = shapely.is_valid_reason(drawn)
        raise _unfit(name, "invalid-ring", f"the ring cannot be used: {why} (lon lat)")
    west, _, east, _ = drawn.bounds
    if west >= -180 and east <= 180:
        return drawn
    world = shapely.box(-180, -90, 180, 90)
    shifted = [shapely.transform(drawn, lambda xy, k=k: xy + np.array((360.0 * k, 0.0))) for k in (-1, 0, 1)]
    return shapely.union_all([shapely.intersection(world, part) for part in shifted])


def boxes(shape: Shape) -> list[tuple[float, float, float, float]]:
    """Return (west, south, east, north) of each part within ±180°; west ≤ east in all of them."""
    found = []
    for part in shapely.get_parts(geometry(shape)):
        west, south, east, north = map(float, part.bounds)
        found.append((west, south, east, north))
    return found


def covers(shape: Shape, place: Place) -> bool:
    """Return whether *place* lies inside *shape* or on its edge: whoever stands on the edge is warned."""
    return bool(shapely.intersects_xy(geometry(shape), place.lon, place.lat))


def buffered(shape: Shape | Place, metres: float) -> Shape:
    """Return everything within *metres* of *shape*, computed in a local metric projection.

    True to about one part in a thousand for shapes up to 300 km across.
    """
    if isinstance(shape, Place):
        return Circle(shape, metres)
    if isinstance(shape, Circle):
        return Circle(shape.centre, shape.radius_m + metres)
    drawn = geometry(shape)
    centre = _middle(drawn)
    there, back = _local(centre)
    local = shapely.transform(drawn, there, interleaved=False)
    local = shapely.union_all(local)  # the halves of a shape cut at 180° grow together again
    return shape_of(shapely.transform(local.buffer(metres, quad_segs=16), back, interleaved=False))


def _middle(drawn: Any) -> Place:
    west, south, east, north = drawn.bounds
    lon = 180.0 if east - west > 180 else (west + east) / 2
    return Place(lon, (south + north) / 2)


def _local(centre: Place) -> tuple[Any, Any]:
    from pyproj import Transformer

    local = f"+proj=aeqd +lat_0={centre.lat} +lon_0={centre.lon} +datum=WGS84 +units=m"
    there = Transformer.from_crs("EPSG:4326", local, always_xy=True)
    return there.transform, lambda x, y: there.transform(x, y, direction="INVERSE")


def shape_of(drawn: Any) -> Polygon | Parts:
    """Return a shapely polygon or multipolygon as our shape."""
    parts = [
        Polygon(_places(part.exterior), tuple(_places(hole) for hole in part.interiors))
        for part in shapely.get_parts(drawn)
        if not part.is_empty
    ]
    return parts[0] if len(parts) == 1 else Parts(tuple(parts))


def _places(ring: Any) -> tuple[Place, ...]:
    return tuple(Place(float(lon), float(lat)) for lon, lat in ring.coords[:-1])


def drawn_km2(drawn: Any) -> float:
    """Return the geodesic area of a shapely shape in square kilometres; lines and points have none."""
    parts = [part for part in shapely.get_parts(drawn) if part.geom_type in ("Polygon", "MultiPolygon")]
    return (
        sum(abs(float(_geod().geometry_area_perimeter(shapely.geometry.polygon.orient(part))[0])) for part in parts)
        / 1e6
    )


def area_km2(shape: Shape) -> float:
    """Return the geodesic area in square kilometres."""
    return drawn_km2(geometry(shape))
