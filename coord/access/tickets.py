"""Tickets: what a browser shows when it opens a websocket, since it can send no header there.

Good once and for 30 seconds. A ticket is bound to the session or token that
asked for it, so it can do no more and ends with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from coord.access.authorize import Actor
from coord.access.documents import TICKETS, moment, pack, sealed, secret, stamp, unpack
from coord.access.sessions import NotSignedIn, Sessions
from coord.access.tokens import Tokens
from coord.store.log import Cabinet

TERM: Final = timedelta(seconds=30)


class Tickets:
    """Issues and takes tickets, and checks long connections again."""

    def __init__(self, cabinet: Cabinet, sessions: Sessions, tokens: Tokens, now: Callable[[], datetime]) -> None:
        self._cabinet = cabinet
        self._sessions = sessions
        self._tokens = tokens
        self._now = now

    async def issue(self, actor: Actor) -> str:
        """Return a ticket for *actor*, who is signed in."""
        ticket = secret()
        doc = {"holder": actor.holder, "until": stamp(self._now() + TERM)}
        await self._cabinet.put(TICKETS, sealed(ticket), pack(doc), 0)
        return ticket

    async def take(self, ticket: str) -> Actor:
        """Return who the *ticket* is for; it is void from now on. Raises :exc:`NotSignedIn`."""
        key = sealed(ticket)
        sheet = await self._cabinet.get(TICKETS, key)
        if sheet is None or not await self._cabinet.drop(TICKETS, key):  # only one taker drops it
            raise NotSignedIn
        doc = unpack(sheet)
        if not timedelta(0) < moment(doc["until"]) - self._now() <= TERM:
            raise NotSignedIn
        return _by_ticket(await self._holder(doc["holder"]))

    async def again(self, actor: Actor) -> Actor:
        """Return *actor* with the rights of now, or raise :exc:`NotSignedIn`: before each frame of a connection."""
        now = await self._holder(actor.holder)
        return _by_ticket(now) if actor.via == "ticket" else now

    async def _holder(self, holder: str) -> Actor:
        kind, _, key = holder.partition(":")
        match kind:
            case "session":
                return await self._sessions.again(key)
            case "token":
                return await self._tokens.again(key)
            case _:
                raise NotSignedIn


def _by_ticket(actor: Actor) -> Actor:
    """A token's websocket stays a token's: it may not approve either."""
    return replace(actor, via="ticket") if actor.via == "session" else actor
