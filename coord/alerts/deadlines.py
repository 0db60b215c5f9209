"""What a thread waits for, derived from its state at any moment, and what happens when nobody comes."""

from __future__ import annotations

from datetime import datetime

from coord.alerts.facts import (
    AllClearReminded,
    ApprovalsAged,
    ApprovalsFading,
    Event,
    Expired,
    ExpiryReminded,
    ReviewReminded,
    TranslationReminded,
)
from coord.alerts.thread import InWork, Policy, Thread, evolve
from coord.events import Clocks


def clocks(thread: Thread, policy: Policy) -> Clocks:
    """Return what *thread* waits for: the life of its approvals, its expiry, and all that is owed."""
    waits = Clocks()
    if thread.draft is not None and thread.draft.approvals:
        _approvals(waits, thread.draft, policy)
    for one in thread.out:
        if one.state == "in-force":
            waits.set(f"expiry/{one.reference.identifier}", one.expires)
            if not one.reminded and thread.ended is None:
                waits.set(f"expiry-reminder/{one.reference.identifier}", one.expires - policy.expiry_reminder)
    if thread.owes_all_clear and thread.all_clear_again is not None:
        waits.set("all-clear", thread.all_clear_again)
    if thread.owed and thread.owed_again is not None:
        waits.set("translation", thread.owed_again)
    if thread.review is not None and thread.review_again is not None:
        waits.set("review", thread.review_again)
    return waits


def _approvals(waits: Clocks, draft: InWork, policy: Policy) -> None:
    until = min(one.at for one in draft.approvals) + policy.approval_stands
    waits.set("approvals", until)
    if not draft.faded:
        waits.set("approvals-fading", until - policy.approval_fades)


def fired(thread: Thread, at: datetime, policy: Policy) -> list[Event]:
    """Return all that is due in *thread* at *at*, in the order of its due times; fired late, it is fired once."""
    events: list[Event] = []
    now = thread
    while due := clocks(now, policy).due(at):
        event = _fire(now, due[0].key, due[0].due, at, policy)
        events.append(event)
        now = evolve(now, event)
    return events


def _fire(thread: Thread, key: str, due: datetime, at: datetime, policy: Policy) -> Event:
    kind, _, identifier = key.partition("/")
    draft = thread.draft
    match kind:
        case "expiry":
            return Expired(identifier, due)
        case "expiry-reminder":
            return ExpiryReminded(identifier, due + policy.expiry_reminder)
        case "approvals-fading" if draft is not None:
            persons = tuple(sorted(one.by for one in draft.approvals))
            return ApprovalsFading(draft.digest, persons, due + policy.approval_fades)
        case "approvals" if draft is not None:
            old = tuple(sorted(one.by for one in draft.approvals if one.at + policy.approval_stands <= at))
            return ApprovalsAged(draft.digest, old)
        case "translation":
            return TranslationReminded(thread.owed, at + policy.translation_within)
        case "review":
            return ReviewReminded(due, at + policy.review_within)
        case "all-clear":
            return AllClearReminded(due, at + policy.all_clear_every)
        case _:
            raise LookupError(f"nothing waits for {key}")
