"""What can be looked at: rows as the live views show them, and single parts with the ETag to decide on them."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel

from coord.access.authorize import Actor
from coord.api.asked import asked, centre_of
from coord.api.etags import LEVELS, etag_of, matches
from coord.api.permits import allowed, audience_of, groups_of
from coord.api.rooms import BOARDS
from coord.api.world import World
from coord.errors import NotFound
from coord.events import StreamId
from coord.hub.audience import Audience, Row, shown
from coord.hub.views import whole

Who = Annotated[Actor, Depends(asked)]
SpaceName = Annotated[str, Path(max_length=40)]


class SpaceRow(BaseModel):
    """A space, where its log stands, and what time it is there."""

    space: str
    mode: str
    position: int
    time: datetime


class Rows(BaseModel):
    """A page of rows, each whole; ``next`` goes on where this page ends, empty at the end."""

    space: str
    epoch: str
    position: int
    rows: list[dict[str, Any]]
    next: str = ""


def router() -> APIRouter:
    """Return the routes that only look."""
    routes = APIRouter(prefix="/spaces", tags=["read"])

    @routes.get("", openapi_extra={"x-right": "signed-in"})
    async def spaces(request: Request, actor: Who) -> list[SpaceRow]:
        """List the spaces that you have any right in."""
        return [
            SpaceRow(space=world.name, mode=world.mode, position=world.residence.position, time=world.now())
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
        page, more = _page(world, audience_of(world, actor, audience), kind, after, limit)
        return Rows(space=space, epoch=world.hub.epoch, position=world.residence.position, rows=page, next=more)

    _parts(routes)
    return routes


def _page(world: World, audience: Audience, kind: str, after: str, limit: int) -> tuple[list[dict[str, Any]], str]:
    """Return up to *limit* rows after the key *after*, and where the next page goes on."""
    keys = sorted(world.hub.keys())
    page: list[dict[str, Any]] = []
    for key in keys[bisect_right(keys, after) :]:
        seen = shown(audience, world.hub.row(key))
        if seen is None or kind not in ("", seen.get("kind")):
            continue
        if len(page) == limit:
            return page, page[-1]["key"]
        page.append(dict(seen))
    return page, ""


PARTS: tuple[tuple[str, str, str], ...] = (
    # path, room, key of the row
    ("/{space}/signals/{id}", "watch", "signal:{id}"),
    ("/{space}/decisions/{id}", "watch", "decision:{id}"),
    ("/{space}/journal/{id}", "watch", "note:{id}"),
    ("/{space}/measures/{id}", "measures", "measure:{id}"),
    ("/{space}/measures/orders/{id}", "measures", "stops:{id}"),
    ("/{space}/figures/{id}", "ledger", "figure:{id}"),
    ("/{space}/needs/{id}", "ledger", "need:{id}"),
    ("/{space}/zones/{id}", "zones", "zone:{id}"),
    ("/{space}/rules/{id}", "zones", "rule:{id}"),
    ("/{space}/neighbours/{id}", "exchange", "neighbour:{id}"),
    ("/{space}/incidents/{incident}", "incident", "incident"),
    ("/{space}/incidents/{incident}/activations/{id:path}", "incident", "activation:{id}"),
    ("/{space}/incidents/{incident}/milestones/{id}", "incident", "milestone:{id}"),
    ("/{space}/incidents/{incident}/reports/{id}", "incident", "report:{id}"),
    ("/{space}/incidents/{incident}/orders/{id}", "incident", "order:{id}"),
    ("/{space}/incidents/{incident}/help/{id}", "incident", "help:{id}"),
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
    async def one(request: Request, response: Response, actor: Who, space: SpaceName) -> Any:
        """Return the row; 304 when If-None-Match names its ETag. What is not yours does not exist for you."""
        world = centre_of(request).world(space)
        names = request.path_params
        stream = StreamId(f"{room}/{names['incident'] if room == 'incident' else world.jurisdiction}")
        state = world.residence.existing(stream).state
        name = key.format_map(names)
        row = BOARDS[room].row(state, name)
        seen = seen_by(world, actor, row)
        if row is None or seen is None:
            raise NotFound(f"there is no {name}")
        part = LEVELS if name == "incident" or name.startswith("activation:") else name
        now = etag_of(room, part, state)
        headers = {"ETag": now, "Cache-Control": "private, no-cache"}
        if matches(request.headers.get("if-none-match", "-"), now):
            return Response(status_code=304, headers=headers)
        response.headers.update(headers)
        return whole(stream, name, seen)

    return one


def seen_by(world: World, actor: Actor, row: Row | None) -> Row | None:
    """Return *row* as the widest audience of *actor* sees it, None when none does."""
    if allowed(world, actor, "incident.view"):
        return shown(audience_of(world, actor, "centre"), row)
    for group in groups_of(actor):
        if allowed(world, actor, "board.view", group):
            seen = shown(Audience("group", group), row)
            if seen is not None:
                return seen
    return None
