"""Zones ask before their term and say when a decision is owed; rules show what held on a day."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from coord.errors import NotFound, Refused
from coord.events import Tick
from coord.incidents.spans import ZONE
from coord.incidents.zones import commands as do
from coord.incidents.zones import facts
from coord.incidents.zones.board import keys, row, touched
from coord.incidents.zones.deadlines import expected_clocks
from coord.incidents.zones.decide import ZONES
from tests.incidents.play import Play

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EVENING = datetime(2022, 6, 19, 19, tzinfo=ZONE)
TERM = EVENING + 7 * DAY


def room() -> Play:
    return Play(ZONES, expected_clocks, keys, row, touched)


def zone(**more: Any) -> do.SetZone:
    said: dict[str, Any] = {
        "place": "B-12", "extent": "building", "tier": "lockdown", "notice": "SAMPLE 2022-3", "authority": "command",
        "measures": ("stay-home", "deliver-food"), "until": TERM, "effective_at": EVENING, **more,
    }  # fmt: skip
    return do.SetZone(**said)


def closed(**more: Any) -> Play:
    play = room()
    play(zone(**more), EVENING)
    return play


def ease(tier: Any, at: datetime, **more: Any) -> do.StepZone:
    said: dict[str, Any] = {"notice": f"SAMPLE {tier}", "authority": "command", "until": at + 3 * DAY, **more}
    return do.StepZone(zone="Z-1", tier=tier, **said)


def test_a_zone_of_19_june_asks_on_the_25th_and_owes_a_decision_on_the_26th() -> None:
    play = closed()
    assert play.state.clocks.next() == datetime(2022, 6, 25, 19, tzinfo=ZONE)
    (asked,) = play(Tick(TERM - DAY), TERM - DAY)
    assert isinstance(asked, facts.ZoneReviewAsked)
    assert play(Tick(TERM - MINUTE), TERM - MINUTE) == []
    (owed,) = play(Tick(TERM), TERM)
    assert isinstance(owed, facts.ZoneTermOver)
    shown = play.rows()["zone:Z-1"]
    assert (shown["state"], shown["tier"], shown["decision_owed"]) == ("in-force", "lockdown", True)
    assert play.state.clocks.next() is None, "neither lifted nor prolonged, and nothing is asked twice"
    play(do.ProlongZone(zone="Z-1", until=TERM + 3 * DAY, notice="SAMPLE 2022-9", authority="command"), TERM + HOUR)
    assert play.rows()["zone:Z-1"]["decision_owed"] is False
    assert play.state.clocks.next() == TERM + 2 * DAY


def test_a_zone_is_eased_step_by_step_each_with_its_notice_and_its_term() -> None:
    play = closed()
    with pytest.raises(Refused, match="one step at a time"):
        play(ease("precaution", TERM), TERM)
    play(ease("control", TERM), TERM)
    play(ease("precaution", TERM + DAY), TERM + DAY)
    with pytest.raises(Refused) as refused:
        play(ease("control", TERM + DAY, until=None), TERM + DAY)
    assert refused.value.code == "term-missing"
    lift = do.LiftZone(zone="Z-1", notice="SAMPLE 2022-20", authority="command", effective_at=TERM + 3 * DAY)
    play(lift, TERM + 2 * DAY)
    assert play(lift, TERM + 2 * DAY) == []
    at = TERM + 3 * DAY
    assert [type(event) for event in play(Tick(at), at)] == [facts.ZoneStepped]
    assert [step.tier for step in play.state.zones["Z-1"].past] == ["lockdown", "control", "precaution"]
    assert (play.state.zones["Z-1"].state, len(play.state.clocks)) == ("lifted", 0)


def test_a_step_that_takes_effect_at_the_end_of_the_term_owes_no_decision() -> None:
    play = closed()
    play(Tick(TERM - DAY), TERM - DAY)
    play(ease("control", TERM, effective_at=TERM), TERM - HOUR)
    assert [type(event) for event in play(Tick(TERM), TERM)] == [facts.ZoneStepped]
    assert (play.state.zones["Z-1"].asked, play.state.zones["Z-1"].owed) == (False, False)


def test_a_zone_announced_for_later_can_be_pulled_forward_or_withdrawn() -> None:
    play = closed(effective_at=EVENING + 5 * HOUR)
    play(ease("lockdown", TERM, effective_at=EVENING + HOUR), EVENING)
    assert play.rows()["zone:Z-1"]["pending"]["line"] == "20:00 (was 06-20 00:00)"
    play(do.WithdrawZoneStep(zone="Z-1", authority="command", reason="correction"), EVENING)
    assert (play.state.zones["Z-1"].state, len(play.state.clocks)) == ("withdrawn", 0)
    play(zone(), EVENING)
    assert list(play.state.zones) == ["Z-1", "Z-2"]


def test_a_pass_has_a_term_and_its_holder_is_for_the_centre_alone() -> None:
    play = closed()
    leave = do.IssueZonePass(zone="Z-1", holder="person-1", purpose="dialysis", until=EVENING + DAY)
    play(leave, EVENING)
    assert play(leave, EVENING) == []
    shown = play.rows()["zone-pass:P-1"]
    assert (shown["groups"], shown["private"]) == ((), {"holder": "person-1"})
    (over,) = play(Tick(EVENING + DAY), EVENING + DAY)
    assert (over.zone_pass, over.lapsed) == ("P-1", True)


def test_the_rule_of_3_july_shows_that_days() -> None:
    play = room()
    start = datetime(2022, 6, 20, tzinfo=ZONE)
    for number, (days, value) in enumerate([(0, "48h"), (3, "24h"), (11, "24h-and-7d-home"), (15, "48h"), (30, "7d")]):
        at = start + days * DAY
        play(do.OrderRule(rule="port-test", value=value, notice=f"SAMPLE {number}", authority="port"), at)
    rule = play.state.rules["port-test"]
    asked = datetime(2022, 7, 3, 12, tzinfo=ZONE)
    held = rule.on(asked)
    assert held is not None
    assert (held.value, held.valid_from) == ("24h-and-7d-home", datetime(2022, 7, 1, tzinfo=ZONE))
    then = ZONES.fold([event for event in play.log if event.at <= asked])
    assert then.rules["port-test"].versions[then.rules["port-test"].now or 0] == held
    assert play.rows()["rule:port-test"]["now"]["value"] == "7d"


def test_of_two_versions_the_one_that_begins_later_holds_later_whichever_was_given_first() -> None:
    play = room()
    for days, value in ((0, "48h"), (5, "7d"), (2, "24h")):
        at = EVENING + days * DAY
        play(do.OrderRule(rule="port", value=value, notice=value, authority="port", valid_from=at), EVENING)
    held = [play.state.rules["port"].on(EVENING + days * DAY) for days in (1, 3, 6)]
    assert [version.value if version else "" for version in held] == ["48h", "24h", "7d"]
    play(Tick(EVENING + 3 * DAY), EVENING + 3 * DAY)
    play(Tick(EVENING + 6 * DAY), EVENING + 6 * DAY)
    assert play.rows()["rule:port"]["now"]["value"] == "7d"


def test_a_rule_that_runs_out_without_a_successor_owes_a_decision() -> None:
    play = room()
    play(do.OrderRule(rule="port-test", value="48h", notice="1", authority="port", until=EVENING + DAY), EVENING)
    later = do.OrderRule(rule="port-test", value="24h", notice="2", authority="port", valid_from=EVENING + DAY)
    play(later, EVENING)
    assert play(later, EVENING) == []
    assert [type(event) for event in play(Tick(EVENING + DAY), EVENING + DAY)] == [facts.RuleChanged]
    ends = do.OrderRule(rule="port-test", value="7d", notice="3", authority="port", until=EVENING + 3 * DAY)
    play(ends, EVENING + 2 * DAY)
    (over,) = play(Tick(EVENING + 3 * DAY), EVENING + 3 * DAY)
    assert isinstance(over, facts.RuleTermOver)
    assert (play.rows()["rule:port-test"]["now"]["value"], play.rows()["rule:port-test"]["decision_owed"]) == (
        "7d",
        True,
    )


def test_a_round_of_tests_only_grows_and_is_overdue_until_somebody_closes_it() -> None:
    play = room()
    plan = do.PlanTesting(begins_at=EVENING, ends_at=EVENING + DAY, target=20000, area="hengqin")
    play(plan, EVENING)
    assert play(plan, EVENING) == []
    play(do.ReportTesting(testing="T-1", sampled=9000, positive=1), EVENING + HOUR)
    with pytest.raises(Refused) as refused:
        play(do.ReportTesting(testing="T-1", sampled=8000, positive=1), EVENING + 2 * HOUR)
    assert refused.value.code == "figure-lower"
    (overdue,) = play(Tick(EVENING + DAY), EVENING + DAY)
    assert isinstance(overdue, facts.TestingOverdue)
    play(do.CloseTesting(testing="T-1"), EVENING + DAY)
    assert play(do.CloseTesting(testing="T-1"), EVENING + DAY) == []


def test_the_order_of_the_day_has_lines_that_are_done_or_say_why_not() -> None:
    play = room()
    give = do.GiveDayLine(day="2022-06-20", group="TST", text="text-1")
    play(give, EVENING)
    assert play(give, EVENING) == []
    with pytest.raises(Refused, match="why"):
        play(do.SettleDayLine(day="2022-06-20", line=1, done=False), EVENING)
    play(do.SettleDayLine(day="2022-06-20", line=1, done=False, why="no tubes"), EVENING)
    play(do.SettleDayLine(day="2022-06-20", line=1), EVENING)
    assert [line["done"] for line in play.rows()["day:2022-06-20"]["lines"]] == [True]


def papers() -> Play:
    play = room()
    play(do.DeclarePapers(series="daily-report", addressee="province", rhythm="17:00"), EVENING)
    return play


def test_a_missed_paper_is_owed_until_it_is_there_and_was_missed_for_good() -> None:
    play = papers()
    due = EVENING + 22 * HOUR
    with pytest.raises(Refused) as refused:
        play(do.FilePaper(series="daily-report", text="t"), EVENING + HOUR)
    assert refused.value.code == "too-early"
    (missed,) = play(Tick(due), due)
    assert (missed.number, missed.due) == (1, due)
    play(do.FilePaper(series="daily-report", text="t-2"), due + DAY - HOUR)
    assert play.rows()["series:daily-report"]["owed"] == [1]
    (late,) = play(do.FilePaper(series="daily-report", text="t-1", number=1), due + DAY)
    assert late.late
    shown = play.rows()["series:daily-report"]
    assert (shown["filed"], shown["missed"], shown["owed"], shown["next"]) == (2, 1, [], 3)
    play(do.ClosePapers(series="daily-report"), due + DAY)
    assert len(play.state.clocks) == 0


OK: dict[str, Any] = {"notice": "n", "authority": "a"}
REFUSALS = [
    (zone(place="B-13", until=None), "term-missing"),
    (zone(place=""), "zone-unfit"),
    (zone(notice="other"), "zone-exists"),
    (zone(place="B-13", notice=""), "notice-missing"),
    (zone(place="B-13", authority=""), "wrong-authority"),
    (zone(place="B-13", until=EVENING - HOUR), "ends-before-it-begins"),
    (zone(place="B-13", effective_at=EVENING - 2 * DAY, until=EVENING - DAY), "ends-before-it-begins"),
    (zone(place="B-13", tier="none"), "zone-unfit"),
    (do.LiftZone(zone="Z-1", **OK), "step-skipped"),
    (do.ProlongZone(zone="Z-1", until=EVENING, **OK), "ends-before-it-begins"),
    (do.WithdrawZoneStep(zone="Z-1", authority="a", reason="correction"), "not-pending"),
    (do.ProlongZone(zone="Z-2", until=TERM, **OK), "zone-over"),
    (do.IssueZonePass(zone="Z-1", holder="", purpose="x", until=TERM), "pass-unfit"),
    (do.IssueZonePass(zone="Z-1", holder="p", purpose="x"), "term-missing"),
    (do.PlanTesting(begins_at=EVENING, ends_at=EVENING, target=1), "ends-before-it-begins"),
    (do.PlanTesting(begins_at=EVENING, ends_at=TERM, target=0), "absurd-figure"),
    (do.OrderRule(rule="", value="x", **OK), "rule-unfit"),
    (do.OrderRule(rule="r", value="x", notice="", authority="a"), "notice-missing"),
    (do.OrderRule(rule="kept", value="y", valid_from=EVENING - DAY, **OK), "rule-unfit"),
    (do.WithdrawRule(rule="kept", version=1), "not-pending"),
    (do.GiveDayLine(day="3 July", group="TST", text="t"), "line-unfit"),
    (do.DeclarePapers(series="", addressee="x", rhythm="17:00"), "series-unfit"),
    (do.DeclarePapers(series="x", addressee="x", rhythm="now and then"), "rhythm"),
    (do.DeclarePapers(series="daily-report", addressee="state", rhythm="17:00"), "series-exists"),
    (do.FilePaper(series="daily-report", text=""), "text-missing"),
    (do.FilePaper(series="daily-report", text="t", number=7), "not-owed"),
]


@pytest.mark.parametrize(("command", "code"), REFUSALS, ids=lambda v: v if isinstance(v, str) else "")
def test_what_cannot_be_meant_is_refused_with_a_code_and_loses_nothing(command: object, code: str) -> None:
    play = papers()
    play(zone(), EVENING)
    play(zone(place="B-14", effective_at=EVENING + HOUR), EVENING)
    play(do.WithdrawZoneStep(zone="Z-2", authority="a", reason="correction"), EVENING)
    play(do.OrderRule(rule="kept", value="x", **OK), EVENING)
    before = len(play.log)
    with pytest.raises(Refused) as refused:
        play(command, EVENING)
    assert refused.value.code == code
    assert len(refused.value.sentence.split()) > 2
    assert len(play.log) == before


def test_what_is_unknown_is_not_found() -> None:
    for command in (
        do.LiftZone(zone="Z-9", **OK), do.RevokeZonePass(zone_pass="P-9"), do.CloseTesting(testing="T-9"),
        do.WithdrawRule(rule="r", version=1), do.SettleDayLine(day="2022-06-20", line=1), do.ClosePapers(series="x"),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            room()(command, EVENING)
