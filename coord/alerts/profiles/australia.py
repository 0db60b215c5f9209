"""CAP-AU 1.0 (Australia): the Australian Government Standard for CAP."""

from __future__ import annotations

import re
from collections.abc import Iterator

from coord.alerts.model import Alert
from coord.alerts.profiles.common import advice, error, numbered, same_subject, speaks
from coord.errors import Finding

_CODE = "urn:oasis:names:tc:emergency:cap:1.2:profile:CAP-AU:1.0"
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def australia(alert: Alert) -> Iterator[Finding]:
    """Tell what CAP-AU misses in *alert*."""
    if _CODE not in alert.codes:
        yield error("/alert/code", "cap-au-code", f"a code is {_CODE}")
    if not _MAIL.fullmatch(alert.sender):
        yield advice("/alert/sender", "cap-au-sender", "the sender is an e-mail address")
    if speaks(alert) and not alert.infos:
        yield error("/alert", "cap-au-info", "an info is required")
    yield from same_subject(alert, "cap-au-subject")
    for where, info in numbered(alert):
        listed = [code for code in info.event_codes if "AUEVENTLIST" in code.name.upper().replace("-", "")]
        if len(listed) != 1 or not listed[0].value:
            yield error(f"{where}/eventCode", "cap-au-event", "one eventCode is of the AUeventLIST")
        if alert.msg_type == "Cancel" and info.effective is not None:
            yield error(f"{where}/effective", "cap-au-cancel", "a Cancel has no effective")
        if not info.areas:
            yield error(where, "cap-au-area", "an area is required")
        recommended = {
            "expires": info.expires,
            "senderName": info.sender_name,
            "responseType": info.responses,
            "instruction": info.instruction,
        }
        for name, value in recommended.items():
            if not value:
                yield advice(f"{where}/{name}", "cap-au-recommended", f"{name} is strongly recommended")
