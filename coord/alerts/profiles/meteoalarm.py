"""MeteoAlarm (EUMETNET): awareness levels and types beside CAP's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from coord.alerts.model import Alert, Info
from coord.alerts.profiles.common import advice, error, numbered, values
from coord.errors import Finding

_LEVEL = re.compile(r"([1-4]);\s*(green|yellow|orange|red);\s*(Minor|Moderate|Severe|Extreme)", re.I)
_LEVELS = {"1": ("green", "Minor"), "2": ("yellow", "Moderate"), "3": ("orange", "Severe"), "4": ("red", "Extreme")}
_TYPE = re.compile(r"(1[0-3]|[1-9]);\s*[A-Za-z-]+")
_PLACES = frozenset({"EMMA_ID", "NUTS2", "NUTS3", "WARNCELLID"})


def meteoalarm(alert: Alert) -> Iterator[Finding]:
    """Tell what MeteoAlarm misses in *alert*."""
    if "MCP:v2.0" not in alert.codes:
        yield advice("/alert/code", "meteoalarm-code", "a code is MCP:v2.0")
    if alert.infos and not any(info.language.lower().startswith("en") for info in alert.infos):
        yield error("/alert", "meteoalarm-english", "one info is in English")
    languages = [info.language.lower() for info in alert.infos]
    for language in sorted({one for one in languages if languages.count(one) > 1}):
        yield error("/alert", "meteoalarm-language", f"{language} has more than one info")
    for where, info in numbered(alert):
        yield from _awareness(info, where)
        for a, area in enumerate(info.areas, 1):
            if not any(code.name in _PLACES for code in area.geocodes):
                text = "a geocode is EMMA_ID, NUTS2, NUTS3 or WARNCELLID"
                yield error(f"{where}/area[{a}]/geocode", "meteoalarm-geocode", text)


def _awareness(info: Info, where: str) -> Iterator[Finding]:
    levels, types = values(info, "awareness_level"), values(info, "awareness_type")
    found = _LEVEL.fullmatch(levels[0].strip()) if len(levels) == 1 else None
    if found is None:
        text = 'one parameter awareness_level, such as "3; orange; Severe"'
        yield error(f"{where}/parameter", "meteoalarm-level", text)
    elif (found[2].lower(), found[3].capitalize()) != _LEVELS[found[1]]:
        yield error(f"{where}/parameter", "meteoalarm-level", f"{levels[0]!r} does not agree with itself")
    elif info.severity != found[3].capitalize():
        text = f"severity {info.severity} does not agree with awareness_level {levels[0]!r}"
        yield error(f"{where}/severity", "meteoalarm-severity", text)
    if len(types) != 1 or not _TYPE.fullmatch(types[0].strip()):
        text = 'one parameter awareness_type, such as "3; Thunderstorm"'
        yield error(f"{where}/parameter", "meteoalarm-type", text)
