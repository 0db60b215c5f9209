"""Bytes from anybody → a tree that is safe to walk, or a refusal that says why.

The parser never gets a schema and no document type is let in: with lxml 6.1
either is a crash or a silent fetch. What is refused here is *unreadable*;
what is read but wrong becomes findings further on.
"""

from __future__ import annotations

import re
import threading
from importlib import resources
from typing import Any

from lxml import etree

from coord.errors import Finding, Unfit

CAP12 = "urn:oasis:names:tc:emergency:cap:1.2"
CAP11 = "urn:oasis:names:tc:emergency:cap:1.1"
CAP10 = "http://www.incident.com/cap/1.0"
DS = "http://www.w3.org/2000/09/xmldsig#"
VERSIONS = {f"{{{CAP12}}}alert": "1.2", f"{{{CAP11}}}alert": "1.1", f"{{{CAP10}}}alert": "1.0"}

MAX_BYTES = 5_000_000
MAX_POINTS = 100_000
MAX_INFOS = 100
MAX_AREAS = 2_000
MAX_REFERENCES = 1_000
MAX_NAME = 1_000
"""Characters of an identifier or sender."""

ENCODINGS = frozenset({"utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "iso-8859-1", "latin1", "us-ascii", "ascii"})

# Only the prolog can hold a document type. Atomic groups: a hostile prolog costs linear time.
_DOCTYPE = re.compile(rb"(?>\s+|<\?(?>(?!\?>).)*\?>|<!--(?>(?!-->).)*-->)*<!DOCTYPE", re.S | re.I)
_DECLARED = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([^"'>]{1,40})["']""")


class Unreadable(Unfit):
    """Refused before it could be judged: not safe, not XML, or not a CAP alert."""

    code = "unreadable"


Element = Any
"""An lxml element; lxml carries no types."""

_mine = threading.local()


def _refuse(code: str, text: str, line: int = 0) -> Unreadable:
    return Unreadable([Finding("error", "/", code, text, line=line)])


def parser(*, keep_comments: bool = False) -> Any:
    """Return a new parser that resolves, loads and fetches nothing."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=not keep_comments,
        remove_pis=not keep_comments,
    )


def schema() -> Any:
    """Return the CAP 1.2 schema, compiled once a thread (its error log is not shared)."""
    if not hasattr(_mine, "schema"):
        text = resources.files("coord.alerts").joinpath("schema/CAP-v1.2.xsd").read_bytes()
        _mine.schema = etree.XMLSchema(etree.fromstring(text, parser()))
    return _mine.schema


def _plainly(raw: bytes) -> bytes:
    """Return *raw* so that its markup can be looked at byte by byte, whatever of the allowed encodings it has."""
    if raw.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        raise _refuse("R00", "the encoding UTF-32 is not accepted")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace").encode()
    if raw[:2] in (b"<\x00", b"\x00<"):
        return raw.decode("utf-16-le" if raw[1] == 0 else "utf-16-be", "replace").encode()
    return raw.removeprefix(b"\xef\xbb\xbf")


def safe_tree(raw: bytes, *, keep_comments: bool = False) -> Element:
    """Return the root of *raw*, or raise :exc:`Unreadable`. Nothing is judged but safety."""
    if len(raw) > MAX_BYTES:
        raise _refuse("R46", f"{len(raw)} bytes; the limit is {MAX_BYTES}")
    plain = _plainly(raw)
    if (declared := _DECLARED.match(plain)) and (name := declared[1].decode("latin-1")).lower() not in ENCODINGS:
        raise _refuse("R00", f"the encoding {name} is not accepted")
    if _DOCTYPE.match(plain):
        raise _refuse("R69", "a document type (DOCTYPE) is not accepted")
    if keep_comments:
        used = parser(keep_comments=True)
    else:
        used = _mine.parser if hasattr(_mine, "parser") else parser()
        _mine.parser = used
    try:
        root = etree.fromstring(raw, used)
    except etree.XMLSyntaxError as error:
        raise _refuse(
            "R00", f"not well-formed XML: {error.msg.partition(', line')[0].strip()}", error.lineno or 0
        ) from None
    except (ValueError, LookupError) as error:
        raise _refuse("R00", f"not XML: {error}") from None
    about = root.getroottree().docinfo
    if about.doctype or about.internalDTD is not None:
        raise _refuse("R69", "a document type (DOCTYPE) is not accepted")
    if (about.encoding or "utf-8").lower() not in ENCODINGS:
        raise _refuse("R00", f"the encoding {about.encoding} is not accepted")
    return root


def alert_tree(raw: bytes) -> tuple[Element, str]:
    """Return the root of the CAP alert in *raw*, without comments, and its version 1.0, 1.1 or 1.2.

    Raises :exc:`Unreadable`.
    """
    root = safe_tree(raw)
    version = VERSIONS.get(root.tag)
    if version is None:
        raise _refuse("R00", f"not a CAP alert: the root element is {root.tag[:200]}")
    return root, version
