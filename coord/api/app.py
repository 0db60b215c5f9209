"""The web application: the centre behind routers, and every refusal as a problem."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from coord import __version__
from coord.api import commands, frames, live, people, previews, problems, reads, spaces
from coord.api.centre import Centre, running
from coord.api.settings import Settings


def make_app(settings: Settings) -> FastAPI:
    """Return the application; its lifespan opens and closes the centre."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with running(settings) as centre:
            app.state.centre = centre
            yield

    return _routed(FastAPI(title="coord", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None))


def app_of(centre: Centre) -> FastAPI:
    """Return the application for a *centre* that is open already."""
    app = _routed(FastAPI(title="coord", version=__version__, docs_url=None, redoc_url=None))
    app.state.centre = centre
    return app


def _routed(app: FastAPI) -> FastAPI:
    problems.install(app)
    for part in (people, spaces, previews, commands, reads, frames, live):
        app.include_router(part.router())
    return app
