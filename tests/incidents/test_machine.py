"""Any sequence of reports, levels, orders, steps and ticks keeps the laws of the board."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, get_args

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from coord.errors import CoordError
from coord.events import Tick
from coord.incidents import commands as do
from coord.incidents import facts
from coord.incidents.board import keys, row, touched
from coord.incidents.deadlines import expected_clocks
from coord.incidents.decide import INCIDENT
from coord.incidents.docket import LIVE, accepted
from coord.incidents.facts import Step
from coord.incidents.levels import situation
from coord.incidents.model import Task
from coord.plans.wanted import LEVELS, Wanted
from tests.incidents.duties import HOUR, MINUTE, NOON, desired
from tests.incidents.play import Play

GROUPS = ("COO", "RES", "EVA", "TRA", "COM")
ACTIVATIONS = ("typhoon/typhoon/all", "rain/rain/all")
MINUTES = st.integers(0, 90).map(lambda n: n * MINUTE)


class Board(RuleBasedStateMachine):
    """One incident under two hazards."""

    def __init__(self) -> None:
        super().__init__()
        self.play = Play(INCIDENT, expected_clocks, keys, row, touched)
        self.now = NOON
        self.seen = 0

    def do(self, command: Any) -> list[Any]:
        """Play *command*; a refusal is an answer. Whatever it was, done stays done and T stays T."""
        done = {key for key, task in self.play.state.tasks.items() if task.now == "done"}
        since = {key: dict(activation.since) for key, activation in self.play.state.activations.items()}
        try:
            events = self.play(command, self.now)
        except CoordError:
            return []
        again = {event.task for event in events if isinstance(event, facts.RoundOpened | facts.RowsAdded)}
        for key in done - again:
            assert self.play.state.tasks[key].now == "done", f"{key} was done"
        fresh = {e.activation for e in events if isinstance(e, facts.LevelTookEffect) and e.new_episode}
        for key, times in since.items():
            held = self.play.state.activations[key].since
            assert key in fresh or {level: held.get(level) for level in times} == times, f"T of {key} moved"
        return events

    @initialize()
    def open(self) -> None:
        self.start("typhoon", "II", 0 * MINUTE)
        self.reconcile()

    @rule(plan=st.sampled_from(["typhoon", "rain"]), level=st.sampled_from(LEVELS), ahead=MINUTES)
    def start(self, plan: str, level: Any, ahead: timedelta) -> None:
        self.do(
            do.StartLevel(
                plan=plan,
                digest=f"{plan}-1",
                hazard=plan,
                area="all",
                level=level,
                reason="signal",
                effective_at=self.now + ahead,
                until=self.now + ahead + 4 * HOUR,
            )
        )

    @rule(activation=st.sampled_from(ACTIVATIONS), level=st.sampled_from(LEVELS))
    def change_and_reconcile(self, activation: str, level: Any) -> None:
        self.change(activation, level, 0 * MINUTE)
        self.reconcile()

    @rule(activation=st.sampled_from(ACTIVATIONS), level=st.sampled_from(LEVELS), ahead=MINUTES)
    def change(self, activation: str, level: Any, ahead: timedelta) -> None:
        self.do(do.ChangeLevel(activation=activation, level=level, reason="forecast", effective_at=self.now + ahead))

    @rule(activation=st.sampled_from(ACTIVATIONS), ahead=MINUTES)
    def amend(self, activation: str, ahead: timedelta) -> None:
        self.do(do.AmendLevel(activation=activation, reason="forecast", effective_at=self.now + ahead))
        if ahead > HOUR:
            self.do(do.WithdrawLevel(activation=activation, reason="forecast"))

    @rule(activation=st.sampled_from(ACTIVATIONS))
    def end(self, activation: str) -> None:
        self.do(do.EndResponse(activation=activation, reason="danger-over"))

    @rule(plan=st.sampled_from(["typhoon", "rain"]))
    def start_provisionally(self, plan: str) -> None:
        self.do(
            do.StartLevel(plan=plan, digest="d", hazard=plan, area="all", level="II", reason="signal", provisional=True)
        )

    @rule(activation=st.sampled_from(ACTIVATIONS))
    def confirm(self, activation: str) -> None:
        self.do(do.ConfirmLevel(activation=activation))

    @rule(ahead=st.integers(0, 600))
    def forecast(self, ahead: int) -> None:
        self.do(do.SetMilestone(name="wind-onset", time=self.now + ahead * MINUTE))
        if ahead > 300:
            self.do(do.AcceptMilestone(name="wind-onset"))

    @rule(places=st.sets(st.sampled_from(["w1", "w5", "w6"])))
    def flood(self, places: set[str]) -> None:
        self.do(do.SetProperty(name="flooded", value=" ".join(sorted(places))))

    @rule()
    def reconcile(self) -> None:
        wanted, until = desired(situation(self.play.state, self.now))
        self.seen += 1
        taken = {
            key for key, task in self.play.state.tasks.items() if task.now in LIVE and accepted(self.play.state, task)
        }
        command = do.Reconcile(
            desired=wanted, seen=self.seen, until=until, revision=self.play.state.revision, cause=f"c{self.seen}"
        )
        events = self.do(command)
        assert self.play.decider.decide(self.play.state, command, self.now) == []
        issued = [event.group for event in events if isinstance(event, facts.OrderIssued)]
        assert len(issued) == len(set(issued)), "one order a group and cause"
        assert not any(isinstance(event, facts.TaskReassigned) for event in events), "no plan undoes what people moved"
        for event in events:
            if isinstance(event, facts.RoundOpened):
                assert self.play.state.tasks[event.task].now == "open", "a new round is open"
            if isinstance(event, facts.TaskStoodDown):
                assert self.play.state.tasks[event.task].wanted.on_lower != "keep", "no level undoes a transfer"
                assert self.play.state.orders[event.order].due is not None, "a stand-down is an order"
        if self.play.state.closed_at is None:
            for key in taken:
                task = self.play.state.tasks[key]
                reopened = any(isinstance(e, facts.RoundOpened) and e.task == key for e in events)
                assert task.now in {*LIVE, "standing-down", "done"} or reopened, f"{key} vanished"
            self.matches(wanted)

    def matches(self, wanted: tuple[Wanted, ...]) -> None:
        """Check that the board is what is wanted, but for what people settled or ordered otherwise."""
        tasks = self.play.state.tasks
        for want in wanted:
            task = tasks[want.key]
            if task.held or task.now in {"done", "not-applicable"}:
                continue
            assert task.now in LIVE
            assert set(task.rows) == set(want.rows)
            assert _without_rows(task.wanted) == _without_rows(want)
        names = {want.key for want in wanted}
        for key, task in tasks.items():
            if key not in names and task.origin == "plan" and task.now in LIVE:
                assert task.wanted.on_lower == "keep"

    @rule(minutes=st.integers(1, 90))
    def wait_and_reconcile(self, minutes: int) -> None:
        self.wait(minutes)
        self.reconcile()

    @rule(minutes=st.integers(1, 90))
    def wait(self, minutes: int) -> None:
        self.now += minutes * MINUTE
        self.do(Tick(self.now))
        assert self.play.decider.decide(self.play.state, Tick(self.now), self.now) == [], "a tick is once"

    @precondition(lambda self: self.play.state.orders)
    @rule(data=st.data(), late=MINUTES, returned=st.booleans())
    def acknowledge(self, data: st.DataObject, late: timedelta, returned: bool) -> None:
        order = data.draw(st.sampled_from(sorted(self.play.state.orders)))
        group = order.partition("-")[0]
        self.do(do.AcknowledgeOrder(order=order, group=group, returned=returned, happened_at=self.now - late))

    @precondition(lambda self: self.play.state.tasks)
    @rule(data=st.data(), step=st.sampled_from(get_args(Step)), late=MINUTES, by_row=st.booleans())
    def progress(self, data: st.DataObject, step: Step, late: timedelta, by_row: bool) -> None:
        task = self._draw(data)
        place = data.draw(st.sampled_from(sorted(task.rows))) if by_row and task.rows else ""
        command = do.Progress(
            task=task.key, group=task.group, step=step, row=place, why="blocked", happened_at=self.now - late
        )
        was_done = task.now == "done"
        self.do(command)
        assert not was_done or self.play.state.tasks[task.key].now == "done", "done stays done"
        try:
            again = list(self.play.decider.decide(self.play.state, command, self.now))
        except CoordError:
            again = []
        assert again == [], "the same step twice is one"

    @precondition(lambda self: self.play.state.tasks)
    @rule(data=st.data(), to=st.sampled_from(GROUPS))
    def reassign(self, data: st.DataObject, to: str) -> None:
        task = self._draw(data)
        was = task.group
        if self.do(do.Reassign(task=task.key, to=to, why="nearer")):
            shown = row(self.play.state, f"task:{task.key}")
            assert shown is not None
            assert shown["group"] == to
            assert was not in shown["groups"] or was == to

    @precondition(lambda self: self.play.state.tasks)
    @rule(data=st.data())
    def call_off(self, data: st.DataObject) -> None:
        self.do(do.StandDown(task=self._draw(data).key, why="too dangerous"))

    @rule(number=st.integers(1, 3), group=st.sampled_from(GROUPS))
    def order_by_voice(self, number: int, group: str) -> None:
        wanted = Wanted(
            key=f"adhoc/{number}",
            duty="adhoc",
            group=group,
            title={"en": "as ordered"},
            level=None,
            due=self.now + HOUR,
            ack_within=2 * MINUTE,
            weight="life",
        )
        self.do(do.AssignAdHoc(wanted=wanted))

    @precondition(lambda self: self.play.state.tasks)
    @rule(data=st.data())
    def prove(self, data: st.DataObject) -> None:
        task = self._draw(data)
        self.do(do.GiveEvidence(task=task.key, group=task.group, proof="t-1"))
        self.do(do.VerifyTask(task=task.key))
        self.do(do.HandOver(task=task.key, group=task.group, to="INF", why="no boat"))

    @precondition(lambda self: self.play.state.tasks)
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        task = self._draw(data)
        self.do(do.Progress(task=task.key, group=task.group, step="done"))
        if task.key < "c":  # a phone that was out of reach sends its earlier steps now
            self.do(do.Progress(task=task.key, group=task.group, step="arrived", happened_at=self.now - MINUTE))

    @precondition(lambda self: self.play.state.tasks)
    @rule(data=st.data())
    def set_out(self, data: st.DataObject) -> None:
        task = self._draw(data)
        self.do(do.Progress(task=task.key, group=task.group, step="departed"))

    @rule(places=st.sets(st.sampled_from(["u1", "w5"])))
    def stand_in(self, places: set[str]) -> None:
        self.do(do.TriggerStandingOrder(plan="rain", order="close", places=tuple(sorted(places))))
        self.do(do.AdoptRevision(activation=ACTIVATIONS[0], digest="typhoon-2"))

    @rule(place=st.sampled_from(["u1", "w1"]), dead=st.integers(0, 2))
    def report(self, place: str, dead: int) -> None:
        self.do(do.ReportIncident(hazard="flood", place=place, losses={"dead": dead}))
        self.do(do.VerifyReport(report="R-1"))
        self.do(do.MergeReports(into="R-1", reports=("R-2", "R-3")))
        self.do(do.StateLosses(report="R-1", losses={"dead": dead}, correcting=True))
        for event in self.do(do.NeedHelp(group="RES", what="pumps")):
            self.do(do.AnswerHelp(help=event.help, answer="sent"))

    @rule(what=st.integers(0, 4), minutes=st.integers(1, 200))
    def run_the_room(self, what: int, minutes: int) -> None:
        commands = (
            do.HoldConsultation(about="incident", posts=("commander",), advice="raise"),
            do.FileMinutes(activation=ACTIVATIONS[0], text=f"t-{minutes}"),
            do.JoinParty(party="macao-customs", regime="MO"),
            do.OpenPeriod(ends_at=self.now + minutes * MINUTE, objectives="t-1"),
            do.AllowReturn(places=("h1", "h2"), check="t-1", expert="t-2", authority="commander"),
        )
        self.do(commands[what])
        if minutes > 150:
            self.do(do.WithdrawReturn(places=("h1",), why="rain"))
            self.do(do.LeaveParty(party="macao-customs"))

    @invariant()
    def nobody_sees_what_is_anothers(self) -> None:
        for key, shown in self.play.rows().items():
            if key.startswith(("task:", "order:")):
                assert shown["groups"][0] == shown["group"]
                assert "*" not in shown["groups"]

    def teardown(self) -> None:
        self.play.replays()

    def _draw(self, data: st.DataObject) -> Task:
        tasks: dict[str, Task] = self.play.state.tasks
        return tasks[data.draw(st.sampled_from(sorted(tasks)))]


def _without_rows(wanted: Wanted) -> tuple[Any, ...]:
    return tuple(getattr(wanted, name) for name in Wanted.__slots__ if name != "rows")


Board.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestBoard = Board.TestCase
