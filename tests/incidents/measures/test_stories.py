"""Pulled forward: stops ordered for 19:00 are in force at 12:00, one thread says so, and each ends on its own."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from coord.errors import NotFound, Refused
from coord.events import Tick
from coord.incidents.measures import commands as do
from coord.incidents.measures import facts
from coord.incidents.measures.board import keys, row, touched
from coord.incidents.measures.deadlines import expected_clocks
from coord.incidents.measures.decide import MEASURES
from coord.incidents.measures.model import FIVE, LIFELINES
from coord.incidents.spans import ZONE
from tests.incidents.play import Play

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
GOVERNMENT = "SAMPLE district government"


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a time of September 2025 as the wall clock shows it."""
    return datetime(2025, 9, day, hour, minute, tzinfo=ZONE)


EVE, MORNING, ELEVEN, NOON = local(22, 18), local(23, 9, 40), local(23, 11), local(23, 12)
SEVEN = local(23, 19)


def room() -> Play:
    return Play(MEASURES, expected_clocks, keys, row, touched)


def ordered() -> Play:
    """Return the five stops as ordered and announced on 22 Sep 18:00 for 23 Sep 19:00."""
    play = room()
    play(
        do.OrderMeasures(
            by="chief", stops=FIVE, authority=GOVERNMENT, basis="wind-II", announced_at=EVE, effective_at=SEVEN,
            services=("bus", "ferry"), document="SAMPLE 2025-17", hazard="typhoon",
        ),
        EVE,
    )  # fmt: skip
    return play


def pulled() -> Play:
    play = ordered()
    play(
        do.MoveMeasures(
            by="chief", order="MO-1", authority=GOVERNMENT, effective_at=NOON, announced_at=MORNING,
            document="SAMPLE 2025-18",
        ),
        MORNING,
    )  # fmt: skip
    return play


def test_stops_ordered_for_19_00_are_pulled_forward_to_12_00_in_one_thread() -> None:
    play = pulled()
    assert sum(isinstance(event, facts.MeasureMoved) for event in play.log) == 5
    shown = play.rows()
    assert shown["stops:MO-1"]["lines"] == {"12:00 (was 19:00) – further notice": list(FIVE)}
    assert [key for key in shown if key.startswith("stops:")] == ["stops:MO-1"], "one thread, no second one"
    assert {measure.state for measure in play.state.measures.values()} == {"decided"}
    assert play(Tick(NOON - MINUTE), NOON - MINUTE) == []
    began = play(Tick(NOON), NOON)
    assert [event.effective_at for event in began] == [NOON] * 5
    assert {measure.state for measure in play.state.measures.values()} == {"in-force"}
    assert play(Tick(SEVEN), SEVEN) == [], "nothing begins a second time at 19:00"
    assert play.rows()["stops:MO-1"]["document"] == "SAMPLE 2025-18"


def test_the_replay_of_the_eve_knows_only_19_00() -> None:
    play = pulled()
    eve = MEASURES.fold([event for event in play.log if event.at <= EVE])
    assert row(eve, "measure:M-1") is not None
    assert [measure.effective_at for measure in eve.measures.values()] == [SEVEN] * 5
    assert [measure.was for measure in eve.measures.values()] == [None] * 5


def test_what_the_public_was_told_stays_in_the_line_until_it_is_told_anew() -> None:
    play = ordered()
    play(do.MoveMeasures(order="MO-1", authority=GOVERNMENT, effective_at=local(23, 14)), MORNING)
    play(do.MoveMeasures(order="MO-1", authority=GOVERNMENT, effective_at=NOON), MORNING + MINUTE)
    assert play.rows()["measure:M-1"]["line"] == "12:00 (was 19:00) – further notice"
    play(do.MoveMeasures(order="MO-1", authority=GOVERNMENT, effective_at=SEVEN), MORNING + 2 * MINUTE)
    assert play.rows()["measure:M-1"]["line"] == "19:00 – further notice"


