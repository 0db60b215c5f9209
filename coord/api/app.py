"""The web application: the centre behind routers, and every refusal as a problem."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from coord import __version__
from coord.api import commands, day, door, frames, live, logs, openapi, own, people, previews, problems, reads, spaces
from coord.api.centre import Centre, running
from coord.api.edge import Edge
from coord.api.settings import Settings

PARTS = (door, own, people, spaces, previews, commands, reads, day, frames, logs, live, openapi)
"""Every module with routes; the matrix test walks them."""


def make_app(settings: Settings) -> FastAPI:
    """Return the application; its lifespan opens and closes the centre."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with running(settings) as centre:
            app.state.centre = centre
            yield

    return _routed(lifespan=lifespan)


def app_of(centre: Centre) -> FastAPI:
    """Return the application for a *centre* that is open already."""
    app = _routed()
    app.state.centre = centre
    return app


def _routed(**more: Any) -> FastAPI:
    app = FastAPI(
        title="coord",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        **more,
    )
    problems.install(app)
    app.add_middleware(Edge)
    for part in PARTS:
        app.include_router(part.router())
    openapi.install(app)
    return app
