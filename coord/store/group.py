"""What is written together: jobs that wait for one commit, and which of their appends fit.

A conflict of one append is known before anything is written, so it never costs
its neighbours anything; SQLite and PostgreSQL judge by the same few lines.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from coord.errors import CoordError
from coord.events import Recorded
from coord.store.log import NotRecorded
from coord.store.memory import moved, taken
from coord.store.rows import Draft, seal
from coord.store.tail import Tail

LARGEST = 512
"""Jobs in one commit at most, so that the last of a flood does not delay the first."""

Answer = asyncio.Future[Any]


@dataclass(slots=True)
class Job:
    """Something to write and who waits for it: an append, or whatever else a store calls its *work*.

    ``written`` is the hash of its last event in a transaction of which nobody
    knows whether it was committed. A job is refused unless it is ``done``.
    """

    what: Any
    answer: Answer
    result: Any = None
    written: bytes | None = None
    refusal: CoordError | None = None
    done: bool = False

    def why_not(self) -> CoordError:
        """Return why this job is not done."""
        return self.refusal or NotRecorded("the writer stopped before it could say that this was recorded")


@dataclass(slots=True)
class Fitted:
    """The rows of the appends that fit after ``position`` and ``hash``, which move on with them.

    What it holds for each job is an intention until :meth:`conclude`, which is
    called after the commit and never before: a job that nobody concluded is
    refused, whatever went wrong.
    """

    position: int
    hash: bytes
    events: list[tuple[Any, ...]] = field(default_factory=list)
    outcomes: list[tuple[str, str, str, int, int]] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)
    verdicts: list[tuple[Job, Any, CoordError | None]] = field(default_factory=list)

    def conclude(self) -> None:
        """Give every job its result or refusal; the commit has returned."""
        for job, result, refusal in self.verdicts:
            job.result, job.refusal, job.done = result, refusal, refusal is None


def fit(
    jobs: Sequence[Job],
    position: int,
    last: bytes,
    version_of: Callable[[str], int],
    known: Callable[[tuple[str, str]], bool],
) -> Fitted:
    """Return the rows of all appends that fit, and the verdict on each: its first position, or its refusal.

    *version_of* and *known* say how things stood before the group.
    """
    fitted = Fitted(position, last)
    commands: set[tuple[str, str]] = set()
    for job in jobs:
        draft: Draft = job.what
        append = draft.append
        command = (append.meta.actor, append.meta.command)
        version = fitted.versions.get(append.stream)
        if (version_of(append.stream) if version is None else version) != append.expected:
            fitted.verdicts.append((job, None, moved(append.stream, append.expected)))
            continue
        if command in commands or known(command):
            fitted.verdicts.append((job, None, taken(*command)))
            continue
        commands.add(command)
        first = fitted.position + 1
        fitted.verdicts.append((job, first, None))
        for columns, sealing in draft.entries:
            fitted.position += 1
            fitted.hash = seal(fitted.hash, fitted.position, sealing)
            fitted.events.append((fitted.position, *columns, fitted.hash))
        fitted.versions[append.stream] = append.expected + len(draft.entries)
        fitted.outcomes.append((*command, append.digest, first, fitted.position))
    return fitted


def settle_all(jobs: Sequence[Job], tail: Tail) -> None:
    """Tell everybody what became of their jobs, and the followers first, in the order of the log."""
    fresh: list[Recorded] = []
    for job in jobs:
        if job.done and isinstance(job.what, Draft):
            job.result = job.what.recorded(job.result)
            fresh += job.result
    if fresh:
        tail.push(fresh)
    for job in jobs:
        if job.answer.done():
            continue  # whoever waited was cancelled
        if job.done:
            job.answer.set_result(job.result)
        else:
            job.answer.set_exception(job.why_not())
