"""An alert → bytes, always the same ones: what is signed, hashed and compared.

Written by hand rather than by a library, so that no release of one changes a
byte. Elements stand in the order of the schema, absent ones are left out, and
there is no white space between them that a signature could trip over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from coord.alerts.model import Alert, Area, Info, Named, Resource, decimal
from coord.alerts.times import cap_time
from coord.alerts.xml.words import write_words
from coord.errors import Finding, Unfit

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">'
_UNSPEAKABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 §2.2 cannot hold, not even as a reference."""


def render(alert: Alert) -> bytes:
    """Return *alert* as CAP 1.2 in UTF-8; reading it again gives an equal alert.

    Raises :exc:`coord.errors.Unfit` when a text holds a character that XML cannot.
    """
    text = "".join((_HEAD, *_alert(alert), "</alert>"))
    if (found := _UNSPEAKABLE.search(text)) is not None:
        around = text[max(0, found.start() - 20) : found.start()]
        sentence = f"the character U+{ord(found[0]):04X} after {around!r} cannot stand in XML"
        raise Unfit([Finding("error", "/alert", "R00", sentence)])
    return text.encode()


def escape(text: str) -> str:
    """Return *text* with what XML gives a meaning to written as references."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def _some(name: str, text: str) -> str:
    return _tag(name, text) if text else ""


def _time(name: str, at: datetime | None) -> str:
    return f"<{name}>{cap_time(at)}</{name}>" if at is not None else ""


def _pairs(name: str, pairs: tuple[Named, ...]) -> Iterator[str]:
    for pair in pairs:
        yield f"<{name}>{_tag('valueName', pair.name)}{_tag('value', pair.value)}</{name}>"


def _alert(alert: Alert) -> Iterator[str]:
    yield _tag("identifier", alert.identifier)
    yield _tag("sender", alert.sender)
    yield _time("sent", alert.sent)
    yield _tag("status", alert.status)
    yield _tag("msgType", alert.msg_type)
    yield _some("source", alert.source)
    yield _tag("scope", alert.scope)
    yield _some("restriction", alert.restriction)
    yield _some("addresses", write_words(alert.addresses))
    for code in alert.codes:
        yield _tag("code", code)
    yield _some("note", alert.note)
    yield _some("references", " ".join(f"{r.sender},{r.identifier},{cap_time(r.sent)}" for r in alert.references))
    yield _some("incidents", write_words(alert.incidents))
    for info in alert.infos:
        yield "<info>"
        yield from _info(info)
        yield "</info>"


def _info(info: Info) -> Iterator[str]:
    yield _tag("language", info.language)
    for category in info.categories:
        yield _tag("category", category)
    yield _tag("event", info.event)
    for response in info.responses:
        yield _tag("responseType", response)
    yield _tag("urgency", info.urgency)
    yield _tag("severity", info.severity)
    yield _tag("certainty", info.certainty)
    yield _some("audience", info.audience)
    yield from _pairs("eventCode", info.event_codes)
    yield _time("effective", info.effective)
    yield _time("onset", info.onset)
    yield _time("expires", info.expires)
    yield _some("senderName", info.sender_name)
    yield _some("headline", info.headline)
    yield _some("description", info.description)
    yield _some("instruction", info.instruction)
    yield _some("web", info.web)
    yield _some("contact", info.contact)
    yield from _pairs("parameter", info.parameters)
    for resource in info.resources:
        yield from _resource(resource)
    for area in info.areas:
        yield from _area(area)


def _resource(resource: Resource) -> Iterator[str]:
    yield "<resource>"
    yield _tag("resourceDesc", resource.desc)
    yield _tag("mimeType", resource.mime_type)
    yield f"<size>{resource.size}</size>" if resource.size is not None else ""
    yield _some("uri", resource.uri)
    yield _some("derefUri", resource.deref_uri)
    yield _some("digest", resource.digest)
    yield "</resource>"


def _area(area: Area) -> Iterator[str]:
    yield "<area>"
    yield _tag("areaDesc", area.desc)
    for polygon in area.polygons:
        yield _tag("polygon", " ".join([place.cap for place in polygon]))
    for circle in area.circles:
        yield _tag("circle", circle.cap)
    yield from _pairs("geocode", area.geocodes)
    yield f"<altitude>{decimal(area.altitude)}</altitude>" if area.altitude is not None else ""
    yield f"<ceiling>{decimal(area.ceiling)}</ceiling>" if area.ceiling is not None else ""
    yield "</area>"
