"""What becomes of a wish about people: the two-person rule and the separation of powers, pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from coord.access.book import Book, Listed, clocks, evolve, initial
from coord.access.commands import (
    Confirm,
    Decline,
    DisableAccount,
    DropDeputy,
    EnableAccount,
    Found,
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
    KINDS,
    LONGEST_DUTY,
    REQUEST_TERM,
    ROOM,
    SET_UP,
    AccountDisabled,
    AccountEnabled,
    AccountOpened,
    CredentialsReset,
    DeputyDropped,
    DeputyNamed,
    GrantGiven,
    GrantWithdrawn,
    PeopleEvent,
    RightRequestClosed,
    RightRequested,
    SubjectErased,
    What,
)
from coord.access.refusals import (
    AlreadyFounded,
    LastAdministrator,
    NotADeputy,
    NotAdministrator,
    NotOnTheBook,
    RequestLapsed,
    Separated,
    TooLong,
    TwoPersons,
    WrongBook,
)
from coord.access.roles import ANY, LIVE, RESERVED, TWO_PERSONS, Grant, clash
from coord.errors import NotFound, Refused
from coord.events import Decider, Tick


def decide(book: Book, wish: PeopleCommand, at: datetime) -> Sequence[PeopleEvent]:
    """Return what follows from *wish*, or raise :exc:`Refused` or :exc:`NotFound`."""
    match wish:
        case Found(account, sample):
            return _found(book, account, sample, at)
        case Tick(now):
            return _tick(book, now)
        case Note(fact):
            return [] if isinstance(fact, SubjectErased) and fact.subject in book.erased else [fact]
        case PutOnDuty():
            return _put_on_duty(book, wish, at)
        case Withdraw():
            return _withdraw(book, wish, at)
        case _:
            if wish.by not in book.administrators(at):
                raise NotAdministrator(wish.by, book.jurisdiction)
            return _administer(book, wish, at)


def _administer(
    book: Book,
    wish: OpenAccount
    | DisableAccount
    | EnableAccount
    | ResetCredentials
    | Give
    | NameDeputy
    | DropDeputy
    | Confirm
    | Decline,
    at: datetime,
) -> Sequence[PeopleEvent]:
    match wish:
        case OpenAccount(account, by, sample):
            return [] if account in book.accounts else [AccountOpened(account, by, sample)]
        case DisableAccount(account, by, why):
            if not _listed(book, account).disabled:
                _keep_one_administrator(book, account, at)
                return [AccountDisabled(account, by, why)]
            return []
        case EnableAccount(account, by):
            return _enable(book, account, by)
        case ResetCredentials(account, by):
            if _weighty(book, account):
                return _ask(book, "reset", account, None, by, at)
            return [CredentialsReset(account, by)]
        case Give(account, grant, by):
            return _give(book, account, grant, by, at)
        case NameDeputy(account, grant, by):
            return _name_deputy(book, account, grant, by, at)
        case DropDeputy(account, grant, by, why):
            return [DeputyDropped(account, grant, by, why)] if (account, grant) in book.deputies else []
        case Confirm(request, by):
            return _confirm(book, _asked(book, request), by, at)
        case Decline(request, by, why):
            return [RightRequestClosed(_asked(book, request).request, by, why)]
        case _:
            assert_never(wish)


def needs_two(grant: Grant) -> bool:
    """Say whether *grant* is a right over the live space that one administrator alone cannot give."""
    return grant.role in TWO_PERSONS and grant.space in (LIVE, ANY)


def _found(book: Book, account: str, sample: bool, at: datetime) -> Sequence[PeopleEvent]:
    if book.administrators(at):
        raise AlreadyFounded(book.jurisdiction)
    if account in book.accounts:
        raise Refused("the first administrator needs an account of their own", "account-in-use")
    grant = Grant("administrator", book.jurisdiction, space=ANY)
    return [
        AccountOpened(account, SET_UP, sample),
        GrantGiven(_next_grant(book), account, grant, SET_UP),
    ]


def _give(book: Book, account: str, grant: Grant, by: str, at: datetime) -> Sequence[PeopleEvent]:
    _fits(book, account, grant, at)
    if grant in book.held_by(account, at):
        return []
    founding = grant.role == "administrator" and not book.founded
    if needs_two(grant) and not founding:
        return _ask(book, "grant", account, grant, by, at)
    return [GrantGiven(_next_grant(book), account, grant, by)]


def _name_deputy(book: Book, account: str, grant: Grant, by: str, at: datetime) -> Sequence[PeopleEvent]:
    if grant.role == "administrator":
        raise Refused("nobody is put on duty as administrator", "no-such-deputy")
    if grant.until is not None:
        raise Refused("a deputy is named without a time; the time comes with the duty", "no-such-deputy")
    _fits(book, account, grant, at)
    return [] if (account, grant) in book.deputies else _ask(book, "deputy", account, grant, by, at)


def _ask(book: Book, what: What, account: str, grant: Grant | None, by: str, at: datetime) -> Sequence[PeopleEvent]:
    if any((asked.what, asked.account, asked.grant) == (what, account, grant) for asked in book.requests.values()):
        return []
    return [RightRequested(f"q{book.requested + 1}", what, account, grant, by, at + REQUEST_TERM)]


def _confirm(book: Book, asked: RightRequested, by: str, at: datetime) -> Sequence[PeopleEvent]:
    if at >= asked.until:
        raise RequestLapsed(asked.request)
    if by in (asked.by, asked.account) or asked.by not in book.administrators(at):
        raise TwoPersons(asked.request)
    account, grant, first, request = asked.account, asked.grant, asked.by, asked.request
    if grant is None:
        _listed(book, account)
        return [CredentialsReset(account, first, by, request)]
    _fits(book, account, grant, at)
    if asked.what == "deputy":
        return [DeputyNamed(account, grant, first, by, request)]
    return [GrantGiven(_next_grant(book), account, grant, first, by, request)]


def _put_on_duty(book: Book, wish: PutOnDuty, at: datetime) -> Sequence[PeopleEvent]:
    account, grant, by = wish.account, wish.grant, wish.by
    if by == account or not _runs_the_room(book, by, at):
        raise NotAdministrator(by, book.jurisdiction)
    if grant.until is None or grant.until > at + LONGEST_DUTY:
        raise TooLong
    if (account, replace(grant, until=None)) not in book.deputies:
        raise NotADeputy(account)
    _fits(book, account, grant, at)
    return [] if grant in book.held_by(account, at) else [GrantGiven(_next_grant(book), account, grant, by, duty=True)]


def _withdraw(book: Book, wish: Withdraw, at: datetime) -> Sequence[PeopleEvent]:
    held = book.grants.get(wish.id)
    if held is None:
        raise NotFound(f"there is no right {wish.id} on the book of {book.jurisdiction}")
    own = wish.by == held.account and book.active(wish.by)
    relieved = held.duty and _runs_the_room(book, wish.by, at)
    if not (own or relieved or wish.by in book.administrators(at)):
        raise NotAdministrator(wish.by, book.jurisdiction)
    if held.grant.role == "administrator":
        _keep_one_administrator(book, held.account, at)
    return [GrantWithdrawn(wish.id, held.account, wish.by, wish.why)]


def _enable(book: Book, account: str, by: str) -> Sequence[PeopleEvent]:
    """An account comes back without what needs two persons: one person alone must not bring that back."""
    if not _listed(book, account).disabled:
        return []
    lost = [key for key, held in book.grants.items() if held.account == account and needs_two(held.grant)]
    dropped = sorted((grant for whose, grant in book.deputies if whose == account), key=str)
    return [
        *(GrantWithdrawn(key, account, by, "asked") for key in lost),
        *(DeputyDropped(account, grant, by, "asked") for grant in dropped),
        AccountEnabled(account, by),
    ]


def _tick(book: Book, now: datetime) -> Sequence[PeopleEvent]:
    fired: list[PeopleEvent] = []
    for deadline in book.clocks.due(now):
        kind, _, key = deadline.key.partition("/")
        if kind == "request":
            fired.append(RightRequestClosed(key, "clock", "expired"))
        else:
            fired.append(GrantWithdrawn(key, book.grants[key].account, "clock", "expired"))
    return fired


def _fits(book: Book, account: str, grant: Grant, at: datetime) -> None:
    """Raise unless *account* could hold *grant* now."""
    if grant.jurisdiction != book.jurisdiction:
        raise WrongBook(grant.jurisdiction, book.jurisdiction)
    if not book.active(account):
        raise NotOnTheBook(account)
    if grant.role in RESERVED:
        raise Refused(f"the role {grant.role} cannot be given yet", "role-reserved")
    if not grant.holds(at):
        raise Refused("this right would have ended before it began", "ends-before-it-begins")
    if (role := clash(book.held_by(account, at), grant)) is not None:
        raise Separated(role)


def _weighty(book: Book, account: str) -> bool:
    _listed(book, account)
    held = any(held.account == account and needs_two(held.grant) for held in book.grants.values())
    return held or any(whose == account for whose, _ in book.deputies)


def _runs_the_room(book: Book, account: str, at: datetime) -> bool:
    roles = {grant.role for grant in book.held_by(account, at) if grant.covers(book.jurisdiction, LIVE)}
    return bool(roles & {"administrator", "commander", "duty-officer"})


def _keep_one_administrator(book: Book, leaving: str, at: datetime) -> None:
    """Raise when nobody but *leaving* could administer the book for good."""
    lasting = {held.account for held in book.grants.values() if held.grant.until is None}
    others = (book.administrators(at) & lasting) - {leaving}
    if leaving in book.administrators(at) and not others:
        raise LastAdministrator(book.jurisdiction)


def _listed(book: Book, account: str) -> Listed:
    if (listed := book.accounts.get(account)) is None:
        raise NotOnTheBook(account)
    return listed


def _asked(book: Book, request: str) -> RightRequested:
    if (asked := book.requests.get(request)) is None:
        raise NotFound(f"there is no request {request} on the book of {book.jurisdiction}")
    return asked


def _next_grant(book: Book) -> str:
    return f"g{book.given + 1}"


PEOPLE: Decider[Book, PeopleCommand, PeopleEvent] = Decider(ROOM, initial, decide, evolve, clocks, KINDS, Book)
