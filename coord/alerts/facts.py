"""What has happened to a warning: events, past tense, stored under their kind for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coord.alerts.acts import Act, Impact, Proposal, Role, Space
from coord.alerts.model import Reference


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft was begun."""

    by: str
    space: Space
    act: Act
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class Revised:
    """The draft was changed; its approvals are void."""

    by: str
    act: Act
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class Dropped:
    """The draft was given up."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """Approval was asked for."""

    by: str
    digest: str


@dataclass(frozen=True, slots=True)
class Returned:
    """The draft went back to its authors."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class LanguageRead:
    """A person has read a machine's text."""

    by: str
    language: str


@dataclass(frozen=True, slots=True)
class Approved:
    """A second person stands for this content."""

    by: str
    role: Role
    digest: str
    at: datetime
    shown: Impact


@dataclass(frozen=True, slots=True)
class ApprovalsFading:
    """The approvals will soon have aged out; whoever gave them is asked again."""

    digest: str
    persons: tuple[str, ...]
    until: datetime


@dataclass(frozen=True, slots=True)
class ApprovalsAged:
    """The approvals have aged out: things are no longer as they were when they were given."""

    digest: str
    persons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GlassBroken:
    """One person takes it upon himself to warn; the review is owed."""

    by: str
    digest: str
    reason: str
    at: datetime
    review_due: datetime


@dataclass(frozen=True, slots=True)
class GlassReviewed:
    """Another person has judged the broken glass."""

    by: str
    justified: bool
    text: str


@dataclass(frozen=True, slots=True)
class ReviewReminded:
    """A review is still owed."""

    due: datetime
    again: datetime


@dataclass(frozen=True, slots=True)
class Published:
    """A message is out. ``signed`` are the only bytes that any exit may send.

    ``prepared``: its text was the way back approved with the warning before.
    ``approved_by`` are the persons on its digest; empty with ``broke_glass``.
    ``owed`` are the languages still missing, ``owed_until`` when at the latest.
    ``speaks`` are the languages in it, ``owes_all_clear`` whether the public
    now waits to be told that it is over.
    """

    by: str
    act: Act
    identifier: str
    sender: str
    sent: datetime
    expires: datetime
    digest: str
    signed: bytes
    references: tuple[Reference, ...]
    approved_by: tuple[str, ...]
    broke_glass: bool = False
    prepared: bool = False
    silent: bool = False
    owes_all_clear: bool = False
    owed: tuple[str, ...] = ()
    owed_until: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TranslationReminded:
    """A language of the warning in force is still missing."""

    languages: tuple[str, ...]
    again: datetime


@dataclass(frozen=True, slots=True)
class ExpiryReminded:
    """The warning in force will soon expire: prolong it, or say that it is over (DOM-16)."""

    identifier: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class Expired:
    """A message has reached its end. Not an all-clear, which stays owed."""

    identifier: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AllClearReminded:
    """The public has still not been told that it is over."""

    since: datetime
    again: datetime


Event = (
    Drafted
    | Revised
    | Dropped
    | Submitted
    | Returned
    | LanguageRead
    | Approved
    | ApprovalsFading
    | ApprovalsAged
    | GlassBroken
    | GlassReviewed
    | ReviewReminded
    | Published
    | TranslationReminded
    | ExpiryReminded
    | Expired
    | AllClearReminded
)

KINDS: dict[str, type] = {
    "alert-drafted": Drafted,
    "alert-revised": Revised,
    "alert-dropped": Dropped,
    "alert-submitted": Submitted,
    "alert-returned": Returned,
    "alert-language-read": LanguageRead,
    "alert-approved": Approved,
    "alert-approvals-fading": ApprovalsFading,
    "alert-approvals-aged": ApprovalsAged,
    "alert-glass-broken": GlassBroken,
    "alert-glass-reviewed": GlassReviewed,
    "alert-review-reminded": ReviewReminded,
    "alert-published": Published,
    "alert-translation-reminded": TranslationReminded,
    "alert-expiry-reminded": ExpiryReminded,
    "alert-expired": Expired,
    "alert-all-clear-reminded": AllClearReminded,
}
