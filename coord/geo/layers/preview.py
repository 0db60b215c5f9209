"""What an import would change: rows judged one by one and together, differences by stable id, one sheet.

Nothing is half imported: a single error keeps the whole file out. The same
file again differs in nothing, so it changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coord.errors import Finding, Unfit, errors_in
from coord.geo.commands.register import Import
from coord.geo.datum import DATUMS, to_wgs84
from coord.geo.layers.differences import Difference, differences_of
from coord.geo.layers.files import Read
from coord.geo.layers.guard import Shifted, alternatives, guard
from coord.geo.layers.sheets import digest_of, sheet_bytes
from coord.geo.model import FEATURE_OF, Feature, Place, Region, Register
from coord.geo.regions import Atlas
from coord.geo.rough import BadGeometry, Raw, settled
from coord.geo.rows import BadCell, feature_of
from coord.geo.rules.register import Sheet
from coord.geo.shapes import geometry
from coord.geo.terms import CHANGES, Change

MOST_FINDINGS = 1_000


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would change. ``fit`` when there is no error; only then is there something to commit."""

    register: Register
    file: str
    datum: str
    rows: int
    differences: tuple[Difference, ...]
    unchanged: int
    missing: tuple[str, ...]
    findings: tuple[Finding, ...]
    sheet: Sheet
    digest: str
    body: bytes
    shifted: Shifted | None = None

    @property
    def fit(self) -> bool:
        """Whether it can be imported."""
        return not errors_in(self.findings)

    @property
    def counts(self) -> dict[Change, int]:
        """How many features are created, amended, moved and closed."""
        counted = Counter(difference.change for difference in self.differences)
        return {change: counted[change] for change in CHANGES}

    def command(self, source: str, by: str, seen: int) -> Import:
        """Return the command that commits it, once ``body`` is shelved; raises :exc:`Unfit` when it is not fit."""
        if not self.fit:
            raise Unfit(errors_in(self.findings))
        return Import(
            self.register, self.digest, self.counts, self.rows, source, self.datum, self.file, by, seen
        )  # fmt: skip


def preview(
    register: Register,
    file: str,
    read: Read,
    datum: str,
    known: Mapping[str, Feature],
    regions: Sequence[Region] = (),
    close_missing: bool = False,
) -> Preview:
    """Return what *read* would change in *register*, whose features in use are *known*.

    *datum* is what the source says its numbers are in; the empty string takes
    what the file says itself. With *close_missing* the file is the whole
    register, and whatever it lacks is closed.
    """
    findings = list(read.findings)
    datum = _datum(read, datum, file, findings)
    atlas = Atlas(regions) if regions else None
    features: dict[str, Feature] = {}
    shifted = None
    if datum:
        raws = _converted(read.rows, datum)
        if register != "areas":
            shifted = _guarded(read.rows, datum, known, regions, atlas)
            findings += [shifted.finding(file)] if shifted else []
        features = _features(register, raws, file, findings)
        _outside(features.values(), atlas, file, findings)
    differences, sheet = differences_of(register, features, known, file, findings)
    missing = tuple(sorted(known.keys() - features.keys())) if features else ()
    if close_missing and missing:
        differences += [Difference(one, "closed") for one in missing]
        sheet = replace(sheet, closed=missing)
    body = sheet_bytes(sheet)
    return Preview(
        register, file, datum, len(read.rows), tuple(differences), len(features) - len(sheet.features), missing,
        _bounded(findings, file), sheet, digest_of(body), body, shifted,
    )  # fmt: skip


def _bounded(findings: Sequence[Finding], file: str) -> tuple[Finding, ...]:
    if len(findings) <= MOST_FINDINGS:
        return tuple(findings)
    worst = sorted(findings, key=lambda finding: ("error", "warning", "note").index(finding.level))[:MOST_FINDINGS]
    more = f"{len(findings) - MOST_FINDINGS} more findings are not listed"
    return (*worst, Finding("note", "/", "more-findings", more, file))


def _datum(read: Read, asked: str, file: str, findings: list[Finding]) -> str:
    """Return the datum to read the numbers in, empty when that cannot be said."""

    def wrong(code: str, text: str) -> str:
        findings.append(Finding("error", "datum", code, text, file))
        return ""

    if asked and asked not in DATUMS:
        return wrong("unknown-datum", f"{asked[:40]!r} is none of {', '.join(DATUMS)}")
    if not asked:
        if read.datum in DATUMS:
            return read.datum
        says = f"the file says {read.datum!r}" if read.datum else "the file does not say in which datum it is"
        return wrong("datum-missing", f"{says}; name one of {', '.join(DATUMS)}") if read.rows else ""
    shifts = ("GCJ-02", "BD-09", "CGCS2000", "WGS 84")
    if read.datum and read.datum != asked and not (asked in shifts and read.datum in ("WGS 84", "CGCS2000")):
        return wrong("datum-conflict", f"the file says {read.datum}, you say {asked}")
    return asked


