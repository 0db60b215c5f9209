"""Who may stand for a warning: another person, for this text, not too long ago; or one alone, loudly."""

from __future__ import annotations

from datetime import datetime

from coord.alerts.acts import Approve, BreakGlass, Impact, Proposal, Review, Space
from coord.alerts.compose.template import life_at_stake
from coord.alerts.facts import Approved, Event, GlassBroken, GlassReviewed
from coord.alerts.proposing import proposal_findings
from coord.alerts.thread import InWork, Policy, Thread
from coord.errors import Refused, Unfit, errors_in


class SamePerson(Refused):
    """The author of an alert tried to approve it."""

    code = "same-person"

    def __init__(self, person: str) -> None:
        super().__init__(f"{person} wrote this alert, so someone else must approve it")
        self.person = person


def read_back(space: Space, shown: Impact) -> str:
    """Return what an approver types: the mode and how many people it reaches (DOM-2, P-10).

    >>> read_back("live", Impact("…", people=436))
    'LIVE 436'
    """
    return f"{space.upper()} {shown.people}"


def given(reason: str) -> str:
    if not reason.strip():
        raise Refused("a reason is needed", "no-reason")
    return reason


def unread(draft: InWork) -> list[str]:
    """Return the languages of *draft* that a machine wrote and nobody has read."""
    return [one for one, of in draft.proposal.origins.items() if of == "machine" and one not in draft.read]


def approve(draft: InWork, wish: Approve, at: datetime, space: Space) -> list[Event]:
    if wish.by in draft.authors:
        raise SamePerson(wish.by)
    if wish.digest != draft.digest:
        raise Refused("the text has changed since it was read: read it again", "content-changed")
    if wish.shown is None or wish.shown.digest != draft.digest:
        raise Refused("whom it reaches has not been shown for this text", "impact-not-shown")
    if wish.read_back.strip() != read_back(space, wish.shown):
        raise Refused(f"type {read_back(space, wish.shown)!r} to approve", "read-back")
    if blind := unread(draft):
        raise Refused(f"nobody has read the machine's text in {', '.join(sorted(blind))}", "language-unread")
    if any(one.by == wish.by and one.role == wish.role and one.shown == wish.shown for one in draft.approvals):
        return []
    return [Approved(wish.by, wish.role, draft.digest, at, wish.shown)]


def break_glass(draft: InWork, wish: BreakGlass, at: datetime, policy: Policy) -> list[Event]:
    given(wish.reason)
    if wish.digest != draft.digest:
        raise Refused("the text has changed since it was read: read it again", "content-changed")
    if not life_at_stake(draft.proposal.content):
        raise Refused(
            "only an Immediate warning that is Extreme or Severe may go out by one person", "no-life-at-stake"
        )
    if wrong := errors_in(proposal_findings(draft.proposal, draft.act, at, policy)):
        raise Unfit(wrong)
    if draft.glass is not None and draft.glass.digest == draft.digest:
        return []
    return [GlassBroken(wish.by, draft.digest, wish.reason, at, at + policy.review_within)]


def review(thread: Thread, wish: Review) -> list[Event]:
    if thread.review is None:
        raise Refused("no review is owed here", "no-review")
    if wish.by == thread.review.by:
        raise SamePerson(wish.by)
    return [GlassReviewed(wish.by, wish.justified, given(wish.text))]


def persons_on(draft: InWork, at: datetime, policy: Policy) -> tuple[str, ...]:
    """Return who stands for *draft* as it is at *at*: other people than its authors, not too long ago."""
    return tuple(
        sorted(
            {
                one.by
                for one in draft.approvals
                if one.digest == draft.digest and one.by not in draft.authors and one.at + policy.approval_stands > at
            }
        )
    )


def needed(proposal: Proposal, policy: Policy) -> int:
    """Return how many approvers *proposal* needs: by its severity, one more when it goes to everybody's phone."""
    graded = max([1, *(policy.approvers.get(info.severity, 1) for info in proposal.content.infos)])
    return graded + any(channel.used and channel.name in policy.wide for channel in proposal.channels)


def permitted(draft: InWork, at: datetime, policy: Policy) -> tuple[tuple[str, ...], bool]:
    """Return the persons on the digest, and whether the glass was broken for it instead; or refuse."""
    persons = persons_on(draft, at, policy)
    if draft.glass is not None and draft.glass.digest == draft.digest:
        return persons, True
    if not draft.submitted:
        raise Refused("the draft has not been submitted", "not-submitted")
    if len(persons) < (wanted := needed(draft.proposal, policy)):
        raise Refused(f"{len(persons)} of {wanted} approvals are there", "not-approved")
    standing = [one for one in draft.approvals if one.by in persons]
    if any(one.shown.overspill for one in standing) and not any(one.role == "liaison" for one in standing):
        where = ", ".join(sorted({regime for one in standing for regime in one.shown.overspill}))
        raise Refused(f"the area reaches {where}: the liaison must approve as well", "liaison-needed")
    return persons, False
