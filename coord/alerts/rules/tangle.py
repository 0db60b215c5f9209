"""How long GEOS may think about a ring, known before it is asked.

Its test of a ring takes n log n for a coast and n² for a comb of slanted
teeth: 100,000 corners within our limits of size could cost two minutes. What
it does is compare monotone chains whose boxes overlap, and how many of those
there can be is counted in a moment.
"""

from __future__ import annotations

PLAIN = 5_000
"""Corners up to which nobody needs to count: a quarter of a second at worst."""

BUDGET = 20_000_000
"""Pairs of chains for all rings of a message: under two seconds of GEOS on a slow core."""


def pairs(lons: list[float], lats: list[float]) -> int:
    """Return at most how many pairs of monotone chains of the ring have boxes that overlap.

    Exact in each direction for itself; the smaller of both is the bound.
    """
    import numpy as np

    east, north = np.asarray(lons), np.asarray(lats)
    quadrant = 2 * (np.diff(east) >= 0) + (np.diff(north) >= 0)
    bounds = np.concatenate(([0], np.flatnonzero(np.diff(quadrant)) + 1, [len(quadrant)]))
    most: list[int] = []
    for way in (east, north):
        ends = np.sort(np.stack((way[bounds[:-1]], way[bounds[1:]])), axis=0)
        apart: int = int(np.searchsorted(np.sort(ends[1]), ends[0]).sum())
        chains = ends.shape[1]
        most.append(int(chains) * (int(chains) - 1) // 2 - apart)
    return min(most)


def too_much(rings: list[tuple[list[float], list[float]]]) -> bool:
    """Whether judging *rings* (longitudes, latitudes) may take longer than a message is worth."""
    if sum([len(lats) for _, lats in rings]) <= PLAIN:
        return False
    left = BUDGET
    for lons, lats in rings:
        left -= pairs(lons, lats)
        if left < 0:
            return True
    return False
