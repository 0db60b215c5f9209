"""Area → which of a million placed people, in milliseconds and exactly.

Rows are numbers that the caller gives out from 0; their places lie flat in two
arrays, and a grid of cells knows which rows stand where. Cells inside the area
are taken whole, only the rows of border cells are tested, by GEOS, so the index
says what the predicate says. A row that leaves its cell is dirty and tested by
itself until the next rebuild, whose heavy part may run in another thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from coord.geo.raster import Flags, Floats, Grid, Window, rasterised

CELL_M = 200.0
FEW = 50_000
"""Below so many rows a box and the prepared test are faster than any grid."""
MOST_CELLS = 4_000_000
DIRTY = 20_000
"""So many rows outside their cell make a rebuild worth while."""

Rows = NDArray[np.int32]
NOWHERE = np.int32(-1)


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows in the order of their cells: those of cell *c* are ``order[start[c]:start[c + 1]]``."""

    grid: Grid
    cell: Rows
    order: Rows
    start: NDArray[np.int64]


class Rebuild:
    """The heavy part of a rebuild: call it in any thread, then hand it to :meth:`PlaceIndex.adopt`.

    It looks at the living arrays. A row that moves meanwhile may be filed
    wrongly, but it is written down as moved and judged again on adoption.
    """

    def __init__(self, x: Floats, y: Floats, cell_m: float) -> None:
        self._x, self._y, self._cell_m = x, y, cell_m
        self.cells: Cells | None = None

    def __call__(self) -> None:
        """Sort the rows into cells; numpy lets other threads run meanwhile."""
        grid = _grid_for(self._x, self._y, self._cell_m)
        cell = _cells(grid, self._x, self._y)
        many = grid.columns * grid.rows
        order = np.argsort(cell, kind="stable").astype(np.int32)
        known = int(np.count_nonzero(cell >= 0))
        counts = np.bincount(cell[cell >= 0], minlength=many)
        start = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)))
        self.cells = Cells(grid, cell, order[len(cell) - known :], start)


class PlaceIndex:
    """Places by row, and which rows lie in an area.

    All methods are called from one thread; only a :class:`Rebuild` runs elsewhere.
    """

    def __init__(self, lons: ArrayLike = (), lats: ArrayLike = (), cell_m: float = CELL_M, few: int = FEW) -> None:
        """Take the places of rows 0 … n−1 (degrees, WGS 84); NaN means unknown. No grid is used below *few* rows."""
        self.x: Floats = np.array(lons, np.float64)
        self.y: Floats = np.array(lats, np.float64)
        if self.x.shape != self.y.shape or self.x.ndim != 1:
            raise ValueError("as many longitudes as latitudes, please")
        self._cell_m, self._few = cell_m, few
        self._cells: Cells | None = None
        self._dirty: Flags = np.zeros(len(self.x), np.bool_)
        self._dirty_rows: list[Rows] = []
        self._dirty_count = 0
        self._moved: list[NDArray[np.intp]] | None = None
        self._running: Rebuild | None = None
        self.rebuild()

    def __len__(self) -> int:
        return len(self.x)

    @property
    def dirty(self) -> int:
        """How many rows may have left the cell in which they are filed."""
        return self._dirty_count

    def grow(self, rows: int) -> None:
        """Make room for *rows* rows in all; the new ones are nowhere yet."""
        more = rows - len(self.x)
        if more > 0:
            nowhere = np.full(more, np.nan)
            self.x, self.y = np.concatenate((self.x, nowhere)), np.concatenate((self.y, nowhere))
            self._dirty = np.concatenate((self._dirty, np.zeros(more, np.bool_)))

    def move(self, rows: ArrayLike, lons: ArrayLike, lats: ArrayLike) -> None:
        """Put *rows* at new places, NaN for unknown; of a row named twice the last place counts."""
        at = np.atleast_1d(np.asarray(rows, np.intp))
        self.x[at], self.y[at] = lons, lats
        if self._moved is not None:
            self._moved.append(at.copy())
        self._mark(at)

    def forget(self, rows: ArrayLike) -> None:
        """Let *rows* be nowhere."""
        self.move(rows, np.nan, np.nan)

    def _mark(self, at: NDArray[np.intp]) -> None:
        cells = self._cells
        if cells is None:
            return
        filed = len(cells.cell)
        known = at if at.max(initial=-1) < filed else at[at < filed]
        cell = _cells(cells.grid, self.x[known], self.y[known])
        beyond = (cell == NOWHERE) & np.isfinite(self.x[known])  # somewhere, but in no cell
        left = known[beyond | (cell != cells.cell[known])]
        new = np.concatenate((left, at[at >= filed])) if len(known) < len(at) else left
        new = np.unique(new[~self._dirty[new]]).astype(np.int32)  # a row may be named twice
        if len(new):
            self._dirty[new] = True
            self._dirty_rows.append(new)
            self._dirty_count += len(new)

    def rebuild(self) -> None:
        """Sort all rows into cells anew, here and now."""
        job = self.rebuilding()
        job()
        self.adopt(job)

    def rebuilding(self) -> Rebuild:
        """Return a rebuild of how things stand now; moves go on meanwhile and are not lost."""
        self._moved = []
        self._running = Rebuild(self.x, self.y, self._cell_m)
        return self._running

    def adopt(self, job: Rebuild) -> None:
        """File the rows as *job* has sorted them; a rebuild that was overtaken by a newer one is dropped."""
        if job is not self._running or job.cells is None:
            return
        self._cells = job.cells
        self._running = None
        self._dirty[:] = False
        self._dirty_rows, self._dirty_count = [], 0
        moved, self._moved = self._moved or [], None
        for at in moved:
            self._mark(at)

    def inside(self, drawn: Any) -> Rows:
        """Return the rows in or on the edge of the shapely polygon(s) *drawn*, in no particular order."""
        shapely.prepare(drawn)
        if len(self.x) < self._few or self._cells is None:
            return _tested(drawn, self.x, self.y, np.flatnonzero(_in_box(drawn, self.x, self.y)).astype(np.int32))
        cells, window = self._cells, rasterised(drawn, self._cells.grid)
        found: list[Rows] = []
        if window is not None:
            found.append(self._filed(cells, _runs(cells, window, window.inside)))
            found.append(_tested(drawn, self.x, self.y, self._filed(cells, _runs(cells, window, window.border))))
        if self._dirty_rows:
            found += self._strays(drawn, cells, window)
        return np.concatenate(found) if found else np.empty(0, np.int32)

    def _strays(self, drawn: Any, cells: Cells, window: Window | None) -> list[Rows]:
        """Return the dirty rows in *drawn*: where they are now decides, cell by cell as for all others."""
        if len(self._dirty_rows) > 1:
            self._dirty_rows = [np.concatenate(self._dirty_rows)]
        stray = self._dirty_rows[0]
        stray = stray[_in_box(drawn, self.x[stray], self.y[stray])]
        if window is None:
            return [_tested(drawn, self.x, self.y, stray)]
        row, column = np.divmod(_cells(cells.grid, self.x[stray], self.y[stray]), cells.grid.columns)
        row, column = row - window.row, column - window.column
        height, width = window.inside.shape
        there = (row >= 0) & (row < height) & (column >= 0) & (column < width)
        row, column = np.where(there, row, 0), np.where(there, column, 0)
        whole = there & window.inside[row, column]
        maybe = ~there | window.border[row, column]  # beyond the grid nothing is known of cells
        return [stray[whole], _tested(drawn, self.x, self.y, stray[maybe])]

    def _filed(self, cells: Cells, slices: list[slice]) -> Rows:
        rows = np.concatenate([cells.order[some] for some in slices]) if slices else np.empty(0, np.int32)
        return rows[~self._dirty[rows]] if self._dirty_rows else rows


