"""The composition root: one process of the centre, with its spaces and its people."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog
from starlette.requests import HTTPConnection

from coord.access.authorize import Actor
from coord.access.cookies import CSRF_HEADER, cookie_name
from coord.access.origins import Origins
from coord.access.passwords import Cost
from coord.access.room import Access, open_access
from coord.access.sessions import NotSignedIn, check_csrf
from coord.access.setup import first_start
from coord.access.tokens import PREFIX
from coord.access.vault import Ref
from coord.api.reactions import policies
from coord.api.settings import Settings
from coord.api.world import World, open_world
from coord.errors import NotFound, Refused
from coord.spaces import Mode

LOG = structlog.get_logger(__name__)
SAFE = {"GET", "HEAD", "OPTIONS"}
NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


def now() -> datetime:
    """Return the time of the machine: sessions and passwords know no exercise."""
    return datetime.now(UTC)


@dataclass
class Centre:
    """All that one process serves."""

    settings: Settings
    worlds: dict[str, World]
    access: Access
    origins: Origins
    setup_token: str | None = None
    started_at: datetime = field(default_factory=now)
    opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    def world(self, space: str) -> World:
        """Return the running space of that name."""
        if (world := self.worlds.get(space)) is None:
            raise NotFound(f"there is no space {space}")
        return world

    async def open_space(self, name: str, mode: Mode, starts: datetime | None = None) -> World:
        """Open *name* beside the others, a new exercise at virtual time *starts*; the same again when it is open."""
        if not NAME.fullmatch(name) or (name == "live") != (mode == "live"):
            raise Refused("a space is named a-z, 0-9 and '-'; the live one is called live", "space-name")
        if name not in self.worlds:
            self.worlds[name] = await open_world(self.settings, name, mode, policies, starts)
        return self.worlds[name]

    async def who(self, connection: HTTPConnection, method: str) -> Actor:
        """Return who asks, by bearer token or cookie; :exc:`NotSignedIn` when nobody does.

        A cookie's write must come from one of our pages: right origin, and the
        CSRF header.
        """
        scheme, _, secret = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and secret:
            return await self._bearer(secret.strip())
        token = connection.cookies.get(cookie_name(tls=self.settings.secure))
        if not token:
            raise NotSignedIn
        if method not in SAFE:
            headers = connection.headers
            self.origins.check(headers.get("origin"), headers.get("host"), tls=self.settings.secure)
            check_csrf(token, headers.get(CSRF_HEADER, ""))
        return await self.access.sessions.check(token)

    def secret_of(self, connection: HTTPConnection) -> str:
        """Return the session's secret that came with *connection*, by bearer token or cookie."""
        scheme, _, secret = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return secret.strip()
        return connection.cookies.get(cookie_name(tls=self.settings.secure), "")

    async def _bearer(self, secret: str) -> Actor:
        return await (self.access.tokens if secret.startswith(PREFIX) else self.access.sessions).check(secret)

    async def close_exercises(self) -> None:
        """Close every space but the live one, which goes last."""
        for name in sorted(self.worlds.keys() - {"live"}):
            await self.worlds.pop(name).close()


def ref_of(text: str) -> Ref:
    """Return the vault's reference that an event's text field holds (``id#hash``)."""
    identity, _, digest = text.partition("#")
    return Ref(identity, digest)


def text_of(ref: Ref) -> str:
    """Return what an event's text field holds for *ref*."""
    return f"{ref.id}#{ref.hash}"


@contextlib.asynccontextmanager
async def running(settings: Settings, cost: Cost | None = None) -> AsyncIterator[Centre]:
    """Open the live space and the exercises of *settings*, let them run, and close them again.

    *cost* is that of a password hash, by default what reliability asks for.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    live = await open_world(settings, "live", "live", policies)
    async with contextlib.AsyncExitStack() as opened:
        opened.push_async_callback(live.close)
        log, cabinet = live.store.log, live.store.cabinet
        access = await open_access(log, cabinet, settings.data / "master.key", now, cost=cost)
        opened.callback(access.close)
        token = await first_start(cabinet, access.roll, now)
        centre = Centre(settings, {"live": live}, access, Origins(allowed=settings.origins), token)
        opened.push_async_callback(centre.close_exercises)
        for name in settings.exercises:
            await centre.open_space(name, "exercise")
        yield centre