def _converted(raws: Sequence[Raw], datum: str) -> list[Raw]:
    """Return *raws* with their positions in WGS 84, all turned in one go."""
    flat = np.array([p for raw in raws if raw.rough for p in raw.rough.positions()], np.float64).reshape(-1, 2)
    lons, lats = to_wgs84(datum, flat[:, 0], flat[:, 1])
    places = iter(zip(_tidy(lons), _tidy(lats), strict=True))
    return [raw if raw.rough is None else replace(raw, rough=raw.rough.moved(places)) for raw in raws]


def _tidy(degrees: Any) -> list[float]:
    values: list[float] = np.round(degrees, 7).tolist()
    return values


def _guarded(
    raws: Sequence[Raw], datum: str, known: Mapping[str, Feature], regions: Sequence[Region], atlas: Atlas | None
) -> Shifted | None:
    rows = [raw for raw in raws if raw.rough is not None and raw.rough.point is not None]
    if not rows:
        return None
    at = np.array([raw.rough.point for raw in rows if raw.rough], np.float64)
    stood = {one: feature.place for one, feature in known.items() if not isinstance(feature, Region)}
    before = _pairs(stood.get(str(raw.cells.get("id", ""))) for raw in rows)
    shapes = dict(zip((region.id for region in atlas.regions), atlas.shapes, strict=True)) if atlas else {}
    home = next((shapes[region.id] for region in regions if region.kind == "district"), None)
    inside = [shapes.get(str(raw.cells.get("community", "")), home) for raw in rows]
    x, y = to_wgs84(datum, at[:, 0], at[:, 1])
    otherwise = alternatives(datum, at[:, 0], at[:, 1])
    return guard(x, y, otherwise, [raw.number for raw in rows], before, _pairs(stood.values()), inside)


def _pairs(places: Iterable[Place | None]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    some = [(np.nan, np.nan) if place is None else (place.lon, place.lat) for place in places]
    pairs = np.array(some, np.float64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _features(register: Register, raws: Sequence[Raw], file: str, findings: list[Finding]) -> dict[str, Feature]:
    found: dict[str, Feature] = {}
    first: dict[str, int] = {}
    for raw in raws:
        where = f"row {raw.number}"
        try:
            feature = _feature(register, raw)
        except BadCell as wrong:
            found_at = f"{where}, {wrong.column}"
            findings.append(Finding("error", found_at, "bad-cell", str(wrong), file, raw.number))
        except BadGeometry as wrong:
            findings.append(Finding("error", where, wrong.code, str(wrong), file, raw.number))
        except Unfit as unfit:
            findings += [replace(one, path=where, source=file, line=raw.number) for one in unfit.findings]
        except ValueError as wrong:
            findings.append(Finding("error", where, "bad-row", str(wrong), file, raw.number))
        else:
            if feature is None:
                continue
            if feature.id in first:
                text = f"{feature.id} stands in row {first[feature.id]} already"
                findings.append(Finding("error", f"{where}, id", "duplicate-id", text, file, raw.number))
            first.setdefault(feature.id, raw.number)
            found.setdefault(feature.id, feature)
    return found


def _feature(register: Register, raw: Raw) -> Feature | None:
    if raw.cells.get("id") in (None, ""):
        raise BadCell("id", "without an id nothing can be found again")
    if raw.rough is None:
        return None  # its finding exists already
    where = settled(raw.rough)
    if FEATURE_OF[register] is Region:
        if isinstance(where, Place):
            raise BadGeometry("wrong-geometry", "an area is wanted here, not a point")
        geometry(where)
    elif not isinstance(where, Place):
        raise BadGeometry("wrong-geometry", "a point is wanted here, not an area")
    return feature_of(register, raw.cells, where)


def _outside(features: Iterable[Feature], atlas: Atlas | None, file: str, findings: list[Finding]) -> None:
    placed = [feature for feature in features if not isinstance(feature, Region)]
    if atlas is None or not placed:
        return
    for feature, areas in zip(placed, atlas.areas_of([one.place for one in placed]), strict=True):
        named = getattr(feature, "community", "")
        if not areas:
            text = "lies in no area that is known here"
            findings.append(Finding("warning", feature.id, "outside", text, file))
        elif named and named not in areas:
            findings.append(Finding("warning", feature.id, "other-community", f"does not lie in {named}", file))
