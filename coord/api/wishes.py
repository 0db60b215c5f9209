"""What the adopted plans want of a board: plans by digest, places from the registers, one Reconcile.

Plan sets are content: they lie in the cabinet under their digest, the log only
says which digest was adopted. An incident keeps the digest that it runs on.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, get_args

from coord.errors import NotFound, Refused
from coord.events import Meta, Recorded, StreamId
from coord.geo import facts as geo
from coord.geo.facts import RegisterFact
from coord.geo.layer import Layer
from coord.geo.model import Region
from coord.handle import Residence, Room
from coord.incidents.commands import Reconcile
from coord.incidents.ladder import GROUP_LADDER, Rung
from coord.incidents.levels import situation
from coord.incidents.model import Incident
from coord.plans.adoption import Versions
from coord.plans.check import check
from coord.plans.desired import desired
from coord.plans.join import together
from coord.plans.load import from_json
from coord.plans.model import PlanSet
from coord.plans.versions import AdoptVersion, ApproveVersion, PlansCommand, ProposeVersion, RecordCheck, RecordPreview
from coord.plans.wanted import Desired, Level, PlaceRow, Situation
from coord.policies import reconcile_after
from coord.spaces import SPACE, Space
from coord.store.log import Cabinet

SHELF = "plans"
EVALUATE_AFTER = timedelta(days=3 * 365)
"""SAMPLE: plans are evaluated about every three years (国办发〔2024〕5号 in practice)."""


class Plans:
    """The plan sets of one space, and what they want."""

    def __init__(self, residence: Residence, cabinet: Cabinet, jurisdiction: str) -> None:
        self.residence = residence
        self.cabinet = cabinet
        self.stream = StreamId(f"plans/{jurisdiction}")
        self.watch = StreamId(f"watch/{jurisdiction}")
        self.sets: dict[str, PlanSet] = {}
        self._loading: asyncio.Task[None] | None = None
        self._versions: tuple[tuple[StreamId, int], ...] = ()
        self._places: tuple[PlaceRow, ...] = ()

    def adopted(self) -> PlanSet:
        """Return the adopted set; refused when there is none at hand."""
        if self.digest not in self.sets:
            raise Refused("no plans are adopted here yet, so no level can be started", "no-plans")
        return self.sets[self.digest]

    @property
    def digest(self) -> str:
        """The digest of the set that is in force now, empty when there is none yet."""
        versions: Versions = self.residence.room(self.stream).state
        version = versions.in_force(self.residence.now())
        return version.digest if version else ""

    def before(self, room: Room, row: Recorded) -> None:
        """Nothing is derived from the state before."""

    def after(self, room: Room, rows: Sequence[Recorded]) -> None:  # noqa: ARG002 - the Watcher interface
        """Have at hand what another worker has adopted."""
        if room.stream == self.stream and self.digest and self.digest not in self.sets:
            self._loading = asyncio.create_task(self.load())

    async def load(self) -> None:
        """Have the set in force at hand."""
        if self.digest:
            await self.get(self.digest)

    async def copy(self, plans: PlanSet, by: str) -> None:
        """Adopt *plans* as they are, because another space or the SAMPLE set did: checked, and on the log as any other.

        The proposer is the space's own set-up, the second person is *by*.
        """
        await self.keep(plans)
        errors = sum(finding.level == "error" for finding in check(plans))
        versions: Versions = self.residence.room(self.stream).state
        at = self._soon()
        digest, setup = plans.digest, "coord:set-up"
        act = secrets.token_hex(8)  # each adoption is an act of its own, also of a content that was adopted before
        steps: tuple[PlansCommand, ...] = (
            ProposeVersion(digest, setup, versions.latest),
            RecordCheck(digest, setup, errors, 0),
            RecordPreview(digest, setup, len(plans.groups), len(plans.plans), 0, 0),
            ApproveVersion(digest, by),
            AdoptVersion(digest, by, f"copy {len(versions.adopted) + 1} {digest[:12]}", at, at + EVALUATE_AFTER),
        )
        for number, step in enumerate(steps):
            await self.residence.handle(self.stream, step, Meta(at, setup, f"copy/{act}/{number}"))
        await asyncio.sleep(max(0.0, (at - self.residence.now()).total_seconds()))

    def _soon(self) -> datetime:
        """Return a time that is not past when it is recorded: an exercise's clock stands, live time goes on."""
        now = (
            self.residence.now()
            if self.residence.last_at is None
            else max(self.residence.now(), self.residence.last_at)
        )
        space: Space = self.residence.room(SPACE).state
        return now if space.mode == "exercise" else now + timedelta(milliseconds=50)

    async def keep(self, plans: PlanSet) -> None:
        """Keep the content of *plans* under its digest."""
        await self.cabinet.put(SHELF, plans.digest, plans.to_json())
        self.sets[plans.digest] = plans

    async def get(self, digest: str) -> PlanSet:
        """Return the set with *digest*."""
        if (plans := self.sets.get(digest)) is None:
            if (sheet := await self.cabinet.get(SHELF, digest)) is None:
                raise NotFound(f"there is no plan set {digest[:12]}")
            plans = self.sets[digest] = from_json(sheet.body)
        return plans

    # -- what is wanted ------------------------------------------------------------------------------------------

    async def wish(self, room: Room) -> Reconcile | None:
        """Return the Reconcile that brings the board of *room* to what the plans want now."""
        state: Incident = room.state
        if not state.activations or state.closed_at is not None:
            return None
        for activation in list(state.activations.values()):
            await self.get(activation.digest)
        wanted = self.wanted(situation(state, self._at()))
        return Reconcile(
            by="coord:reconciler",
            desired=wanted.tasks,
            seen=self.residence.position,
            until=wanted.until,
            revision=state.revision,
            cause=cause_of(state),
            ladders=self.ladders(),
        )

    def _at(self) -> datetime:
        """Return the time to want things for: a round that is due now is wanted now, not one sweep later."""
        now = self.residence.now()
        return now if self.residence.last_at is None else max(now, self.residence.last_at)

    def wanted(self, now: Situation) -> Desired:
        """Return what is wanted in *now*, each activation by the plan set that it runs on; all sets are at hand."""
        digests = sorted({force.digest for force in now.activations})
        parts = []
        for digest in digests:
            forces = tuple(force for force in now.activations if force.digest == digest)
            parts.append(desired(self.sets[digest], replace(now, activations=forces), self.places()))
        return together(parts)

    def places(self) -> tuple[PlaceRow, ...]:
        """Return all places of the registers as they stand, as plans ask for them; remade when one changes."""
        rooms = self.residence.open_rooms("layer")
        versions = tuple((room.stream, room.version) for room in rooms)
        if versions != self._versions:
            self._versions, self._places = versions, _places([room.state for room in rooms])
        return self._places

    def ladders(self) -> Mapping[str, tuple[Rung, ...]]:
        """Return the ladder of each group of the adopted plans."""
        if not self.digest or self.digest not in self.sets:
            return {}
        return {
            code: tuple(Rung(rung.post, rung.wait or timedelta(minutes=2)) for rung in group.ladder) or GROUP_LADDER
            for code, group in self.sets[self.digest].groups.items()
        }

    def posts(self, *, provisional: bool = False) -> Mapping[Level, tuple[str, ...]]:
        """Return who may start each level by the adopted plans, those who may do so only provisionally on demand."""
        return {
            level: tuple(one.post for one in rule.start if provisional or one.provisional is None)
            for level, rule in self.adopted().levels.items()
        }


