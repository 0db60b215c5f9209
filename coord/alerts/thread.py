"""One event, one thread: its draft, what is out, the way back, and what is still owed to the public."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, assert_never

from coord.alerts.acts import Act, Impact, Prepared, Proposal, Role, Space
from coord.alerts.check import check
from coord.alerts.compose.parity import Places
from coord.alerts.compose.scripts import LANGUAGES
from coord.alerts.facts import (
    AllClearReminded,
    ApprovalsAged,
    ApprovalsFading,
    Approved,
    Drafted,
    Dropped,
    Event,
    Expired,
    ExpiryReminded,
    GlassBroken,
    GlassReviewed,
    LanguageRead,
    Published,
    Returned,
    ReviewReminded,
    Revised,
    Submitted,
    TranslationReminded,
)
from coord.alerts.model import Alert, Reference, Severity, strip

if TYPE_CHECKING:
    from coord.alerts.signature import Pin

ENDS: tuple[Act, ...] = ("cancel", "correction", "all-clear")


@dataclass(frozen=True, slots=True)
class Policy:
    """What a district decides beforehand.

    ``approvers`` by severity, one where nothing is said; one more for the
    channels in ``wide`` (DB45/T 2427: SMS to all). ``places`` are the names
    that must agree between languages. ``pins`` are our own certificates: when
    given, bytes that none of them signed are not published.
    """

    approvers: Mapping[Severity, int] = field(default_factory=dict)
    wide: frozenset[str] = frozenset({"sms-all"})
    languages: tuple[str, ...] = LANGUAGES
    places: Places = ()
    pins: tuple[Pin, ...] = ()
    approval_stands: timedelta = timedelta(hours=12)
    approval_fades: timedelta = timedelta(minutes=30)
    translation_within: timedelta = timedelta(minutes=10)
    review_within: timedelta = timedelta(minutes=60)
    expiry_reminder: timedelta = timedelta(minutes=15)
    all_clear_every: timedelta = timedelta(minutes=30)
    skew: timedelta = timedelta(minutes=5)
    repeat_after: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Approval:
    """Who stands for the content ``digest``, since when, having seen what."""

    by: str
    role: Role
    digest: str
    at: datetime
    shown: Impact


@dataclass(frozen=True, slots=True)
class Glass:
    """A glass that was broken for the content ``digest``."""

    by: str
    digest: str
    review_due: datetime


@dataclass(frozen=True, slots=True)
class InWork:
    """A draft. Its approvals never survive an edit."""

    act: Act
    proposal: Proposal
    digest: str
    authors: frozenset[str]
    submitted: bool = False
    approvals: tuple[Approval, ...] = ()
    read: frozenset[str] = frozenset()
    glass: Glass | None = None
    faded: bool = False


@dataclass(frozen=True, slots=True)
class Out:
    """A message that is out. ``state`` is what became of it; cancelled is not expired."""

    act: Act
    reference: Reference
    expires: datetime
    content: Alert
    signed: bytes
    state: Literal["in-force", "superseded", "cancelled", "expired"] = "in-force"
    reminded: bool = False


@dataclass(frozen=True, slots=True)
class WayBack:
    """The prepared cancel and correction of what is in force, and who approved them with it."""

    prepared: Prepared
    digest: str
    approved_by: tuple[str, ...]
    broke_glass: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """The state of one stream ``alert/{thread}``.

    ``ended`` by which act, empty while the thread goes on. ``owes_all_clear``
    stands until the public has been told; ``all_clear_again`` is when to remind
    of it, from the moment nothing is in force any more.
    """

    id: str
    space: Space | None = None
    draft: InWork | None = None
    out: tuple[Out, ...] = ()
    way_back: WayBack | None = None
    ended: Act | None = None
    owes_all_clear: bool = False
    all_clear_again: datetime | None = None
    owed: tuple[str, ...] = ()
    owed_again: datetime | None = None
    review: Glass | None = None
    review_again: datetime | None = None

    @property
    def in_force(self) -> Out | None:
        """The message that holds now, if one does."""
        return next((one for one in reversed(self.out) if one.state == "in-force"), None)


def digest(proposal: Proposal) -> str:
    """Return what an approval binds to: SHA-256 over everything that may reach the public, byte for byte."""
    from coord.alerts.xml.writing import render

    parts: list[bytes] = [proposal.kind.encode(), b"silent" if proposal.silent else b""]
    parts.append(render(strip(proposal.content)))
    if proposal.prepared is not None:
        parts += [render(strip(proposal.prepared.cancel)), render(strip(proposal.prepared.correction))]
    parts += [f"{one.name}|{one.used}|{one.reason}".encode() for one in proposal.channels]
    parts += [f"{language}|{origin}".encode() for language, origin in sorted(proposal.origins.items())]
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()


def references(thread: Thread, at: datetime) -> tuple[Reference, ...]:
    """Return what a message of *thread* sent at *at* must refer to: all that has not expired (R64).

    When all has, the last one: an all-clear must still say of what.
    """
    alive = tuple(one.reference for one in thread.out if one.expires > at and one.state != "cancelled")
    return alive or tuple(one.reference for one in thread.out[-1:])


def evolve(thread: Thread, event: Event) -> Thread:
    """Return *thread* after *event*; never refuses, for the event has happened."""
    match event:
        case Drafted(by, space, act, proposal):
            draft = InWork(act, proposal, digest(proposal), frozenset({by}))
            return replace(thread, space=space, draft=draft)
        case Published():
            return _published(thread, event)
        case Expired(identifier, at):
            return _expired(thread, identifier, at)
        case ExpiryReminded(identifier):
            return replace(thread, out=_each(thread, identifier, reminded=True))
        case AllClearReminded(_, again):
            return replace(thread, all_clear_again=again)
        case TranslationReminded(_, again):
            return replace(thread, owed_again=again)
        case ReviewReminded(_, again):
            return replace(thread, review_again=again)
        case GlassReviewed():
            return replace(thread, review=None, review_again=None)
        case Dropped():
            return replace(thread, draft=None)
        case GlassBroken(by, of, _, _, due):
            glass = Glass(by, of, due)
            broken = replace(thread, review=glass, review_again=due)
            return broken if thread.draft is None else replace(broken, draft=replace(thread.draft, glass=glass))
        case _:
            return thread if thread.draft is None else replace(thread, draft=_worked(thread.draft, event))


def _worked(
    draft: InWork,
    event: Revised | Submitted | Returned | LanguageRead | Approved | ApprovalsFading | ApprovalsAged,
) -> InWork:
    match event:
        case Revised(by, act, proposal):
            return InWork(act, proposal, digest(proposal), draft.authors | {by})
        case Submitted():
            return replace(draft, submitted=True)
        case Returned():
            return replace(draft, submitted=False, approvals=(), glass=None, faded=False)
        case LanguageRead(_, language):
            return replace(draft, read=draft.read | {language})
        case Approved(by, role, of, at, shown):
            others = tuple(one for one in draft.approvals if one.by != by)
            faded = draft.faded and bool(others)
            return replace(draft, approvals=(*others, Approval(by, role, of, at, shown)), faded=faded)
        case ApprovalsFading():
            return replace(draft, faded=True)
        case ApprovalsAged(_, persons):
            left = tuple(one for one in draft.approvals if one.by not in persons)
            return replace(draft, approvals=left, faded=False)
        case _:
            assert_never(event)


def _each(thread: Thread, identifier: str, **changes: object) -> tuple[Out, ...]:
    return tuple(
        replace(one, **changes) if one.reference.identifier == identifier else one  # type: ignore[arg-type]
        for one in thread.out
    )


def _published(thread: Thread, event: Published) -> Thread:
    before: Literal["cancelled", "superseded"] = "cancelled" if event.act in ENDS else "superseded"
    out = tuple(replace(one, state=before) if one.state == "in-force" else one for one in thread.out)
    content, way_back = _content(thread, event), thread.way_back
    if not event.prepared and thread.draft is not None and (ready := thread.draft.proposal.prepared) is not None:
        way_back = WayBack(ready, event.digest, event.approved_by, event.broke_glass)
    ended = event.act if event.act in ENDS else None
    sent = Out(event.act, Reference(event.sender, event.identifier, event.sent), event.expires, content, event.signed)
    return replace(
        thread,
        draft=thread.draft if event.prepared else None,
        out=(*out, sent),
        way_back=None if ended else way_back,
        ended=ended,
        owes_all_clear=not ended and (thread.owes_all_clear or event.owes_all_clear),
        all_clear_again=None,
        owed=() if ended else event.owed,
        owed_again=None if ended else event.owed_until,
    )


def _content(thread: Thread, event: Published) -> Alert:
    if event.prepared and thread.way_back is not None:
        ready = thread.way_back.prepared
        return strip(ready.cancel if event.act == "cancel" else ready.correction)
    if thread.draft is not None:
        return strip(thread.draft.proposal.content)
    return strip(check(event.signed, "ingest").seen)  # a history that was never decided here; a fold breaks over none


def _expired(thread: Thread, identifier: str, at: datetime) -> Thread:
    out = _each(thread, identifier, state="expired")
    quiet = not any(one.state == "in-force" for one in out)
    return replace(
        thread,
        out=out,
        all_clear_again=at if quiet and thread.owes_all_clear else thread.all_clear_again,
        owed=() if quiet else thread.owed,
        owed_again=None if quiet else thread.owed_again,
    )
