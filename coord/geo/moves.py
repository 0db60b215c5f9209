"""From the layers to the matching and back: where people who are being moved are to go.

Pure functions for the policies: they read the household and shelter layers and
return the one command that follows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from coord.geo.board import transfer_sums
from coord.geo.commands import SetDestinations, VacateShelter
from coord.geo.layer import Layer
from coord.geo.matching import Against, Matching, berths, match, needs_unmet
from coord.geo.model import HazardPoint, Household, Place, Shelter
from coord.geo.terms import UNCONFIRMED

WET = ("waterlogging-point", "underpass")


def standing_water(points: Layer) -> list[Place]:
    """Return where water stands: waterlogging points that are not normal."""
    found = []
    for one, now in points.points.items():
        point = points.features.get(one)
        if now.state != "normal" and one not in points.closed and isinstance(point, HazardPoint) and point.kind in WET:
            found.append(point.place)
    return found


def placed(
    homes: Layer,
    shelters: Layer,
    water: Sequence[Place] = (),
    only: Iterable[str] | None = None,
    night: bool = True,
    against: Against = needs_unmet,
) -> Matching:
    """Return where the people of the household layer are to go who are not in a shelter yet and have not refused.

    Whoever is in a shelter, and whoever is on the way to one by an earlier
    word (and not in *only*), counts there already.
    """
    wanted = set(homes.homes if only is None else only)
    coming: Counter[str] = Counter()
    looking = []
    for one, home in homes.homes.items():
        household = homes.features.get(one)
        people = sum(part.people for part in home.parts if part.status in UNCONFIRMED)
        if not isinstance(household, Household) or not people:
            continue
        if one in wanted:
            looking.append(replace(household, people=people, shelter=home.to or household.shelter))
        elif home.to:
            coming[home.to] += people
    some = [feature for feature in shelters.in_use() if isinstance(feature, Shelter)]
    inside = transfer_sums(homes.homes.values()).in_shelter
    return match(looking, berths(some, shelters.shelters, inside, water, night, coming), against)


def destinations(matching: Matching) -> SetDestinations:
    """Return the command that tells every household where it goes, and those without a place that they have none."""
    to = matching.destinations()
    why = {placement.household: placement.why for placement in matching.placements}
    for left in matching.left_out:
        to.setdefault(left.household, "")
        why.setdefault(left.household, "no-place")
    return SetDestinations(to, why)


def vacating(
    shelter: str, homes: Layer, shelters: Layer, happened_at: datetime, by: str, water: Sequence[Place] = ()
) -> VacateShelter:
    """Return the command that moves everybody on from *shelter*, which has been shut, to the nearest place that fits.

    Somebody for whom there is no place is put on the way all the same, with no
    destination: the list of those without a place shows it.
    """
    coming: Counter[str] = Counter()
    looking = []
    for one, home in homes.homes.items():
        here = sum(part.people for part in home.parts if (part.status, part.at) == ("arrived", shelter))
        on_the_way = sum(part.people for part in home.parts if part.status in UNCONFIRMED) if home.to == shelter else 0
        household = homes.features.get(one)
        if here + on_the_way and isinstance(household, Household):
            looking.append(replace(household, people=here + on_the_way, shelter=""))
        elif home.to:
            coming[home.to] += sum(part.people for part in home.parts if part.status in UNCONFIRMED)
    inside = transfer_sums(homes.homes.values()).in_shelter
    some = [one for one in shelters.in_use() if isinstance(one, Shelter) and one.id != shelter]
    matching = match(looking, berths(some, shelters.shelters, inside, water, coming=coming))
    return VacateShelter(shelter, happened_at, by, matching.destinations())
