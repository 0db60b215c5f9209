"""Who goes to which shelter: under capacity, accessibility and spacing, away from water (domain.md §1.10).

First whole households go to the shelter planned for them or to the nearest
that fits, those with needs first. Only when places are short are households
moved on or split, and then until nobody more can be placed: a person is left
out only when every place that fits is taken. Each placement says why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coord.geo.layer import ShelterNow
from coord.geo.model import Household, Place, Shelter

AWAY_M = 150.0
"""A shelter this near to a point where water stands is avoided."""

Against = Callable[[Household, Shelter], str]
"""Why a household cannot go to a shelter, as a picked word, or an empty string."""


@dataclass(frozen=True, slots=True)
class Berth:
    """A shelter and how many places are free in it now; ``against`` says why nobody may be sent there."""

    shelter: Shelter
    free: int
    against: str = ""


@dataclass(frozen=True, slots=True)
class Placement:
    """So many people of a household go to a shelter.

    ``why`` is ``planned``, ``nearest``, ``nearest-free`` or ``split``; ``passed``
    are the shelters that are nearer, each with the word why not.
    """

    household: str
    shelter: str
    people: int
    metres: int
    why: str
    passed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """So many people of a household have no place. ``why`` tells each shelter's reason."""

    household: str
    people: int
    why: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Matching:
    """Where everybody goes, and who has no place."""

    placements: tuple[Placement, ...]
    left_out: tuple[LeftOut, ...]
    load: dict[str, int] = field(default_factory=dict)

    def destinations(self) -> dict[str, str]:
        """Return household → shelter; of a split household the shelter that takes most of it."""
        best: dict[str, Placement] = {}
        for placement in self.placements:
            known = best.get(placement.household)
            if known is None or placement.people > known.people:
                best[placement.household] = placement
        return {one: placement.shelter for one, placement in best.items()}


def capacity(shelter: Shelter, now: ShelterNow, night: bool = True) -> int:
    """Return how many people a shelter may hold as it stands."""
    places = shelter.night if night else shelter.day
    return min(places, shelter.spaced) if now.spaced else places


def needs_unmet(household: Household, shelter: Shelter) -> str:
    """Return why the needs of *household* are not met, or an empty string.

    >>> here = Place(lon=113.5, lat=22.1)
    >>> needs_unmet(Household("H-1", here, 2, needs=("wheelchair",)), Shelter("SH-1", {}, here, 9, 9, 9))
    'not-accessible'
    """
    if "care" in household.needs and not shelter.care:
        return "no-care"
    if "wheelchair" in household.needs and not shelter.accessible:
        return "not-accessible"
    return ""


def berths(
    shelters: Sequence[Shelter],
    now: dict[str, ShelterNow],
    inside: Mapping[str, int],
    water: Sequence[Place] = (),
    night: bool = True,
    coming: Mapping[str, int] | None = None,
) -> list[Berth]:
    """Return the free places: capacity less people inside and coming, none in a shelter shut or at the *water*.

    *inside* are people of transfers by shelter; a head count that found more
    wins. *coming* are those who were sent there and have not arrived.
    """
    found = []
    for shelter in sorted(shelters, key=lambda shelter: shelter.id):
        state = now.get(shelter.id, ShelterNow())
        taken = max(inside.get(shelter.id, 0), state.heads or 0) + (coming or {}).get(shelter.id, 0)
        against = "" if state.open else "shut"
        if not against and len(water) and _metres([shelter.place], water).min() < AWAY_M:
            against = "near-water"
        found.append(Berth(shelter, 0 if against else max(capacity(shelter, state, night) - taken, 0), against))
    return found


def match(households: Sequence[Household], places: Sequence[Berth], against: Against = needs_unmet) -> Matching:
    """Place *households* into *places*; deterministic, whatever the order of either."""
    homes = sorted(households, key=lambda home: (_urgency(home), home.id))
    some = sorted(places, key=lambda berth: berth.shelter.id)
    if not homes or not some:
        return Matching((), tuple(LeftOut(home.id, home.people, ()) for home in homes))
    return _Room(homes, some, against).settled()


def _urgency(home: Household) -> int:
    return 0 if "care" in home.needs else 1 if "wheelchair" in home.needs else 2 if home.needs else 3


