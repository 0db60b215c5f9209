"""Rules about how a signature stands in a message (CAP 1.2 §3.3.4.1); whether it is *true* is :mod:`..signature`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from coord.alerts.rules.table import Hit

_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"

ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
CANONICAL = frozenset(
    {
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/2006/12/xml-c14n11",
        "http://www.w3.org/2001/10/xml-exc-c14n#",
    }
)


def signature_hits(elements: list[Any]) -> Iterator[Hit]:
    """Tell what is wrong with *elements*, the XML-DSig children of an alert."""
    for n, element in enumerate(elements, 1):
        where = f"/alert/Signature[{n}]"
        if next(element.iter(_CAP + "*"), None) is not None:
            yield Hit("R70", where, "a CAP element hidden inside the signature")
        if element.tag != _DS + "Signature":
            yield Hit("R52", where, f"{element.tag.removeprefix(_DS)} is not a signature")
        elif (fault := unusual(element)) is not None:
            yield Hit("R53", where, fault)


def unusual(signature: Any) -> str | None:
    """Return why *signature* cannot be checked as one over the whole message, or None."""
    references = signature.findall(f"{_DS}SignedInfo/{_DS}Reference")
    if len(references) != 1:
        return f"{len(references)} references; a signature over the message has one"
    (reference,) = references
    if reference.get("URI") != "":
        return f"its reference is to {reference.get('URI')!r} and not to the whole message"
    transforms = [transform.get("Algorithm") for transform in reference.iter(_DS + "Transform")]
    strange = [name for name in transforms if name != ENVELOPED and name not in CANONICAL]
    if strange or ENVELOPED not in transforms:
        return f"its transforms are {', '.join(map(str, transforms)) or 'missing'}"
    return None
