"""Import of many features from a GeoPackage with all checks: seconds, features a second, memory of the parent.

Prints one JSON line. The goal of the map: 100,000 features in 20 s.
Run: ``python bench/geo_import.py [--features 100000]``.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Iterator

import numpy as np

from coord.geo.layers.export import write_file
from coord.geo.layers.files import read_file
from coord.geo.layers.preview import preview
from coord.geo.model import HazardPoint, Place
from coord.geo.sample import sample_regions


def points(many: int) -> Iterator[HazardPoint]:
    """Yield *many* hazard points all over the district; nothing about them is real."""
    random = np.random.default_rng(7)
    lons, lats = random.uniform(113.46, 113.53, many), random.uniform(22.09, 22.15, many)
    for i, (lon, lat) in enumerate(zip(lons.tolist(), lats.tolist(), strict=True)):
        names = {"zh-Hans": f"样本点{i}", "en": f"sample point {i}"}
        yield HazardPoint(
            f"N{i:07d}", "waterlogging-point", names, Place(round(lon, 6), round(lat, 6)), measure="depth-cm"
        )


def main() -> None:
    """Write the file, then measure reading and previewing it, fresh and again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", type=int, default=100_000)
    args = parser.parse_args()
    body = write_file("x.gpkg", "points", list(points(args.features)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    read = read_file("x.gpkg", body)
    parsed = time.perf_counter()
    first = preview("points", "x.gpkg", read, "", {}, sample_regions())
    done = time.perf_counter()
    again = preview("points", "x.gpkg", read, "", {one.id: one for one in first.sheet.features}, sample_regions())
    line = {
        "bench": "import", "features": args.features, "file_mb": round(len(body) / 2**20, 1),
        "read_s": round(parsed - start, 2), "preview_s": round(done - parsed, 2), "total_s": round(done - start, 2),
        "again_s": round(time.perf_counter() - done, 2), "created": first.counts["created"],
        "unchanged": again.unchanged, "sheet_mb": round(len(first.body) / 2**20, 1),
        "more_mb": round((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024, 1),
    }  # fmt: skip
    print(json.dumps(line))


if __name__ == "__main__":
    main()
