"""How a warning comes out: one writes, another approves, it is signed once, and it can be taken back.

Pure. The laws: the author never approves; an edit empties the approvals; an
approval binds to the digest; what is published is what was approved; an
exercise never becomes real; an all-clear is owed until it is issued.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from coord.alerts import publishing
from coord.alerts.acts import (
    Act,
    AllClear,
    Approve,
    BreakGlass,
    Cancel,
    Command,
    Correct,
    Draft,
    Drop,
    Proposal,
    Publish,
    ReadLanguage,
    Return,
    Review,
    Revise,
    Space,
    Submit,
    Update,
)
from coord.alerts.approving import (
    SamePerson,
    approve,
    break_glass,
    given,
    needed,
    permitted,
    persons_on,
    read_back,
    review,
)
from coord.alerts.compose.kinds import KINDS as KINDS_OF_MESSAGE
from coord.alerts.compose.template import life_at_stake, missing
from coord.alerts.deadlines import clocks, fired
from coord.alerts.facts import (
    KINDS,
    Drafted,
    Dropped,
    Event,
    LanguageRead,
    Published,
    Returned,
    Revised,
    Submitted,
)
from coord.alerts.model import strip
from coord.alerts.proposing import proposal_findings
from coord.alerts.thread import InWork, Policy, Thread, digest, evolve
from coord.errors import Refused, Unfit, errors_in
from coord.events import Decider, StreamId, Tick


def decide(thread: Thread, wish: Command, at: datetime, space: Space, policy: Policy) -> Sequence[Event]:
    """Return what follows from *wish*, or raise :exc:`Refused` or :exc:`Unfit`."""
    match wish:
        case Tick(now):
            return fired(thread, now, policy)
        case Draft() | Update() | AllClear():
            return _begin(thread, wish, space)
        case Revise(by, proposal):
            return _revise(_draft(thread), by, proposal, thread, space)
        case Drop(by, reason):
            _draft(thread)
            return [Dropped(by, given(reason))]
        case Submit(by):
            return _submit(_draft(thread), by, at, policy)
        case Return(by, reason):
            _submitted(thread)
            return [Returned(by, given(reason))]
        case ReadLanguage(by, language):
            return [] if language in _draft(thread).read else [LanguageRead(by, language)]
        case Approve():
            return approve(_submitted(thread), wish, at, space)
        case BreakGlass():
            return break_glass(_draft(thread), wish, at, policy)
        case Review():
            return review(thread, wish)
        case Publish(by, signed):
            return _publish(thread, _draft(thread), by, signed, at, space, policy)
        case Cancel() | Correct():
            return _take_back(thread, wish, at, space, policy)
        case _:
            assert_never(wish)


def _draft(thread: Thread) -> InWork:
    if thread.draft is None:
        raise Refused("there is no draft here", "no-draft")
    return thread.draft


def _submitted(thread: Thread) -> InWork:
    draft = _draft(thread)
    if not draft.submitted:
        raise Refused("the draft has not been submitted", "not-submitted")
    return draft


def _begin(thread: Thread, wish: Draft | Update | AllClear, space: Space) -> list[Event]:
    if thread.draft is not None:
        raise Refused("there is a draft already: revise it, or drop it", "draft-open")
    if thread.ended is not None:
        raise Refused(f"this thread has ended with its {thread.ended}; a new event is a new thread", "thread-ended")
    if isinstance(wish, Draft) == bool(thread.out):
        text = "a warning is out: update it" if thread.out else "nothing is out that could be changed"
        raise Refused(text, "thread-started" if thread.out else "nothing-out")
    proposal = _bare(wish.proposal)
    act: Act = "all-clear" if isinstance(wish, AllClear) else _act_of(thread, proposal)
    _same_world(proposal, act, space)
    return [Drafted(wish.by, space, act, proposal)]


def _act_of(thread: Thread, proposal: Proposal) -> Act:
    if not thread.out:
        return "alert"
    return "cancel" if proposal.content.msg_type == "Cancel" else "update"


_TYPES = {
    "alert": ("Alert",),
    "update": ("Update",),
    "cancel": ("Cancel",),
    "all-clear": ("Update", "Cancel"),
    "correction": ("Update", "Cancel"),
}


def _same_world(proposal: Proposal, act: Act, space: Space) -> None:
    contents = [proposal.content]
    if proposal.prepared is not None:
        contents += [proposal.prepared.cancel, proposal.prepared.correction]
    for content in contents:
        publishing.same_space(content, space)
    if proposal.content.msg_type not in _TYPES[act]:
        raise Refused(f"an act of {act} is no {proposal.content.msg_type}", "wrong-type")
    if (act == "all-clear") != (proposal.kind == "all-clear"):
        raise Refused(f"an act of {act} is no message of the kind {proposal.kind}", "wrong-kind")


def _bare(proposal: Proposal) -> Proposal:
    return replace(proposal, content=strip(proposal.content))


def _revise(draft: InWork, by: str, proposal: Proposal, thread: Thread, space: Space) -> list[Event]:
    bare = _bare(proposal)
    if bare == draft.proposal:
        return []
    act = draft.act if draft.act in ("alert", "all-clear") else _act_of(thread, bare)
    _same_world(bare, act, space)
    return [Revised(by, act, bare)]


def _submit(draft: InWork, by: str, at: datetime, policy: Policy) -> list[Event]:
    if draft.submitted:
        return []
    if wrong := errors_in(proposal_findings(draft.proposal, draft.act, at, policy)):
        raise Unfit(wrong)
    return [Submitted(by, draft.digest)]


def _publish(
    thread: Thread, draft: InWork, by: str, signed: bytes, at: datetime, space: Space, policy: Policy
) -> list[Event]:
    persons, glass = permitted(draft, at, policy)
    proposal = draft.proposal
    alert = publishing.released(thread, proposal.content, signed, at, space, policy)
    _not_the_same_again(thread, proposal, at, policy)
    lacking = missing(proposal.content, policy.languages)
    if lacking and not life_at_stake(proposal.content):
        raise Refused(f"there is no text in {', '.join(lacking)}", "language-missing")
    kind = KINDS_OF_MESSAGE[proposal.kind]
    return [
        Published(
            by=by,
            act=draft.act,
            identifier=alert.identifier,
            sender=alert.sender,
            sent=alert.sent,
            expires=alert.expires or alert.sent,
            digest=draft.digest,
            signed=signed,
            references=alert.references,
            approved_by=persons,
            broke_glass=glass,
            silent=proposal.silent,
            owes_all_clear=kind.owes_all_clear and draft.act in ("alert", "update"),
            owed=lacking,
            owed_until=at + policy.translation_within if lacking else None,
        )
    ]


def _not_the_same_again(thread: Thread, proposal: Proposal, at: datetime, policy: Policy) -> None:
    """Refuse to repeat what was just said (DOM-22), and a silent update that says more than another language."""
    last = thread.in_force
    if last is None:
        if proposal.silent:
            raise Refused("there is nothing out that a language could be added to", "not-silent")
        return
    if last.content.infos == proposal.content.infos and at - last.reference.sent < policy.repeat_after:
        raise Refused("the same was said just now; people stop listening", "repeated")
    if proposal.silent and any(info not in proposal.content.infos for info in last.content.infos):
        raise Refused("a silent update adds languages and changes nothing", "not-silent")


def _take_back(thread: Thread, wish: Cancel | Correct, at: datetime, space: Space, policy: Policy) -> list[Event]:
    given(wish.reason)
    if thread.ended is not None:
        raise Refused(f"this thread has ended with its {thread.ended}", "thread-ended")
    if (ready := thread.way_back) is None:
        raise Refused("no cancel was approved with this warning: draft one", "nothing-prepared")
    act: Act = "cancel" if isinstance(wish, Cancel) else "correction"
    content = ready.prepared.cancel if act == "cancel" else ready.prepared.correction
    alert = publishing.released(thread, content, wish.signed, at, space, policy)
    events: list[Event] = [] if thread.draft is None else [Dropped(wish.by, f"the thread ends with its {act}")]
    events.append(
        Published(
            by=wish.by,
            act=act,
            identifier=alert.identifier,
            sender=alert.sender,
            sent=alert.sent,
            expires=alert.expires or alert.sent,
            digest=ready.digest,
            signed=wish.signed,
            references=alert.references,
            approved_by=ready.approved_by,
            broke_glass=ready.broke_glass,
            prepared=True,
            reason=wish.reason,
        )
    )
    return events


def decider(space: Space, policy: Policy | None = None) -> Decider[Thread, Command, Event]:
    """Return the decider of the streams ``alert/{thread}`` of *space*, under *policy*."""
    rules = policy or Policy()
    return Decider(
        room="alert",
        initial=lambda stream: Thread(StreamId(stream).partition("/")[2]),
        decide=lambda thread, wish, at: decide(thread, wish, at, space, rules),
        evolve=evolve,
        clocks=lambda thread: clocks(thread, rules),
        kinds=KINDS,
        state=Thread,
    )


ALERT = decider("live")
ALERT_EXERCISE = decider("exercise")

__all__ = ["ALERT", "ALERT_EXERCISE", "SamePerson", "decide", "decider", "digest", "needed", "persons_on", "read_back"]
