"""The first day: no default login, a one-time token for the first administrator, or a labelled sample set."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from coord.access.accounts import Account, Accounts
from coord.access.commands import Confirm, Found, Give, OpenAccount
from coord.access.documents import LINKS, moment, pack, sealed, secret, stamp, unpack
from coord.access.links import LinkVoid
from coord.access.model import SET_UP, RightRequested
from coord.access.passwords import check_new
from coord.access.refusals import AlreadyFounded
from coord.access.roles import ANY, Grant, Role
from coord.access.roll import Roll
from coord.errors import Refused
from coord.events import Meta
from coord.store.log import Cabinet

TERM: Final = timedelta(hours=24)
_FIRST: Final = "first-administrator"


async def first_start(cabinet: Cabinet, roll: Roll, now: Callable[[], datetime]) -> str | None:
    """Return a one-time set-up token when there is no administrator, else None.

    Only its SHA-256 is kept; it is good for 24 hours. A further start makes a
    new one, and the one before is void.
    """
    if await roll.has_administrator():
        await cabinet.drop(LINKS, _FIRST)
        return None
    token = secret()
    await cabinet.put(LINKS, _FIRST, pack({"token": sealed(token), "until": stamp(now() + TERM)}))
    return token


async def found(
    accounts: Accounts, jurisdiction: str, token: str, login: str, password: str, name: str = ""
) -> Account:
    """Make the first administrator of *jurisdiction* with the set-up *token*; it works once.

    Raises :exc:`LinkVoid`, :exc:`AlreadyFounded`, WeakPassword, LoginTaken; the token survives the last two.
    """
    sheet = await accounts.cabinet.get(LINKS, _FIRST)
    doc = unpack(sheet) if sheet else {}
    good = bool(doc) and secrets.compare_digest(doc["token"], sealed(token)) and accounts.now() < moment(doc["until"])
    if not good:
        raise LinkVoid
    if await accounts.roll.has_administrator():
        raise AlreadyFounded(jurisdiction)
    check_new(password, login)
    card = await accounts.reserve(login, name)
    if not await accounts.cabinet.drop(LINKS, _FIRST):
        raise LinkVoid
    await accounts.set_password(card.account, password)
    await accounts.roll.ask(jurisdiction, Found(card.account), _meta(accounts, SET_UP))
    return await accounts.shown(await accounts.card(card.account))


@dataclass(frozen=True, slots=True)
class SampleLogin:
    """A login of the sample set, to be printed once; the password is kept nowhere."""

    login: str
    password: str
    role: Role
    group: str
    account: str


async def sample_accounts(
    accounts: Accounts, jurisdiction: str, groups: Sequence[str], posts: Sequence[str] = (), space: str = ANY
) -> list[SampleLogin]:
    """Make a labelled SAMPLE set on an empty book: a login a role (two administrators), a lead and a member a group.

    The commander gets the first of *posts*, and further commanders the others,
    so that each level of the sample plans has somebody who may start it. The
    rights come about as real ones do: one administrator asks, the other confirms.
    """
    if await accounts.roll.has_administrator():
        raise Refused("samples are for an empty centre; this one has an administrator", "not-empty")
    made: list[SampleLogin] = []
    first = await _sample(accounts, jurisdiction, "sample-administrator", Grant("administrator", jurisdiction), "")
    second = await _sample(
        accounts, jurisdiction, "sample-administrator-2", Grant("administrator", jurisdiction), first.account
    )
    made += [first, second]
    for login, grant in _wanted(jurisdiction, groups, posts, space):
        one = await _sample(accounts, jurisdiction, login, grant, first.account, second.account)
        made.append(one)
    return made


def _wanted(jurisdiction: str, groups: Sequence[str], posts: Sequence[str], space: str) -> list[tuple[str, Grant]]:
    rows = [("sample-commander", Grant("commander", jurisdiction, space=space, post=posts[0] if posts else ""))]
    rows += [(f"sample-{post}", Grant("commander", jurisdiction, space=space, post=post)) for post in posts[1:]]
    singles: tuple[Role, ...] = ("duty-officer", "approver", "planner", "auditor")
    rows += [(f"sample-{role}", Grant(role, jurisdiction, space=space)) for role in singles]
    for group in groups:
        rows.append((f"sample-{group.lower()}-lead", Grant("group-lead", jurisdiction, group, space)))
        rows.append((f"sample-{group.lower()}-member", Grant("member", jurisdiction, group, space)))
    return rows


async def _sample(
    accounts: Accounts, jurisdiction: str, login: str, grant: Grant, by: str, confirmed_by: str = ""
) -> SampleLogin:
    password = "-".join(secrets.token_hex(2) for _ in range(5))  # 80 bits, easy to type from a screen
    card = await accounts.reserve(login, f"SAMPLE {login.removeprefix('sample-')}", sample=True)
    await accounts.set_password(card.account, password)
    roll = accounts.roll
    if not by:
        await roll.ask(jurisdiction, Found(card.account, sample=True), _meta(accounts, SET_UP))
    else:
        await roll.ask(jurisdiction, OpenAccount(card.account, by, sample=True), _meta(accounts, by))
        asked = await roll.ask(jurisdiction, Give(card.account, grant, by), _meta(accounts, by))
        for event in asked:
            if isinstance(event, RightRequested):
                await roll.ask(jurisdiction, Confirm(event.request, confirmed_by), _meta(accounts, confirmed_by))
    return SampleLogin(login, password, grant.role, grant.group, card.account)


def _meta(accounts: Accounts, actor: str) -> Meta:
    return Meta(accounts.now(), actor, f"people-{secrets.token_hex(8)}")
