"""A sheet is owed at its times and at changes, fits on a page, and one that did not go out is shown."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coord.errors import NotFound, Refused
from coord.events import Tick
from coord.incidents.exchange import commands as do
from coord.incidents.exchange import facts
from coord.incidents.exchange.board import keys, row, touched
from coord.incidents.exchange.deadlines import expected_clocks
from coord.incidents.exchange.decide import EXCHANGE
from coord.incidents.exchange.page import COLUMNS, LINES, WORDS, page, width
from coord.incidents.measures import commands as stop
from coord.incidents.spans import ZONE
from tests.incidents.measures.test_stories import MORNING, pulled
from tests.incidents.measures.test_stories import NOON as STOPPED
from tests.incidents.play import Play

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EIGHT = datetime(2022, 6, 20, 8, tzinfo=ZONE)
TEN, THREE, FIVE = EIGHT + 2 * HOUR, EIGHT + 7 * HOUR, EIGHT + 9 * HOUR


def room() -> Play:
    play = Play(EXCHANGE, expected_clocks, keys, row, touched)
    play(do.OpenExchange(neighbour="macao"), EIGHT)
    return play


def sheet(text: str, **more: Any) -> do.SendSheet:
    return do.SendSheet(neighbour="macao", way="mail", zh=f"{text}-zh", pt=f"{text}-pt", **more)


def wait(play: Play, until: datetime) -> list[Any]:
    """Let the clock run to *until*, stopping at each due time as an exercise does."""
    events: list[Any] = []
    while (due := play.state.clocks.next()) is not None and due <= until:
        events += play(Tick(due), due)
    return events


def shown(play: Play) -> dict[str, Any]:
    found: dict[str, Any] = play.rows()["neighbour:macao"]
    return found


def test_a_sheet_is_owed_at_10_15_and_17_and_a_missed_one_is_shown() -> None:
    play = room()
    wait(play, TEN)
    assert (shown(play)["owed"], shown(play)["missed"]) == (["X-1"], 0)
    play(sheet("a"), TEN + 5 * MINUTE)
    events = wait(play, FIVE)
    assert [type(event) for event in events] == [facts.SheetOwed, facts.SheetMissed, facts.SheetOwed]
    assert (shown(play)["scheduled"], shown(play)["missed"], shown(play)["owed"]) == (3, 1, ["X-2", "X-3"])
    (made_up,) = play(sheet("b", sheet="X-2"), FIVE)
    assert made_up.late
    assert (shown(play)["missed"], shown(play)["owed"]) == (1, ["X-3"]), "made up for, and was missed all the same"


def test_a_sheet_a_little_early_is_the_one_of_its_time() -> None:
    play = room()
    play(sheet("a"), TEN - 10 * MINUTE)
    assert play(sheet("a"), TEN - 10 * MINUTE) == []
    assert wait(play, TEN + HOUR) == []
    assert (shown(play)["scheduled"], shown(play)["sent"]) == (1, 1)


def test_changes_go_on_one_sheet_and_one_page_answers_for_all_that_is_owed() -> None:
    play = room()
    owe = do.OweSheet(neighbour="macao", because="level typhoon II")
    play(owe, EIGHT)
    assert play(owe, EIGHT) == []
    play(do.OweSheet(neighbour="macao", because="stop-school"), EIGHT + MINUTE)
    assert play.state.sheets["X-1"].because == ("level typhoon II", "stop-school")
    (missed,) = wait(play, EIGHT + HOUR)
    assert (type(missed), missed.missed) == (facts.SheetMissed, EIGHT + 15 * MINUTE)
    play(do.OweSheet(neighbour="macao", because="lotus bridge"), TEN - MINUTE)
    wait(play, TEN)
    play(sheet("c"), TEN + MINUTE)
    assert shown(play)["owed"] == ["X-1"]
    assert (play.state.sheets["X-2"].sent_at, play.state.sheets["X-3"].sent_at) == (TEN + MINUTE, TEN + MINUTE)


def test_a_sheet_that_nobody_asked_for_is_kept_all_the_same() -> None:
    play = room()
    owed, sent = play(sheet("a"), EIGHT)
    assert (owed.slot, owed.because, sent.sheet) == (None, ("sent",), "X-1")
    assert play.state.clocks.next() == TEN


def test_after_an_outage_each_missed_sheet_is_owed_by_itself() -> None:
    play = room()
    events = play(Tick(EIGHT + DAY), EIGHT + DAY)
    assert [type(event) for event in events] == [facts.SheetOwed, facts.SheetMissed] * 3
    assert shown(play)["owed"] == ["X-1", "X-2", "X-3"]
    assert play(Tick(EIGHT + DAY), EIGHT + DAY) == []


def answer(**more: Any) -> do.RecordReply:
    said: dict[str, Any] = {
        "neighbour": "macao", "source": "COPC duty officer", "said_at": TEN + 10 * MINUTE,
        "fields": {"signal": "8", "bridges": "lotus-closed-18:30"}, "channel": "phone", **more,
    }  # fmt: skip
    return do.RecordReply(**said)


def test_a_reply_has_a_source_and_a_time_and_the_latest_word_counts() -> None:
    play = room()
    wait(play, TEN)
    play(sheet("a"), TEN)
    play(answer(), TEN + 11 * MINUTE)
    assert play(answer(), TEN + 11 * MINUTE) == []
    assert play.state.sheets["X-1"].replies == ("A-1",)
    play(answer(fields={"signal": "3"}, said_at=TEN), TEN + 12 * MINUTE)
    assert shown(play)["last"]["signal"] == {"value": "8", "said_at": (TEN + 10 * MINUTE).isoformat()}


def test_a_guests_seat_has_a_term_and_can_be_taken_back() -> None:
    play = room()
    seat = do.GrantGuestSeat(neighbour="macao", link="L-1", post="COPC", until=EIGHT + DAY)
    play(seat, EIGHT)
    assert play(seat, EIGHT) == []
    assert play.rows()["seat:G-1"]["private"] == {"link": "L-1"}
    play(do.RevokeGuestSeat(seat="G-1"), EIGHT)
    assert play(do.RevokeGuestSeat(seat="G-1"), EIGHT) == []
    play(do.GrantGuestSeat(neighbour="macao", link="L-1", post="COPC", until=EIGHT + HOUR), EIGHT)
    (lapsed,) = play(Tick(EIGHT + HOUR), EIGHT + HOUR)
    assert (lapsed.seat, lapsed.lapsed) == ("G-2", True)


def test_an_ended_exchange_owes_nothing_more_and_other_times_hold_from_now() -> None:
    play = room()
    play(do.OpenExchange(neighbour="macao", times="09:00"), EIGHT)
    assert play.state.clocks.next() == EIGHT + HOUR
    play(do.EndExchange(neighbour="macao"), EIGHT)
    assert play(do.OweSheet(neighbour="macao", because="x"), EIGHT) == []
    assert len(play.state.clocks) == 0


REFUSALS = [
    (do.OpenExchange(neighbour=""), "neighbour-missing"),
    (do.OpenExchange(neighbour="x", times="often"), "rhythm"),
    (do.OpenExchange(neighbour="x", until=EIGHT + HOUR), "ends-before-it-begins"),
    (do.SendSheet(neighbour="macao", way="mail", zh="a", pt=""), "language-missing"),
    (do.SendSheet(neighbour="macao", way="pigeon", zh="a", pt="b"), "unknown-way"),  # type: ignore[arg-type]
    (sheet("other", sheet="X-1"), "sent-already"),
    (answer(source=""), "source-missing"),
    (answer(said_at=None), "time-missing"),
    (answer(said_at=FIVE), "future-time"),
    (answer(fields={}), "text-missing"),
    (answer(fields={"mood": "good"}), "unknown-field"),
    (answer(fields={"signal": "8" * 61}), "field-length"),
    (do.GrantGuestSeat(neighbour="macao", link="L-2", post="COPC"), "term-missing"),
    (do.GrantGuestSeat(neighbour="macao", link="", post="COPC", until=FIVE), "seat-unfit"),
    (do.GrantGuestSeat(neighbour="macao", link="L-2", post="COPC", until=EIGHT), "ends-before-it-begins"),
    (do.GrantGuestSeat(neighbour="macao", link="L-1", post="other", until=FIVE), "seat-exists"),
]


@pytest.mark.parametrize(("command", "code"), REFUSALS, ids=lambda v: v if isinstance(v, str) else "")
def test_what_cannot_be_meant_is_refused_with_a_code_and_loses_nothing(command: object, code: str) -> None:
    play = room()
    play(sheet("a"), EIGHT)
    play(do.GrantGuestSeat(neighbour="macao", link="L-1", post="COPC", until=EIGHT + DAY), EIGHT)
    before = len(play.log)
    with pytest.raises(Refused) as refused:
        play(command, TEN + 10 * MINUTE)
    assert refused.value.code == code
    assert len(play.log) == before


def test_what_is_unknown_is_not_found() -> None:
    for command in (do.EndExchange(neighbour="x"), sheet("a", sheet="X-9"), do.RevokeGuestSeat(seat="G-9")):
        with pytest.raises(NotFound):
            room()(command, EIGHT)


def test_the_page_says_what_the_board_says() -> None:
    play = pulled()
    play(Tick(STOPPED), STOPPED)
    play(stop.LiftMeasure(measure="M-1", authority="SAMPLE district government"), STOPPED + HOUR)
    hant = page(play.rows().values(), "zh-Hant", "X-1", STOPPED)
    assert "停工 生效 12:00 (原定 19:00)" in hant
    assert "停課" not in hant
    assert "transportes em vigor 12:00 (antes 19:00)" in page(play.rows().values(), "pt", "X-1", MORNING)


ZONES = st.fixed_dictionaries(
    {
        "kind": st.just("zone"), "state": st.sampled_from(["in-force", "lifted"]), "place": st.text(max_size=120),
        "tier": st.sampled_from(["lockdown", "control", "precaution"]), "decision_owed": st.booleans(),
        "now": st.just({"until": EIGHT.isoformat()}),
    }
)  # fmt: skip
FIGURES = st.fixed_dictionaries(
    {
        "kind": st.just("figure"), "closed": st.booleans(), "value": st.none() | st.floats(0, 1e9),
        "names": st.dictionaries(st.sampled_from(["pt", "zh-Hant"]), st.text(max_size=90)), "figure": st.just("f"),
        "unit": st.just("人"), "as_of": st.just(EIGHT.isoformat()), "missing": st.lists(st.just("C1"), max_size=3),
    }
)  # fmt: skip


@given(st.lists(ZONES | FIGURES, max_size=60), st.sampled_from(sorted(WORDS)))
def test_the_sheet_is_never_longer_than_a_page_and_counts_what_does_not_fit(rows: list[Any], tongue: Any) -> None:
    text = page(rows, tongue, "X-129", EIGHT)
    lines = text.split("\n")
    assert len(lines) <= LINES
    assert max(map(width, lines)) <= COLUMNS
    zones = sum(one["kind"] == "zone" and one["state"] == "in-force" for one in rows)
    if zones > 6:
        assert WORDS[tongue]["more"].format(n=zones - 5) in text


def test_both_languages_of_the_page_know_the_same_words() -> None:
    assert WORDS["zh-Hant"].keys() == WORDS["pt"].keys()