def _places(layers: Sequence[Layer]) -> tuple[PlaceRow, ...]:
    if not layers:
        return ()
    from coord.geo.board import marks as marks_of
    from coord.geo.placefacts import place_facts  # needs shapely

    features = [feature for layer in layers for key, feature in layer.features.items() if key not in layer.closed]
    words = {key: said for layer in layers for key, said in marks_of(layer).items()}
    facts = place_facts(features, [feature for feature in features if isinstance(feature, Region)], words)
    return tuple(PlaceRow(fact.id, fact.kind, fact.unit, fact.areas, fact.marks) for fact in facts)


def cause_of(state: Incident) -> str:
    """Return the decision on levels that came last, as the orders name it: ``typhoon II``."""
    changes = [
        (activation.last.effective_at, f"{activation.plan} {activation.last.level or 'end'}")
        for activation in state.activations.values()
        if activation.last is not None
    ]
    return max(changes, default=(None, ""))[1]


def marks(_: Room, event: Any) -> bool:
    """Say whether *event* may change what is wanted on the board of its room."""
    return reconcile_after(event)


PLACING: tuple[type, ...] = (
    *get_args(RegisterFact),
    geo.PointStateChanged,
    geo.ShelterOpened,
    geo.ShelterShut,
    geo.PassageChanged,
    geo.TransferStarted,
    geo.TransferReported,
    geo.TransferEnded,
    geo.ReturnAllowed,
)
"""Facts of the registers that may change which places a plan means: what is there, and what is marked."""


def spreads(room: Room, event: Any) -> bool:
    """Say whether *event* may change what is wanted on every board: a place or a plan."""
    return room.decider.room == "plans" or isinstance(event, PLACING)
