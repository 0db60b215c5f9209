"""Points are read, judged, visited and cured; what a gauge trembles over does not flap."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coord.errors import NotFound, Refused
from coord.events import Tick
from coord.geo.board import marks, never_visited, overdue_points
from coord.geo.commands import (
    CureFault,
    Fault,
    RecheckFault,
    SetPointState,
    StartRounds,
    StopRounds,
    TakeReading,
    Visit,
)
from coord.geo.facts import FaultFound, FaultOverdue, PointStateChanged, PointVisited, ReadingTaken, VisitMissed
from coord.geo.layer import Layer
from coord.geo.model import Place
from coord.geo.sample import sample_register
from tests.geo.ground import DAY, HOUR, MINUTE, NOON, layer_of, play

UNDERPASSES = tuple(point.id for point in sample_register("points") if point.kind == "underpass")
WATER = tuple(point.id for point in sample_register("points") if point.kind in ("underpass", "waterlogging-point"))


def points() -> Layer:
    return layer_of("points")


def read(layer: Layer, value: float, minutes: float = 0, point: str = "U3") -> list[str]:
    at = NOON + minutes * MINUTE
    return [fact.now for fact in play(layer, TakeReading(point, value, at), at) if isinstance(fact, PointStateChanged)]


def test_28_cm_in_the_underpass_is_danger_at_once() -> None:
    layer = points()
    facts = play(layer, TakeReading("U3", 28, NOON, "crew-2"))
    assert facts == [
        ReadingTaken("U3", 28, NOON, "crew-2"),
        PointStateChanged("U3", "normal", "danger", "reading 28 depth-cm", NOON, "crew-2"),
    ]
    assert marks(layer)["U3"] == ("danger",)


def test_a_reading_that_trembles_around_the_mark_changes_the_state_once() -> None:
    layer = points()
    changes = [change for i, value in enumerate([26, 27, 26, 27.5, 25, 26.9, 27]) for change in read(layer, value, i)]
    assert changes == ["watch", "danger"]
    assert read(layer, 24, 10) == ["watch"]
    assert read(layer, 13, 11) == ["normal"]


@settings(deadline=None)
@given(st.lists(st.floats(0, 60), min_size=1, max_size=30))
def test_the_state_is_never_milder_than_the_last_reading_says(values: list[float]) -> None:
    layer = points()
    for i, value in enumerate(values):
        read(layer, value, i)
    worst = "danger" if values[-1] >= 27 else "watch" if values[-1] >= 15 else "normal"
    order = ["normal", "watch", "danger"]
    assert order.index(layer.points["U3"].state) >= order.index(worst)


def test_what_a_person_said_a_reading_does_not_take_back() -> None:
    layer = points()
    play(layer, SetPointState("U3", "danger", "seen", NOON, "crew-2"))
    assert read(layer, 0, 5) == []
    play(layer, SetPointState("U3", "closed", "barrier-up", NOON, "crew-2"))
    assert read(layer, 40, 6) == []
    assert layer.points["U3"].state == "closed"


def test_a_reading_that_comes_late_says_nothing_about_now() -> None:
    layer = points()
    assert read(layer, 5, 30) == []
    assert read(layer, 40, 10) == []
    assert layer.points["U3"].value == 5


def test_a_place_without_a_measure_and_nonsense_are_refused() -> None:
    layer = points()
    with pytest.raises(Refused, match="nothing that could be read"):
        read(layer, 5, point="K1")
    with pytest.raises(Refused, match="no depth-cm"):
        read(layer, float("nan"))
    with pytest.raises(NotFound):
        read(layer, 5, point="U99")


def test_each_waterlogging_point_is_due_every_30_minutes_while_the_round_holds() -> None:
    layer = points()
    play(layer, StartRounds("III", WATER, 30 * MINUTE, "level III"))
    assert sum(due == NOON + 30 * MINUTE for due in layer.clocks.items().values()) == 30
    visited = play(layer, Visit("U3", NOON + 20 * MINUTE, "crew-2", 12.0), NOON + 21 * MINUTE)
    assert isinstance(visited[0], PointVisited)
    assert visited[0].next_due == NOON + 50 * MINUTE
    missed = play(layer, Tick(NOON + 30 * MINUTE), NOON + 30 * MINUTE)
    assert len(missed) == 29
    assert all(isinstance(fact, VisitMissed) for fact in missed)
    assert len(overdue_points(layer, NOON + 30 * MINUTE)) == 29


def test_an_outage_makes_one_miss_and_the_next_visit_counts_from_now() -> None:
    layer = points()
    play(layer, StartRounds("III", ("U3",), 30 * MINUTE, "level III"))
    late = NOON + 5 * HOUR
    assert play(layer, Tick(late), late) == [VisitMissed("U3", NOON + 30 * MINUTE, late + 30 * MINUTE)]
    assert play(layer, Tick(late), late) == []
    assert overdue_points(layer, late)[0] == ("U3", NOON + 30 * MINUTE)
    play(layer, Visit("U3", late, "crew-2"), late)
    assert overdue_points(layer, late) == []


def test_a_visit_in_time_that_we_hear_of_late_was_not_missed() -> None:
    layer = points()
    play(layer, StartRounds("III", ("U3",), 30 * MINUTE, "level III"))
    play(layer, Tick(NOON + 31 * MINUTE), NOON + 31 * MINUTE)
    assert layer.points["U3"].missed == 1
    play(layer, Visit("U3", NOON + 29 * MINUTE, "crew-2"), NOON + 50 * MINUTE)
    assert layer.points["U3"].missed == 0


def test_when_the_round_ends_the_own_rhythm_holds_again() -> None:
    layer = points()
    before = dict(layer.clocks.items())
    play(layer, StartRounds("III", WATER, 30 * MINUTE, "level III"))
    play(layer, Visit("U3", NOON + HOUR, "crew-2"), NOON + HOUR)
    play(layer, StopRounds("III"), NOON + 2 * HOUR)
    assert layer.clocks.get("visit/U3") == NOON + HOUR + DAY
    assert layer.clocks.get("visit/S01") == before["visit/S01"]
    assert play(layer, StopRounds("III")) == []


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 600), st.sampled_from(["U1", "U2", "S01"])), max_size=20))
def test_every_watched_point_always_has_exactly_one_next_visit(visits: list[tuple[int, str]]) -> None:
    layer = points()
    play(layer, StartRounds("III", UNDERPASSES, 30 * MINUTE, "level III"))
    for minutes, point in visits:
        at = NOON + minutes * MINUTE
        play(layer, Visit(point, at, "crew"), at)
        play(layer, Tick(at), at)
    watched = {point.id for point in sample_register("points") if getattr(point, "patrol", None)}
    assert {key for key in layer.clocks.items() if key.startswith("visit/")} == {f"visit/{id_}" for id_ in watched}


def test_points_that_nobody_ever_visited_stand_out() -> None:
    layer = points()
    play(layer, Visit("U1", NOON, "crew"))
    assert "U1" not in never_visited(layer)
    assert len(never_visited(layer)) == len(layer.features) - 1


def test_a_visit_from_elsewhere_shows_how_far_it_was() -> None:
    layer = points()
    there = layer.features["U3"]
    facts = play(layer, Visit("U3", NOON, "crew", at_place=Place(lon=113.5208, lat=22.1542)))
    assert isinstance(facts[0], PointVisited)
    assert facts[0].off_m == pytest.approx(1000, abs=10)
    assert there.id == "U3"


def fault(one: str = "F-1", due: datetime = NOON + DAY, what: str = "crack") -> Fault:
    return Fault(one, what, "owner-7", due)


def test_a_fault_is_closed_only_by_another_person_than_the_one_who_cured_it() -> None:
    layer = points()
    play(layer, Visit("S01", NOON, "grid-3", fault=fault()))
    play(layer, CureFault("F-1", "owner-7", NOON + HOUR))
    with pytest.raises(Refused) as refused:
        play(layer, RecheckFault("F-1", "owner-7", True, NOON + 2 * HOUR))
    assert refused.value.code == "same-person"
    play(layer, RecheckFault("F-1", "grid-3", True, NOON + 2 * HOUR))
    assert layer.faults["F-1"].status == "closed"
    assert layer.clocks.get("fault/F-1") is None


def test_a_cure_that_does_not_hold_opens_the_fault_again_with_a_new_time() -> None:
    layer = points()
    play(layer, Visit("S01", NOON, "grid-3", fault=fault()))
    play(layer, CureFault("F-1", "owner-7", NOON + HOUR))
    with pytest.raises(Refused, match="until when"):
        play(layer, RecheckFault("F-1", "grid-3", False, NOON + 2 * HOUR))
    play(layer, RecheckFault("F-1", "grid-3", False, NOON + 2 * HOUR, NOON + 2 * DAY))
    assert (layer.faults["F-1"].status, layer.faults["F-1"].failed) == ("open", 1)
    assert layer.clocks.get("fault/F-1") == NOON + 2 * DAY


def test_a_fault_nobody_cures_is_overdue_once() -> None:
    layer = points()
    play(layer, Visit("S01", NOON, "grid-3", fault=fault()))
    faults = [f for f in play(layer, Tick(NOON + DAY), NOON + DAY) if isinstance(f, FaultOverdue)]
    assert faults == [FaultOverdue("F-1", NOON + DAY, "owner-7")]
    assert not [f for f in play(layer, Tick(NOON + DAY), NOON + DAY) if isinstance(f, FaultOverdue)]


def test_the_same_fault_again_is_flagged_as_a_repeat() -> None:
    layer = points()
    play(layer, Visit("S01", NOON, "grid-3", fault=fault()))
    assert not [f for f in play(layer, Visit("S01", NOON, "x", fault=fault("F-2"))) if isinstance(f, FaultFound)]
    play(layer, CureFault("F-1", "owner-7", NOON))
    play(layer, RecheckFault("F-1", "grid-3", True, NOON))
    again = play(layer, Visit("S01", NOON + DAY, "grid-3", fault=fault("F-3")))
    assert [f.repeat_of for f in again if isinstance(f, FaultFound)] == ["F-1"]


def test_a_round_quicker_than_five_minutes_is_refused() -> None:
    with pytest.raises(Refused, match="nobody can visit"):
        play(points(), StartRounds("III", ("U1",), timedelta(minutes=4), "level III"))
    with pytest.raises(Refused, match="not an id"):
        play(points(), StartRounds("a/b", ("U1",), timedelta(minutes=5), "level III"))
