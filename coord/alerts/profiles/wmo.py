"""WMO practice for CAP (WMO-No. 1109, WMO/TD-1556, and what cap-composer asks of its authors)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from coord.alerts.model import Alert, Info
from coord.alerts.profiles.common import advice, error, numbered
from coord.alerts.rules.area import CORNERS, unrolled
from coord.errors import Finding

_MESSAGE = re.compile(r"(?:urn:oid:)?2\.49\.0\.1\.\d+(?:\.\w+)+")
_AUTHORITY = re.compile(r"(?:urn:oid:)?2\.49\.0\.0\.\d+(?:\.\w+)+")


def wmo(alert: Alert) -> Iterator[Finding]:
    """Tell what WMO practice misses in *alert*."""
    if _AUTHORITY.fullmatch(alert.identifier):
        text = "2.49.0.0 names an authority; a message is urn:oid:2.49.0.1.country.organisation.…"
        yield advice("/alert/identifier", "wmo-identifier", text)
    elif not _MESSAGE.fullmatch(alert.identifier):
        text = "an identifier is urn:oid:2.49.0.1.country.organisation.year.month.day.hour.minute.second"
        yield error("/alert/identifier", "wmo-identifier", text)
    languages = [info.language.lower() for info in alert.infos]
    for language in sorted({one for one in languages if languages.count(one) > 1}):
        yield error("/alert", "wmo-language", f"{language} has more than one info")
    for where, info in numbered(alert):
        if not any("OET" in code.name.upper() for code in info.event_codes):
            yield advice(f"{where}/eventCode", "wmo-event", "no event code of the OASIS event terms (OET)")
        if info.expires is not None and info.expires - alert.sent > timedelta(days=1):
            yield advice(f"{where}/expires", "wmo-expires", "stands for more than a day")
        yield from _areas(info, where)


def _areas(info: Info, where: str) -> Iterator[Finding]:
    for a, area in enumerate(info.areas, 1):
        for p, ring in enumerate(area.polygons, 1):
            if len(ring) - 1 > CORNERS:
                yield advice(f"{where}/area[{a}]/polygon[{p}]", "wmo-corners", f"more than {CORNERS} corners")
    rings = [(f"{where}/area[{a}]", ring) for a, area in enumerate(info.areas, 1) for ring in area.polygons]
    if len(rings) < 2:
        return
    import shapely

    shapes = [
        shapely.Polygon(zip(unrolled(ring), [place.lat for place in ring], strict=True))
        for _, ring in rings
        if len(ring) > 3
    ]
    sound = [shape for shape in shapes if shape.is_valid]
    if len(sound) < 2:
        return
    pairs = shapely.STRtree(sound).query(sound, predicate="overlaps").T
    if len(pairs):
        yield error(where, "wmo-overlap", "areas of one info overlap")
