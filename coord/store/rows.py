"""An event as a row, and the chain that runs through all rows.

The hash of a row is SHA-256 over the hash of the row before, the header
``[position,stream,version,kind,at,actor,command,cause,rest]`` as JSON without
blanks, a line feed, and the body. Everything in it but position and previous
hash is known to the caller of append, who prepares it; the writer only chains.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

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

    def header(self) -> str:
        """Return the canonical header."""
        return f"[{self.position},{_header(self[1:9])}"

    def sealed(self, previous: bytes) -> bytes:
        """Return the hash that this row must have after *previous*."""
        return seal(previous, self.position, f"{_header(self[1:9])}\n".encode() + self.body)


class Entry(NamedTuple):
    """One event before it has a place: columns ``stream`` … ``body``, and what its hash is made of."""

    columns: tuple[str, int, str, str, str, str, int | None, int, bytes]
    sealing: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """An append whose events are encoded, waiting for its positions."""

    append: Append
    entries: tuple[Entry, ...]

    def recorded(self, first: int) -> list[Recorded]:
        """Return the events as recorded from position *first*."""
        append, last = self.append, len(self.entries) - 1
        return [
            Recorded(first + i, append.stream, append.expected + 1 + i, event, append.meta, last - i)
            for i, event in enumerate(append.events)
        ]


def seal(previous: bytes, position: int, sealing: bytes) -> bytes:
    """Return the hash of the row at *position*."""
    return hashlib.sha256(b"%b[%d,%b" % (previous, position, sealing)).digest()


def draft(codec: Codec, append: Append) -> Draft:
    """Encode *append*; :exc:`coord.errors.Unfit` when something in it cannot be stored."""
    if not append.events:
        raise ValueError("an append without events; a command with nothing to do is remembered, not appended")
    meta, last = append.meta, len(append.events) - 1
    if meta.at.utcoffset() is None:
        raise unstorable("meta.at", "the time of recording has no offset")
    check_text(stream=append.stream, actor=meta.actor, command=meta.command)
    at, entries = meta.at.isoformat(), []
    for i, event in enumerate(append.events):
        kind, body = codec.encode(event)
        version = append.expected + 1 + i
        columns = (append.stream, version, kind, at, meta.actor, meta.command, meta.cause, last - i)
        entries.append(Entry((*columns, body), f"{_header(columns)}\n".encode() + body))
    return Draft(append, tuple(entries))


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


def _header(columns: Sequence[object]) -> str:
    return json.dumps(columns, ensure_ascii=False, separators=(",", ":"))[1:]
