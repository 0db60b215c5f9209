"""The child that opens foreign files: a script of its own, without a network, with little memory and time.

It is started by :mod:`coord.geo.layers.sandbox` as ``child.py FORMAT PATH
OPTIONS`` and writes JSON lines: a header, then one line a row. It imports
nothing of coord, and only then a library that parses, when its limits hold.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

MOST_VERTICES = 10_000
MOST_ROWS = 250_000
MOST_COLUMNS = 200
ALLOWED = {"GPKG", "ESRI Shapefile", "LIBKML", "KML", "MEM"}


def limited(megabytes: int, seconds: int) -> None:
    """Give up, for ever, what parsing a file does not need."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def without(*names: str) -> None:
    """Let libraries go without what they load only because it is there: half a second, and code nobody needs here."""
    for name in names:
        sys.modules[name] = None  # type: ignore[assignment]


def main(kind: str, path: str, options: dict[str, Any]) -> None:
    """Write the rows of *path* to standard output."""
    lines = {"xlsx": workbook, "repair": repaired}.get(kind, vector)(kind, path, options)
    for line in lines:
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


def vector(_: str, path: str, options: dict[str, Any]) -> Iterator[str]:
    """Yield the features of a GeoPackage, Shapefile or KML file."""
    without("pandas", "geopandas", "pyarrow", "pyproj")
    import pyogrio
    import shapely

    left = set(pyogrio.list_drivers()) - ALLOWED
    if left & {"OGR_VRT", "HTTP", "WFS", "OAPIF", "GDALG"}:
        raise RuntimeError(f"drivers that must not be here: {sorted(left)[:5]}")
    layers = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    layer = options.get("layer") or (layers[0] if layers else None)
    yield json.dumps({"layers": layers[:50]})
    if layer is None or (len(layers) > 1 and not options.get("layer")) or layer not in layers:
        return
    meta, _, shapes, columns = pyogrio.raw.read(
        path, layer=layer, force_2d=True, max_features=MOST_ROWS + 1, encoding=options.get("encoding")
    )
    names = [str(name) for name in meta["fields"]][:MOST_COLUMNS]
    yield json.dumps({"crs": meta.get("crs") or "", "rows": len(columns[0]) if len(columns) else len(shapes)})
    geometries = shapely.from_wkb(shapes, on_invalid="ignore")
    corners = shapely.get_num_coordinates(geometries)
    empty = shapely.is_empty(geometries) | shapely.is_missing(geometries)
    for i in range(len(shapes)):
        cells = {name: plain(column[i]) for name, column in zip(names, columns, strict=False)}
        if empty[i]:
            yield json.dumps({"p": cells, "g": None}, ensure_ascii=False)
        elif corners[i] > MOST_VERTICES:
            yield json.dumps({"p": cells, "e": int(corners[i])}, ensure_ascii=False)
        else:
            drawn = geometries[i]
            shape = shapely.to_geojson(drawn)
            yield f'{{"p":{json.dumps(cells, ensure_ascii=False)},"g":{shape}}}'


def workbook(_: str, path: str, options: dict[str, Any]) -> Iterator[str]:
    """Yield the cells of one sheet of a workbook, row by row; formulas as the values they had."""
    without("numpy", "pandas", "lxml", "PIL")
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    names = [str(name) for name in book.sheetnames]
    wanted = options.get("layer") or names[0]
    yield json.dumps({"layers": names[:50]}, ensure_ascii=False)
    if wanted not in names:
        return
    for number, row in enumerate(book[wanted].iter_rows(values_only=True)):
        if number > MOST_ROWS:
            yield json.dumps({"too-many": True})
            return
        yield json.dumps({"row": [plain(cell) for cell in row[:MOST_COLUMNS]]}, ensure_ascii=False)


def repaired(_: str, path: str, __: dict[str, Any]) -> Iterator[str]:
    """Yield a valid form of the geometry in *path* (GeoJSON), its rings kept as they were drawn."""
    import shapely

    drawn = shapely.from_geojson(Path(path).read_text("utf-8"))
    if shapely.get_num_coordinates(drawn) > MOST_VERTICES:
        raise RuntimeError("too many corners")
    fixed = shapely.make_valid(drawn, method="structure", keep_collapsed=False)
    areas = [part for part in shapely.get_parts(fixed) if part.geom_type == "Polygon"]
    yield shapely.to_geojson(shapely.MultiPolygon(areas))


def plain(value: Any) -> Any:
    """Return a cell as JSON knows it; what has no form here is left out."""
    if hasattr(value, "item"):
        value = value.item()
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None  # noqa: PLR0124 - NaN
    if isinstance(value, datetime | date):
        return value.isoformat()
    return None


if __name__ == "__main__":
    wishes = json.loads(sys.argv[3])
    limited(int(wishes.get("megabytes", 1024)), int(wishes.get("seconds", 20)))
    os.chdir("/")
    main(sys.argv[1], sys.argv[2], wishes)
