"""The last gate: the bytes that are about to go out say what was approved, and nothing else.

Everything is judged again on the bytes themselves, as if they came from a
stranger; what the composer, the signer and the network did before is not
taken on trust.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from coord.alerts.acts import Space
from coord.alerts.check import check
from coord.alerts.model import Alert, strip
from coord.alerts.thread import Policy, Thread, references
from coord.alerts.times import cap_time
from coord.errors import Refused, Unfit, errors_in

STATUSES = {"live": frozenset({"Actual", "Test", "System"}), "exercise": frozenset({"Exercise"})}
"""CAP statuses by space. Nothing of one can go out in the other."""


def same_space(alert: Alert, space: Space) -> None:
    """Refuse what belongs to the other world (DOM-2)."""
    if alert.status not in STATUSES[space]:
        raise Refused(f"status is {alert.status}, and this is the {space} space", "wrong-space")


def outgoing(thread: Thread, content: Alert, identifier: str, at: datetime) -> Alert:
    """Return *content* as the message to sign now: with the name, the time and the references that publishing adds."""
    return replace(content, identifier=identifier, sent=at.replace(microsecond=0), references=references(thread, at))


def released(thread: Thread, approved: Alert, signed: bytes, at: datetime, space: Space, policy: Policy) -> Alert:
    """Return the alert that *signed* holds, when it may go out in *thread* at *at* as the *approved* content.

    Raises :exc:`Unfit` when the bytes break a rule of CAP, :exc:`Refused` otherwise.
    """
    checked = check(signed, "compose", at)
    if checked.alert is None:
        raise Unfit(errors_in(checked.findings))
    alert = checked.alert
    if checked.signatures != 1:
        raise Refused(f"the message carries {checked.signatures} signatures, not one", "not-signed")
    if policy.pins:
        _ours(signed, policy)
    same_space(alert, space)
    if strip(alert) != strip(approved):
        raise Refused(f"this is not what was approved: {difference(alert, approved)}", "not-approved-content")
    if any(alert.identifier == one.reference.identifier for one in thread.out):
        raise Refused(f"the identifier {alert.identifier} was used before", "identifier-used")
    if alert.references != references(thread, at):
        wanted = ", ".join(one.identifier for one in references(thread, at)) or "nothing"
        raise Refused(f"the message must refer to {wanted}", "wrong-references")
    if abs(alert.sent - at) > policy.skew:
        raise Refused(f"sent says {cap_time(alert.sent)}, and it is {cap_time(at)}", "wrong-sent")
    if alert.expires is None or alert.expires <= at:
        raise Refused("the message has expired before it goes out", "already-expired")
    return alert


def _ours(signed: bytes, policy: Policy) -> None:
    from coord.alerts.signature import verify

    verdict = verify(signed, policy.pins)
    if verdict.status != "verified":
        raise Refused(f"the signature is not ours: {verdict.why}", "not-signed")


def difference(one: Alert, other: Alert) -> str:
    """Say in which part two contents differ, for a person who must find it."""
    a, b = strip(one), strip(other)
    for name in ("status", "msg_type", "scope", "sender", "note", "codes", "incidents", "restriction", "addresses"):
        if getattr(a, name) != getattr(b, name):
            return f"{name} is {getattr(a, name)!r}, approved was {getattr(b, name)!r}"
    if len(a.infos) != len(b.infos):
        return f"{len(a.infos)} infos, approved were {len(b.infos)}"
    for mine, theirs in zip(a.infos, b.infos, strict=True):
        for name in ("language", "areas", "expires", "severity", "urgency", "headline", "description", "instruction"):
            if getattr(mine, name) != getattr(theirs, name):
                return f"{name} of the {theirs.language} text"
    return "a smaller part of it"
