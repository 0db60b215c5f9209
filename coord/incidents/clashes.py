"""What is booked twice: by two activations on one board, or on the boards of two incidents.

A clash is shown with both clauses and both owners and decided by a person;
nothing is moved by itself. What a task books is its group, its unit, and what
the shell says of the places in its rows (a shelter, a person, a passage).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Literal

from coord.incidents.deadlines import task_due
from coord.incidents.docket import LIVE
from coord.incidents.model import Incident, Task

Booked = Literal["unit", "shelter", "person", "passage", "place"]


@dataclass(frozen=True, slots=True)
class Booking:
    """One use of one thing: by which task of which incident, for which group, by which clauses, until when."""

    kind: Booked
    what: str
    incident: str
    task: str
    group: str
    clauses: tuple[str, ...]
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Clash:
    """Two bookings of the same thing."""

    kind: Booked
    what: str
    one: Booking
    other: Booking


def clashes(boards: Iterable[Incident], kinds: Mapping[str, Booked], exclusive: Iterable[Booked]) -> tuple[Clash, ...]:
    """Return what is booked twice on *boards*, ordered by (kind, what).

    *kinds* says what the places in rows are (``shelter``, ``person``,
    ``passage``); those of a kind in *exclusive* serve one duty at a time. A unit
    is booked twice when two duties of different hazards or incidents want it,
    for its own plan has weighed the duties of one hazard.
    """
    alone = frozenset(exclusive)
    held: dict[tuple[Booked, str], list[Booking]] = {}
    for board in boards:
        for booking in _bookings(board, kinds):
            if booking.kind in alone:
                held.setdefault((booking.kind, booking.what), []).append(booking)
    return tuple(
        Clash(kind, what, one, other)
        for (kind, what), bookings in sorted(held.items(), key=lambda item: item[0])
        for one, other in combinations(sorted(bookings, key=lambda b: (b.incident, b.task)), 2)
        if one.incident != other.incident or not _same_source(one, other)
    )


def _bookings(board: Incident, kinds: Mapping[str, Booked]) -> Iterator[Booking]:
    for task in board.tasks.values():
        if task.now not in LIVE:
            continue
        if task.wanted.unit:
            yield _booking(board, task, "unit", f"{task.group}/{task.wanted.unit}")
        for place, row in task.rows.items():
            if row.now not in {"done", "not-applicable"} and place in kinds:
                yield _booking(board, task, kinds[place], place)


def _booking(board: Incident, task: Task, kind: Booked, what: str) -> Booking:
    return Booking(kind, what, board.id, task.key, task.group, task.wanted.sources, task_due(task))


def _same_source(one: Booking, other: Booking) -> bool:
    """Return whether one plan wants both: the first two parts of a clause are digest and plan or duty."""
    return bool({clause.partition(":")[0] for clause in one.clauses} & {c.partition(":")[0] for c in other.clauses})
