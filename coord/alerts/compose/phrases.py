"""The phrase bank: texts read and approved for a season in four languages, with slots for what changes.

A slot takes a number, a time, or a registered place, and writes it as each
language does; so a message from the bank counts as read in all four (P-9).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Literal

from coord.alerts.compose.scripts import LANGUAGES
from coord.errors import Finding, Unfit

SlotKind = Literal["number", "time", "place"]
Value = int | float | datetime | str
"""A number, a time, or the identifier of a registered place."""

_SLOT = re.compile(r"\{(\w+)\}")
FIELDS = ("event", "headline", "description", "instruction")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text with slots: language → field → text. Good from ``since`` to ``until``, when somebody has approved it."""

    name: str
    kind: str
    slots: Mapping[str, SlotKind]
    texts: Mapping[str, Mapping[str, str]]
    since: date | None = None
    until: date | None = None
    approved_by: tuple[str, ...] = ()

    def in_season(self, at: datetime) -> bool:
        """Whether two persons have approved it for the time *at*."""
        if self.since is None or self.until is None or len(set(self.approved_by)) < 2:
            return False
        return self.since <= at.date() <= self.until


@cache
def bundled() -> Mapping[str, Phrase]:
    """Return the phrases that come with coord: SAMPLES, approved by nobody."""
    from ruamel.yaml import YAML

    text = resources.files("coord.alerts").joinpath("data/phrases.yaml").read_text("utf-8")
    found = YAML(typ="safe", pure=True).load(text)
    return {
        name: Phrase(name, entry["kind"], dict(entry.get("slots", {})), entry["texts"]) for name, entry in found.items()
    }


def fill(
    phrase: Phrase, values: Mapping[str, Value], places: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    """Return the texts of *phrase* (language → field → text) with its slots filled.

    *places* are the registered ones, by identifier: language → name. Raises
    :exc:`Unfit` for a slot that is missing, of the wrong kind, or unknown.
    """
    wrong = list(_misfits(phrase, values, places))
    if wrong:
        raise Unfit(wrong)

    def filled(text: str, language: str) -> str:
        return _SLOT.sub(lambda hit: _say(values[hit[1]], phrase.slots[hit[1]], language, places), text)

    return {
        language: {field: filled(text, language) for field, text in fields.items()}
        for language, fields in phrase.texts.items()
    }


def _misfits(phrase: Phrase, values: Mapping[str, Value], places: Mapping[str, Mapping[str, str]]) -> list[Finding]:
    found = []
    for slot, kind in phrase.slots.items():
        value = values.get(slot)
        if value is None:
            found.append(Finding("error", slot, "slot", f"the slot {slot} of {phrase.name} is empty"))
        elif kind == "time" and not isinstance(value, datetime):
            found.append(Finding("error", slot, "slot", f"{slot} takes a time"))
        elif kind == "number" and (isinstance(value, str | datetime | bool)):
            found.append(Finding("error", slot, "slot", f"{slot} takes a number"))
        elif kind == "place" and set(places.get(str(value), {})) < set(LANGUAGES):
            found.append(
                Finding("error", slot, "slot", f"{value} is not a registered place with a name in each language")
            )
    unknown = [slot for slot in values if slot not in phrase.slots]
    return found + [Finding("error", slot, "slot", f"{phrase.name} has no slot {slot}") for slot in unknown]


def _say(value: Value, kind: SlotKind, language: str, places: Mapping[str, Mapping[str, str]]) -> str:
    if kind == "place":
        return places[str(value)][language]
    if isinstance(value, datetime):
        return say_time(value, language)
    text = f"{value:.10g}" if isinstance(value, float) else str(value)
    return text.replace(".", ",") if language == "pt" else text


_EN = str.split("January February March April May June July August September October November December")
_PT = str.split("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro")


def say_time(at: datetime, language: str) -> str:
    """Return the local time *at* as *language* says it.

    >>> at = datetime(2026, 9, 23, 17, 5)
    >>> [say_time(at, language) for language in LANGUAGES]
    ['9月23日17时05分', '9月23日17時05分', '17h05 de 23 de setembro', '17:05 on 23 September']
    """
    clock = f"{at.hour:02}{{}}{at.minute:02}"
    if language == "zh-Hans":
        return f"{at.month}月{at.day}日{clock.format('时')}分"
    if language == "zh-Hant":
        return f"{at.month}月{at.day}日{clock.format('時')}分"
    if language == "pt":
        return f"{clock.format('h')} de {at.day} de {_PT[at.month - 1]}"
    return f"{clock.format(':')} on {at.day} {_EN[at.month - 1]}"
