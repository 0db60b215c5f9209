"""Whether the log still says what was recorded: every row against the chain, its end against checkpoints.

A hash cannot tell a changed header from a changed body, nor can it see that the
last rows are gone; the first is narrowed down where a row betrays itself, the
second is found through a checkpoint (:class:`Head`) that was kept elsewhere.
Contents that were erased are not in the log, so the chain never needs them.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Literal, Protocol

from coord.errors import CoordError, Finding, Refused, Unfit
from coord.store.log import Head
from coord.store.rows import GENESIS, Row

SLICE = 1000

_HEAD, _END = (int, str, int, str, str, str, str), (int, bytes, bytes)
SHAPES = frozenset({(*_HEAD, int, *_END), (*_HEAD, type(None), *_END)})
"""What the columns of a row hold; a text that has become a blob has been touched."""

What = Literal["gap", "header", "body", "row", "hash", "tail", "checkpoint"]


class Broken(CoordError):
    """The log is not what was recorded. ``position`` is the first row that was touched, ``what`` says how.

    ``gap``: the row is missing. ``header`` or ``body``: that part was changed
    and shows it; ``row``: one of the two was. ``hash``: the stored hash was
    changed, the event was not. ``tail``: the log ends before a checkpoint.
    ``checkpoint``: everything fits together but is not what the checkpoint saw.
    """

    code = "chain-broken"

    def __init__(self, position: int, what: What, sentence: str) -> None:
        super().__init__(f"the log was touched at position {position} ({what}): {sentence}")
        self.position = position
        self.what: What = what


@dataclass(frozen=True, slots=True)
class Verified:
    """Every row up to ``position`` is what was recorded; the log has ``of`` rows."""

    position: int
    hash: str
    of: int


class Chained(Protocol):
    """A log whose rows can be read as they lie there; every store's is."""

    async def rows(self, after: int = 0, limit: int = 1000) -> Sequence[Row]:
        """Return up to *limit* rows after position *after*, undecoded."""
        ...

    async def head(self) -> Head:
        """Return where the log ends."""
        ...


async def verify(
    log: Chained, against: Iterable[Head] = (), after: Verified | None = None, slice_rows: int = SLICE
) -> AsyncIterator[Verified]:
    """Yield how far the log is sound, a slice at a time; raise :exc:`Broken` at the first row that is not.

    *against* are checkpoints; those of another epoch say nothing about the
    rows after a restore and only bind as far as the log agrees with them.
    *after* goes on from what was verified before.
    """
    head = await log.head()
    seen = after or Verified(0, GENESIS.hex(), head.position)
    marks = {mark.position: mark for mark in against if mark.epoch == head.epoch}
    check_mark(marks.get(0), seen)
    while rows := await log.rows(seen.position, slice_rows + 1):
        rows, beyond = rows[:slice_rows], rows[slice_rows:]
        check_rows(seen, rows, beyond)
        for row in rows if marks else ():
            check_mark(marks.get(row.position), Verified(row.position, row.hash.hex(), 0))
        seen = Verified(rows[-1].position, rows[-1].hash.hex(), max(head.position, rows[-1].position))
        yield seen
    if missing := [position for position in marks if position > seen.position]:
        raise Broken(seen.position + 1, "tail", f"the log ends at {seen.position}, a checkpoint saw {max(missing)}")


async def walk_chain(
    log: Chained,
    on_progress: Callable[[Verified], None] | None = None,
    on_break: Callable[[Broken], None] | None = None,
    *,
    against: Iterable[Head] = (),
    slice_rows: int = 256,
    pause: float = 0.002,
) -> Broken | None:
    """Verify the whole log beside other work and return the break, if any.

    Between two slices (about a millisecond each) it leaves *pause* seconds to
    everybody else.
    """
    position = 0
    try:
        async for seen in verify(log, against, slice_rows=slice_rows):
            position = seen.position
            if on_progress:
                on_progress(seen)
            await asyncio.sleep(pause)
    except (Broken, Refused) as damage:
        broken = damage if isinstance(damage, Broken) else Broken(position + 1, "row", str(damage))
        if on_break:
            on_break(broken)
        return broken
    return None


def check_rows(seen: Verified, rows: Sequence[Row], beyond: Sequence[Row] = ()) -> None:
    """Raise :exc:`Broken` for the first of *rows* that does not follow what was *seen*; *beyond* is only looked at."""
    previous = bytes.fromhex(seen.hash)
    for i, row in enumerate(rows):
        expected = seen.position + 1 + i
        if row.position != expected:
            raise Broken(expected, "gap", f"the row is missing, the next one is {row.position}")
        sealed = _sealed(row, previous)
        if sealed is None or sealed != row.hash:
            raise _diagnose(row, sealed, next(iter([*rows[i + 1 : i + 2], *beyond]), None))
        previous = sealed


def check_mark(mark: Head | None, seen: Verified) -> None:
    """Raise :exc:`Broken` when a checkpoint saw another hash at that position."""
    if mark is not None and mark.hash != seen.hash:
        raise Broken(seen.position, "checkpoint", "the chain fits together, but the checkpoint saw another one")


def _sealed(row: Row, previous: bytes) -> bytes | None:
    if tuple(map(type, row)) not in SHAPES:
        return None
    try:
        return row.sealed(previous)
    except (ValueError, Unfit):
        return None  # a name that no log could have taken


def _diagnose(row: Row, sealed: bytes | None, following: Row | None) -> Broken:
    goes_on = following is not None and following.position == row.position + 1
    if sealed and following and goes_on and _sealed(following, sealed) == following.hash:
        return Broken(row.position, "hash", "its stored hash was changed; the event itself is as recorded")
    if not _is_body(row.body):
        return Broken(row.position, "body", "the body is no JSON object any more")
    if not _is_header(row):
        return Broken(row.position, "header", "a field of the header cannot be what was recorded")
    return Broken(row.position, "row", "header or body are not what was recorded")


def _is_body(body: object) -> bool:
    try:
        return isinstance(body, bytes) and isinstance(json.loads(body), dict)
    except ValueError:
        return False


def _is_header(row: Row) -> bool:
    try:
        aware = datetime.fromisoformat(row.at).utcoffset() is not None
    except (TypeError, ValueError):
        return False
    return aware and row.version > 0 and row.rest >= 0 and bool(row.stream and row.kind)


def write_checkpoint(path: Path, head: Head) -> None:
    """Add *head* to the file at *path* (JSON lines), on disk before this returns."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(head)) + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_checkpoints(path: Path) -> list[Head]:
    """Return the checkpoints in a file that :func:`write_checkpoint` made; :exc:`coord.errors.Unfit` names a bad line.

    A last line without an end is one that a crash cut short, and is left out.
    """
    heads, bad = [], []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(keepends=True), 1):
        try:
            heads.append(Head(**json.loads(line)))
        except (ValueError, TypeError):
            if line.endswith("\n"):
                bad.append(Finding("error", "checkpoint", "not-a-checkpoint", "this is no head", str(path), number))
    if bad:
        raise Unfit(bad)
    for earlier, later in pairwise(heads):
        if earlier.epoch == later.epoch and earlier.position == later.position and earlier.hash != later.hash:
            raise Broken(later.position, "checkpoint", f"{path.name} holds two different hashes for it")
    return heads
