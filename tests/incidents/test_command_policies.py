"""A decision orders its stops, a stop closes its passages, and what took effect is owed to the neighbour."""

from __future__ import annotations

from typing import Any

from coord.events import StreamId, Tick
from coord.geo.commands import WithdrawPassageOrder
from coord.geo.decide import LAYER
from coord.incidents.exchange.commands import OpenExchange, OweSheet
from coord.incidents.measures import commands as stop
from coord.incidents.measures import facts
from coord.incidents.measures.commands import OrderMeasures
from coord.incidents.measures.model import FIVE
from coord.incidents.watch.facts import DecisionActed
from coord.policies import changes_owe_sheets, decisions_order_measures, measures_close_passages
from tests.geo.ground import layer_of
from tests.incidents.exchange.test_exchange import room as exchange_room
from tests.incidents.measures.test_stories import EVE, GOVERNMENT, MORNING, NOON, SEVEN, local, room

MEASURES, EXCHANGE, LAYERS = StreamId("measures/x"), StreamId("exchange/x"), StreamId("layer/passages")


def test_what_was_decided_on_a_card_is_ordered_with_its_times() -> None:
    acted = DecisionActed(
        at=EVE, by="chief", happened_at=EVE, decision="D-1", action="take-measures", authority=GOVERNMENT,
        measures=FIVE, decided_at=EVE, announced_at=EVE, effective_at=SEVEN, reason="signal", hazard="typhoon",
    )  # fmt: skip
    (sent,) = decisions_order_measures(acted, MEASURES)
    assert isinstance(sent.command, OrderMeasures)
    play = room()
    assert len(play(sent.command, EVE)) == 5
    assert play(sent.command, EVE) == [], "the same reaction twice is one"
    assert {(m.effective_at, m.decision) for m in play.state.measures.values()} == {(SEVEN, "D-1")}


def test_a_passage_closes_moves_and_reopens_with_the_stop_that_names_it() -> None:
    layer: Any = layer_of("passages")
    play, at = room(), {"P-1": LAYERS}

    def follow(command: Any, when: Any) -> None:
        for event in play(command, when):
            services = play.state.measures[event.measure].services
            for sent in measures_close_passages(event, services, at):
                assert sent.stream == LAYERS
                for fact in LAYER.decide(layer, sent.command, when):
                    LAYER.evolve(layer, fact)
        for fact in LAYER.decide(layer, Tick(when), when):
            LAYER.evolve(layer, fact)

    order = stop.OrderMeasures(
        stops=("stop-transport",), authority=GOVERNMENT, basis="plan", services=("P-1", "bus"), effective_at=SEVEN
    )
    follow(order, EVE)
    follow(stop.MoveMeasures(order="MO-1", authority=GOVERNMENT, effective_at=NOON), MORNING)
    assert layer.passages["P-1"].state == "open"
    follow(Tick(NOON), NOON)
    assert layer.passages["P-1"].state == "closed"
    follow(stop.LiftMeasure(measure="M-1", authority=GOVERNMENT, effective_at=local(24, 23)), local(24, 16))
    assert layer.passages["P-1"].state == "closed"
    follow(Tick(local(24, 23)), local(24, 23))
    assert layer.passages["P-1"].state == "open"


def test_a_withdrawn_stop_takes_its_closure_back() -> None:
    event = facts.MeasureWithdrawn(at=EVE, by="chief", measure="M-1", authority="x", reason="forecast")
    (sent,) = measures_close_passages(event, ("P-1",), {"P-1": LAYERS})
    assert sent.command == WithdrawPassageOrder("P-1", "M-1", "chief")
    assert measures_close_passages(event, ("bus",), {"P-1": LAYERS}) == []


def test_what_took_effect_is_owed_to_every_neighbour_once() -> None:
    event = facts.MeasureTookEffect(at=NOON, measure="M-1", effective_at=NOON)
    sent = changes_owe_sheets(event, ["macao", "zhuhai"], EXCHANGE)
    assert [(one.stream, one.command.neighbour) for one in sent] == [(EXCHANGE, "macao"), (EXCHANGE, "zhuhai")]
    play = exchange_room()
    play(OpenExchange(neighbour="zhuhai"), NOON)
    assert all(isinstance(one.command, OweSheet) and len(play(one.command, NOON)) == 1 for one in sent)
    assert [play(one.command, NOON) for one in sent] == [[], []]
    told = facts.MeasureAnnounced(at=NOON, measure="M-1", announced_at=NOON)
    assert changes_owe_sheets(told, ["macao"], EXCHANGE) == []
