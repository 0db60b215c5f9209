"""A small hand-made playbook, so that the laws of the board need no plan: what two hazards want at each level."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from coord.plans.wanted import InForce, Level, OnLower, Situation, Wanted, Weight, rank

NOON = datetime(2025, 9, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Duty:
    """One line of the playbook. ``every`` makes it recur, ``before`` counts its due time back from a milestone."""

    id: str
    level: Level
    group: str
    minutes: int = 60
    rows: tuple[str, ...] = ()
    on_lower: OnLower = "ask"
    weight: Weight = "order"
    every: int = 0
    before: str = ""
    evidence: str = ""


BOOK: dict[str, tuple[Duty, ...]] = {
    "typhoon": (
        Duty("name-duty-leader", "IV", "COO", 30, weight="record"),
        Duty("check-cranes", "IV", "RES", 360, ("c1", "c2"), evidence="photo"),
        Duty("open-shelters", "III", "EVA", 60, ("s1", "s2"), weight="life", on_lower="keep"),
        Duty("patrol-water-points", "III", "RES", 30, ("w1", "w2", "w3"), every=30),
        Duty("close-underground", "II", "RES", 60, ("u1",), weight="life", on_lower="stop"),
        Duty("announce-closures", "II", "TRA", before="wind-onset"),
    ),
    "rain": (
        Duty("name-duty-leader", "IV", "COO", 20, weight="record"),
        Duty("patrol-water-points", "IV", "RES", 20, ("w3", "w4"), every=60),
        Duty("close-underground", "II", "RES", 30, ("u1", "u2"), weight="life"),
        Duty("watch-slopes", "III", "COM", 30, ("g1",)),
    ),
}


def desired(now: Situation) -> tuple[tuple[Wanted, ...], datetime | None]:
    """Return what the book wants in the situation *now*, merged by key, and when that changes by itself."""
    merged: dict[str, Wanted] = {}
    nexts: list[datetime] = []
    for activation in now.activations:
        for duty in BOOK[activation.plan]:
            if rank(duty.level) > rank(activation.level):
                continue
            wanted, changes = _one(duty, activation, now)
            merged[wanted.key] = _merge(merged[wanted.key], wanted) if wanted.key in merged else wanted
            nexts += [changes] if changes else []
    return tuple(sorted(merged.values(), key=lambda w: w.key)), min(nexts, default=None)


def _one(duty: Duty, activation: InForce, now: Situation) -> tuple[Wanted, datetime | None]:
    begun = activation.since[duty.level]
    due: datetime | None = begun + duty.minutes * MINUTE
    if duty.before:
        due = now.milestones[duty.before] - 2 * HOUR if duty.before in now.milestones else None
    number, changes, round_due = 0, None, None
    if duty.every:
        number = max(0, int((now.at - begun) / (duty.every * MINUTE))) + 1
        changes = begun + number * duty.every * MINUTE
        round_due, due = changes, None
    flooded = tuple(now.properties.get("flooded", "").split()) if duty.id == "patrol-water-points" else ()
    wanted = Wanted(
        key=f"{duty.id}/-/1",
        duty=duty.id,
        group=duty.group,
        title={"en": duty.id},
        level=duty.level,
        due=due,
        ack_within=5 * MINUTE,
        support=("INF",),
        rows=tuple(sorted({*duty.rows, *flooded})),
        kind="round" if duty.every else "desk" if duty.group == "COO" else "field",
        weight=duty.weight,
        evidence=duty.evidence,
        on_lower=duty.on_lower,
        round=number,
        round_due=round_due,
        sources=(f"{activation.digest[:4]}:{activation.plan}:{duty.id}",),
    )
    return wanted, changes


def _merge(one: Wanted, other: Wanted) -> Wanted:
    dues = [due for due in (one.due, other.due) if due is not None]
    rounds = [due for due in (one.round_due, other.round_due) if due is not None]
    return replace(
        one,
        due=min(dues, default=None),
        rows=tuple(sorted({*one.rows, *other.rows})),
        round=max(one.round, other.round),
        round_due=min(rounds, default=None),
        sources=tuple(sorted({*one.sources, *other.sources})),
        level=max(one.level, other.level, key=rank),
    )


def plain(keys: Iterable[str], groups: Iterable[str] = ("RES",)) -> tuple[Wanted, ...]:
    """Return unremarkable tasks under *keys*, given to *groups* in turn."""
    some = list(groups)
    return tuple(
        Wanted(
            key=key,
            duty=key.split("/", maxsplit=1)[0],
            group=some[index % len(some)],
            title={"en": key},
            level="IV",
            due=NOON + 2 * HOUR,
            ack_within=5 * MINUTE,
            kind="field",
        )
        for index, key in enumerate(keys)
    )
