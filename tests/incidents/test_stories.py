"""Stories of practice with their times: what the room must do when nobody answers, and when everything repeats."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from coord.errors import Refused
from coord.events import StreamId, Tick
from coord.incidents.ladder import Rung
from coord.incidents.watch import commands as do
from coord.incidents.watch import facts
from coord.incidents.watch.board import keys, row, touched
from coord.incidents.watch.deadlines import expected_clocks
from coord.incidents.watch.decide import WATCH
from coord.policies import (
    SignalRule,
    StandingRule,
    decisions_confirm_levels,
    decisions_start_levels,
    signal_rules,
    standing_orders,
)
from tests.incidents.play import Play

LOCAL = datetime(2021, 7, 19, 21, 59, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
STREAM = StreamId("watch/i1")
LEADERS = (Rung("commander", 5 * MINUTE), Rung("deputy-commander", 5 * MINUTE))
RULE = SignalRule("rain", "start", "gd", "rain", "red", "rain", "II", ladder=LEADERS)


def room() -> Play:
    return Play(WATCH, expected_clocks, keys, row, touched)


def issue(play: Play, at: datetime, code: str = "red") -> list[object]:
    """Issue a rain signal and do what the policy says."""
    done: list[object] = []
    for event in play(do.RaiseSignal(authority="gd", system="rain", code=code, area="hengqin"), at):
        for sent in signal_rules(event, STREAM, [RULE]):
            done += play(sent.command, at)
    return done


def test_the_same_rank_five_times_in_a_day_never_makes_a_second_card() -> None:
    # Zhengzhou 2021: red rain at 21:59, 06:02, 09:08, 11:50, 16:01
    play = room()
    times = [LOCAL + timedelta(minutes=m) for m in (0, 483, 669, 831, 1082)]
    issue(play, times[0])
    play(do.DeclineDecision(by="a", decision="D-1", reason="forecast-weaker", authority="x"), times[0] + MINUTE)
    (reopened,) = issue(play, times[1])
    assert isinstance(reopened, facts.DecisionReopened)
    assert (reopened.because, reopened.declines, reopened.declined_by) == ("reissued", 1, "a")
    assert (reopened.declined_at, reopened.declined_for) == (times[0] + MINUTE, "forecast-weaker")
    (third,) = issue(play, times[2])
    assert isinstance(third, facts.EvidenceAdded)
    act = do.ActOnDecision(
        by="b", decision="D-1", action="start-level", authority="commander", level="II", incident="i1"
    )
    play(act, times[2] + MINUTE)
    for at in times[3:]:
        (more,) = issue(play, at)
        assert isinstance(more, facts.EvidenceAdded)
    assert list(play.state.cards) == ["D-1"]
    card = play.state.cards["D-1"]
    assert (card.state, len(card.evidence), [a.action for a in card.answers]) == (
        "acted",
        5,
        ["decline", "start-level"],
    )
    assert play.state.signals["S-5"].again == 5


def test_a_later_signal_tightens_the_clock_of_the_open_card() -> None:
    play = room()
    (opened,) = issue(play, LOCAL)
    assert isinstance(opened, facts.DecisionOpened)
    hasty = do.OpenDecision(
        question=opened.question, hazard="rain", evidence="gauge-1", within=3 * MINUTE, silent_after=MINUTE
    )
    (more,) = play(hasty, LOCAL + MINUTE)
    assert (more.due, more.ask_due) == (LOCAL + 4 * MINUTE, LOCAL + 2 * MINUTE)


def test_two_leaders_are_silent_and_the_duty_leader_starts_provisionally() -> None:
    # story 02:47: red at 03:15, two leaders silent, 03:25 provisional start, confirmed 04:02
    play, red = room(), datetime(2025, 6, 12, 3, 15, tzinfo=UTC)
    issue(play, red)
    (asked,) = play(Tick(red + 5 * MINUTE), red + 5 * MINUTE)
    assert asked.post == "deputy-commander"
    at = red + 10 * MINUTE
    (alarm,) = play(Tick(at), at)
    assert isinstance(alarm, facts.DecisionExhausted)
    start = do.StartProvisionally(by="duty", decision="D-1", level="II", incident="i1")
    (acted,) = play(start, at)
    assert (acted.provisional, acted.confirm_due) == (True, at + 60 * MINUTE)
    (sent,) = decisions_start_levels(acted, {"rain": "digest"})
    assert (sent.stream, sent.command.provisional) == ("incident/i1", True)
    with pytest.raises(Refused, match="someone else"):
        play(do.ConfirmDecision(by="duty", decision="D-1", authority="x"), at + MINUTE)
    (confirmed,) = play(do.ConfirmDecision(by="boss", decision="D-1", authority="commander"), red + 47 * MINUTE)
    assert decisions_confirm_levels(confirmed)[0].command.activation == "rain/rain/hengqin"
    assert len(play.state.clocks) == 0


def test_an_unconfirmed_start_is_an_alarm_and_goes_on() -> None:
    play = room()
    issue(play, LOCAL)
    play(do.StartProvisionally(by="duty", decision="D-1", level="II", incident="i1"), LOCAL)
    (alarm,) = play(Tick(LOCAL + 61 * MINUTE), LOCAL + 61 * MINUTE)
    assert isinstance(alarm, facts.DecisionUnconfirmed)
    assert play.state.cards["D-1"].state == "acted"
    assert len(play.state.clocks) == 0


def test_an_answered_call_stops_and_a_missed_decision_asks_the_next_post() -> None:
    play = room()
    issue(play, LOCAL)
    play(do.AcknowledgeDecision(decision="D-1", post="commander"), LOCAL + MINUTE)
    assert play(Tick(LOCAL + 20 * MINUTE), LOCAL + 20 * MINUTE) == []
    overdue, asked = play(Tick(LOCAL + 31 * MINUTE), LOCAL + 31 * MINUTE)
    assert (type(overdue), asked.post) == (facts.DecisionOverdue, "deputy-commander")


def test_a_standing_order_acts_when_the_signal_is_in_force_and_not_when_it_is_announced() -> None:
    play, at = room(), LOCAL + 30 * MINUTE
    rule = StandingRule("rain", "close-underpasses", "gd", "rain", "orange", "rain", places=("u1", "u2"))
    announced = play(do.RaiseSignal(authority="gd", system="rain", code="red", effective_at=at, signal="r1"), LOCAL)
    assert [standing_orders(event, [rule]) for event in announced] == [[]]
    (effect,) = play(Tick(at), at)
    (sent,) = standing_orders(effect, [rule], {"rain": "i7"})
    assert (sent.stream, sent.command.order, sent.command.places) == (
        "incident/i7",
        "close-underpasses",
        ("u1", "u2"),
    )
    assert standing_orders(effect, [rule])[0].stream == "incident/rain-r1"


def test_after_the_end_of_the_response_the_next_signal_opens_a_new_card() -> None:
    play = room()
    issue(play, LOCAL)
    act = do.ActOnDecision(
        by="b", decision="D-1", action="start-level", authority="commander", level="II", incident="i1"
    )
    play(act, LOCAL)
    play(do.HeedLevel(incident="i1", hazard="rain", level=None), LOCAL + 60 * MINUTE)
    issue(play, LOCAL + 90 * MINUTE)
    assert list(play.state.cards) == ["D-1", "D-2"]


def test_a_signal_announced_for_later_asks_at_once_and_is_in_force_at_its_time() -> None:
    play = room()
    at = LOCAL + 200 * MINUTE
    play(do.RaiseSignal(authority="mo", system="cyclone", code="8ne", effective_at=at, signal="smg-8"), LOCAL)
    assert play.state.signals["smg-8"].state == "announced"
    play(do.AmendSignal(signal="smg-8", effective_at=at - 60 * MINUTE), LOCAL)
    shown = play.row(play.state, "signal:smg-8")
    assert shown is not None
    assert (shown["effective_at"], shown["was_effective_at"]) == ((at - 60 * MINUTE).isoformat(), at.isoformat())
    play(Tick(at), at)
    assert play.state.current == {"mo/cyclone@": "smg-8"}
    play(do.RaiseSignal(authority="mo", system="cyclone", code="9", signal="smg-9"), at)
    assert play.state.signals["smg-8"].state == "replaced"
    assert play.state.current == {"mo/cyclone@": "smg-9"}
