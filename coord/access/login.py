"""Signing in: the same work and the same words whether or not the account exists."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from coord.access.accounts import Account, Accounts, Card, folded_login
from coord.access.documents import LOGIN_LOG, pack, stamp
from coord.access.limits import Limits, network
from coord.access.passwords import LONGEST
from coord.errors import Refused


class LoginFailed(Refused):
    """Wrong name, wrong password, no password yet, or disabled: which of them is not said."""

    code = "login-failed"

    def __init__(self) -> None:
        super().__init__("this name and this password do not fit together")


class Login:
    """The door: counts, checks, records each attempt."""

    def __init__(self, accounts: Accounts, limits: Limits, now: Callable[[], datetime]) -> None:
        self._accounts = accounts
        self._limits = limits
        self._now = now

    async def enter(self, login: str, password: str, address: str) -> Account:
        """Return the account that *login* and *password* open.

        Raises :exc:`LoginFailed`, :exc:`coord.access.limits.TooOften` or
        :exc:`coord.access.passwords.Busy`; none of them tells whether the
        account exists. Argon2 runs exactly once for each attempt that is
        checked (once more when a good password is hashed at a new cost).
        """
        name = folded_login(login)
        await self._limits.charge(name, address)
        card = await self._accounts.card_by_login(name)
        if not await self._checked(card, password):
            await self._record(card, address, "failed")
            raise LoginFailed
        assert card is not None  # noqa: S101 - for the type checker: only a card can be checked true
        await self._limits.forgive(name, address)
        await self._record(card, address, "entered")
        if self._accounts.passwords.stale(card.hash):
            await self._accounts.keep_hash(card, await self._accounts.passwords.hash(password))
        return await self._accounts.shown(card)

    async def prove(self, account: str, password: str, address: str) -> None:
        """Check the password of somebody who is signed in (step-up); raises as :meth:`enter` does."""
        entered = await self.enter((await self._accounts.card(account)).login, password, address)
        if entered.id != account:
            raise LoginFailed

    async def _checked(self, card: Card | None, password: str) -> bool:
        passwords = self._accounts.passwords
        kept = card.hash if card and card.hash else passwords.nobody
        fits = await passwords.fits(kept, password)
        standing = await self._accounts.roll.standing(card.account if card else "-")
        return fits and len(password) <= LONGEST and card is not None and bool(card.hash) and standing.active

    async def _record(self, card: Card | None, address: str, outcome: str) -> None:
        at = stamp(self._now())
        row = {"at": at, "account": card.account if card else "", "from": network(address), "outcome": outcome}
        await self._accounts.cabinet.put(LOGIN_LOG, f"{at}-{secrets.token_hex(4)}", pack(row))
