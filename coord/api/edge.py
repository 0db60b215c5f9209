"""What holds for every request: its body is bounded, HEAD is GET without the body, and nobody keeps what we said."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coord.api.problems import SENTENCES, problem

LARGEST = 1_048_576
"""Bytes of a request's body. A level's decision has 500; registers come by their own road."""


class Edge:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"

        async def out(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                headers.setdefault("Cache-Control", "no-store")
            elif head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        length = Headers(scope=scope).get("content-length", "0")
        if length.isdecimal() and int(length) > LARGEST:
            await problem("too-large", SENTENCES[413], scope["path"])(scope, receive, out)
            return
        await self.app({**scope, "method": "GET"} if head else scope, _bounded(receive), out)


def _bounded(receive: Receive) -> Receive:
    """Return *receive*, which refuses a body that grows beyond :data:`LARGEST`."""
    taken = 0

    async def take() -> Message:
        nonlocal taken
        message = await receive()
        if message["type"] == "http.request":
            taken += len(message.get("body", b""))
            if taken > LARGEST:
                raise HTTPException(413)
        return message

    return take
