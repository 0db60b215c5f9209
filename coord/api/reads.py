"""What can be looked at: rows as the live views show them, single parts with their ETag, the log."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel

from coord.access.actions import Action, thing_of
from coord.access.authorize import Actor, Object, authorize, may
from coord.api.asked import asked
from coord.api.centre import Centre, ref_of
from coord.api.rooms import BOARDS, CODEC
from coord.api.world import World
from coord.errors import NotFound, Refused
from coord.events import StreamId
from coord.hub.audience import Audience, Row, shown
from coord.incidents.model import Incident

Who = Annotated[Actor, Depends(asked)]
SpaceName = Annotated[str, Path(max_length=40)]


class Rows(BaseModel):
    """A page of rows, each whole; ``next`` goes on where this page ends, empty at the end."""

    space: str
    epoch: str
    position: int
    rows: list[dict[str, Any]]
    next: str = ""


class Events(BaseModel):
    """A page of the log."""

    space: str
    epoch: str
    head: int
    events: list[dict[str, Any]]
    next: int | None = None


def etag(row: Mapping[str, Any] | None) -> str:
    """Return the ETag of a row: of what it says, not of when it was looked at."""
    said = json.dumps(row, sort_keys=True, ensure_ascii=False, default=str)
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:20]}"'


def etag_of(part: str, state: Any, values: Mapping[str, Any]) -> str:
    """Return the ETag now of the part that a command decides on: ``levels``, ``task`` or ``decision``."""
    match part:
        case "levels":
            incident: Incident = state
            return f'"{incident.revision}"'
        case "task":
            return etag(BOARDS["incident"].row(state, f"task:{values['task']}"))
        case "decision":
            return etag(BOARDS["watch"].row(state, f"decision:{values['decision']}"))
        case _:
            raise Refused("this command looks at nothing that If-Match could name", "unfit")


def centre_of(request: Request) -> Centre:
    """Return the centre that serves *request*."""
    centre: Centre = request.app.state.centre
    return centre


def permit(world: World, actor: Actor, action: Action, group: str = "") -> None:
    """Return when *actor* may do *action* in *world* (for *group*)."""
    authorize(actor, action, Object(thing_of(action), world.jurisdiction, world.name, group))


def audience_of(world: World, actor: Actor, wanted: str) -> Audience:
    """Return the audience that *actor* asks for: ``centre``, ``auditor`` or ``group:CODE``; by default the widest.

    Raises :exc:`coord.errors.Forbidden`.
    """
    kind, _, group = wanted.partition(":")
    if not wanted:
        kind, group = _widest(world, actor)
    match kind:
        case "centre":
            permit(world, actor, "incident.view")
            names = may(actor, "names.view", Object("names", world.jurisdiction, world.name))
            return Audience("centre" if names else "auditor")
        case "auditor":
            permit(world, actor, "incident.view")
            return Audience("auditor")
        case "group":
            permit(world, actor, "board.view", group)
            return Audience("group", group)
        case _:
            raise Refused("as= is centre, auditor or group:CODE", "unfit")


def _widest(world: World, actor: Actor) -> tuple[str, str]:
    if may(actor, "incident.view", Object("incident", world.jurisdiction, world.name)):
        return "centre", ""
    groups = sorted({grant.group for grant in actor.grants if grant.group})
    return "group", groups[0] if groups else ""


def router() -> APIRouter:
    """Return the routes that only look."""
    routes = APIRouter(prefix="/spaces", tags=["read"])

    @routes.get("", openapi_extra={"x-right": "signed-in"})
    async def spaces(request: Request, actor: Who) -> list[dict[str, Any]]:
        """List the spaces that you have any right in."""
        return [
            {"space": world.name, "mode": world.mode, "position": world.residence.position, "time": world.now()}
            for world in centre_of(request).worlds.values()
            if any(grant.covers(world.jurisdiction, world.name) for grant in actor.grants)
        ]

    @routes.get("/{space}/rows", openapi_extra={"x-right": "board.view"})
    async def rows(
        request: Request,
        actor: Who,
        space: SpaceName,
        audience: Annotated[str, Query(alias="as", max_length=60)] = "",
        kind: Annotated[str, Query(max_length=40)] = "",
        after: Annotated[str, Query(max_length=400)] = "",
        limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    ) -> Rows:
        """Return the rows that an audience sees, by key; ``kind`` keeps rows of one kind only."""
        world = centre_of(request).world(space)
        seen_by = audience_of(world, actor, audience)
        found = [
            dict(seen)
            for row in world.hub.rows()
            if row["key"] > after and (seen := shown(seen_by, row)) is not None and kind in ("", seen.get("kind"))
        ]
        found.sort(key=lambda row: str(row["key"]))
        page = found[:limit]
        more = page[-1]["key"] if len(found) > limit else ""
        return Rows(space=space, epoch=world.hub.epoch, position=world.residence.position, rows=page, next=more)

    _parts(routes)
    _log(routes)
    return routes


PARTS: tuple[tuple[str, str, str], ...] = (
    # path, room, key of the row
    ("/{space}/signals/{id}", "watch", "signal:{id}"),
    ("/{space}/decisions/{id}", "watch", "decision:{id}"),
    ("/{space}/incidents/{incident}", "incident", "incident"),
    ("/{space}/incidents/{incident}/activations/{id}", "incident", "activation:{id}"),
    ("/{space}/incidents/{incident}/reports/{id}", "incident", "report:{id}"),
    ("/{space}/incidents/{incident}/orders/{id}", "incident", "order:{id}"),
    ("/{space}/incidents/{incident}/tasks/{id:path}", "incident", "task:{id}"),
)


def _parts(routes: APIRouter) -> None:
    for path, room, key in PARTS:
        routes.add_api_route(
            path,
            _part(room, key),
            methods=["GET"],
            response_model=dict[str, Any],
            name=f"one {path}",
            summary=f"One {key.partition(':')[0]}, with the ETag to decide on it",
            openapi_extra={"x-right": "board.view"},
        )


def _part(room: str, key: str) -> Any:
    async def one(request: Request, response: Response, actor: Who, space: SpaceName) -> dict[str, Any]:
        world = centre_of(request).world(space)
        names = request.path_params
        stream = world.watch if room == "watch" else StreamId(f"incident/{names['incident']}")
        state = world.residence.existing(stream).state
        row = BOARDS[room].row(state, key.format_map(names))
        seen = _seen(world, actor, row)
        if row is None or seen is None:  # what is not yours does not exist for you
            raise NotFound(f"there is no {key.format_map(names)}")
        levels = room == "incident" and key.startswith(("incident", "activation"))
        response.headers["ETag"] = etag_of("levels", state, {}) if levels else etag(row)
        name = key.format_map(names)
        return {**seen, "key": f"{stream}#{name}", "stream": stream, "id": name.partition(":")[2] or name}

    return one


def _seen(world: World, actor: Actor, row: Row | None) -> Row | None:
    if may(actor, "incident.view", Object("incident", world.jurisdiction, world.name)):
        return shown(audience_of(world, actor, "centre"), row)
    for group in sorted({grant.group for grant in actor.grants if grant.group}):
        if may(actor, "board.view", Object("board", world.jurisdiction, world.name, group)):
            seen = shown(Audience("group", group), row)
            if seen is not None:
                return seen
    return None


def _log(routes: APIRouter) -> None:
    @routes.get("/{space}/log", openapi_extra={"x-right": "log.read"})
    async def log(
        request: Request,
        actor: Who,
        space: SpaceName,
        after: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    ) -> Events:
        """Return the log, event by event."""
        world = centre_of(request).world(space)
        permit(world, actor, "log.read")
        found = await world.store.log.read(after, limit)
        events = []
        for row in found:
            kind, body = CODEC.encode(row.event)
            events.append(
                {
                    "position": row.position,
                    "stream": row.stream,
                    "version": row.version,
                    "kind": kind,
                    "event": json.loads(body),
                    "at": row.meta.at,
                    "actor": row.meta.actor,
                    "command": row.meta.command,
                    "cause": row.meta.cause,
                }
            )
        head = world.residence.position
        following = found[-1].position if found and found[-1].position < head else None
        return Events(space=space, epoch=world.hub.epoch, head=head, events=events, next=following)

    @routes.get("/{space}/texts/{ref}", openapi_extra={"x-right": "names.view"})
    async def text(request: Request, actor: Who, space: SpaceName, ref: str, purpose: str = "board") -> dict[str, str]:
        """Return free text or a name that a row refers to; that you read it is recorded."""
        centre = centre_of(request)
        world = centre.world(space)
        permit(world, actor, "names.view")
        return {"text": await centre.access.vault.text(ref_of(ref), actor.account, purpose[:80])}
