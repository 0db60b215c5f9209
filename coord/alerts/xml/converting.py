"""What others send, brought into the form of CAP 1.2: old versions, wrong order, wrong times.

Only the tree that is read is changed; signatures are checked on the bytes as
they came. Each step tells what it mended, so nothing is repaired in silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from lxml import etree

from coord.alerts.rules.table import Hit
from coord.alerts.times import WELL_FORMED, loose_time
from coord.alerts.xml.reading import CAP12, DS, Element, schema

_NS = f"{{{CAP12}}}"
_TIMES = frozenset(_NS + name for name in ("sent", "effective", "onset", "expires"))
_PAIRS = frozenset(_NS + name for name in ("eventCode", "parameter", "geocode"))
_TYPED = frozenset(_NS + name for name in ("language", "effective", "onset", "expires", "size", "altitude", "ceiling"))
"""Optional elements whose type refuses an empty text; empty means absent."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ORDER: dict[str, tuple[str, ...]] = {
    _NS + "alert": _words(
        "identifier sender sent status msgType source scope restriction addresses code note references incidents info"
    ),
    _NS + "info": _words(
        "language category event responseType urgency severity certainty audience eventCode effective onset expires "
        "senderName headline description instruction web contact parameter resource area"
    ),
    _NS + "resource": ("resourceDesc", "mimeType", "size", "uri", "derefUri", "digest"),
    _NS + "area": ("areaDesc", "polygon", "circle", "geocode", "altitude", "ceiling"),
    **dict.fromkeys(_PAIRS, ("valueName", "value")),
}
_RANK = {tag: {_NS + name: n for n, name in enumerate(names)} for tag, names in ORDER.items()}


def path_of(element: Element) -> str:
    """Return where *element* stands: ``/alert/info[1]/area[2]/polygon[1]``, counted where it may repeat."""
    steps: list[str] = []
    while element is not None:
        name = etree.QName(element).localname
        parent = element.getparent()
        if parent is not None and name in _REPEATED:
            name += f"[{1 + sum(1 for _ in element.itersiblings(element.tag, preceding=True))}]"
        steps.append(name)
        element = parent
    return "/" + "/".join(reversed(steps))


_REPEATED = frozenset(
    _words("code info category responseType eventCode parameter resource area polygon circle geocode Signature")
)


def converted(root: Element, version: str) -> tuple[Element, list[Hit]]:
    """Return the CAP 1.0 or 1.1 tree *root* as CAP 1.2, and what was done."""
    old = f"{{{etree.QName(root).namespace}}}"
    for element in root.iter(old + "*"):
        element.tag = _NS + etree.QName(element).localname
    top = etree.Element(_NS + "alert", nsmap={None: CAP12})
    top.extend(list(root))
    for password in top.findall(_NS + "password"):
        top.remove(password)
    for info in top.iter(_NS + "info"):
        if info.find(_NS + "category") is None:
            _add(info, "category", "Other")
    for element in list(top.iter(*_PAIRS)):
        if len(element) == 0 and "=" in (element.text or ""):
            name, _, value = element.text.partition("=")
            element.text = None
            _add(element, "valueName", name.strip())
            _add(element, "value", value.strip())
    for resource in top.iter(_NS + "resource"):
        if resource.find(_NS + "mimeType") is None:
            _add(resource, "mimeType", "application/octet-stream")
    for certainty in top.iter(_NS + "certainty"):
        if certainty.text == "Very Likely":
            certainty.text = "Likely"
    _mend_times(top)
    _drop_empty(top)
    _sort(top)
    return top, [Hit("converted", "/alert", f"this is CAP {version}; read as CAP 1.2")]


def conform(root: Element) -> list[Hit]:
    """Judge *root* by the schema, mending what is mended on ingest; return what was wrong.

    R00 stands among the hits when the tree is not valid even so.
    """
    judge = schema()
    if judge.validate(root):
        return []
    error = judge.error_log[0]
    first = Hit("R00", "/alert", f"not valid by the schema: {_plain(error.message)}", line=error.line)
    hits = [*_mend_words(root), *_mend_times(root), *_drop_empty(root), *_sort(root)]
    return hits if hits and judge.validate(root) else [*hits, first]


def _plain(message: str) -> str:
    return message.replace(_NS, "")[:300]


def _add(parent: Element, name: str, text: str) -> None:
    etree.SubElement(parent, _NS + name).text = text


def _mend_words(root: Element) -> Iterator[Hit]:
    for certainty in root.iter(_NS + "certainty"):
        if certainty.text == "Very Likely":  # CAP 1.0; the same as Likely (§3.2.2)
            certainty.text = "Likely"
            yield Hit("converted", path_of(certainty), "Very Likely is a word of CAP 1.0; read as Likely")


def _mend_times(root: Element) -> list[Hit]:
    hits = []
    for element in root.iter(*_TIMES):
        text = (element.text or "").strip()
        if text and not WELL_FORMED.fullmatch(text) and (better := loose_time(text)):
            element.text = better
            hits.append(Hit("R03", partial(path_of, element), f"{text} is not written as CAP writes times"))
    return hits


def _drop_empty(root: Element) -> list[Hit]:
    hits = []
    for element in list(root.iter(*_TYPED)):
        if not len(element) and not (element.text or "").strip():
            hits.append(
                Hit("R18", f"{path_of(element.getparent())}/{etree.QName(element).localname}", "an empty element")
            )
            element.getparent().remove(element)
    return hits


def _sort(root: Element) -> list[Hit]:
    """Put the elements in the order of the schema; where there is an unknown one, order is not what is wrong."""
    hits = []
    for parent in root.iter(*ORDER):
        ranks = _RANK[parent.tag]
        before = list(parent)
        if any(child.tag not in ranks and not child.tag.startswith(f"{{{DS}}}") for child in before):
            continue
        after = sorted(before, key=lambda child: ranks.get(child.tag, len(ranks)))
        if after != before:
            hits.append(Hit("R68", partial(path_of, parent), "elements are not in the order of the schema"))
            parent[:] = after
    return hits
