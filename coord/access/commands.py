"""What can be asked of a jurisdiction's book. ``by`` is the account that asks."""

from __future__ import annotations

from dataclasses import dataclass

from coord.access.model import SessionRevoked, SubjectErased, TokenIssued, TokenRevoked, Why
from coord.access.roles import Grant
from coord.events import Tick


@dataclass(frozen=True, slots=True)
class Found:
    """Open the first administrator of a book that has none that works."""

    account: str
    sample: bool = False


@dataclass(frozen=True, slots=True)
class OpenAccount:
    """Put an account on the book."""

    account: str
    by: str
    sample: bool = False


@dataclass(frozen=True, slots=True)
class DisableAccount:
    """Stop an account at once."""

    account: str
    by: str
    why: Why = "left"


@dataclass(frozen=True, slots=True)
class EnableAccount:
    """Let a disabled account work again."""

    account: str
    by: str


@dataclass(frozen=True, slots=True)
class ResetCredentials:
    """Let an account set a new password; needs two persons when it holds a right that does."""

    account: str
    by: str


@dataclass(frozen=True, slots=True)
class Give:
    """Give a right; one that needs two persons becomes a request."""

    account: str
    grant: Grant
    by: str


@dataclass(frozen=True, slots=True)
class NameDeputy:
    """Ask that an account may be put on duty in this role by one person."""

    account: str
    grant: Grant
    by: str


@dataclass(frozen=True, slots=True)
class DropDeputy:
    """An account shall no longer be a known deputy in this role."""

    account: str
    grant: Grant
    by: str
    why: Why = "moved"


@dataclass(frozen=True, slots=True)
class Confirm:
    """A second administrator agrees to a request."""

    request: str
    by: str


@dataclass(frozen=True, slots=True)
class Decline:
    """A request is refused by an administrator, or taken back."""

    request: str
    by: str
    why: Why = "mistake"


@dataclass(frozen=True, slots=True)
class PutOnDuty:
    """Put a known deputy on duty: one person is enough (P-33). ``grant.until`` says until when."""

    account: str
    grant: Grant
    by: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Take a right back."""

    id: str
    by: str
    why: Why = "moved"


@dataclass(frozen=True, slots=True)
class Note:
    """Put on record what was done with credentials in the cabinet; see the event for what."""

    fact: SessionRevoked | TokenIssued | TokenRevoked | SubjectErased


PeopleCommand = (
    Found
    | OpenAccount
    | DisableAccount
    | EnableAccount
    | ResetCredentials
    | Give
    | NameDeputy
    | DropDeputy
    | Confirm
    | Decline
    | PutOnDuty
    | Withdraw
    | Note
    | Tick
)
