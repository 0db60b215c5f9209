"""uvicorn as coord runs it: no compression per connection, small frames in, bounded headers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import uvicorn

from coord.api.app import app_of
from coord.api.centre import Centre
from coord.api.wire import StaffSocket


def server(centre: Centre) -> uvicorn.Server:
    """Return the HTTP and websocket server of *centre*."""
    return uvicorn.Server(
        uvicorn.Config(
            app_of(centre),
            host=centre.settings.host,
            port=centre.settings.port,
            ws=StaffSocket,
            ws_per_message_deflate=False,  # shared frames are compressed once or not at all (see docs/architecture.md)
            ws_max_size=65_536,
            ws_ping_interval=20,
            ws_ping_timeout=20,
            h11_max_incomplete_event_size=65_536,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=3,
            lifespan="off",
            log_level="warning",
            server_header=False,
            date_header=False,
        )
    )


async def serve(centre: Centre) -> None:
    """Serve *centre* until a signal ends it."""
    await server(centre).serve()


@contextlib.asynccontextmanager
async def serving(centre: Centre) -> AsyncIterator[str]:
    """Serve *centre* beside other work; yield the address once it answers."""
    running = server(centre)
    task = asyncio.create_task(running.serve(), name="http")
    while not running.started:
        if task.done():
            await task
            raise OSError(f"port {centre.settings.port} is taken")
        await asyncio.sleep(0.01)
    port = running.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://{centre.settings.host}:{port}"
    finally:
        running.should_exit = True
        await task
