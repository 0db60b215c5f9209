"""Sessions: opaque tokens that mean nothing without the cabinet, so that they can be taken back everywhere.

The cabinet keeps the SHA-256 of a token only. Each use is checked there, at
most half a second old; the rights are those of the roll at that moment.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from coord.access.accounts import Accounts
from coord.access.authorize import Actor
from coord.access.documents import SESSIONS, Doc, moment, pack, sealed, secret, stamp, unpack
from coord.errors import Conflict, Forbidden, NotFound
from coord.store.log import Cabinet, NotRecorded, ReadOnly, Sheet

AGE: Final = timedelta(milliseconds=500)
"""How old a cached session may be; see :data:`coord.access.roll.AGE`."""

COARSE: Final = timedelta(minutes=1)
"""How exactly the last use is kept: a write a minute, not one a request."""

CACHED: Final = 20_000


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a session lives: unused for ``idle``, and in all. Long enough for a storm, for approvals ask again."""

    idle: timedelta = timedelta(hours=12)
    absolute: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Opened:
    """What the client gets, once: the cookie's value, the value of the CSRF header, and when it ends at the latest."""

    token: str
    csrf: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """What is shown of a session. ``id`` is public; it opens nothing."""

    id: str
    account: str
    opened_at: datetime
    used_at: datetime
    label: str


class NotSignedIn(Forbidden):
    """There is no such session or token, or no longer; the edge answers 401."""

    code = "not-signed-in"

    def __init__(self) -> None:
        super().__init__("sign in first; this sign-in is unknown or has ended")


class WrongCsrf(Forbidden):
    """A browser's write came without the header that only our own pages know."""

    code = "wrong-csrf"

    def __init__(self) -> None:
        super().__init__("this request did not come from one of our pages; load the page again")


class Sessions:
    """Opens, checks and revokes sessions. All workers share the cabinet; each caches for half a second."""

    def __init__(self, accounts: Accounts, now: Callable[[], datetime], terms: Terms | None = None) -> None:
        self._accounts = accounts
        self._cabinet: Cabinet = accounts.cabinet
        self._now = now
        self._terms = terms or Terms()
        self._cache: dict[str, tuple[Doc, datetime]] = {}

    async def open(self, account: str, label: str = "", *, proved: bool = True) -> Opened:
        """Open a session for *account*, whose password was just checked (*proved*)."""
        card = await self._accounts.card(account)
        at, token = self._now(), secret()
        doc = {
            "account": account,
            "generation": card.generation,
            "opened": stamp(at),
            "used": stamp(at),
            "proved": stamp(at) if proved else None,
            "label": label[:80],
        }
        await self._cabinet.put(SESSIONS, sealed(token), pack(doc), 0)
        return Opened(token, csrf_of(token), at + self._terms.absolute)

    async def check(self, token: str) -> Actor:
        """Return who holds *token*, with the rights of now; raises :exc:`NotSignedIn`."""
        return await self.again(sealed(token))

    async def again(self, key: str) -> Actor:
        """Return who holds the session under *key* (its SHA-256), checked anew; raises :exc:`NotSignedIn`."""
        doc = await self._doc(key)
        standing = await self._accounts.roll.standing(doc["account"])
        if not standing.active:
            raise NotSignedIn
        proved = doc["proved"] and moment(doc["proved"])
        return Actor(doc["account"], standing.grants, "session", f"session:{key}", proved)

    async def prove(self, actor: Actor) -> Actor:
        """Record that the password was given again just now (step-up), and return the actor with that."""
        key = _key_of(actor)
        while True:
            sheet = await self._cabinet.get(SESSIONS, key)
            if sheet is None:
                raise NotSignedIn
            doc = {**unpack(sheet), "proved": stamp(self._now())}
            try:
                await self._cabinet.put(SESSIONS, key, pack(doc), sheet.revision)
            except Conflict:
                continue
            self._cache.pop(key, None)
            return await self.again(key)

    async def close(self, token: str) -> None:
        """Sign out: the session of *token* ends everywhere."""
        await self._drop(sealed(token))

    async def revoke(self, account: str, session: str) -> None:
        """End the session of *account* with the public id *session*; raises :exc:`NotFound`."""
        async for sheet in self._of(account):
            if sheet.key.startswith(session) and len(session) == 16:
                await self._drop(sheet.key)
                return
        raise NotFound("there is no such session")

    async def revoke_all(self, account: str) -> None:
        """End all sessions, tokens and links of *account*, those that are being opened at this moment included."""
        await self._accounts.end_everything(account)
        async for sheet in self._of(account):
            await self._drop(sheet.key)
        self._cache.clear()

    async def of(self, account: str) -> list[Session]:
        """Return the sessions of *account*."""
        return [_session(sheet) async for sheet in self._of(account)]

    async def _doc(self, key: str) -> Doc:
        at = self._now()
        cached = self._cache.get(key)
        if cached is None or not timedelta(0) <= at - cached[1] < AGE:
            self._cache.pop(key, None)
            sheet = await self._cabinet.get(SESSIONS, key)
            if sheet is None:
                raise NotSignedIn
            doc = unpack(sheet)
            card = await self._accounts.cabinet_card(doc["account"])
            if card is None or card.generation != doc["generation"]:
                raise NotSignedIn
            if at - moment(doc["used"]) >= COARSE and not self._over(doc, at):
                doc = await self._used(sheet, doc, at)
            if len(self._cache) >= CACHED:
                self._cache.clear()
            self._cache[key] = (doc, at)
        doc = self._cache[key][0]
        if self._over(doc, at):
            raise NotSignedIn
        return doc

    def _over(self, doc: Doc, at: datetime) -> bool:
        return at - moment(doc["used"]) >= self._terms.idle or at - moment(doc["opened"]) >= self._terms.absolute

    async def _used(self, sheet: Sheet, doc: Doc, at: datetime) -> Doc:
        doc = {**doc, "used": stamp(at)}
        try:
            await self._cabinet.put(SESSIONS, sheet.key, pack(doc), sheet.revision)
        except Conflict:  # another worker has just noted the same, or the session was ended
            if await self._cabinet.get(SESSIONS, sheet.key) is None:
                raise NotSignedIn from None
        except (NotRecorded, ReadOnly):
            pass  # a disk that is full, or a log that may not be written, must not keep anybody from reading
        return doc

    async def _of(self, account: str) -> AsyncIterator[Sheet]:
        after = ""
        while sheets := await self._cabinet.scan(SESSIONS, after=after):
            for sheet in sheets:
                if unpack(sheet)["account"] == account:
                    yield sheet
            after = sheets[-1].key

    async def _drop(self, key: str) -> None:
        self._cache.pop(key, None)
        await self._cabinet.drop(SESSIONS, key)


def _session(sheet: Sheet) -> Session:
    doc = unpack(sheet)
    return Session(sheet.key[:16], doc["account"], moment(doc["opened"]), moment(doc["used"]), doc["label"])


def _key_of(actor: Actor) -> str:
    kind, _, key = actor.holder.partition(":")
    if kind != "session":
        raise NotSignedIn
    return key


def csrf_of(token: str) -> str:
    """Return the value of the CSRF header for a session: derived from its token, so nothing more is kept."""
    return hmac.new(token.encode(), b"coord csrf", hashlib.sha256).hexdigest()


def check_csrf(token: str, header: str | None) -> None:
    """Raise :exc:`WrongCsrf` unless *header* is the CSRF value of the session *token*."""
    if header is None or not hmac.compare_digest(csrf_of(token).encode(), header.encode("utf-8", "surrogatepass")):
        raise WrongCsrf
