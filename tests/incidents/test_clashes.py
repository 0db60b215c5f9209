"""Two hazards at once: what is booked twice is shown with both clauses; units roll up."""

from __future__ import annotations

from dataclasses import replace

from coord.incidents import commands as do
from coord.incidents.clashes import Booked, clashes
from coord.incidents.units import Tally, tallies
from coord.plans.wanted import Wanted
from tests.incidents.duties import NOON, plain
from tests.incidents.play import Play
from tests.incidents.test_laws import board

KINDS: dict[str, Booked] = {"s1": "shelter", "b1": "passage"}


def task(key: str, clause: str, rows: tuple[str, ...], unit: str = "", group: str = "EVA") -> Wanted:
    return replace(plain([key], [group])[0], rows=rows, unit=unit, sources=(clause,))


def with_tasks(*tasks: Wanted) -> Play:
    play = board()
    play(do.Reconcile(desired=tasks, seen=1), NOON)
    return play


def test_a_typhoon_inside_an_outbreak_shows_the_shelter_that_both_want() -> None:
    play = with_tasks(
        task("open-shelters/-/1", "ty01:open-shelters:§5", ("s1", "s2"), "hengqin-north"),
        task("isolate/-/1", "ep01:isolate:§3", ("s1",), "hengqin-north"),
        task("move/-/1", "ty01:move:§6", ("s1", "b1"), "hengqin-south"),
    )
    found = clashes([play.state], KINDS, ["shelter", "unit"])
    assert [(clash.kind, clash.what, clash.one.task, clash.other.task) for clash in found] == [
        ("shelter", "s1", "isolate/-/1", "move/-/1"),
        ("shelter", "s1", "isolate/-/1", "open-shelters/-/1"),
        ("unit", "EVA/hengqin-north", "isolate/-/1", "open-shelters/-/1"),
    ]
    assert (found[0].one.clauses, found[0].other.clauses) == (("ep01:isolate:§3",), ("ty01:move:§6",))
    assert clashes([play.state], KINDS, ["passage"]) == ()


def test_what_is_done_books_nothing_and_two_incidents_clash_whatever_the_plan() -> None:
    one, other = (with_tasks(task("open-shelters/-/1", "ty01:o:§5", ("s1",))) for _ in range(2))
    other.state.id = "i2"
    assert len(clashes([one.state, other.state], KINDS, ["shelter"])) == 1
    one(do.Progress(task="open-shelters/-/1", group="EVA", step="done", row="s1"), NOON)
    assert clashes([one.state, other.state], KINDS, ["shelter"]) == ()


def test_rows_roll_up_by_unit() -> None:
    play = with_tasks(task("call/-/1", "ty01:c:§1", ("p1", "p2", "p3")), task("joint/-/1", "ty01:j:§1", ()))
    for place, step in (("p1", "done"), ("p2", "departed")):
        play(do.Progress(task="call/-/1", group="EVA", step=step, row=place), NOON)  # type: ignore[arg-type]
    assert tallies(play.state, {"p1": "north", "p2": "north", "p3": "south"}) == (
        Tally("EVA", "", rows=1, unconfirmed=1),
        Tally("EVA", "north", rows=2, done=1, on_the_way=1),
        Tally("EVA", "south", rows=1, unconfirmed=1),
    )
