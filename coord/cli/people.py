"""``coord people``: accounts, rights and links, for administrators at the machine.

Writes go through the store's lock: while the centre runs, use its pages. Who
acts signs in (``--as``), so that the log names a person and two stay two.
"""

from __future__ import annotations

import argparse
import asyncio
import getpass
import importlib
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from coord.errors import Refused

if TYPE_CHECKING:
    from coord.access.acts import Done
    from coord.access.authorize import Actor
    from coord.access.room import Access

WORD = "COORD_PASSWORD"
"""The environment variable that a script gives the password in."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verbs of ``coord people``."""
    from coord.access.model import Why
    from coord.access.roles import RESERVED, ROLES

    parser.add_argument("--data", type=Path, default=Path("data"), help="the centre's directory (default: data)")
    parser.add_argument("--jurisdiction", default="", help="which book; needed when the centre keeps several")
    parser.add_argument(
        "--as", dest="who", default="", metavar="LOGIN", help=f"who acts; the password is asked ({WORD})"
    )
    verbs = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    add = verbs.add_parser("add", help="open an account; prints the link by which its owner sets a password")
    add.add_argument("login")
    add.add_argument("--name", default="", help="the name to show; kept in the erasable store")
    verbs.add_parser("list", help="print accounts, rights and open requests")
    roles = [role for role in ROLES if role not in RESERVED]
    for verb, words in (
        ("grant", "give a right; one that needs two persons becomes a request"),
        ("deputy", "ask that somebody may be put on duty by one person"),
        ("duty", "put a known deputy on duty"),
    ):
        sub = verbs.add_parser(verb, help=words)
        sub.add_argument("login")
        sub.add_argument("role", choices=roles)
        sub.add_argument("--group", default="", help="code of the task group, for its lead and members")
        sub.add_argument("--space", default="live", help="live (default), the id of an exercise, or any")
        sub.add_argument("--post", default="", help="the seat that plans name for a level")
        if verb != "deputy":
            sub.add_argument(
                "--until", type=_time, required=verb == "duty", help="when it ends: 2025-09-24T08:00+08:00"
            )
    reasons = get_args(Why)
    confirm = verbs.add_parser("confirm", help="agree to a request as the second administrator")
    confirm.add_argument("request")
    decline = verbs.add_parser("decline", help="refuse a request, or take it back")
    decline.add_argument("request")
    decline.add_argument("--why", choices=reasons, default="mistake")
    revoke = verbs.add_parser("revoke", help="take a right back, or end somebody's sessions")
    revoke.add_argument("what", metavar="RIGHT|LOGIN", help="the id of a right as `list` prints it, or a login")
    revoke.add_argument("--why", choices=reasons, default="moved")
    disable = verbs.add_parser("disable", help="stop an account at once")
    disable.add_argument("login")
    disable.add_argument("--why", choices=reasons, default="left")
    link = verbs.add_parser("setup-link", help="a one-time link: the first administrator's, or somebody's new password")
    link.add_argument("login", nargs="?", default="")


def run(args: argparse.Namespace) -> int:
    """Do what *args* ask for."""
    asyncio.run(_run(args))
    return 0


async def _run(args: argparse.Namespace) -> None:
    async with open_people(args) as access:
        for line in await act(access, args, _password):
            print(line)


@asynccontextmanager
async def open_people(args: argparse.Namespace) -> AsyncIterator[Access]:
    """Open the live space of the centre in ``args.data`` under its lock."""
    from coord.access.model import KINDS
    from coord.access.room import open_access

    store = importlib.import_module("coord.store")
    codec = importlib.import_module("coord.store.codec")
    opened = await store.open_store(args.data, "live", codec.Codec(KINDS))
    try:
        access = await open_access(opened.log, opened.cabinet, args.data / "master.key", lambda: datetime.now(UTC))
        try:
            yield access
        finally:
            access.close()
    finally:
        await opened.log.close()


async def act(access: Access, args: argparse.Namespace, ask: Callable[[str], str]) -> list[str]:
    """Do what *args* ask for and return the lines to print; *ask* asks for a password."""
    from coord.access.setup import first_start

    if args.act == "setup-link" and not args.login:
        token = await first_start(access.cabinet, access.roll, access.now)
        if token is None:
            raise Refused("there is an administrator; name the login that needs a link", "already-founded")
        return ["Open this once, within 24 hours, to make the first administrator:", f"/setup#{token}"]
    actor = await _sign_in(access, args.who, ask)
    book = await _jurisdiction(access, args.jurisdiction)
    if args.act == "list":
        return await _list(access, actor, book)
    return await _change(access, actor, book, args)


