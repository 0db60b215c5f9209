"""How long a text is where it counts: in an SMS, in a cell broadcast.

GSM 7-bit letters by 3GPP 23.038 §6.2.1; one letter outside turns the whole
message into UCS-2, with less than half the room.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
SHORT_CELL, LONG_CELL = 90, 360
"""Characters of a cell broadcast: every phone, and phones since 4G."""

Alphabet = Literal["GSM-7", "UCS-2"]


@dataclass(frozen=True, slots=True)
class Meter:
    """``units`` used of ``room``; ``parts`` messages on the air; ``spoilers`` are the letters that cost GSM-7."""

    alphabet: Alphabet
    units: int
    room: int
    parts: int = 1
    spoilers: str = ""

    @property
    def fits(self) -> bool:
        """Whether it all fits."""
        return self.units <= self.room


def alphabet_of(text: str) -> Alphabet:
    """Return which alphabet *text* needs on the air."""
    return "GSM-7" if all(one in _BASIC or one in _EXTENDED for one in text) else "UCS-2"


def _widths(text: str) -> tuple[Alphabet, list[int]]:
    """Return the alphabet of *text* and the units of each letter: none may be cut between two parts."""
    alphabet = alphabet_of(text)
    if alphabet == "GSM-7":
        return alphabet, [2 if one in _EXTENDED else 1 for one in text]
    return alphabet, [2 if one > "\uffff" else 1 for one in text]


def sms(text: str, parts_allowed: int = 1) -> Meter:
    """Measure *text* as SMS: 160 or 70 units in one message, 153 or 67 in each of several."""
    alphabet, widths = _widths(text)
    one, each = (160, 153) if alphabet == "GSM-7" else (70, 67)
    units = sum(widths)
    parts = 1
    if units > one:
        used = 0
        for width in widths:
            if used + width > each:
                parts, used = parts + 1, 0
            used += width
    room = one if parts_allowed == 1 else each * parts_allowed
    return Meter(alphabet, units, room, parts, spoilers(text))


def cell(text: str, room: int = LONG_CELL) -> Meter:
    """Measure *text* as a cell broadcast of *room* characters; ``parts`` are pages of 93 or 40 units."""
    alphabet, widths = _widths(text)
    page = 93 if alphabet == "GSM-7" else 40
    return Meter(alphabet, len(text), room, max(1, -(-sum(widths) // page)), spoilers(text))


def spoilers(text: str) -> str:
    """Return the letters that keep a mostly Latin *text* out of GSM-7, each once.

    >>> spoilers("Fique em casa – não saia")
    '–ã'
    """
    strange = [one for one in dict.fromkeys(text) if one not in _BASIC and one not in _EXTENDED]
    return "".join(strange) if len(strange) * 5 <= len(set(text)) else ""
