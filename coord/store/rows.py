"""An event as a row, and the chain that runs through all rows.

The hash of a row is SHA-256 over the hash of the row before, the header
``[position,stream,version,kind,at,actor,command,cause,rest]`` as JSON without
blanks, a line feed, and the body. Everything in it but position and previous
hash is known to the caller of append, who prepares it; the writer only chains.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from pydantic_core import to_json

from coord.errors import Finding, Unfit
from coord.events import Meta, Recorded, StreamId
from coord.store.codec import Codec
from coord.store.log import Append

GENESIS = bytes(32)
"""What the hash of the first row is chained to; its hex stands in the head of an empty log."""


class Row(NamedTuple):
    """One event as it lies in the table, in the order of its columns."""

    position: int
    stream: str
    version: int
    kind: str
    at: str
    actor: str
    command: str
    cause: int | None
    rest: int
    body: bytes
    hash: bytes

    def sealed(self, previous: bytes) -> bytes:
        """Return the hash that this row must have after *previous*."""
        return seal(previous, self.position, _sealing(self[1:9], self.body))


Columns = tuple[str, int, str, str, str, str, int | None, int, bytes]
"""``stream`` … ``body``: a row but for its place and its hash."""


class Draft(NamedTuple):
    """An append whose events are encoded, waiting for its positions.

    ``entries`` holds for each event its columns, and the bytes that its hash is
    made of but for the position and the hash before.
    """

    append: Append
    entries: Sequence[tuple[Columns, bytes]]

    def recorded(self, first: int) -> list[Recorded]:
        """Return the events as recorded from position *first*."""
        append, version, rest = self.append, self.append.expected, len(self.entries)
        return [
            Recorded(first + i, append.stream, version + 1 + i, event, append.meta, rest - 1 - i)
            for i, event in enumerate(append.events)
        ]


def seal(previous: bytes, position: int, sealing: bytes) -> bytes:
    """Return the hash of the row at *position*."""
    return hashlib.sha256(b"%b[%d,%b" % (previous, position, sealing)).digest()


def draft(codec: Codec, append: Append) -> Draft:
    """Encode *append*; :exc:`coord.errors.Unfit` when something in it cannot be stored."""
    meta, stream, version, rest = append.meta, append.stream, append.expected, len(append.events)
    if not rest:
        raise ValueError("an append without events; a command with nothing to do is remembered, not appended")
    if meta.at.utcoffset() is None:
        raise unstorable("meta.at", "the time of recording has no offset")
    at = meta.at.isoformat()
    entries: list[tuple[Columns, bytes]] = []
    for event in append.events:
        version += 1
        rest -= 1
        kind, body = codec.encode(event)
        header = (stream, version, kind, at, meta.actor, meta.command, meta.cause, rest)
        entries.append(((*header, body), _sealing(header, body)))
    return Draft(append, entries)


def recorded(codec: Codec, row: Row) -> Recorded:
    """Return the event that *row* holds."""
    meta = Meta(datetime.fromisoformat(row.at), row.actor, row.command, row.cause)
    return Recorded(row.position, StreamId(row.stream), row.version, codec.decode(row.kind, row.body), meta, row.rest)


def check_text(**names: str) -> None:
    """Refuse names that not every database can hold: NUL and lone surrogates."""
    for name, text in names.items():
        if "\0" in text:
            raise unstorable(name, "it contains a NUL character")
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError:
                raise unstorable(name, "it is not valid Unicode") from None


def unstorable(path: str, text: str) -> Unfit:
    """Return the refusal of something that cannot be stored."""
    return Unfit([Finding("error", path, "not-storable", text)])


def _sealing(header: tuple[object, ...], body: bytes) -> bytes:
    try:
        text = to_json(header)
    except ValueError:
        raise unstorable("header", "a name in it is not valid Unicode") from None
    if b"\\u0000" in text:  # only then is it worth the look at each
        check_text(**{str(i): part for i, part in enumerate(header) if isinstance(part, str)})
    return b"%b\n%b" % (text[1:], body)
