"""A feature as one flat row, the form that every file format can carry.

GeoJSON properties, GeoPackage and Shapefile columns, CSV and Excel cells all
have the same names, at most ten characters long because Shapefile cuts longer
ones. Several ids in one cell are separated by semicolons, times are minutes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import isfinite
from typing import Any

from coord.geo.model import FEATURE_OF, Feature, Place, Region, Register, Shape

Cell = str | int | float | bool | None
Row = Mapping[str, Cell]

LANGUAGES: Mapping[str, str] = {"zh-Hans": "hans", "zh-Hant": "hant", "pt": "pt", "en": "en"}
"""Language tag to the ending of its column: ``name_hans``, ``lm_pt`` …"""

_CONTROL = re.compile(r"[\x00-\x1f]")

MOST_CHARACTERS = 2_000
"""A cell may be this long; no register holds prose."""


class BadCell(ValueError):
    """A cell that cannot be read; ``column`` names it."""

    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(sentence)
        self.column = column


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in files, the field it fills, how to read and write a cell."""

    name: str
    field: str
    read: Callable[[Cell], Any]
    write: Callable[[Any], Cell]


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # spreadsheets turn the code 440402104002 into a float
    text = "" if cell is None else str(cell).strip()
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"longer than {MOST_CHARACTERS} characters")
    if _CONTROL.search(text):
        raise ValueError("control characters")
    return text


def _number(cell: Cell) -> float:
    # float() would also take "nan", "1_0" and Arabic digits
    text = _text(cell)
    if not text.isascii() or "_" in text or not isfinite(value := float(text)):
        raise ValueError(f"not a number: {text[:40]!r}")
    return value


def _whole(cell: Cell) -> int:
    value = _number(cell)
    if not value.is_integer():
        raise ValueError(f"not a whole number: {cell!r}")
    return int(value)


def _maybe(cell: Cell) -> float | None:
    return None if _text(cell) == "" else _number(cell)


def _yes(cell: Cell) -> bool:
    word = _text(cell).lower()
    if word in {"1", "true", "yes", "y", "是", "sim"}:
        return True
    if word in {"", "0", "false", "no", "n", "否", "não"}:
        return False
    raise ValueError(f"neither yes nor no: {word[:40]!r}")


def _many(cell: Cell) -> tuple[str, ...]:
    return tuple(word.strip() for word in _text(cell).split(";") if word.strip())


def _minutes(cell: Cell) -> timedelta:
    return timedelta(minutes=_number(cell))


def _maybe_minutes(cell: Cell) -> timedelta | None:
    return None if _text(cell) == "" else _minutes(cell)


def _same(value: Any) -> Any:
    return value


def _joined(value: tuple[str, ...]) -> str:
    return ";".join(value)


def _as_minutes(value: timedelta | None) -> float | None:
    return None if value is None else value.total_seconds() / 60


def _t(name: str, field: str = "") -> Column:
    return Column(name, field or name, _text, _same)


def _n(name: str, field: str = "") -> Column:
    return Column(name, field or name, _maybe, _same)


def _i(name: str, field: str = "") -> Column:
    return Column(name, field or name, _whole, _same)


def _b(name: str) -> Column:
    return Column(name, name, _yes, _same)


def _l(name: str, field: str = "") -> Column:
    return Column(name, field or name, _many, _joined)


_WHERE = (_t("community"), _t("unit"))

