"""What the rooms of the command have in common: every verb, every fold, kinds of their own, states that come back."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest

from coord.events import Decider, StreamId
from coord.incidents.decide import INCIDENT
from coord.incidents.exchange import decide as exchange_decide
from coord.incidents.exchange import fold as exchange_fold
from coord.incidents.exchange.commands import ExchangeCommand
from coord.incidents.ledgers import decide as ledgers_decide
from coord.incidents.ledgers import fold as ledgers_fold
from coord.incidents.ledgers.commands import LedgerCommand
from coord.incidents.measures import decide as measures_decide
from coord.incidents.measures import fold as measures_fold
from coord.incidents.measures.commands import MeasureCommand
from coord.incidents.watch.decide import WATCH
from coord.incidents.zones import decide as zones_decide
from coord.incidents.zones import fold as zones_fold
from coord.incidents.zones.commands import ZoneCommand
from coord.store.codec import Codec, dump, load
from tests.incidents.measures.test_stories import pulled
from tests.incidents.test_six_weeks import six_weeks

DECIDERS: tuple[Decider[Any, Any, Any], ...] = (
    measures_decide.MEASURES,
    ledgers_decide.LEDGER,
    zones_decide.ZONES,
    exchange_decide.EXCHANGE,
)
TABLES = [
    (measures_decide, measures_fold, MeasureCommand),
    (ledgers_decide, ledgers_fold, LedgerCommand),
    (zones_decide, zones_fold, ZoneCommand),
    (exchange_decide, exchange_fold, ExchangeCommand),
]
DOCS = (Path(__file__).parents[2] / "docs" / "command.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("decide", "fold", "command"), TABLES, ids=["measures", "ledger", "zones", "exchange"])
def test_every_command_has_its_verb_and_every_event_its_fold(decide: Any, fold: Any, command: Any) -> None:
    assert set(get_args(command)) == set(decide.VERBS)
    assert set(decide.KINDS.values()) == set(fold.FOLDS)


def test_kinds_are_their_own_and_documented() -> None:
    every: list[Decider[Any, Any, Any]] = [INCIDENT, WATCH, *DECIDERS]
    codec = Codec.merge(*(one.kinds for one in every))
    assert len(codec.kinds) == sum(len(one.kinds) for one in every)
    assert [kind for one in DECIDERS for kind in one.kinds if f"`{kind}`" not in DOCS] == []


@pytest.mark.parametrize("decider", DECIDERS, ids=lambda one: str(one.room))
def test_a_state_comes_back_from_a_snapshot_and_an_event_from_the_log(decider: Decider[Any, Any, Any]) -> None:
    codec = Codec(decider.kinds)
    log = pulled().log if decider.room == "measures" else six_weeks()[decider.room].log
    assert [codec.decode(*codec.encode(event)) for event in log] == log
    state = decider.fold(log, decider.initial(StreamId(f"{decider.room}/x")))
    assert load(decider.state, dump(decider.state, state)) == state