async def _change(access: Access, actor: Actor, book: str, args: argparse.Namespace) -> list[str]:
    from coord.access import acts
    from coord.access.commands import Decline, Give, NameDeputy
    from coord.access.roles import Grant

    match args.act:
        case "add":
            account, done = await acts.add_account(access, actor, book, args.login, args.name)
            return [f"{account.id} {account.login}", *_told(done)]
        case "confirm":
            return _told(await acts.confirm(access, actor, book, args.request))
        case "decline":
            return _told(await acts.rule(access, actor, book, Decline(args.request, actor.account, args.why)))
        case "revoke" if args.what in (await access.roll.book(book)).grants:
            return _told(await acts.withdraw(access, actor, book, args.what, args.why))
        case "revoke":
            account = await access.accounts.find(args.what)
            return _told(await acts.end_sessions(access, actor, book, account.id, why=args.why))
    account = await access.accounts.find(args.login)
    match args.act:
        case "disable":
            return _told(await acts.disable(access, actor, book, account.id, args.why))
        case "setup-link":
            return _told(await acts.reset_credentials(access, actor, book, account.id))
    try:
        grant = Grant(args.role, book, args.group, args.space, args.post, getattr(args, "until", None))
    except ValueError as unfit:
        raise Refused(str(unfit), "grant-unfit") from unfit
    match args.act:
        case "grant":
            return _told(await acts.rule(access, actor, book, Give(account.id, grant, actor.account)))
        case "deputy":
            return _told(await acts.rule(access, actor, book, NameDeputy(account.id, grant, actor.account)))
        case _:
            return _told(await acts.put_on_duty(access, actor, book, account.id, grant))


def _told(done: Done) -> list[str]:
    from coord.access.model import GrantGiven, RightRequested

    lines = []
    for event in done.events:
        match event:
            case RightRequested(request, what, _, _, _, until):
                lines.append(f"{what} waits for a second administrator until {until:%Y-%m-%d %H:%M %Z}:")
                lines.append(f"  coord people --as LOGIN confirm {request}")
            case GrantGiven(key, _, grant):
                lines.append(f"{key} {grant}")
            case _:
                lines.append(type(event).__name__)
    if done.link:
        lines += ["Hand this over; it works once, within 24 hours:", f"/password#{done.link}"]
    return lines or ["nothing to do"]


async def _list(access: Access, actor: Actor, jurisdiction: str) -> list[str]:
    from coord.access.authorize import Object, authorize

    authorize(actor, "people.view", Object("people", jurisdiction))
    book = await access.roll.book(jurisdiction)
    lines, after = [], ""
    while accounts := await access.accounts.all(after):
        for account in accounts:
            marks = " disabled" * account.disabled + " SAMPLE" * account.sample
            lines.append(f"{account.id} {account.login}{marks}")
            held = ((key, held) for key, held in book.grants.items() if held.account == account.id)
            lines += [f"  {key} {one.grant}{' on duty' * one.duty}" for key, one in held]
        after = accounts[-1].id
    for request in book.requests.values():
        lines.append(f"{request.request} {request.what} {request.account} {request.grant or ''} by {request.by}")
    return lines


async def _sign_in(access: Access, login: str, ask: Callable[[str], str]) -> Actor:
    from coord.access.authorize import Actor

    if not login:
        raise Refused("say who acts: coord people --as LOGIN …", "who-acts")
    account = await access.login.enter(login, ask(login), "console")
    return Actor(account.id, account.grants, "console", proved_at=access.now())


async def _jurisdiction(access: Access, named: str) -> str:
    books = await access.roll.jurisdictions()
    if named in books:
        return named
    if not named and len(books) == 1:
        return books[0]
    raise Refused(f"name one of these books: {', '.join(books) or '(none yet)'}", "which-book")


def _password(login: str) -> str:
    if given := os.environ.get(WORD):
        return given
    if not sys.stdin.isatty():
        raise Refused(f"there is no terminal to ask at; give the password of {login} in {WORD}", "no-password")
    return getpass.getpass(f"Password of {login}: ")


def _time(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError("say the offset too: 2025-09-24T08:00+08:00")
    return at
