"""One command on its way from the wire to :meth:`coord.handle.Residence.handle`: checked, permitted, filled in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from coord.access.authorize import Actor
from coord.api.centre import Centre, text_of
from coord.api.etags import Stale, guard
from coord.api.known import check_known
from coord.api.permits import permit_command
from coord.api.reactions import open_incidents
from coord.api.verbs import Verb
from coord.api.world import World
from coord.errors import Finding, NotFound, Refused, Unfit
from coord.events import Meta, StreamId
from coord.handle import KeyReused
from coord.store.log import Outcome

ON_THE_WAY = timedelta(seconds=2)
"""A request may take that long; a clock that is off by less is right."""


class TryAgain(Refused):
    """The space cannot record anything at this moment."""

    code = "try-again"

    def __init__(self, space: str) -> None:
        super().__init__(f"space {space} cannot record anything at this moment; repeat it with the same key")


class Intake:
    """What somebody asked for, with what the centre knows about it."""

    def __init__(
        self, centre: Centre, world: World, verb: Verb, actor: Actor, values: dict[str, Any], key: str
    ) -> None:
        self.centre = centre
        self.world = world
        self.verb = verb
        self.actor = actor
        self.values = values
        self.key = key
        self.mark = hashlib.sha256(f"{actor.account}/{key}".encode()).hexdigest()
        self.part = verb.matched.format_map(values)
        self.stream = self._stream()

    def _stream(self) -> StreamId:
        match self.verb.room:
            case "watch":
                return self.world.watch
            case "new-incident":
                return StreamId(f"incident/i-{self.mark[:12]}")
            case "incident":
                return StreamId(f"incident/{self.values.pop('incident')}")
            case room:
                return StreamId(f"{room}/{self.world.jurisdiction}")

    @property
    def state(self) -> Any:
        """The folded state that the command is for; :exc:`NotFound` when there is no such incident."""
        if self.verb.room == "incident":
            return self.world.residence.existing(self.stream).state
        return self.world.residence.room(self.stream).state

    def permit(self) -> None:
        """Return when the actor may do this; raise :exc:`coord.errors.Forbidden` otherwise."""
        state = self.state if self.verb.room == "incident" else None
        permit_command(self.actor, self.world, self.verb, self.values, state)

    def check(self) -> None:
        """Raise :exc:`Unfit` when plans or groups are named that the adopted plans do not know."""
        values = self.values
        named = [(name, str(values.get(name) or "")) for name in ("group", "to")]
        if (wanted := values.get("wanted")) is not None:
            named += [("wanted.group", wanted.group), *(("wanted.support", group) for group in wanted.support)]
        check_known(self.world, str(values.get("plan") or ""), named)
        told, group = values.get("recorded_for"), values.get("group")
        if told and group and told != group:
            sentence = f"it is recorded for {told}, so it cannot be an answer of {group}"
            raise Unfit([Finding("error", "recorded_for", "recorded-for-another", sentence)])

    def correct(self, sent: str) -> None:
        """Move ``happened_at`` and ``said_at`` by what the sender's clock is off (P-2)."""
        if not sent:
            return
        try:
            theirs = datetime.fromisoformat(sent)
            if theirs.tzinfo is None:
                raise Refused("X-Coord-Sent has no UTC offset", "naive-time")
            offset = self.world.now() - theirs
            if abs(offset) < ON_THE_WAY:
                return
            for name in ("happened_at", "said_at"):
                if self.values.get(name) is not None:
                    self.values[name] += offset
        except (ValueError, OverflowError) as bad:
            sentence = "this is no time that can be meant"
            raise Unfit([Finding("error", "header.X-Coord-Sent", "unfit", sentence)]) from bad

    async def carry_out(self, digest: str, match: str) -> Outcome:
        """Keep free text in the vault, fill in what the centre knows, and handle the command."""
        if not self.world.residence.alive:
            raise TryAgain(self.world.name)
        check = guard(self.verb.room.removeprefix("new-"), self.part, match)
        repeated = await self.world.store.log.outcome(self.actor.account, self.key) is not None
        kept = [] if repeated else await self._keep_texts(digest)
        command = self.verb.command(**{**self.values, **self._known()})
        meta = Meta(self.world.now(), self.actor.account, self.key)
        try:
            return await self.world.residence.handle(self.stream, command, meta, digest=digest, guard=check)
        except Refused as refusal:
            if not isinstance(refusal, Stale | KeyReused):  # it came to nothing, for good
                for subject in kept:
                    await self.centre.access.vault.discard(subject)
            raise

    async def _keep_texts(self, digest: str) -> list[str]:
        """Put free text into the vault, its Ref into the command; return the subjects."""
        kept = []
        mark = hashlib.sha256(f"{self.mark}/{digest}".encode()).hexdigest()[:24]
        for name, kind in self.verb.texts.items():
            if self.values.get(name):
                subject = f"x{mark}-{name.replace('_', '-')}"
                ref = await self.centre.access.vault.put(subject, kind, self.values[name])
                self.values[name] = text_of(ref)
                kept.append(subject)
        return kept

    def _known(self) -> Mapping[str, Any]:
        fields = self.verb.command.__dataclass_fields__  # type: ignore[attr-defined]
        filled: dict[str, Any] = {
            "by": self.actor.account,
            "ladders": dict(self.world.plans.ladders()),
            "digest": self.world.plans.digest,
        }
        if (
            self.verb.room == "watch"
            and "decision" in self.values
            and "incident" in fields
            and not self.values["incident"]
        ):
            filled["incident"] = self._incident_of(self.values["decision"])
        return {name: value for name, value in filled.items() if name in fields}

    def _incident_of(self, decision: str) -> str:
        """Return the incident that a decision is about: its own, the open one of its hazard, or a new one."""
        card = self.state.cards.get(decision)
        if card is None:
            raise NotFound(f"there is no decision {decision}")
        return card.incident or open_incidents(self.world.residence).get(card.hazard, f"i-{self.mark[:12]}")
