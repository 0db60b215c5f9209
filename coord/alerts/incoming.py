"""A message of others has been read; may it count? Trusted no further than it deserves.

Pure: the shell looks up what is known and pinned, keeps what comes out, and
re-publishes the bytes as they came. Nothing is thrown away: what may not count
lies in quarantine or in the archive, with the reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from coord.alerts.check import Checked
from coord.alerts.model import UNSENT, Alert, MsgType, Reference
from coord.alerts.rules.table import Hit, graded
from coord.alerts.signature import Verdict
from coord.errors import Finding, errors_in

OLD = timedelta(hours=24)
"""Older than this when it comes, a message is history: it may be a replay."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept of a message for ever: enough to recognise it and to answer for it."""

    reference: Reference
    msg_type: MsgType
    sha256: str
    expires: datetime | None
    references: tuple[Reference, ...] = ()
    pin: str = ""


Name = tuple[str, str]
"""Sender and identifier: together unique, for ever (R56)."""


def name_of(reference: Reference) -> Name:
    """Return the name under which a message is known: senders err in the time, not in these (R66)."""
    return reference.sender, reference.identifier


def known_of(alert: Alert, raw: bytes, verdict: Verdict | None = None) -> Known:
    """Return what to keep of *alert*, which came as *raw*."""
    pin = verdict.by.fingerprint if verdict is not None and verdict.by is not None else ""
    sha256 = hashlib.sha256(raw).hexdigest()
    return Known(alert.reference, alert.msg_type, sha256, alert.expires, alert.references, pin)


def resolve(reference: Reference, known: Mapping[Name, Known]) -> Known | None:
    """Return the message that *reference* means, whatever time it gives (R66)."""
    return known.get(name_of(reference))


def chain(alert: Alert, known: Mapping[Name, Known]) -> list[Known]:
    """Return all earlier messages that *alert* goes back to, the oldest first, each once."""
    found: dict[Name, Known] = {}
    waiting = list(alert.references)
    while waiting:
        earlier = resolve(waiting.pop(), known)
        if earlier is not None and name_of(earlier.reference) not in found:
            found[name_of(earlier.reference)] = earlier
            waiting += earlier.references
    return sorted(found.values(), key=lambda one: (one.reference.sent, one.reference.identifier))


def still_on(messages: Iterable[Known], at: datetime) -> list[Reference]:
    """Return the references of *messages* that have not expired at *at*: what R64 wants named."""
    return [one.reference for one in messages if one.expires is None or one.expires > at]


@dataclass(frozen=True, slots=True)
class Judgement:
    """``accept``: it counts. ``repeat``: the very same bytes again, nothing to do.

    ``archive``: in order, but not to act on (a test, expired, old).
    ``quarantine``: a person must look. ``acts_as`` is the msgType to follow,
    None for an act on nothing; ``on`` are the known messages it acts on.
    """

    verdict: Literal["accept", "repeat", "archive", "quarantine"]
    findings: tuple[Finding, ...]
    acts_as: MsgType | None = None
    on: tuple[Known, ...] = ()


def judge(
    raw: bytes, checked: Checked, verdict: Verdict, known: Mapping[Name, Known], at: datetime, *, pinned: bool
) -> Judgement:
    """Return what to do with a message that came as *raw* at *at*.

    *pinned* says whether a key is pinned for its sender: then only that key
    speaks for it, and anything else is somebody who says so.
    """
    alert = checked.seen
    findings = [one for one in checked.findings if one.code != "R55"]
    before = known.get((alert.sender, alert.identifier))
    if before is not None and before.sha256 == hashlib.sha256(raw).hexdigest():
        return Judgement("repeat", ())
    if before is not None:
        findings += graded(
            [Hit("R56", "/alert/identifier", "this identifier came before, with another text")], "ingest"
        )
    findings += graded(_trust(verdict, pinned=pinned), "ingest")
    on = [one for reference in alert.references if (one := resolve(reference, known)) is not None]
    if alert.msg_type in ("Update", "Cancel"):
        findings += graded(_right_to_act(alert, verdict, on), "ingest")
        unnamed = set(map(name_of, still_on(chain(alert, known), at))) - set(map(name_of, alert.references))
        if unnamed:
            text = f"{len(unnamed)} messages of the chain have not expired and are not named"
            findings += graded([Hit("R64", "/alert/references", text)], "ingest")
    acts_as: MsgType | None = alert.msg_type
    if not on and alert.msg_type in ("Update", "Cancel"):
        acts_as = "Alert" if alert.msg_type == "Update" else None
    if errors_in(findings):
        return Judgement("quarantine", tuple(findings), acts_as, tuple(on))
    over = list(_over(alert, acts_as, at))
    findings += graded(over, "ingest")
    return Judgement("archive" if over else "accept", tuple(findings), acts_as, tuple(on))


def _trust(verdict: Verdict, *, pinned: bool) -> Iterable[Hit]:
    if pinned and verdict.status != "verified":
        yield Hit("signature", "/alert/Signature", f"{verdict.status}: {verdict.why}")
    elif verdict.status != "verified":
        yield Hit("R55", "/alert/Signature", f"{verdict.status}: {verdict.why}")


def _right_to_act(alert: Alert, verdict: Verdict, on: list[Known]) -> Iterable[Hit]:
    for one in on:
        if one.reference.sender != alert.sender:
            text = f"{alert.sender} acts on a message of {one.reference.sender}"
            yield Hit("R65", "/alert/references", text)
        elif one.pin and verdict.status != "verified":
            yield Hit("R65", "/alert/references", "acts on a signed message without a signature that holds")


def _over(alert: Alert, acts_as: MsgType | None, at: datetime) -> Iterable[Hit]:
    if alert.status != "Actual":
        yield Hit("stale", "/alert/status", f"status is {alert.status}; not to act on")
    if acts_as in ("Alert", "Update") and alert.expires is not None and alert.expires <= at:
        yield Hit("stale", "/alert", "had expired when it came")
    if alert.sent != UNSENT and at - alert.sent > OLD:
        yield Hit("stale", "/alert/sent", "was sent more than a day ago")
    if acts_as is None:
        yield Hit("stale", "/alert/references", "a Cancel of nothing that is known here")
    if alert.msg_type in ("Ack", "Error"):
        yield Hit("stale", "/alert/msgType", f"an {alert.msg_type} asks for nothing")