COLUMNS: Mapping[Register, tuple[Column, ...]] = {
    "points": (
        _t("id"), _t("kind"), *_WHERE, _i("danger"), _i("damage"), _t("contact", "responsible"),
        Column("patrol_min", "patrol", _maybe_minutes, _as_minutes),
        _t("measure"), _n("watch_at"), _n("danger_at"), _n("rain_24h", "critical_rain_mm_24h"), _l("marks"),
    ),
    "shelters": (
        _t("id"), *_WHERE, _t("tier"), _i("day"), _i("night"), _i("spaced"), _b("accessible"), _b("care"),
        _t("contact", "responsible"),
    ),
    "households": (
        _t("id"), *_WHERE, _i("people"), _l("points"), _l("needs"), _t("shelter"), _l("route"), _t("contact"),
        _t("people_ref"),
    ),
    "facilities": (_t("id"), _t("kind"), *_WHERE, _i("people"), _t("contact"), _l("marks")),
    "passages": (_t("id"), _t("kind"), *_WHERE, _t("authority"), _l("altern", "alternatives"), _l("marks")),
    "areas": (_t("id"), _t("kind"), _t("regime"), _i("people"), _t("within"), _t("unit")),
    "gauges": (
        _t("id"), _t("kind"), *_WHERE, _t("measure"), Column("step_min", "step", _minutes, _as_minutes),
        Column("silent_min", "silent_after", _minutes, _as_minutes), _n("low"), _n("high"), _n("steepest"), _t("point"),
    ),
}  # fmt: skip

NAMED: Mapping[Register, tuple[tuple[str, str], ...]] = {
    "points": (("names", "name"), ("landmark", "lm")),
    "shelters": (("names", "name"),),
    "households": (),
    "facilities": (("names", "name"),),
    "passages": (("names", "name"),),
    "areas": (("names", "name"),),
    "gauges": (("names", "name"),),
}
"""Fields that hold a name in several languages, with the beginning of their columns."""

ALLOWED: Mapping[str, tuple[str, ...]] = {
    "regime": ("CN-mainland", "MO", "HK"),
    "tier": ("district", "community", "stopover"),
}


def header(register: Register) -> list[str]:
    """Return the column names of *register* in the order in which they are written."""
    names = [f"{short}_{end}" for _, short in NAMED[register] for end in LANGUAGES.values()]
    return [column.name for column in COLUMNS[register]] + names


def row_of(feature: Feature, register: Register) -> dict[str, Cell]:
    """Return *feature* without its geometry as a flat row."""
    row = {column.name: column.write(getattr(feature, column.field)) for column in COLUMNS[register]}
    for field, short in NAMED[register]:
        names = getattr(feature, field)
        row |= {f"{short}_{end}": names.get(tag, "") for tag, end in LANGUAGES.items()}
    return row


def feature_of(register: Register, row: Row, where: Place | Shape) -> Feature:
    """Return the feature that *row* and its geometry describe.

    Raises :exc:`BadCell` naming the first column that cannot be read, or
    ValueError when the cells contradict one another.
    """
    fields: dict[str, Any] = {}
    for column in COLUMNS[register]:
        cell = row.get(column.name)
        if cell in (None, "") and column.name != "id":
            continue
        try:
            fields[column.field] = _checked(column, cell)
        except ValueError as wrong:
            raise BadCell(column.name, str(wrong)) from wrong
    for field, short in NAMED[register]:
        cells = ((tag, f"{short}_{end}") for tag, end in LANGUAGES.items())
        fields[field] = {tag: name for tag, column in cells if row.get(column) and (name := _name(row, column))}
    noun = FEATURE_OF[register]
    fields["shape" if noun is Region else "place"] = where
    try:
        return noun(**fields)  # type: ignore[no-any-return]
    except TypeError as missing:
        raise ValueError(str(missing).partition("__init__() ")[2] or str(missing)) from missing


def _checked(column: Column, cell: Cell) -> Any:
    value = column.read(cell)
    if (allowed := ALLOWED.get(column.name)) and value not in allowed:
        raise ValueError(f"{value!r} is none of {', '.join(allowed)}")
    if column.name == "measure" and column.field == "measure" and len(value) > 32:
        raise ValueError("no such measure")
    return value


def _name(row: Row, column: str) -> str:
    try:
        return _text(row.get(column))
    except ValueError as wrong:
        raise BadCell(column, str(wrong)) from wrong
