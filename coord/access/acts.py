"""What an administrator, or anybody for themselves, does about people: asked, authorised, recorded, carried out.

Routes and the command line translate into these and hold no rule of their own.
``command`` is the idempotency key of the request; empty: a new one.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from coord.access.accounts import Account
from coord.access.actions import Action, thing_of
from coord.access.authorize import Actor, Object, authorize
from coord.access.commands import (
    Confirm,
    Decline,
    DisableAccount,
    DropDeputy,
    EnableAccount,
    Give,
    NameDeputy,
    Note,
    OpenAccount,
    PeopleCommand,
    PutOnDuty,
    ResetCredentials,
    Withdraw,
)
from coord.access.model import (
    CredentialsReset,
    PeopleEvent,
    SessionRevoked,
    SubjectErased,
    TokenIssued,
    TokenRevoked,
    Why,
)
from coord.access.roles import Grant
from coord.access.room import Access
from coord.access.sessions import Opened
from coord.access.tokens import Token
from coord.events import Meta

Ruling = Give | NameDeputy | DropDeputy | Decline | EnableAccount


@dataclass(frozen=True, slots=True)
class Done:
    """What an act led to. ``link`` is a one-time link secret to hand over, where there is one; shown once."""

    events: Sequence[PeopleEvent]
    link: str = ""


async def add_account(
    access: Access, actor: Actor, jurisdiction: str, login: str, name: str, command: str = ""
) -> tuple[Account, Done]:
    """Open an account for *login* and return it with the link by which its owner sets a password."""
    _may(actor, "people.administer", jurisdiction)
    card = await access.accounts.reserve(login, name)
    events = await _ask(access, actor, jurisdiction, OpenAccount(card.account, actor.account), command)
    link = await access.links.make(card.account)
    return await access.accounts.shown(card), Done(events, link)


async def rule(access: Access, actor: Actor, jurisdiction: str, wish: Ruling, command: str = "") -> Done:
    """Give a right, name or drop a deputy, decline a request, enable an account."""
    _may(actor, "people.administer", jurisdiction)
    return Done(await _ask(access, actor, jurisdiction, wish, command))


async def confirm(access: Access, actor: Actor, jurisdiction: str, request: str, command: str = "") -> Done:
    """Agree, as the second person, to what another administrator asked for."""
    _may(actor, "people.confirm", jurisdiction)
    return await _with_link(access, await _ask(access, actor, jurisdiction, Confirm(request, actor.account), command))


async def put_on_duty(
    access: Access, actor: Actor, jurisdiction: str, account: str, grant: Grant, command: str = ""
) -> Done:
    """Put a known deputy on duty until ``grant.until``; one person is enough (P-33)."""
    _may(actor, "people.duty", jurisdiction)
    return Done(await _ask(access, actor, jurisdiction, PutOnDuty(account, grant, actor.account), command))


async def withdraw(
    access: Access, actor: Actor, jurisdiction: str, grant_id: str, why: Why = "moved", command: str = ""
) -> Done:
    """Take a right back. The book lets administrators, its holder, and (for a duty) the room do so."""
    return Done(await _ask(access, actor, jurisdiction, Withdraw(grant_id, actor.account, why), command))


async def disable(
    access: Access, actor: Actor, jurisdiction: str, account: str, why: Why = "left", command: str = ""
) -> Done:
    """Stop an account at once: on the log, and all its sessions, tokens and links."""
    _may(actor, "people.administer", jurisdiction)
    events = await _ask(access, actor, jurisdiction, DisableAccount(account, actor.account, why), command)
    await access.sessions.revoke_all(account)
    return Done(events)


async def reset_credentials(access: Access, actor: Actor, jurisdiction: str, account: str, command: str = "") -> Done:
    """Give an account a link to a new password; without a link when a second administrator must confirm first."""
    _may(actor, "people.administer", jurisdiction)
    wish = ResetCredentials(account, actor.account)
    return await _with_link(access, await _ask(access, actor, jurisdiction, wish, command))


async def end_sessions(
    access: Access,
    actor: Actor,
    jurisdiction: str,
    account: str,
    session: str = "",
    why: Why = "asked",
    command: str = "",
) -> Done:
    """End one session of *account* by its public id, or all; one's own, or with people.revoke anybody's."""
    if account == actor.account:
        _may(actor, "self.sessions", jurisdiction, owner=account)
    else:
        _may(actor, "people.revoke", jurisdiction)
    fact = SessionRevoked(account, session, actor.account, why)
    if session:
        await access.sessions.revoke(account, session)
    else:
        await access.sessions.revoke_all(account)
    return Done(await _ask(access, actor, jurisdiction, Note(fact), command))


async def change_password(access: Access, actor: Actor, old: str, new: str, address: str) -> Opened:
    """Change one's own password: every session, token and link ends, and a new session is opened."""
    authorize(actor, "self.password", Object("self", "-", owner=actor.account))
    await access.login.prove(actor.account, old, address)
    await access.accounts.set_password(actor.account, new)
    return await access.sessions.open(actor.account)


async def issue_token(
    access: Access,
    actor: Actor,
    jurisdiction: str,
    name: str,
    grants: Sequence[Grant],
    until: datetime,
    command: str = "",
) -> tuple[str, Token]:
    """Make an API token for oneself, within one's own rights; the secret is returned once."""
    _may(actor, "self.tokens", jurisdiction, owner=actor.account)
    secret, token = await access.tokens.make(actor.account, name, grants, until)
    fact = TokenIssued(actor.account, token.id, token.grants, until)
    await _ask(access, actor, jurisdiction, Note(fact), command)
    return secret, token


async def revoke_token(
    access: Access, actor: Actor, jurisdiction: str, account: str, token: str, why: Why = "asked", command: str = ""
) -> Done:
    """Withdraw a token: one's own, or with people.revoke anybody's."""
    if account == actor.account:
        _may(actor, "self.tokens", jurisdiction, owner=account)
    else:
        _may(actor, "people.revoke", jurisdiction)
    await access.tokens.revoke(account, token)
    fact = TokenRevoked(account, token, actor.account, why)
    return Done(await _ask(access, actor, jurisdiction, Note(fact), command))


async def erase_subject(
    access: Access, actor: Actor, jurisdiction: str, subject: str, why: Why = "asked", command: str = ""
) -> Done:
    """Erase the personal data of *subject* for good, and put that on the log.

    An account is stopped before it is forgotten; its id stays on what it did.
    """
    _may(actor, "people.erase", jurisdiction)
    if (card := await access.accounts.cabinet_card(subject)) is not None:
        await disable(access, actor, jurisdiction, card.account, why)
        await access.accounts.forget(card.account)
    await access.vault.erase(subject, actor.account, why)
    fact = SubjectErased(subject, actor.account, why)
    return Done(await _ask(access, actor, jurisdiction, Note(fact), command))


def _may(actor: Actor, action: Action, jurisdiction: str, owner: str = "") -> None:
    authorize(actor, action, Object(thing_of(action), jurisdiction, owner=owner))


async def _ask(
    access: Access, actor: Actor, jurisdiction: str, wish: PeopleCommand, command: str
) -> Sequence[PeopleEvent]:
    meta = Meta(access.now(), actor.account, command or f"people-{secrets.token_hex(8)}")
    return await access.roll.ask(jurisdiction, wish, meta)


async def _with_link(access: Access, events: Sequence[PeopleEvent]) -> Done:
    for event in events:
        if isinstance(event, CredentialsReset):
            return Done(events, await access.links.make(event.account))
    return Done(events)
