"""Rules about what is said, until when, and the files with it (CAP 1.2 §3.2.2, §3.2.3)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache

from coord.alerts.model import Alert, Info, Named, Resource
from coord.alerts.rules.table import Hit

LONGEST = timedelta(days=7)
HEADLINE = 160

_LANGUAGE = re.compile(r"(?:[A-Za-z]{2,3}|[ixIX](?=-))(?:-[A-Za-z0-9]{1,8})*")
_WEB = re.compile(r"https?://[^\s/?#]+(?:[/?#]\S*)?", re.I)
_MIME = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(?:\s*;.*)?", re.ASCII)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_MARKUP = re.compile(r"<\s*+/?\s*+[A-Za-z!][^<>]*+>")
_DOTTED = re.compile(r"(?:[A-Za-z]\.){2,}[A-Za-z]?")
ACRONYMS = frozenset({"SAME", "FIPS6", "FIPS", "UGC", "VTEC", "HSAS", "EAS", "ISO3166-2", "EMMA_ID", "OET"})


def info_hits(alert: Alert, info: Info, where: str) -> Iterator[Hit]:
    """Tell what is wrong with *info*, which stands at the path *where*."""
    if not _LANGUAGE.fullmatch(info.language):
        yield Hit("R19", f"{where}/language", f"{info.language!r} is not a language tag")
    yield from _times(alert, info, where)
    if info.web and not _WEB.fullmatch(info.web):
        yield Hit("R26", f"{where}/web", f"{info.web[:80]!r} is not a full http or https address")
    if len(info.headline) > HEADLINE:
        yield Hit("R27", f"{where}/headline", f"{len(info.headline)} characters; aim at {HEADLINE} at most")
    if "Unknown" in (info.urgency, info.severity, info.certainty):
        unknown = [name for name in ("urgency", "severity", "certainty") if getattr(info, name) == "Unknown"]
        yield Hit("R28", f"{where}/{unknown[0]}", f"{' and '.join(unknown)} Unknown: receivers may drop the message")
    if not info.areas:
        yield Hit("R35", where, "no area: nobody knows whom this is for")
    if "Assess" in info.responses and alert.scope == "Public":
        yield Hit("R61", f"{where}/responseType", "Assess is not an action for the public")
    for name, pairs in (("eventCode", info.event_codes), ("parameter", info.parameters)):
        if pairs:
            yield from acronym_hits(pairs, f"{where}/{name}")
    for n, resource in enumerate(info.resources, 1):
        yield from _resource(resource, f"{where}/resource[{n}]")
    yield from _text(info, where)


def _times(alert: Alert, info: Info, where: str) -> Iterator[Hit]:
    sent, effective, onset, expires = alert.sent, info.effective, info.onset, info.expires
    if effective is not None and effective < sent:
        yield Hit("R24", f"{where}/effective", "takes effect before it was sent")
    if expires is None:
        yield Hit("R20", f"{where}/expires", "never expires: a warning without an end stays on screens for ever")
        return
    if expires <= sent:
        yield Hit("R21", f"{where}/expires", "had expired when it was sent")
    if effective is not None and expires <= effective:
        yield Hit("R22", f"{where}/expires", "expires before it takes effect")
    if onset is not None and expires <= onset:
        yield Hit("R23", f"{where}/expires", "expires before the event begins")
    stands = expires - max(effective or sent, sent)
    if stands > LONGEST:
        yield Hit("R25", f"{where}/expires", f"stands for {stands.days} days")


def acronym_hits(pairs: tuple[Named, ...], where: str) -> Iterator[Hit]:
    """Tell which names in *pairs* are acronyms that are not written as such."""
    for n, pair in enumerate(pairs, 1):
        if (plain := _acronym(pair.name)) is not None:
            yield Hit("R63", f"{where}[{n}]/valueName", f"{pair.name!r} is an acronym: {plain}")


@lru_cache(maxsize=4096)
def _acronym(name: str) -> str | None:
    """Return how *name* is written as an acronym, when it is one and not written so."""
    if _DOTTED.fullmatch(name) or (name.upper() in ACRONYMS and name != name.upper()):
        return name.replace(".", "").upper()
    return None


def _text(info: Info, where: str) -> Iterator[Hit]:
    """Tell of characters in the text that make a screen show something else than was sent."""
    if _safe(f"{info.event}{info.headline}{info.description}{info.instruction}{info.sender_name}{info.contact}"):
        return
    for name in ("event", "headline", "description", "instruction", "sender_name", "contact"):
        text = getattr(info, name)
        path = f"{where}/{'senderName' if name == 'sender_name' else name}"
        if (found := _BIDI.search(text)) is not None:
            yield Hit("bidi", path, f"holds U+{ord(found[0]):04X}, which turns the direction of text; show it isolated")
        if (tag := _MARKUP.search(text)) is not None:
            yield Hit("markup", path, f"holds markup {tag[0][:40]!r}; show it as text")


def _safe(text: str) -> bool:
    return "<" not in text and (text.isascii() or _BIDI.search(text) is None)


def _resource(resource: Resource, where: str) -> Iterator[Hit]:
    if not _MIME.fullmatch(resource.mime_type):
        yield Hit("R30", f"{where}/mimeType", f"{resource.mime_type[:40]!r} is not type/subtype")
    if resource.size is not None and resource.size < 0:
        yield Hit("R31", f"{where}/size", f"{resource.size} bytes")
    if resource.uri and not resource.deref_uri and not _ABSOLUTE.fullmatch(resource.uri):
        yield Hit("R32", f"{where}/uri", f"{resource.uri[:80]!r} is relative, and nothing is enclosed")
    content = None
    if resource.deref_uri:
        try:
            content = base64.b64decode("".join(resource.deref_uri.split()), validate=True)
        except (binascii.Error, ValueError):
            yield Hit("R33", f"{where}/derefUri", "is not base64")
    if resource.digest:
        right = re.fullmatch(r"[0-9a-fA-F]{40}", resource.digest)
        if not right:
            yield Hit("R34", f"{where}/digest", "is not a SHA-1 in 40 hexadecimal digits")
        elif (
            content is not None and hashlib.sha1(content, usedforsecurity=False).hexdigest() != resource.digest.lower()
        ):
            yield Hit("R34", f"{where}/digest", "is not the SHA-1 of what is enclosed")


def sequence_hits(alert: Alert) -> Iterator[Hit]:
    """Tell where a later info of the same language overrides an earlier one (§3.2.2 info (1))."""
    first: dict[str, Info] = {}
    for n, info in enumerate(alert.infos, 1):
        before = first.setdefault(info.language.lower(), info)
        differs = [
            name
            for name in ("event", "urgency", "severity", "certainty")
            if getattr(info, name) != getattr(before, name)
        ]
        if differs:
            text = f"says another {' and '.join(differs)} than the first info in {info.language}"
            yield Hit("R57", f"/alert/info[{n}]", text)
