"""The board of a day and the neighbour's sheet: what a long incident looks at, made from the folded states."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel

from coord.access.authorize import Actor
from coord.api.asked import asked, centre_of
from coord.api.permits import permit
from coord.api.world import World
from coord.events import StreamId
from coord.incidents.day import Rooms, day_board
from coord.incidents.exchange.page import page

Who = Annotated[Actor, Depends(asked)]
SpaceName = Annotated[str, Path(max_length=40)]


class Day(BaseModel):
    """The board of a day as of ``at``: at most 40 rows, first what is owed."""

    space: str
    position: int
    at: datetime
    rows: list[dict[str, Any]]


class SheetPage(BaseModel):
    """The neighbour's sheet in both languages, each at most a page; somebody reads it before it goes out."""

    number: str
    at: datetime
    zh: str
    pt: str


def router() -> APIRouter:
    """Return the routes of a long incident."""
    routes = APIRouter(prefix="/spaces/{space}", tags=["read"])

    @routes.get("/day", openapi_extra={"x-right": "incident.view"})
    async def day(request: Request, actor: Who, space: SpaceName) -> Day:
        """Return the board of today: what is owed, what falls due, the order of the day, what holds."""
        world = centre_of(request).world(space)
        permit(world, actor, "incident.view")
        at = world.now()
        rooms = Rooms(
            _state(world, "zones"), _state(world, "ledger"), _state(world, "exchange"), _state(world, "measures")
        )
        return Day(space=space, position=world.residence.position, at=at, rows=day_board(rooms, at))

    @routes.get("/sheet", openapi_extra={"x-right": "exchange.record"})
    async def sheet(request: Request, actor: Who, space: SpaceName) -> SheetPage:
        """Return the neighbour's sheet as it would go out now, in traditional Chinese and Portuguese."""
        world = centre_of(request).world(space)
        permit(world, actor, "exchange.record")
        at = world.now()
        rows = [row for key in sorted(world.hub.keys()) if (row := world.hub.row(key)) is not None]
        number = f"X-{len(_state(world, 'exchange').sheets) + 1}"
        return SheetPage(number=number, at=at, zh=page(rows, "zh-Hant", number, at), pt=page(rows, "pt", number, at))

    return routes


def _state(world: World, room: str) -> Any:
    return world.residence.room(StreamId(f"{room}/{world.jurisdiction}")).state
