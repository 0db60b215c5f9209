"""Spaces and what is asked of a whole one: health, plans, previews, the clock of an exercise."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from coord.access.authorize import Actor
from coord.api.asked import alone, asked, centre_of
from coord.api.bodies import Body, When
from coord.api.permits import permit
from coord.api.world import World
from coord.errors import Finding, Refused, Unfit
from coord.events import Meta
from coord.geo.commands import Create
from coord.spaces import SPACE, PauseClock, StartClock
from coord.timers import VirtualClock

Who = Annotated[Actor, Depends(asked)]
SpaceName = Annotated[str, Path(max_length=40)]


class NewSpace(Body):
    """An exercise is opened beside the live space, with its own log, clock and epoch."""

    space: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$", examples=["exercise-ragasa"])]
    starts: When | None = None


class StepBody(Body):
    """Move the standing clock of an exercise to ``to``, or to the first deadline on the way."""

    to: When


class ClockBody(Body):
    """Let the exercise's time run from ``virtual`` at ``speed`` virtual seconds a second, or pause it where it is."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"run": True, "virtual": "2025-09-22T12:00:00+08:00", "speed": 120.0}}
    )

    run: bool
    virtual: When | None = None
    speed: Annotated[float, Field(gt=0, le=10_000)] = 1.0


async def furnish(world: World, live: World, by: str) -> None:
    """Copy plans and registers of *live* into the exercise *world*, which has none yet."""
    if live.plans.digest and not world.plans.digest:
        await world.plans.copy(await live.plans.get(live.plans.digest), by)
    if world.residence.open_rooms("layer"):
        return
    for room in live.residence.open_rooms("layer"):
        for key, feature in room.state.features.items():
            if key not in room.state.closed:
                await world.do(room.stream, Create(feature), by, f"copy/{key}")


class SpaceOpen(BaseModel):
    """A space that is open now."""

    space: str
    mode: str
    epoch: str


class SpaceTime(BaseModel):
    """What time it is in the space."""

    time: datetime


class StepDone(BaseModel):
    """Where an exercise stands after a step: its head, and its time."""

    position: int
    time: datetime


class PlanRow(BaseModel):
    """One plan of the adopted set; its title in the language it was written in."""

    plan: str
    kind: str
    title: str
    hazards: list[str]


class PlansRow(BaseModel):
    """The adopted plans: who the groups are, and which posts may start each level."""

    digest: str
    plans: list[PlanRow]
    groups: dict[str, dict[str, str]]
    levels: dict[str, list[str]]


class SpaceHealth(BaseModel):
    """How one space does."""

    mode: str
    position: int
    late_by_s: float
    reactions_behind: int


class Health(BaseModel):
    """Whether the centre takes orders, and a sentence for each reason why not."""

    live: str
    ready: str
    why_not: list[str]
    spaces: dict[str, SpaceHealth]


def router() -> APIRouter:
    """Return the routes of spaces."""
    routes = APIRouter()
    _health(routes)
    _spaces(routes)
    return routes


def _health(routes: APIRouter) -> None:
    @routes.get("/health/live", tags=["health"], openapi_extra={"x-right": "open"})
    async def live() -> dict[str, str]:
        """The process answers."""
        return {"live": "yes"}

    @routes.get("/health", tags=["health"], response_model=Health, openapi_extra={"x-right": "open"})
    @routes.get("/health/ready", tags=["health"], response_model=Health, openapi_extra={"x-right": "open"})
    async def ready(request: Request, response: Response) -> Any:
        """Whether every space takes orders, and if not, why not."""
        centre = centre_of(request)
        why_not = [reason for world in centre.worlds.values() for reason in world.why_not_ready()]
        response.status_code = 503 if why_not else 200
        return {
            "live": "yes",
            "ready": "no" if why_not else "yes",
            "why_not": why_not,
            "spaces": {
                world.name: {
                    "mode": world.mode,
                    "position": world.residence.position,
                    "late_by_s": round(world.timers.late_by.total_seconds(), 3),
                    "reactions_behind": max(world.reactor.lag().values(), default=0),
                }
                for world in centre.worlds.values()
            },
        }


def _spaces(routes: APIRouter) -> None:
    @routes.post("/spaces", tags=["spaces"], dependencies=[Depends(alone)], openapi_extra={"x-right": "exercise.open"})
    async def open_space(request: Request, actor: Who, body: NewSpace) -> SpaceOpen:
        """Open an exercise: its own world, with the plans of the live one."""
        centre = centre_of(request)
        permit(centre.world("live"), actor, "exercise.open")
        if body.space == "live":
            raise Refused("there is one live space, and it is open", "space-name")
        world = await centre.open_space(body.space, "exercise", body.starts)
        await furnish(world, centre.world("live"), actor.account)
        return SpaceOpen(space=world.name, mode=world.mode, epoch=world.hub.epoch)

    @routes.post("/spaces/{space}/clock", tags=["spaces"], openapi_extra={"x-right": "exercise.control"})
    async def clock(request: Request, actor: Who, space: SpaceName, body: ClockBody) -> SpaceTime:
        """Start or pause the clock of an exercise."""
        world = centre_of(request).world(space)
        permit(world, actor, "exercise.control")
        if not isinstance(world.clock, VirtualClock):
            raise Refused("live time is nobody's to set", "live-clock")
        if not body.run and body.virtual is not None:
            raise Unfit([Finding("error", "virtual", "unfit", "a clock is paused where it is; leave virtual out")])
        virtual = body.virtual or world.now()
        wish = StartClock(virtual, body.speed, actor.account) if body.run else PauseClock(virtual, actor.account)
        await world.residence.handle(SPACE, wish, Meta(virtual, actor.account, secrets.token_hex(12)))
        if body.run:
            world.clock.start(virtual, body.speed)
        else:
            world.clock.pause(virtual)
        return SpaceTime(time=world.now())

    @routes.post("/spaces/{space}/clock/step", tags=["spaces"], openapi_extra={"x-right": "exercise.control"})
    async def step(request: Request, actor: Who, space: SpaceName, body: StepBody) -> StepDone:
        """Move the clock of an exercise by one step; answers where it stands when all that follows is at rest."""
        world = centre_of(request).world(space)
        permit(world, actor, "exercise.control")
        return StepDone(position=await world.advance(body.to), time=world.now())

    @routes.get(
        "/spaces/{space}/plans", tags=["spaces"], response_model=PlansRow, openapi_extra={"x-right": "plans.view"}
    )
    async def plans(request: Request, actor: Who, space: SpaceName) -> Any:
        """Return the adopted plans: digest, groups, levels, titles."""
        world = centre_of(request).world(space)
        permit(world, actor, "plans.view")
        adopted = world.plans.adopted()
        return {
            "digest": adopted.digest,
            "plans": [{"plan": p.plan, "kind": p.kind, "title": p.title, "hazards": p.hazards} for p in adopted.plans],
            "groups": {
                code: adopted.text("master", f"group.{code}", group.title) for code, group in adopted.groups.items()
            },
            "levels": {level: list(posts) for level, posts in world.plans.posts().items()},
        }
