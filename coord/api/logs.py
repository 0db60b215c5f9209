"""The log as it stands, and what its references stand for: free text and names, each reading recorded."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel

from coord.access.authorize import Actor, NotYours, Object
from coord.access.matrix import MATRIX
from coord.api.asked import centre_of
from coord.api.centre import ref_of
from coord.api.permits import allowed, permit
from coord.api.reads import SpaceName, Who, seen_by
from coord.api.rooms import CODEC
from coord.api.world import World
from coord.events import Recorded
from coord.hub.audience import Row

Position = Annotated[int, Query(ge=0, le=2**62)]


class Event(BaseModel):
    """One row of the log. ``cause`` is the position of the event that led to it."""

    position: int
    stream: str
    version: int
    kind: str
    event: dict[str, Any]
    at: datetime
    actor: str
    command: str
    cause: int | None


class Events(BaseModel):
    """A page of the log; ``next`` is the ``after`` of the next page, null at the end."""

    space: str
    epoch: str
    head: int
    events: list[Event]
    next: int | None = None


class Text(BaseModel):
    """What a reference stands for."""

    text: str


def router() -> APIRouter:
    """Return the routes of the log and of the vault."""
    routes = APIRouter(prefix="/spaces", tags=["read"])

    @routes.get("/{space}/log", openapi_extra={"x-right": "log.read"})
    async def log(
        request: Request,
        actor: Who,
        space: SpaceName,
        after: Position = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    ) -> Events:
        """Return the log, event by event."""
        world = centre_of(request).world(space)
        permit(world, actor, "log.read")
        found = await world.store.log.read(after, limit)
        head = world.residence.position
        following = found[-1].position if found and found[-1].position < head else None
        events = [_event(row) for row in found]
        return Events(space=space, epoch=world.hub.epoch, head=head, events=events, next=following)

    @routes.get("/{space}/texts/{ref}", openapi_extra={"x-right": "names.view"})
    async def text(
        request: Request,
        actor: Who,
        space: SpaceName,
        ref: Annotated[str, Path(max_length=200, description="as the row has it, percent-encoded (# is %23)")],
        row: Annotated[str, Query(max_length=400, description="key of the row that shows the reference")] = "",
        purpose: Annotated[str, Query(max_length=80, description="what you read it for, for the record")] = "board",
    ) -> Text:
        """Return the free text or the name that a row refers to; that you read it is recorded.

        A group reads what stands in its own rows, so it names the row.
        """
        centre = centre_of(request)
        world = centre.world(space)
        _may_read(world, actor, ref, row)
        return Text(text=await centre.access.vault.text(ref_of(ref), actor.account, purpose or "board"))

    return routes


def _event(row: Recorded) -> Event:
    kind, body = CODEC.encode(row.event)
    return Event(
        position=row.position,
        stream=row.stream,
        version=row.version,
        kind=kind,
        event=json.loads(body),
        at=row.meta.at,
        actor=row.meta.actor,
        command=row.meta.command,
        cause=row.meta.cause,
    )


def _may_read(world: World, actor: Actor, ref: str, key: str) -> None:
    if allowed(world, actor, "names.view"):
        return
    row = world.hub.row(key) if key else None
    seen = seen_by(world, actor, row)
    owners = [str(group) for group in (row or {}).get("groups", ())]
    mine = any(allowed(world, actor, "names.view", group) for group in owners)
    if seen is None or not mine or ref not in _words(seen):
        raise NotYours("names.view", MATRIX["names.view"], Object("names", world.jurisdiction, world.name))


def _words(row: Row) -> set[str]:
    """Return the references that stand in *row* itself; only these fields hold what the vault keeps."""
    return {str(row[field]) for field in ("text", "proof", "told_by", "caller", "title") if field in row}
