"""Rules about the message as a whole: who says it, to whom, about which earlier one (CAP 1.2 §3.2.1)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta

from coord.alerts.model import Alert
from coord.alerts.rules.table import Hit
from coord.alerts.times import cap_time

_NO_NAME = re.compile(r"[\s,<&]")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
SKEW = timedelta(minutes=5)
"""How far ahead of our clock a message may be sent; beyond it waits in quarantine."""


def message_hits(alert: Alert, at: datetime | None) -> Iterator[Hit]:
    """Tell what is wrong with *alert* itself; *at* is now, None when that does not matter."""
    if not alert.identifier or _NO_NAME.search(alert.identifier):
        yield Hit("R01", "/alert/identifier", f"{alert.identifier[:80]!r} is empty, or holds a blank, comma, < or &")
    if not alert.sender or _NO_NAME.search(alert.sender):
        yield Hit("R02", "/alert/sender", f"{alert.sender[:80]!r} is empty, or holds a blank, comma, < or &")
    elif _FOREIGN.search(alert.sender) and len(alphabets(alert.sender)) > 1:
        named = " and ".join(sorted(alphabets(alert.sender)))
        yield Hit("confusable", "/alert/sender", f"the letters of {alert.sender[:80]!r} are {named}: another sender?")
    if at is not None and alert.sent - at > SKEW:
        yield Hit("clock", "/alert/sent", f"sent at {cap_time(alert.sent)}, which has not come yet")
    yield from _audience(alert)
    yield from _references(alert)
    if alert.msg_type == "Error" and not alert.note:
        yield Hit("R15", "/alert/note", "an Error without a note that says why")
    if alert.status == "Exercise" and not alert.note:
        yield Hit("R16", "/alert/note", "an Exercise without a note that names it")
    if not alert.infos and alert.scope == "Public" and alert.msg_type in ("Alert", "Update"):
        yield Hit("R17", "/alert", f"an {alert.msg_type} to the public that says nothing (no info)")


def alphabets(text: str) -> set[str]:
    """Return the scripts of the letters in *text*, by the first word of their Unicode names.

    >>> sorted(alphabets("test@exampl\u0435.org"))
    ['CYRILLIC', 'LATIN']
    """
    return {unicodedata.name(letter, "?").partition(" ")[0] for letter in text if letter.isalpha()}


def _audience(alert: Alert) -> Iterator[Hit]:
    if alert.scope == "Restricted" and not alert.restriction:
        yield Hit("R05", "/alert/restriction", "scope is Restricted, and no restriction says to whom")
    if alert.scope != "Restricted" and alert.restriction:
        yield Hit("R06", "/alert/restriction", f"a restriction, but scope is {alert.scope}")
    if alert.scope == "Private" and not alert.addresses:
        yield Hit("R07", "/alert/addresses", "scope is Private, and nobody is addressed")


def _references(alert: Alert) -> Iterator[Hit]:
    for reference in alert.references:
        if reference.identifier == alert.identifier and reference.sender == alert.sender:
            yield Hit("R11", "/alert/references", "the message refers to itself")
        elif reference.sent > alert.sent:
            sent = cap_time(reference.sent)
            yield Hit("R12", "/alert/references", f"{reference.identifier[:80]} was sent at {sent}, later than this")
    if alert.references:
        if alert.msg_type == "Alert":
            yield Hit("R14", "/alert/references", "an Alert is the first of its chain and refers to nothing")
    elif alert.msg_type != "Alert":
        yield Hit("R13", "/alert/references", f"the {alert.msg_type} does not name what it acts on")
