"""The staff socket: a thin shell that drives the session machine over FastAPI's websocket."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from coord.access.authorize import Actor
from coord.access.cookies import cookie_name
from coord.access.sessions import NotSignedIn
from coord.api.centre import Centre
from coord.api.permits import AUDIENCES, audience_of
from coord.api.problems import refusal
from coord.api.wire import BACKLOG, DROP
from coord.api.world import World
from coord.errors import CoordError
from coord.hub.audience import Audience
from coord.hub.session import BadMessage, Session, read_hello
from coord.hub.views import View
from coord.timers import LiveClock

MACHINE = LiveClock()

SOCKETS = {"/spaces/{space}/live": AUDIENCES}
"""Every socket, and the right that each audience on it asks for; a test compares this with the routes."""


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
        except CoordError as error:
            await socket.send_denial_response(refusal(error, socket.url.path))
            return
        await socket.accept()
        line = Line(centre, world, actor, audience, socket)
        with contextlib.suppress(WebSocketDisconnect):
            await line.close(await line.serve())

    return routes


async def _who(centre: Centre, socket: WebSocket) -> Actor:
    """Return who opens the socket: by ticket, by bearer token, or by cookie from one of our own pages."""
    headers = socket.headers
    ticket = socket.query_params.get("ticket", "")
    scheme, _, secret = headers.get("authorization", "").partition(" ")
    bearer = bool(ticket) or (scheme.lower() == "bearer" and bool(secret))
    if not bearer and cookie_name(tls=centre.settings.secure) not in socket.cookies:
        raise NotSignedIn
    centre.origins.check(headers.get("origin"), headers.get("host"), tls=centre.settings.secure, bearer=bearer)
    if ticket:
        return await centre.access.tickets.take(ticket)
    return await centre.who(socket, "GET")


@dataclass
class Line:
    """One accepted socket, from hello to its close code (:data:`coord.hub.session.CLOSE`)."""

    centre: Centre
    world: World
    actor: Actor
    audience: Audience
    socket: WebSocket

    async def serve(self) -> int:
        """Serve the session to its end and return the close code."""
        pace = self.centre.settings.pace
        try:
            async with asyncio.timeout(pace.hello.total_seconds()):
                hello = read_hello(await self.socket.receive_text())
        except TimeoutError:
            return 4408
        except (BadMessage, KeyError):  # KeyError: a binary message
            return 1008
        with self.world.hub.watching(self.audience) as view:
            session = Session(view, hello, MACHINE.now(), pace.beat)
            ends = {asyncio.create_task(self._write(session, view)), asyncio.create_task(self._read(session))}
            done, rest = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)
            return next(iter(done)).result()

    async def _write(self, session: Session, view: View) -> int:
        pace = self.centre.settings.pace
        while True:
            changed = view.changed
            if code := await self._rights_lost():  # asked again before anything is said
                return code
            for text in session.pending(MACHINE.now()):
                if not await self._send(text):
                    return 1013
            wait = min(session.beat_due - MACHINE.now(), pace.recheck).total_seconds()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(wait, 0.01)):
                    await changed.wait()

    async def _rights_lost(self) -> int:
        """Return the close code when this socket may not see its view any more, else 0."""
        wanted = f"group:{self.audience.group}" if self.audience.kind == "group" else self.audience.kind
        try:
            now = await self.centre.access.tickets.again(self.actor)
            return 0 if audience_of(self.world, now, wanted) == self.audience else 4403
        except NotSignedIn:
            return 4401
        except CoordError:
            return 4403

    async def _send(self, text: str) -> bool:
        """Send *text*; False when the client has taken no byte of what it was sent for too long."""
        backlog = self.socket.scope["extensions"].get(BACKLOG, lambda: 0)
        left = backlog()
        while True:
            try:
                async with asyncio.timeout(self.centre.settings.pace.slow.total_seconds()):
                    await self.socket.send_text(text)  # waits for room before it writes, so it can be tried again
                    return True
            except TimeoutError:
                if backlog() >= left:
                    return False
                left = backlog()

    async def _read(self, session: Session) -> int:
        while True:
            try:
                for answer in session.hear(await self.socket.receive_text(), MACHINE.now()):
                    if not await self._send(answer):
                        return 1013
            except (BadMessage, KeyError):
                return 1008

    async def close(self, code: int) -> None:
        """End the session with *code*; a client that does not read cannot hold the line."""
        drop = self.socket.scope["extensions"].get(DROP)
        if drop is None:
            await self.socket.close(code)
        else:
            drop(code)
