"""Moving people never loses or doubles anybody, whatever is reported in whatever order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coord.errors import NotFound, Refused
from coord.events import StreamId, Tick
from coord.geo.board import not_confirmed, status_of, sums_by, transfer_sums
from coord.geo.commands import (
    AllowReturn,
    Amend,
    Close,
    CorrectHeadcount,
    EndTransfer,
    HouseholdWish,
    ReportTransfer,
    SetDestinations,
    StartTransfer,
    VacateShelter,
)
from coord.geo.decide import LAYER
from coord.geo.facts import FeatureCreated, GeoFact, TransferLate, TransferReported
from coord.geo.layer import empty
from coord.geo.model import Household, Place
from coord.geo.sample import sample_register
from coord.geo.terms import STATUSES
from tests.geo.ground import HOUR, MINUTE, NOON, layer_of, play

HERE = Place(lon=113.52, lat=22.10)
HOMES = tuple(Household(f"H-{i:03d}", HERE, people=i, points=("S01",), community="ht") for i in range(1, 6))
IDS = [home.id for home in HOMES]
SHELTERS = ["SH-01", "SH-02", "SH-03"]
START = StartTransfer("T1", tuple(IDS), NOON + 6 * HOUR, "duty")


def report(home: str, now: str, shelter: str = "", people: int | None = None, minutes: int = 0) -> ReportTransfer:
    return ReportTransfer(home, now, NOON + minutes * MINUTE, "crew", shelter, people)  # type: ignore[arg-type]


reports = st.builds(
    ReportTransfer,
    st.sampled_from(IDS),
    st.sampled_from(STATUSES),
    st.integers(0, 300).map(lambda minutes: NOON + minutes * MINUTE),
    st.just("crew"),
    shelter=st.sampled_from(["", *SHELTERS]),
    people=st.none() | st.integers(0, 6),
    of=st.none() | st.sampled_from(STATUSES),
    of_at=st.sampled_from(["", *SHELTERS]),
)
vacates = st.builds(
    VacateShelter,
    st.sampled_from(SHELTERS),
    st.just(NOON),
    st.just("duty"),
    st.dictionaries(st.sampled_from(IDS), st.sampled_from(SHELTERS)),
)
others = st.one_of(
    st.builds(AllowReturn, st.lists(st.sampled_from(IDS), max_size=3).map(tuple), st.just("duty"), st.just("slope")),
    st.builds(SetDestinations, st.dictionaries(st.sampled_from(IDS), st.sampled_from(SHELTERS)), st.just({})),
    st.just(START),
    st.just(StartTransfer("T2", tuple(IDS[:2]), NOON + 9 * HOUR, "duty")),
)
wishes: st.SearchStrategy[list[HouseholdWish]] = st.lists(reports | reports | vacates | others, max_size=30)


@settings(deadline=None)
@given(wishes)
def test_no_order_of_reports_and_closing_shelters_loses_or_doubles_a_person(some: list[HouseholdWish]) -> None:
    layer = layer_of("households", HOMES)
    play(layer, START)
    for wish in some:
        try:
            play(layer, wish)
        except Refused:
            continue
        sums = transfer_sums(layer.homes.values())
        assert sums.people == sum(home.people for home in HOMES)
        assert sum(sums.by_status.values()) == sums.people
        assert sum(sums.in_shelter.values()) == sums.by_status["arrived"]
        for home in HOMES:
            parts = layer.homes[home.id].parts
            assert sum(part.people for part in parts) == home.people
            assert all(part.people > 0 for part in parts)
        assert sum(now.unconfirmed for now in layer.transfers.values()) == sums.not_confirmed


@settings(deadline=None)
@given(wishes, st.lists(st.integers(1, 9), min_size=1, max_size=4))
def test_a_corrected_headcount_moves_the_sum_by_exactly_the_difference(
    some: list[HouseholdWish], heads: list[int]
) -> None:
    layer = layer_of("households", HOMES)
    play(layer, START)
    for wish in some:
        try:
            play(layer, wish)
        except Refused:
            continue
    for people in heads:
        before = transfer_sums(layer.homes.values()).people - layer.homes["H-003"].people
        play(layer, CorrectHeadcount("H-003", people, "crew"))
        sums = transfer_sums(layer.homes.values())
        assert sums.people == before + people
        assert sums.not_confirmed == sum(now.unconfirmed for now in layer.transfers.values())


@settings(deadline=None)
@given(wishes, st.integers(0, 60))
def test_a_prefix_and_the_rest_fold_to_the_same_state_as_all(some: list[HouseholdWish], cut: int) -> None:
    layer = layer_of("households", HOMES)
    facts: list[GeoFact] = [FeatureCreated(home, NOON) for home in HOMES]
    for wish in [START, *some]:
        try:
            facts += play(layer, wish)
        except Refused:
            continue
    stream = StreamId("layer/households")
    assert LAYER.fold(facts, empty(stream)) == layer
    assert LAYER.fold(facts[cut:], LAYER.fold(facts[:cut], empty(stream))) == layer


@settings(deadline=None)
@given(reports)
def test_the_same_report_twice_changes_nothing_the_second_time_unless_it_counts_people(wish: ReportTransfer) -> None:
    layer = layer_of("households", HOMES)
    play(layer, START)
    if wish.people is not None or wish.of is not None:
        return
    try:
        play(layer, wish)
    except Refused:
        return
    assert play(layer, wish) == []


def test_a_household_may_split_and_shows_its_most_worrying_part() -> None:
    layer = layer_of("households", HOMES)
    play(layer, START)
    play(layer, report("H-004", "arrived", "SH-01", people=3))
    assert status_of(layer.homes["H-004"].parts) == "to-call"
    play(layer, report("H-004", "refused"))
    assert status_of(layer.homes["H-004"].parts) == "refused"
    assert transfer_sums([layer.homes["H-004"]]).in_shelter == {"SH-01": 3}


def test_a_late_report_does_not_bring_people_back_from_the_shelter() -> None:
    layer = layer_of("households", HOMES)
    play(layer, START)
    play(layer, report("H-002", "arrived", "SH-01", minutes=50))
    assert play(layer, report("H-002", "informed", minutes=10)) == []


def test_nobody_returns_without_permission() -> None:
    layer = layer_of("households", HOMES)
    play(layer, START)
    play(layer, report("H-001", "arrived", "SH-01"))
    with pytest.raises(Refused) as refused:
        play(layer, report("H-001", "returned"))
    assert refused.value.code == "return-not-allowed"
    play(layer, AllowReturn(("H-001",), "expert", "slope-checked"))
    assert play(layer, report("H-001", "returned"))


def test_when_a_shelter_closes_its_people_are_on_the_way_again() -> None:
    layer = layer_of("households", HOMES)
    play(layer, START)
    for home in IDS:
        play(layer, SetDestinations({home: "SH-01"}, {}))
        play(layer, report(home, "arrived", "SH-01"))
    assert transfer_sums(layer.homes.values()).arrived_percent == 100
    play(layer, VacateShelter("SH-01", NOON, "duty", dict.fromkeys(IDS, "SH-02")))
    sums = transfer_sums(layer.homes.values())
    assert (sums.by_status["moving"], sums.in_shelter) == (15, {})
    assert {home.to for home in layer.homes.values()} == {"SH-02"}


def test_nobody_is_sent_back_into_the_shelter_that_closes() -> None:
    layer = layer_of("households", HOMES)
    play(layer, START)
    play(layer, report("H-001", "arrived", "SH-01"))
    with pytest.raises(Refused, match="which closes"):
        play(layer, VacateShelter("SH-01", NOON, "duty", {"H-001": "SH-01"}))


def test_a_second_transfer_leaves_those_who_are_being_moved_where_they_are() -> None:
    layer = layer_of("households", HOMES)
    play(layer, StartTransfer("T1", tuple(IDS[:3]), NOON + HOUR, "duty"))
    facts = play(layer, StartTransfer("T2", tuple(IDS), NOON + HOUR, "duty"))
    assert getattr(facts[0], "households", ()) == tuple(IDS[3:])
    assert transfer_sums(layer.homes.values()).people == 15


def test_the_due_time_says_once_how_many_are_missing() -> None:
    layer = layer_of("households", HOMES)
    play(layer, START)
    play(layer, report("H-005", "arrived", "SH-01"))
    assert play(layer, Tick(START.due), START.due) == [TransferLate("T1", START.due, 4, 10)]
    assert play(layer, Tick(START.due + HOUR), START.due + HOUR) == []


def test_a_transfer_in_which_everybody_is_confirmed_waits_for_nothing() -> None:
    layer = layer_of("households", HOMES)
    play(layer, START)
    for home in IDS:
        play(layer, report(home, "arrived", "SH-01"))
    assert len(layer.clocks) == 0
    play(layer, VacateShelter("SH-01", NOON, "duty", {}))
    assert layer.clocks.next() == START.due


def test_a_transfer_ends_only_when_nobody_is_away() -> None:
    layer = layer_of("households", HOMES[:2])
    play(layer, StartTransfer("T1", ("H-001", "H-002"), NOON + HOUR, "duty"))
    play(layer, report("H-001", "refused"))
    play(layer, report("H-002", "arrived", "SH-01"))
    with pytest.raises(Refused, match="2 people"):
        play(layer, EndTransfer("T1", "duty"))
    play(layer, AllowReturn(("H-002",), "expert", "slope-checked"))
    play(layer, report("H-002", "returned"))
    play(layer, EndTransfer("T1", "duty"))
    assert (layer.homes, layer.transfers, len(layer.clocks)) == ({}, {}, 0)


def test_a_household_that_is_being_moved_cannot_be_closed_and_keeps_count_when_amended() -> None:
    layer = layer_of("households", HOMES)
    play(layer, START)
    with pytest.raises(Refused, match="being moved"):
        play(layer, Close("H-001"))
    play(layer, Amend(Household("H-002", HERE, people=5)))
    assert layer.homes["H-002"].people == 5
    assert transfer_sums(layer.homes.values()).people == 18


def test_what_nobody_started_cannot_be_reported() -> None:
    layer = layer_of("households", HOMES)
    with pytest.raises(NotFound):
        play(layer, report("H-001", "informed"))
    with pytest.raises(NotFound):
        play(layer, StartTransfer("T1", ("H-999",), NOON, "duty"))
    play(layer, START)
    with pytest.raises(Refused, match="which shelter"):
        play(layer, report("H-001", "arrived"))
    with pytest.raises(Refused, match="has not 3 people"):
        play(layer, report("H-001", "informed", people=3))


def test_the_sample_district_counts_436_people_once_and_by_point() -> None:
    layer = layer_of("households")
    ids = tuple(home.id for home in sample_register("households"))
    play(layer, StartTransfer("T1", ids, NOON + 6 * HOUR, "duty"))
    facts = play(layer, report(ids[0], "informed"))
    assert isinstance(facts[0], TransferReported)
    assert transfer_sums(layer.homes.values()).people == 436
    by_point = sums_by(layer, lambda household, _: household.points)
    assert sum(sums.people for sums in by_point.values()) == 436
    assert len(not_confirmed(layer)) == 142
    assert not_confirmed(layer)[-1][0] == ids[0]
    assert timedelta() < layer.transfers["T1"].due - NOON
