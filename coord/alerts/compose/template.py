"""From a template, texts and areas to the content of a warning, in every language at once.

The template fixes what an officer under stress must not have to think of:
issuer, kind, legal regime, how severe. What is left are slots.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from coord.alerts.compose.parity import Places, parity
from coord.alerts.compose.plain import placeholders, said
from coord.alerts.compose.scripts import LANGUAGES, language_of
from coord.alerts.model import (
    UNSENT,
    Alert,
    Area,
    Category,
    Certainty,
    Circle,
    Info,
    MsgType,
    Named,
    Polygon,
    ResponseType,
    Severity,
    Status,
    Urgency,
)
from coord.errors import Finding, Unfit

Regime = Literal["CN-mainland", "MO"]
"""Whose law holds on a piece of ground."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A predefined area: drawn once in calm weather, named in every language."""

    id: str
    names: Mapping[str, str]
    regime: Regime
    polygons: tuple[Polygon, ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[Named, ...] = ()

    def area(self, language: str) -> Area:
        """Return this ground as *language* names it; its shape is the same in all."""
        return Area(self.names[language], self.polygons, self.circles, self.geocodes)


@dataclass(frozen=True, slots=True)
class Template:
    """What is fixed beforehand about a kind of warning. ``stands_for`` is how long, when nobody says otherwise."""

    name: str
    kind: str
    sender: str
    sender_names: Mapping[str, str]
    regime: Regime
    category: Category
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    responses: tuple[ResponseType, ...]
    stands_for: timedelta
    event_codes: tuple[Named, ...] = ()
    web: str = ""
    contact: str = ""


def compose(
    template: Template,
    texts: Mapping[str, Mapping[str, str]],
    grounds: Sequence[Ground],
    at: datetime,
    *,
    status: Status,
    expires: datetime | None = None,
    onset: datetime | None = None,
    msg_type: MsgType = "Alert",
    parameters: Sequence[Named] = (),
    note: str = "",
) -> Alert:
    """Return the content that *template* makes of *texts* (language → event, headline, description, instruction).

    Languages stand in the order of the house. It always expires. Raises
    :exc:`Unfit` when a ground has no name in one of the languages.
    """
    nameless = [
        Finding("error", ground.id, "places", f"{ground.id} has no name in {language}")
        for ground in grounds
        for language in texts
        if not ground.names.get(language)
    ]
    if nameless:
        raise Unfit(nameless)
    end = expires or (at + template.stands_for).replace(microsecond=0)
    base = Info((template.category,), "", template.urgency, template.severity, template.certainty)
    infos = tuple(
        replace(
            base,
            language=language,
            event=texts[language].get("event", ""),
            responses=template.responses,
            event_codes=template.event_codes,
            onset=onset,
            expires=end,
            sender_name=template.sender_names.get(language, ""),
            headline=texts[language].get("headline", ""),
            description=texts[language].get("description", ""),
            instruction=texts[language].get("instruction", ""),
            web=template.web,
            contact=template.contact,
            parameters=tuple(parameters),
            areas=tuple(ground.area(language) for ground in grounds),
        )
        for language in sorted(texts, key=_rank)
    )
    return Alert("", template.sender, UNSENT, status, msg_type, "Public", note=note, infos=infos)


def _rank(language: str) -> tuple[int, str]:
    return (LANGUAGES.index(language) if language in LANGUAGES else len(LANGUAGES), language)


def languages_of(alert: Alert) -> tuple[str, ...]:
    """Return the languages that *alert* speaks, in its order."""
    return tuple(dict.fromkeys(language_of(info.language) for info in alert.infos))


def missing(alert: Alert, required: Sequence[str] = LANGUAGES) -> tuple[str, ...]:
    """Return which of the *required* languages *alert* does not speak."""
    spoken = languages_of(alert)
    return tuple(language for language in required if language not in spoken)


def life_at_stake(alert: Alert) -> bool:
    """Whether a missing language must not hold *alert* back: Immediate, and Extreme or Severe (P-9)."""
    return any(info.urgency == "Immediate" and info.severity in ("Extreme", "Severe") for info in alert.infos)


def slot_findings(alert: Alert) -> Iterator[Finding]:
    """Tell which of source, hazard, place, action, time is missing in which language (DOM-15): errors."""
    for i, info in enumerate(alert.infos, 1):
        where = f"/alert/info[{i}]"
        slots = {
            "source (senderName)": info.sender_name,
            "hazard (event)": info.event,
            "headline": info.headline,
            "place (areaDesc)": "".join(area.desc for area in info.areas),
            "action (instruction)": info.instruction,
            "action (responseType)": " ".join(info.responses),
            "time (expires)": str(info.expires or ""),
        }
        for slot, text in slots.items():
            if not text.strip():
                yield Finding("error", where, "slot", f"the slot {slot} is empty in {info.language}")


def same_everywhere(alert: Alert) -> Iterator[Finding]:
    """Tell where a language says something else in what is not words: how severe, until when, where: errors."""
    if not alert.infos:
        return
    first = alert.infos[0]
    seen: set[str] = set()
    for i, info in enumerate(alert.infos, 1):
        where = f"/alert/info[{i}]"
        language = language_of(info.language)
        if language in seen:
            yield Finding("error", f"{where}/language", "languages", f"a second info in {language}")
        seen.add(language)
        for name in ("categories", "responses", "urgency", "severity", "certainty", "effective", "onset", "expires"):
            if getattr(info, name) != getattr(first, name):
                yield Finding("error", where, "languages", f"{name} differs from {first.language}")
        if _shapes(info) != _shapes(first):
            yield Finding("error", f"{where}/area", "languages", f"the areas are not those of {first.language}")


def _shapes(info: Info) -> list[object]:
    return [(area.polygons, area.circles, area.geocodes) for area in info.areas]


def composer_findings(alert: Alert, places: Places = (), required: Sequence[str] = LANGUAGES) -> list[Finding]:
    """Return all that must be mended before *alert* may be submitted, apart from the rules of CAP itself."""
    grave = life_at_stake(alert)
    found = [
        Finding("warning" if grave else "error", "/alert", "language-missing", f"there is no text in {language}")
        for language in missing(alert, required)
    ]
    found += placeholders(alert)
    found += slot_findings(alert)
    found += same_everywhere(alert)
    found += parity({language_of(info.language): said(info) for info in alert.infos}, places)
    return found
