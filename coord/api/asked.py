"""What every route needs: the centre that serves the request, and who asks."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import Request

from coord.access.authorize import Actor
from coord.api.centre import Centre


def centre_of(request: Request) -> Centre:
    """Return the centre that serves *request*."""
    centre: Centre = request.app.state.centre
    return centre


async def alone(request: Request) -> AsyncIterator[None]:
    """Let one request at a time open a space: two who open the same one get the same one, furnished once."""
    async with centre_of(request).opening:
        yield


async def asked(request: Request) -> Actor:
    """Return who asks; :exc:`coord.access.sessions.NotSignedIn` (401) when nobody does."""
    return await centre_of(request).who(request, request.method)
