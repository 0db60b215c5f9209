"""Needs: requested, offered, committed, on the way, arrived, returned; and at any time what is short."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from coord.errors import Forbidden, NotFound, Refused
from coord.incidents.ledgers.commands import AdvanceOffer, AmendNeed, CloseNeed, OfferForNeed, RaiseNeed, WithdrawOffer
from coord.incidents.ledgers.facts import (
    LedgerEvent,
    NeedAmended,
    NeedClosed,
    NeedOffered,
    NeedRaised,
    OfferAdvanced,
    OfferWithdrawn,
)
from coord.incidents.ledgers.model import STAGES, Ledger, Need, Offer
from coord.incidents.said import told
from coord.incidents.times import sane_or_none

MOST = 1e12
"""No amount that can be meant is larger."""


def raise_(state: Ledger, wish: RaiseNeed, at: datetime) -> Sequence[LedgerEvent]:
    """Ask for something; why it is needed is part of asking."""
    if not wish.what or not wish.group:
        raise Refused("say who needs what", "need-unfit")
    _amount(wish.amount)
    _why(wish.why)
    return [
        NeedRaised(
            **told(wish, at),
            need=f"N-{len(state.needs) + 1}",
            group=wish.group,
            what=wish.what,
            amount=wish.amount,
            unit=wish.unit,
            place=wish.place,
            due=_coming(wish.due, at),
            why=wish.why,
            incident=wish.incident,
            text=wish.text,
        )
    ]


def amend(state: Ledger, wish: AmendNeed, at: datetime) -> Sequence[LedgerEvent]:
    """Need another amount, or by another time; a due time left out stays."""
    need = _open(state, wish.need)
    _amount(wish.amount)
    _why(wish.why)
    due = need.due if wish.due is None else _coming(wish.due, at)
    if (wish.amount, due) == (need.amount, need.due):
        return []
    return [NeedAmended(**told(wish, at), need=need.id, amount=wish.amount, due=due, why=wish.why)]


def offer(state: Ledger, wish: OfferForNeed, at: datetime) -> Sequence[LedgerEvent]:
    """Say what could be given; the same offer of the same group is one as long as nothing became of it."""
    need = _open(state, wish.need)
    _amount(wish.amount)
    if not wish.group:
        raise Refused("say who offers it", "need-unfit")
    for known in need.offers.values():
        if (known.group, known.amount, known.now, known.withdrawn) == (wish.group, wish.amount, "offered", ""):
            return []
    number = f"O-{len(need.offers) + 1}"
    return [
        NeedOffered(**told(wish, at), need=need.id, offer=number, group=wish.group, amount=wish.amount, text=wish.text)
    ]


def advance(state: Ledger, wish: AdvanceOffer, at: datetime) -> Sequence[LedgerEvent]:
    """Bring an offer forward, by any jump; what arrived goes back even when the need is over."""
    need = _need(state, wish.need)
    offer = _offer(need, wish.offer, wish.group)
    if wish.now not in STAGES:
        raise Refused(f"{wish.now} is not one of {', '.join(STAGES)}", "unknown-step")
    if STAGES.index(wish.now) < STAGES.index(offer.now):
        raise Refused(f"{offer.id} of {need.id} is {offer.now} already", "step-back")
    amount = offer.amount if wish.amount is None else wish.amount
    _amount(amount)
    eta = offer.eta if wish.eta is None else _coming(wish.eta, at)
    if (wish.now, amount, eta) == (offer.now, offer.amount, offer.eta):
        return []
    return [OfferAdvanced(**told(wish, at), need=need.id, offer=offer.id, now=wish.now, amount=amount, eta=eta)]


def withdraw(state: Ledger, wish: WithdrawOffer, at: datetime) -> Sequence[LedgerEvent]:
    """Take an offer back; what has arrived is returned instead."""
    need = _need(state, wish.need)
    if (known := need.offers.get(wish.offer)) is not None and known.withdrawn:
        return []
    offer = _offer(need, wish.offer, wish.group)
    _why(wish.why)
    if offer.now in {"arrived", "returned"}:
        raise Refused(f"{offer.id} of {need.id} has arrived; it is returned, not withdrawn", "offer-over")
    return [OfferWithdrawn(**told(wish, at), need=need.id, offer=offer.id, why=wish.why)]


def close(state: Ledger, wish: CloseNeed, at: datetime) -> Sequence[LedgerEvent]:
    """Need it no more."""
    need = _need(state, wish.need)
    if need.closed_for:
        return []
    _why(wish.why)
    return [NeedClosed(**told(wish, at), need=need.id, why=wish.why)]


def _coming(due: datetime | None, at: datetime) -> datetime | None:
    due = sane_or_none(due, at, "due")
    if due is not None and due <= at:
        raise Refused(f"{due.isoformat()} is over already", "need-unfit")
    return due


def _amount(amount: float) -> None:
    if not 0 < amount <= MOST:
        raise Refused(f"{amount} is no amount that can be meant", "absurd-figure")


def _why(why: str) -> None:
    if not why:
        raise Refused("say why", "why-missing")


def _need(state: Ledger, name: str) -> Need:
    if name not in state.needs:
        raise NotFound(f"there is no need {name}")
    return state.needs[name]


def _open(state: Ledger, name: str) -> Need:
    need = _need(state, name)
    if need.closed_for:
        raise Refused(f"{need.id} is closed", "need-closed")
    return need


def _offer(need: Need, name: str, group: str) -> Offer:
    if name not in need.offers:
        raise NotFound(f"there is no offer {name} for {need.id}")
    if need.offers[name].group != group:
        raise Forbidden(f"{name} for {need.id} is an offer of {need.offers[name].group}", "not-your-offer")
    if need.offers[name].withdrawn:
        raise Refused(f"{name} for {need.id} was withdrawn", "offer-over")
    return need.offers[name]
