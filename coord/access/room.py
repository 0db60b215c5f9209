"""The access room put together over one log and one cabinet: what the composition root opens once a process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from coord.access.accounts import Accounts
from coord.access.limits import Limits
from coord.access.links import Links
from coord.access.login import Login
from coord.access.passwords import Cost, Passwords
from coord.access.roll import PeopleLog, Roll
from coord.access.sessions import Sessions, Terms
from coord.access.tickets import Tickets
from coord.access.tokens import Tokens
from coord.access.vault import Vault
from coord.store.log import Cabinet


@dataclass(frozen=True, slots=True)
class Access:
    """All doors of the centre. One a process; workers share the cabinet and the log behind it."""

    cabinet: Cabinet
    now: Callable[[], datetime]
    roll: Roll
    vault: Vault
    accounts: Accounts
    login: Login
    links: Links
    sessions: Sessions
    tokens: Tokens
    tickets: Tickets

    def close(self) -> None:
        """Let the password threads go; the log and the cabinet belong to whoever opened them."""
        self.accounts.passwords.close()


async def open_access(
    log: PeopleLog,
    cabinet: Cabinet,
    key_path: Path,
    now: Callable[[], datetime],
    *,
    cost: Cost | None = None,
    terms: Terms | None = None,
) -> Access:
    """Return the access room over the live space's *log* and *cabinet*, with the master key at *key_path*.

    What the log knows as erased is erased again, should a backup have brought
    it back. Raises :exc:`coord.access.keyfile.KeyFileUnfit` and
    :exc:`coord.access.vault.Unreadable` when the key is missing or another's.
    """
    roll = Roll(log, now)
    await roll.catch_up()
    vault = await Vault.at(cabinet, key_path, now)
    await vault.keep_erased(await roll.erased())
    return assemble(cabinet, now, roll, vault, Passwords(cost), terms)


def assemble(
    cabinet: Cabinet,
    now: Callable[[], datetime],
    roll: Roll,
    vault: Vault,
    passwords: Passwords,
    terms: Terms | None = None,
) -> Access:
    """Return the room made of these parts."""
    accounts = Accounts(cabinet, vault, roll, passwords, now)
    sessions = Sessions(accounts, now, terms)
    tokens = Tokens(accounts, now)
    return Access(
        cabinet,
        now,
        roll,
        vault,
        accounts,
        Login(accounts, Limits(cabinet, now), now),
        Links(accounts, now),
        sessions,
        tokens,
        Tickets(cabinet, sessions, tokens, now),
    )
