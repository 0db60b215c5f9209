"""CAP 1.2 as values: what a warning says, whom it reaches, until when.

Element for element OASIS CAP-v1.2 §3.2, with the names of the field. An empty
text or tuple means that the element is absent: CAP has no use for an empty one.
CAP writes pairs "lat,lon"; they are turned in :meth:`Place.from_cap` and
:attr:`Place.cap` and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

Status = Literal["Actual", "Exercise", "System", "Test", "Draft"]
MsgType = Literal["Alert", "Update", "Cancel", "Ack", "Error"]
Scope = Literal["Public", "Restricted", "Private"]
Category = Literal[
    "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other"
]
ResponseType = Literal["Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None"]
Urgency = Literal["Immediate", "Expected", "Future", "Past", "Unknown"]
Severity = Literal["Extreme", "Severe", "Moderate", "Minor", "Unknown"]
Certainty = Literal["Observed", "Likely", "Possible", "Unlikely", "Unknown"]

UNSENT = datetime(1, 1, 1, tzinfo=UTC)
"""The ``sent`` of a message that has not been sent: a draft."""


def decimal(number: float) -> str:
    """Write *number* without an exponent so that ``float`` reads the same number back.

    >>> decimal(1e-07), decimal(113.54), decimal(4.0)
    ('0.0000001', '113.54', '4')
    """
    text = repr(number)
    if "e" in text:
        return format(Decimal(text), "f")
    return text[:-2] if text.endswith(".0") else text


@dataclass(frozen=True, slots=True)
class Place:
    """A point in WGS 84, in degrees. Named fields, so that nobody has to remember an order."""

    lon: float
    lat: float

    def __post_init__(self) -> None:
        if not (-180 <= self.lon <= 180 and -90 <= self.lat <= 90):
            raise ValueError(f"no such place: lon {self.lon}, lat {self.lat}")

    @classmethod
    def from_cap(cls, pair: str) -> Place:
        """Return the place that a CAP pair names (CAP 1.2 §1.5: latitude first).

        >>> Place.from_cap("22.13,113.54")
        Place(lon=113.54, lat=22.13)
        """
        lat, lon = map(float, pair.split(","))
        return cls(lon, lat)

    @property
    def cap(self) -> str:
        """The pair as CAP writes it.

        >>> Place(lon=113.54, lat=22.13).cap
        '22.13,113.54'
        """
        return f"{decimal(self.lat)},{decimal(self.lon)}"


Polygon = tuple[Place, ...]
"""A closed ring: the last place is the first one. No holes in CAP."""


@dataclass(frozen=True, slots=True)
class Circle:
    """All within ``radius`` kilometres of ``centre``; 0 is a point."""

    centre: Place
    radius: float

    @property
    def cap(self) -> str:
        """The circle as CAP writes it: ``lat,lon radius``."""
        return f"{self.centre.cap} {decimal(self.radius)}"


@dataclass(frozen=True, slots=True)
class Named:
    """A ``valueName``/``value`` pair of an eventCode, parameter or geocode."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Area:
    """Where: the union of all polygons, circles and geocodes. Altitudes in feet above mean sea level."""

    desc: str
    polygons: tuple[Polygon, ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[Named, ...] = ()
    altitude: float | None = None
    ceiling: float | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """A file that goes with the message: by ``uri``, or inside as base64 in ``deref_uri``. ``size`` in bytes."""

    desc: str
    mime_type: str
    size: int | None = None
    uri: str = ""
    deref_uri: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Info:
    """What is said in one language. An absent language means en-US (§3.2.2)."""

    categories: tuple[Category, ...]
    event: str
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    language: str = "en-US"
    responses: tuple[ResponseType, ...] = ()
    audience: str = ""
    event_codes: tuple[Named, ...] = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[Named, ...] = ()
    resources: tuple[Resource, ...] = ()
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """An earlier message: the triple that names it."""

    sender: str
    identifier: str
    sent: datetime


@dataclass(frozen=True, slots=True)
class Alert:
    """One message. Never changed once sent: a change is a new message that refers to it (§3.2.1)."""

    identifier: str
    sender: str
    sent: datetime
    status: Status
    msg_type: MsgType
    scope: Scope
    source: str = ""
    restriction: str = ""
    addresses: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    note: str = ""
    references: tuple[Reference, ...] = ()
    incidents: tuple[str, ...] = ()
    infos: tuple[Info, ...] = ()

    @property
    def reference(self) -> Reference:
        """How a later message refers to this one."""
        return Reference(self.sender, self.identifier, self.sent)

    @property
    def expires(self) -> datetime | None:
        """When the last of its infos expires; None when one of them never does."""
        times = [info.expires for info in self.infos]
        known = [time for time in times if time is not None]
        return max(known) if known and len(known) == len(times) else None

    @property
    def areas(self) -> tuple[Area, ...]:
        """All areas of all infos; their union is whom the message reaches (§3.2.4)."""
        return tuple(area for info in self.infos for area in info.areas)


def effective(alert: Alert, info: Info) -> datetime:
    """Return when *info* takes effect: absent means when it was sent (§3.2.2)."""
    return info.effective or alert.sent


def strip(alert: Alert) -> Alert:
    """Return the content of *alert*: all but what publishing adds (identifier, sent, references).

    >>> a = Alert("1", "x", datetime(2026, 5, 4, tzinfo=UTC), "Actual", "Alert", "Public")
    >>> strip(a) == strip(replace(a, identifier="2"))
    True
    """
    return replace(alert, identifier="", sent=UNSENT, references=())