def test_a_stop_that_nobody_announced_is_an_alarm_when_it_is_in_force() -> None:
    play = ordered()
    play(do.MoveMeasures(order="MO-1", authority=GOVERNMENT, effective_at=NOON), MORNING)
    play(do.AnnounceMeasures(order="MO-1", measures=("M-1", "M-2", "M-3", "M-4")), MORNING + MINUTE)
    fired = play(Tick(NOON), NOON)
    assert [event.measure for event in fired if isinstance(event, facts.MeasureUnannounced)] == ["M-5"]
    (told,) = play(do.AnnounceMeasures(order="MO-1"), NOON + MINUTE)
    assert (told.measure, play.state.measures["M-5"].unannounced) == ("M-5", False)


def test_stops_are_lifted_one_by_one_and_each_owes_its_resumption() -> None:
    play = pulled()
    play(Tick(NOON), NOON)
    day_after = local(24, 16)
    play(do.LiftMeasure(measure="M-4", authority=GOVERNMENT, effective_at=day_after + HOUR), day_after)
    (ended,) = play(Tick(day_after + HOUR), day_after + HOUR)
    assert (ended.resume, ended.resume_due) == ("resume-transport", day_after + 25 * HOUR)
    assert sorted(m.id for m in play.state.measures.values() if m.state == "in-force") == ["M-1", "M-2", "M-3", "M-5"]
    assert play.rows()["stops:MO-1"]["resumptions_owed"] == ["resume-transport"]
    play(do.ReportResumption(measure="M-4", now="checked", happened_at=day_after + HOUR), day_after + 2 * HOUR)
    late = day_after + 26 * HOUR
    (overdue,) = play(Tick(late), late)
    assert isinstance(overdue, facts.ResumptionOverdue)
    play(do.ReportResumption(measure="M-4", now="resumed"), late)
    assert play.rows()["stops:MO-1"]["resumptions_owed"] == []
    with pytest.raises(Refused, match="resumed already"):
        play(do.ReportResumption(measure="M-4", now="checked"), late)


def test_at_the_end_of_its_term_a_stop_holds_on_and_a_decision_is_owed() -> None:
    play = room()
    stop = do.OrderMeasures(
        stops=("stop-school",), authority=GOVERNMENT, basis="plan", announced_at=EVE, effective_at=NOON, until=SEVEN
    )
    play(stop, EVE)
    assert play(stop, EVE) == [], "the same order twice is one"
    play(Tick(NOON), NOON)
    (owed,) = play(Tick(SEVEN), SEVEN)
    assert isinstance(owed, facts.MeasureTermOver)
    assert (play.state.measures["M-1"].state, play.rows()["stops:MO-1"]["owed"]) == ("in-force", ["M-1"])
    play(do.ProlongMeasure(measure="M-1", authority=GOVERNMENT, until=SEVEN + 12 * HOUR), SEVEN + MINUTE)
    assert play.rows()["stops:MO-1"]["owed"] == []
    assert play.state.clocks.next() == SEVEN + 12 * HOUR


def test_after_an_outage_a_stop_that_was_lifted_before_its_term_owes_no_decision() -> None:
    play = pulled()
    play(do.ProlongMeasure(measure="M-1", authority=GOVERNMENT, until=SEVEN + HOUR), MORNING)
    play(Tick(NOON), NOON)
    play(do.ExemptFromMeasure(measure="M-1", why="food", places=("p",), until=SEVEN + HOUR), NOON)
    play(do.LiftMeasure(measure="M-1", authority=GOVERNMENT, effective_at=SEVEN), NOON)
    back = local(24, 6)
    (ended,) = play(Tick(back), back)
    assert (ended.effective_at, ended.resume_due) == (SEVEN, back + 24 * HOUR)
    assert play.state.exemptions["E-1"].ended_at == back


def test_a_part_of_a_stop_has_times_of_its_own() -> None:
    play = ordered()
    (split,) = play(do.SplitMeasure(measure="M-4", sectors=("ferry",)), EVE)
    play(
        do.MoveMeasures(
            order="MO-1", measures=(split.part,), authority=GOVERNMENT, effective_at=ELEVEN, announced_at=MORNING
        ),
        MORNING,
    )
    play(Tick(ELEVEN), ELEVEN)
    assert {m.id: m.state for m in play.state.measures.values() if m.stop == "stop-transport"} == {
        "M-4": "decided",
        split.part: "in-force",
    }
    assert play.state.measures[split.part].sectors == ("ferry",)


