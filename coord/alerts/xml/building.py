"""A CAP tree → the values of :mod:`coord.alerts.model`, and the syntax faults found on the way.

One pass over the elements, for an alert is read thousands of times a second.
What cannot be kept is dropped by itself, one polygon or one reference, and
told; the rest of the message stands.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple, get_args

from coord.alerts.model import (
    UNSENT,
    Alert,
    Area,
    Category,
    Certainty,
    Info,
    MsgType,
    Named,
    Polygon,
    Reference,
    Resource,
    ResponseType,
    Scope,
    Severity,
    Status,
    Urgency,
)
from coord.alerts.rules.table import Hit
from coord.alerts.times import FIRST_YEAR, LAST_YEAR, WELL_FORMED, loose_time, read_time
from coord.alerts.xml.gathering import Box, gather
from coord.alerts.xml.reading import MAX_AREAS, MAX_INFOS, MAX_NAME, MAX_POINTS, MAX_REFERENCES, Element
from coord.alerts.xml.shapes import read_circle, read_polygon
from coord.alerts.xml.words import quoted_words

Rings = dict[str, Polygon]


class Built(NamedTuple):
    """The alert, what was wrong with its syntax, and what stands in it of XML-DSig, still to be judged."""

    alert: Alert
    hits: list[Hit]
    signatures: list[Element]


_STATUS = frozenset(get_args(Status))
_MSG = frozenset(get_args(MsgType))
_SCOPE = frozenset(get_args(Scope))
_CATEGORY = frozenset(get_args(Category))
_RESPONSE = frozenset(get_args(ResponseType))
_URGENCY = frozenset(get_args(Urgency))
_SEVERITY = frozenset(get_args(Severity))
_CERTAINTY = frozenset(get_args(Certainty))


def build(root: Element) -> Built:
    """Return the alert that the CAP 1.2 tree *root* holds.

    The tree need not be valid: a word that is none becomes ``Unknown`` or the
    most careful one, a missing text is empty. Whether it was valid is known by
    the caller, who does not let such an alert out of the room.
    """
    hits: list[Hit] = []
    rings: Rings = {}
    box, signatures = gather(root, hits)
    infos = box.get("info", [])
    if len(infos) > MAX_INFOS:
        hits.append(Hit("R46", "/alert", f"{len(infos)} infos; the limit is {MAX_INFOS}"))
        infos = infos[:MAX_INFOS]
    alert = Alert(
        identifier=_name(box, "identifier", hits),
        sender=_name(box, "sender", hits),
        sent=_time(box, "sent", "/alert", hits) or UNSENT,
        status=_word(_STATUS, box.get("status"), "Draft"),
        msg_type=_word(_MSG, box.get("msgType"), "Error"),
        scope=_word(_SCOPE, box.get("scope"), "Private"),
        source=box.get("source", ""),
        restriction=box.get("restriction", ""),
        addresses=_words(box, "addresses", "R08", hits),
        codes=tuple(box.get("code", ())),
        note=box.get("note", ""),
        references=_references(box["references"], hits) if "references" in box else (),
        incidents=_words(box, "incidents", "R62", hits),
        infos=tuple([_info(info, f"/alert/info[{n}]", hits, rings) for n, info in enumerate(infos, 1)]),
    )
    _bounded(alert, hits)
    return Built(alert, hits, signatures)


def _bounded(alert: Alert, hits: list[Hit]) -> None:
    areas = alert.areas
    if len(areas) > MAX_AREAS:
        hits.append(Hit("R46", "/alert", f"{len(areas)} areas; the limit is {MAX_AREAS}"))
    points = sum([len(polygon) for area in areas for polygon in area.polygons])
    if points > MAX_POINTS:
        hits.append(Hit("R46", "/alert", f"{points} points; the limit is {MAX_POINTS}"))


def _word(allowed: frozenset[str], text: str | None, otherwise: str) -> Any:
    return text if text in allowed else otherwise


def _name(box: Box, name: str, hits: list[Hit]) -> str:
    text: str = box.get(name, "")
    if len(text) > MAX_NAME:
        hits.append(Hit("R46", f"/alert/{name}", f"{len(text)} characters; the limit is {MAX_NAME}"))
        return text[:MAX_NAME].strip()
    bare = text.strip()
    if bare != text:
        code = "R01" if name == "identifier" else "R02"
        hits.append(Hit(code, f"/alert/{name}", f"outer blanks around {bare[:80]!r}"))
    return bare


def _words(box: Box, name: str, code: str, hits: list[Hit]) -> tuple[str, ...]:
    if name not in box:
        return ()
    words, in_order = quoted_words(box[name])
    if not in_order:
        hits.append(Hit(code, f"/alert/{name}", "a quote is opened and not closed"))
    return words


def _time(box: Box, name: str, where: str, hits: list[Hit]) -> datetime | None:
    if name not in box:
        return None
    text = box[name].strip()
    if len(text) != 25 or not WELL_FORMED.match(text):
        hits.append(Hit("R03", f"{where}/{name}", f"{text[:40]} is not written as CAP writes times"))
        text = loose_time(text) or ""
    at = read_time(text)
    if text.endswith("+00:00"):
        hits.append(Hit("R04", f"{where}/{name}", f"{text} is written -00:00 at the end"))
    if at is None or not FIRST_YEAR <= at.year <= LAST_YEAR or text[11:13] == "24":
        hits.append(Hit("R67", f"{where}/{name}", f"{text[:40]} is a time that much software cannot hold"))
    return at


def _references(text: str, hits: list[Hit]) -> tuple[Reference, ...]:
    """Return the references that can be read; two-part ones without a time, for they still name a message (R66)."""
    found = []
    words = text.split()
    if len(words) > MAX_REFERENCES:
        hits.append(Hit("R46", "/alert/references", f"{len(words)} references; the limit is {MAX_REFERENCES}"))
    for word in words[:MAX_REFERENCES]:
        parts = word.split(",")
        if len(parts) != 3 or not WELL_FORMED.fullmatch(parts[2]):
            hits.append(Hit("R10", "/alert/references", f"{word[:120]!r} is not sender,identifier,sent"))
        if len(parts) == 2:
            parts.append("")
        if len(parts) % 3:
            continue
        for sender, identifier, sent in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
            if sender and identifier:
                found.append(Reference(sender, identifier, read_time(loose_time(sent) or "") or UNSENT))
    return tuple(found)


def _info(box: Box, where: str, hits: list[Hit], rings: Rings) -> Info:
    get = box.get
    return Info(
        categories=tuple([_word(_CATEGORY, text, "Other") for text in box.get("category", ())]),
        event=get("event", ""),
        urgency=_word(_URGENCY, get("urgency"), "Unknown"),
        severity=_word(_SEVERITY, get("severity"), "Unknown"),
        certainty=_word(_CERTAINTY, get("certainty"), "Unknown"),
        language=get("language", "en-US").strip(),
        responses=tuple([_word(_RESPONSE, text, "None") for text in box.get("responseType", ())]),
        audience=get("audience", ""),
        event_codes=_pairs(box, "eventCode", where, hits),
        effective=_time(box, "effective", where, hits),
        onset=_time(box, "onset", where, hits),
        expires=_time(box, "expires", where, hits),
        sender_name=get("senderName", ""),
        headline=get("headline", ""),
        description=get("description", ""),
        instruction=get("instruction", ""),
        web=get("web", "").strip(),
        contact=get("contact", ""),
        parameters=_pairs(box, "parameter", where, hits),
        resources=tuple([_resource(one) for one in get("resource", ())]),
        areas=tuple([_area(one, f"{where}/area[{n}]", hits, rings) for n, one in enumerate(get("area", ()), 1)]),
    )


def _numbered(box: Box, name: str) -> enumerate[Any]:
    return enumerate(box.get(name, ()), 1)


def _pairs(box: Box, name: str, where: str, hits: list[Hit]) -> tuple[Named, ...]:
    found = []
    for n, pair in _numbered(box, name):
        if "valueName" in pair and "value" in pair:
            found.append(Named(pair["valueName"], pair["value"]))
        else:
            hits.append(Hit("R29", f"{where}/{name}[{n}]", "a pair without name or value"))
    return tuple(found)


def _resource(box: Box) -> Resource:
    get = box.get
    size = get("size", "").strip()
    return Resource(
        desc=get("resourceDesc", ""),
        mime_type=get("mimeType", "").strip(),
        size=int(size) if size.lstrip("+-").isascii() and size.lstrip("+-").isdigit() and len(size) < 20 else None,
        uri=get("uri", "").strip(),
        deref_uri=get("derefUri", ""),
        digest=get("digest", "").strip(),
    )


def _polygon(text: str, path: str, hits: list[Hit], rings: Rings) -> Polygon | None:
    """Return the ring in *text*; the same text in another language is the same ring, and read once."""
    if (known := rings.get(text)) is not None:
        return known
    before = len(hits)
    ring = read_polygon(text, path, hits)
    if ring is not None and len(hits) == before:
        rings[text] = ring
    return ring


def _area(box: Box, where: str, hits: list[Hit], rings: Rings) -> Area:
    polygons = [_polygon(text, f"{where}/polygon[{n}]", hits, rings) for n, text in _numbered(box, "polygon")]
    circles = [read_circle(text, f"{where}/circle[{n}]", hits) for n, text in _numbered(box, "circle")]
    if not polygons and not circles:
        if "geocode" in box:
            hits.append(Hit("R38", where, "only a geocode; not every receiver knows its places"))
        else:
            hits.append(Hit("R37", where, "neither polygon nor circle nor geocode"))
    return Area(
        desc=box.get("areaDesc", ""),
        polygons=tuple([polygon for polygon in polygons if polygon is not None]),
        circles=tuple([circle for circle in circles if circle is not None]),
        geocodes=_pairs(box, "geocode", where, hits),
        altitude=_number(box, "altitude"),
        ceiling=_number(box, "ceiling"),
    )


def _number(box: Box, name: str) -> float | None:
    try:
        return float(box[name]) if name in box else None
    except ValueError:  # not valid by the schema, which says so
        return None
