"""The machines find every fault that is planted: a law that cannot fail is no law."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from coord.incidents import board, decide, docket, facts, fold, reconcile, steps, touched
from coord.incidents import commands as do
from coord.incidents.facts import TaskAssigned
from coord.incidents.watch import board as watch_board
from coord.incidents.watch import cards, deadlines
from coord.incidents.watch import commands as ask
from coord.incidents.watch import decide as watch_decide
from coord.incidents.watch import facts as watch_facts
from coord.incidents.watch import fold as watch_fold
from tests.incidents.test_machine import Board
from tests.incidents.test_watch_machine import Room

Plant = Callable[[pytest.MonkeyPatch], None]
QUICK = settings(
    max_examples=200,
    stateful_step_count=40,
    phases=[Phase.generate],
    database=None,
    deadline=None,
    derandomize=True,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


def folded(event: type, change: Callable[[Any, Any], None], table: Any = fold.FOLDS) -> Plant:
    """Plant *change* after the right fold of *event*."""
    right = table[event]

    def wrong(state: Any, fact: Any) -> None:
        right(state, fact)
        change(state, fact)

    return lambda patch: patch.setitem(table, event, wrong)


def skipped(event: type, table: Any = fold.FOLDS) -> Plant:
    """Plant a fold that forgets *event*."""
    return lambda patch: patch.setitem(table, event, lambda state, fact: None)


def unseen(event: type, table: Any = touched.ROWS) -> Plant:
    """Plant that nobody is told of *event*."""
    return lambda patch: patch.delitem(table, event)


def verb(command: type, change: Callable[[Any, Any, Any, list[Any]], list[Any]], table: Any = decide.VERBS) -> Plant:
    """Plant *change* to what the right verb of *command* answers."""
    right = table[command]
    return lambda patch: patch.setitem(table, command, lambda s, c, at: change(s, c, at, list(right(s, c, at))))


def named(module: Any, name: str, value: Any) -> Plant:
    """Plant *value* under a name of *module*."""
    return lambda patch: patch.setattr(module, name, value)


def _reassign_done(state: Any, wish: Any, at: Any, events: list[Any]) -> list[Any]:
    again = [w for w in wish.desired if w.key in state.tasks and state.tasks[w.key].now == "done"]
    return [*events, *(TaskAssigned(at=at, order="", task=w.key, group=w.group, wanted=w) for w in again)]


def _many_orders(state: Any, wish: Any, at: Any, events: list[Any]) -> list[Any]:
    return [*events, *(replace(e, order=f"{e.order}b") for e in events if isinstance(e, facts.OrderIssued))]


def _lies(state: Any, fact: Any) -> None:
    state.properties[f"told-{id(state)}"] = "replay would not know"


def _blank(make: Callable[[Any], Any], groups: tuple[str, ...]) -> Callable[[Any], Any]:
    return lambda noun: {**make(noun), "groups": groups}


def _lose_clock(state: Any, fact: Any) -> None:
    state.clocks.clear(f"order:{fact.order}")


def _keep_clock(state: Any, fact: Any) -> None:
    state.clocks.set(f"order:{fact.order}", fact.at)


def _no_rows(state: Any, fact: Any) -> None:
    task = state.tasks[fact.task]
    for place in fact.rows:
        task.rows.pop(place, None)


def _stay_late(state: Any, fact: Any) -> None:
    state.tasks[fact.task].late = None
    state.clocks.set(f"late:{fact.task}", fact.missed)


def _undone(state: Any, fact: Any) -> None:
    state.tasks[fact.task].now = "done"


def _second_card(state: Any, wish: Any, at: Any, events: list[Any]) -> list[Any]:
    number = f"D-{len(state.cards) + 1}"
    opened = [event for event in events if isinstance(event, watch_facts.EvidenceAdded)]
    if not opened or opened[0].due is None:
        return events
    return [
        watch_facts.DecisionOpened(
            at=at,
            decision=number,
            question=wish.question,
            hazard="h",
            area="",
            options=wish.options,
            proposes=None,
            plan="",
            evidence=wish.evidence,
            due=opened[0].due,
            ladder=wish.ladder,
            ask_due=at + wish.within,
        )
    ]


def _still_asking(state: Any, fact: Any) -> None:
    state.cards[fact.decision].exhausted = False


def _unowed(state: Any, fact: Any) -> None:
    if fact.provisional:
        state.cards[fact.decision].confirm_due = None
        state.clocks.clear(f"confirm:{fact.decision}")


def _both_in_force(state: Any, fact: Any) -> None:
    if fact.replaced and fact.replaced != fact.signal:
        state.signals[fact.replaced].state = "in-force"
        state.clocks = deadlines.expected_clocks(state)


RIGHT_AFTER = steps.after


def _back(now: Any, step: Any) -> Any:
    return "open" if now == "done" else RIGHT_AFTER(now, step)


FAULTS: dict[str, tuple[type[RuleBasedStateMachine], Plant]] = {
    "an answered order still rings": (Board, folded(facts.OrderAcknowledged, _keep_clock)),
    "an order is issued without a clock": (Board, folded(facts.OrderIssued, _lose_clock)),
    "a lapse is fired again and again": (Board, skipped(facts.OrderEscalated)),
    "an exhausted ladder is fired again": (Board, skipped(facts.OrderUnanswered)),
    "a late task is fired again": (Board, folded(facts.TaskLate, _stay_late)),
    "work that was taken up vanishes": (Board, named(reconcile, "accepted", lambda state, task: False)),
    "done work is ordered again": (Board, verb(do.Reconcile, _reassign_done)),
    "reconciling never comes to rest": (
        Board,
        verb(do.Reconcile, lambda s, c, at, e: [*e, facts.Reconciled(at=at, seen=c.seen, until=c.until)]),
    ),
    "several orders to one group": (Board, verb(do.Reconcile, _many_orders)),
    "added rows are lost": (Board, folded(facts.RowsAdded, _no_rows)),
    "removed rows stay": (Board, skipped(facts.RowsRemoved)),
    "an amendment is not kept": (Board, skipped(facts.TaskAmended)),
    "a new round stays done": (Board, folded(facts.RoundOpened, _undone)),
    "a reassigned task stays where it was": (Board, skipped(facts.TaskReassigned)),
    "a task is shown to all groups": (
        Board,
        lambda patch: patch.setitem(
            board._TABLES,
            "task",
            (lambda s: s.tasks, _blank(board._task, ("*",))),
        ),
    ),
    "nobody hears of a step": (Board, unseen(facts.TaskProgressed)),
    "nobody hears of a new order": (Board, unseen(facts.OrderIssued)),
    "nobody hears of a level": (Board, unseen(facts.LevelTookEffect)),
    "done can be undone": (Board, named(steps, "after", _back)),
    "the same step twice is two": (
        Board,
        verb(
            do.Progress, lambda s, c, at, e: e or [facts.HelpAsked(at=at, happened_at=at, help="H", group="", what="")]
        ),
    ),
    "T moves with every level": (
        Board,
        lambda patch: patch.setitem(fold.FOLDS, facts.LevelTookEffect, _moving(fold.FOLDS[facts.LevelTookEffect])),
    ),
    "replay does not know": (Board, folded(facts.LevelTookEffect, _lies)),
    "a transfer is undone by a level": (
        Board,
        lambda patch: patch.setitem(decide.VERBS, do.Reconcile, _without_keep(decide.VERBS[do.Reconcile])),
    ),
    "a level that took effect is waited for": (
        Board,
        folded(facts.LevelTookEffect, lambda s, e: s.clocks.set(f"level:{e.activation}", e.at)),
    ),
    "a second card for one question": (Room, verb(ask.OpenDecision, _second_card, watch_decide.VERBS)),
    "an exhausted decision is forgotten": (
        Room,
        folded(watch_facts.DecisionExhausted, _still_asking, watch_fold.FOLDS),
    ),
    "a provisional start owes nothing": (Room, folded(watch_facts.DecisionActed, _unowed, watch_fold.FOLDS)),
    "two signals of a ladder in force": (Room, folded(watch_facts.SignalTookEffect, _both_in_force, watch_fold.FOLDS)),
    "an overdue decision is fired again": (Room, skipped(watch_facts.DecisionOverdue, watch_fold.FOLDS)),
    "decisions are shown to groups": (Room, named(watch_board, "CENTRE", ("*",))),
    "nobody hears of a decision": (Room, unseen(watch_facts.DecisionOpened, watch_board.ROWS)),
    "declining twice is two": (
        Room,
        verb(
            ask.DeclineDecision,
            lambda s, c, at, e: e or [watch_facts.LevelHeeded(at=at, decision=c.decision, level="I")],
            watch_decide.VERBS,
        ),
    ),
    "a card is answered and forgets to wait": (Room, named(cards, "_sooner", lambda known, other: None)),
}


def _moving(right: Any) -> Any:
    def wrong(state: Any, event: Any) -> None:
        right(state, event)
        activation = state.activations[event.activation]
        for level in activation.since:
            activation.since[level] = event.effective_at

    return wrong


def _without_keep(right: Any) -> Any:
    def wrong(state: Any, wish: Any, at: Any) -> Any:
        events = list(right(state, wish, at))
        keys = {wanted.key for wanted in wish.desired}
        order = next((event.order for event in events if isinstance(event, facts.OrderIssued)), "")
        kept = [
            task.key
            for task in state.tasks.values()
            if order and task.key not in keys and task.wanted.on_lower == "keep" and task.now in docket.LIVE
        ]
        down = [facts.TaskStoodDown(at=at, order=order, task=key, now="stood-down") for key in kept]
        return [*events, *down]

    return wrong


@pytest.mark.parametrize("fault", FAULTS)
def test_every_planted_fault_is_found(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    machine, plant = FAULTS[fault]
    plant(monkeypatch)
    with pytest.raises((AssertionError, KeyError)):  # a law speaks, or the board has lost what it needs
        run_state_machine_as_test(machine, settings=QUICK)


def test_twenty_faults_are_planted() -> None:
    assert len(FAULTS) >= 20
