"""Area → which of a million placed people: our index beside plain shapely and a C loop, in the same run.

Prints one JSON line a shape with milliseconds and ratios, one for moves, one
for point → areas. The goal of docs/geo.md is ≤ 1 × the C loop on all shapes.
Run: ``python bench/geo_index.py [--points 1000000] [--repeat 5]``.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from coord.geo.basemap import basemap
from coord.geo.covering import covering
from coord.geo.index import PlaceIndex
from coord.geo.place import Circle, Place, Polygon
from coord.geo.shapes import geometry, wind_field

Floats = NDArray[np.float64]
HERE = Path(__file__).parent


def people(many: int) -> tuple[Floats, Floats]:
    """Return *many* places: towns of different size around the estuary, and some anywhere."""
    random = np.random.default_rng(7)
    towns = [
        (113.55, 22.19, 0.03),
        (113.52, 22.13, 0.04),
        (113.57, 22.27, 0.05),
        (113.38, 22.52, 0.1),
        (113.9, 22.3, 0.2),
    ]
    town = random.integers(0, len(towns) + 1, many)
    x, y = random.uniform(113.1, 114.4, many), random.uniform(21.8, 22.8, many)
    for i, (lon, lat, spread) in enumerate(towns):
        there = town == i
        x[there] = random.normal(lon, spread, there.sum())
        y[there] = random.normal(lat, spread, there.sum())
    return x, y


def coast(corners: int) -> Any:
    """Return the land of the base map, with corners added or dropped until it has about *corners*."""
    features = json.loads(basemap())["features"]
    land = next(shapely.from_geojson(json.dumps(f["geometry"])) for f in features if f["properties"]["kind"] == "land")
    if (have := shapely.get_num_coordinates(land)) > corners:
        return land.simplify(0.00004 * have / corners)
    return shapely.segmentize(land, land.length / corners * 1.2)


def shapes() -> dict[str, Any]:
    """Return the five shapes of the measurement."""
    twelve = [
        (113.3, 22.1), (113.45, 22.02), (113.6, 22.05), (113.7, 22.15), (113.68, 22.3), (113.75, 22.45),
        (113.6, 22.6), (113.45, 22.58), (113.4, 22.45), (113.28, 22.4), (113.33, 22.28), (113.25, 22.2),
    ]  # fmt: skip
    land = coast(6_400)
    return {
        "12 corners": geometry(Polygon(tuple(Place(*corner) for corner in twelve))),
        "5 km circle": geometry(Circle(Place(113.55, 22.18), 5_000)),
        "typhoon, 360": geometry(wind_field(Place(113.8, 22.0), 90_000, 70_000, 60_000, 80_000)),
        f"coast, {shapely.get_num_coordinates(land)}": land,
        "coast band": shapely.union_all([part for part in shapely.get_parts(coast(27_000)) if part.area > 1e-4]).buffer(
            0.004
        ),
    }


class Loop:
    """The C loop over all points, its edges filed by slabs once per shape."""

    def __init__(self) -> None:
        self._lib: Any = None
        compiler = shutil.which("cc")
        if compiler:
            out = Path(tempfile.mkdtemp()) / "geo_loop.so"
            subprocess.run(
                [compiler, "-O3", "-march=native", "-shared", "-fPIC", "-o", out, HERE / "geo_loop.c"], check=True
            )
            self._lib = ctypes.CDLL(str(out))
            self._lib.loop.restype = ctypes.c_long

    def __bool__(self) -> bool:
        return self._lib is not None

    def bound(self, drawn: Any, x: Floats, y: Floats) -> Callable[[], int]:
        """Return a call that runs the loop for *drawn*."""
        corners, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(drawn)), return_index=True)
        same = ring[1:] == ring[:-1]
        a, b = corners[:-1][same], corners[1:][same]
        west, south, east, north = drawn.bounds
        slabs = max(64, len(a))
        step = (north - south) / slabs * (1 + 1e-12)
        low = ((np.minimum(a[:, 1], b[:, 1]) - south) / step).astype(int)
        high = ((np.maximum(a[:, 1], b[:, 1]) - south) / step).astype(int).clip(0, slabs - 1)
        many = high - low + 1
        edge = np.repeat(np.arange(len(a)), many)
        slab = np.repeat(low - np.cumsum(many) + many, many) + np.arange(many.sum())
        order = np.argsort(slab, kind="stable")
        start = np.searchsorted(slab[order], np.arange(slabs + 1)).astype(np.int32)
        edges = edge[order].astype(np.int32)
        flat = [np.ascontiguousarray(v) for v in (a[:, 0], a[:, 1], b[:, 0], b[:, 1])]
        out = np.empty(len(x), np.int32)
        real, whole = ctypes.c_double, ctypes.c_long

        def at(array: Any) -> Any:
            return array.ctypes.data_as(ctypes.c_void_p)

        def call() -> int:
            return int(
                self._lib.loop(
                    whole(len(x)), at(x), at(y), *map(at, flat), whole(slabs), at(start), at(edges),
                    real(south), real(step), real(west), real(east), real(north), at(out),
                )
            )  # fmt: skip

        return call


def best(call: Callable[[], Any], repeat: int) -> float:
    """Return the fastest of *repeat* runs in milliseconds."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times) * 1e3


