"""Point → which of thousands of areas: the warnings and incidents that cover a place.

Each area is filed in the cells of a grid that suits its size, so a city block
and a typhoon cost the same few cells. Where it fills a cell it is taken, where
its edge runs through the exact test decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import compress
from math import floor
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from coord.geo.place import Place
from coord.geo.raster import Grid, rasterised

STEPS = (0.01, 0.08, 0.64, 5.12, 40.96)
"""Cell sizes in degrees; an area is filed in the finest grid in which it is at most 24 cells across."""
ACROSS = 24
_ROWS = 1 << 16


class Filed:
    """What is filed in one cell: keys that fill it, keys whose edge runs through it, and the shapes of these."""

    __slots__ = ("edge", "shapes", "whole")

    def __init__(self) -> None:
        self.whole: list[str] = []
        self.edge: list[str] = []
        self.shapes: NDArray[Any] | None = None  # made when first asked for


class AreaIndex:
    """Areas by key, and which of them cover a place."""

    def __init__(self) -> None:
        self._shapes: dict[str, Any] = {}
        self._cells: list[dict[int, Filed]] = [{} for _ in STEPS]
        self._where: dict[str, tuple[int, list[int], list[int]]] = {}
        self._tree: tuple[Any, list[str], NDArray[Any]] | None = None

    def __len__(self) -> int:
        return len(self._shapes)

    def put(self, key: str, drawn: Any) -> None:
        """File the shapely polygon(s) *drawn* under *key*, instead of what was there."""
        self.drop(key)
        shapely.prepare(drawn)
        level = _level(drawn)
        inside, border = _filed_in(drawn, STEPS[level])
        cells = self._cells[level]
        for cell in inside:
            cells.setdefault(cell, Filed()).whole.append(key)
        for cell in border:
            filed = cells.setdefault(cell, Filed())
            filed.edge.append(key)
            filed.shapes = None
        self._shapes[key] = drawn
        self._where[key] = level, inside, border
        self._tree = None

    def drop(self, key: str) -> None:
        """Forget *key*; nothing happens when it is not there."""
        if key not in self._shapes:
            return
        level, inside, border = self._where.pop(key)
        cells = self._cells[level]
        for cell in inside:
            cells[cell].whole.remove(key)
        for cell in border:
            cells[cell].edge.remove(key)
            cells[cell].shapes = None
        for cell in (*inside, *border):
            if not cells[cell].whole and not cells[cell].edge:
                del cells[cell]
        del self._shapes[key]
        self._tree = None

    def at(self, place: Place) -> list[str]:
        """Return the keys of the areas that cover *place*, edges included, sorted."""
        found: list[str] = []
        x, y = place.lon, place.lat
        for step, cells in zip(STEPS, self._cells, strict=True):
            if cells and (filed := cells.get(_code(x, y, step))) is not None:
                found += filed.whole
                if filed.edge:
                    if filed.shapes is None:
                        filed.shapes = np.array([self._shapes[key] for key in filed.edge], dtype=object)
                    hits = shapely.intersects_xy(filed.shapes, x, y).tolist()
                    found += compress(filed.edge, hits)
        found.sort()
        return found

    def at_many(self, lons: ArrayLike, lats: ArrayLike) -> tuple[NDArray[np.intp], list[str]]:
        """Return (number of the place, key) for all pairs of a place and an area that covers it, ordered by area."""
        x, y = np.asarray(lons, np.float64), np.asarray(lats, np.float64)
        if self._tree is None:
            shapes = np.array(list(self._shapes.values()), dtype=object)
            self._tree = shapely.STRtree(shapes), list(self._shapes), shapes
        tree, keys, shapes = self._tree
        place, area = tree.query(shapely.points(x, y))
        order = np.argsort(area, kind="stable")
        place, area = place[order], area[order]
        hits = shapely.intersects_xy(shapes[area], x[place], y[place])
        return place[hits], [keys[i] for i in area[hits]]


def _level(drawn: Any) -> int:
    west, south, east, north = drawn.bounds
    across = max(east - west, north - south)
    return next((i for i, step in enumerate(STEPS) if across <= ACROSS * step), len(STEPS) - 1)


def _code(lon: float, lat: float, step: float) -> int:
    return floor((lon + 180) / step) * _ROWS + floor((lat + 90) / step)


def _filed_in(drawn: Any, step: float) -> tuple[list[int], list[int]]:
    """Return the codes of the cells inside and on the border of *drawn*."""
    grid = Grid(-180.0, -90.0, step, step, floor(360 / step) + 1, floor(180 / step) + 1)
    window = rasterised(drawn, grid)
    if window is None:
        return [], []
    return _codes(window.inside, window.row, window.column), _codes(window.border, window.row, window.column)


def _codes(mask: NDArray[np.bool_], row: int, column: int) -> list[int]:
    rows, columns = np.nonzero(mask)
    codes: list[int] = ((columns + column) * _ROWS + rows + row).tolist()
    return codes


def covering(areas: Iterable[tuple[str, Any]]) -> AreaIndex:
    """Return an index of *areas* (key, shapely polygon)."""
    index = AreaIndex()
    for key, drawn in areas:
        index.put(key, drawn)
    return index


def keys_of(index: AreaIndex, places: Sequence[Place]) -> list[list[str]]:
    """Return for each place the keys of the areas that cover it, sorted."""
    found: list[list[str]] = [[] for _ in places]
    if places and len(index):
        rows, keys = index.at_many([place.lon for place in places], [place.lat for place in places])
        for row, key in zip(rows.tolist(), keys, strict=True):
            found[row].append(key)
    return [sorted(keys) for keys in found]