def test_lifelines_are_always_exempt_and_others_by_decision_for_a_time() -> None:
    play = pulled()
    assert all(set(LIFELINES) <= set(measure.exempt) for measure in play.state.measures.values())
    let = do.ExemptFromMeasure(measure="M-5", why="food", sectors=("wholesale-food",), until=NOON + 3 * HOUR)
    play(let, MORNING)
    assert play(let, MORNING) == []
    assert play.rows()["measure:M-5"]["exemptions"] == ["E-1"]
    play(Tick(NOON), NOON)
    (ended,) = play(Tick(NOON + 3 * HOUR), NOON + 3 * HOUR)
    assert (ended.exemption, ended.lapsed) == ("E-1", True)


def stop(**more: object) -> do.OrderMeasures:
    said: dict[str, object] = {"stops": ("stop-school",), "authority": GOVERNMENT, "basis": "plan", **more}
    return do.OrderMeasures(**said)  # type: ignore[arg-type]


LIFT = do.LiftMeasure(measure="M-1", authority=GOVERNMENT)

REFUSALS = [
    (stop(stops=()), "stops-missing"),
    (stop(basis="mood"), "basis"),
    (stop(stops=FIVE, basis="epidemic"), "basis"),
    (stop(basis="flood-I"), "area-missing"),
    (stop(sectors=("power",)), "lifeline"),
    (stop(authority=""), "wrong-authority"),
    (stop(reason="mood"), "reason"),
    (stop(effective_at=NOON), "measure-exists"),
    (stop(area="z", effective_at=NOON, until=NOON), "ends-before-it-begins"),
    (stop(area="z", effective_at=NOON, decided_at=SEVEN), "future-time"),
    (stop(area="z", effective_at=EVE, decided_at=MORNING), "effective-before-decided"),
    (stop(area="z", effective_at=datetime(2025, 9, 23)), "naive-time"),  # noqa: DTZ001  # the point of the test
    (do.MoveMeasures(order="MO-1", authority="someone", effective_at=NOON), "wrong-authority"),
    (do.MoveMeasures(order="MO-2", measures=("M-6",), authority="x", effective_at=SEVEN), "not-pending"),
    (do.WithdrawMeasures(order="MO-2", authority="x", reason="forecast"), "not-pending"),
    (do.AnnounceMeasures(order="MO-1", announced_at=SEVEN), "future-time"),
    (do.SplitMeasure(measure="M-1"), "split-unfit"),
    (do.ExemptFromMeasure(measure="M-1", why="x"), "exemption-unfit"),
    (do.ExemptFromMeasure(measure="M-1", why="", places=("p",)), "why-missing"),
    (do.ProlongMeasure(measure="M-1", authority=GOVERNMENT, until=EVE), "ends-before-it-begins"),
    (LIFT, "not-in-force"),
    (do.LiftMeasure(measure="M-6", authority="y"), "wrong-authority"),
    (do.ReportResumption(measure="M-1", now="resumed"), "not-lifted"),
]  # fmt: skip


@pytest.mark.parametrize(("command", "code"), REFUSALS, ids=lambda v: v if isinstance(v, str) else "")
def test_what_cannot_be_meant_is_refused_with_a_code_and_loses_nothing(command: object, code: str) -> None:
    play = ordered()
    play(do.OrderMeasures(stops=("stop-gatherings",), authority="x", basis="plan", announced_at=EVE), MORNING)
    before = len(play.log)
    with pytest.raises(Refused) as refused:
        play(command, MORNING)
    assert refused.value.code == code
    assert len(refused.value.sentence.split()) > 2
    assert len(play.log) == before


def test_an_unknown_measure_is_not_found() -> None:
    for command in (LIFT, do.AnnounceMeasures(order="MO-9"), do.EndExemption(exemption="E-9")):
        with pytest.raises(NotFound):
            room()(command, MORNING)
