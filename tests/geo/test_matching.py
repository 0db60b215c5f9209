"""Matching never exceeds a capacity and never leaves a person out while a fitting place is free."""

from __future__ import annotations

from collections import Counter, deque

from hypothesis import given, settings
from hypothesis import strategies as st

from coord.geo.layer import ShelterNow
from coord.geo.matching import Berth, Matching, berths, capacity, match, needs_unmet
from coord.geo.model import HazardPoint, Household, Place, Shelter
from coord.geo.sample import sample_register

spots = st.builds(Place, st.floats(113.50, 113.55), st.floats(22.09, 22.15))
needs = st.lists(st.sampled_from(["wheelchair", "care", "infant"]), max_size=2, unique=True).map(tuple)


@st.composite
def households(draw: st.DrawFn) -> list[Household]:
    many = draw(st.integers(0, 12))
    return [
        Household(f"H-{i:03d}", draw(spots), draw(st.integers(1, 7)), needs=draw(needs), shelter=f"SH-{i % 4:02d}")
        for i in range(many)
    ]


@st.composite
def places(draw: st.DrawFn) -> list[Berth]:
    found = []
    for i in range(draw(st.integers(0, 5))):
        accessible = draw(st.booleans())
        shelter = Shelter(
            f"SH-{i:02d}", {}, draw(spots), 99, 99, 50, accessible=accessible, care=accessible and draw(st.booleans())
        )
        shut = draw(st.integers(0, 5)) == 0
        found.append(Berth(shelter, 0 if shut else draw(st.integers(0, 15)), "shut" if shut else ""))
    return found


def most_people(homes: list[Household], some: list[Berth]) -> int:
    """Return the largest number of people that could be placed at all: a plain maximum flow, one person at a time."""
    free = [berth.free for berth in some]
    inside: list[Counter[int]] = [Counter() for _ in some]
    fits = [[not berth.against and not needs_unmet(home, berth.shelter) for berth in some] for home in homes]
    placed = 0
    for home, household in enumerate(homes):
        for _ in range(household.people):
            before: dict[int, tuple[int, int]] = {j: (-1, home) for j in range(len(some)) if fits[home][j]}
            queue = deque(before)
            while queue and free[queue[0]] == 0:
                j = queue.popleft()
                for other, people in inside[j].items():
                    for k in range(len(some)):
                        if people and fits[other][k] and k not in before:
                            before[k] = (j, other)
                            queue.append(k)
            if not queue:
                break
            j = queue[0]
            free[j] -= 1
            while j >= 0:
                source, who = before[j]
                inside[j][who] += 1
                if source >= 0:
                    inside[source][who] -= 1
                j = source
            placed += 1
    return placed


def told(matching: Matching) -> Counter[str]:
    people: Counter[str] = Counter()
    for placement in matching.placements:
        people[placement.household] += placement.people
    for left in matching.left_out:
        people[left.household] += left.people
    return people


@settings(max_examples=120, deadline=None)
@given(households(), places())
def test_no_capacity_is_exceeded_and_nobody_is_left_out_while_a_fitting_place_is_free(
    homes: list[Household], some: list[Berth]
) -> None:
    matching = match(homes, some)
    load: Counter[str] = Counter()
    by_id, shelters = {home.id: home for home in homes}, {berth.shelter.id: berth for berth in some}
    for placement in matching.placements:
        load[placement.shelter] += placement.people
        assert not needs_unmet(by_id[placement.household], shelters[placement.shelter].shelter)
        assert not shelters[placement.shelter].against
    assert all(load[one] <= berth.free for one, berth in shelters.items())
    assert told(matching) == Counter({home.id: home.people for home in homes})
    for left in matching.left_out:
        for berth in some:
            if not berth.against and not needs_unmet(by_id[left.household], berth.shelter):
                assert load[berth.shelter.id] == berth.free, f"{left.household} left out, {berth.shelter.id} has room"


@settings(max_examples=120, deadline=None)
@given(households(), places())
def test_as_many_people_are_placed_as_can_be_placed_at_all(homes: list[Household], some: list[Berth]) -> None:
    matching = match(homes, some)
    assert sum(placement.people for placement in matching.placements) == most_people(homes, some)


@settings(deadline=None)
@given(households(), places(), st.randoms())
def test_the_order_in_which_they_are_given_makes_no_difference(
    homes: list[Household], some: list[Berth], r: object
) -> None:
    shuffled, others = list(homes), list(some)
    r.shuffle(shuffled)  # type: ignore[attr-defined]
    r.shuffle(others)  # type: ignore[attr-defined]
    assert match(shuffled, others) == match(homes, some)


def shelter(one: str, lon: float, **more: bool) -> Shelter:
    return Shelter(one, {}, Place(lon, 22.10), 10, 10, 5, **more)  # type: ignore[arg-type]


NEAR, FAR = shelter("SH-01", 113.50), shelter("SH-02", 113.51, accessible=True)
HOME = Place(113.501, 22.10)


def test_it_says_why_a_place_was_chosen_and_what_was_passed() -> None:
    wheelchair = Household("H-1", HOME, 2, needs=("wheelchair",))
    assert match([wheelchair], [Berth(NEAR, 10), Berth(FAR, 10)]).placements[0].passed == (("SH-01", "not-accessible"),)
    plain = Household("H-1", HOME, 2)
    near = match([plain], [Berth(NEAR, 10), Berth(FAR, 10)]).placements[0]
    assert (near.shelter, near.why, near.metres) == ("SH-01", "nearest", 103)
    full = match([plain], [Berth(NEAR, 0), Berth(FAR, 10)]).placements[0]
    assert (full.shelter, full.why, full.passed) == ("SH-02", "nearest-free", (("SH-01", "full"),))
    planned = match([Household("H-1", HOME, 2, shelter="SH-02")], [Berth(NEAR, 10), Berth(FAR, 10)]).placements[0]
    assert (planned.shelter, planned.why) == ("SH-02", "planned")


def test_who_can_stay_elsewhere_makes_room_for_who_cannot() -> None:
    able = [Household(f"H-{i}", Place(113.51, 22.10), 5, shelter="SH-02") for i in range(2)]
    wheelchair = Household("H-9", HOME, 4, needs=("wheelchair",))
    matching = match([*able, wheelchair], [Berth(NEAR, 10), Berth(FAR, 10)])
    assert matching.left_out == ()
    assert matching.destinations()["H-9"] == "SH-02"


def test_a_household_is_split_only_when_it_fits_nowhere_whole() -> None:
    family = Household("H-1", HOME, 6)
    matching = match([family], [Berth(NEAR, 4), Berth(FAR, 3)])
    assert [(p.shelter, p.people, p.why) for p in matching.placements] == [("SH-01", 4, "split"), ("SH-02", 2, "split")]
    assert matching.destinations() == {"H-1": "SH-01"}


def test_who_has_no_place_is_shown_with_every_reason() -> None:
    care = Household("H-1", HOME, 2, needs=("care",))
    left = match([care], [Berth(NEAR, 10), Berth(FAR, 0, "near-water")]).left_out
    assert left[0].why == (("SH-01", "no-care"), ("SH-02", "near-water"))
    assert match([care], []).left_out[0].people == 2


def test_spacing_night_heads_and_water_take_places_away() -> None:
    now = {"SH-01": ShelterNow(open=True, spaced=True, heads=2), "SH-02": ShelterNow(open=True)}
    free = berths([FAR, NEAR, shelter("SH-03", 113.6)], now, {"SH-01": 3}, [Place(113.5101, 22.10)])
    assert [(berth.free, berth.against) for berth in free] == [(2, ""), (0, "near-water"), (0, "shut")]
    assert capacity(NEAR, ShelterNow()) == 10


def test_when_a_sample_shelter_closes_everybody_finds_a_place_elsewhere() -> None:
    shelters = [one for one in sample_register("shelters") if isinstance(one, Shelter)]
    homes = [one for one in sample_register("households") if isinstance(one, Household)]
    wet = [one.place for one in sample_register("points") if isinstance(one, HazardPoint) and one.id in ("U3", "W04")]
    now = {one.id: ShelterNow(open=one.id != "SH-06") for one in shelters}
    matching = match(homes, berths(shelters, now, {}, wet))
    assert matching.left_out == ()
    assert sum(matching.load.values()) == 436
    assert "SH-06" not in matching.destinations().values()
