"""The night of practice.md, "02:47", from the gauge to the underpass, with its times (UTC+8 written as UTC)."""

from __future__ import annotations

from contextlib import suppress
from copy import deepcopy
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from coord.errors import CoordError
from coord.events import Tick
from coord.geo.board import marks, overdue_points
from coord.geo.commands import (
    Close,
    GeoWish,
    OpenShelter,
    OrderPassage,
    ReadGauges,
    ReportTransfer,
    SetPointState,
    SetThresholds,
    StartRounds,
    StartTransfer,
    TakeReading,
    Value,
    Visit,
)
from coord.geo.decide import decide
from coord.geo.facts import GaugeRead, PointStateChanged, PointVisited, ThresholdCrossed
from coord.geo.model import Gauge, Register
from coord.geo.observations import point_reading
from coord.geo.placefacts import place_facts
from coord.geo.sample import sample_regions, sample_register
from coord.geo.terms import Threshold
from tests.geo.ground import MINUTE, NOON, layer_of, play


def at(clock: str) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(2025, 9, 23, hour, minute, tzinfo=UTC)


def test_the_night_of_02_47() -> None:
    gauges, points = layer_of("gauges"), layer_of("points")
    play(gauges, SetThresholds((Threshold("rain-30min", "rain", 25, 15, timedelta(minutes=30)),)), at("02:00"))

    # 26 mm in 30 minutes at R3, no signal from anybody
    crossed = []
    for clock, millimetres in (("02:22", 3), ("02:27", 4), ("02:32", 5), ("02:37", 4), ("02:42", 5), ("02:47", 5)):
        facts = play(gauges, ReadGauges((Value("R3", millimetres, at(clock)),), "poll"), at(clock))
        crossed += [fact for fact in facts if isinstance(fact, ThresholdCrossed)]
    assert crossed == [ThresholdCrossed("rain-30min", "R3", 26.0, at("02:47"))]

    # the standing order is for each underpass: six rows
    under = [facts.id for facts in place_facts(points.features.values(), sample_regions()) if facts.kind == "underpass"]
    assert under == ["U1", "U2", "U3", "U4", "U5", "U6"]
    play(points, StartRounds("night", tuple(under), 10 * MINUTE, "standing-order"), at("02:47"))

    # the depth gauge of U3 says 14 cm; the crew measures 28 cm at 02:52 and the desk types it at 03:01
    gauge = next(one for one in sample_register("gauges") if one.id == "D3")
    assert isinstance(gauge, Gauge)
    told = point_reading(gauge, GaugeRead("D3", 14, at("02:50")))
    assert told is not None
    assert len(play(points, told, at("02:50"))) == 1
    late = [one for one, _ in overdue_points(points, at("02:57"))]
    assert late == under
    facts = play(points, Visit("U3", at("02:52"), "RES-crew-2", 28, told_by="duty-desk"), at("03:01"))
    visited, changed = facts[0], facts[-1]
    assert isinstance(visited, PointVisited)
    assert visited.next_due == at("03:02")
    assert isinstance(changed, PointStateChanged)
    assert (changed.now, changed.happened_at) == ("danger", at("02:52"))
    play(points, SetPointState("U3", "closed", "barrier-up", at("02:55"), "RES-crew-2"), at("03:01"))
    assert marks(points) == {"U3": ("closed",)}
    assert [one for one, _ in overdue_points(points, at("03:01"))] == [one for one in under if one != "U3"]

    # a plan sees it at once
    seen = place_facts(points.features.values(), sample_regions(), marks(points))
    assert next(facts.marks for facts in seen if facts.id == "U3")[-1] == "closed"


WISHES: dict[Register, list[GeoWish]] = {
    "points": [
        TakeReading("U3", 28, NOON), SetPointState("U1", "closed", "seen", NOON, "x"), Visit("U2", NOON, "x", 16),
        StartRounds("r", ("U1", "U2"), 30 * MINUTE, "x"), Close("S01"), Tick(NOON + timedelta(days=30)),
    ],
    "households": [
        StartTransfer("T", ("H-001", "H-002"), NOON, "x"), ReportTransfer("H-001", "arrived", NOON, "x", "SH-01"),
        Tick(NOON), Close("H-009"),
    ],
    "passages": [
        OrderPassage("P-1", "o", "closed", NOON, NOON + MINUTE, "x", until=NOON + 2 * MINUTE), Tick(NOON + MINUTE),
        OrderPassage("P-1", "p", "open", NOON, NOON, "x"), Tick(NOON + timedelta(days=1)),
    ],
    "gauges": [
        SetThresholds((Threshold("t", "rain", 1, 1),)), ReadGauges((Value("R1", 3, NOON),)), Tick(NOON + timedelta(1)),
    ],
    "shelters": [OpenShelter("SH-01", "x", NOON), Close("SH-02")],
}  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(WISHES)), st.data())
def test_deciding_changes_nothing(register: Register, data: st.DataObject) -> None:
    layer = layer_of(register)
    for wish in data.draw(st.lists(st.sampled_from(WISHES[register]), max_size=5)):
        before = deepcopy(layer)
        with suppress(CoordError):
            decide(layer, wish, NOON)
        assert layer == before
        with suppress(CoordError):
            play(layer, wish)