class _Room:
    """The working state of one matching: people placed, as households × shelters."""

    def __init__(self, homes: list[Household], berths: list[Berth], against: Against) -> None:
        self.homes, self.berths = homes, berths
        self.reason = [[berth.against or against(home, berth.shelter) for berth in berths] for home in homes]
        self.fits = np.array([[not word for word in row] for row in self.reason])
        self.metres = _metres([home.place for home in homes], [berth.shelter.place for berth in berths])
        self.free = np.array([berth.free for berth in berths], np.int64)
        self.placed = np.zeros(self.fits.shape, np.int64)
        self.left = np.array([home.people for home in homes], np.int64)

    def settled(self) -> Matching:
        self._whole()
        self._rest()
        return self._told()

    def _whole(self) -> None:
        """Give whole households their planned or nearest place: the most urgent first, then who would lose most."""
        column = {berth.shelter.id: i for i, berth in enumerate(self.berths)}
        cost = np.where(self.fits, self.metres, np.inf)
        for i, home in enumerate(self.homes):
            if (planned := column.get(home.shelter)) is not None and self.fits[i, planned]:
                cost[i, planned] = -1.0
        best = np.sort(cost, axis=1)
        second = best[:, 1] if best.shape[1] > 1 else np.full(len(best), np.inf)
        with np.errstate(invalid="ignore"):
            loss = np.nan_to_num(second - best[:, 0], nan=0.0, posinf=1e12)
        urgency = [_urgency(home) for home in self.homes]
        for i in sorted(range(len(self.homes)), key=lambda i: (urgency[i], -loss[i], self.homes[i].id)):
            for j in np.argsort(cost[i], kind="stable"):
                if not self.fits[i, j]:
                    break
                if self.free[j] >= self.left[i]:
                    self._move(i, None, int(j), int(self.left[i]))
                    break

    def _move(self, home: int, source: int | None, target: int, people: int) -> None:
        self.placed[home, target] += people
        self.free[target] -= people
        if source is None:
            self.left[home] -= people
        else:
            self.placed[home, source] -= people
            self.free[source] += people

    def _rest(self) -> None:
        """Place who is left, person by person, moving others on where that makes room."""
        hopeless: set[bytes] = set()
        for i in np.flatnonzero(self.left):
            while self.left[i] and self.free.any() and self.fits[i].tobytes() not in hopeless:
                path = self._path(int(i))
                if path is None:
                    # what was hopeless stays so: moving people on never frees a place for those who had no path
                    hopeless.add(self.fits[i].tobytes())
                    break
                self._along(int(i), path)

    def _path(self, home: int) -> list[tuple[int, int]] | None:
        """Return shelters to go through, each with the household that moves on from there (−1 at the end)."""
        leaves = (self.placed > 0).T.astype(np.float32) @ self.fits.astype(np.float32) > 0
        start = [int(j) for j in np.argsort(self.metres[home], kind="stable") if self.fits[home, j]]
        before: dict[int, int] = dict.fromkeys(start, -1)
        queue = list(start)
        for shelter in queue:
            if self.free[shelter] > 0:
                return self._back(shelter, before)
            for onward in np.flatnonzero(leaves[shelter]).tolist():
                if onward not in before:
                    before[onward] = shelter
                    queue.append(onward)
        return None

    def _back(self, end: int, before: dict[int, int]) -> list[tuple[int, int]]:
        path = [(end, -1)]
        while (shelter := before[path[0][0]]) >= 0:
            onward = path[0][0]
            movable = np.flatnonzero((self.placed[:, shelter] > 0) & self.fits[:, onward])
            detour = self.metres[movable, onward] - self.metres[movable, shelter]
            path.insert(0, (shelter, int(movable[np.argmin(detour)])))
        return path

    def _along(self, home: int, path: list[tuple[int, int]]) -> None:
        people = min(int(self.left[home]), int(self.free[path[-1][0]]))
        people = min([people, *(int(self.placed[moved, shelter]) for shelter, moved in path[:-1])])
        for (shelter, moved), (onward, _) in reversed(list(pairwise(path))):
            self._move(moved, shelter, onward, people)
        self._move(home, None, path[0][0], people)

    def _told(self) -> Matching:
        placements, left_out = [], []
        for i in sorted(range(len(self.homes)), key=lambda i: self.homes[i].id):
            home = self.homes[i]
            placements += [self._placement(i, j) for j in np.flatnonzero(self.placed[i]).tolist()]
            if self.left[i]:
                why = tuple(self._word(i, j) for j in range(len(self.berths)))
                left_out.append(LeftOut(home.id, int(self.left[i]), why))
        load = {berth.shelter.id: int(self.placed[:, j].sum()) for j, berth in enumerate(self.berths)}
        return Matching(tuple(placements), tuple(left_out), load)

    def _word(self, i: int, j: int) -> tuple[str, str]:
        """Return a shelter and why household *i* does not go there."""
        return self.berths[j].shelter.id, self.reason[i][j] or ("too-few" if self.free[j] else "full")

    def _placement(self, i: int, j: int) -> Placement:
        home, shelter = self.homes[i], self.berths[j].shelter
        nearer = [
            k for k in np.argsort(self.metres[i], kind="stable").tolist() if self.metres[i, k] < self.metres[i, j]
        ]
        passed = tuple((self.berths[k].shelter.id, self.reason[i][k] or "full") for k in nearer)
        if np.count_nonzero(self.placed[i]) > 1 or self.left[i]:
            why = "split"
        elif home.shelter == shelter.id:
            why, passed = "planned", ()
        else:
            why = "nearest-free" if any(word in ("full", "too-few") for _, word in passed) else "nearest"
        return Placement(home.id, shelter.id, int(self.placed[i, j]), round(float(self.metres[i, j])), why, passed)


def _metres(ones: Sequence[Place], others: Sequence[Place]) -> NDArray[np.float64]:
    """Return the distances between all *ones* and all *others*, on a sphere."""
    a = np.radians([(place.lon, place.lat) for place in ones])[:, None, :]
    b = np.radians([(place.lon, place.lat) for place in others])[None, :, :]
    lon = (b[..., 0] - a[..., 0] + np.pi) % (2 * np.pi) - np.pi
    x: Any = lon * np.cos((a[..., 1] + b[..., 1]) / 2)
    return np.asarray(np.hypot(x, b[..., 1] - a[..., 1]) * 6_371_008.8, np.float64)
