"""Geometry as a file gives it: bare numbers, in whatever datum and order, not yet places.

What comes in is judged before it is believed: swapped, shifted and impossible
positions must be countable, and a :class:`~coord.geo.place.Place` would refuse
them one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from coord.geo.place import MOST_VERTICES, Circle, Parts, Place, Polygon, Shape
from coord.geo.rows import Row

Position = tuple[float, float]
"""The first and the second number of a position as the file has them, east or longitude first."""


class BadGeometry(ValueError):
    """A geometry that cannot be used; ``code`` says in one word why."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Rough:
    """A point (with ``radius_m``: a circle) or polygons, each an outer ring and its holes."""

    point: Position | None = None
    polygons: tuple[tuple[tuple[Position, ...], ...], ...] = ()
    radius_m: float | None = None

    def positions(self) -> Iterator[Position]:
        """Yield all positions, in the order in which :meth:`moved` takes them back."""
        if self.point is not None:
            yield self.point
        for rings in self.polygons:
            for ring in rings:
                yield from ring

    def moved(self, to: Iterator[Position]) -> Rough:
        """Return the same geometry with its positions taken from *to*."""
        point = None if self.point is None else next(to)
        polygons = tuple(tuple(tuple(next(to) for _ in ring) for ring in rings) for rings in self.polygons)
        return Rough(point, polygons, self.radius_m)


@dataclass(frozen=True, slots=True)
class Raw:
    """One feature of a file as it was read: its number from 1, its cells, its geometry.

    ``rough`` is None when there is no usable geometry; a finding says why.
    """

    number: int
    cells: Row
    rough: Rough | None


def bounded(rings: Iterable[Sequence[object]]) -> None:
    """Raise :exc:`BadGeometry` when *rings* have more corners than anything here may have."""
    if sum(map(len, rings)) > MOST_VERTICES:
        raise BadGeometry("too-many-corners", f"more than {MOST_VERTICES} corners")


def settled(rough: Rough) -> Place | Shape:
    """Return *rough*, whose numbers are longitude and latitude in WGS 84, as a place or shape.

    Raises :exc:`BadGeometry`; a position that would do the other way round is
    ``swapped``.
    """
    try:
        if rough.point is not None:
            place = _place(rough.point)
            return place if rough.radius_m is None else Circle(place, rough.radius_m)
        parts = tuple(_polygon(rings) for rings in rough.polygons)
        return parts[0] if len(parts) == 1 else Parts(parts)
    except BadGeometry:
        raise
    except ValueError as wrong:
        raise BadGeometry("bad-geometry", str(wrong)) from wrong


def _place(position: Position) -> Place:
    lon, lat = position
    try:
        return Place(lon, lat)
    except ValueError as wrong:
        if -180 <= lat <= 180 and -90 <= lon <= 90:
            raise BadGeometry("swapped", f"{lon:g}, {lat:g} is a place only the other way round") from wrong
        raise BadGeometry("no-such-place", str(wrong)) from wrong


def _polygon(rings: Sequence[Sequence[Position]]) -> Polygon:
    outer, *holes = (_ring(ring) for ring in rings)
    return Polygon(outer, tuple(holes))


def _ring(positions: Sequence[Position]) -> tuple[Place, ...]:
    ring = tuple(map(_place, positions))
    return ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring
