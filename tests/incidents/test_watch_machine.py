"""Any sequence of signals, answers and ticks keeps the laws of the watch: one question, one card, no clock astray."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from coord.errors import CoordError
from coord.events import StreamId, Tick
from coord.incidents.watch import commands as do
from coord.incidents.watch import facts
from coord.incidents.watch.board import keys, row, touched
from coord.incidents.watch.deadlines import expected_clocks
from coord.incidents.watch.decide import WATCH
from coord.plans.wanted import LEVELS
from coord.policies import SignalRule, signal_rules
from tests.incidents.duties import MINUTE, NOON
from tests.incidents.play import Play

RULES = (
    SignalRule("typhoon", "start", "gd", "typhoon", "blue", "typhoon", "IV"),
    SignalRule("typhoon", "start", "gd", "typhoon", "orange", "typhoon", "II"),
    SignalRule("typhoon", "start", "mo", "cyclone", "8", "typhoon", "II"),
    SignalRule("rain", "start", "gd", "rain", "yellow", "rain", "IV"),
)
SIGNALS = (
    ("gd", "typhoon", "white"),
    ("gd", "typhoon", "blue"),
    ("gd", "typhoon", "orange"),
    ("gd", "typhoon", "red"),
    ("mo", "cyclone", "3"),
    ("mo", "cyclone", "8ne"),
    ("mo", "cyclone", "10"),
    ("gd", "rain", "red"),
)
STREAM = StreamId("watch/i1")


class Room(RuleBasedStateMachine):
    """One watch, with the policy that opens decisions running beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.play = Play(WATCH, expected_clocks, keys, row, touched)
        self.now = NOON

    def do(self, command: Any) -> list[Any]:
        """Play *command* and what the policy makes of it; a refusal is an answer."""
        try:
            events = self.play(command, self.now)
        except CoordError:
            return []
        for event in events:
            for sent in signal_rules(event, STREAM, RULES):
                self.play(sent.command, self.now)
                assert self.play.decider.decide(self.play.state, sent.command, self.now) == []
        return events

    @rule(
        signal=st.sampled_from(SIGNALS),
        area=st.sampled_from(["", "hengqin"]),
        ahead=st.integers(0, 200),
        lasts=st.none() | st.integers(1, 500),
    )
    def raise_signal(self, signal: tuple[str, str, str], area: str, ahead: int, lasts: int | None) -> None:
        effective_at = self.now + ahead * MINUTE
        self.do(
            do.RaiseSignal(
                authority=signal[0],
                system=signal[1],
                code=signal[2],
                area=area,
                effective_at=effective_at,
                until=None if lasts is None else effective_at + lasts * MINUTE,
            )
        )

    @precondition(lambda self: self.play.state.signals)
    @rule(data=st.data(), ahead=st.integers(0, 60))
    def amend_or_lift(self, data: st.DataObject, ahead: int) -> None:
        signal = data.draw(st.sampled_from(sorted(self.play.state.signals)))
        when = self.now + ahead * MINUTE
        if data.draw(st.booleans()):
            self.do(do.AmendSignal(signal=signal, effective_at=when))
        else:
            self.do(do.LiftSignal(signal=signal, effective_at=when))

    @precondition(lambda self: self.play.state.cards)
    @rule(data=st.data(), what=st.sampled_from(["answer", "act", "decline", "provisional", "confirm", "measures"]))
    def decide(self, data: st.DataObject, what: str) -> None:
        card = data.draw(st.sampled_from(sorted(self.play.state.cards)))
        level = data.draw(st.sampled_from(LEVELS))
        commands: dict[str, Any] = {
            "answer": do.AcknowledgeDecision(decision=card, post="commander"),
            "act": do.ActOnDecision(
                by="a", decision=card, action="start-level", authority="x", level=level, incident="i1"
            ),
            "measures": do.ActOnDecision(
                by="a", decision=card, action="take-measures", authority="x", measures=("stop-school",)
            ),
            "decline": do.DeclineDecision(by="b", decision=card, reason="level-sufficient", authority="x"),
            "provisional": do.StartProvisionally(by="c", decision=card, level=level, incident="i1"),
            "confirm": do.ConfirmDecision(by="d", decision=card, authority="x"),
        }
        self.do(commands[what])
        with suppress(CoordError):
            assert self.play.decider.decide(self.play.state, commands[what], self.now) == [], "the same twice is one"

    @rule(level=st.none() | st.sampled_from(LEVELS), hazard=st.sampled_from(["typhoon", "rain"]))
    def heed(self, level: Any, hazard: str) -> None:
        self.do(do.HeedLevel(incident="i1", hazard=hazard, level=level))

    @rule()
    def write(self) -> None:
        self.do(do.Note(text="t-1"))

    @rule(minutes=st.integers(1, 90))
    def wait(self, minutes: int) -> None:
        self.now += minutes * MINUTE
        self.do(Tick(self.now))
        assert self.play.decider.decide(self.play.state, Tick(self.now), self.now) == []

    @rule(days=st.integers(1, 3))
    def sleep(self, days: int) -> None:
        self.now += timedelta(days=days)
        self.do(Tick(self.now))

    @invariant()
    def one_open_card_a_question(self) -> None:
        open_cards = [card.question for card in self.play.state.cards.values() if card.state == "open"]
        assert len(open_cards) == len(set(open_cards))

    @invariant()
    def one_signal_in_force_a_ladder_and_area(self) -> None:
        state = self.play.state
        held = {signal.where: signal.id for signal in state.signals.values() if signal.state == "in-force"}
        assert held == state.current
        assert len(held) == sum(signal.state == "in-force" for signal in state.signals.values())

    @invariant()
    def an_open_card_is_waited_for_or_has_alarmed(self) -> None:
        for card in self.play.state.cards.values():
            if card.state == "open":
                assert card.due is not None or card.overdue
                assert card.ask_due is not None or card.answered_by or card.exhausted

    @invariant()
    def an_unconfirmed_start_is_waited_for_or_has_alarmed(self) -> None:
        for card in self.play.state.cards.values():
            if card.answers and card.answers[-1].provisional and card.answers[-1].confirmed_at is None:
                assert card.confirm_due is not None or card.unconfirmed

    @invariant()
    def decisions_are_for_the_centre(self) -> None:
        for key, shown in self.play.rows().items():
            assert (shown["groups"] == ()) is not key.startswith("signal:")

    def teardown(self) -> None:
        self.play.replays()
        opened = [event.question for event in self.play.log if isinstance(event, facts.DecisionOpened)]
        assert len(opened) == len(self.play.state.cards)


Room.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestRoom = Room.TestCase
