"""Places found by name (P-21): road, estate, building, lamp-post, kilometre post, and everything in the registers.

A caller says half a name, in one of four languages or as the first letters of
its pinyin; the officer has ten seconds. What is typed is compared without
accents, case, blanks and punctuation.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from coord.errors import Finding
from coord.geo.model import Feature, Household, Names, Place, Region
from coord.geo.rough import BadGeometry, Raw, settled
from coord.geo.rows import LANGUAGES
from coord.geo.rules.visits import metres_apart

_LETTERS = "abcdefghjklmnopqrstwxyz"
_BEGINS = (
    0xB0A1, 0xB0C5, 0xB2C1, 0xB4EE, 0xB6EA, 0xB7A2, 0xB8C1, 0xB9FE, 0xBBF7, 0xBFA6, 0xC0AC, 0xC2E8, 0xC4C3, 0xC5B6,
    0xC5BE, 0xC6DA, 0xC8BB, 0xC8F6, 0xCBFA, 0xCDDA, 0xCEF4, 0xD1B9, 0xD4D1,
)  # fmt: skip
"""Where each letter begins among the 3,755 everyday characters of GB 2312, which stand in the order of pinyin."""
_END = 0xD7FA


@dataclass(frozen=True, slots=True)
class Entry:
    """A name with a place. ``initials`` are the first letters of its pinyin where they cannot be derived."""

    id: str
    kind: str
    names: Names
    place: Place
    initials: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """An entry that fits what was typed; ``rank`` 0 is best: id, beginning, inside, initials."""

    entry: Entry
    rank: int
    metres: int | None = None


def folded(text: str) -> str:
    """Return *text* as it is compared.

    >>> folded("Praça de Ponte, 12-A"), folded("ＡＢＣ 横琴")
    ('pracadeponte12a', 'abc横琴')
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in plain if sign.isalnum())


def initials(text: str) -> str:
    """Return the first letters of the pinyin of the everyday characters in *text*, and its letters and digits.

    >>> initials("横琴口岸"), initials("十字门K2")
    ('hqka', 'szmk2')
    """
    found = []
    for sign in text:
        if sign.isascii():
            found.append(sign.casefold() if sign.isalnum() else "")
            continue
        code = sign.encode("gb2312", errors="ignore")
        number = int.from_bytes(code, "big") if len(code) == 2 else 0
        if _BEGINS[0] <= number < _END:
            found.append(_LETTERS[bisect_right(_BEGINS, number) - 1])
    return "".join(found)


@dataclass(frozen=True, slots=True)
class _Keys:
    entry: Entry
    id: str
    names: tuple[str, ...]
    letters: str


@dataclass(slots=True)
class Gazetteer:
    """All names, ready to be asked; a hundred thousand take some tens of milliseconds."""

    entries: Sequence[Entry]
    _keys: list[_Keys] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._keys = [
            _Keys(
                entry,
                folded(entry.id),
                tuple(dict.fromkeys(filter(None, map(folded, entry.names.values())))),
                folded(entry.initials) or initials(entry.names.get("zh-Hans", "")),
            )
            for entry in self.entries
        ]

    def find(self, typed: str, near: Place | None = None, limit: int = 10) -> list[Found]:
        """Return up to *limit* entries that fit *typed*, the best first, among equals the nearest to *near*."""
        wanted = folded(typed)[:100]
        if not wanted:
            return []
        latin = wanted.isascii()
        hits = []
        for keys in self._keys:
            rank = _rank(keys, wanted, latin)
            if rank is not None:
                away = None if near is None else round(metres_apart(near, keys.entry.place))
                hits.append(Found(keys.entry, rank, away))
        hits.sort(key=lambda hit: (hit.rank, hit.metres or 0, _shortest(hit.entry), hit.entry.id))
        return hits[:limit]


def _rank(keys: _Keys, wanted: str, latin: bool) -> int | None:
    if keys.id == wanted:
        return 0
    if any(name.startswith(wanted) for name in keys.names):
        return 1
    if latin and keys.letters.startswith(wanted):
        return 2
    if any(wanted in name for name in keys.names):
        return 3
    return 4 if latin and len(wanted) > 1 and wanted in keys.letters else None


def _shortest(entry: Entry) -> int:
    return min((len(name) for name in entry.names.values()), default=99)


def of_features(features: Iterable[Feature]) -> list[Entry]:
    """Return the entries of all named features that stand at one place; households have no names here."""
    return [
        Entry(one.id, one.kind, one.names, one.place)
        for one in features
        if not isinstance(one, Region | Household) and one.names
    ]


def of_rows(rows: Iterable[Raw], source: str = "") -> tuple[list[Entry], list[Finding]]:
    """Return the entries of an operator's table, whose numbers are WGS 84 by now, and what is wrong with it.

    Columns: ``id``, ``kind``, ``name_hans``, ``name_hant``, ``name_pt``,
    ``name_en``, ``initials``, ``lon``, ``lat``.
    """
    entries: list[Entry] = []
    findings: list[Finding] = []
    for raw in rows:
        where = f"row {raw.number}"
        names = {tag: str(cell) for tag, end in LANGUAGES.items() if (cell := raw.cells.get(f"name_{end}"))}
        try:
            place = settled(raw.rough) if raw.rough is not None else None
        except BadGeometry as wrong:
            findings.append(Finding("error", where, wrong.code, str(wrong), source, raw.number))
            continue
        if not isinstance(place, Place) or not names:
            findings.append(Finding("error", where, "bad-row", "a name and a point are wanted", source, raw.number))
            continue
        kind, letters = str(raw.cells.get("kind") or "place"), str(raw.cells.get("initials") or "")
        entries.append(Entry(str(raw.cells.get("id") or f"G-{raw.number}"), kind, names, place, letters))
    return entries, findings


T = TypeVar("T")


def by_language(names: Mapping[str, T], wanted: Sequence[str]) -> T | None:
    """Return the name in the first of the *wanted* languages that there is, else any."""
    return next((names[tag] for tag in wanted if tag in names), next(iter(names.values()), None))