def _grid_for(x: Floats, y: Floats, cell_m: float) -> Grid:
    known = np.isfinite(x) & np.isfinite(y)
    if not known.any():
        return Grid(0.0, 0.0, 1.0, 1.0, 1, 1)
    west, east = float(x[known].min()), float(x[known].max())
    south, north = float(y[known].min()), float(y[known].max())
    step_y = cell_m / 111_320
    step_x = step_y / max(cos(radians(max(abs(south), abs(north)))), 0.01)
    while ((east - west) / step_x + 2) * ((north - south) / step_y + 2) > MOST_CELLS:
        step_x, step_y = step_x * 1.5, step_y * 1.5
    return Grid(west, south, step_x, step_y, int((east - west) / step_x) + 1, int((north - south) / step_y) + 1)


def _cells(grid: Grid, x: Floats, y: Floats) -> Rows:
    """Return the cell of each place, −1 for those that are unknown or beyond the grid."""
    with np.errstate(invalid="ignore"):
        column, row = (x - grid.west) / grid.step_x, (y - grid.south) / grid.step_y
        there = (column >= 0) & (column < grid.columns) & (row >= 0) & (row < grid.rows)
        cell = row.astype(np.int32) * np.int32(grid.columns) + column.astype(np.int32)
    return np.where(there, cell, NOWHERE)


def _runs(cells: Cells, window: Window, mask: Flags) -> list[slice]:
    """Return the slices of ``order`` that hold the rows of the cells in *mask*: neighbours in a row lie together."""
    height, width = mask.shape
    framed = np.zeros((height, width + 2), np.int8)
    framed[:, 1:-1] = mask
    turns = np.diff(framed, axis=1)
    row, first = np.nonzero(turns == 1)
    last = np.nonzero(turns == -1)[1]
    base = (row + window.row) * cells.grid.columns + window.column
    begin, end = cells.start[base + first], cells.start[base + last]
    some = begin < end
    return [slice(b, e) for b, e in zip(begin[some].tolist(), end[some].tolist(), strict=True)]


def _in_box(drawn: Any, x: Floats, y: Floats) -> Flags:
    west, south, east, north = drawn.bounds
    return np.asarray((x >= west) & (x <= east) & (y >= south) & (y <= north))


def _tested(drawn: Any, x: Floats, y: Floats, rows: Rows) -> Rows:
    # intersects, not contains: a person on the edge is warned
    hit: Flags = shapely.intersects_xy(drawn, x[rows], y[rows])
    return rows[hit]
