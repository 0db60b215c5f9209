"""What a plan may know of a place: the answer to "each waterlogging point in the area".

The composition turns each :class:`PlaceFacts` into a row for the plans, field
by field; the two rooms know nothing of one another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from coord.geo.model import Facility, Feature, Gauge, HazardPoint, Household, Passage, PlaceFacts, Region, Shelter

BROADER: Mapping[str, tuple[str, ...]] = {
    "underpass": ("waterlogging-point",),
    "slope": ("geological-point",),
    "rockfall": ("slope", "geological-point"),
    "gully": ("slope", "geological-point"),
    "old-wall": ("slope", "geological-point"),
    "underground-mall": ("underground-space",),
    "underground-garage": ("underground-space",),
    "pipe-gallery": ("underground-space",),
    "construction-site": ("site",),
    "crane-site": ("site",),
    "port-hall": ("port",),
    "port-lanes": ("port",),
}
"""Kinds that count as others too: a plan that wants each waterlogging point wants the underpasses."""


def place_facts(
    features: Iterable[Feature], regions: Sequence[Region], marks: Mapping[str, Sequence[str]] | None = None
) -> tuple[PlaceFacts, ...]:
    """Return what plans may know of *features*, ordered by id.

    *regions* say in which areas and under whose law each lies; *marks* adds the
    words that follow from how things stand (``danger``, ``open``), by id.
    """
    from coord.geo.regions import Atlas  # needs shapely

    found = [feature for feature in features if not isinstance(feature, Region)]
    areas = Atlas(regions).areas_of([feature.place for feature in found])
    facts = [
        PlaceFacts(
            feature.id,
            feature.kind,
            "" if isinstance(feature, Gauge) else feature.unit,
            areas[i],
            tuple(dict.fromkeys((*standing_marks(feature), *(marks or {}).get(feature.id, ())))),
        )
        for i, feature in enumerate(found)
    ]
    facts += [
        PlaceFacts(region.id, region.kind, "", (region.id, region.within) if region.within else (region.id,), ())
        for region in regions
    ]
    return tuple(sorted(facts, key=lambda fact: fact.id))


def standing_marks(feature: Feature) -> tuple[str, ...]:
    """Return the marks that follow from what *feature* is, whatever its state."""
    broader = BROADER.get(feature.kind, ())
    match feature:
        case HazardPoint():
            worst = ("at-risk",) if min(feature.danger, feature.damage) == 1 else ()
            return (*broader, "hazard-point", *worst)
        case Household():
            return ("at-risk", *feature.needs, *(("routed",) if feature.route else ()))
        case Shelter():
            words = (("accessible", feature.accessible), ("care", feature.care), ("overnight", feature.night > 0))
            return (feature.tier, *(word for word, true in words if true))
        case Facility():
            return (*broader, "facility")
        case Passage():
            return (*broader, "passage")
        case Gauge():
            return (*broader, "gauge")
        case Region():
            return ()
