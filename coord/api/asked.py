"""Who asks: the one dependency of every route that is not open to all."""

from __future__ import annotations

from fastapi import Request

from coord.access.authorize import Actor
from coord.api.centre import Centre


async def asked(request: Request) -> Actor:
    """Return who asks; :exc:`coord.access.sessions.NotSignedIn` (401) when nobody does."""
    centre: Centre = request.app.state.centre
    return await centre.who(request, request.method)
