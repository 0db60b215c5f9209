"""The staff socket: a thin shell that drives the session machine over FastAPI's websocket."""

from __future__ import annotations

import asyncio
import contextlib

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from coord.access.authorize import Actor
from coord.access.cookies import cookie_name
from coord.access.origins import ForeignOrigin
from coord.access.sessions import NotSignedIn
from coord.api.centre import Centre
from coord.api.reads import audience_of
from coord.api.world import World
from coord.errors import CoordError, Forbidden
from coord.hub.audience import Audience
from coord.hub.session import BadMessage, Session, read_hello
from coord.hub.views import View
from coord.timers import LiveClock

HELLO_WITHIN = 10.0
"""Seconds that a client has to say hello."""

SLOW = 10.0
"""Seconds that one send may take before the client is dropped with 1013 and resumes by its cursor."""

MACHINE = LiveClock()


def router() -> APIRouter:
    """Return the live route."""
    routes = APIRouter()

    @routes.websocket("/spaces/{space}/live")
    async def live(socket: WebSocket, space: str) -> None:
        """Follow a view: ``?as=centre|auditor|group:CODE``; ``ticket=`` from a browser on another origin."""
        centre: Centre = socket.app.state.centre
        try:
            actor = await _who(centre, socket)
            world = centre.world(space)
            audience = audience_of(world, actor, socket.query_params.get("as", ""))
        except CoordError:
            await socket.close(4401)  # before accept: the handshake is refused with 403
            return
        await socket.accept()
        with contextlib.suppress(WebSocketDisconnect):
            code = await _serve(centre, world, actor, audience, socket)
            await socket.close(code)

    return routes


async def _who(centre: Centre, socket: WebSocket) -> Actor:
    """Return who opens the socket: by ticket, by bearer token, or by cookie from one of our own pages."""
    headers = socket.headers
    ticket = socket.query_params.get("ticket", "")
    scheme, _, secret = headers.get("authorization", "").partition(" ")
    bearer = bool(ticket) or (scheme.lower() == "bearer" and bool(secret))
    centre.origins.check(headers.get("origin"), headers.get("host"), tls=centre.settings.secure, bearer=bearer)
    if ticket:
        return await centre.access.tickets.take(ticket)
    if not bearer and cookie_name(tls=centre.settings.secure) not in socket.cookies:
        raise ForeignOrigin
    return await centre.who(socket, "GET")


async def _serve(centre: Centre, world: World, actor: Actor, audience: Audience, socket: WebSocket) -> int:
    """Serve one session to its end and return the close code (:data:`coord.hub.session.CLOSE`)."""
    view = world.hub.view(audience)
    try:
        async with asyncio.timeout(HELLO_WITHIN):
            hello = read_hello(await socket.receive_text())
    except TimeoutError:
        return 4408
    except (BadMessage, KeyError):  # KeyError: a binary message
        return 1008
    session = Session(view, hello, MACHINE.now())
    writer = asyncio.create_task(_write(centre, world, actor, audience, socket, session, view))
    reader = asyncio.create_task(_read(socket, session))
    done, rest = await asyncio.wait({writer, reader}, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    return next(iter(done)).result()


async def _write(
    centre: Centre, world: World, actor: Actor, audience: Audience, socket: WebSocket, session: Session, view: View
) -> int:
    while True:
        changed = view.changed
        try:  # rights are asked again before anything is said
            now = await centre.access.tickets.again(actor)
            if audience_of(world, now, _name(audience)) != audience:
                return 4403
        except NotSignedIn:
            return 4401
        except Forbidden:
            return 4403
        at = MACHINE.now()
        for text in session.pending(at):
            try:
                async with asyncio.timeout(SLOW):
                    await socket.send_text(text)
            except TimeoutError:
                return 1013
        wait = (session.beat_due - MACHINE.now()).total_seconds()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(wait, 0.01)):
                await changed.wait()


async def _read(socket: WebSocket, session: Session) -> int:
    while True:
        try:
            for answer in session.hear(await socket.receive_text(), MACHINE.now()):
                await socket.send_text(answer)
        except (BadMessage, KeyError):
            return 1008


def _name(audience: Audience) -> str:
    return f"group:{audience.group}" if audience.kind == "group" else audience.kind
