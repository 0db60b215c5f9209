"""Six weeks: 20 June to 1 August, day by day, with the exact counts of the story; and the board of its 40th day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from coord.events import Decider, StreamId, Tick
from coord.incidents.day import ROOM, Rooms, day_board
from coord.incidents.exchange import board as exchange_board
from coord.incidents.exchange import commands as talk
from coord.incidents.exchange import facts as exchange_facts
from coord.incidents.exchange.decide import EXCHANGE
from coord.incidents.ledgers import commands as book
from coord.incidents.ledgers.decide import LEDGER
from coord.incidents.measures.decide import MEASURES
from coord.incidents.spans import ZONE
from coord.incidents.zones import board as zones_board
from coord.incidents.zones import commands as do
from coord.incidents.zones import facts
from coord.incidents.zones.decide import ZONES

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ZONED = datetime(2022, 6, 19, 19, tzinfo=ZONE)
START = datetime(2022, 6, 20, tzinfo=ZONE)
END = datetime(2022, 8, 1, 23, 59, tzinfo=ZONE)
DAYS = 43
MISSED = {(11, 15), (12, 10), (30, 17)}
"""Day from 0 and hour of the sheets that nobody sent."""

FIRST = ("Z-1", "Z-2", "Z-3")
"""The zones of 19 June."""

RULES = (
    (0, "SAMPLE 48 h"),
    (4, "SAMPLE 24 h"),
    (11, "SAMPLE 24 h, home 7 d"),
    (16, "SAMPLE 48 h"),
    (33, "SAMPLE 72 h"),
)
"""Day from 0 and content of the port rule: changed five times since the eve."""

BUILDINGS = 30


class Stream:
    """One stream whose clock never passes a due time, as an exercise plays it."""

    def __init__(self, decider: Decider[Any, Any, Any]) -> None:
        self.decider = decider
        self.state = decider.initial(StreamId(f"{decider.room}/hengqin"))
        self.log: list[Any] = []

    def __call__(self, command: Any, at: datetime) -> list[Any]:
        """Run the clock to *at*, then decide *command*."""
        while (due := decider_next(self)) is not None and due <= at:
            self._fold(Tick(due), due)
        return self._fold(command, at)

    def _fold(self, command: Any, at: datetime) -> list[Any]:
        events = list(self.decider.decide(self.state, command, at))
        for event in events:
            self.state = self.decider.evolve(self.state, event)
        self.log += events
        return events

    def as_known(self, at: datetime) -> Any:
        """Return the state of what was recorded up to *at*."""
        return self.decider.fold([event for event in self.log if event.at <= at], stream=f"{self.decider.room}/hengqin")


def decider_next(stream: Stream) -> datetime | None:
    """Return what *stream* waits for first."""
    return stream.decider.clocks(stream.state).next()


@cache
def six_weeks() -> dict[str, Stream]:
    """Play the six weeks."""
    streams = {one.room: Stream(one) for one in (ZONES, LEDGER, EXCHANGE, MEASURES)}
    zones, ledger, exchange = streams["zones"], streams["ledger"], streams["exchange"]
    _eve(zones)
    zones(do.DeclarePapers(series="daily-report", addressee="province", rhythm="17:00", until=END), START)
    exchange(talk.OpenExchange(neighbour="macao", until=END), START)
    for figure in ("cases", "contacts", "samples", "isolation-rooms"):
        names = {"en": figure}
        declared = book.DeclareFigure(
            figure=figure, names=names, unit="", reporter="EPI", rhythm="17:00", places=("C1", "C2", "C3", "C4")
        )
        ledger(declared, START)
    for day in range(DAYS):
        for at, room, command in sorted(_day(day), key=lambda one: one[0]):
            streams[room](command, at)
    for stream in streams.values():
        stream(Tick(END), END)
    return streams


def _eve(zones: Stream) -> None:
    for number in range(1, 4):
        set_ = do.SetZone(
            place=f"B-{number}", extent="building", tier="lockdown", notice=f"SAMPLE {number}", authority="command",
            until=ZONED + 7 * DAY,
        )  # fmt: skip
        zones(set_, ZONED)
    zones(do.OrderRule(rule="port", value="SAMPLE 7 d", notice="SAMPLE R0", authority="port"), ZONED)


def _day(day: int) -> Iterator[tuple[datetime, str, Any]]:
    """Yield what is done on a day: (when, in which room, what)."""
    begin = START + day * DAY
    for number, (when, value) in enumerate(RULES, 1):
        if when == day:
            rule = do.OrderRule(rule="port", value=value, notice=f"SAMPLE R{number}", authority="port")
            yield begin, "zones", rule
    if day < BUILDINGS:
        yield begin + HOUR, "zones", do.SetZone(
            place=f"C-{day}", extent="estate", tier="control", notice=f"SAMPLE C{day}", authority="command",
            until=begin + HOUR + 14 * DAY,
        )  # fmt: skip
    for group in range(15):
        yield begin + 8 * HOUR, "zones", do.GiveDayLine(
            day=begin.date().isoformat(), group=f"G{group}", text=f"t-{day}-{group}"
        )  # fmt: skip
    yield begin + 9 * HOUR, "zones", do.PlanTesting(
        begins_at=begin + 9 * HOUR, ends_at=begin + 20 * HOUR, target=30000, area=f"round {day}"
    )  # fmt: skip
    yield begin + 19 * HOUR, "zones", do.CloseTesting(testing=f"T-{day + 1}")
    yield begin + 16 * HOUR, "zones", do.FilePaper(series="daily-report", text=f"report-{day + 1}")
    for figure in ("cases", "contacts", "samples", "isolation-rooms"):
        for place in ("C1", "C2", "C3", "C4"):
            report = book.ReportFigure(figure=figure, place=place, value=float(day), group="EPI")
            yield begin + 16 * HOUR, "ledger", report
    for hour in (10, 15, 17):
        if (day, hour) not in MISSED:
            sent = talk.SendSheet(neighbour="macao", way="mail", zh=f"zh-{day}-{hour}", pt=f"pt-{day}-{hour}")
            yield begin + hour * HOUR + 5 * MINUTE, "exchange", sent


def count(stream: Stream, kind: type) -> int:
    return sum(isinstance(event, kind) for event in stream.log)


def test_43_daily_reports_were_owed_and_filed() -> None:
    zones = six_weeks()["zones"]
    shown = zones_board.row(zones.state, "series:daily-report")
    assert shown is not None
    assert (shown["filed"], shown["missed"], shown["owed"], shown["due"]) == (43, 0, [], None)
    assert count(zones, facts.PaperFiled) == 43


def test_129_exchanges_were_owed_and_3_missed_and_shown() -> None:
    exchange = six_weeks()["exchange"]
    shown = exchange_board.row(exchange.state, "neighbour:macao")
    assert shown is not None
    assert (shown["scheduled"], shown["sent"], shown["missed"], len(shown["owed"])) == (129, 126, 3, 3)
    assert count(exchange, exchange_facts.SheetOwed) == 129
    missed = [exchange.state.sheets[name].slot for name in shown["owed"]]
    assert missed == [START + day * DAY + hour * HOUR for day, hour in sorted(MISSED)]


def test_zones_of_19_june_ask_on_the_25th_and_say_decision_owed_on_the_26th_at_19() -> None:
    zones = six_weeks()["zones"]
    asked = [event for event in zones.log if isinstance(event, facts.ZoneReviewAsked) and event.zone in FIRST]
    assert [event.at for event in asked] == [datetime(2022, 6, 25, 19, tzinfo=ZONE)] * 3
    over = datetime(2022, 6, 26, 19, tzinfo=ZONE)
    before, then = zones.as_known(over - timedelta(seconds=1)), zones.as_known(over)
    for name in FIRST:
        assert (before.zones[name].asked, before.zones[name].owed) == (True, False)
        assert (then.zones[name].owed, then.zones[name].state) == (True, "in-force")


def test_the_port_rule_changed_5_times_and_the_replay_of_3_july_shows_that_days() -> None:
    zones = six_weeks()["zones"]
    changes = [event for event in zones.log if isinstance(event, facts.RuleChanged)]
    assert [event.was is not None for event in changes] == [False, True, True, True, True, True]
    then = zones.as_known(datetime(2022, 7, 3, 12, tzinfo=ZONE))
    shown = zones_board.row(then, "rule:port")
    assert shown is not None
    assert (shown["now"]["value"], shown["now"]["valid_from"]) == ("SAMPLE 24 h, home 7 d", "2022-07-01T00:00:00+08:00")
    held = zones.state.rules["port"].on(datetime(2022, 7, 3, 12, tzinfo=ZONE))
    assert held is not None
    assert held.value == shown["now"]["value"]


def test_the_board_of_day_40_has_at_most_40_rows_and_begins_with_what_is_owed() -> None:
    at = START + 39 * DAY + 10 * HOUR + 30 * MINUTE
    known = {room: stream.as_known(at) for room, stream in six_weeks().items()}
    rows = day_board(Rooms(known["zones"], known["ledger"], known["exchange"], known["measures"]), at)
    assert len(rows) <= 40
    assert rows[0]["what"] == "decision-owed"
    owed = [row for row in rows if row["part"] == "owed"]
    assert {"key": "neighbour:macao", "count": 3} in [{"key": row["key"], "count": row["count"]} for row in owed]
    kept = sum(row["count"] for row in rows if row["part"] == "order")
    assert kept == 15, "every line of the order of the day is shown or counted"
    assert [row["count"] for row in rows if row["key"] == "zones:lockdown"] == [3]


def test_the_six_weeks_replay_to_themselves() -> None:
    for stream in six_weeks().values():
        assert stream.as_known(END) == stream.state


@given(st.integers(0, 60), st.integers(0, 200), st.integers(0, 24 * DAYS))
def test_the_board_of_a_day_never_has_more_than_40_rows_and_loses_none(zones: int, lines: int, hour: int) -> None:
    at = START + hour * HOUR
    state = ZONES.initial(StreamId("zones/x"))
    commands: list[Any] = [
        do.SetZone(place=f"p{n}", extent="estate", tier="control", notice="n", authority="x", until=at + (n + 1) * HOUR)
        for n in range(zones)
    ]
    commands += [do.GiveDayLine(day=at.date().isoformat(), group="G", text=f"t{n}") for n in range(lines)]
    for command in commands:
        for event in ZONES.decide(state, command, at):
            state = ZONES.evolve(state, event)
    known = {room: stream.as_known(START) for room, stream in six_weeks().items()}
    rows = day_board(Rooms(state, known["ledger"], known["exchange"], known["measures"]), at)
    assert len(rows) <= sum(room for _, room in ROOM) == 40
    for part, room in ROOM:
        assert sum(row["part"] == part for row in rows) <= room
    assert sum(row["count"] for row in rows if row["part"] == "order") == lines
