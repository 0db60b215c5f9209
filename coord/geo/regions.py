"""Which areas a place lies in, and whose law holds there.

The port zone and the university campus are holes of Macao law in a mainland
island, so the answer comes from the shapes, never from a district's name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import shapely

from coord.geo.model import Place, Regime, Region
from coord.geo.shapes import geometry


class Atlas:
    """All regions, ready to be asked about places and areas."""

    def __init__(self, regions: Sequence[Region]) -> None:
        """Prepare *regions*; raises :exc:`coord.errors.Unfit` naming the region whose ring is bad."""
        self.regions = tuple(sorted(regions, key=lambda region: region.id))
        self.shapes = [geometry(region.shape, region.id) for region in self.regions]
        for shape in self.shapes:
            shapely.prepare(shape)

    def areas_of(self, places: Sequence[Place]) -> list[tuple[str, ...]]:
        """Return for each place the ids of the regions it lies in or on the edge of, then their regimes."""
        found: list[list[str]] = [[] for _ in places]
        laws: list[dict[str, None]] = [{} for _ in places]
        for region, some in self._inside(places):
            for i in some:
                found[i].append(region.id)
                laws[i][region.regime] = None
        return [(*ids, *sorted(law)) for ids, law in zip(found, laws, strict=True)]

    def regimes_of(self, places: Sequence[Place]) -> list[tuple[Regime, ...]]:
        """Return for each place whose law holds there: one regime, several on a border, none beyond the map."""
        laws: list[dict[Regime, None]] = [{} for _ in places]
        for region, some in self._inside(places):
            for i in some:
                laws[i][region.regime] = None
        return [tuple(sorted(law)) for law in laws]

    def regimes_at(self, place: Place) -> tuple[Regime, ...]:
        """Return whose law holds at *place*."""
        return self.regimes_of([place])[0]

    def _inside(self, places: Sequence[Place]) -> Iterator[tuple[Region, list[int]]]:
        lons = np.fromiter((place.lon for place in places), np.float64, len(places))
        lats = np.fromiter((place.lat for place in places), np.float64, len(places))
        for region, shape in zip(self.regions, self.shapes, strict=True):
            yield region, np.flatnonzero(shapely.intersects_xy(shape, lons, lats)).tolist()
