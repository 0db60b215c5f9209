"""Bridges, tunnels, port halls: decided, announced, in force, until (P-6, P-7).

The order that took effect last holds. One with the state ``open`` ends all
before it; one whose time ends gives way to the one below, or to ``open``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from coord.errors import NotFound, Refused
from coord.geo.commands.passages import OrderPassage, PassageWish, WithdrawPassageOrder
from coord.geo.facts.passages import (
    PassageChanged,
    PassageFact,
    PassageOrdered,
    PassageOrderWithdrawn,
    PassageReviewDue,
)
from coord.geo.layer import Layer, PassageNow, Standing, find
from coord.geo.model import Passage
from coord.geo.terms import PassageState


def decide_passage(layer: Layer, wish: PassageWish, at: datetime) -> Sequence[PassageFact]:
    """Return what follows from *wish*; an order whose time has come takes effect in the same append."""
    find(layer, wish.passage, Passage)
    now = layer.passages.get(wish.passage, PassageNow())
    known = now.orders.get(wish.order)
    match wish:
        case OrderPassage():
            return _order(now, known, wish, at)
        case WithdrawPassageOrder(passage, order, by):
            if known is None:
                raise NotFound(f"{passage} has no order {order}")
            if order in now.in_force:
                raise Refused(f"{order} is in force; order {passage} open instead", "already-in-force")
            return [PassageOrderWithdrawn(passage, order, by)]
        case _:
            assert_never(wish)


def _order(now: PassageNow, known: Standing | None, wish: OrderPassage, at: datetime) -> Sequence[PassageFact]:
    if wish.until is not None and wish.until <= wish.effective_at:
        raise Refused("it would end before it begins", "ends-before-it-begins")
    was = None
    if known is not None:
        if standing(wish, known.was_effective_at) == known:
            return []
        if wish.order in now.in_force:
            raise Refused(f"{wish.order} is in force; give a new order", "already-in-force")
        moved = known.effective_at != wish.effective_at
        was = known.effective_at if moved else known.was_effective_at
    facts: list[PassageFact] = [
        PassageOrdered(
            wish.passage, wish.order, wish.state, wish.decided_at, wish.effective_at, wish.authority,
            wish.announced_at, wish.until, wish.review_at, wish.reason, was,
        )
    ]  # fmt: skip
    if wish.effective_at <= at and (wish.until is None or wish.until > at):
        facts.append(PassageChanged(wish.passage, wish.order, now.state, wish.state, wish.effective_at))
    return facts


def standing(wish: OrderPassage | PassageOrdered, was: datetime | None) -> Standing:
    """Return what stands in the books after *wish*."""
    return Standing(
        wish.state, wish.decided_at, wish.effective_at, wish.authority, wish.announced_at, wish.until, wish.review_at,
        wish.reason, was,
    )  # fmt: skip


def due_change(layer: Layer, passage: str, order: str, what: str, due: datetime) -> PassageFact:
    """Return what happens to *passage* when the ``start``, ``end`` or ``review`` of *order* is due."""
    now = layer.passages[passage]
    if what == "review":
        return PassageReviewDue(passage, order, due)
    after = now.orders[order].state if what == "start" else _below(now, order)
    return PassageChanged(passage, order, now.state, after, due)


def _below(now: PassageNow, ended: str) -> PassageState:
    rest = [order for order in now.in_force if order != ended]
    return now.orders[rest[-1]].state if rest else "open"


def holding_at(now: PassageNow, when: datetime) -> Standing | None:
    """Return the order that will hold at *when*, after all that is ordered so far; None when nothing does."""
    holds = None
    for order in sorted(now.orders.values(), key=lambda order: order.effective_at):
        if order.effective_at <= when and (order.state == "open" or order.until is None or order.until > when):
            holds = order
    return holds


def state_at(now: PassageNow, when: datetime) -> PassageState:
    """Return in which state a passage will be at *when*."""
    holds = holding_at(now, when)
    return "open" if holds is None else holds.state


def evolve_passage(layer: Layer, fact: PassageFact) -> None:
    """Change *layer* in place as *fact* says."""
    now = layer.passages.setdefault(fact.passage, PassageNow())
    key = f"passage/{fact.passage}/{fact.order}"
    match fact:
        case PassageOrdered():
            now.orders[fact.order] = standing(fact, fact.was_effective_at)
            _wait(layer, key, "start", None if fact.until and fact.until <= fact.effective_at else fact.effective_at)
            _wait(layer, key, "review", fact.review_at)
        case PassageOrderWithdrawn():
            del now.orders[fact.order]
            for what in ("start", "end", "review"):
                layer.clocks.clear(f"{key}/{what}")
        case PassageChanged():
            _change(layer, now, fact, key)
        case PassageReviewDue():
            layer.clocks.clear(f"{key}/review")
        case _:
            assert_never(fact)


def _change(layer: Layer, now: PassageNow, fact: PassageChanged, key: str) -> None:
    now.state, now.since = fact.now, fact.effective_at
    if fact.order in now.in_force:
        now.in_force.remove(fact.order)
        layer.clocks.clear(f"{key}/end")
        return
    order = now.orders[fact.order]
    layer.clocks.clear(f"{key}/start")
    if order.state == "open":
        for ended in now.in_force:
            layer.clocks.clear(f"passage/{fact.passage}/{ended}/end")
            layer.clocks.clear(f"passage/{fact.passage}/{ended}/review")
        now.in_force.clear()
    now.in_force.append(fact.order)
    _wait(layer, key, "end", order.until)


def _wait(layer: Layer, key: str, what: str, due: datetime | None) -> None:
    if due is None:
        layer.clocks.clear(f"{key}/{what}")
    else:
        layer.clocks.set(f"{key}/{what}", due)
