"""What the adopted plans want of a board: plans by digest, places from the registers, one Reconcile.

Plan sets are content: they lie in the cabinet under their digest, the log only
says which digest was adopted. An incident keeps the digest that it runs on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from coord.errors import NotFound, Refused
from coord.events import StreamId
from coord.handle import Residence, Room
from coord.incidents.commands import Reconcile
from coord.incidents.ladder import GROUP_LADDER, Rung
from coord.incidents.levels import situation
from coord.incidents.model import Incident
from coord.plans.desired import desired
from coord.plans.model import PlanSet
from coord.plans.wanted import Desired, Level, PlaceRow, Situation, Wanted
from coord.store.log import Cabinet

SHELF = "plans"


class Plans:
    """The plan sets of one space, and what they want."""

    def __init__(self, residence: Residence, cabinet: Cabinet, jurisdiction: str) -> None:
        self.residence = residence
        self.cabinet = cabinet
        self.stream = StreamId(f"plans/{jurisdiction}")
        self.sets: dict[str, PlanSet] = {}

    @property
    def digest(self) -> str:
        """The digest of the adopted set, empty when there is none yet."""
        return str(self.residence.room(self.stream).state.adopted)

    def adopted(self) -> PlanSet:
        """Return the adopted set; refused when there is none."""
        if not self.digest:
            raise Refused("no plans are adopted here yet, so no level can be started", "no-plans")
        return self.sets[self.digest]

    async def load(self) -> None:
        """Have the adopted set at hand."""
        if self.digest:
            await self.get(self.digest)

    async def keep(self, plans: PlanSet) -> None:
        """Keep the content of *plans* under its digest."""
        await self.cabinet.put(SHELF, plans.digest, plans.to_json())
        self.sets[plans.digest] = plans

    async def get(self, digest: str) -> PlanSet:
        """Return the set with *digest*."""
        if (plans := self.sets.get(digest)) is None:
            if (sheet := await self.cabinet.get(SHELF, digest)) is None:
                raise NotFound(f"there is no plan set {digest[:12]}")
            plans = self.sets[digest] = PlanSet.from_json(sheet.body)
        return plans

    # -- what is wanted ------------------------------------------------------------------------------------------

    async def wish(self, room: Room) -> Reconcile | None:
        """Return the Reconcile that brings the board of *room* to what the plans want now."""
        state: Incident = room.state
        if not state.activations or state.closed_at is not None:
            return None
        for activation in list(state.activations.values()):
            await self.get(activation.digest)
        wanted = self.wanted(situation(state, self._at(state)))
        return Reconcile(
            by="coord:reconciler",
            desired=wanted.tasks,
            seen=self.residence.position,
            until=wanted.until,
            revision=state.revision,
            cause=cause_of(state),
            ladders=self.ladders(),
        )

    def _at(self, state: Incident) -> datetime:
        """Return the time to want things for: a round that is due now is wanted now, not one sweep later."""
        now = self.residence.now()
        return now if self.residence.last_at is None else max(now, self.residence.last_at)

    def wanted(self, now: Situation) -> Desired:
        """Return what is wanted in *now*, each activation by the plan set that it runs on; all sets are at hand."""
        digests = sorted({force.digest for force in now.activations})
        found: dict[str, Wanted] = {}
        until: list[datetime] = []
        for digest in digests:
            part = Situation(
                now.at,
                tuple(force for force in now.activations if force.digest == digest),
                now.milestones,
                now.properties,
                now.ended_at,
            )
            said = desired(self.sets[digest], part, self.places())
            found |= {task.key: task for task in said.tasks}
            until += [said.until] if said.until else []
        return Desired(tuple(found[key] for key in sorted(found)), min(until, default=None))

    def places(self) -> tuple[PlaceRow, ...]:
        """Return all places of the registers, as plans ask for them."""
        from coord.geo.sample import place_rows  # replaced by the registers on the log

        return tuple(
            PlaceRow(place.id, place.kind, place.unit, tuple(place.areas), tuple(place.marks)) for place in place_rows()
        )

    def ladders(self) -> Mapping[str, tuple[Rung, ...]]:
        """Return the ladder of each group of the adopted plans."""
        if not self.digest or self.digest not in self.sets:
            return {}
        return {
            code: tuple(Rung(rung.post, rung.wait or timedelta(minutes=2)) for rung in group.ladder) or GROUP_LADDER
            for code, group in self.sets[self.digest].groups.items()
        }

    def posts(self) -> Mapping[Level, tuple[str, ...]]:
        """Return who may start each level by the adopted plans."""
        return {
            level: tuple(authority.post for authority in rule.start) for level, rule in self.adopted().levels.items()
        }


def cause_of(state: Incident) -> str:
    """Return the decision on levels that came last, as the orders name it: ``typhoon II``."""
    changes = [
        (activation.last.effective_at, f"{activation.plan} {activation.last.level or 'end'}")
        for activation in state.activations.values()
        if activation.last is not None
    ]
    return max(changes, default=(None, ""))[1]  # type: ignore[type-var]


def marks(room: Room, event: Any) -> bool:
    """Say whether *event* may change what is wanted on the board of *room*."""
    from coord.incidents.reconcile import AFFECTING

    return isinstance(event, AFFECTING)


def spreads(room: Room, event: Any) -> bool:  # noqa: ARG001 - the reconciler's interface
    """Say whether *event* may change what is wanted on every board: a place or a plan."""
    return room.decider.room in {"layer", "plans"}


def digests(states: Iterable[Incident]) -> set[str]:
    """Return the digests of the plan sets that open incidents run on."""
    return {activation.digest for state in states for activation in state.activations.values()}
