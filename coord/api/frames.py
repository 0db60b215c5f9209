"""The live view over plain HTTP, for programs and for networks where websockets die: the same messages, asked for."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from coord.access.authorize import Actor
from coord.api.asked import asked, centre_of
from coord.api.permits import audience_of
from coord.hub.session import Hello, Session

Who = Annotated[Actor, Depends(asked)]


def router() -> APIRouter:
    """Return the route of frames."""
    routes = APIRouter(tags=["read"])

    @routes.get("/spaces/{space}/frames", openapi_extra={"x-right": "board.view"}, response_class=Response)
    async def frames(
        request: Request,
        actor: Who,
        space: Annotated[str, Path(max_length=40)],
        audience: Annotated[str, Query(alias="as", max_length=60)] = "",
        epoch: Annotated[str, Query(max_length=80)] = "",
        after: Annotated[int, Query(ge=-1)] = -1,
    ) -> Response:
        """Return what the socket would say to a client that stands at ``after``: frames, a reset, or the head."""
        world = centre_of(request).world(space)
        with world.hub.watching(audience_of(world, actor, audience)) as view:
            said = Session(view, Hello(epoch, after), world.now()).pending(world.now())
        return Response(f'{{"messages":[{",".join(said)}]}}', media_type="application/json")

    return routes
