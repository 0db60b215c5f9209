"""Answers as lines for a screen or a printed page: an exposure, a matching, a preview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coord.geo.exposure import Exposure
    from coord.geo.layers.preview import Preview
    from coord.geo.matching import Matching

MOST_ROWS = 40


def _counts(kinds: Mapping[str, int]) -> str:
    return " · ".join(f"{kind} {many}" for kind, many in kinds.items()) or "none"


def exposure_lines(seen: Exposure) -> list[str]:
    """Return an exposure as one screen."""
    lines = [
        f"area        {seen.km2:.2f} km², of it {seen.unmapped_km2:.2f} km² in no known area",
        f"people      {seen.people} at risk in {len(seen.households)} households; about {seen.residents} residents",
        f"points      {sum(seen.points.values())}: {_counts(seen.points)}",
        f"            {' '.join(seen.point_ids[:24])}{' …' if len(seen.point_ids) > 24 else ''}",
        f"linked      {seen.linked_people} people in {len(seen.linked)} households outside, whose point lies inside",
        f"shelters    {len(seen.shelters)} with {seen.night_places} night places: {' '.join(seen.shelters) or 'none'}",
        f"facilities  {sum(seen.facilities.values())} with {seen.facility_people} people: {_counts(seen.facilities)}",
        f"passages    {' '.join(seen.passages) or 'none'}",
    ]
    for touched in seen.regions:
        if touched.kind in ("community", "neighbour", "regime-hole"):
            share = f"{touched.km2:8.2f} km² {touched.share:6.1%}"
            people = f" about {touched.residents} residents" if touched.residents else ""
            lines.append(f"  {touched.kind:12}{touched.region:14}{touched.regime:12}{share}{people}")
    spill = " · ".join(f"{law} {km2:.2f} km²" for law, km2 in seen.spill.items())
    lines.append(f"overspill   {spill or 'none'}")
    lines.append(f"by law      {_counts(seen.by_regime)}")
    return lines


def matching_lines(matching: Matching) -> list[str]:
    """Return a matching: how many are placed where, who goes past a nearer shelter and why, who has no place."""
    why = Counter(placement.why for placement in matching.placements)
    placed = sum(placement.people for placement in matching.placements)
    lines = [f"placed      {placed} people: " + _counts(dict(sorted(why.items())))]
    lines += [f"  {shelter:8}{people:5}" for shelter, people in matching.load.items() if people]
    lines += [
        f"  {placement.household} {placement.people} to {placement.shelter} {placement.metres} m ({placement.why})"
        + ", passed "
        + ", ".join(f"{one} {word}" for one, word in placement.passed[:4])
        for placement in matching.placements
        if placement.why in ("nearest-free", "split") and placement.passed
    ]
    left = sum(left.people for left in matching.left_out)
    lines.append(f"no place    {left} people")
    lines += [f"  {out.household} {out.people}: {_reasons(out.why)}" for out in matching.left_out]
    return lines


def _reasons(why: Sequence[tuple[str, str]]) -> str:
    """Return the reasons of all shelters, the rarest first, with the shelters where they are few."""
    shelters: dict[str, list[str]] = {}
    for shelter, word in why:
        shelters.setdefault(word, []).append(shelter)
    return ", ".join(
        f"{word} {' '.join(some) if len(some) <= 3 else f'at {len(some)} shelters'}"
        for word, some in sorted(shelters.items(), key=lambda item: (len(item[1]), item[0]))
    )


def preview_lines(seen: Preview) -> list[str]:
    """Return what an import would change: findings, differences, counts, the verdict."""
    lines = [f"{seen.file}: {seen.rows} rows for {seen.register}, {seen.datum or 'datum unknown'}"]
    lines += _some([str(finding) for finding in seen.findings])
    changes = []
    for one in seen.differences:
        cells = ", ".join(f"{name} {was!r} → {now!r}" for name, was, now in one.cells)
        moved = f" by {one.moved_m} m" if one.moved_m else ""
        changes.append(f"{one.change:9}{one.id}{moved}{': ' + cells if cells else ''}")
    lines += _some(changes)
    counts = " · ".join(f"{change} {many}" for change, many in seen.counts.items())
    lines.append(f"  {counts} · unchanged {seen.unchanged} · not in the file {len(seen.missing)}")
    return [*lines, "fit to be imported" if seen.fit else "not imported: see the errors above"]


def _some(lines: Sequence[str]) -> list[str]:
    more = [f"  … and {len(lines) - MOST_ROWS} more"] if len(lines) > MOST_ROWS else []
    return [f"  {line}" for line in lines[:MOST_ROWS]] + more
