"""The message of the national warning release system (国突, 12379), to CAP and back.

Its fields look like CAP's and its words do not: ``severity`` there is a colour
(Red, Orange, Yellow, Blue), and there is one language. The identifier is 31
characters, in the field often without the serial (GB/T 35965.1-2018;
domain facts §4).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from importlib import resources
from typing import Any, Literal, cast, get_args

from coord.alerts.compose.scripts import language_of
from coord.alerts.model import (
    Alert,
    Area,
    Category,
    Certainty,
    Info,
    MsgType,
    Named,
    Reference,
    Scope,
    Severity,
    Status,
    Urgency,
)
from coord.alerts.times import cap_time, read_time
from coord.alerts.xml.shapes import read_circle, read_polygon
from coord.errors import Finding, Unfit

IDENTIFIER = re.compile(r"\d{14}_\d{14}(_\d)?", re.ASCII)
BEIJING = timezone(timedelta(hours=8))
Colour = Literal["Red", "Orange", "Yellow", "Blue", "Unknown"]

SEVERITIES: Mapping[Colour, Severity] = {
    "Red": "Extreme",
    "Orange": "Severe",
    "Yellow": "Moderate",
    "Blue": "Minor",
    "Unknown": "Unknown",
}
COLOURS: Mapping[Severity, Colour] = {severity: colour for colour, severity in SEVERITIES.items()}
_PLACE = "CPEAS Geographic Code"
CODE = "12379"
"""valueName of the event code; beside it the parameter ``12379-severity`` keeps the colour as it was."""


@dataclass(frozen=True, slots=True)
class EventType:
    """A row of the event table. ``basis`` is ``seen``, or ``one`` when only one file has it."""

    code: str
    category: Category
    basis: Literal["seen", "one"]
    names: Mapping[str, str]


@cache
def event_types() -> Mapping[str, EventType]:
    """Return the event table, data/events-12379.yaml, by code."""
    from ruamel.yaml import YAML

    text = resources.files("coord.alerts").joinpath("data/events-12379.yaml").read_text("utf-8")
    rows = YAML(typ="safe", pure=True).load(text)
    return {code: EventType(code, row["category"], row["basis"], row["names"]) for code, row in rows.items()}


@dataclass(frozen=True, slots=True)
class National:
    """A 12379 message. ``polygon`` and ``circle`` are texts as CAP writes them; times are Beijing time (+08:00)."""

    identifier: str
    sender: str
    sender_code: str
    send_time: datetime
    status: Status
    msg_type: MsgType
    scope: Scope
    event_type: str
    severity: Colour
    language: str = "zh-CN"
    urgency: Urgency = "Unknown"
    certainty: Certainty = "Unknown"
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    area_desc: str = ""
    polygons: tuple[str, ...] = ()
    circles: tuple[str, ...] = ()
    geocode: str = ""
    references: tuple[Reference, ...] = ()

    def __post_init__(self) -> None:
        if not IDENTIFIER.fullmatch(self.identifier):
            raise Unfit([Finding("error", "identifier", "12379-identifier", f"{self.identifier!r} is no identifier")])


def identifier(region: str, agency: str, at: datetime, serial: int | None = 0) -> str:
    """Return the identifier of a message entered at *at*.

    *region* has 6 digits (GB/T 2260), *agency* 3 (GB/T 4657); the unit and the
    serial part are the defaults of the standard. Raises :exc:`Unfit`.

    >>> identifier("440400", "416", datetime(2026, 9, 23, 12, 0, 5, tzinfo=BEIJING))
    '44040041600000_20260923120005_0'
    """
    tail = "" if serial is None else f"_{serial}"
    text = f"{region}{agency}00000_{at.astimezone(BEIJING):%Y%m%d%H%M%S}{tail}"
    if len(region) != 6 or len(agency) != 3 or not IDENTIFIER.fullmatch(text):
        raise Unfit([Finding("error", "identifier", "12379-identifier", f"{text!r} is no identifier")])
    return text


def to_cap(message: National) -> Alert:
    """Return *message* as CAP. The colour and the codes are kept beside CAP's words, so nothing is lost.

    Raises :exc:`Unfit` when its shapes cannot be read.
    """
    hits: list[Any] = []
    polygons = [read_polygon(text, "polygon", hits) for text in message.polygons]
    circles = [read_circle(text, "circle", hits) for text in message.circles]
    if hits:
        raise Unfit([Finding("error", str(hit.path), hit.code, hit.text) for hit in hits])
    area = Area(
        message.area_desc,
        tuple(one for one in polygons if one is not None),
        tuple(one for one in circles if one is not None),
        (Named(_PLACE, message.geocode),) if message.geocode else (),
    )
    return Alert(
        message.identifier,
        message.sender_code or message.sender,
        message.send_time,
        message.status,
        message.msg_type,
        message.scope,
        references=message.references,
        infos=(_info(message, area),),
    )


def _info(message: National, area: Area) -> Info:
    kind = event_types().get(message.event_type)
    return Info(
        categories=(kind.category if kind else "Other",),
        event=kind.names.get(language_of(message.language), message.event_type) if kind else message.event_type,
        urgency="Past" if message.msg_type == "Cancel" else message.urgency,
        severity=SEVERITIES[message.severity],
        certainty=message.certainty,
        language=message.language,
        event_codes=(Named(CODE, message.event_type),),
        effective=message.effective,
        onset=message.onset,
        expires=message.expires,
        sender_name=message.sender_name,
        headline=message.headline,
        description=message.description,
        instruction=message.instruction,
        web=message.web,
        parameters=(
            Named(f"{CODE}-severity", message.severity),
            Named(f"{CODE}-urgency", message.urgency),
            Named(f"{CODE}-sender", message.sender),
        ),
        areas=(area,),
    )


def from_cap(alert: Alert, language: str = "zh-Hans") -> National:
    """Return the 12379 message that says in *language* what *alert* says.

    Raises :exc:`Unfit` when *alert* has no such text, no known event code, or
    an identifier that is none of 12379.
    """
    info = next((one for one in alert.infos if language_of(one.language) == language), None)
    if info is None:
        raise Unfit([Finding("error", "/alert", "12379-language", f"there is no text in {language}")])
    code = next((one.value for one in info.event_codes if one.name == CODE), "")
    if not code:
        raise Unfit([Finding("error", "/alert/info/eventCode", "12379-event", f"no event code is called {CODE}")])
    own = {parameter.name: parameter.value for parameter in info.parameters}
    colour = own.get(f"{CODE}-severity", COLOURS[info.severity])
    if colour not in SEVERITIES or SEVERITIES[cast(Colour, colour)] != info.severity:
        colour = COLOURS[info.severity]
    urgency = own.get(f"{CODE}-urgency", info.urgency)
    areas = info.areas
    geocodes = [code.value for area in areas for code in area.geocodes if code.name == _PLACE]
    return National(
        identifier=alert.identifier,
        sender=own.get(f"{CODE}-sender", info.sender_name or alert.sender),
        sender_code=alert.sender,
        send_time=alert.sent,
        status=alert.status,
        msg_type=alert.msg_type,
        scope=alert.scope,
        event_type=code,
        severity=cast(Colour, colour),
        language=info.language,
        urgency=cast(Urgency, urgency) if urgency in get_args(Urgency) else info.urgency,
        certainty=info.certainty,
        effective=info.effective,
        onset=info.onset,
        expires=info.expires,
        sender_name=info.sender_name,
        headline=info.headline,
        description=info.description,
        instruction=info.instruction,
        web=info.web,
        area_desc="; ".join(area.desc for area in areas),
        polygons=tuple(" ".join(place.cap for place in ring) for area in areas for ring in area.polygons),
        circles=tuple(circle.cap for area in areas for circle in area.circles),
        geocode=geocodes[0] if geocodes else "",
        references=alert.references,
    )


_FIELDS = {
    "sender_code": "senderCode",
    "send_time": "sendTime",
    "msg_type": "msgType",
    "event_type": "eventType",
    "sender_name": "senderName",
    "area_desc": "areaDesc",
    "polygons": "polygon",
    "circles": "circle",
}
_TIMES = ("send_time", "effective", "onset", "expires")


def to_fields(message: National) -> dict[str, Any]:
    """Return *message* under the names of the standard, in types that JSON has."""
    row = asdict(message)
    for name in _TIMES:
        row[name] = cap_time(row[name].astimezone(BEIJING)) if row[name] is not None else None
    row["references"] = [[one.sender, one.identifier, cap_time(one.sent)] for one in message.references]
    return {_FIELDS.get(name, name): list(value) if isinstance(value, tuple) else value for name, value in row.items()}


def from_fields(fields: Mapping[str, Any]) -> National:
    """Return the message in *fields*; raises :exc:`Unfit` for what is missing or no time."""
    row: dict[str, Any] = {name: fields.get(_FIELDS.get(name, name)) for name in National.__dataclass_fields__}
    wrong = []
    for name in _TIMES:
        if row[name] is not None:
            text, row[name] = str(row[name]), read_time(str(row[name]))
            if row[name] is None or row[name].tzinfo is None:
                wrong.append(Finding("error", name, "12379-field", f"{text[:40]!r} is no time with an offset"))
    wrong += [
        Finding("error", _FIELDS.get(name, name), "12379-field", "is missing")
        for name in ("identifier", "sender", "sender_code", "status", "msg_type", "scope", "event_type", "severity")
        if not isinstance(row[name], str)
    ]
    for name, allowed in (("status", Status), ("msg_type", MsgType), ("scope", Scope), ("severity", Colour)):
        if row[name] is not None and row[name] not in get_args(allowed):
            wrong.append(
                Finding("error", _FIELDS.get(name, name), "12379-field", f"{str(row[name])[:40]!r} is no {name}")
            )
    if row["send_time"] is None:
        wrong.append(Finding("error", "sendTime", "12379-field", "is missing"))
    if wrong:
        raise Unfit(wrong)
    row["references"] = tuple(Reference(a, b, at) for a, b, at in _references(fields.get("references") or ()))
    for name in ("polygons", "circles"):
        row[name] = tuple(row[name] or ())
    return National(**{name: value for name, value in row.items() if value is not None})


def _references(rows: Any) -> list[tuple[str, str, datetime]]:
    found = []
    for row in rows:
        at = read_time(str(row[2])) if len(row) == 3 else None
        if at is None:
            raise Unfit([Finding("error", "references", "12379-field", "each is sender, identifier, time")])
        found.append((str(row[0]), str(row[1]), at))
    return found
