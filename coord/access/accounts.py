"""Accounts: the credentials in the cabinet behind the ids on the log.

The log knows an account by its id. Its login and password hash lie here, its
name in the vault; all three can be erased, the id and what was done with it stay.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from coord.access.documents import ACCOUNTS, LOGINS, pack, unpack
from coord.access.passwords import Passwords, check_new
from coord.access.roles import Grant
from coord.access.roll import Roll
from coord.access.vault import Ref, Vault
from coord.errors import Conflict, NotFound, Refused
from coord.store.log import Cabinet, Sheet

_LOGIN = re.compile(r"\w[\w.@-]{1,63}")


@dataclass(frozen=True, slots=True)
class Card:
    """The credentials of one account as they lie in the cabinet.

    ``hash`` is empty until a password was set. All sessions, tokens and links
    of an older ``generation`` are void.
    """

    account: str
    login: str
    hash: str = ""
    generation: int = 1
    name: Ref | None = None
    sample: bool = False
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """What is shown of an account. The display ``name`` is a Ref: reading it is logged."""

    id: str
    login: str
    name: Ref | None
    disabled: bool
    grants: tuple[Grant, ...]
    sample: bool = False


class LoginTaken(Refused):
    """The login belongs to another account. Shown to administrators only."""

    code = "login-taken"

    def __init__(self, login: str) -> None:
        super().__init__(f"somebody signs in as {login} already")


class NoSuchAccount(NotFound):
    """There is no account with this id or login."""

    def __init__(self, word: str) -> None:
        super().__init__(f"there is no account {word}")


class Accounts:
    """Opens, finds and changes cards. What each account may is asked of the roll."""

    def __init__(
        self, cabinet: Cabinet, vault: Vault, roll: Roll, passwords: Passwords, now: Callable[[], datetime]
    ) -> None:
        self.cabinet = cabinet
        self.vault = vault
        self.roll = roll
        self.passwords = passwords
        self.now = now

    async def reserve(self, login: str, name: str = "", *, sample: bool = False) -> Card:
        """Make a card without password for *login*, and keep *name* in the vault.

        Raises :exc:`LoginTaken`. A card that never came onto a book (we were
        interrupted) is taken up again. The caller puts the account on a book.
        """
        login = folded_login(login)
        if not _LOGIN.fullmatch(login):
            raise Refused("a login has 2 to 64 letters, digits or . _ - @", "login-unfit")
        account = f"a{secrets.token_hex(8)}"
        try:
            await self.cabinet.put(LOGINS, login, pack({"account": account}), 0)
        except Conflict:
            account = await self._abandoned(login)
        ref = await self.vault.put(account, "name", name) if name else None
        return await self._write(Card(account, login, name=ref, sample=sample), anew=True)

    async def card(self, account: str) -> Card:
        """Return the card of *account*; raises :exc:`NoSuchAccount`."""
        if (card := await self.cabinet_card(account)) is None:
            raise NoSuchAccount(account)
        return card

    async def cabinet_card(self, account: str) -> Card | None:
        """Return the card of *account* as the cabinet holds it now, if there is one."""
        sheet = await self.cabinet.get(ACCOUNTS, account)
        return _card(sheet) if sheet else None

    async def card_by_login(self, login: str) -> Card | None:
        """Return the card of *login*. Reads twice whether or not there is one, so that both take the same time."""
        word = folded_login(login)
        sheet = await self.cabinet.get(LOGINS, word if _LOGIN.fullmatch(word) else "-")
        account = unpack(sheet)["account"] if sheet else "-"
        found = await self.cabinet.get(ACCOUNTS, account)
        return _card(found) if found else None

    async def shown(self, card: Card) -> Account:
        """Return *card* as an :class:`Account`, with the grants in force now."""
        standing = await self.roll.standing(card.account)
        return Account(card.account, card.login, card.name, not standing.active, standing.grants, card.sample)

    async def find(self, word: str) -> Account:
        """Return the account whose id or login is *word*; raises :exc:`NoSuchAccount`."""
        card = await self.card_by_login(word)
        return await self.shown(card or await self.card(word))

    async def all(self, after: str = "", limit: int = 1000) -> Sequence[Account]:
        """Return up to *limit* accounts, sorted by id, after the id *after*."""
        sheets = await self.cabinet.scan(ACCOUNTS, after=after, limit=limit)
        return [await self.shown(_card(sheet)) for sheet in sheets]

    async def set_password(self, account: str, password: str) -> None:
        """Give *account* a new password and end all its sessions, tokens and links; raises WeakPassword."""
        card = await self.card(account)
        check_new(password, card.login)
        await self._change(account, hash=await self.passwords.hash(password), next_generation=True)

    async def keep_hash(self, card: Card, hashed: str) -> None:
        """Replace the hash of *card* by one of the same password at today's cost; a newer card wins."""
        try:
            await self._write(replace(card, hash=hashed))
        except Conflict:
            return

    async def end_everything(self, account: str) -> None:
        """Make all sessions, tokens and links of *account* void, those that open at this moment included."""
        await self._change(account, next_generation=True)

    async def forget(self, account: str) -> None:
        """Erase login, password and card of *account*. The vault is erased by its own call."""
        card = await self.card(account)
        await self.cabinet.drop(LOGINS, card.login)
        await self.cabinet.drop(ACCOUNTS, account)

    async def _abandoned(self, login: str) -> str:
        sheet = await self.cabinet.get(LOGINS, login)
        account = str(unpack(sheet)["account"]) if sheet else ""
        await self.roll.catch_up()  # another worker may have put it on a book this very moment
        if not account or (await self.roll.standing(account)).listed:
            raise LoginTaken(login)
        return account

    async def _change(self, account: str, *, hash: str | None = None, next_generation: bool = False) -> None:
        while True:  # a round is lost only to another change of the same card
            card = await self.card(account)
            changed = replace(
                card,
                hash=card.hash if hash is None else hash,
                generation=card.generation + next_generation,
            )
            try:
                await self._write(changed)
            except Conflict:
                continue
            return

    async def _write(self, card: Card, *, anew: bool = False) -> Card:
        doc = {
            "login": card.login,
            "hash": card.hash,
            "generation": card.generation,
            "name": card.name and [card.name.id, card.name.hash],
            "sample": card.sample,
        }
        expected = None if anew else card.revision
        revision = await self.cabinet.put(ACCOUNTS, card.account, pack(doc), expected)
        return replace(card, revision=revision)


def _card(sheet: Sheet) -> Card:
    doc = unpack(sheet)
    name = Ref(*doc["name"]) if doc["name"] else None
    return Card(sheet.key, doc["login"], doc["hash"], doc["generation"], name, doc["sample"], sheet.revision)


def folded_login(login: str) -> str:
    """Return *login* as it is compared: NFKC, without case, without space around.

    >>> folded_login("  Ｄuty.Officer ")
    'duty.officer'
    """
    return unicodedata.normalize("NFKC", login[:256]).strip().casefold()
