"""Laws of the reconcile: level-triggered, idempotent, and never a loss of work that somebody has taken up."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coord.errors import Refused
from coord.events import Tick
from coord.incidents import commands as do
from coord.incidents import facts
from coord.incidents.board import keys, row, touched
from coord.incidents.deadlines import expected_clocks
from coord.incidents.decide import INCIDENT
from coord.incidents.docket import LIVE
from coord.incidents.levels import activation_key, situation
from coord.incidents.model import Incident
from coord.incidents.preview import preview, summary, what_if
from coord.plans.wanted import LEVELS, Level, Wanted, rank
from tests.incidents.duties import HOUR, MINUTE, NOON, desired, plain
from tests.incidents.play import Play

BOTH = st.tuples(st.sampled_from(LEVELS), st.sampled_from(LEVELS))
TASKS = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8).map(
    lambda ids: plain([f"{name}/-/1" for name in ids], ["RES", "TRA"])
)


def board() -> Play:
    """Return an open incident with nothing on it."""
    play = Play(INCIDENT, expected_clocks, keys, row, touched)
    play(do.OpenIncident(hazard="typhoon"), NOON)
    return play


def start(plan: str, level: Level) -> do.StartLevel:
    return do.StartLevel(plan=plan, digest=plan, hazard=plan, area="all", level=level, reason="signal")


def settle(play: Play) -> list[object]:
    """Bring the board to what the sample book wants."""
    wanted, until = desired(situation(play.state, NOON))
    return play(do.Reconcile(desired=wanted, until=until, seen=play.state.seen + 1), NOON)


def open_tasks(state: Incident) -> dict[str, tuple[Wanted, tuple[str, ...]]]:
    return {key: (task.wanted, tuple(sorted(task.rows))) for key, task in state.tasks.items() if task.now in LIVE}


@given(TASKS, TASKS)
def test_reconciling_twice_changes_nothing(first: tuple[Wanted, ...], then: tuple[Wanted, ...]) -> None:
    play = board()
    play(do.Reconcile(desired=first, seen=1), NOON)
    command = do.Reconcile(desired=then, seen=2)
    play(command, NOON)
    assert play(command, NOON + MINUTE) == []
    assert set(open_tasks(play.state)) == {wanted.key for wanted in then}
    (marker,) = play(do.Reconcile(desired=then, seen=3), NOON + MINUTE)
    assert isinstance(marker, facts.Reconciled)


@given(TASKS, TASKS)
def test_what_was_computed_earlier_is_ignored_when_it_comes_later(
    first: tuple[Wanted, ...], then: tuple[Wanted, ...]
) -> None:
    play = board()
    play(do.Reconcile(desired=then, seen=9), NOON)
    assert play(do.Reconcile(desired=first, seen=8), NOON) == []
    assert play(do.Reconcile(desired=first, seen=10, revision=play.state.revision + 1), NOON) == []


@given(BOTH)
def test_the_order_of_activation_makes_no_difference(levels: tuple[Level, Level]) -> None:
    boards = []
    for order in permutations([start("typhoon", levels[0]), start("rain", levels[1])]):
        play = board()
        for command in order:
            play(command, NOON)
            settle(play)
        boards.append(open_tasks(play.state))
    assert boards[0] == boards[1]


@given(BOTH, st.booleans())
def test_raising_then_lowering_gives_back_the_same_open_tasks(levels: tuple[Level, Level], answered: bool) -> None:
    low, high = sorted(levels, key=rank)
    play = board()
    play(start("typhoon", low), NOON)
    settle(play)
    before = open_tasks(play.state)
    if low == high:
        return
    key = activation_key("typhoon", "typhoon", "all")
    play(do.ChangeLevel(activation=key, level=high, reason="signal"), NOON)
    settle(play)
    raised = set(open_tasks(play.state)) - set(before)
    if answered:
        for order in list(play.state.orders.values()):
            play(do.AcknowledgeOrder(order=order.id, group=order.group), NOON)
    play(do.ChangeLevel(activation=key, level=low, reason="forecast"), NOON)
    settle(play)
    after = open_tasks(play.state)
    kept = {task for task in raised if play.state.tasks[task].wanted.on_lower == "keep"}
    assert {key: task for key, task in after.items() if key not in kept} == before
    for task in raised - kept:
        assert play.state.tasks[task].now == ("standing-down" if answered else "stood-down")


@given(BOTH)
def test_a_preview_says_exactly_what_will_happen(levels: tuple[Level, Level]) -> None:
    play = board()
    play(start("typhoon", levels[0]), NOON)
    settle(play)
    before = play.rows()
    command = start("rain", levels[1])
    wanted, until = desired(situation(what_if(play.state, [command], NOON), NOON))
    wish = do.Reconcile(desired=wanted, until=until, seen=play.state.seen + 1)
    said = preview(play.state, wish, NOON)
    assert play.rows() == before
    play(command, NOON)
    summed = summary(play.state, play.decider.decide(play.state, wish, NOON), NOON)
    assert said == summed
    events = play(wish, NOON)
    assert len(said.orders) == sum(isinstance(event, facts.OrderIssued) for event in events)


@given(st.sampled_from(LEVELS), st.lists(st.sampled_from(LEVELS), max_size=6))
def test_t_is_the_first_start_of_a_level_in_the_episode(first: Level, then: list[Level]) -> None:
    play = board()
    play(start("typhoon", first), NOON)
    expected = {level: NOON for level in LEVELS if rank(level) <= rank(first)}
    for hours, level in enumerate(then, 1):
        at = NOON + hours * HOUR
        activation = play.state.activations["typhoon/typhoon/all"]
        if level != activation.level:
            play(do.ChangeLevel(activation=activation.key, level=level, reason="signal"), at)
        for lower in LEVELS[: rank(level)]:
            expected.setdefault(lower, at)
    assert situation(play.state, NOON).activations[0].since == expected


def test_a_start_at_two_from_nothing_begins_the_levels_below_it_too() -> None:
    play = board()
    events = play(start("typhoon", "II"), NOON)
    assert events[-1].begins == ("IV", "III", "II")


def test_a_level_decided_for_later_takes_effect_at_its_time() -> None:
    play = board()
    play(replace(start("typhoon", "II"), effective_at=NOON + 7 * HOUR), NOON)
    assert situation(play.state, NOON).activations == ()
    play(do.AmendLevel(activation="typhoon/typhoon/all", reason="milestone", effective_at=NOON + HOUR), NOON)
    shown = play.row(play.state, "activation:typhoon/typhoon/all")
    assert shown is not None
    assert shown["pending"]["effective_at"] == (NOON + HOUR).isoformat()
    assert shown["pending"]["was_effective_at"] == (NOON + 7 * HOUR).isoformat()
    assert play(Tick(NOON + 59 * MINUTE), NOON + 59 * MINUTE) == []
    effect, minutes = play(Tick(NOON + 61 * MINUTE), NOON + 61 * MINUTE)
    assert isinstance(minutes, facts.MinutesOverdue)
    assert (effect.level, effect.effective_at) == ("II", NOON + HOUR)


def test_done_stays_done_and_a_corrected_playbook_orders_it_no_second_time() -> None:
    play = board()
    (task,) = plain(["a/-/1"])
    play(do.Reconcile(desired=(task,), seen=1), NOON)
    play(do.Progress(task="a/-/1", group="RES", step="done"), NOON)
    corrected = plain(["a/-/1"], ["TRA"])
    assert [type(event) for event in play(do.Reconcile(desired=corrected, seen=2), NOON)] == [facts.Reconciled]
    play(do.Reconcile(desired=(), seen=3), NOON)
    assert play.state.tasks["a/-/1"].now == "done"
    again = plain(["a/-/2"])
    assert facts.TaskAssigned in {type(event) for event in play(do.Reconcile(desired=again, seen=4), NOON)}


@pytest.mark.parametrize("late", [2, 60, 600])
def test_a_timer_that_fires_late_calls_one_rung_and_counts_from_now(late: int) -> None:
    play = board()
    play(do.Reconcile(desired=plain(["a/-/1"]), seen=1), NOON)
    at = NOON + (5 + late) * MINUTE
    fired = [event for event in play(Tick(at), at) if isinstance(event, facts.OrderEscalated)]
    assert [(event.rung, event.due) for event in fired] == [(1, at + 2 * MINUTE)]


def test_a_spoken_order_is_read_back() -> None:
    play = board()
    spoken = do.AssignAdHoc(wanted=plain(["adhoc/1"])[0], text="t-1")
    play(spoken, NOON)
    assert play(spoken, NOON) == []
    play(do.AcknowledgeOrder(order="RES-1", group="RES"), NOON)
    assert (play.row(play.state, "order:RES-1") or {})["readback_owed"] is True
    play(do.AcknowledgeOrder(order="RES-1", group="RES", readback=True), NOON)
    assert (play.row(play.state, "order:RES-1") or {})["readback_owed"] is False
    assert play(do.Reconcile(desired=(), seen=1), NOON)[:-1] == [], "no plan calls off what a person ordered"


def test_started_work_is_asked_to_finish_or_return_and_stays_owed_until_it_is_safe() -> None:
    play = board()
    play(do.Reconcile(desired=plain(["a/-/1"]), seen=1), NOON)
    play(do.Progress(task="a/-/1", group="RES", step="departed"), NOON)
    play(do.Reconcile(desired=(), seen=2), NOON)
    shown = play.row(play.state, "task:a/-/1") or {}
    assert (shown["now"], shown["asks"], shown["return_due"]) == ("standing-down", "ask", (NOON + HOUR).isoformat())
    assert [type(e) for e in play(Tick(NOON + HOUR), NOON + HOUR)][-1] is facts.ReturnOverdue
    play(do.AcknowledgeOrder(order="RES-2", group="RES", returned=True, happened_at=NOON + MINUTE), NOON + HOUR)
    assert play.state.tasks["a/-/1"].now == "stood-down"


def test_a_raise_that_orders_a_duty_again_supersedes_and_calls_nobody_back() -> None:
    play = board()
    (first,) = plain(["a/-/1"])
    play(do.Reconcile(desired=(first,), seen=1), NOON)
    play(do.Progress(task="a/-/1", group="RES", step="departed"), NOON)
    second = replace(first, key="a/-/2", occurrence=2)
    play(do.Reconcile(desired=(second,), seen=2), NOON)
    assert (play.state.tasks["a/-/1"].now, play.state.tasks["a/-/1"].why) == ("stood-down", "superseded")
    assert play.state.clocks.get("return:a/-/1") is None
    assert list(play.state.orders["RES-2"].items) == ["a/-/2", "a/-/1"]


def test_desk_work_that_is_called_off_is_over_with_the_answer() -> None:
    play = board()
    desk = replace(plain(["a/-/1"])[0], kind="desk")
    play(do.Reconcile(desired=(desk,), seen=1), NOON)
    play(do.AcknowledgeOrder(order="RES-1", group="RES"), NOON)
    play(do.Reconcile(desired=(), seen=2), NOON)
    assert play.state.tasks["a/-/1"].now == "standing-down"
    assert play.state.clocks.get("return:a/-/1") is None
    play(do.AcknowledgeOrder(order="RES-2", group="RES"), NOON)
    assert play.state.tasks["a/-/1"].now == "stood-down"


def test_people_on_the_road_and_out_of_reach_are_called_back() -> None:
    play = board()
    play(do.Reconcile(desired=plain(["a/-/1"]), seen=1), NOON)
    play(do.Reconcile(desired=(), seen=2), NOON)
    assert play.state.tasks["a/-/1"].now == "stood-down"
    play(do.Progress(task="a/-/1", group="RES", step="departed", happened_at=NOON - MINUTE), NOON + MINUTE)
    assert play.state.tasks["a/-/1"].now == "standing-down"
    assert play.state.clocks.get("return:a/-/1") is not None


def test_an_incident_closes_when_nothing_is_owed_and_waits_for_nothing_then() -> None:
    play = board()
    play(start("typhoon", "IV"), NOON)
    settle(play)
    play(do.EndResponse(activation="typhoon/typhoon/all", reason="danger-over"), NOON)
    with pytest.raises(Refused, match="still owed"):
        play(do.CloseIncident(), NOON)
    play(do.Reconcile(desired=(), seen=9), NOON)
    play(do.CloseIncident(), NOON)
    assert len(play.state.clocks) == 0
    assert play(Tick(NOON + HOUR), NOON + HOUR) == []
    with pytest.raises(Refused, match="closed"):
        play(start("typhoon", "IV"), NOON)
    play.replays()


def test_whoever_sets_out_has_heard() -> None:
    play = board()
    play(do.Reconcile(desired=plain(["a/-/1"]), seen=1), NOON)
    heard, departed = play(do.Progress(task="a/-/1", group="RES", step="departed"), NOON + MINUTE)
    assert (type(heard), type(departed)) == (facts.OrderAcknowledged, facts.TaskProgressed)


def test_a_timer_that_fires_after_the_answer_does_nothing() -> None:
    play = board()
    play(do.Reconcile(desired=plain(["a/-/1"]), seen=1), NOON)
    play(do.AcknowledgeOrder(order="RES-1", group="RES"), NOON + MINUTE)
    assert play(Tick(NOON + 20 * MINUTE), NOON + 20 * MINUTE) == []


def test_a_reassigned_task_is_gone_for_the_one_and_whole_for_the_other() -> None:
    play = board()
    play(do.Reconcile(desired=plain(["a/-/1"]), seen=1), NOON)
    events = play(do.Reassign(task="a/-/1", to="TRA", why="nearer"), NOON)
    assert [type(event) for event in events] == [
        facts.OrderIssued,
        facts.OrderIssued,
        facts.TaskReassigned,
        facts.OrderWithdrawn,
    ]
    shown = play.row(play.state, "task:a/-/1")
    assert shown is not None
    assert (shown["groups"], shown["now"], shown["order"]) == (("TRA",), "open", "TRA-1")
    assert play.state.orders["RES-2"].items["a/-/1"].verb == "stood-down"
    (back,) = play(do.AcknowledgeOrder(order="RES-2", group="RES", returned=True), NOON)
    assert back.returned == ("a/-/1",)
    assert play.state.tasks["a/-/1"].now == "open"
    assert play(do.Reconcile(desired=plain(["a/-/1"]), seen=2), NOON)[:-1] == []
