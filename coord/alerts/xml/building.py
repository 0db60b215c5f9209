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
from coord.alerts.xml.reading import CAP12, DS, MAX_AREAS, MAX_INFOS, MAX_NAME, MAX_POINTS, Element
from coord.alerts.xml.shapes import read_circle, read_polygon
from coord.alerts.xml.words import quoted_words

_NS = f"{{{CAP12}}}"
_DS = f"{{{DS}}}"
_PARENTS = frozenset(_NS + name for name in ("info", "area", "resource", "eventCode", "parameter", "geocode"))
_LISTS = frozenset(_NS + name for name in ("code", "category", "responseType", "polygon", "circle"))
_CUT = len(_NS)

Texts = dict[str, str]
Many = dict[str, list[Any]]


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
    texts, many = _gather(root, "/alert", hits)
    infos = many.get("info", [])
    if len(infos) > MAX_INFOS:
        hits.append(Hit("R46", "/alert", f"{len(infos)} infos; the limit is {MAX_INFOS}"))
        infos = infos[:MAX_INFOS]
    alert = Alert(
        identifier=_name(texts, "identifier", hits),
        sender=_name(texts, "sender", hits),
        sent=_time(texts, "sent", "/alert", hits) or UNSENT,
        status=_word(_STATUS, texts.get("status"), "Draft"),
        msg_type=_word(_MSG, texts.get("msgType"), "Error"),
        scope=_word(_SCOPE, texts.get("scope"), "Private"),
        source=texts.get("source", ""),
        restriction=texts.get("restriction", ""),
        addresses=_words(texts, "addresses", "R08", hits),
        codes=tuple(many.get("code", ())),
        note=texts.get("note", ""),
        references=_references(texts["references"], hits) if "references" in texts else (),
        incidents=_words(texts, "incidents", "R62", hits),
        infos=tuple([_info(info, f"/alert/info[{n}]", hits) for n, info in enumerate(infos, 1)]),
    )
    _bounded(alert, hits)
    return Built(alert, hits, many.get("ds", []))


def _bounded(alert: Alert, hits: list[Hit]) -> None:
    areas = alert.areas
    if len(areas) > MAX_AREAS:
        hits.append(Hit("R46", "/alert", f"{len(areas)} areas; the limit is {MAX_AREAS}"))
    points = sum([len(polygon) for area in areas for polygon in area.polygons])
    if points > MAX_POINTS:
        hits.append(Hit("R46", "/alert", f"{points} points; the limit is {MAX_POINTS}"))


def _gather(parent: Element, where: str, hits: list[Hit]) -> tuple[Texts, Many]:
    """Return the texts of *parent*'s children by name, and what may stand there more than once."""
    texts: Texts = {}
    many: Many = {}
    for child in parent:
        tag = child.tag
        name = tag[_CUT:]
        if tag in _PARENTS:
            many.setdefault(name, []).append(child)
            continue
        text = child.text
        if tag.startswith(_DS):
            many.setdefault("ds", []).append(child)
        elif not text or text.isspace():
            hits.append(Hit("R18", f"{where}/{name}", "an empty element"))
            if name == "references":
                hits.append(Hit("R09", f"{where}/{name}", "references that name nothing"))
        elif tag in _LISTS:
            many.setdefault(name, []).append(text)
        else:
            texts[name] = text
    return texts, many


def _word(allowed: frozenset[str], text: str | None, otherwise: str) -> Any:
    return text if text in allowed else otherwise


def _name(texts: Texts, name: str, hits: list[Hit]) -> str:
    text = texts.get(name, "")
    if len(text) > MAX_NAME:
        hits.append(Hit("R46", f"/alert/{name}", f"{len(text)} characters; the limit is {MAX_NAME}"))
        return text[:MAX_NAME].strip()
    bare = text.strip()
    if bare != text:
        code = "R01" if name == "identifier" else "R02"
        hits.append(Hit(code, f"/alert/{name}", f"outer blanks around {bare[:80]!r}"))
    return bare


