"""What a level would do, before anybody decides: the same functions as the real thing, and nothing recorded."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field

from coord.access.authorize import Actor
from coord.api.asked import asked, centre_of
from coord.api.bodies import Body, When, Words
from coord.api.known import check_known
from coord.api.permits import permit
from coord.api.world import World
from coord.events import StreamId
from coord.incidents.commands import ChangeLevel, EndResponse, Reconcile, StartLevel
from coord.incidents.decide import INCIDENT
from coord.incidents.levels import activation_key, situation
from coord.incidents.model import Incident
from coord.incidents.preview import preview, what_if

Who = Annotated[Actor, Depends(asked)]
SpaceName = Annotated[str, Path(max_length=40)]


class PreviewBody(Body):
    """A level that is not decided yet. Without ``incident``: what starting it from nothing would do."""

    incident: Words = ""
    plan: Annotated[Words, Field(examples=["typhoon"])]
    hazard: Words = ""
    area: Words = ""
    level: Annotated[Literal["I", "II", "III", "IV", "end"], Field(examples=["II"])]
    effective_at: When | None = None


def router() -> APIRouter:
    """Return the route of previews."""
    routes = APIRouter(tags=["incident"])

    @routes.post("/spaces/{space}/preview", openapi_extra={"x-right": "level.preview"})
    async def level(request: Request, actor: Who, space: SpaceName, body: PreviewBody) -> dict[str, Any]:
        """Say what a level would do: orders, rows added, tightened, stood down, what time no longer allows."""
        world = centre_of(request).world(space)
        permit(world, actor, "level.preview")
        check_known(world, body.plan)
        return previewed(world, body)

    return routes


def previewed(world: World, body: PreviewBody) -> dict[str, Any]:
    """Return what the level of *body* would do on the board of its incident."""
    stream = StreamId(f"incident/{body.incident or 'preview'}")
    state: Incident = world.residence.existing(stream).state if body.incident else INCIDENT.initial(stream)
    at = world.now()
    wished = what_if(state, [_command(world, state, body)], at)
    wanted = world.plans.wanted(situation(wished, at))
    wish = Reconcile(
        by="preview", desired=wanted.tasks, seen=wished.seen, until=wanted.until, ladders=world.plans.ladders()
    )
    found = preview(wished, wish, at)
    return {"sentence": str(found), **dataclasses.asdict(found)}


def _command(world: World, state: Incident, body: PreviewBody) -> StartLevel | ChangeLevel | EndResponse:
    key = activation_key(body.plan, body.hazard or body.plan, body.area)
    running = state.activations.get(key)
    if body.level == "end":
        return EndResponse(by="preview", activation=key, reason="signal")
    if running is not None and running.level is not None:
        return ChangeLevel(by="preview", activation=key, level=body.level, reason="signal")
    return StartLevel(
        by="preview",
        plan=body.plan,
        digest=world.plans.adopted().digest,
        hazard=body.hazard or body.plan,
        area=body.area,
        level=body.level,
        reason="signal",
    )
