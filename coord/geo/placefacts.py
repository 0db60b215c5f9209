"""What a plan may know of a place: the answer to "each slope in the area".

The composition turns each :class:`PlaceFacts` into a row for the plans, field
by field; the two rooms know nothing of one another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from coord.geo.model import Facility, Feature, Gauge, HazardPoint, Household, Passage, PlaceFacts, Region, Shelter

ALSO: Mapping[str, tuple[str, ...]] = {
    "rockfall": ("slope",),
    "gully": ("slope",),
    "old-wall": ("slope",),
    "underground-mall": ("underground-space",),
    "underground-garage": ("underground-space",),
    "pipe-gallery": ("underground-space",),
    "crane-site": ("construction-site",),
}
"""Kinds under which a place has another row: a plan that wants each slope wants the gullies.

An underpass is not among them. Plans name it apart from the other
waterlogging points, since it is closed and they are watched.
"""


def place_facts(
    features: Iterable[Feature], regions: Sequence[Region], marks: Mapping[str, Sequence[str]] | None = None
) -> tuple[PlaceFacts, ...]:
    """Return what plans may know of *features* and *regions*, ordered by id and kind.

    *regions* say in which areas and under whose law each lies; *marks* adds the
    words that follow from how things stand (``danger``, ``open``), by id.
    """
    from coord.geo.regions import Atlas  # needs shapely

    now = marks or {}
    found = [feature for feature in features if not isinstance(feature, Region)]
    areas = Atlas(regions).areas_of([feature.place for feature in found])
    facts = []
    for feature, inside in zip(found, areas, strict=True):
        words = tuple(dict.fromkeys((*standing_marks(feature), *now.get(feature.id, ()))))
        unit = "" if isinstance(feature, Gauge) else feature.unit
        facts += [PlaceFacts(feature.id, kind, unit, inside, words) for kind in kinds_of(feature)]
    for region in regions:
        inside = tuple(filter(None, (region.id, region.within, region.regime)))
        facts.append(PlaceFacts(region.id, region.kind, region.unit, inside, tuple(now.get(region.id, ()))))
    return tuple(sorted(facts, key=lambda fact: (fact.id, fact.kind)))


def kinds_of(feature: Feature) -> tuple[str, ...]:
    """Return the kinds under which *feature* is found, its own first."""
    broad = {Facility: "facility", Passage: "passage"}.get(type(feature))
    return tuple(dict.fromkeys(filter(None, (feature.kind, *ALSO.get(feature.kind, ()), broad))))


def standing_marks(feature: Feature) -> tuple[str, ...]:
    """Return the marks that follow from what *feature* is, whatever its state."""
    match feature:
        case HazardPoint():
            worst = ("at-risk",) if min(feature.danger, feature.damage) == 1 else ()
            return (feature.kind, "hazard-point", *worst, *feature.marks)
        case Household():
            return ("at-risk", *feature.needs, *(("routed",) if feature.route else ()))
        case Shelter():
            words = (("accessible", feature.accessible), ("care", feature.care), ("overnight", feature.night > 0))
            return (feature.tier, *(word for word, true in words if true))
        case Facility() | Passage():
            return (feature.kind, *feature.marks)
        case Gauge() | Region():
            return ()
