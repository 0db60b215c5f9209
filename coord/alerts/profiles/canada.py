"""CAP-CP 0.4 and 1.0 (Canada): the Canadian Profile of CAP; the numbers are those of its rules."""

from __future__ import annotations

from collections.abc import Iterator

from coord.alerts.model import Alert
from coord.alerts.profiles.common import advice, error, numbered, same_subject, speaks
from coord.errors import Finding

_EVENT = "profile:CAP-CP:Event:"
_LOCATION = "profile:CAP-CP:Location:"
_MINOR = ":MinorChange"


def canada(alert: Alert) -> Iterator[Finding]:
    """Tell what CAP-CP misses in *alert*."""
    if not any(code.startswith("profile:CAP-CP:") for code in alert.codes):
        yield error("/alert/code", "cap-cp-3", "a code is profile:CAP-CP:0.4")
    if not alert.infos:
        if speaks(alert):
            yield error("/alert", "cap-cp-5", "an info is required")
        return
    yield from same_subject(alert, "cap-cp-2")
    if not {"en-ca", "fr-ca"} <= {info.language.lower() for info in alert.infos}:
        yield advice("/alert", "cap-cp-6", "one info is in en-CA, one in fr-CA")
    for where, info in numbered(alert):
        codes = [code for code in info.event_codes if code.name.startswith(_EVENT)]
        if len(codes) != 1 or not codes[0].value:
            yield error(f"{where}/eventCode", "cap-cp-7", f"one eventCode is {_EVENT}0.4, of the list")
        if not info.areas:
            yield error(where, "cap-cp-10", "an area is required")
        for a, area in enumerate(info.areas, 1):
            if not any(code.name.startswith(_LOCATION) for code in area.geocodes):
                yield error(f"{where}/area[{a}]/geocode", "cap-cp-9", f"a geocode is {_LOCATION}0.3")
            if not area.polygons and not area.circles:
                yield advice(f"{where}/area[{a}]", "cap-cp-18", "a polygon or circle is preferred to the geocode")
        if info.expires is None:
            yield advice(f"{where}/expires", "cap-cp-13", "expires is strongly recommended")
        if not info.sender_name:
            yield advice(f"{where}/senderName", "cap-cp-14", "senderName is strongly recommended")
        if not info.responses or not info.instruction:
            yield advice(where, "cap-cp-15", "responseType and instruction are strongly recommended")
        if alert.msg_type == "Update" and not any(one.name.endswith(_MINOR) for one in info.parameters):
            yield advice(f"{where}/parameter", "cap-cp-16", "an Update says in MinorChange whether little changed")
