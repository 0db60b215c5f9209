"""How wide a text is, and where it may be broken: enough for boxes drawn by hand, in Chinese and in Latin letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

WIDE = "WFA"
"""East Asian widths that take a whole em in a Chinese font: wide, full-width and ambiguous (quotes, Ⅱ)."""
NOT_FIRST = "，。、；：！？）》」』”’…)"
"""What cannot begin a line."""


def width(text: str) -> float:
    """Return the width of *text* in ems: a full-width character is one, others are about half."""
    return sum(1.0 if unicodedata.east_asian_width(letter) in WIDE else 0.56 for letter in text)


def wrap(text: str, ems: float, most: int = 99) -> list[str]:
    """Return *text* in at most *most* lines of at most *ems*, broken between words where there are any."""
    lines, line = [], ""
    for word in _words(text):
        if line and width(line + word.rstrip()) > ems:
            lines.append(line.rstrip())
            line = ""
        line += word
    lines += [line.rstrip()] if line.strip() or not lines else []
    return lines if len(lines) <= most else [*lines[: most - 1], lines[most - 1][:-1] + "…"]


def _words(text: str) -> Iterator[str]:
    word = ""
    for letter in text:
        breaks = word.endswith(" ") or (word and unicodedata.east_asian_width(word[-1]) in "WF")
        starts = unicodedata.east_asian_width(letter) in "WF"
        if word and (breaks or starts) and letter not in NOT_FIRST and letter != " ":
            yield word
            word = ""
        word += letter
    if word:
        yield word
