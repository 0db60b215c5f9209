"""What a layer waits for, and what follows when its time has come.

| key | waits for |
|---|---|
| ``visit/{point}`` | the next inspection of a point |
| ``fault/{fault}`` | the cure, or the look at it |
| ``transfer/{transfer}`` | everybody to be confirmed |
| ``gauge/{gauge}`` | the next word of a gauge |
| ``passage/{passage}/{order}/start``, ``end``, ``review`` | an order to take effect, to end, to be looked at again |
"""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime

from coord.events import Clocks, Deadline
from coord.geo.facts import GeoFact, PassageFact
from coord.geo.layer import Layer
from coord.geo.rules.faults import overdue
from coord.geo.rules.gauges import silent
from coord.geo.rules.passages import due_change, evolve_passage
from coord.geo.rules.transfer import late
from coord.geo.rules.visits import missed


def fired(layer: Layer, at: datetime) -> list[GeoFact]:
    """Return all that is due at *at*."""
    return [*_ticks(layer, at), *_passage_ticks(layer, at)]


def _ticks(layer: Layer, at: datetime) -> list[GeoFact]:
    facts: list[GeoFact] = []
    for deadline in layer.clocks.due(at):
        what, _, one = deadline.key.partition("/")
        match what:
            case "visit":
                facts.append(missed(layer, one, deadline.due, at))
            case "fault":
                facts.append(overdue(layer, one, deadline.due))
            case "transfer":
                facts.append(late(layer, one, deadline.due))
            case "gauge":
                facts.append(silent(layer, one))
            case _:
                pass  # passages follow, one after another
    return facts


def _passage_ticks(layer: Layer, at: datetime) -> list[PassageFact]:
    """Return what becomes due at the passages, each on top of what became due before it."""
    due = {_passage(deadline) for deadline in layer.clocks.due(at)} - {""}
    if not due:
        return []
    waits = {deadline.key: deadline.due for deadline in layer.clocks if _passage(deadline) in due}
    scratch = Layer(layer.register, passages={one: deepcopy(layer.passages[one]) for one in due}, clocks=Clocks(waits))
    facts: list[PassageFact] = []
    while ready := scratch.clocks.due(at):
        _, passage, order, what = ready[0].key.split("/")
        facts.append(due_change(scratch, passage, order, what, ready[0].due))
        evolve_passage(scratch, facts[-1])
    return facts


def _passage(deadline: Deadline) -> str:
    return deadline.key.split("/")[1] if deadline.key.startswith("passage/") else ""
