"""How long playbooks take: checking the shipped set, and saying what six plans want of two thousand places.

``python -m bench.plans`` prints one JSON line a measure; ``ms`` is the least of
several repeats, ``cpu_ms`` the processor time of the same.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from coord.plans.check import check_files
from coord.plans.desired import Wish, desired
from coord.plans.load import files_of, from_json, load
from coord.plans.wanted import PlaceRow, Situation
from tests.plans.district import many
from tests.plans.sample import HOUR, NOON, PLAYBOOKS, SPECIFIC, force

PLACES, UNITS = 2000, 1800


def measure(name: str, work: Callable[[], object], repeats: int = 7, **facts: object) -> None:
    """Print the least time that *work* took."""
    least = [float("inf"), float("inf")]
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        least = [min(least[0], time.perf_counter() - wall), min(least[1], time.process_time() - cpu)]
    print(json.dumps({"name": name, **facts, "ms": round(least[0] * 1e3, 2), "cpu_ms": round(least[1] * 1e3, 2)}))


def main() -> None:
    files = files_of(Path(PLAYBOOKS))
    plans = load(files)
    body = plans.to_json()
    measure("plans.check", lambda: check_files(files), files=len(files), bytes=sum(map(len, files.values())))
    measure("plans.load", lambda: load(files))
    measure("plans.from_json", lambda: from_json(body), bytes=len(body))
    rows = tuple(many(PLACES, UNITS))
    now = Situation(NOON + HOUR, tuple(force("I", plan) for plan in ("master", *SPECIFIC)))
    tasks = len(desired(plans, now, rows).tasks)
    facts = {"plans": 6, "places": PLACES, "tasks": tasks}
    measure("plans.desired", lambda: desired(plans, now, rows), **facts)
    wish = Wish(plans)
    wish.desired(now, rows)
    turn = iter(range(PLACES))

    def one_place() -> None:
        at = next(turn)
        moved = PlaceRow(rows[at].id, rows[at].kind, rows[at + 5].unit, (), ("at-risk",))
        wish.desired(now, (*rows[:at], moved, *rows[at + 1 :]))

    measure("plans.desired.one-place", one_place, 15, **facts)

    def one_milestone() -> None:
        onset = NOON + 20 * HOUR + timedelta(minutes=next(turn))
        wish.desired(replace(now, milestones={"wind-onset": onset}), rows)

    measure("plans.desired.one-milestone", one_milestone, 15, **facts)
    turn_of_clock = iter(range(PLACES))

    def later() -> None:
        wish.desired(replace(now, at=now.at + timedelta(seconds=next(turn_of_clock))), rows)

    measure("plans.desired.later", later, 15, **facts)


if __name__ == "__main__":
    main()
