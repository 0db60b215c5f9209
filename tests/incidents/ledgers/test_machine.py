"""Any sequence of reports, needs, offers and ticks keeps the laws of the ledgers."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from coord.errors import CoordError
from coord.events import Tick
from coord.incidents.ledgers import commands as do
from coord.incidents.ledgers import facts
from coord.incidents.ledgers.board import keys, row, touched
from coord.incidents.ledgers.deadlines import expected_clocks
from coord.incidents.ledgers.decide import LEDGER
from coord.incidents.ledgers.model import STAGES
from coord.incidents.spans import slots_between
from tests.incidents.duties import MINUTE, NOON
from tests.incidents.play import Play

RHYTHMS = {"pumps": "1 h", "beds": "08:00 17:00"}


class Books(RuleBasedStateMachine):
    """Two figures of two places, and needs."""

    def __init__(self) -> None:
        super().__init__()
        self.play = Play(LEDGER, expected_clocks, keys, row, touched)
        self.now = NOON
        for figure, rhythm in RHYTHMS.items():
            self.do(
                do.DeclareFigure(
                    figure=figure, names={"en": figure}, unit="", reporter="RES", rhythm=rhythm, places=("a", "b")
                )
            )

    def do(self, command: Any) -> list[Any]:
        """Play *command*; a refusal is an answer, and the same command again brings nothing."""
        try:
            events = self.play(command, self.now)
        except CoordError:
            return []
        with suppress(CoordError):
            again = LEDGER.decide(self.play.state, command, self.now)
            assert isinstance(command, do.RaiseNeed) or not again, "the same twice is one"
        return events

    @rule(
        figure=st.sampled_from(sorted(RHYTHMS)),
        place=st.sampled_from("ab"),
        value=st.integers(0, 20),
        back=st.integers(0, 200),
    )
    def report(self, figure: str, place: str, value: int, back: int) -> None:
        as_of = self.now - back * MINUTE
        self.do(do.ReportFigure(figure=figure, place=place, value=float(value), group="RES", as_of=as_of))

    @rule(amount=st.integers(1, 9), ahead=st.none() | st.integers(1, 300))
    def raise_need(self, amount: int, ahead: int | None) -> None:
        due = None if ahead is None else self.now + ahead * MINUTE
        self.do(do.RaiseNeed(group="RES", what="pump", amount=float(amount), why="flood", due=due))

    @precondition(lambda self: self.play.state.needs)
    @rule(data=st.data(), what=st.sampled_from(["offer", "amend", "close"]), amount=st.integers(1, 9))
    def on_need(self, data: st.DataObject, what: str, amount: int) -> None:
        need = data.draw(st.sampled_from(sorted(self.play.state.needs)))
        commands: dict[str, Any] = {
            "offer": do.OfferForNeed(need=need, group=data.draw(st.sampled_from(["LOG", "WAT"])), amount=float(amount)),
            "amend": do.AmendNeed(need=need, amount=float(amount), why="rain"),
            "close": do.CloseNeed(need=need, why="over"),
        }
        self.do(commands[what])

    @precondition(lambda self: any(need.offers for need in self.play.state.needs.values()))
    @rule(data=st.data(), step=st.sampled_from(STAGES), ahead=st.none() | st.integers(1, 100), back=st.booleans())
    def on_offer(self, data: st.DataObject, step: Any, ahead: int | None, back: bool) -> None:
        offers = [(need.id, offer) for need in self.play.state.needs.values() for offer in need.offers]
        need, offer = data.draw(st.sampled_from(offers))
        group = self.play.state.needs[need].offers[offer].group
        eta = None if ahead is None else self.now + ahead * MINUTE
        if back:
            self.do(do.WithdrawOffer(need=need, offer=offer, group=group, why="broken"))
        else:
            self.do(do.AdvanceOffer(need=need, offer=offer, group=group, now=step, eta=eta))

    @rule(minutes=st.sampled_from([5, 20, 61, 600, 3000]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.do(Tick(self.now))

    @invariant()
    def every_slot_was_answered_or_missed_and_nothing_else(self) -> None:
        for figure in self.play.state.figures.values():
            first = slots_between(figure.rhythm, figure.begins_at, figure.begins_at)[1]
            for column in figure.columns.values():
                passed = slots_between(figure.rhythm, first, column.since)[0] if column.since >= first else 0
                assert column.answered + column.missed == passed

    @invariant()
    def entries_are_only_added_and_in_order(self) -> None:
        reported = sum(isinstance(event, facts.FigureReported) for event in self.play.log)
        columns = [column for figure in self.play.state.figures.values() for column in figure.columns.values()]
        assert sum(len(column.entries) for column in columns) == reported
        for column in columns:
            times = [entry.as_of for entry in column.entries]
            assert times == sorted(times)

    @invariant()
    def what_is_short_is_what_nobody_has_promised(self) -> None:
        for need in self.play.state.needs.values():
            sure = sum(o.amount for o in need.offers.values() if o.now != "offered" and not o.withdrawn)
            assert need.short == max(0, need.amount - sure)
            if need.short and need.due is not None and not need.closed_for and need.due <= self.now:
                assert need.fell_short or f"need:{need.id}" in self.play.state.clocks.items()

    def teardown(self) -> None:
        self.play.replays()


Books.TestCase.settings = settings(max_examples=50, stateful_step_count=25, deadline=None)
TestBooks = Books.TestCase