def _words(texts: Texts, name: str, code: str, hits: list[Hit]) -> tuple[str, ...]:
    if name not in texts:
        return ()
    words, in_order = quoted_words(texts[name])
    if not in_order:
        hits.append(Hit(code, f"/alert/{name}", "a quote is opened and not closed"))
    return words


def _time(texts: Texts, name: str, where: str, hits: list[Hit]) -> datetime | None:
    if name not in texts:
        return None
    text = texts[name].strip()
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
    for word in text.split():
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


def _info(element: Element, where: str, hits: list[Hit]) -> Info:
    texts, many = _gather(element, where, hits)
    get = texts.get
    return Info(
        categories=tuple([_word(_CATEGORY, text, "Other") for text in many.get("category", ())]),
        event=get("event", ""),
        urgency=_word(_URGENCY, get("urgency"), "Unknown"),
        severity=_word(_SEVERITY, get("severity"), "Unknown"),
        certainty=_word(_CERTAINTY, get("certainty"), "Unknown"),
        language=get("language", "en-US").strip(),
        responses=tuple([_word(_RESPONSE, text, "None") for text in many.get("responseType", ())]),
        audience=get("audience", ""),
        event_codes=_pairs(many, "eventCode", where, hits),
        effective=_time(texts, "effective", where, hits),
        onset=_time(texts, "onset", where, hits),
        expires=_time(texts, "expires", where, hits),
        sender_name=get("senderName", ""),
        headline=get("headline", ""),
        description=get("description", ""),
        instruction=get("instruction", ""),
        web=get("web", "").strip(),
        contact=get("contact", ""),
        parameters=_pairs(many, "parameter", where, hits),
        resources=tuple([_resource(e, f"{where}/resource[{n}]", hits) for n, e in _numbered(many, "resource")]),
        areas=tuple([_area(e, f"{where}/area[{n}]", hits) for n, e in _numbered(many, "area")]),
    )


def _numbered(many: Many, name: str) -> enumerate[Any]:
    return enumerate(many.get(name, ()), 1)


def _pairs(many: Many, name: str, where: str, hits: list[Hit]) -> tuple[Named, ...]:
    found = []
    for n, element in _numbered(many, name):
        texts, _ = _gather(element, f"{where}/{name}[{n}]", hits)
        if "valueName" in texts and "value" in texts:
            found.append(Named(texts["valueName"], texts["value"]))
        else:
            hits.append(Hit("R29", f"{where}/{name}[{n}]", "a pair without name or value"))
    return tuple(found)


def _resource(element: Element, where: str, hits: list[Hit]) -> Resource:
    texts, _ = _gather(element, where, hits)
    get = texts.get
    size = get("size", "").strip()
    return Resource(
        desc=get("resourceDesc", ""),
        mime_type=get("mimeType", "").strip(),
        size=int(size) if size.lstrip("+-").isascii() and size.lstrip("+-").isdigit() and len(size) < 20 else None,
        uri=get("uri", "").strip(),
        deref_uri=get("derefUri", ""),
        digest=get("digest", "").strip(),
    )


def _area(element: Element, where: str, hits: list[Hit]) -> Area:
    texts, many = _gather(element, where, hits)
    polygons = [read_polygon(text, f"{where}/polygon[{n}]", hits) for n, text in _numbered(many, "polygon")]
    circles = [read_circle(text, f"{where}/circle[{n}]", hits) for n, text in _numbered(many, "circle")]
    if not polygons and not circles:
        if "geocode" in many:
            hits.append(Hit("R38", where, "only a geocode; not every receiver knows its places"))
        else:
            hits.append(Hit("R37", where, "neither polygon nor circle nor geocode"))
    return Area(
        desc=texts.get("areaDesc", ""),
        polygons=tuple([polygon for polygon in polygons if polygon is not None]),
        circles=tuple([circle for circle in circles if circle is not None]),
        geocodes=_pairs(many, "geocode", where, hits),
        altitude=_number(texts, "altitude"),
        ceiling=_number(texts, "ceiling"),
    )


def _number(texts: Texts, name: str) -> float | None:
    try:
        return float(texts[name]) if name in texts else None
    except ValueError:  # not valid by the schema, which says so
        return None
