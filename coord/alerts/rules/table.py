"""The rules by number, and how hard each is: strict for what we write, lenient for what others send.

The table of sources stands in docs/alerts.md. E refuses, W keeps and flags,
"-" says nothing. Rules without a number are our own, for what a hostile or
careless sender can do inside a valid message.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

from coord.errors import Finding, Grade

Mode = Literal["compose", "ingest"]
Mark = Literal["E", "W", "-"]


class Hit(NamedTuple):
    """A rule is broken at a place; how bad that is, is not said yet.

    ``path`` may be a function that finds it: most hits on ingest are silent,
    and counting siblings is dear.
    """

    code: str
    path: str | Callable[[], str]
    text: str
    line: int = 0


class Rule(NamedTuple):
    """``compose`` and ``ingest`` say how hard the rule is; ``says`` what it asks for."""

    compose: Mark
    ingest: Mark
    says: str


RULES: dict[str, Rule] = {
    "R00": Rule("E", "E", "XML 1.0 that is valid by the CAP 1.2 schema"),
    "R01": Rule("E", "E", "identifier without white space, comma, < or &, not empty"),
    "R02": Rule("E", "W", "sender without white space, comma, < or &, not empty"),
    "R03": Rule("E", "W", "times as YYYY-MM-DDThh:mm:ss±hh:mm, no Z, no fraction"),
    "R04": Rule("E", "-", "UTC is written -00:00"),
    "R05": Rule("E", "W", "scope Restricted needs a restriction"),
    "R06": Rule("E", "W", "restriction only with scope Restricted"),
    "R07": Rule("E", "W", "scope Private needs addresses"),
    "R08": Rule("E", "W", "addresses are separated by spaces, one with spaces stands in quotes"),
    "R09": Rule("E", "-", "references are not empty when there"),
    "R10": Rule("E", "W", "each reference is sender,identifier,sent"),
    "R11": Rule("E", "W", "a message never refers to itself"),
    "R12": Rule("E", "W", "what is referred to was not sent later"),
    "R13": Rule("E", "W", "Update, Cancel, Ack and Error name what they act on"),
    "R14": Rule("W", "-", "an Alert has no references"),
    "R15": Rule("W", "-", "an Error says why in note"),
    "R16": Rule("E", "-", "an Exercise names itself in note"),
    "R17": Rule("E", "W", "an Alert or Update to the public has an info"),
    "R18": Rule("E", "-", "no empty elements"),
    "R19": Rule("E", "W", "language is a language tag (BCP 47)"),
    "R20": Rule("E", "W", "expires is there"),
    "R21": Rule("E", "W", "expires after sent"),
    "R22": Rule("E", "W", "expires after effective"),
    "R23": Rule("W", "-", "expires after onset"),
    "R24": Rule("W", "-", "effective not before sent"),
    "R25": Rule("W", "-", "expires within seven days"),
    "R26": Rule("E", "W", "web is a full http or https address"),
    "R27": Rule("W", "-", "headline of at most 160 characters"),
    "R28": Rule("W", "-", "urgency, severity and certainty are known"),
    "R29": Rule("E", "W", "valueName and value are not empty"),
    "R30": Rule("E", "W", "mimeType is type/subtype"),
    "R31": Rule("E", "W", "size is not negative"),
    "R32": Rule("E", "W", "uri is absolute, or names a derefUri"),
    "R33": Rule("E", "W", "derefUri is base64"),
    "R34": Rule("E", "W", "digest is the SHA-1 of the resource"),
    "R35": Rule("E", "W", "an info has an area"),
    "R36": Rule("E", "W", "areaDesc is not empty"),
    "R37": Rule("E", "W", "an area has a polygon, circle or geocode"),
    "R38": Rule("W", "-", "a geocode comes with a polygon or circle"),
    "R39": Rule("E", "W", "a polygon is a list of lat,lon decimals"),
    "R40": Rule("E", "W", "a polygon has four pairs or more"),
    "R41": Rule("E", "W", "the last pair of a polygon is the first"),
    "R42": Rule("E", "W", "latitude from -90 to 90"),
    "R43": Rule("E", "W", "longitude from -180 to 180"),
    "R44": Rule("E", "W", "a polygon encloses ground"),
    "R44b": Rule("E", "W", "a polygon does not cross itself"),
    "R45": Rule("W", "-", "a polygon of at most 100 corners"),
    "R46": Rule("E", "E", "within the limits of size"),
    "R48": Rule("E", "W", "a circle is lat,lon and a radius in kilometres"),
    "R49": Rule("W", "-", "a circle of radius 0 needs a buffer"),
    "R50": Rule("E", "W", "ceiling only with altitude"),
    "R51": Rule("E", "W", "ceiling not below altitude"),
    "R52": Rule("E", "W", "only enveloped signatures, as children of alert"),
    "R53": Rule("E", "W", "a signature has one reference, to the whole message"),
    "R55": Rule("-", "W", "an unverified signature is told, never a reason to refuse"),
    "R56": Rule("E", "E", "an identifier is never used again"),
    "R57": Rule("W", "-", "later infos of one language add, they do not override"),
    "R61": Rule("W", "-", "responseType Assess is not for the public"),
    "R62": Rule("E", "-", "incidents are separated by spaces, one with spaces stands in quotes"),
    "R63": Rule("W", "-", "acronyms as valueName in capitals without periods"),
    "R64": Rule("E", "W", "an Update or Cancel names every message of its chain that has not expired"),
    "R65": Rule("E", "E", "only the same sender updates or cancels"),
    "R67": Rule("E", "-", "times that other software can hold: no 24:00:00, no year 0001 or 9999"),
    "R68": Rule("E", "W", "elements in the order of the schema"),
    "R69": Rule("E", "E", "no document type, no entities of one's own"),
    "R70": Rule("E", "E", "no second alert inside a signature"),
    "clock": Rule("E", "E", "sent at most five minutes ahead of our clock"),
    "bidi": Rule("W", "W", "no characters that turn the direction of text"),
    "markup": Rule("W", "W", "no markup in text"),
    "confusable": Rule("W", "W", "a sender in one alphabet"),
    "signature": Rule("E", "E", "signed by a key that is pinned for the sender, where one is"),
    "stale": Rule("W", "W", "not yet over when it came"),
    "converted": Rule("E", "W", "CAP 1.2, not an older version"),
}

_GRADES: dict[Mark, Grade] = {"E": "error", "W": "warning", "-": "note"}


MOST = 100
"""Findings of one rule in one message. A hostile one breaks a rule 300,000 times, and nobody reads that."""


def graded(hits: Iterable[Hit], mode: Mode) -> list[Finding]:
    """Return *hits* as findings, as hard as the column of *mode* says; what it is silent about is left out."""
    found = []
    told: Counter[str] = Counter()
    for hit in hits:
        rule = RULES[hit.code]
        mark = rule.compose if mode == "compose" else rule.ingest
        if hit.code == "R01" and mode == "ingest" and hit.text.startswith("outer"):
            mark = "W"  # an identifier with blanks around it is used without them
        if mark != "-" and told[hit.code] < MOST:
            told[hit.code] += 1
            path = hit.path if isinstance(hit.path, str) else hit.path()
            found.append(Finding(_GRADES[mark], path, hit.code, hit.text, line=hit.line))
    return found
