"""The folded book of one jurisdiction, and what each fact does to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from coord.access.model import (
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
    SessionRevoked,
    SubjectErased,
    TokenIssued,
    TokenRevoked,
)
from coord.access.roles import LIVE, Grant
from coord.events import Clocks, StreamId


@dataclass(slots=True)
class Listed:
    """One account on the book."""

    sample: bool = False
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A right that somebody holds."""

    account: str
    grant: Grant
    duty: bool = False


@dataclass(slots=True)
class Book:
    """The folded book of one jurisdiction; the fold owns it and changes it in place.

    ``given`` and ``requested`` count the ids that were used, so that ids never
    return. ``founded`` is true once there have been two administrators since the first was
    made by the set-up token.
    """

    jurisdiction: str
    accounts: dict[str, Listed] = field(default_factory=dict)
    grants: dict[str, Held] = field(default_factory=dict)
    requests: dict[str, RightRequested] = field(default_factory=dict)
    deputies: set[tuple[str, Grant]] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    clocks: Clocks = field(default_factory=Clocks)
    given: int = 0
    requested: int = 0
    founded: bool = False

    def active(self, account: str) -> bool:
        """Say whether *account* is on the book and not disabled."""
        listed = self.accounts.get(account)
        return listed is not None and not listed.disabled

    def held_by(self, account: str, at: datetime) -> tuple[Grant, ...]:
        """Return the grants of *account* in force at *at*; none for a disabled one."""
        if not self.active(account):
            return ()
        return tuple(held.grant for held in self.grants.values() if held.account == account and held.grant.holds(at))

    def administrators(self, at: datetime) -> frozenset[str]:
        """Return the accounts that can administer the live space at *at*."""
        return frozenset(
            held.account
            for held in self.grants.values()
            if held.grant.role == "administrator"
            and held.grant.covers(self.jurisdiction, LIVE)
            and held.grant.holds(at)
            and self.active(held.account)
        )


def evolve(book: Book, fact: PeopleEvent) -> Book:
    """Return *book* after *fact*, changed in place; never refuses."""
    match fact:
        case AccountOpened(account, _, sample):
            book.accounts[account] = Listed(sample)
        case AccountDisabled(account):
            book.accounts[account].disabled = True
        case AccountEnabled(account):
            book.accounts[account].disabled = False
        case RightRequested():
            book.requested += 1
            book.requests[fact.request] = fact
            book.clocks.set(f"request/{fact.request}", fact.until)
        case RightRequestClosed(request):
            _close(book, request)
        case GrantGiven():
            _take(book, fact)
        case GrantWithdrawn(key):
            book.grants.pop(key, None)
            book.clocks.clear(f"grant/{key}")
        case DeputyNamed(account, grant, _, _, request):
            book.deputies.add((account, grant))
            _close(book, request)
        case DeputyDropped(account, grant):
            book.deputies.discard((account, grant))
        case CredentialsReset():
            _close(book, fact.request)
        case SubjectErased(subject):
            book.erased.add(subject)
        case SessionRevoked() | TokenIssued() | TokenRevoked():
            pass
        case _:
            assert_never(fact)
    return book


def _take(book: Book, fact: GrantGiven) -> None:
    book.given += 1
    book.grants[fact.id] = Held(fact.account, fact.grant, fact.duty)
    if fact.grant.until is not None:
        book.clocks.set(f"grant/{fact.id}", fact.grant.until)
    if fact.grant.role == "administrator":
        administrators = {held.account for held in book.grants.values() if held.grant.role == "administrator"}
        book.founded = fact.by != SET_UP and (book.founded or len(administrators) > 1)
    _close(book, fact.request)


def _close(book: Book, request: str) -> None:
    book.requests.pop(request, None)
    book.clocks.clear(f"request/{request}")


def clocks(book: Book) -> Clocks:
    """Return what the book waits for: requests that lapse and rights that end."""
    return book.clocks


def initial(stream: StreamId) -> Book:
    """Return the empty book of the jurisdiction that *stream* names."""
    return Book(stream.partition("/")[2])
