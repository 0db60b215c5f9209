"""Control zones: set with a notice and a term, eased step by step, never ended or prolonged in silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args

from coord.errors import NotFound, Refused
from coord.incidents.decided import picked
from coord.incidents.spans import span
from coord.incidents.times import sane
from coord.incidents.zones import commands as do
from coord.incidents.zones.deadlines import stepped
from coord.incidents.zones.facts import (
    Extent,
    Tier,
    ZoneEvent,
    ZonePassEnded,
    ZonePassIssued,
    ZoneProlonged,
    ZoneStepOrdered,
    ZoneStepWithdrawn,
)
from coord.incidents.zones.fold import step_of
from coord.incidents.zones.model import TIERS, Zone, Zones, tier_rank

REVIEW_AHEAD = timedelta(hours=24)
"""How long before its term a zone is brought up for decision (P-17)."""


def set_(state: Zones, wish: do.SetZone, at: datetime) -> Sequence[ZoneEvent]:
    """Set a zone. One place is one zone: another tier for it is a step."""
    if not wish.place or wish.extent not in get_args(Extent):
        raise Refused("say which building, estate or community", "zone-unfit")
    for known in state.zones.values():
        if known.place == wish.place and known.state in {"decided", "in-force"}:
            if _holds(known, wish):
                return []
            raise Refused(f"{wish.place} is zone {known.id} already; take a step there", "zone-exists")
    zone = Zone(f"Z-{len(state.zones) + 1}", wish.place, wish.extent)
    return _ordered(zone, wish, wish.tier, at)


def step(state: Zones, wish: do.StepZone, at: datetime) -> Sequence[ZoneEvent]:
    """Go to another tier: up by any step, down one at a time."""
    zone = _live(state, wish.zone)
    if _holds(zone, wish):
        return []
    if tier_rank(wish.tier) < tier_rank(zone.tier) - 1:
        raise Refused(f"{zone.id} is at {zone.tier}; it is eased one step at a time", "step-skipped")
    return _ordered(zone, wish, wish.tier, at)


def lift(state: Zones, wish: do.LiftZone, at: datetime) -> Sequence[ZoneEvent]:
    """End a zone of the mildest tier; one that is lifted is lifted."""
    zone = _zone(state, wish.zone)
    pending_lift = zone.pending is not None and zone.pending.tier is None
    if zone.state == "lifted" or (pending_lift and wish.effective_at == zone.pending.effective_at):  # type: ignore[union-attr]
        return []
    zone = _live(state, wish.zone)
    if zone.state != "in-force":
        raise Refused(f"{zone.id} is not in force; withdraw it", "not-in-force")
    if tier_rank(zone.tier) > 1:
        raise Refused(f"{zone.id} is at {zone.tier}; it is eased one step at a time", "step-skipped")
    return _ordered(zone, wish, None, at)


Asked = do.SetZone | do.StepZone | do.LiftZone


def _holds(zone: Zone, wish: do.SetZone | do.StepZone) -> bool:
    """Whether what *wish* says is ordered already."""
    said = zone.pending or zone.now
    return said is not None and (said.tier, said.notice, said.until, said.measures) == (
        wish.tier,
        wish.notice,
        wish.until,
        wish.measures,
    )


@dataclass(frozen=True, slots=True)
class _Terms:
    measures: tuple[str, ...]
    until: datetime | None


def _ordered(zone: Zone, wish: Asked, tier: Tier | None, at: datetime) -> Sequence[ZoneEvent]:
    picked(wish.reason)
    if tier is not None and tier not in TIERS:
        raise Refused(f"{tier} is not one of {', '.join(TIERS)}", "zone-unfit")
    _said(wish.notice, wish.authority)
    terms = _Terms((), None) if isinstance(wish, do.LiftZone) else _Terms(wish.measures, wish.until)
    if tier is not None and terms.until is None:
        raise Refused("a zone needs a term: until when?", "term-missing")
    times = span(at, wish.decided_at, wish.announced_at, wish.effective_at, terms.until)
    if times.until is not None and times.until <= at:
        raise Refused("its term is over already", "ends-before-it-begins")
    ordered = ZoneStepOrdered(
        at=at,
        by=wish.by,
        zone=zone.id,
        place=zone.place,
        extent=zone.extent,
        tier=tier,
        was_tier=zone.tier,
        measures=terms.measures,
        notice=wish.notice,
        authority=wish.authority,
        reason=wish.reason,
        decided_at=times.decided_at,
        announced_at=times.announced_at,
        effective_at=times.effective_at,
        was_effective_at=zone.pending.effective_at if zone.pending else None,
        until=times.until,
        review_at=max(times.effective_at, times.until - REVIEW_AHEAD) if times.until else None,
        text=wish.text,
    )
    if times.effective_at > at:
        return [ordered]
    begun = Zone(zone.id, zone.place, zone.extent, pending=step_of(ordered))
    return [ordered, *stepped(begun, at, wish.by)]


def prolong(state: Zones, wish: do.ProlongZone, at: datetime) -> Sequence[ZoneEvent]:
    """Keep a zone as it is until another time."""
    zone = _live(state, wish.zone)
    now = zone.now
    if now is None:
        raise Refused(f"{zone.id} is not in force; order the step anew", "not-in-force")
    _said(wish.notice, wish.authority)
    until = sane(wish.until, at, "until")
    if until <= at:
        raise Refused("the new term is over already", "ends-before-it-begins")
    if until == now.until:
        return []
    return [
        ZoneProlonged(
            at=at,
            by=wish.by,
            zone=zone.id,
            authority=wish.authority,
            until=until,
            was_until=now.until,
            review_at=max(at, until - REVIEW_AHEAD),
            notice=wish.notice,
        )
    ]


def withdraw(state: Zones, wish: do.WithdrawZoneStep, at: datetime) -> Sequence[ZoneEvent]:
    """Take a step back that is not in force."""
    picked(wish.reason)
    zone = _zone(state, wish.zone)
    if zone.pending is None:
        raise Refused(f"nothing is to come for {zone.id}; what is in force is eased step by step", "not-pending")
    return [ZoneStepWithdrawn(at=at, by=wish.by, zone=zone.id, authority=wish.authority, reason=wish.reason)]


def issue_pass(state: Zones, wish: do.IssueZonePass, at: datetime) -> Sequence[ZoneEvent]:
    """Let somebody in or out until a time."""
    zone = _live(state, wish.zone)
    if not wish.holder or not wish.purpose:
        raise Refused("a pass says who and what for", "pass-unfit")
    if wish.until is None:
        raise Refused("a pass needs a term: until when?", "term-missing")
    until = sane(wish.until, at, "until")
    if until <= at:
        raise Refused("it would end before it begins", "ends-before-it-begins")
    said = (zone.id, wish.holder, wish.purpose, until)
    if any((p.zone, p.holder, p.purpose, p.until) == said and p.ended_at is None for p in state.passes.values()):
        return []
    return [
        ZonePassIssued(
            at=at,
            by=wish.by,
            zone=zone.id,
            zone_pass=f"P-{len(state.passes) + 1}",
            holder=wish.holder,
            purpose=wish.purpose,
            until=until,
        )
    ]


def revoke_pass(state: Zones, wish: do.RevokeZonePass, at: datetime) -> Sequence[ZoneEvent]:
    """Take a pass back; one that is over is over."""
    if (known := state.passes.get(wish.zone_pass)) is None:
        raise NotFound(f"there is no pass {wish.zone_pass}")
    return [] if known.ended_at else [ZonePassEnded(at=at, by=wish.by, zone=known.zone, zone_pass=known.id)]


def _said(notice: str, authority: str) -> None:
    if not notice:
        raise Refused("every step of a zone has the number of its notice", "notice-missing")
    if not authority:
        raise Refused("say who decides it", "wrong-authority")


def _zone(state: Zones, name: str) -> Zone:
    if name not in state.zones:
        raise NotFound(f"there is no zone {name}")
    return state.zones[name]


def _live(state: Zones, name: str) -> Zone:
    zone = _zone(state, name)
    if zone.state not in {"decided", "in-force"}:
        raise Refused(f"{zone.id} is {zone.state}", "zone-over")
    return zone
