"""Any sequence of orders, moves, splits, lifts and ticks keeps the laws of the stops."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from coord.errors import CoordError
from coord.events import Tick
from coord.incidents.measures import commands as do
from coord.incidents.measures import facts
from coord.incidents.measures.board import keys, row, touched
from coord.incidents.measures.deadlines import expected_clocks
from coord.incidents.measures.decide import MEASURES
from coord.incidents.measures.model import FIVE, LIFELINES
from tests.incidents.duties import MINUTE, NOON
from tests.incidents.play import Play

AHEAD = st.integers(0, 300).map(lambda n: n * MINUTE)


class Stops(RuleBasedStateMachine):
    """All stops of one district."""

    def __init__(self) -> None:
        super().__init__()
        self.play = Play(MEASURES, expected_clocks, keys, row, touched)
        self.now = NOON
        self.lifted: dict[str, Any] = {}

    def do(self, command: Any) -> list[Any]:
        """Play *command*; a refusal is an answer, and the same command again brings nothing."""
        try:
            events = self.play(command, self.now)
        except CoordError:
            return []
        with suppress(CoordError):
            assert MEASURES.decide(self.play.state, command, self.now) == [], "the same twice is one"
        return events

    @rule(
        stops=st.lists(st.sampled_from([*FIVE, "stop-ferry"]), min_size=1, max_size=5),
        area=st.sampled_from(["", "north"]),
        ahead=AHEAD,
        lasts=st.none() | st.integers(1, 400),
        told=st.booleans(),
    )
    def order(self, stops: list[str], area: str, ahead: timedelta, lasts: int | None, told: bool) -> None:
        begins = self.now + ahead
        self.do(
            do.OrderMeasures(
                stops=tuple(stops),
                authority="gov",
                basis="wind-I",
                area=area,
                effective_at=begins,
                until=None if lasts is None else begins + lasts * MINUTE,
                announced_at=self.now if told else None,
            )
        )

    @precondition(lambda self: self.play.state.orders)
    @rule(data=st.data(), what=st.sampled_from(["announce", "move", "withdraw"]), ahead=AHEAD, told=st.booleans())
    def change(self, data: st.DataObject, what: str, ahead: timedelta, told: bool) -> None:
        order = data.draw(st.sampled_from(sorted(self.play.state.orders)))
        some = st.sampled_from(self.play.state.orders[order])
        names = data.draw(st.just(()) | st.lists(some, max_size=2, unique=True).map(tuple))
        commands: dict[str, Any] = {
            "announce": do.AnnounceMeasures(order=order, measures=names),
            "move": do.MoveMeasures(
                order=order,
                measures=names,
                authority="gov",
                effective_at=self.now + ahead,
                announced_at=self.now if told else None,
            ),
            "withdraw": do.WithdrawMeasures(order=order, measures=names, authority="gov", reason="forecast"),
        }
        self.do(commands[what])

    @precondition(lambda self: self.play.state.measures)
    @rule(data=st.data(), what=st.sampled_from(["split", "exempt", "prolong", "lift", "resume"]), ahead=AHEAD)
    def one(self, data: st.DataObject, what: str, ahead: timedelta) -> None:
        name = data.draw(st.sampled_from(sorted(self.play.state.measures)))
        later = self.now + ahead if ahead else None
        step: Any = data.draw(st.sampled_from(["checked", "partial", "resumed"]))
        commands: dict[str, Any] = {
            "split": do.SplitMeasure(measure=name, sectors=(data.draw(st.sampled_from("ab")),)),
            "exempt": do.ExemptFromMeasure(measure=name, why="food", sectors=("food",), until=later),
            "prolong": do.ProlongMeasure(measure=name, authority="gov", until=later),
            "lift": do.LiftMeasure(measure=name, authority="gov", effective_at=later),
            "resume": do.ReportResumption(measure=name, now=step),
        }
        self.do(commands[what])

    @precondition(lambda self: any(m.state == "in-force" for m in self.play.state.measures.values()))
    @rule(data=st.data(), exempt=st.booleans(), ahead=AHEAD)
    def let_go(self, data: st.DataObject, exempt: bool, ahead: timedelta) -> None:
        held = sorted(name for name, measure in self.play.state.measures.items() if measure.state == "in-force")
        name = data.draw(st.sampled_from(held))
        if exempt:
            self.do(do.ExemptFromMeasure(measure=name, why="food", places=("p1",)))
        self.do(do.LiftMeasure(measure=name, authority="gov", effective_at=self.now + ahead))

    @precondition(lambda self: self.play.state.exemptions)
    @rule(data=st.data())
    def end_exemption(self, data: st.DataObject) -> None:
        self.do(do.EndExemption(exemption=data.draw(st.sampled_from(sorted(self.play.state.exemptions)))))

    @rule(minutes=st.sampled_from([1, 30, 120, 2000]))
    def wait(self, minutes: int) -> None:
        self.now += minutes * MINUTE
        self.do(Tick(self.now))

    @invariant()
    def nothing_ends_by_itself(self) -> None:
        decided = {event.measure for event in self.play.log if isinstance(event, facts.MeasureLiftOrdered)}
        for measure in self.play.state.measures.values():
            if measure.state == "lifted":
                assert measure.id in decided or measure.part_of in decided

    @invariant()
    def what_is_in_force_is_told_or_waited_for_or_has_alarmed(self) -> None:
        for measure in self.play.state.measures.values():
            if measure.live and measure.announced_at is None:
                waits = self.play.state.clocks.get(f"announce:{measure.id}")
                assert measure.unannounced or waits is not None

    @invariant()
    def a_lifted_stop_owes_its_resumption_until_somebody_reports_it(self) -> None:
        for measure in self.play.state.measures.values():
            if measure.state == "lifted" and measure.resumption != "resumed":
                assert measure.resume_overdue or self.play.state.clocks.get(f"resume:{measure.id}") is not None

    @invariant()
    def lifelines_run_and_one_scope_is_stopped_once(self) -> None:
        scopes = [measure.scope for measure in self.play.state.measures.values() if measure.live]
        assert len(scopes) == len(set(scopes))
        assert all(set(LIFELINES) <= set(measure.exempt) for measure in self.play.state.measures.values())

    @invariant()
    def an_exemption_outlives_no_stop(self) -> None:
        for exemption in self.play.state.exemptions.values():
            assert exemption.ended_at is not None or self.play.state.measures[exemption.measure].live

    def teardown(self) -> None:
        self.play.replays()


Stops.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestStops = Stops.TestCase
