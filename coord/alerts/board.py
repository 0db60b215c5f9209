"""The warnings as rows by key: what holds is for everybody in the house, what is being written for the centre only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from coord.alerts.approving import needed, unread
from coord.alerts.facts import Event
from coord.alerts.model import Alert
from coord.alerts.thread import InWork, Out, Policy, Thread

PlainRow = dict[str, Any]

ALL: tuple[str, ...] = ("*",)
CENTRE: tuple[str, ...] = ()


def keys(state: Thread) -> Iterator[str]:
    """Yield the keys of all rows: one for what is out, one for the draft."""
    if state.out:
        yield f"warning:{state.id}"
    if state.draft is not None:
        yield f"draft:{state.id}"


def touched(before: Thread, _event: Event) -> set[str]:
    """Return the keys of all rows that an event may change: a thread is small, so all that it has."""
    return {f"warning:{before.id}", f"draft:{before.id}"}


def rows(policy: Policy) -> Callable[[Thread, str], PlainRow | None]:
    """Return the function that gives the row under a key as plain data, under *policy*."""

    def row(state: Thread, key: str) -> PlainRow | None:
        kind, _, name = key.partition(":")
        if name != state.id:
            return None
        if kind == "warning" and state.out:
            return _warning(state)
        if kind == "draft" and state.draft is not None:
            return _draft(state, state.draft, policy)
        return None

    return row


row = rows(Policy())
"""The row under a key, under the policy that a district starts with."""


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _said(content: Alert) -> dict[str, dict[str, str]]:
    """Return what *content* says, by language."""
    return {
        info.language: {
            "event": info.event,
            "headline": info.headline,
            "description": info.description,
            "instruction": info.instruction,
            "area": "; ".join(area.desc for area in info.areas),
        }
        for info in content.infos
    }


def _grade(content: Alert) -> dict[str, str]:
    first = content.infos[0] if content.infos else None
    if first is None:
        return {"urgency": "", "severity": "", "certainty": ""}
    return {"urgency": first.urgency, "severity": first.severity, "certainty": first.certainty}


def _message(one: Out) -> PlainRow:
    return {
        "identifier": one.reference.identifier,
        "act": one.act,
        "sent": _iso(one.reference.sent),
        "expires": _iso(one.expires),
        "state": one.state,
    }


def _warning(state: Thread) -> PlainRow:
    last = state.in_force or state.out[-1]
    return {
        "key": f"warning:{state.id}",
        "kind": "warning",
        "groups": ALL,
        "thread": state.id,
        "space": state.space,
        "status": last.content.status,
        "in_force": state.in_force is not None,
        **_message(last),
        **_grade(last.content),
        "texts": _said(last.content),
        "messages": [_message(one) for one in state.out],
        "ended": state.ended,
        "owes_all_clear": state.owes_all_clear,
        "owed_languages": list(state.owed),
        "review_owed": state.review is not None,
        "way_back": state.way_back is not None,
    }


def _draft(state: Thread, draft: InWork, policy: Policy) -> PlainRow:
    return {
        "key": f"draft:{state.id}",
        "kind": "draft",
        "groups": CENTRE,
        "thread": state.id,
        "space": state.space,
        "status": draft.proposal.content.status,
        "act": draft.act,
        "message_kind": draft.proposal.kind,
        "digest": draft.digest,
        "authors": sorted(draft.authors),
        "submitted": draft.submitted,
        "approvals": [
            {
                "by": one.by,
                "role": one.role,
                "at": _iso(one.at),
                "until": _iso(one.at + policy.approval_stands),
                "people": one.shown.people,
                "overspill": list(one.shown.overspill),
            }
            for one in draft.approvals
        ],
        "approvals_needed": needed(draft.proposal, policy),
        "glass_broken_by": draft.glass.by if draft.glass is not None else None,
        "unread": sorted(unread(draft)),
        "expires": _iso(draft.proposal.content.expires),
        **_grade(draft.proposal.content),
        "texts": _said(draft.proposal.content),
        "channels": [{"name": c.name, "used": c.used, "reason": c.reason} for c in draft.proposal.channels],
    }
