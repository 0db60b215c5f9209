"""Lists of words as CAP writes them: separated by blanks, in double quotes when a word holds blanks itself."""

from __future__ import annotations

import re

_WORD = re.compile(r'"([^"]*)"|([^\s"]+)')


def quoted_words(text: str) -> tuple[tuple[str, ...], bool]:
    """Return the words of *text*, and whether its quotes are in order.

    >>> quoted_words('a@x "Fire Brigade"')
    (('a@x', 'Fire Brigade'), True)
    >>> quoted_words('a@x "Fire Brigade')
    (('a@x', 'Fire', 'Brigade'), False)
    """
    words = tuple(quoted or bare for quoted, bare in _WORD.findall(text) if quoted or bare)
    return words, text.count('"') % 2 == 0


def write_words(words: tuple[str, ...]) -> str:
    """Write *words* so that :func:`quoted_words` reads them again; none may hold a double quote."""
    return " ".join(f'"{word}"' if any(map(str.isspace, word)) else word for word in words)
