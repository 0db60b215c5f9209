"""The datum guard: a layer that fits only when it is shifted or turned round is a finding, with both positions.

Three kinds of evidence, the strongest that there is: where known ids stood
before, where known features of the register stand, and the community that a
row names. Each asks the same: do the places fit as given, and if not, do they
fit when the file is taken for GCJ-02, for BD-09, for swapped?
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from coord.errors import Finding
from coord.geo import gcj
from coord.geo.datum import to_wgs84

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]

FITS_M = 100.0
"""Known places this near (median) fit as they are: surveys differ, datums differ by more."""
SHIFTED_M = 30.0
"""Taken otherwise they must come this near (median)."""
ENOUGH = 3
"""Fewer rows prove nothing."""

TEXTS: Mapping[str, str] = {
    "swapped": "with longitude and latitude swapped",
    "GCJ-02": "as GCJ-02",
    "BD-09": "as BD-09",
    "corrected twice": "without the correction that was made to them",
}


@dataclass(frozen=True, slots=True)
class Shifted:
    """What the guard found: taken ``as_`` something else ``fits`` of ``rows`` places fit, ``given`` do as they are.

    ``samples`` are (row, (lon, lat) as given, (lon, lat) as it fits).
    """

    as_: str
    rows: int
    given: int
    fits: int
    off_m: int
    samples: tuple[tuple[int, tuple[float, float], tuple[float, float]], ...]

    def finding(self, source: str) -> Finding:
        """Return it as an error of the layer: it says what to do."""
        number, given, fits = self.samples[0]
        text = (
            f"{self.fits} of {self.rows} places fit only {TEXTS[self.as_]}, {self.given} as given; they are about "
            f"{self.off_m} m off. Row {number}: {given[0]:.5f}, {given[1]:.5f} as given, "
            f"{fits[0]:.5f}, {fits[1]:.5f} {TEXTS[self.as_]}"
        )
        return Finding("error", "/", "swapped" if self.as_ == "swapped" else "datum-shifted", text, source)


def alternatives(datum: str, x: Floats, y: Floats) -> dict[str, Pair]:
    """Return where the numbers *x*, *y* of a file said to be in *datum* are, if it is something else."""
    otherwise = {"swapped": to_wgs84(datum, y, x)}
    if datum in ("GCJ-02", "BD-09"):
        return otherwise | {"corrected twice": (x, y)}
    lon, lat = to_wgs84(datum, x, y)
    return otherwise | {
        "GCJ-02": gcj.gcj_to_wgs(lon, lat),
        "BD-09": gcj.bd_to_wgs(lon, lat),
        "corrected twice": gcj.wgs_to_gcj(lon, lat),
    }


def guard(
    x: Floats,
    y: Floats,
    otherwise: Mapping[str, Pair],
    numbers: Sequence[int],
    before: Pair,
    known: Pair,
    containers: Sequence[Any],
) -> Shifted | None:
    """Return what the places (lon *x*, lat *y* in WGS 84 if the file is what it says) are instead, or None.

    *otherwise* is where they are if it is something else; *before* is where
    each row's id stood until now (NaN: new), *known* where the features of the
    register stand, *containers* the prepared polygon in which each row says
    that it lies (None: it says nothing).
    """
    for fits in (_by_id(before), _by_neighbour(known), _by_container(containers)):
        judged = fits(x, y)
        if judged is None:
            continue
        told = np.isfinite(judged)
        if told.sum() < ENOUGH:
            continue
        as_given = float(np.median(judged[told]))
        if as_given <= FITS_M and not _some_misfit(judged[told]):
            return None
        found = _best(x, y, otherwise, numbers, fits, judged)
        if found is not None:
            return found
    return None


Fits = Callable[[Floats, Floats], Floats | None]


def _some_misfit(judged: Floats) -> bool:
    """Return whether at least two rows and a twentieth lie off: in a clean layer a single mistake is a mistake."""
    off = int((judged > FITS_M).sum())
    return off >= 2 and off >= 0.05 * len(judged)


def _best(
    x: Floats, y: Floats, otherwise: Mapping[str, Pair], numbers: Sequence[int], fits: Fits, given: Floats
) -> Shifted | None:
    told = np.isfinite(given)
    misfits = int((given[told] > FITS_M).sum())
    best: Shifted | None = None
    for as_, there in otherwise.items():
        judged = fits(*there)
        if judged is None or misfits == 0:
            continue
        left = int((judged[told] > SHIFTED_M).sum() + (~np.isfinite(judged[told])).sum())
        if left * 4 > misfits or (best is not None and told.sum() - left <= best.fits):
            continue
        off = metres(x, y, *there)
        order = np.argsort(-given[told], kind="stable")[:12]
        rows = np.flatnonzero(told)[order]
        samples = tuple(
            (numbers[i], (float(x[i]), float(y[i])), (float(there[0][i]), float(there[1][i]))) for i in rows.tolist()
        )
        typical = float(np.median(off[np.isfinite(off)]))
        best = Shifted(as_, int(told.sum()), int(told.sum()) - misfits, int(told.sum()) - left, round(typical), samples)
    return best


def metres(x: Floats, y: Floats, to_x: Floats, to_y: Floats) -> Floats:
    """Return distances on a sphere; NaN where one of the two is unknown."""
    lon = (to_x - x + 180) % 360 - 180
    east = np.radians(lon) * np.cos(np.radians((y + to_y) / 2))
    return np.asarray(np.hypot(east, np.radians(to_y - y)) * 6_371_008.8)


def _by_id(before: Pair) -> Fits:
    return lambda x, y: metres(x, y, *before) if np.isfinite(before[0]).any() else None


def _by_neighbour(known: Pair) -> Fits:
    """Return the distance to the nearest known feature; says nothing when the register is small."""

    def fits(x: Floats, y: Floats) -> Floats | None:
        if len(known[0]) < 2 * ENOUGH:
            return None
        tree = shapely.STRtree(shapely.points(known[0], known[1]))
        valid = np.isfinite(x) & np.isfinite(y)
        nearest = np.zeros(len(x), np.intp)
        if valid.any():
            nearest[valid] = tree.nearest(shapely.points(x[valid], y[valid]))
        return metres(x, y, known[0][nearest], known[1][nearest])

    return fits


def _by_container(containers: Sequence[Any]) -> Fits:
    """Return 0 for each row inside what it names, a kilometre for each outside, NaN for those that name nothing."""

    def fits(x: Floats, y: Floats) -> Floats | None:
        judged = np.full(len(x), np.nan)
        for shape in {id(shape): shape for shape in containers if shape is not None}.values():
            rows = np.array([i for i, one in enumerate(containers) if one is shape])
            judged[rows] = np.where(shapely.intersects_xy(shape, x[rows], y[rows]), 0.0, 1000.0)
        return judged

    return fits


def picture(found: Shifted, around: Sequence[Any] = ()) -> str:
    """Return an SVG of the sampled places as given (hollow) and as they fit (full), over the outlines *around*."""
    points = [place for _, *both in found.samples for place in both]
    west, east = min(lon for lon, _ in points) - 0.01, max(lon for lon, _ in points) + 0.01
    south, north = min(lat for _, lat in points) - 0.01, max(lat for _, lat in points) + 0.01
    size = 640 / (east - west)
    height = round((north - south) * size / 0.927)  # a degree of latitude is longer here

    def at(lon: float, lat: float) -> str:
        return f"{(lon - west) * size:.1f} {(north - lat) * size / 0.927:.1f}"

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 {height}" font-family="sans-serif" font-size="12">'
    ]
    for shape in around:
        for ring in shapely.get_rings(shapely.get_parts(shape)):
            path = " L ".join(at(lon, lat) for lon, lat in ring.coords)
            lines.append(f'<path d="M {path} Z" fill="#eef3ee" stroke="#8a9a8a"/>')
    for number, given, fits in found.samples:
        (gx, gy), (fx, fy) = at(*given).split(), at(*fits).split()
        lines.append(f'<path d="M {gx} {gy} L {fx} {fy}" stroke="#555" stroke-dasharray="4 3"/>')
        lines.append(f'<circle cx="{gx}" cy="{gy}" r="5" fill="none" stroke="#b00020" stroke-width="2"/>')
        lines.append(f'<circle cx="{fx}" cy="{fy}" r="5" fill="#00529b"/>')
        lines.append(f'<text x="{float(fx) + 8:.1f}" y="{fy}">row {number}</text>')
    lines.append(
        f'<text x="8" y="{height - 8}">hollow: as given · full: {TEXTS[found.as_]} · {found.off_m} m apart</text>'
    )
    return "\n".join([*lines, "</svg>"]) + "\n"
