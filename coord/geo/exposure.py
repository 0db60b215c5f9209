"""What an area touches: points, people, shelters, communities, and whose law (issue: "what does this area touch?").

A :class:`Ground` is prepared once from the registers and then answers while
the officer still draws. Households and people at risk are counted exactly;
residents of a community are estimated by the share of its area, and say so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import shapely

from coord.geo.index import PlaceIndex
from coord.geo.model import (
    Facility,
    Feature,
    HazardPoint,
    Household,
    Passage,
    Place,
    Placed,
    Regime,
    Region,
    Shape,
    Shelter,
)
from coord.geo.regions import Atlas
from coord.geo.shapes import drawn_km2, geometry

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Touched:
    """A region that the area touches: how much of it, and how many residents that would be."""

    region: str
    kind: str
    regime: Regime
    km2: float
    share: float
    residents: int


@dataclass(frozen=True, slots=True)
class Exposure:
    """What an area touches. Counts are by kind; ids are sorted.

    ``people`` live in the households ``households`` inside; ``linked`` are
    households outside whose hazard point lies inside. ``spill`` is the part of
    the area beyond the own district, by regime, in km²; ``unmapped_km2`` lies
    in no region at all.
    """

    km2: float
    points: Mapping[str, int]
    point_ids: tuple[str, ...]
    households: tuple[str, ...]
    people: int
    linked: tuple[str, ...]
    linked_people: int
    shelters: tuple[str, ...]
    night_places: int
    facilities: Mapping[str, int]
    facility_ids: tuple[str, ...]
    facility_people: int
    passages: tuple[str, ...]
    regions: tuple[Touched, ...]
    spill: Mapping[str, float]
    unmapped_km2: float
    by_regime: Mapping[str, int]

    @property
    def residents(self) -> int:
        """Residents of the touched part of the communities, estimated by area."""
        return sum(touched.residents for touched in self.regions if touched.kind == "community")

    @property
    def spills_over(self) -> bool:
        """Whether the area reaches beyond the own district or into another law."""
        return bool(self.spill)


class Ground:
    """The registers, ready to be asked. ``home`` is the id of the own district among the regions."""

    def __init__(self, features: Iterable[Feature], home: str = "") -> None:
        """Prepare *features*; raises :exc:`coord.errors.Unfit` naming a region whose ring is bad."""
        regions, placed = [], []
        for feature in features:
            if isinstance(feature, Region):
                regions.append(feature)
            else:
                placed.append(feature)
        self.placed: list[Placed] = placed
        self.atlas = Atlas(regions)
        self.home = home or next((region.id for region in self.atlas.regions if region.kind == "district"), "")
        self.index = PlaceIndex([one.place.lon for one in placed], [one.place.lat for one in placed])
        self._km2 = [drawn_km2(shape) for shape in self.atlas.shapes]
        self._neighbours = shapely.union_all([shape for shape, region in self._pairs() if region.kind == "neighbour"])
        self._homes = _of(placed, Household)
        laws = self.atlas.regimes_of([one.place for one in placed])
        self._law = {one.id: "+".join(law) or "unmapped" for one, law in zip(placed, laws, strict=True)}

    def touching(self, area: Shape | Any) -> Exposure:
        """Return what *area* (a shape of ours or a valid shapely polygon) touches; its edge counts as inside."""
        drawn = geometry(area) if isinstance(area, Shape) else area
        found = sorted((self.placed[row] for row in self.index.inside(drawn).tolist()), key=lambda one: one.id)
        points = _of(found, HazardPoint)
        homes = _of(found, Household)
        shelters, facilities = _of(found, Shelter), _of(found, Facility)
        inside, threatened = {home.id for home in homes}, {point.id for point in points}
        linked = [home for home in self._homes if home.id not in inside and not threatened.isdisjoint(home.points)]
        regions, spill, unmapped = self._regions(drawn)
        return Exposure(
            km2=round(drawn_km2(drawn), 3),
            points=_by_kind(points),
            point_ids=_ids(points),
            households=_ids(homes),
            people=sum(home.people for home in homes),
            linked=_ids(sorted(linked, key=lambda home: home.id)),
            linked_people=sum(home.people for home in linked),
            shelters=_ids(shelters),
            night_places=sum(shelter.night for shelter in shelters),
            facilities=_by_kind(facilities),
            facility_ids=_ids(facilities),
            facility_people=sum(facility.people for facility in facilities),
            passages=_ids(_of(found, Passage)),
            regions=regions,
            spill=spill,
            unmapped_km2=unmapped,
            by_regime=dict(sorted(Counter(self._law[one.id] for one in found).items())),
        )

    def _regions(self, drawn: Any) -> tuple[tuple[Touched, ...], dict[str, float], float]:
        touched, mapped = [], []
        spill = self._holes(drawn)
        for region, shape, whole in zip(self.atlas.regions, self.atlas.shapes, self._km2, strict=True):
            if not shapely.intersects(shape, drawn):
                continue
            shared = shapely.intersection(shape, drawn)
            km2 = drawn_km2(shared)
            mapped.append(shared)
            share = km2 / whole if whole else 0.0
            touched.append(
                Touched(
                    region.id, region.kind, region.regime, round(km2, 3), round(share, 4), round(share * region.people)
                )
            )
            if region.kind == "neighbour":
                spill[region.regime] += km2
        whole_km2 = drawn_km2(drawn)
        unmapped = max(whole_km2 - drawn_km2(shapely.union_all(mapped)), 0.0) if mapped else whole_km2
        return tuple(touched), {law: round(km2, 3) for law, km2 in sorted(spill.items()) if km2 > 0}, round(unmapped, 3)

    def _holes(self, drawn: Any) -> defaultdict[str, float]:
        """Return the km² inside holes of another law that no neighbour's shape counts already."""
        spill: defaultdict[str, float] = defaultdict(float)
        for shape, region in self._pairs():
            if region.kind == "regime-hole" and shapely.intersects(shape, drawn):
                spill[region.regime] += drawn_km2(
                    shapely.difference(shapely.intersection(shape, drawn), self._neighbours)
                )
        return spill

    def _pairs(self) -> Iterable[tuple[Any, Region]]:
        return zip(self.atlas.shapes, self.atlas.regions, strict=True)

    def of_regions(self, ids: Iterable[str]) -> Any:
        """Return the union of named regions and grid cells as a shapely shape; KeyError for an unknown one."""
        shapes = {region.id: shape for shape, region in self._pairs()}
        return shapely.union_all([shapes[one] for one in ids])

    def near(self, place: Place, many: int = 3, of: Callable[[Placed], bool] = lambda _: True) -> list[Placed]:
        """Return the *many* nearest features to *place* for which *of* holds, nearest first."""
        from coord.geo.rules.visits import metres_apart

        some = [one for one in self.placed if of(one)]
        return sorted(some, key=lambda one: (metres_apart(place, one.place), one.id))[:many]


def _of(found: Iterable[Placed], noun: type[T]) -> list[T]:
    return [one for one in found if isinstance(one, noun)]


def _ids(found: Iterable[Feature]) -> tuple[str, ...]:
    return tuple(one.id for one in found)


def _by_kind(found: Iterable[Feature]) -> dict[str, int]:
    return dict(sorted(Counter(one.kind for one in found).items()))
