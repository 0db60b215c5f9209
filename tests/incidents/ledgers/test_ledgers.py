"""Figures are owed, added and flagged; needs say at any time what is short."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from coord.errors import Forbidden, NotFound, Refused
from coord.events import Tick
from coord.incidents.ledgers import commands as do
from coord.incidents.ledgers import facts
from coord.incidents.ledgers.board import age, keys, missing, row, touched
from coord.incidents.ledgers.deadlines import GRACE, expected_clocks
from coord.incidents.ledgers.decide import LEDGER
from coord.incidents.spans import ZONE
from tests.incidents.play import Play

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
EIGHT = datetime(2022, 6, 20, 8, tzinfo=ZONE)
FIVE_PM = datetime(2022, 6, 20, 17, tzinfo=ZONE)
GIVES = {"O-1": "LOG", "O-2": "WAT"}
PLACES = ("C1", "C2", "C3", "C4")


def samples(**more: Any) -> do.DeclareFigure:
    """Return the SAMPLE figure: samples of a day, by community."""
    said: dict[str, Any] = {
        "figure": "samples", "names": {"en": "Samples", "zh-Hans": "采样人次"}, "unit": "人次", "reporter": "TST",
        "rhythm": "17:00", "places": PLACES, "place_level": "community", "least": 1000.0, **more,
    }  # fmt: skip
    return do.DeclareFigure(**said)


def room(**more: Any) -> Play:
    play = Play(LEDGER, expected_clocks, keys, row, touched)
    play(samples(**more), EIGHT)
    return play


def report(play: Play, place: str, value: float, at: datetime, **more: Any) -> list[Any]:
    return play(do.ReportFigure(figure="samples", group="TST", place=place, value=value, **more), at)


def test_the_board_shows_value_target_age_and_who_is_missing() -> None:
    play = room()
    for place in PLACES[:3]:
        report(play, place, 300, FIVE_PM - HOUR, as_of=FIVE_PM - 2 * HOUR)
    (late,) = play(Tick(FIVE_PM + GRACE), FIVE_PM + GRACE)
    assert (late.places, late.due, late.slots) == (("C4",), FIVE_PM, 1)
    shown = play.rows()["figure:samples"]
    assert (shown["value"], shown["least"], shown["met"]) == (900, 1000, False)
    assert (shown["missing"], shown["missed"], shown["answered"]) == (["C4"], 1, 3)
    assert age(play.state.figures["samples"], FIVE_PM) == 2 * HOUR
    report(play, "C4", 200, FIVE_PM + HOUR, as_of=FIVE_PM)
    shown = play.rows()["figure:samples"]
    assert (shown["value"], shown["met"]) == (1100, True)
    assert (shown["missing"], shown["missed"]) == ([], 1), "made up for, and still counted"
    assert play.state.clocks.next() == FIVE_PM + 24 * HOUR + GRACE


def test_a_value_from_the_morning_does_not_answer_for_tomorrow() -> None:
    play = room(places=())
    report(play, "", 1, FIVE_PM - 3 * HOUR)
    report(play, "", 2, FIVE_PM + 2 * MINUTE)
    day = FIVE_PM + 24 * HOUR
    assert play.state.figures["samples"].columns[""].due == day
    (late,) = play(Tick(day + GRACE), day + GRACE)
    assert late.due == day


def test_a_figure_lower_than_before_is_flagged_and_nothing_is_lost() -> None:
    play = room()
    report(play, "C1", 300, EIGHT + HOUR)
    (lower,) = report(play, "C1", 280, EIGHT + 2 * HOUR)
    assert lower.below == 300
    shown = play.rows()["figure:samples"]["places"][0]
    assert (shown["value"], shown["below"], shown["entries"]) == (280, 300, 2)
    (older,) = report(play, "C1", 100, EIGHT + 3 * HOUR, as_of=EIGHT + 30 * MINUTE)
    assert older.below is None
    assert play.rows()["figure:samples"]["places"][0]["value"] == 280, "what is older does not take its place"
    assert report(play, "C1", 280, EIGHT + 3 * HOUR, as_of=EIGHT + 2 * HOUR) == []


def test_the_dead_are_not_counted_down_without_a_reason() -> None:
    play = room(cumulative=True, places=())
    report(play, "", 3, EIGHT + HOUR)
    with pytest.raises(Refused) as refused:
        report(play, "", 2, EIGHT + 2 * HOUR)
    assert refused.value.code == "figure-lower"
    (lower,) = report(play, "", 2, EIGHT + 2 * HOUR, why="counted twice")
    assert (lower.below, lower.why) == (3, "counted twice")


def test_after_an_outage_of_three_days_one_fact_says_what_was_missed() -> None:
    play = room()
    back = FIVE_PM + 72 * HOUR + GRACE
    (late,) = play(Tick(back), back)
    assert (late.places, late.slots, late.last) == (PLACES, 4, FIVE_PM + 72 * HOUR)
    assert missing(play.state.figures["samples"]) == list(PLACES)
    assert play(Tick(back), back) == []
    report(play, "C1", 1, back)
    assert missing(play.state.figures["samples"]) == list(PLACES[1:])


def test_a_changed_declaration_keeps_what_was_reported() -> None:
    play = room()
    report(play, "C1", 300, EIGHT + HOUR)
    assert play(samples(), EIGHT + HOUR) == []
    play(samples(rhythm="1 h", places=("C1", "C5")), EIGHT + 2 * HOUR)
    figure = play.state.figures["samples"]
    assert figure.total == 300
    assert [c.due for c in figure.columns.values()] == [EIGHT + 3 * HOUR, None, None, None, EIGHT + 3 * HOUR]
    play(do.CloseFigure(figure="samples"), EIGHT + 3 * HOUR)
    assert len(play.state.clocks) == 0
    assert play(do.CloseFigure(figure="samples"), EIGHT + 3 * HOUR) == []


def need(play: Play) -> None:
    play(do.RaiseNeed(group="RES", what="pump", amount=10, why="U3 floods", due=EIGHT + 4 * HOUR, place="U3"), EIGHT)


def state(play: Play) -> tuple[str, float]:
    shown = play.rows()["need:N-1"]
    return shown["state"], shown["short"]


def test_a_need_goes_from_requested_to_returned_and_says_what_is_short() -> None:
    play = room()
    need(play)
    assert state(play) == ("requested", 10)
    offer = do.OfferForNeed(need="N-1", group="LOG", amount=6)
    play(offer, EIGHT + MINUTE)
    assert play(offer, EIGHT + MINUTE) == []
    assert state(play) == ("offered", 10), "an offer is no promise"
    play(
        do.AdvanceOffer(need="N-1", offer="O-1", group="LOG", now="committed", eta=EIGHT + 2 * HOUR), EIGHT + 2 * MINUTE
    )
    assert state(play) == ("offered", 4)
    play(do.OfferForNeed(need="N-1", group="WAT", amount=4), EIGHT + 3 * MINUTE)
    play(do.AdvanceOffer(need="N-1", offer="O-2", group="WAT", now="on-the-way", eta=EIGHT + HOUR), EIGHT + 4 * MINUTE)
    assert state(play) == ("committed", 0)
    for name in ("O-1", "O-2"):
        play(do.AdvanceOffer(need="N-1", offer=name, group=GIVES[name], now="on-the-way"), EIGHT + 5 * MINUTE)
    assert state(play) == ("on-the-way", 0)
    (late,) = play(Tick(EIGHT + HOUR), EIGHT + HOUR)
    assert (type(late), late.offer) == (facts.OfferOverdue, "O-2")
    for name in ("O-1", "O-2"):
        play(do.AdvanceOffer(need="N-1", offer=name, group=GIVES[name], now="arrived"), EIGHT + HOUR)
        play(do.AdvanceOffer(need="N-1", offer=name, group=GIVES[name], now="returned"), EIGHT + 2 * HOUR)
    assert state(play) == ("returned", 0)
    play(do.CloseNeed(need="N-1", why="dry"), EIGHT + 3 * HOUR)
    assert state(play) == ("closed", 0)


def test_a_need_that_is_due_and_not_covered_says_how_much_is_short() -> None:
    play = room()
    need(play)
    play(do.OfferForNeed(need="N-1", group="LOG", amount=6), EIGHT)
    play(do.AdvanceOffer(need="N-1", offer="O-1", group="LOG", now="committed"), EIGHT)
    due = EIGHT + 4 * HOUR
    (short,) = play(Tick(due), due)
    assert (type(short), short.short) == (facts.NeedShort, 4)
    play(do.WithdrawOffer(need="N-1", offer="O-1", group="LOG", why="broken"), due)
    assert state(play) == ("requested", 10)
    play(do.AmendNeed(need="N-1", amount=5, why="less rain", due=due + HOUR), due)
    assert play.state.clocks.get("need:N-1") == due + HOUR


REFUSALS = [
    (samples(figure=""), "figure-unfit"),
    (samples(figure="x", rhythm="sometimes"), "rhythm"),
    (samples(figure="x", until=EIGHT - HOUR), "ends-before-it-begins"),
    (samples(figure="x", least=float("nan")), "absurd-figure"),
    (do.ReportFigure(figure="samples", group="RES", place="C1", value=1), "not-your-figure"),
    (do.ReportFigure(figure="samples", group="TST", place="C9", value=1), "unknown-place"),
    (do.ReportFigure(figure="samples", group="TST", place="C1", value=-1), "absurd-figure"),
    (do.ReportFigure(figure="samples", group="TST", place="C1", value=float("inf")), "absurd-figure"),
    (do.ReportFigure(figure="samples", group="TST", place="C1", value=1, as_of=FIVE_PM), "future-time"),
    (do.ReportFigure(figure="shut", group="TST", value=1), "figure-closed"),
    (do.RaiseNeed(group="", what="pump", amount=1, why="x"), "need-unfit"),
    (do.RaiseNeed(group="RES", what="pump", amount=0, why="x"), "absurd-figure"),
    (do.RaiseNeed(group="RES", what="pump", amount=1, why=""), "why-missing"),
    (do.AmendNeed(need="N-1", amount=3, why="x", due=EIGHT - HOUR), "need-unfit"),
    (do.AdvanceOffer(need="N-1", offer="O-1", group="LOG", now="committed"), "step-back"),
    (do.AdvanceOffer(need="N-1", offer="O-1", group="WAT", now="returned"), "not-your-offer"),
    (do.RaiseNeed(group="RES", what="pump", amount=1e13, why="x"), "absurd-figure"),
    (samples(figure="x", begins_at=EIGHT - timedelta(days=2)), "absurd-time"),
    (do.WithdrawOffer(need="N-1", offer="O-1", group="LOG", why="x"), "offer-over"),
    (do.OfferForNeed(need="N-2", group="LOG", amount=6), "need-closed"),
]  # fmt: skip


@pytest.mark.parametrize(("command", "code"), REFUSALS, ids=lambda v: v if isinstance(v, str) else "")
def test_what_cannot_be_meant_is_refused_with_a_code_and_loses_nothing(command: object, code: str) -> None:
    play = room()
    play(samples(figure="shut", places=()), EIGHT)
    play(do.CloseFigure(figure="shut"), EIGHT)
    need(play)
    play(do.OfferForNeed(need="N-1", group="LOG", amount=6), EIGHT)
    play(do.AdvanceOffer(need="N-1", offer="O-1", group="LOG", now="arrived"), EIGHT)
    play(do.RaiseNeed(group="RES", what="boat", amount=1, why="x"), EIGHT)
    play(do.CloseNeed(need="N-2", why="x"), EIGHT)
    before = len(play.log)
    with pytest.raises(Refused) as refused:
        play(command, EIGHT)
    assert refused.value.code == code
    assert isinstance(refused.value, Forbidden) is code.startswith("not-your-")
    assert len(play.log) == before


def test_unknown_figures_needs_and_offers_are_not_found() -> None:
    play = room()
    need(play)
    for command in (
        do.CloseFigure(figure="x"),
        do.CloseNeed(need="x", why="y"),
        do.AdvanceOffer(need="N-1", offer="x", group="LOG", now="arrived"),
    ):
        with pytest.raises(NotFound):
            play(command, EIGHT)
