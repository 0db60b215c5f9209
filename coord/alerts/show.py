"""An alert in lines that a person reads, with nothing in them that turns or hides text."""

from __future__ import annotations

from collections.abc import Iterator

from coord.alerts.model import Alert, Area, Info
from coord.alerts.times import cap_time


def visible(text: str) -> str:
    """Return *text* with every character that cannot be seen written out.

    >>> visible("Flood\u202ewarning")
    'Flood<U+202E>warning'
    """
    return "".join(one if one.isprintable() or one == "\n" else f"<U+{ord(one):04X}>" for one in text)


def lines_of(alert: Alert) -> Iterator[str]:
    """Yield what *alert* says, who says it, to whom, until when."""
    yield visible(f"{alert.status} {alert.msg_type} {alert.identifier} from {alert.sender} at {cap_time(alert.sent)}")
    if alert.scope != "Public":
        yield visible(f"  {alert.scope}: {alert.restriction or ' '.join(alert.addresses)}")
    for reference in alert.references:
        yield visible(f"  acts on {reference.identifier} of {reference.sender}")
    if alert.note:
        yield visible(f"  note: {alert.note}")
    for info in alert.infos:
        yield from _info(info)


def _info(info: Info) -> Iterator[str]:
    yield visible(f"  [{info.language}] {info.event}: {info.urgency}, {info.severity}, {info.certainty}")
    for name, at in (("effective", info.effective), ("onset", info.onset), ("expires", info.expires)):
        if at is not None:
            yield f"    {name} {cap_time(at)}"
    for text in (info.sender_name, info.headline, info.description, info.instruction):
        if text:
            yield "    " + visible(" ".join(text.split()))
    for area in info.areas:
        yield visible(f"    area: {area.desc}{_shapes(area)}")


def _shapes(area: Area) -> str:
    parts = [f"{len(polygon) - 1} corners" for polygon in area.polygons] + [
        f"{circle.radius} km around {circle.centre.cap}" for circle in area.circles
    ]
    parts += [f"{code.name} {code.value}" for code in area.geocodes]
    return f" ({', '.join(parts[:6])}{', …' if len(parts) > 6 else ''})" if parts else ""
