"""The profile of this house: four languages that say the same, every slot filled, a drill that looks like one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from coord.alerts.compose.meters import LONG_CELL, SHORT_CELL, cell
from coord.alerts.compose.plain import plain, said
from coord.alerts.compose.scripts import language_of
from coord.alerts.compose.template import composer_findings
from coord.alerts.model import Alert
from coord.alerts.profiles.common import advice, error, numbered, speaks, values
from coord.errors import Finding

DRILL = {
    "zh-Hans": re.compile("演习|演练"),
    "zh-Hant": re.compile("演習|演練"),
    "pt": re.compile(r"\b(?:exercício|simulacro)\b", re.I),
    "en": re.compile(r"\b(?:exercise|drill)\b", re.I),
}
NO_DRILL = re.compile(
    r"not an? (?:drill|exercise)|(?:não é|isto não é) um (?:exercício|simulacro)"
    r"|(?:不是|並非|并非|非)(?:演习|演習|演练|演練)",
    re.I,
)


def district(alert: Alert) -> Iterator[Finding]:
    """Tell what our own rules miss in *alert*."""
    if speaks(alert) and alert.scope == "Public":
        yield from composer_findings(alert)
        yield from plain(alert)
    for where, info in numbered(alert):
        if info.areas and not any(area.polygons or area.circles for area in info.areas):
            yield error(f"{where}/area", "coord-shape", "no polygon or circle: nobody can be matched")
        for name, room in (("CMAMtext", SHORT_CELL), ("CMAMlongtext", LONG_CELL)):
            for text in values(info, name):
                if not (meter := cell(text, room)).fits:
                    told = f"{name} has {meter.units} characters; room is {room}"
                    yield error(f"{where}/parameter", "coord-length", told)
    yield from drill_findings(alert)


def drill_findings(alert: Alert) -> Iterator[Finding]:
    """Tell when an Exercise could be taken for real, or the real thing for an exercise (DOM-2, DOM-4): errors."""
    for where, info in numbered(alert):
        text = said(info)
        word = DRILL.get(language_of(info.language))
        if alert.status == "Exercise":
            if NO_DRILL.search(text):
                yield error(f"{where}/description", "drill-denied", "an Exercise never says that it is none")
            if word is not None and not word.search(info.headline):
                yield error(f"{where}/headline", "drill-unnamed", "the headline of an Exercise says that it is one")
        elif alert.status == "Actual" and word is not None and word.search(NO_DRILL.sub("", info.headline)):
            yield advice(f"{where}/headline", "drill-unclear", "speaks of an exercise, but the status is Actual")
