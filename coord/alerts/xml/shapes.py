"""Polygons and circles out of CAP text (CAP 1.2 §3.2.4); latitude first, degrees, kilometres."""

from __future__ import annotations

import math
from collections import deque
from itertools import repeat

from coord.alerts.model import Circle, Place, Polygon
from coord.alerts.rules.table import Hit

HALF_EARTH = 20_038
"""Kilometres from a point to the one opposite; no circle is larger."""


def _only_digits(text: str) -> bool:
    """Whether *text* holds nothing that only Python's float would read: 1e9, nan, 1_0, Arabic digits."""
    return text.isascii() and "_" not in text and text.upper() == text.lower()


def _numbers(text: str) -> tuple[list[float], list[float]] | None:
    """Return the latitudes and longitudes of *text*, or None when it is no list of pairs."""
    if not _only_digits(text):
        return None
    pairs = text.split()
    words = text.replace(",", " ").split()
    if len(words) != 2 * len(pairs) or text.count(",") != len(pairs) or [1 for pair in pairs if "," not in pair]:
        return None
    try:
        numbers = list(map(float, words))
    except ValueError:
        return None
    return numbers[::2], numbers[1::2]


_set_lon = vars(Place)["lon"].__set__
_set_lat = vars(Place)["lat"].__set__


def places(lons: list[float], lats: list[float]) -> Polygon:
    """Return one place per pair; the caller has checked the ranges.

    Filled slot by slot without a call into Python: a coast of 40,000 points
    takes 10 ms instead of 60.
    """
    ring = tuple(map(object.__new__, repeat(Place, len(lons))))
    deque(map(_set_lon, ring, lons), maxlen=0)
    deque(map(_set_lat, ring, lats), maxlen=0)
    return ring


def read_polygon(text: str, path: str, hits: list[Hit]) -> Polygon | None:
    """Return the closed ring that *text* names, or None when it cannot be used; tell *hits* what is wrong."""
    if (read := _numbers(text)) is None:
        hits.append(Hit("R39", path, f"not a list of lat,lon decimals: {text.strip()[:60]!r}"))
        return None
    lats, lons = read
    if not lats:
        return None
    if min(lats) < -90 or max(lats) > 90:
        hits.append(Hit("R42", path, _latitude(lats, lons)))
        return None
    if min(lons) < -180 or max(lons) > 180:
        hits.append(Hit("R43", path, f"longitude {max(lons, key=abs)} is not on Earth"))
        lons = [lon if -180 <= lon <= 180 else (lon + 180) % 360 - 180 for lon in lons]
    if len(lats) < 4:
        hits.append(Hit("R40", path, f"{len(lats)} pairs; a polygon has at least 4"))
    if lats[0] != lats[-1] or lons[0] != lons[-1]:
        hits.append(Hit("R41", path, "the last pair is not the first"))
        lats, lons = [*lats, lats[0]], [*lons, lons[0]]
    return places(lons, lats)


def _latitude(lats: list[float], lons: list[float]) -> str:
    worst = max(lats, key=abs)
    swapped = max(map(abs, lons)) <= 90
    return f"latitude {worst} is not on Earth" + ("; the pairs look swapped (longitude first)" if swapped else "")


def read_circle(text: str, path: str, hits: list[Hit]) -> Circle | None:
    """Return the circle that *text* names, or None; tell *hits* what is wrong."""
    words = text.split()
    read, radius = _numbers(words[0]), _radius(words[1]) if len(words) == 2 else None
    if read is None or len(read[0]) != 1 or radius is None:
        hits.append(Hit("R48", path, f"not lat,lon and a radius in kilometres: {text.strip()[:60]!r}"))
        return None
    (lat,), (lon,) = read
    if not -90 <= lat <= 90:
        hits.append(Hit("R42", path, _latitude([lat], [lon])))
        return None
    if not -180 <= lon <= 180:
        hits.append(Hit("R43", path, f"longitude {lon} is not on Earth"))
        lon = (lon + 180) % 360 - 180
    return Circle(Place(lon, lat), radius)


def _radius(text: str) -> float | None:
    if not _only_digits(text):
        return None
    try:
        radius = float(text)
    except ValueError:
        return None
    return radius if math.isfinite(radius) and 0 <= radius <= HALF_EARTH else None
