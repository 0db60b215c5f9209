"""Two words about one task become one: the strictest counts.

The laws (associative, commutative, idempotent, never relaxes) hold because
each field is joined by one of min, max or union.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from coord.plans.wanted import Desired, OnLower, TaskKind, Wanted, Weight, rank

WEIGHTS: tuple[Weight, ...] = ("record", "order", "life")
KINDS: tuple[TaskKind, ...] = ("desk", "field", "round")
ON_LOWER: tuple[OnLower, ...] = ("stop", "ask", "keep")


def join(one: Wanted, other: Wanted) -> Wanted:
    """Return the task that satisfies both: the earliest due, the heaviest weight, all rows, all sources.

    Both must have the same key. Owners that differ are a finding of the check;
    until a person has settled it the first by code leads and the others support.
    """
    if one == other:
        return one
    group = min(one.group, other.group)
    return Wanted(
        key=one.key,
        duty=one.duty,
        group=group,
        title=titles(one.title, other.title),
        level=min(one.level, other.level, key=rank),
        due=earliest(one.due, other.due),
        ack_within=min(one.ack_within, other.ack_within),
        occurrence=one.occurrence,
        unit=one.unit,
        support=tuple(sorted({*one.support, *other.support, one.group, other.group} - {group})),
        rows=union(one.rows, other.rows),
        kind=max(one.kind, other.kind, key=KINDS.index),
        weight=max(one.weight, other.weight, key=WEIGHTS.index),
        evidence="; ".join(sorted({word for task in (one, other) for word in task.evidence.split("; ") if word})),
        on_lower=max(one.on_lower, other.on_lower, key=ON_LOWER.index),
        after=union(one.after, other.after),
        round=max(one.round, other.round),
        round_due=earliest(one.round_due, other.round_due),
        sources=union(one.sources, other.sources),
    )


def together(some: Iterable[Desired]) -> Desired:
    """Return all that *some* want at once, ordered by key: for activations that run on different versions of a set."""
    found: dict[str, Wanted] = {}
    until: datetime | None = None
    for desired in some:
        until = earliest(until, desired.until)
        for task in desired.tasks:
            found[task.key] = join(found[task.key], task) if task.key in found else task
    return Desired(tuple(found[key] for key in sorted(found)), until)


def titles(one: Mapping[str, str], other: Mapping[str, str]) -> Mapping[str, str]:
    """Return one title a language; where they differ (a finding) the first in order."""
    if one == other:
        return one
    return {word: min(text[word] for text in (one, other) if word in text) for word in sorted({*one, *other})}


def earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    """Return the earlier time; None is no time at all."""
    return other if one is None else one if other is None else min(one, other)


def union(one: tuple[str, ...], other: Iterable[str]) -> tuple[str, ...]:
    """Return all words of both, sorted."""
    return one if one == other else tuple(sorted({*one, *other}))
