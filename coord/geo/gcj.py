"""GCJ-02 and BD-09, the shifted datums of mainland map services.

A WGS 84 place shown in a GCJ-02 application stands 565–638 m off around Macao.
The formulas are public knowledge, not published by their makers; here they
stand once, in numpy, with an inverse that is iterated to less than 1 mm (one
step would be up to 4.3 m off).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

A = 6_378_245.0
EE = 0.006_693_421_622_965_943
STEPS = 4
CHINA = (72.004, 0.8293, 137.8347, 55.8271)
"""Beyond this box (west, south, east, north) map services do not shift."""


def _wave(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return the shift in metres-like units east and north, for degrees from 105° E, 35° N."""
    ripple = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    root = np.sqrt(np.abs(x))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east = east + (ripple + _sines(x, 20.0, 1.0, 40.0, 3.0) + _sines(x, 150.0, 12.0, 300.0, 30.0)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north = north + (ripple + _sines(y, 20.0, 1.0, 40.0, 3.0) + _sines(y, 160.0, 12.0, 320.0, 30.0)) * 2.0 / 3.0
    return east, north


def _sines(value: Floats, a: float, over_a: float, b: float, over_b: float) -> Floats:
    return a * np.sin(np.pi * value / over_a) + b * np.sin(np.pi * value / over_b)


def _shift(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return what is added to longitude and latitude, in degrees."""
    east, north = _wave(lon - 105.0, lat - 35.0)
    phi = np.radians(lat)
    magic = 1.0 - EE * np.sin(phi) ** 2
    root = np.sqrt(magic)
    west, south, far_east, far_north = CHINA
    inside = (lon >= west) & (lon <= far_east) & (lat >= south) & (lat <= far_north)
    d_lon = east * 180.0 / (A / root * np.cos(phi) * np.pi)
    d_lat = north * 180.0 / (A * (1.0 - EE) / (magic * root) * np.pi)
    return np.where(inside, d_lon, 0.0), np.where(inside, d_lat, 0.0)


def wgs_to_gcj(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Return the GCJ-02 longitudes and latitudes of WGS 84 places, in degrees."""
    x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    d_lon, d_lat = _shift(x, y)
    return x + d_lon, y + d_lat


def gcj_to_wgs(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Return the WGS 84 longitudes and latitudes of GCJ-02 places, in degrees, to less than 1 mm."""
    gx, gy = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    x, y = gx, gy
    for _ in range(STEPS):
        back_x, back_y = wgs_to_gcj(x, y)
        x, y = x - (back_x - gx), y - (back_y - gy)
    return x, y


def gcj_to_bd(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Return the BD-09 longitudes and latitudes of GCJ-02 places, in degrees."""
    x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    turn = np.pi * 3000.0 / 180.0
    far = np.hypot(x, y) + 0.00002 * np.sin(y * turn)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * turn)
    return far * np.cos(angle) + 0.0065, far * np.sin(angle) + 0.006


def bd_to_gcj(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Return the GCJ-02 longitudes and latitudes of BD-09 places, in degrees, to less than 1 mm."""
    bx, by = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    x, y = bx - 0.0065, by - 0.006
    for _ in range(STEPS):
        back_x, back_y = gcj_to_bd(x, y)
        x, y = x - (back_x - bx), y - (back_y - by)
    return x, y


def wgs_to_bd(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Return the BD-09 longitudes and latitudes of WGS 84 places, in degrees."""
    return gcj_to_bd(*wgs_to_gcj(lon, lat))


def bd_to_wgs(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Return the WGS 84 longitudes and latitudes of BD-09 places, in degrees, to less than 1 mm."""
    return gcj_to_wgs(*bd_to_gcj(lon, lat))
