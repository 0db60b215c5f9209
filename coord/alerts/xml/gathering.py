"""One flat pass over a CAP tree: all its texts, in boxes.

Flat because an lxml iterator over the whole document costs a fifth of one a
parent, and an alert is read thousands of times a second. Which box a text
belongs to is known by its name alone, so elements in the wrong order are found
all the same.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from coord.alerts.rules.table import Hit
from coord.alerts.xml.converting import path_of
from coord.alerts.xml.reading import CAP12, DS, Element

Box = dict[str, Any]
"""What stands in one element: a text by name, a list of texts or of boxes for what may repeat."""

_NS = f"{{{CAP12}}}"
_DS = f"{{{DS}}}"
_ALERT, _INFO, _RESOURCE, _AREA, _PAIR = range(5)
_TEXTS = {
    _ALERT: "identifier sender sent status msgType source scope restriction addresses note references incidents",
    _INFO: "language event urgency severity certainty audience effective onset expires senderName headline description "
    "instruction web contact",
    _RESOURCE: "resourceDesc mimeType size uri derefUri digest",
    _AREA: "areaDesc altitude ceiling",
    _PAIR: "valueName value",
}
_LISTS = {_ALERT: "code", _INFO: "category responseType", _AREA: "polygon circle"}
_LEAVES: dict[str, tuple[str, int, bool]] = {
    _NS + name: (name, box, repeated)
    for table, repeated in ((_TEXTS, False), (_LISTS, True))
    for box, names in table.items()
    for name in names.split()
}
_BOXES: dict[str, tuple[str, int, int]] = {
    _NS + name: (name, own, parent)
    for name, own, parent in (
        ("info", _INFO, _ALERT),
        ("resource", _RESOURCE, _INFO),
        ("area", _AREA, _INFO),
        ("eventCode", _PAIR, _INFO),
        ("parameter", _PAIR, _INFO),
        ("geocode", _PAIR, _AREA),
    )
}


def gather(root: Element, hits: list[Hit]) -> tuple[Box, list[Element]]:
    """Return all that *root* says, and those of its children that are XML-DSig; empty elements go to *hits*."""
    alert: Box = {}
    boxes: list[Box] = [alert, {}, {}, {}, {}]
    strange: dict[Element, bool] = {}
    for element in root.iter():
        tag = element.tag
        # what stands within an unknown element says nothing, least of all within a signature (R70)
        if strange and element.getparent() in strange:
            strange[element] = False
            continue
        leaf = _LEAVES.get(tag)
        if leaf is not None:
            text = element.text
            if not text or text.isspace():
                hits.append(Hit("R18", partial(path_of, element), "an empty element"))
                if leaf[0] == "references":
                    hits.append(Hit("R09", "/alert/references", "references that name nothing"))
                continue
            name, own, repeated = leaf
            if repeated:
                boxes[own].setdefault(name, []).append(text)
            else:
                boxes[own][name] = text
        elif (box := _BOXES.get(tag)) is not None:
            name, own, parent = box
            boxes[own] = {}
            boxes[parent].setdefault(name, []).append(boxes[own])
        elif element is not root:
            strange[element] = element.getparent() is root
    return alert, [element for element, top in strange.items() if top and element.tag.startswith(_DS)]
