"""The routes of every command: translate, ask for the right, delegate, answer. No rule lives here."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Request
from pydantic import BaseModel, ConfigDict

from coord.access.authorize import Actor
from coord.api.asked import asked, centre_of
from coord.api.bodies import Body, body_of, values_of
from coord.api.intake import Intake
from coord.api.verbs import KNOWN, VERBS, Verb

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

    model_config = ConfigDict(
        json_schema_extra={"example": {"space": "live", "stream": "watch/hengqin", "first": 812, "last": 813}}
    )

    space: str
    stream: str
    first: int
    last: int


def router() -> APIRouter:
    """Return the routes of :data:`coord.api.verbs.VERBS`."""
    routes = APIRouter(prefix="/spaces/{space}")
    for verb in VERBS:
        names = frozenset(re.findall(r"{(\w+)", verb.path))
        body = body_of(verb.command, KNOWN | names, verb.texts)
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
        centre = centre_of(request)
        path = {name: request.path_params[name] for name in names}
        values = {**values_of(body), **path}
        intake = Intake(centre, centre.world(space), verb, actor, values, key or secrets.token_hex(16))
        intake.permit()
        intake.check()
        intake.correct(sent)
        outcome = await intake.carry_out(_digest(request, body), match)
        return Done(space=space, stream=intake.stream, first=outcome.first, last=outcome.last)

    carry_out.__annotations__["body"] = body_type
    carry_out.__doc__ = verb.command.__doc__
    return carry_out


def _digest(request: Request, body: Body) -> str:
    said = json.dumps([request.url.path, body.model_dump(mode="json")], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()
