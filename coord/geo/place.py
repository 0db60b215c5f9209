"""Where something is: a place, and the shapes that areas are made of.

Everything is WGS 84, and longitude and latitude are named fields, so that
nobody has to remember an order. What can be said about shapes stands in
:mod:`coord.geo.shapes`; here they only refuse nonsense at birth.
"""

from __future__ import annotations

from dataclasses import dataclass

MOST_VERTICES = 10_000
"""A feature may have this many vertices; more is refused at the door, not computed with."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A point in WGS 84, in degrees.

    >>> Place(lon=113.545, lat=22.141)
    Place(lon=113.545, lat=22.141)
    >>> Place(lon=22.141, lat=113.545)
    Traceback (most recent call last):
    ValueError: no such place: lon 22.141, lat 113.545
    """

    lon: float
    lat: float

    def __post_init__(self) -> None:
        # written so that a NaN fails as well
        if not (-180 <= self.lon <= 180 and -90 <= self.lat <= 90):
            raise ValueError(f"no such place: lon {self.lon}, lat {self.lat}")


@dataclass(frozen=True, slots=True)
class Polygon:
    """A ring and its holes. The first corner need not be repeated; an area may cross 180°.

    Two neighbouring corners more than 180° of longitude apart are joined the
    short way, across the antimeridian.
    """

    outer: tuple[Place, ...]
    holes: tuple[tuple[Place, ...], ...] = ()

    def __post_init__(self) -> None:
        if sum(map(len, (self.outer, *self.holes))) > MOST_VERTICES:
            raise ValueError(f"more than {MOST_VERTICES} corners")
        for ring in (self.outer, *self.holes):
            if len(set(ring)) < 3:
                raise ValueError("a ring needs three different corners")


@dataclass(frozen=True, slots=True)
class Circle:
    """All places within ``radius_m`` metres of ``centre`` on the ellipsoid."""

    centre: Place
    radius_m: float

    def __post_init__(self) -> None:
        if not 0 < self.radius_m <= 2_000_000:
            raise ValueError(f"no such radius: {self.radius_m} m")


@dataclass(frozen=True, slots=True)
class Parts:
    """Several polygons and circles taken together."""

    parts: tuple[Polygon | Circle, ...]

    def __post_init__(self) -> None:
        if not self.parts:
            raise ValueError("an area without parts")


Shape = Polygon | Circle | Parts
