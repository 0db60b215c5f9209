"""Moving people: who was called, who is on the way, who is where (domain.md §1.10).

A household is a sum of parts (status, shelter, people). Every fact takes
people from one part and gives the same number to another, so no order of
facts, and no shelter that closes, can lose or double a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import assert_never

from coord.errors import NotFound, Refused
from coord.geo.commands.transfer import (
    AllowReturn,
    CorrectHeadcount,
    EndTransfer,
    HouseholdWish,
    ReportTransfer,
    SetDestinations,
    StartTransfer,
    VacateShelter,
)
from coord.geo.facts.transfer import (
    DestinationSet,
    HeadcountCorrected,
    HouseholdFact,
    ReturnAllowed,
    TransferEnded,
    TransferLate,
    TransferReported,
    TransferStarted,
)
from coord.geo.layer import HomeNow, Layer, Part, TransferNow, find
from coord.geo.model import Household
from coord.geo.terms import UNCONFIRMED, TransferStatus

LEAST_FIRST: tuple[TransferStatus, ...] = ("to-call", "refused", "informed", "moving", "arrived", "returned")
"""From the most worrying to the safest: a household shows the worst status of its people."""

# Without being told so, people who are there already are not sent back by a late report.
NOT_TOUCHED: dict[TransferStatus, tuple[TransferStatus, ...]] = {
    "to-call": ("informed", "moving", "arrived", "returned", "refused"),
    "informed": ("moving", "arrived", "returned"),
    "moving": ("arrived", "returned"),
    "arrived": ("arrived", "returned"),
    "refused": ("arrived", "returned"),
    "returned": (),
}


def decide_transfer(layer: Layer, wish: HouseholdWish) -> Sequence[HouseholdFact]:
    """Return what follows from *wish*, which the household register is asked."""
    match wish:
        case StartTransfer():
            return _start(layer, wish)
        case ReportTransfer():
            return _report(layer, wish)
        case CorrectHeadcount(household, people, by):
            return corrected(layer, household, people, by)
        case SetDestinations(shelters, because):
            return [
                DestinationSet(one, to, because.get(one, ""))
                for one, to in shelters.items()
                if (_home(layer, one).to, _home(layer, one).because) != (to, because.get(one, ""))
            ]
        case VacateShelter():
            return _vacate(layer, wish)
        case AllowReturn(households, by, because):
            waiting = tuple(one for one in households if not _home(layer, one).may_return)
            return [ReturnAllowed(waiting, by, because)] if waiting else []
        case EndTransfer(transfer, by):
            return _end(layer, transfer, by)
        case _:
            assert_never(wish)


def _home(layer: Layer, one: str) -> HomeNow:
    home = layer.homes.get(one)
    if home is None:
        raise NotFound(f"{one} is in no transfer")
    return home


def _start(layer: Layer, wish: StartTransfer) -> Sequence[HouseholdFact]:
    wanted = list(dict.fromkeys(wish.households))
    found = {one: find(layer, one, Household) for one in wanted}
    new = tuple(one for one in wanted if one not in layer.homes)
    if not new:
        return []
    due = running.due if (running := layer.transfers.get(wish.transfer)) else wish.due
    return [TransferStarted(wish.transfer, new, tuple(found[one].people for one in new), due, wish.by)]


def _report(layer: Layer, wish: ReportTransfer) -> Sequence[HouseholdFact]:
    home = _home(layer, wish.household)
    if wish.now == "arrived" and not wish.shelter:
        raise Refused("arrived, but in which shelter?", "no-shelter")
    if wish.now == "returned" and not home.may_return:
        raise Refused(f"{wish.household} may not return yet: nobody has allowed it", "return-not-allowed")
    target = (wish.now, wish.shelter if wish.now == "arrived" else "")
    sources = _sources(home, wish, target)
    left = sum(part.people for part in sources) if wish.people is None else wish.people
    if left > sum(part.people for part in sources) or left < 0:
        raise Refused(f"{wish.household} has not {left} people who could be {wish.now} now", "not-so-many")
    facts = []
    for part in sources:
        taken = min(left, part.people)
        left -= taken
        if taken:
            facts.append(
                TransferReported(
                    wish.household, taken, part.status, part.at, *target, wish.happened_at, wish.by, wish.told_by,
                    wish.note,
                )
            )  # fmt: skip
    return facts


def _sources(home: HomeNow, wish: ReportTransfer, target: tuple[TransferStatus, str]) -> list[Part]:
    if wish.of is not None:
        named = [part for part in home.parts if part.status == wish.of and wish.of_at in ("", part.at)]
        if not named:
            raise Refused(f"nobody of {wish.household} is {wish.of} {wish.of_at}".rstrip(), "nobody-there")
        return [part for part in named if (part.status, part.at) != target]
    untouched = NOT_TOUCHED[wish.now]
    some = [part for part in home.parts if (part.status, part.at) != target and part.status not in untouched]
    return sorted(some, key=lambda part: LEAST_FIRST.index(part.status))


def corrected(layer: Layer, one: str, people: int, by: str) -> list[HeadcountCorrected]:
    """Return the facts that bring a household in a transfer to *people*.

    More are to be called; fewer are taken from the least advanced.
    """
    home = _home(layer, one)
    if not 1 <= people <= 1000:
        raise Refused(f"{one} cannot have {people} people", "not-so-many")
    if people > home.people:
        return [HeadcountCorrected(one, people - home.people, "to-call", "", by)]
    facts: list[HeadcountCorrected] = []
    surplus = home.people - people
    for part in sorted(home.parts, key=lambda part: LEAST_FIRST.index(part.status)):
        gone = min(surplus, part.people)
        surplus -= gone
        if gone:
            facts.append(HeadcountCorrected(one, -gone, part.status, part.at, by))
    return facts


def _vacate(layer: Layer, wish: VacateShelter) -> Sequence[HouseholdFact]:
    facts: list[HouseholdFact] = []
    for one, home in layer.homes.items():
        inside = sum(part.people for part in home.parts if (part.status, part.at) == ("arrived", wish.shelter))
        if inside:
            facts.append(
                TransferReported(one, inside, "arrived", wish.shelter, "moving", "", wish.happened_at, wish.by)
            )
        if inside or home.to == wish.shelter:
            to = wish.to.get(one, "")
            if to == wish.shelter:
                raise Refused(f"{one} would be sent back to {to}, which closes", "same-shelter")
            facts.append(DestinationSet(one, to, f"closed:{wish.shelter}"))
    return facts


def _end(layer: Layer, transfer: str, by: str) -> Sequence[HouseholdFact]:
    if transfer not in layer.transfers:
        raise NotFound(f"there is no transfer {transfer}")
    out = sum(
        part.people
        for home in layer.homes.values()
        if home.transfer == transfer
        for part in home.parts
        if part.status not in ("refused", "returned")
    )
    if out:
        raise Refused(f"{out} people of this transfer are not back and have not refused", "still-away")
    return [TransferEnded(transfer, by)]


def late(layer: Layer, transfer: str, due: datetime) -> TransferLate:
    """Return the fact that the time of *transfer* has come with people unconfirmed."""
    homes = [home for home in layer.homes.values() if home.transfer == transfer and unconfirmed(home.parts)]
    return TransferLate(transfer, due, len(homes), layer.transfers[transfer].unconfirmed)


def unconfirmed(parts: Iterable[Part]) -> int:
    """Return how many people are neither in safety nor known to refuse."""
    return sum(part.people for part in parts if part.status in UNCONFIRMED)


def shifted(parts: Sequence[Part], status: TransferStatus, at: str, people: int) -> tuple[Part, ...]:
    """Return *parts* with *people* more (or fewer) in one of them."""
    sums = {(part.status, part.at): part.people for part in parts}
    sums[status, at] = sums.get((status, at), 0) + people
    return tuple(
        Part(state, where, many)
        for (state, where), many in sorted(sums.items(), key=lambda item: (LEAST_FIRST.index(item[0][0]), item[0][1]))
        if many
    )


def evolve_transfer(layer: Layer, fact: HouseholdFact) -> None:
    """Change *layer* in place as *fact* says."""
    match fact:
        case TransferStarted():
            running = layer.transfers.setdefault(fact.transfer, TransferNow(fact.due))
            for one, people in zip(fact.households, fact.people, strict=True):
                layer.homes[one] = HomeNow(fact.transfer, people, (Part("to-call", "", people),))
                running.households += 1
                running.unconfirmed += people
            _wait(layer, fact.transfer)
        case TransferReported():
            home = layer.homes[fact.household]
            before = unconfirmed(home.parts)
            fewer = shifted(home.parts, fact.was, fact.was_at, -fact.people)
            home.parts = shifted(fewer, fact.now, fact.now_at, fact.people)
            home.told_at = max(fact.happened_at, home.told_at or fact.happened_at)
            layer.transfers[home.transfer].unconfirmed += unconfirmed(home.parts) - before
            _wait(layer, home.transfer)
        case HeadcountCorrected(one, delta, status, at_shelter, _):
            home = layer.homes[one]
            home.people += delta
            home.parts = shifted(home.parts, status, at_shelter, delta)
            layer.transfers[home.transfer].unconfirmed += delta if status in UNCONFIRMED else 0
            _wait(layer, home.transfer)
        case DestinationSet(one, shelter, because):
            layer.homes[one].to, layer.homes[one].because = shelter, because
        case ReturnAllowed(households, _, _):
            for one in households:
                layer.homes[one].may_return = True
        case TransferLate(transfer, _, _, _):
            layer.transfers[transfer].late = True
            _wait(layer, transfer)
        case TransferEnded(transfer, _):
            layer.homes = {one: home for one, home in layer.homes.items() if home.transfer != transfer}
            del layer.transfers[transfer]
            layer.clocks.clear(f"transfer/{transfer}")
        case _:
            assert_never(fact)


def _wait(layer: Layer, transfer: str) -> None:
    running = layer.transfers[transfer]
    if running.unconfirmed and not running.late:
        layer.clocks.set(f"transfer/{transfer}", running.due)
    else:
        layer.clocks.clear(f"transfer/{transfer}")
