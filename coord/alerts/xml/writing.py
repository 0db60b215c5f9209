"""An alert → bytes, always the same ones: what is signed, hashed and compared.

Written by hand rather than by a library, so that no release of one changes a
byte. Elements stand in the order of the schema, absent ones are left out, and
there is no white space between them that a signature could trip over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
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
    text = f"{_HEAD}{_alert(alert)}</alert>"
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
    return f"<{name}>{escape(text)}</{name}>" if text else ""


def _time(name: str, at: datetime | None) -> str:
    return f"<{name}>{cap_time(at)}</{name}>" if at is not None else ""


def _each(name: str, texts: Iterable[str]) -> str:
    return "".join([_tag(name, text) for text in texts])


def _pairs(name: str, pairs: tuple[Named, ...]) -> str:
    return "".join([f"<{name}>{_tag('valueName', pair.name)}{_tag('value', pair.value)}</{name}>" for pair in pairs])


def _feet(name: str, feet: float | None) -> str:
    return f"<{name}>{decimal(feet)}</{name}>" if feet is not None else ""


def _alert(alert: Alert) -> str:
    references = " ".join([f"{r.sender},{r.identifier},{cap_time(r.sent)}" for r in alert.references])
    return "".join(
        (
            _tag("identifier", alert.identifier),
            _tag("sender", alert.sender),
            _time("sent", alert.sent),
            _tag("status", alert.status),
            _tag("msgType", alert.msg_type),
            _some("source", alert.source),
            _tag("scope", alert.scope),
            _some("restriction", alert.restriction),
            _some("addresses", write_words(alert.addresses)),
            _each("code", alert.codes),
            _some("note", alert.note),
            _some("references", references),
            _some("incidents", write_words(alert.incidents)),
            *[f"<info>{_info(info)}</info>" for info in alert.infos],
        )
    )


def _info(info: Info) -> str:
    return "".join(
        (
            _tag("language", info.language),
            _each("category", info.categories),
            _tag("event", info.event),
            _each("responseType", info.responses),
            _tag("urgency", info.urgency),
            _tag("severity", info.severity),
            _tag("certainty", info.certainty),
            _some("audience", info.audience),
            _pairs("eventCode", info.event_codes),
            _time("effective", info.effective),
            _time("onset", info.onset),
            _time("expires", info.expires),
            _some("senderName", info.sender_name),
            _some("headline", info.headline),
            _some("description", info.description),
            _some("instruction", info.instruction),
            _some("web", info.web),
            _some("contact", info.contact),
            _pairs("parameter", info.parameters),
            *[f"<resource>{_resource(resource)}</resource>" for resource in info.resources],
            *[f"<area>{_area(area)}</area>" for area in info.areas],
        )
    )


def _resource(resource: Resource) -> str:
    return "".join(
        (
            _tag("resourceDesc", resource.desc),
            _tag("mimeType", resource.mime_type),
            f"<size>{resource.size}</size>" if resource.size is not None else "",
            _some("uri", resource.uri),
            _some("derefUri", resource.deref_uri),
            _some("digest", resource.digest),
        )
    )


def _area(area: Area) -> str:
    return "".join(
        (
            _tag("areaDesc", area.desc),
            _each("polygon", [" ".join([place.cap for place in polygon]) for polygon in area.polygons]),
            _each("circle", [circle.cap for circle in area.circles]),
            _pairs("geocode", area.geocodes),
            _feet("altitude", area.altitude),
            _feet("ceiling", area.ceiling),
        )
    )
