"""One-time links: to make the first administrator, and to set one's own password.

An administrator who opens an account never knows its password. The link is an
opaque secret of which only the SHA-256 is kept; it works once, for a while.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from coord.access.accounts import Accounts
from coord.access.documents import LINKS, moment, pack, sealed, secret, stamp, unpack
from coord.access.passwords import check_new
from coord.errors import Refused

TERM: Final = timedelta(hours=24)


class LinkVoid(Refused):
    """The link is unknown, was used, or is too old: which of them is not said."""

    code = "link-void"

    def __init__(self) -> None:
        super().__init__("this link is no longer good; ask for a new one")


class Links:
    """Makes links to set a password, and takes them."""

    def __init__(self, accounts: Accounts, now: Callable[[], datetime]) -> None:
        self._accounts = accounts
        self._cabinet = accounts.cabinet
        self._now = now

    async def make(self, account: str, term: timedelta = TERM) -> str:
        """Return a link secret that lets its holder set the password of *account* once, within *term*.

        The caller has recorded ``CredentialsReset`` (or just opened the account).
        """
        card = await self._accounts.card(account)
        token = secret()
        doc = {"account": account, "generation": card.generation, "until": stamp(self._now() + term)}
        await self._cabinet.put(LINKS, sealed(token), pack(doc), 0)
        return token

    async def take(self, token: str, password: str) -> str:
        """Set the password of the account that *token* is for, and return the account's id.

        Raises :exc:`LinkVoid`; with WeakPassword the link stays good.
        """
        key = sealed(token)
        sheet = await self._cabinet.get(LINKS, key)
        if sheet is None:
            raise LinkVoid
        doc = unpack(sheet)
        card = await self._accounts.cabinet_card(doc["account"])
        if card is None or self._now() >= moment(doc["until"]) or card.generation != doc["generation"]:
            raise LinkVoid
        check_new(password, card.login)
        if not await self._cabinet.drop(LINKS, key):  # somebody else was first
            raise LinkVoid
        await self._accounts.set_password(card.account, password)
        return card.account
