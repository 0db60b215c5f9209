"""Plain words, and nothing left open: what a tired reader trips over, and what must never go out.

A placeholder is a hard stop. The lint only advises: the officer knows better.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources

from coord.alerts.compose.scripts import language_of
from coord.alerts.model import Alert, Info
from coord.errors import Finding

_OPEN = re.compile(
    r"\{[^{}]*\}|\[[a-z_ ]{0,40}\]|【\s*】|<[^<>]{1,40}>"
    r"|_{2,}|＿{2,}|\bX{2,}\b|[×ＸX]{2,}|[〇○□△]{2,}|[?？]{2,}|\.{4,}|…{3,}"
    r"|\bT\.?B\.?[CD]\b|\blorem\b|某某|某地|待定|待填|\bfulano\b|\ba definir\b",
    re.I,
)
_SENTENCE = re.compile(r"[.!?。！？；;\n]+")
_ACRONYM = re.compile(r"\b[A-Z]{3,6}\b")
_SHOUT = re.compile(r"(?:\b[A-ZÁÉÍÓÚÂÊÔÃÕÇ]{2,}\b[ ,]+){4,}")
KNOWN = frozenset({"SMG", "HKO", "SMS", "GPS", "DSAT", "UTC", "PSP", "HZMB", "SAMPLE"})
"""Capitals that people here read as words; SAMPLE stands on all data that is not real."""

LONG = {"zh": 45, "other": 25}
"""Characters (Chinese) or words in a sentence before a listener has lost the beginning."""


def texts(info: Info) -> Iterator[tuple[str, str]]:
    """Yield (CAP name, text) of what the public reads in *info*."""
    yield "event", info.event
    yield "senderName", info.sender_name
    yield "headline", info.headline
    yield "description", info.description
    yield "instruction", info.instruction
    for area in info.areas:
        yield "areaDesc", area.desc


def said(info: Info) -> str:
    """Return what *info* says, as one text: what must be the same in every language."""
    return "\n".join(text for text in (info.event, info.headline, info.description, info.instruction) if text)


def placeholders(alert: Alert) -> Iterator[Finding]:
    """Tell every blank that was not filled in, and every polygon that was not finished: errors, all of them."""
    for i, info in enumerate(alert.infos, 1):
        for name, text in texts(info):
            if (found := _OPEN.search(text)) is not None:
                path = f"/alert/info[{i}]/{name}"
                yield Finding("error", path, "placeholder", f"{found[0]!r} has not been filled in")
        for a, area in enumerate(info.areas, 1):
            for p, ring in enumerate(area.polygons, 1):
                if len(ring) < 4 or ring[0] != ring[-1]:
                    path = f"/alert/info[{i}]/area[{a}]/polygon[{p}]"
                    yield Finding("error", path, "placeholder", "this polygon has not been finished")


@cache
def jargon() -> dict[str, dict[str, str]]:
    """Return, by language, words that people do not use, and what to say instead: data/plain-words.yaml."""
    from ruamel.yaml import YAML

    text = resources.files("coord.alerts").joinpath("data/plain-words.yaml").read_text("utf-8")
    return {language: dict(words) for language, words in YAML(typ="safe", pure=True).load(text).items()}


def plain(alert: Alert) -> Iterator[Finding]:
    """Advise where *alert* is hard to understand: jargon, unknown acronyms, long sentences, shouting."""
    for i, info in enumerate(alert.infos, 1):
        language = language_of(info.language)
        for name, text in texts(info):
            if name == "event":
                continue  # the name of the thing is what it is
            for advice in _advice(text, language):
                yield Finding("warning", f"/alert/info[{i}]/{name}", "plain-words", advice)


def _advice(text: str, language: str) -> Iterator[str]:
    lower = text.lower()
    for word, instead in jargon().get(language, {}).items():
        if re.search(rf"\b{re.escape(word)}\b", lower) if word.isascii() else word in lower:
            yield f"say {instead!r} instead of {word!r}"
    for acronym in dict.fromkeys(_ACRONYM.findall(text)):
        if acronym not in KNOWN and not _SHOUT.search(text):
            yield f"{acronym} is not known to everybody: write it out"
    if _SHOUT.search(text):
        yield "whole sentences in capitals are hard to read"
    for sentence in _SENTENCE.split(text):
        length = len(sentence) if language.startswith("zh") else len(sentence.split())
        if length > LONG["zh" if language.startswith("zh") else "other"]:
            yield f"a sentence of {length} {'characters' if language.startswith('zh') else 'words'}: cut it"
