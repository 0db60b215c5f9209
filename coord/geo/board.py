"""What is read off the layers: who is not confirmed, what is overdue, what closes on whose way.

Pure functions of the folded state; the pages and the reports show nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from coord.geo.layer import HomeNow, Layer, Part, PassageNow, PointNow, Standing
from coord.geo.model import HazardPoint, Household
from coord.geo.rules.passages import holding_at
from coord.geo.rules.transfer import LEAST_FIRST, unconfirmed
from coord.geo.terms import STATUSES, UNCONFIRMED, PassageState, TransferStatus


@dataclass(frozen=True, slots=True)
class Sums:
    """People and households of a transfer by status, people by shelter. Nobody is in two of them."""

    households: int
    people: int
    by_status: Mapping[TransferStatus, int]
    homes_by_status: Mapping[TransferStatus, int]
    in_shelter: Mapping[str, int] = field(default_factory=dict)

    @property
    def not_confirmed(self) -> int:
        """People who are neither in safety nor known to refuse."""
        return sum(self.by_status[status] for status in UNCONFIRMED)

    @property
    def arrived_percent(self) -> int:
        """Arrived or back home, in whole percent, rounded down: 100 means everybody."""
        safe = self.by_status["arrived"] + self.by_status["returned"]
        return 100 * safe // self.people if self.people else 100


def status_of(parts: Iterable[Part]) -> TransferStatus:
    """Return the status that a household shows: the most worrying one among its people."""
    return min((part.status for part in parts), key=LEAST_FIRST.index)


def transfer_sums(homes: Iterable[HomeNow]) -> Sums:
    """Return the sums of *homes*."""
    people: Counter[TransferStatus] = Counter()
    shown: Counter[TransferStatus] = Counter()
    inside: Counter[str] = Counter()
    for home in homes:
        shown[status_of(home.parts)] += 1
        for part in home.parts:
            people[part.status] += part.people
            if part.status == "arrived":
                inside[part.at] += part.people
    return Sums(
        shown.total(),
        people.total(),
        {status: people[status] for status in STATUSES},
        {status: shown[status] for status in STATUSES},
        dict(sorted(inside.items())),
    )


def sums_by(layer: Layer, key: Callable[[Household, HomeNow], Iterable[str]]) -> dict[str, Sums]:
    """Return the sums of a household layer by whatever *key* names: points, communities, planned shelters.

    A household below two points counts in both rows, and once in the whole.
    """
    groups: dict[str, list[HomeNow]] = {}
    for one, home in layer.homes.items():
        household = layer.features.get(one)
        if isinstance(household, Household):
            for name in key(household, home):
                groups.setdefault(name, []).append(home)
    return {name: transfer_sums(homes) for name, homes in sorted(groups.items())}


def not_confirmed(layer: Layer) -> list[tuple[str, TransferStatus, int]]:
    """Return (household, status, people unconfirmed), the most worrying first: the list to call through."""
    rows = [
        (one, status_of(home.parts), missing)
        for one, home in layer.homes.items()
        if (missing := unconfirmed(home.parts))
    ]
    return sorted(rows, key=lambda row: (LEAST_FIRST.index(row[1]), row[0]))


def overdue_points(layer: Layer, at: datetime) -> list[tuple[str, datetime]]:
    """Return (point, due since) of all points that should have been visited by *at*, the oldest first."""
    since = {one: now.overdue_since for one, now in layer.points.items() if now.overdue_since is not None}
    for deadline in layer.clocks.due(at):
        what, _, one = deadline.key.partition("/")
        if what == "visit":
            since.setdefault(one, deadline.due)
    rows = [(one, due) for one, due in since.items() if one not in layer.closed]
    return sorted(rows, key=lambda row: (row[1], row[0]))


def never_visited(layer: Layer) -> list[str]:
    """Return the points in use that nobody has ever visited, sorted."""
    nobody = PointNow()
    points = (feature.id for feature in layer.in_use() if isinstance(feature, HazardPoint))
    return sorted(one for one in points if layer.points.get(one, nobody).visited_at is None)


def marks(layer: Layer) -> dict[str, tuple[str, ...]]:
    """Return the words that follow from how things stand, by id, for :func:`coord.geo.placefacts.place_facts`.

    ``watch``, ``danger``, ``closed`` of points; ``open`` or ``shut`` of
    shelters; the state of passages; the status of households being moved.
    """
    words: dict[str, tuple[str, ...]] = {}
    for one in layer.features:
        if one in layer.closed:
            words[one] = ("out-of-use",)
        elif layer.register == "shelters":
            shelter = layer.shelters.get(one)
            words[one] = ("open" if shelter is not None and shelter.open else "shut",)
        elif layer.register == "passages":
            words[one] = (layer.passages[one].state if one in layer.passages else "open",)
        elif one in layer.points and layer.points[one].state != "normal":
            words[one] = (layer.points[one].state,)
        elif one in layer.homes:
            words[one] = (status_of(layer.homes[one].parts),)
    return words


@dataclass(frozen=True, slots=True)
class RouteClash:
    """A household whose way goes over a passage that will be closed when it has to be through."""

    household: str
    people: int
    passage: str
    closes_at: datetime


def route_clashes(households: Iterable[Household], passages: Layer, by: datetime) -> list[RouteClash]:
    """Return the households that cannot count on their route until *by*, ordered by the time it closes (P-7)."""
    clashes = []
    for household in households:
        for passage in household.route:
            holds = holding_at(passages.passages.get(passage, PassageNow()), by)
            if holds is not None and holds.state == "closed":
                clashes.append(RouteClash(household.id, household.people, passage, holds.effective_at))
    return sorted(clashes, key=lambda clash: (clash.closes_at, clash.household))


@dataclass(frozen=True, slots=True)
class PassageLine:
    """One line of the passages table: what it is now and what comes next, as "12:00 (was 19:00)"."""

    passage: str
    state: PassageState
    since: datetime | None
    next_state: PassageState | None = None
    next_at: datetime | None = None
    next_was: datetime | None = None
    authority: str = ""
    review_at: datetime | None = None


def passage_lines(layer: Layer) -> list[PassageLine]:
    """Return a line for each passage in use, in the order of ids."""
    lines = []
    for one in sorted(layer.features):
        if one in layer.closed:
            continue
        now = layer.passages.get(one, PassageNow())
        coming = [order for key, order in now.orders.items() if layer.clocks.get(f"passage/{one}/{key}/start")]
        lines.append(_line(one, now, min(coming, key=lambda order: order.effective_at, default=None)))
    return lines


def _line(passage: str, now: PassageNow, coming: Standing | None) -> PassageLine:
    top = now.orders[now.in_force[-1]] if now.in_force else None
    review = top.review_at if top else None
    if coming is None:
        return PassageLine(passage, now.state, now.since, authority=top.authority if top else "", review_at=review)
    return PassageLine(
        passage, now.state, now.since, coming.state, coming.effective_at, coming.was_effective_at, coming.authority,
        review,
    )  # fmt: skip
