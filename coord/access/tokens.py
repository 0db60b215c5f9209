"""API tokens: for programs, never more than their owner, and never for an approval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from coord.access.accounts import Accounts
from coord.access.authorize import Actor
from coord.access.documents import TOKENS, Doc, grant_doc, grant_of, moment, pack, sealed, secret, stamp, unpack
from coord.access.roles import Grant, within
from coord.access.sessions import AGE, NotSignedIn
from coord.errors import Conflict, NotFound, Refused
from coord.store.log import NotRecorded, ReadOnly, Sheet

PREFIX: Final = "coord_"
"""Lets scanners find a token that was left in a file."""

LONGEST: Final = timedelta(days=366)
COARSE: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Token:
    """What is shown of a token. ``id`` is public; ``used_at`` is exact to the hour."""

    id: str
    account: str
    name: str
    grants: tuple[Grant, ...]
    until: datetime
    used_at: datetime | None


class TooWide(Refused):
    """A token cannot do more than who makes it."""

    code = "token-too-wide"

    def __init__(self, grant: Grant) -> None:
        super().__init__(f"you cannot give a token what you do not hold: {grant}")


class Tokens:
    """Makes, checks and withdraws API tokens."""

    def __init__(self, accounts: Accounts, now: Callable[[], datetime]) -> None:
        self._accounts = accounts
        self._cabinet = accounts.cabinet
        self._now = now
        self._cache: dict[str, tuple[Doc, datetime]] = {}

    async def make(self, account: str, name: str, grants: Sequence[Grant], until: datetime) -> tuple[str, Token]:
        """Return a new secret (shown once) and what is shown of it later.

        Each of *grants* must lie within one that *account* holds now
        (:exc:`TooWide`); *until* is at most a year away. The caller records
        ``TokenIssued``.
        """
        at = self._now()
        if not at < until <= at + LONGEST:
            raise Refused("a token ends within a year, and not before it begins", "token-term")
        held = (await self._accounts.roll.standing(account)).grants
        for grant in grants:
            if grant not in within([grant], held):
                raise TooWide(grant)
        if not grants:
            raise Refused("a token needs at least one right", "token-empty")
        token = PREFIX + secret()
        doc = {
            "account": account,
            "generation": (await self._accounts.card(account)).generation,
            "name": name[:80],
            "grants": [grant_doc(grant) for grant in grants],
            "until": stamp(until),
            "used": None,
        }
        await self._cabinet.put(TOKENS, sealed(token), pack(doc), 0)
        return token, _token(sealed(token), doc)

    async def check(self, token: str) -> Actor:
        """Return the owner of *token* with what is left of its rights now; raises :exc:`NotSignedIn`."""
        return await self.again(sealed(token))

    async def again(self, key: str) -> Actor:
        """Return the owner of the token under *key* (its SHA-256), checked anew; raises :exc:`NotSignedIn`."""
        doc = await self._doc(key)
        standing = await self._accounts.roll.standing(doc["account"])
        if not standing.active or self._now() >= moment(doc["until"]):
            raise NotSignedIn
        grants = within(map(grant_of, doc["grants"]), standing.grants)
        return Actor(doc["account"], grants, "token", f"token:{key}")

    async def of(self, account: str) -> list[Token]:
        """Return the tokens of *account*, void ones included until they are swept."""
        return [_token(sheet.key, unpack(sheet)) for sheet in await self._sheets(account)]

    async def revoke(self, account: str, token: str) -> None:
        """Withdraw the token of *account* with the public id *token*; raises :exc:`NotFound`."""
        for sheet in await self._sheets(account):
            if sheet.key[:16] == token:
                self._cache.pop(sheet.key, None)
                await self._cabinet.drop(TOKENS, sheet.key)
                return
        raise NotFound("there is no such token")

    async def _doc(self, key: str) -> Doc:
        at = self._now()
        cached = self._cache.get(key)
        if cached is not None and timedelta(0) <= at - cached[1] < AGE:
            return cached[0]
        self._cache.pop(key, None)
        sheet = await self._cabinet.get(TOKENS, key)
        if sheet is None:
            raise NotSignedIn
        doc = unpack(sheet)
        card = await self._accounts.cabinet_card(doc["account"])
        if card is None or card.generation != doc["generation"]:
            raise NotSignedIn
        if doc["used"] is None or at - moment(doc["used"]) >= COARSE:
            doc = {**doc, "used": stamp(at.replace(minute=0, second=0, microsecond=0))}
            try:
                await self._cabinet.put(TOKENS, key, pack(doc), sheet.revision)
            except Conflict:  # another worker has noted the same hour, or the token is gone
                if await self._cabinet.get(TOKENS, key) is None:
                    raise NotSignedIn from None
            except (NotRecorded, ReadOnly):
                pass  # a disk that is full, or a log that may not be written, must not keep anybody from reading
        self._cache[key] = (doc, at)
        return doc

    async def _sheets(self, account: str) -> list[Sheet]:
        found: list[Sheet] = []
        after = ""
        while sheets := await self._cabinet.scan(TOKENS, after=after):
            found += (sheet for sheet in sheets if unpack(sheet)["account"] == account)
            after = sheets[-1].key
        return found


def _token(key: str, doc: Doc) -> Token:
    grants = tuple(map(grant_of, doc["grants"]))
    used = doc["used"] and moment(doc["used"])
    return Token(key[:16], doc["account"], doc["name"], grants, moment(doc["until"]), used)
