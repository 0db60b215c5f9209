"""What a new warning would lie over: told before anybody approves it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

from coord.alerts.model import Alert, Circle
from coord.alerts.rules.area import unrolled
from coord.alerts.thread import Thread
from coord.errors import Finding

_CORNERS = 64
_KM_PER_DEGREE = 111.2


def alongside(content: Alert, threads: Iterable[Thread]) -> Iterator[Finding]:
    """Tell which warnings in force in *threads* lie over the area of *content*: shown before approval.

    The same event over the same ground is a duplicate (a warning); another
    event is told as a note. Circles are drawn as on a flat map, which is exact
    enough to say "these overlap".
    """
    ground = _ground(content)
    for thread in threads:
        last = thread.in_force
        if last is None or not ground.intersects(_ground(last.content)):
            continue
        headline = last.content.infos[0].headline if last.content.infos else ""
        where, named = f"alert/{thread.id}", f"{last.reference.identifier} ({headline})"
        if _events(content) & _events(last.content):
            yield Finding("warning", where, "duplicate", f"{named} says the same event over the same ground: update it")
        else:
            yield Finding("note", where, "overlap", f"{named} holds over part of the same ground")


def _events(alert: Alert) -> set[str]:
    codes = {f"{code.name}={code.value}" for info in alert.infos for code in info.event_codes}
    return codes | {info.event.casefold() for info in alert.infos}


def _ground(alert: Alert) -> Any:
    import shapely

    shapes = [
        shapely.Polygon(zip(unrolled(ring), [place.lat for place in ring], strict=True))
        for area in alert.areas
        for ring in area.polygons
        if len(ring) > 3
    ]
    shapes += [shapely.Polygon(_outline(circle)) for area in alert.areas for circle in area.circles]
    return shapely.union_all([shape for shape in shapes if shape.is_valid])


def _outline(circle: Circle) -> list[tuple[float, float]]:
    north = max(circle.radius, 0.001) / _KM_PER_DEGREE
    east = north / max(math.cos(math.radians(circle.centre.lat)), 0.01)
    angles = [2 * math.pi * n / _CORNERS for n in range(_CORNERS)]
    return [(circle.centre.lon + east * math.cos(a), circle.centre.lat + north * math.sin(a)) for a in angles]
