"""Any sequence of sheets, changes, replies and ticks keeps the laws of the exchange."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from coord.errors import CoordError
from coord.events import Tick
from coord.incidents.exchange import commands as do
from coord.incidents.exchange import facts
from coord.incidents.exchange.board import keys, row, touched
from coord.incidents.exchange.deadlines import expected_clocks
from coord.incidents.exchange.decide import EXCHANGE
from coord.incidents.spans import slots_between
from tests.incidents.duties import MINUTE, NOON
from tests.incidents.play import Play

TIMES = "10:00 15:00 17:00"


class Desk(RuleBasedStateMachine):
    """The exchange with one neighbour."""

    def __init__(self) -> None:
        super().__init__()
        self.play = Play(EXCHANGE, expected_clocks, keys, row, touched)
        self.now = NOON
        self.count = 0
        self.do(do.OpenExchange(neighbour="macao", times=TIMES))
        self.first = self.play.state.neighbours["macao"].next_slot

    def do(self, command: Any) -> list[Any]:
        """Play *command*; a refusal is an answer, and the same command again brings nothing."""
        try:
            events = self.play(command, self.now)
        except CoordError:
            return []
        with suppress(CoordError):
            assert EXCHANGE.decide(self.play.state, command, self.now) == [], "the same twice is one"
        return events

    @rule(data=st.data(), by_name=st.booleans())
    def send(self, data: st.DataObject, by_name: bool) -> None:
        names = sorted(self.play.state.sheets)
        self.count += 1
        name = data.draw(st.sampled_from(names)) if by_name and names else ""
        page = f"t-{self.count}"
        self.do(do.SendSheet(neighbour="macao", way="print", zh=page, pt=page, sheet=name))

    @rule(because=st.sampled_from(["level", "bridge", "port"]))
    def owe(self, because: str) -> None:
        self.do(do.OweSheet(neighbour="macao", because=because))

    @rule(value=st.sampled_from("389"), back=st.integers(0, 100))
    def reply(self, value: str, back: int) -> None:
        said_at = self.now - back * MINUTE
        self.do(do.RecordReply(neighbour="macao", source="post", said_at=said_at, fields={"signal": value}))

    @rule(link=st.sampled_from("ab"), minutes=st.integers(1, 400), revoke=st.booleans())
    def seat(self, link: str, minutes: int, revoke: bool) -> None:
        self.do(do.GrantGuestSeat(neighbour="macao", link=link, post="post", until=self.now + minutes * MINUTE))
        if revoke:
            self.do(do.RevokeGuestSeat(seat="G-1"))

    @rule(minutes=st.sampled_from([5, 29, 61, 400, 3000]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.do(Tick(self.now))

    @invariant()
    def every_time_of_day_has_one_sheet(self) -> None:
        neighbour = self.play.state.neighbours["macao"]
        slots = [sheet.slot for sheet in self.play.state.sheets.values() if sheet.slot is not None]
        assert len(slots) == len(set(slots))
        assert self.first is not None
        assert neighbour.next_slot is not None
        assert len(slots) == slots_between(TIMES, self.first, neighbour.next_slot - MINUTE)[0]

    @invariant()
    def a_sheet_went_out_or_is_waited_for_or_was_missed(self) -> None:
        for sheet in self.play.state.sheets.values():
            waits = self.play.state.clocks.get(f"sheet:{sheet.id}")
            assert (waits is not None) == (sheet.sent_at is None and not sheet.missed)

    @invariant()
    def what_was_missed_was_missed_for_good(self) -> None:
        missed = {event.sheet for event in self.play.log if isinstance(event, facts.SheetMissed)}
        assert missed == {sheet.id for sheet in self.play.state.sheets.values() if sheet.missed}

    @invariant()
    def one_link_is_one_seat(self) -> None:
        links = [seat.link for seat in self.play.state.seats.values() if seat.ended_at is None]
        assert len(links) == len(set(links))

    def teardown(self) -> None:
        self.play.replays()


Desk.TestCase.settings = settings(max_examples=50, stateful_step_count=25, deadline=None)
TestDesk = Desk.TestCase
