"""How accounts, rights and requests are shown to those who keep the book."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel

from coord.access import acts
from coord.access.accounts import Account
from coord.access.book import Book, Held
from coord.access.model import KINDS, PeopleEvent, RightRequested
from coord.access.roles import Grant

KIND_OF = {event: kind for kind, event in KINDS.items()}


class GrantRow(BaseModel):
    """A right that somebody holds; ``id`` is empty where it is not (yet) held."""

    id: str = ""
    role: str
    group: str
    space: str
    post: str
    until: datetime | None
    duty: bool = False


class Person(BaseModel):
    """An account. Its name lies in the vault: see ``/people/{account}/name``."""

    account: str
    login: str
    disabled: bool
    sample: bool
    grants: list[GrantRow]
    deputy: list[GrantRow]


class AskedRow(BaseModel):
    """A request that waits for a second administrator."""

    request: str
    what: str
    account: str
    grant: GrantRow | None
    by: str
    until: datetime


class Act(BaseModel):
    """What became of an act: kinds of its events, the request that waits, or the one-time link to hand over."""

    events: list[str]
    request: str = ""
    link: str = ""
    account: str = ""


def act_of(done: acts.Done, account: str = "") -> Act:
    """Return what became of an act."""
    waits = next((event.request for event in done.events if isinstance(event, RightRequested)), "")
    return Act(events=_kinds(done.events), request=waits, link=done.link, account=account)


def _kinds(events: Sequence[PeopleEvent]) -> list[str]:
    return [KIND_OF[type(event)] for event in events]


def _grant(grant: Grant, id: str = "", *, duty: bool = False) -> GrantRow:
    return GrantRow(
        id=id, role=grant.role, group=grant.group, space=grant.space, post=grant.post, until=grant.until, duty=duty
    )


def _held(id: str, held: Held) -> GrantRow:
    return _grant(held.grant, id, duty=held.duty)


def person_of(book: Book, account: Account) -> Person:
    """Return *account* with what *book* says of it."""
    return Person(
        account=account.id,
        login=account.login,
        disabled=account.disabled,
        sample=account.sample,
        grants=[_held(key, held) for key, held in book.grants.items() if held.account == account.id],
        deputy=[_grant(grant) for whose, grant in sorted(book.deputies, key=str) if whose == account.id],
    )


def asked_of(asked: RightRequested) -> AskedRow:
    """Return a request that waits."""
    grant = _grant(asked.grant) if asked.grant else None
    return AskedRow(
        request=asked.request, what=asked.what, account=asked.account, grant=grant, by=asked.by, until=asked.until
    )
