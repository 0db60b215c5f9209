"""A bridge is what was ordered for it, at the second it was ordered for."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coord.errors import NotFound, Refused
from coord.events import Tick
from coord.geo.board import passage_lines, route_clashes
from coord.geo.commands import OrderPassage, WithdrawPassageOrder
from coord.geo.facts import PassageChanged, PassageOrdered, PassageReviewDue
from coord.geo.layer import Layer
from coord.geo.model import Household
from coord.geo.rules.passages import state_at
from coord.geo.sample import sample_register
from coord.geo.terms import PassageState
from tests.geo.ground import HOUR, MINUTE, NOON, layer_of, play

AUTHORITY = "Zhuhai traffic authority"


def order(
    passage: str = "P-1",
    name: str = "O-1",
    state: PassageState = "closed",
    hours: float = 3,
    until: float | None = None,
    review: float | None = None,
) -> OrderPassage:
    def when(of: float | None) -> datetime | None:
        return None if of is None else NOON + of * HOUR

    return OrderPassage(
        passage, name, state, NOON, NOON + hours * HOUR, AUTHORITY, NOON, when(until), when(review)
    )  # fmt: skip


def state(layer: Layer, passage: str = "P-1") -> str:
    return layer.passages[passage].state


def test_three_bridges_close_at_15_00_and_two_tunnels_stay_open() -> None:
    layer = layer_of("passages")
    for passage in ("P-1", "P-2", "P-3"):
        play(layer, order(passage, "ragasa"))
    due = NOON + 3 * HOUR
    assert [line.state for line in passage_lines(layer)] == ["open"] * 8
    assert layer.clocks.next() == due
    assert len(play(layer, Tick(due), due)) == 3
    assert {line.passage: line.state for line in passage_lines(layer)} == dict.fromkeys(
        ("P-1", "P-2", "P-3"), "closed"
    ) | dict.fromkeys(("P-4", "P-5", "P-6", "P-7", "P-8"), "open")


def test_an_order_that_is_pulled_forward_shows_what_it_was() -> None:
    layer = layer_of("passages")
    play(layer, order(hours=7))
    facts = play(layer, order(hours=0.5))
    assert isinstance(facts[0], PassageOrdered)
    assert facts[0].was_effective_at == NOON + 7 * HOUR
    line = passage_lines(layer)[0]
    assert (line.next_at, line.next_was) == (NOON + HOUR / 2, NOON + 7 * HOUR)
    assert play(layer, order(hours=0.5)) == []
    assert play(layer, Tick(NOON + HOUR), NOON + HOUR) == [
        PassageChanged("P-1", "O-1", "open", "closed", NOON + HOUR / 2)
    ]


def test_an_order_recorded_late_takes_effect_in_the_same_append() -> None:
    layer = layer_of("passages")
    facts = play(layer, order(hours=-1))
    assert facts[1] == PassageChanged("P-1", "O-1", "open", "closed", NOON - HOUR)
    assert len(layer.clocks) == 0


def test_an_order_whose_time_ends_gives_way_to_the_one_below() -> None:
    layer = layer_of("passages")
    play(layer, order(name="A", state="restricted", hours=1))
    play(layer, order(name="B", hours=2, until=4))
    for hours, expected in ((1, "restricted"), (2, "closed"), (4, "restricted")):
        play(layer, Tick(NOON + hours * HOUR), NOON + hours * HOUR)
        assert state(layer) == expected


def test_opening_ends_all_orders_before_it() -> None:
    layer = layer_of("passages")
    play(layer, order(name="A", state="restricted", hours=1))
    play(layer, order(name="B", hours=2, until=9, review=3))
    play(layer, order(name="C", state="open", hours=3))
    play(layer, Tick(NOON + 3 * HOUR), NOON + 3 * HOUR)
    assert state(layer) == "open"
    assert len(layer.clocks) == 0


orders = st.builds(
    order,
    name=st.sampled_from("ABCD"),
    state=st.sampled_from(["open", "restricted", "closed"]),
    hours=st.integers(0, 12),
    until=st.none() | st.integers(1, 14),
    review=st.none() | st.integers(1, 14),
)


@settings(deadline=None)
@given(st.lists(orders, max_size=6), st.lists(st.integers(0, 30), max_size=6).map(sorted))
def test_however_late_the_clock_ticks_the_state_is_what_the_orders_say(
    some: list[OrderPassage], ticks: list[int]
) -> None:
    layer = layer_of("passages")
    for wish in some:
        try:
            play(layer, wish, NOON - HOUR)
        except Refused:
            continue
    for half_hours in ticks:
        at = NOON + half_hours * HOUR / 2
        play(layer, Tick(at), at)
        now = layer.passages.get("P-1")
        if now is not None and not _tied(now.orders.values()):
            assert now.state == state_at(now, at)


def _tied(orders: object) -> bool:
    times = [order.effective_at for order in orders]  # type: ignore[attr-defined]
    return len(times) != len(set(times))


@settings(deadline=None)
@given(st.lists(orders, max_size=6), st.integers(0, 30))
def test_one_late_tick_and_many_punctual_ones_end_in_the_same_state(some: list[OrderPassage], half_hours: int) -> None:
    one, many = layer_of("passages"), layer_of("passages")
    for wish in some:
        try:
            play(one, wish, NOON - HOUR)
        except Refused:
            continue
        play(many, wish, NOON - HOUR)
    for step in range(half_hours + 1):
        play(many, Tick(NOON + step * HOUR / 2), NOON + step * HOUR / 2)
    play(one, Tick(NOON + half_hours * HOUR / 2), NOON + half_hours * HOUR / 2)
    assert one == many


def test_a_review_is_due_once() -> None:
    layer = layer_of("passages")
    play(layer, order(hours=-1, review=2))
    at = NOON + 2 * HOUR
    assert play(layer, Tick(at), at) == [PassageReviewDue("P-1", "O-1", at)]
    assert play(layer, Tick(at), at) == []


def test_an_order_in_force_is_neither_amended_nor_withdrawn() -> None:
    layer = layer_of("passages")
    play(layer, order(hours=-1))
    for wish in (order(hours=5), WithdrawPassageOrder("P-1", "O-1", "duty")):
        with pytest.raises(Refused) as refused:
            play(layer, wish)
        assert refused.value.code == "already-in-force"


def test_a_withdrawn_order_never_takes_effect() -> None:
    layer = layer_of("passages")
    play(layer, order(until=5, review=4))
    play(layer, WithdrawPassageOrder("P-1", "O-1", "duty"))
    assert len(layer.clocks) == 0
    with pytest.raises(NotFound):
        play(layer, WithdrawPassageOrder("P-1", "O-1", "duty"))


def test_an_order_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(Refused, match="end before"):
        play(layer_of("passages"), order(hours=3, until=2))


def test_eleven_households_learn_that_their_bridge_closes_before_their_18_00() -> None:
    layer = layer_of("passages")
    for passage in ("P-1", "P-2", "P-3"):
        play(layer, order(passage, "ragasa"))
    households = [home for home in sample_register("households") if isinstance(home, Household)]
    clashes = route_clashes(households, layer, NOON + 6 * HOUR)
    assert len({clash.household for clash in clashes}) == 11
    assert {clash.closes_at for clash in clashes} == {NOON + 3 * HOUR}
    assert route_clashes(households, layer, NOON + 3 * HOUR - MINUTE) == []
