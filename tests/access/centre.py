"""A whole access room over a tiny cabinet and log, with cheap hashes and a clock that stands still."""

from __future__ import annotations

import itertools
from pathlib import Path

from coord.access.accounts import Accounts
from coord.access.commands import Confirm, Found, Give, OpenAccount, PeopleCommand
from coord.access.keyfile import KeyFile
from coord.access.limits import Limits
from coord.access.links import Links
from coord.access.login import Login
from coord.access.model import PeopleEvent, RightRequested
from coord.access.passwords import Cost, Passwords
from coord.access.roles import Grant
from coord.access.roll import Roll
from coord.access.sessions import Sessions
from coord.access.tickets import Tickets
from coord.access.tokens import Tokens
from coord.access.vault import Vault
from coord.events import Meta
from tests.access.cabinet import Clock, Counting, TinyCabinet, TinyLog

HQ = "hengqin"
CHEAP = Cost(memory=8, passes=1)
PASSWORD = "correct horse battery"
HOME = "192.0.2.1"
KEYFILE = KeyFile(Path("/nowhere/master.key"), bytes(range(32)))


class NoFile(KeyFile):
    """A key that lies in no file; remembers what was erased in memory."""

    __slots__ = ()
    forgotten: list[str] = []  # noqa: RUF012 - one list a test, set by Centre

    def erased(self) -> tuple[str, ...]:
        return tuple(self.forgotten)

    def note_erased(self, subject: str) -> None:
        self.forgotten.append(subject)


class Centre:
    """What a test of access works on."""

    def __init__(self, cabinet: Counting | None = None, log: TinyLog | None = None) -> None:
        self.clock = Clock()
        self.cabinet = cabinet or Counting(TinyCabinet())
        self.log = log or TinyLog()
        self.passwords = Passwords(CHEAP)
        NoFile.forgotten = []
        self.worker()

    def worker(self) -> Centre:
        """Begin anew on the same cabinet and log, as another worker or after a restart."""
        self.roll = Roll(self.log, self.clock)
        self.vault = Vault(self.cabinet, NoFile(KEYFILE.path, KEYFILE.key), self.clock)
        self.accounts = Accounts(self.cabinet, self.vault, self.roll, self.passwords, self.clock)
        self.login = Login(self.accounts, Limits(self.cabinet, self.clock), self.clock)
        self.links = Links(self.accounts, self.clock)
        self.sessions = Sessions(self.accounts, self.clock)
        self.tokens = Tokens(self.accounts, self.clock)
        self.tickets = Tickets(self.cabinet, self.sessions, self.tokens, self.clock)
        return self

    _commands = itertools.count()

    async def ask(self, wish: PeopleCommand, actor: str = "") -> list[PeopleEvent]:
        meta = Meta(self.clock(), actor or getattr(wish, "by", "set-up"), f"c{next(self._commands)}")
        return list(await self.roll.ask(HQ, wish, meta))

    async def founded(self) -> tuple[str, str]:
        """Two administrators."""
        one = await self.person("first.admin")
        await self.ask(Found(one))
        two = await self.person("second.admin")
        await self.ask(OpenAccount(two, one))
        await self.ask(Give(two, Grant("administrator", HQ), one))
        self.admins = (one, two)
        return one, two

    async def person(self, login: str, *grants: Grant) -> str:
        """An account with a password, and with *grants* once the centre is founded."""
        card = await self.accounts.reserve(login, f"Name of {login}")
        await self.accounts.set_password(card.account, PASSWORD)
        for grant in grants:
            await self.give(card.account, grant)
        return card.account

    async def give(self, account: str, grant: Grant) -> None:
        one, two = self.admins
        await self.ask(OpenAccount(account, one))
        for event in await self.ask(Give(account, grant, one)):
            if isinstance(event, RightRequested):
                await self.ask(Confirm(event.request, two))
