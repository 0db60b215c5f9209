"""Which cells of a grid lie wholly inside a shape, and which its edge runs through.

Only the edge is walked, once per row of cells that it crosses. A cell counts
as border when the edge comes within a millionth of a cell of it, so rounding
can never make a border cell pass for an inside one; what is in border cells
gets the exact test of GEOS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

MARGIN = 1e-6
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Grid:
    """A grid over longitude and latitude: its south-west corner, cell sizes in degrees, columns and rows."""

    west: float
    south: float
    step_x: float
    step_y: float
    columns: int
    rows: int


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a grid that a shape touches: first column and row, and two masks of the cells there."""

    column: int
    row: int
    inside: Flags
    border: Flags


def rasterised(drawn: Any, grid: Grid) -> Window | None:
    """Return the cells of *grid* inside and on the border of the polygon(s) *drawn*; None when it touches none."""
    ax, ay, bx, by = _edges(drawn, grid)
    low_x, high_x = np.minimum(ax, bx).min(initial=np.inf), np.maximum(ax, bx).max(initial=-np.inf)
    low_y, high_y = np.minimum(ay, by).min(initial=np.inf), np.maximum(ay, by).max(initial=-np.inf)
    if low_x > grid.columns or high_x < 0 or low_y > grid.rows or high_y < 0:
        return None  # also when there is no edge at all
    first_c, last_c = _cell(low_x, grid.columns), _cell(high_x, grid.columns)
    first_r, last_r = _cell(low_y, grid.rows), _cell(high_y, grid.rows)
    width, height = last_c - first_c + 1, last_r - first_r + 1
    edge, row = _rows_of(ay, by, first_r, last_r)
    ax, ay, bx, by = ax[edge], ay[edge], bx[edge], by[edge]
    border = _border(ax, ay, bx, by, row, first_c, first_r, width, height)
    inside = _parity(ax, ay, bx, by, row, first_c, first_r, width, height) & ~border
    return Window(first_c, first_r, inside, border)


def _cell(value: float, cells: int) -> int:
    return int(np.clip(np.floor(value), 0, cells - 1))


def _edges(drawn: Any, grid: Grid) -> tuple[Floats, Floats, Floats, Floats]:
    """Return both ends of all edges in units of cells."""
    rings = shapely.get_rings(shapely.get_parts(drawn))
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    x = (corners[:, 0] - grid.west) / grid.step_x
    y = (corners[:, 1] - grid.south) / grid.step_y
    same = ring[1:] == ring[:-1]
    return x[:-1][same], y[:-1][same], x[1:][same], y[1:][same]


def _rows_of(ay: Floats, by: Floats, first: int, last: int) -> tuple[Ints, Ints]:
    """Return (edge, row) for every row between *first* and *last* that an edge comes near."""
    low = np.floor(np.minimum(ay, by) - MARGIN).astype(np.int64).clip(first, last + 1)
    high = np.floor(np.maximum(ay, by) + MARGIN).astype(np.int64).clip(first - 1, last)
    many = np.maximum(high - low + 1, 0)
    edge = np.repeat(np.arange(len(ay)), many)
    step = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    return edge, low[edge] + step


def _border(
    ax: Floats, ay: Floats, bx: Floats, by: Floats, row: Ints, first_c: int, first_r: int, width: int, height: int
) -> Flags:
    rise = by - ay
    flat = np.abs(rise) < MARGIN
    safe = np.where(flat, 1.0, rise)
    t0 = np.where(flat, 0.0, ((row - MARGIN) - ay) / safe).clip(0, 1)
    t1 = np.where(flat, 1.0, ((row + 1 + MARGIN) - ay) / safe).clip(0, 1)
    x0, x1 = ax + t0 * (bx - ax), ax + t1 * (bx - ax)
    left = np.floor(np.minimum(x0, x1) - MARGIN).astype(np.int64) - first_c
    right = np.floor(np.maximum(x0, x1) + MARGIN).astype(np.int64) - first_c
    seen = (right >= 0) & (left < width)
    line = (row - first_r)[seen] * (width + 1)
    marks = np.bincount(line + left[seen].clip(0), minlength=height * (width + 1)).astype(np.int32)
    marks -= np.bincount(line + right[seen].clip(None, width - 1) + 1, minlength=height * (width + 1)).astype(np.int32)
    return np.asarray(marks.reshape(height, width + 1).cumsum(axis=1)[:, :width] > 0)


def _parity(
    ax: Floats, ay: Floats, bx: Floats, by: Floats, row: Ints, first_c: int, first_r: int, width: int, height: int
) -> Flags:
    """Return which cells have an odd number of edges to their left on the middle line of their row."""
    middle = row + 0.5
    crosses = (ay <= middle) != (by <= middle)
    ax, ay, bx, by, middle, row = (values[crosses] for values in (ax, ay, bx, by, middle, row))
    x = ax + (middle - ay) / (by - ay) * (bx - ax)
    column = np.floor(x).astype(np.int64) - first_c
    left = column < width
    at = (row - first_r)[left] * width + column[left].clip(0)
    odd = np.bincount(at, minlength=height * width).reshape(height, width) & 1
    return np.asarray(np.bitwise_xor.accumulate(odd, axis=1) == 1)
