"""The routes of every command: translate, ask for the right, delegate, answer. No rule lives here."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Request
from pydantic import BaseModel

from coord.access.actions import thing_of
from coord.access.authorize import Actor, Object, authorize, authorize_start
from coord.api.asked import asked
from coord.api.bodies import Body, body_of, values_of
from coord.api.centre import Centre, text_of
from coord.api.reactions import open_incidents
from coord.api.reads import etag_of
from coord.api.verbs import KNOWN, VERBS, Verb
from coord.api.world import World
from coord.errors import NotFound, Refused
from coord.events import Meta, StreamId
from coord.incidents.model import Incident

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="Your own id of this command. Repeat it with the same key until you have an answer.",
    ),
]
Match = Annotated[str, Header(alias="If-Match", max_length=200, description="ETag of the part that you decide on.")]
Sent = Annotated[
    str, Header(alias="X-Coord-Sent", max_length=64, description="Your clock when you send, to correct happened_at by.")
]


class Done(BaseModel):
    """What became of a command: the positions of its events, 0 when there was nothing to do."""

    space: str
    stream: str
    first: int
    last: int


def router() -> APIRouter:
    """Return the routes of :data:`coord.api.verbs.VERBS`."""
    routes = APIRouter(prefix="/spaces/{space}")
    for verb in VERBS:
        names = frozenset(re.findall(r"{(\w+)", verb.path))
        body = body_of(verb.command, KNOWN | names)
        routes.add_api_route(
            verb.path,
            _route(verb, body, names),
            methods=["POST"],
            response_model=Done,
            name=f"{verb.name} {verb.path}",
            summary=verb.summary,
            tags=[verb.room.removeprefix("new-")],
            openapi_extra=_extra(verb),
        )
    return routes


def _extra(verb: Verb) -> dict[str, Any]:
    said: dict[str, Any] = {"x-right": verb.action}
    if verb.recording:
        said["x-right-recording"] = verb.recording
    if verb.example:
        said["requestBody"] = {"content": {"application/json": {"example": dict(verb.example)}}}
    return said


def _route(verb: Verb, body_type: type[Body], names: frozenset[str]) -> Callable[..., Awaitable[Done]]:
    async def carry_out(
        request: Request,
        actor: Annotated[Actor, Depends(asked)],
        space: Annotated[str, Path(max_length=40)],
        body: Any,
        key: Key = "",
        match: Match = "",
        sent: Sent = "",
    ) -> Done:
        centre: Centre = request.app.state.centre
        world = centre.world(space)
        path = {name: request.path_params[name] for name in names}
        wish = Wish(centre, world, verb, actor, {**values_of(body), **path}, key or secrets.token_hex(16))
        wish.permit()
        wish.correct(sent)
        outcome = await wish.carry_out(_digest(request, body), match)
        return Done(space=space, stream=wish.stream, first=outcome.first, last=outcome.last)

    carry_out.__annotations__["body"] = body_type
    carry_out.__doc__ = verb.command.__doc__
    return carry_out


def _digest(request: Request, body: Body) -> str:
    said = json.dumps([request.url.path, body.model_dump(mode="json")], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


class Wish:
    """One command on its way from the wire to :meth:`coord.handle.Residence.handle`."""

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
        self.stream = self._stream()

    def _stream(self) -> StreamId:
        match self.verb.room:
            case "watch":
                return self.world.watch
            case "new-incident":
                return StreamId(f"incident/i-{self.mark[:8]}")
            case _:
                return StreamId(f"incident/{self.values.pop('incident')}")

    @property
    def state(self) -> Any:
        """The folded state that the command is for."""
        if self.verb.room == "incident":
            return self.world.residence.existing(self.stream).state
        return self.world.residence.room(self.stream).state

    def permit(self) -> None:
        """Return when the actor may do this; raise :exc:`coord.errors.Forbidden` otherwise."""
        recording = bool(self.verb.recording and self.values.get("recorded_for"))
        action = self.verb.recording if recording and self.verb.recording else self.verb.action
        if self.verb.command.__name__ == "ChangeLevel":
            action = self._raise_or_lower()
        group, support = self._owner()
        thing = Object(thing_of(action), self.world.jurisdiction, self.world.name, group, support)
        authorize(self.actor, action, thing)
        level = self.values.get("level")
        if level and self.verb.action in {"level.start", "level.raise", "decision.act"}:
            where = Object("level", self.world.jurisdiction, self.world.name)
            authorize_start(self.actor, level, self.world.plans.posts(), where)
        elif level and self.verb.action == "level.start-provisionally":
            where = Object("level", self.world.jurisdiction, self.world.name)
            authorize_start(self.actor, level, self.world.plans.posts(provisional=True), where)

    def _raise_or_lower(self) -> Any:
        from coord.plans.wanted import rank

        state: Incident = self.state
        activation = state.activations.get(self.values["activation"])
        now = activation.level if activation else None
        return "level.lower" if rank(self.values["level"]) < rank(now) else "level.raise"

    def _owner(self) -> tuple[str, tuple[str, ...]]:
        """Return the group that owns what is acted on, and those that support it."""
        if self.verb.room != "incident":
            return str(self.values.get("recorded_for") or ""), ()
        state: Incident = self.state
        if (key := self.values.get("task")) and "task" in self.verb.path:
            if (task := state.tasks.get(key)) is None:
                raise NotFound(f"there is no task {key} in this incident")
            return task.group, task.wanted.support
        if (key := self.values.get("order")) and "order" in self.verb.path:
            if (order := state.orders.get(key)) is None:
                raise NotFound(f"there is no order {key} in this incident")
            return order.group, ()
        return str(self.values.get("group") or ""), ()

    def correct(self, sent: str) -> None:
        """Move ``happened_at`` and ``said_at`` by what the sender's clock is off (P-2)."""
        if not sent:
            return
        try:
            theirs = datetime.fromisoformat(sent)
        except ValueError as bad:
            raise Refused("X-Coord-Sent is no ISO 8601 time", "unfit") from bad
        if theirs.tzinfo is None:
            raise Refused("X-Coord-Sent has no UTC offset", "naive-time")
        offset = self.world.now() - theirs
        if abs(offset) < timedelta(seconds=2):  # the way here takes that long
            return
        for name in ("happened_at", "said_at"):
            if self.values.get(name) is not None:
                self.values[name] += offset

    async def carry_out(self, digest: str, match: str) -> Any:
        """Keep free text in the vault, fill in what the centre knows, and handle the command."""
        fields = self.verb.command.__dataclass_fields__  # type: ignore[attr-defined]
        for name, kind in self.verb.texts.items():
            if self.values.get(name):
                ref = await self.centre.access.vault.put(f"x{self.mark[:24]}-{name}", kind, self.values[name])
                self.values[name] = text_of(ref)
        filled: Mapping[str, Any] = {
            "by": self.actor.account,
            "ladders": dict(self.world.plans.ladders()),
            "digest": self.world.plans.digest,
        }
        self.values |= {name: value for name, value in filled.items() if name in fields}
        if "decision" in self.values and "incident" in fields and not self.values["incident"]:
            self.values["incident"] = self._incident_of(self.values["decision"])
        command = self.verb.command(**self.values)
        meta = Meta(self.world.now(), self.actor.account, self.key)
        return await self.world.residence.handle(
            self.stream, command, meta, digest=digest, guard=self._guard(match) if match else None
        )

    def _incident_of(self, decision: str) -> str:
        """Return the incident that a decision is about: its own, the open one of its hazard, or a new one."""
        card = self.state.cards.get(decision)
        if card is None:
            raise NotFound(f"there is no decision {decision}")
        return card.incident or open_incidents(self.world.residence).get(card.hazard, f"i-{self.mark[:8]}")

    def _guard(self, match: str) -> Callable[[Any], None]:
        def guard(state: Any) -> None:
            now = etag_of(self.verb.matched, state, self.values)
            if match.strip() not in {now, "*"}:
                raise Stale(now)

        return guard


class Stale(Refused):
    """The part that was to be decided on has changed since it was looked at."""

    code = "stale"

    def __init__(self, now: str) -> None:
        super().__init__(f"this has changed since you looked at it; look again (it is at {now} now)")
