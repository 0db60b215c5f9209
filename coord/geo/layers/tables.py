"""Rows with coordinates: CSV in any usual encoding, and the cells of a workbook.

Headings may be ours or those that people write (编号, 经度, 纬度 …). Text that a
spreadsheet would take for a formula is written with a quote before it, and
read without it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from coord.errors import Finding, Unfit
from coord.geo.place import MOST_VERTICES
from coord.geo.rough import BadGeometry, Raw, Rough
from coord.geo.rows import Cell

MOST_ROWS = 250_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")
ENCODINGS = ("utf-8-sig", "gb18030")

ALIASES: Mapping[str, str] = {
    "编号": "id", "編號": "id", "类型": "kind", "類型": "kind", "种类": "kind",
    "名称": "name_hans", "名稱": "name_hant", "nome": "name_pt", "name": "name_en",
    "经度": "lon", "經度": "lon", "lng": "lon", "long": "lon", "longitude": "lon", "x": "lon", "east": "lon",
    "东坐标": "lon",
    "纬度": "lat", "緯度": "lat", "latitude": "lat", "y": "lat", "north": "lat", "北坐标": "lat",
    "社区": "community", "社區": "community", "人数": "people", "人數": "people", "责任单位": "unit",
    "責任單位": "unit",
    "避难场所": "shelter", "避險中心": "shelter", "隐患点": "points", "容量": "night", "权属": "authority",
}  # fmt: skip
"""Headings that people write, and the columns they mean."""


def text_of(body: bytes, name: str) -> tuple[str, list[Finding]]:
    """Return a text file decoded, with a note when it was not UTF-8; raises :exc:`Unfit` when it is no text."""
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body.decode("utf-16", errors="replace"), [_note(name, "UTF-16")]
    for encoding in ENCODINGS:
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text, [] if encoding == "utf-8-sig" else [_note(name, "GBK")]
    raise Unfit([Finding("error", "/", "not-text", "this is no text in UTF-8 or GBK", name)])


def _note(name: str, encoding: str) -> Finding:
    return Finding("note", "/", "encoding", f"read as {encoding}; please look at the names", name)


def from_csv(body: bytes, name: str) -> tuple[list[Raw], list[Finding]]:
    """Return the rows of a CSV file, comma, semicolon or tab between its cells."""
    text, notes = text_of(body, name)
    head = text[:10_000].partition("\n")[0]
    comma = max(",;\t", key=head.count)
    try:
        rows = list(_numbered(csv.reader(io.StringIO(text, newline=""), delimiter=comma)))
    except csv.Error as wrong:
        raise Unfit([Finding("error", "/", "not-a-table", f"this is no usable CSV: {wrong}", name)]) from wrong
    raws, findings = from_cells(rows, name)
    return raws, notes + findings


def _numbered(rows: Iterable[list[str]]) -> Iterator[tuple[int, Sequence[Cell]]]:
    for number, row in enumerate(rows, 1):
        if number > MOST_ROWS + 1:
            raise csv.Error(f"more than {MOST_ROWS} rows")
        yield number, row


def from_cells(rows: Iterable[tuple[int, Sequence[Cell]]], name: str) -> tuple[list[Raw], list[Finding]]:
    """Return the rows below the first, which holds the headings; each comes with its number in the file."""
    found = iter(rows)
    heading = next(found, (0, ()))[1]
    names = [_column(cell) for cell in heading]
    if "id" not in names or not ({"lon", "lat"} <= set(names) or "wkt" in names):
        text = (
            "the first row must name the columns id and lon, lat (or wkt); it has "
            + ", ".join(filter(None, names))[:200]
        )
        return [], [Finding("error", "row 1", "no-heading", text, name, 1)]
    if twice := sorted({column for column in names if column and names.count(column) > 1}):
        text = f"the columns {', '.join(twice)} come twice"
        return [], [Finding("error", "row 1", "no-heading", text, name, 1)]
    raws, findings = [], []
    for number, cells in found:
        if all(cell in (None, "") for cell in cells):
            continue
        row = {column: _unquoted(cell) for column, cell in zip(names, cells, strict=False) if column}
        try:
            rough = _rough(row)
        except (BadGeometry, ValueError) as wrong:
            code = wrong.code if isinstance(wrong, BadGeometry) else "bad-geometry"
            findings.append(Finding("error", f"row {number}, lon lat", code, str(wrong), name, number))
            rough = None
        raws.append(Raw(number, row, rough))
    return raws, findings


def _column(cell: Cell) -> str:
    word = "" if cell is None else str(cell).strip().lower()
    return ALIASES.get(word, word)


def _unquoted(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell[:1] == "'" and cell[1:2] in FORMULA:
        return cell[1:]
    return cell


def quoted(cell: Cell) -> Cell:
    """Return *cell* so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _rough(row: Mapping[str, Cell]) -> Rough:
    if wkt := row.get("wkt"):
        return _of_wkt(str(wkt))
    lon, lat = _number(row.get("lon")), _number(row.get("lat"))
    radius = row.get("radius_m")
    return Rough((lon, lat), radius_m=None if radius in (None, "") else _number(radius))


def _number(cell: Cell) -> float:
    if cell is None or cell == "" or isinstance(cell, bool):
        raise BadGeometry("no-geometry", "without a place")
    text = str(cell).strip()
    if not text.isascii() or "_" in text:
        raise ValueError(f"not a number: {text[:40]!r}")
    value = float(text)
    if value - value != 0:  # NaN and both infinities
        raise BadGeometry("no-such-place", f"{text[:40]} is no coordinate")
    return value


def _of_wkt(text: str) -> Rough:
    import shapely

    if len(text) > 60 * MOST_VERTICES:
        raise BadGeometry("too-many-corners", f"more than {MOST_VERTICES} corners")
    try:
        drawn = shapely.from_wkt(text)
    except shapely.errors.GEOSException as wrong:
        raise BadGeometry("bad-geometry", f"no usable WKT: {str(wrong)[:80]}") from wrong
    if drawn.is_empty:
        raise BadGeometry("empty-geometry", "an empty geometry")
    if drawn.geom_type == "Point":
        return Rough((float(drawn.x), float(drawn.y)))
    if drawn.geom_type not in ("Polygon", "MultiPolygon"):
        raise BadGeometry("wrong-geometry", f"neither a point nor an area: {drawn.geom_type}")
    if shapely.get_num_coordinates(drawn) > MOST_VERTICES:
        raise BadGeometry("too-many-corners", f"more than {MOST_VERTICES} corners")
    return Rough(polygons=tuple(_rings(part) for part in shapely.get_parts(drawn)))


def _rings(polygon: Any) -> tuple[tuple[tuple[float, float], ...], ...]:
    rings = (polygon.exterior, *polygon.interiors)
    return tuple(tuple((float(p[0]), float(p[1])) for p in ring.coords) for ring in rings)
