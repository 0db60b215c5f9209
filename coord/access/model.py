"""The book of a jurisdiction: who is on it and what each may, as facts on the log.

Stream ``people/{jurisdiction}``. Events hold ids and picked words only, never a
name, a login or free text. A book is complete in itself: an account that works
for two jurisdictions stands on both, and is disabled on each by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from coord.access.roles import Grant

ROOM: Final = "people"

Why = Literal["asked", "left", "moved", "duty-ended", "expired", "lost-device", "suspicion", "mistake", "law"]
"""Reasons are picked, for the log keeps them for ever."""

What = Literal["grant", "deputy", "reset"]

REQUEST_TERM = timedelta(hours=24)
"""How long a right waits for its second administrator."""

LONGEST_DUTY = timedelta(hours=24)
"""How long a deputy can be put on duty in one act."""

SET_UP: Final = "set-up"
"""Who acts before there is an administrator: the holder of the one-time set-up token."""


@dataclass(frozen=True, slots=True)
class AccountOpened:
    """An account stands on the book from now on. ``sample`` marks those that are to be removed in one act."""

    account: str
    by: str
    sample: bool = False


@dataclass(frozen=True, slots=True)
class AccountDisabled:
    """The account may do nothing more here; its grants sleep."""

    account: str
    by: str
    why: Why


@dataclass(frozen=True, slots=True)
class AccountEnabled:
    """The account may work again, with the grants that it still holds."""

    account: str
    by: str


@dataclass(frozen=True, slots=True)
class RightRequested:
    """One administrator asks for what needs two; another must confirm by ``until``.

    ``what`` is a right to be given, a deputy to be named, or new credentials
    for somebody who holds such a right (then ``grant`` is None).
    """

    request: str
    what: What
    account: str
    grant: Grant | None
    by: str
    until: datetime


@dataclass(frozen=True, slots=True)
class RightRequestClosed:
    """The request came to nothing: refused or taken back by ``by``, or nobody confirmed in time (``why`` expired)."""

    request: str
    by: str
    why: Why


@dataclass(frozen=True, slots=True)
class GrantGiven:
    """An account holds a right. ``confirmed_by`` is the second person, where the right needs two."""

    id: str
    account: str
    grant: Grant
    by: str
    confirmed_by: str = ""
    request: str = ""
    duty: bool = False


@dataclass(frozen=True, slots=True)
class GrantWithdrawn:
    """An account no longer holds a right."""

    id: str
    account: str
    by: str
    why: Why


@dataclass(frozen=True, slots=True)
class DeputyNamed:
    """Two persons agreed that this account may be put on duty in that role by one."""

    account: str
    grant: Grant
    by: str
    confirmed_by: str
    request: str = ""


@dataclass(frozen=True, slots=True)
class DeputyDropped:
    """The account is no longer a known deputy for that role."""

    account: str
    grant: Grant
    by: str
    why: Why


@dataclass(frozen=True, slots=True)
class SessionRevoked:
    """Somebody ended a session of the account before its time; ``session`` is its public id, empty for all."""

    account: str
    session: str
    by: str
    why: Why


@dataclass(frozen=True, slots=True)
class TokenIssued:
    """The account made an API token with these rights."""

    account: str
    token: str
    grants: tuple[Grant, ...]
    until: datetime


@dataclass(frozen=True, slots=True)
class TokenRevoked:
    """An API token of the account is void."""

    account: str
    token: str
    by: str
    why: Why


@dataclass(frozen=True, slots=True)
class CredentialsReset:
    """The account may be given a one-time link to set a new password."""

    account: str
    by: str
    confirmed_by: str = ""
    request: str = ""


@dataclass(frozen=True, slots=True)
class SubjectErased:
    """The personal data of a subject are gone: its key is destroyed, also for replay and after a restore."""

    subject: str
    by: str
    why: Why


PeopleEvent = (
    AccountOpened
    | AccountDisabled
    | AccountEnabled
    | RightRequested
    | RightRequestClosed
    | GrantGiven
    | GrantWithdrawn
    | DeputyNamed
    | DeputyDropped
    | SessionRevoked
    | TokenIssued
    | TokenRevoked
    | CredentialsReset
    | SubjectErased
)

KINDS: Final[Mapping[str, type]] = {
    "account-opened": AccountOpened,
    "account-disabled": AccountDisabled,
    "account-enabled": AccountEnabled,
    "right-requested": RightRequested,
    "right-request-closed": RightRequestClosed,
    "grant-given": GrantGiven,
    "grant-withdrawn": GrantWithdrawn,
    "deputy-named": DeputyNamed,
    "deputy-dropped": DeputyDropped,
    "session-revoked": SessionRevoked,
    "token-issued": TokenIssued,
    "token-revoked": TokenRevoked,
    "credentials-reset": CredentialsReset,
    "subject-erased": SubjectErased,
}
