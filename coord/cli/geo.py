"""``coord geo``: look at the map, ask what an area touches, match shelters, take layers in and out.

Works on a district folder of ``{register}.geojson`` files; without one, on the
sample district. A running centre is asked through its own interface instead.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coord.errors import NotFound, Refused, Unfit
from coord.geo.model import REGISTERS, Feature, Household, Place, Region, Register, Shelter
from coord.geo.told import exposure_lines, matching_lines, preview_lines

if TYPE_CHECKING:
    from coord.geo.layers.preview import Preview

District = Mapping[Register, Sequence[Feature]]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verbs below ``coord geo``."""
    verbs = parser.add_subparsers(dest="geo", metavar="WHAT", required=True)

    def verb(name: str, summary: str) -> argparse.ArgumentParser:
        sub = verbs.add_parser(name, help=summary, description=summary)
        sub.add_argument("--district", metavar="FOLDER", help="folder of {register}.geojson files")
        sub.add_argument("--json", action="store_true", help="print JSON")
        return sub

    show = verb("show", "what stands in the registers, or the features named")
    show.add_argument("id", nargs="*", help="ids to show, with links for map applications")
    area = verb("exposure", "what an area touches")
    area.add_argument("--circle", metavar="LON,LAT,METRES")
    area.add_argument("--wind", metavar="LON,LAT,NE,SE,SW,NW", help="wind radii by quadrant, in metres")
    area.add_argument("--area", metavar="FILE", help="a GeoJSON polygon or feature")
    area.add_argument("--regions", metavar="ID,…", help="named areas and grid cells")
    area.add_argument("--buffer", type=float, default=0.0, metavar="METRES")
    match = verb("match", "who goes to which shelter, who has no place, and why")
    match.add_argument("--without", default="", metavar="SH,…", help="shelters that are shut")
    match.add_argument("--water", default="", metavar="W,…", help="waterlogging points that are active")
    match.add_argument("--day", action="store_true", help="count day places")
    match.add_argument("--spaced", action="store_true", help="epidemic spacing")
    out = verb("export", "write a register to a file")
    out.add_argument("file", help="….geojson, .csv, .xlsx, .gpkg, .zip (Shapefile) or .kml")
    _register(out)
    out.add_argument("--datum", default="WGS 84")
    take = verb("import", "preview what a file would change; with --write, change the district folder")
    take.add_argument("file")
    _register(take)
    take.add_argument("--datum", default="", help="what the source says its numbers are in")
    take.add_argument("--layer", default="", help="layer or sheet, when there are several")
    take.add_argument("--encoding", default="", help="encoding of a Shapefile")
    take.add_argument("--repair", action="store_true", help="repair rings that cross themselves")
    take.add_argument("--close-missing", action="store_true", help="the file is the whole register")
    take.add_argument("--picture", metavar="FILE", help="draw a shifted layer as SVG, as given and as it fits")
    take.add_argument("--write", action="store_true")


def _register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--register", required=True, choices=REGISTERS)


def run(args: argparse.Namespace) -> int:
    """Run the verb and return its exit code: 1 when there are findings that forbid."""
    known = _district(args.district)
    return {"show": _show, "exposure": _exposure, "match": _match, "export": _export, "import": _import}[args.geo](
        args, known
    )


def _district(folder: str | None) -> District:
    if folder is None:
        from coord.geo.sample import MARK, sample_district

        print(f"({MARK}: the sample district)", file=sys.stderr)
        return sample_district()
    from coord.geo.layers.files import read_file
    from coord.geo.layers.preview import preview

    found: dict[Register, Sequence[Feature]] = {}
    for register in REGISTERS:
        path = Path(folder) / f"{register}.geojson"
        if path.exists():
            seen = preview(register, path.name, read_file(path.name, path.read_bytes()), "WGS 84", {})
            if not seen.fit:
                raise Unfit(seen.findings)
            found[register] = seen.sheet.features
    return found


def _all(known: District) -> list[Feature]:
    return [feature for register in REGISTERS for feature in known.get(register, ())]


def _regions(known: District) -> list[Region]:
    return [feature for feature in known.get("areas", ()) if isinstance(feature, Region)]


def _print(thing: Any) -> None:
    print(json.dumps(thing, ensure_ascii=False, default=str, indent=1))


def _show(args: argparse.Namespace, known: District) -> int:
    if not args.id:
        counts = {
            register: dict(sorted(Counter(feature.kind for feature in some).items()))
            for register, some in known.items()
        }
        if args.json:
            _print(counts)
        for register, kinds in counts.items() if not args.json else ():
            print(f"{register:11}{sum(kinds.values()):6}  " + " · ".join(f"{kind} {n}" for kind, n in kinds.items()))
        return 0
    by_id = {feature.id: feature for feature in _all(known)}
    for one in args.id:
        if one not in by_id:
            raise NotFound(f"there is no {one}")
        _one(by_id[one], known, args.json)
    return 0


def _one(feature: Feature, known: District, as_json: bool) -> None:
    from coord.geo.datum import map_links
    from coord.geo.regions import Atlas

    if as_json or isinstance(feature, Region):
        _print(asdict(feature))
        return
    areas = Atlas(_regions(known)).areas_of([feature.place])[0]
    name = getattr(feature, "names", {}).get("en", "")
    print(f"{feature.id} {feature.kind} {name}  {feature.place.lon:.5f} {feature.place.lat:.5f}  in {', '.join(areas)}")
    for link in map_links(feature.place, feature.id, "MO" not in areas):
        print(f"  {link.app:8}{link.datum:8}{link.url}")


