"""The four versions say the same: the same numbers, times, days and places, each in its own writing.

Words cannot be compared by a program, figures can, and figures are what goes
wrong: a signal number, an hour, a depth copied from the message before.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from coord.alerts.compose.scripts import foreign
from coord.errors import Finding

_MONTHS = {
    "en": str.split("january february march april may june july august september october november december"),
    "pt": str.split("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"),
}
_EN = "|".join(_MONTHS["en"])
_PT = "|".join(_MONTHS["pt"])
_DATES = {
    "zh": re.compile(r"(?:(?P<m>\d{1,2})\s*月\s*)(?P<d>\d{1,2})\s*[日号號]?|(?P<d2>\d{1,2})\s*日"),
    "en": re.compile(
        rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<m>{_EN})\b|(?P<m2>{_EN})\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b", re.I
    ),
    "pt": re.compile(rf"(?P<d>\d{{1,2}})\.?º?\s+de\s+(?P<m>{_PT})\b", re.I),
}
_HALF = "凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|晚間|晚间|晚|夜間|夜间|深夜"
_TIMES = {
    "zh": re.compile(
        rf"(?P<half>{_HALF})?\s*(?P<h>\d{{1,2}})\s*(?:[:時时点點])\s*(?:(?P<min>\d{{1,2}})分?|(?P<mid>半))?"
    ),
    "en": re.compile(
        r"(?P<h>\d{1,2})(?::(?P<min>\d{2}))?\s*(?P<half>[ap]\.?\s?m\b\.?|noon\b)|(?P<h2>\d{1,2})[:h](?P<min2>\d{2})\b",
        re.I,
    ),
    "pt": re.compile(
        r"(?P<h>\d{1,2})\s*[h:]\s*(?P<min>\d{2})?(?!\w)|(?:às|das|pelas)\s+(?P<h2>\d{1,2})(?:\s+horas?)?\b(?!\s*[h:])",
        re.I,
    ),
}
_NUMBERS = {
    "zh": re.compile(r"(?P<n>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*(?P<unit>[万萬亿億])?"),
    "en": re.compile(r"(?P<n>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<unit>)"),
    "pt": re.compile(r"(?P<n>\d{1,3}(?:[. ]\d{3})+(?:,\d+)?|\d+(?:,\d+)?)(?P<unit>)"),
}
_LEVELS = re.compile(r"\b(?:level|nível|grade|grau)\s+(I{1,3}|IV)\b|(?<![A-Za-z])(I{1,3}|IV)\s*[级級]", re.I)
_TENS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}


def figures(text: str, language: str) -> set[str]:
    """Return the figures in *text* in a form that does not depend on the language.

    >>> sorted(figures("下午5時30分前撤離 1.2萬人", "zh-Hant"))
    ['12000', '17:30']
    >>> sorted(figures("até às 17h30: 12.000 pessoas", "pt"))
    ['12000', '17:30']
    """
    own = language[:2] if language[:2] in _NUMBERS else "en"
    rest = unicodedata.normalize("NFKC", text)
    found: set[str] = set()

    def take(name: str | None) -> str:
        if name is not None:
            found.add(name)
        return " "

    rest = _LEVELS.sub(lambda hit: take(f"level {(hit[1] or hit[2]).upper()}"), rest)
    for hit in list(_DATES[own].finditer(rest)):
        found |= _date(hit.groupdict(), own)
    rest = _DATES[own].sub(" ", rest)
    rest = _TIMES[own].sub(lambda hit: take(name) if (name := _time(hit.groupdict())) else hit[0], rest)
    for hit in _NUMBERS[own].finditer(rest):
        found.add(_number(hit["n"], hit["unit"], own))
    return found


def _date(hit: Mapping[str, str | None], own: str) -> set[str]:
    day, month = hit.get("d") or hit.get("d2"), hit.get("m") or hit.get("m2")
    found = {f"day {int(day)}"} if day else set()
    if month:
        found.add(f"month {int(month) if month.isdigit() else 1 + _MONTHS[own].index(month.lower())}")
    return found


def _time(hit: Mapping[str, str | None]) -> str | None:
    hour = int(hit.get("h") or hit.get("h2") or 0)
    minute = 30 if hit.get("mid") else int(hit.get("min") or hit.get("min2") or 0)
    half = (hit.get("half") or "").lower()
    late = half.startswith("p") or half in ("下午", "傍晚", "晚上", "晚間", "晚间", "晚", "夜間", "夜间", "深夜")
    if late and hour < 12:
        hour += 12
    if half.startswith("a") and hour == 12:
        hour = 0
    return f"{hour:02}:{minute:02}" if hour <= 24 and minute < 60 else None


def _number(text: str, unit: str, own: str) -> str:
    plain = re.sub("[. ]", "", text).replace(",", ".") if own == "pt" else text.replace(",", "")
    value = float(plain) * _TENS.get(unit, 1)
    return f"{value:.10g}"


Places = Sequence[Mapping[str, str]]
"""Registered places: the name of each by language."""


def parity(versions: Mapping[str, str], places: Places = ()) -> Iterator[Finding]:
    """Tell where *versions* (language → text) differ in figures and places, or are not in their language."""
    for language, text in versions.items():
        for why in foreign(text, language):
            yield Finding("error", language, "script", f"the {language} text {why}")
    read = {language: figures(text, language) for language, text in versions.items()}
    if all(any(one.startswith("month") for one in found) for found in read.values()):
        dated = read
    else:  # one version may say "the 23rd" where another names the month as well
        dated = {language: {one for one in found if not one.startswith("month")} for language, found in read.items()}
    everything = set().union(*dated.values()) if dated else set()
    for language, found in dated.items():
        if missing := everything - found:
            who = [other for other, theirs in dated.items() if missing & theirs]
            text = f"{', '.join(sorted(missing))} is in {', '.join(who)} and not in {language}"
            yield Finding("error", language, "figures", text)
    yield from _same_places(versions, places)


def _same_places(versions: Mapping[str, str], places: Places) -> Iterator[Finding]:
    for place in places:
        named = [language for language, text in versions.items() if place.get(language) and place[language] in text]
        for language in versions:
            if named and language not in named:
                wanted = place.get(language)
                text = f"{place[named[0]]} ({named[0]}) is not named" + (
                    f" as {wanted}" if wanted else "; no name known"
                )
                yield Finding("error", language, "places", text)
