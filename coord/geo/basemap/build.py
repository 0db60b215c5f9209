"""Make basemap.geojson again. Needs roaring-landmask and timezonefinder, which coord itself does not use.

Run as ``python -m coord.geo.basemap.build OUT``. What is made is under the
ODbL: see NOTICE.md.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping

REGION = shapely.box(112.9, 21.6, 114.6, 22.9)
CORE = shapely.box(113.30, 21.98, 113.72, 22.34)  # in full detail

# The Maliuzhou channel is mapped as a river, so the coastline data lack it: schematic, drawn by hand.
CHANNEL = shapely.LineString(
    [(113.4305, 22.1690), (113.4420, 22.1655), (113.4560, 22.1600), (113.4700, 22.1580), (113.4860, 22.1590),
     (113.5020, 22.1640), (113.5130, 22.1690), (113.5215, 22.1715), (113.5260, 22.1695)]
)  # fmt: skip

LABELS = (  # lon, lat, rank, zh-Hans, zh-Hant, pt, en
    (113.545, 22.199, 1, "澳门", "澳門", "Macau", "Macao"),
    (113.5615, 22.157, 2, "氹仔", "氹仔", "Taipa", "Taipa"),
    (113.562, 22.120, 2, "路环", "路環", "Coloane", "Coloane"),
    (113.5625, 22.142, 3, "路氹城", "路氹城", "Cotai", "Cotai"),
    (113.52, 22.125, 1, "横琴", "橫琴", "Hengqin", "Hengqin"),
    (113.5767, 22.2707, 1, "珠海", "珠海", "Zhuhai", "Zhuhai"),
    (113.5225, 22.2015, 3, "湾仔", "灣仔", "Wanzai", "Wanzai"),
    (113.4970, 22.2257, 3, "南屏", "南屏", "Nanping", "Nanping"),
    (113.3428, 22.0530, 3, "三灶", "三灶", "Sanzao", "Sanzao"),
    (113.395, 22.135, 2, "金湾", "金灣", "Jinwan", "Jinwan"),
    (113.5962, 22.3606, 3, "唐家湾", "唐家灣", "Tangjiawan", "Tangjiawan"),
    (113.4669, 22.2550, 3, "坦洲", "坦洲", "Tanzhou", "Tanzhou"),
    (113.95, 22.25, 2, "大屿山", "大嶼山", "Ilha de Lantau", "Lantau"),
    (114.165, 22.28, 1, "香港", "香港", "Hong Kong", "Hong Kong"),
    (113.38, 22.52, 1, "中山", "中山", "Zhongshan", "Zhongshan"),
    (114.06, 22.545, 1, "深圳", "深圳", "Shenzhen", "Shenzhen"),
    (113.64, 22.08, 2, "珠江口", "珠江口", "Estuário do Rio das Pérolas", "Pearl River Estuary"),
    (113.575, 22.2135, 3, "港珠澳大桥口岸", "港珠澳大橋口岸", "Posto HZMB", "HZMB port"),
)
ATTRIBUTION = (
    "© OpenStreetMap contributors (ODbL) via roaring-landmask, timezone-boundary-builder; "
    "labels hand-made; schematic, not for navigation"
)


def land() -> Any:
    """Return the land: to about 4 m inside the core, 40 m outside, islets under a hectare left out there."""
    import roaring_landmask  # type: ignore[import-not-found]

    world = shapely.from_wkb(bytes(roaring_landmask.Shapes.wkb(roaring_landmask.LandmaskProvider.Osm)))
    parts = [part for part in world.geoms if part.intersects(REGION)]
    whole = shapely.union_all([shapely.make_valid(part).intersection(REGION) for part in parts])
    outer = [part.simplify(0.0004) for part in shapely.get_parts(whole.difference(CORE)) if part.area > 1e-6]
    both = shapely.union_all([*outer, whole.intersection(CORE).simplify(0.00004)])
    return both.difference(CHANNEL.buffer(0.0026, cap_style="flat"))


def borders() -> list[tuple[str, Any]]:
    """Return the lines around Macao and Hong Kong, to about 10 m."""
    from timezonefinder import TimezoneFinder  # type: ignore[import-not-found]

    finder = TimezoneFinder(in_memory=True)
    lines = []
    for zone in ("Asia/Macau", "Asia/Hong_Kong"):
        for polygon in finder.get_geometry(tz_name=zone, coords_as_pairs=True):
            lines += [(zone, shapely.LineString(ring).intersection(REGION).simplify(0.0001)) for ring in polygon]
    return [(zone, line) for zone, line in lines if not line.is_empty]


def _rounded(part: Any) -> Any:
    if isinstance(part, list | tuple):
        return [_rounded(one) for one in part]
    return round(part, 5)


def _feature(shape: Any, **properties: Any) -> dict[str, Any]:
    drawn = mapping(shape)
    geometry = {"type": drawn["type"], "coordinates": _rounded(drawn["coordinates"])}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def main(out: str) -> None:
    """Write the base map to *out*."""
    features = [_feature(land(), kind="land")]
    features += [_feature(line, kind="border", z=zone) for zone, line in borders()]
    for lon, lat, rank, hans, hant, pt, en in LABELS:
        features.append(_feature(shapely.Point(lon, lat), kind="place", rank=rank, hans=hans, hant=hant, pt=pt, en=en))
    whole = {"type": "FeatureCollection", "attribution": ATTRIBUTION, "features": features}
    Path(out).write_text(json.dumps(whole, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