def plain(drawn: Any, x: Floats, y: Floats) -> NDArray[np.intp]:
    """Select as plain shapely would: the box, then the prepared test."""
    west, south, east, north = drawn.bounds
    some = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
    hit: NDArray[np.bool_] = shapely.intersects_xy(drawn, x[some], y[some])
    return some[hit]


def selection(index: PlaceIndex, repeat: int) -> None:
    """Print a line a shape."""
    loop = Loop()
    for name, drawn in shapes().items():
        shapely.prepare(drawn)
        ours = best(lambda drawn=drawn: index.inside(drawn), repeat)  # type: ignore[misc]
        theirs = best(lambda drawn=drawn: plain(drawn, index.x, index.y), max(2, repeat // 2))  # type: ignore[misc]
        same = set(index.inside(drawn).tolist()) == set(plain(drawn, index.x, index.y).tolist())
        line: dict[str, Any] = {"bench": "area", "shape": name, "corners": int(shapely.get_num_coordinates(drawn))}
        line |= {"found": len(index.inside(drawn)), "exact": same, "ms": round(ours, 2), "shapely_ms": round(theirs, 2)}
        line["x_shapely"] = round(ours / theirs, 3)
        if loop:
            floor = best(loop.bound(drawn, index.x, index.y), repeat)
            line |= {"c_loop_ms": round(floor, 2), "x_c_loop": round(ours / floor, 2)}
        print(json.dumps(line))


def moving(index: PlaceIndex, seconds: float = 3.0, batch: int = 10_000) -> None:
    """Print how fast places move while areas are asked for and cells are rebuilt beside it."""
    random = np.random.default_rng(3)
    circle = geometry(Circle(Place(113.55, 22.18), 5_000))
    batches = [
        (random.integers(0, len(index), batch), random.normal(0, 0.0004, batch), random.normal(0, 0.0004, batch))
        for _ in range(32)
    ]
    moves, rebuilds = 0, 0
    queries: list[float] = []
    used: list[float] = []
    job, thread = None, None
    start = time.perf_counter()
    while (now := time.perf_counter() - start) < seconds:
        if moves > 1_200_000 * now:
            time.sleep(0.0005)  # a fifth above the goal; the rest of the core is for others
            continue
        for rows, dx, dy in batches[:4]:
            index.move(rows, index.x[rows] + dx, index.y[rows] + dy)
            moves += batch
        cpu = time.thread_time()
        queries.append(best(lambda: index.inside(circle), 1))
        used.append((time.thread_time() - cpu) * 1e3)
        if thread is not None and not thread.is_alive():
            index.adopt(job)  # type: ignore[arg-type]
            rebuilds, thread = rebuilds + 1, None
        if thread is None and index.dirty > 20_000:
            job = index.rebuilding()
            thread = threading.Thread(target=job)
            thread.start()
        batches = batches[4:] + batches[:4]
    if thread is not None:
        thread.join()
    line = {"bench": "moves", "per_second": round(moves / seconds), "rebuilds": rebuilds, "queries": len(queries)}
    line |= {"query_ms_p50": round(float(np.median(queries)), 2)}
    line |= {"query_ms_p99": round(float(np.percentile(queries, 99)), 2)}
    line |= {"query_cpu_ms_p99": round(float(np.percentile(used, 99)), 2)}
    print(json.dumps(line))


def reverse(areas: int = 5_000) -> None:
    """Print how long one place takes to learn which of *areas* cover it."""
    random = np.random.default_rng(5)
    drawn = [
        (
            f"w{i}",
            geometry(Circle(Place(random.uniform(113, 114.5), random.uniform(21.8, 22.8)), random.uniform(300, 6000))),
        )
        for i in range(areas)
    ]
    index = covering(drawn)
    asked = [Place(random.uniform(113, 114.5), random.uniform(21.8, 22.8)) for _ in range(2_000)]
    single = best(lambda: [index.at(place) for place in asked], 3) / len(asked) * 1e3
    lons, lats = np.array([place.lon for place in asked] * 25), np.array([place.lat for place in asked] * 25)
    batch = best(lambda: index.at_many(lons, lats), 3) / len(lons) * 1e3
    change = best(lambda: index.put("w7", drawn[7][1]), 5)
    line = {"bench": "point to areas", "areas": areas, "single_us": round(single, 1), "batch_us": round(batch, 2)}
    print(json.dumps(line | {"replace_ms": round(change, 3)}))


def main() -> None:
    """Run all three."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=5)
    args = parser.parse_args()
    x, y = people(args.points)
    index = PlaceIndex(x, y)
    print(json.dumps({"bench": "build", "points": args.points, "ms": round(best(index.rebuild, 2), 1)}))
    selection(index, args.repeat)
    moving(index)
    reverse()


if __name__ == "__main__":
    main()
