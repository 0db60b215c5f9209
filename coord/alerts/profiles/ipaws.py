"""IPAWS profile v1.0 (US): CAP v1.2 IPAWS Profile of FEMA, and what its validators check."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from coord.alerts.compose.meters import LONG_CELL, SHORT_CELL, alphabet_of
from coord.alerts.model import Alert, Info
from coord.alerts.profiles.common import advice, error, numbered, same_subject, speaks, values
from coord.errors import Finding

_SAME = re.compile(r"[A-Z]{3}")
_PLACE = re.compile(r"\d{6}", re.ASCII)


def ipaws(alert: Alert) -> Iterator[Finding]:
    """Tell what IPAWS misses in *alert*."""
    if "IPAWSv1.0" not in alert.codes:
        yield error("/alert/code", "ipaws-code", "a code is IPAWSv1.0")
    if speaks(alert) and not alert.infos:
        yield error("/alert", "ipaws-info", "an info is required")
    if alert.sent.utcoffset() == timedelta(0):
        yield advice("/alert/sent", "ipaws-offset", "times are local; no part of the country lives at offset 0")
    yield from same_subject(alert, "ipaws-subject")
    for where, info in numbered(alert):
        codes = [code for code in info.event_codes if code.name == "SAME"]
        if len(codes) != 1 or not _SAME.fullmatch(codes[0].value):
            yield error(f"{where}/eventCode", "ipaws-event", "exactly one eventCode is SAME, with three capitals")
        if info.expires is None:
            yield error(f"{where}/expires", "ipaws-expires", "expires is required")
        if info.effective is not None or info.onset is not None:
            yield advice(where, "ipaws-times", "effective and onset are ignored: it takes effect when issued")
        if "EAS-ORG" not in {parameter.name for parameter in info.parameters}:
            yield advice(f"{where}/parameter", "ipaws-eas-org", "EAS needs the parameter EAS-ORG")
        yield from _areas(info, where)
        yield from _cell(info, where)


def _areas(info: Info, where: str) -> Iterator[Finding]:
    if not info.areas:
        yield error(where, "ipaws-area", "an area is required")
    for a, area in enumerate(info.areas, 1):
        codes = [code for code in area.geocodes if code.name == "SAME"]
        if not codes or not all(_PLACE.fullmatch(code.value) for code in codes):
            yield advice(f"{where}/area[{a}]/geocode", "ipaws-geocode", "a geocode is SAME, with six digits")


def _cell(info: Info, where: str) -> Iterator[Finding]:
    for name, room in (("CMAMtext", SHORT_CELL), ("CMAMlongtext", LONG_CELL)):
        for text in values(info, name):
            if len(text) > room:
                yield error(f"{where}/parameter", "ipaws-cell", f"{name} has {len(text)} characters; room is {room}")
            if alphabet_of(text) != "GSM-7":
                yield error(f"{where}/parameter", "ipaws-cell", f"{name} holds letters that are not in GSM-7")