def _numbers(text: str, many: int) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != many:
        raise Refused(f"{text!r} should be {many} numbers with commas between them", "bad-area")
    return numbers


def _area(args: argparse.Namespace, ground: Any) -> Any:
    from coord.geo import geojson
    from coord.geo.model import Circle
    from coord.geo.shapes import geometry, shape_of, wind_field

    try:
        if args.circle:
            lon, lat, metres = _numbers(args.circle, 3)
            return Circle(Place(lon, lat), metres)
        if args.wind:
            lon, lat, *radii = _numbers(args.wind, 6)
            return wind_field(Place(lon, lat), *radii)
        if args.area:
            told = json.loads(Path(args.area).read_text("utf-8"))
            shapes = [told] if told.get("type") != "FeatureCollection" else told["features"]
            drawn = [geometry(geojson.shape_of(shape.get("geometry", shape))) for shape in shapes]
            return shape_of(_union(drawn))
        if args.regions:
            return shape_of(ground.of_regions(args.regions.split(",")))
    except (ValueError, TypeError, AttributeError) as wrong:
        raise Refused(f"this is no area: {wrong}", "bad-area") from wrong
    except KeyError as unknown:
        raise NotFound(f"there is no area {unknown}") from unknown
    raise Refused("name an area: --circle, --wind, --area or --regions", "bad-area")


def _union(drawn: Sequence[Any]) -> Any:
    import shapely

    return shapely.union_all(drawn)


def _exposure(args: argparse.Namespace, known: District) -> int:
    from coord.geo.exposure import Ground
    from coord.geo.shapes import buffered

    ground = Ground(_all(known))
    area = _area(args, ground)
    seen = ground.touching(buffered(area, args.buffer) if args.buffer > 0 else area)
    if args.json:
        _print(asdict(seen))
    else:
        print("\n".join(exposure_lines(seen)))
    return 0


def _match(args: argparse.Namespace, known: District) -> int:
    from coord.geo.layer import ShelterNow
    from coord.geo.matching import berths, match

    shut = set(filter(None, args.without.split(",")))
    wet = set(filter(None, args.water.split(",")))
    shelters = [one for one in known.get("shelters", ()) if isinstance(one, Shelter)]
    homes = [one for one in known.get("households", ()) if isinstance(one, Household)]
    water = [one.place for one in known.get("points", ()) if one.id in wet and not isinstance(one, Region)]
    if unknown := (shut - {one.id for one in shelters}) | (wet - {one.id for one in known.get("points", ())}):
        raise NotFound(f"there is no {', '.join(sorted(unknown))}")
    now = {one.id: ShelterNow(open=one.id not in shut, spaced=args.spaced) for one in shelters}
    matching = match(homes, berths(shelters, now, {}, water, night=not args.day))
    if args.json:
        _print(asdict(matching))
    else:
        print("\n".join(matching_lines(matching)))
    return 1 if matching.left_out else 0


def _export(args: argparse.Namespace, known: District) -> int:
    from coord.geo.layers.export import write_file

    features = known.get(args.register, ())
    Path(args.file).write_bytes(write_file(args.file, args.register, features, args.datum))
    print(f"{len(features)} {args.register} to {args.file} in {args.datum}")
    return 0


def _import(args: argparse.Namespace, known: District) -> int:
    from coord.geo.layers.files import read_file
    from coord.geo.layers.preview import preview

    name = Path(args.file).name
    read = read_file(name, Path(args.file).read_bytes(), args.layer, args.encoding, args.repair)
    before = {feature.id: feature for feature in known.get(args.register, ())}
    seen = preview(args.register, name, read, args.datum, before, _regions(known), args.close_missing)
    _report(seen, args.json)
    if args.picture and seen.shifted is not None:
        from coord.geo.layers.guard import picture
        from coord.geo.regions import Atlas

        Path(args.picture).write_text(picture(seen.shifted, Atlas(_regions(known)).shapes), encoding="utf-8")
    if args.write and seen.fit:
        _write(args, seen, before)
    return 0 if seen.fit else 1


def _report(seen: Preview, as_json: bool) -> None:
    if as_json:
        told = {"fit": seen.fit, "rows": seen.rows, "datum": seen.datum, "changes": seen.counts, "digest": seen.digest}
        told |= {
            "unchanged": seen.unchanged,
            "missing": seen.missing,
            "findings": [asdict(one) for one in seen.findings],
        }
        _print(told | {"differences": [asdict(one) for one in seen.differences]})
    else:
        print("\n".join(preview_lines(seen)))


def _write(args: argparse.Namespace, seen: Preview, before: dict[str, Feature]) -> None:
    from coord.geo.layers.export import write_file

    if args.district is None:
        raise Refused("the sample district cannot be changed; name a folder with --district", "sample-district")
    after = before | {feature.id: feature for feature in seen.sheet.features}
    kept = [after[one] for one in sorted(after) if one not in seen.sheet.closed]
    target = Path(args.district) / f"{args.register}.geojson"
    part = target.with_suffix(".part")
    part.write_bytes(write_file("x.geojson", args.register, kept))
    part.replace(target)  # whole or not at all
    print(f"wrote {target}")
