"""uvicorn's websocket with what it lacks: a close that does not wait for a client that has stopped reading."""

from __future__ import annotations

from typing import Any

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

BACKLOG = "coord.backlog"
"""Extension of a socket's scope: returns the bytes that wait to be sent."""

DROP = "coord.drop"
"""Extension of a socket's scope: closes with a code without waiting, and cuts the line when that is not read."""

GRACE = 10.0
"""Seconds that a client has to read what was sent before a close, the code included."""


class StaffSocket(WebSocketsSansIOProtocol):
    """uvicorn's websocket, which would wait for a client that does not read before it lets a close out."""

    def handle_connect(self, event: Request) -> None:
        """Give the application the two calls that ASGI has no words for."""
        super().handle_connect(event)
        if hasattr(self, "scope"):  # the handshake was good
            extensions: dict[Any, Any] = self.scope["extensions"]
            extensions[BACKLOG] = self.transport.get_write_buffer_size
            extensions[DROP] = self.drop

    async def send(self, message: ASGISendEvent) -> None:
        """Send *message*; a handshake that was refused with an answer is complete, and no fault of the application."""
        await super().send(message)
        if self.initial_response is not None and self.close_sent:
            self.handshake_complete = True

    def drop(self, code: int) -> None:
        """Close with *code* behind whatever waits to be sent; after :data:`GRACE` seconds cut the line."""
        if self.close_sent or self.transport.is_closing():
            return
        self._end(code)
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(GRACE, self.transport.abort)

    def shutdown(self) -> None:
        """Say 1001 to whoever is connected when the centre goes away (uvicorn says 1012)."""
        if self.close_sent or not self.handshake_complete:
            super().shutdown()
            return
        self.stop_keepalive()
        self._end(1001)
        self.transport.close()

    def _end(self, code: int) -> None:
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": ""})
        self.conn.send_close(code)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
