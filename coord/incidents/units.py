"""Groups are not the bottom: how the rows of orders roll up from communities, crews and grid workers (P-15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coord.incidents.docket import LIVE
from coord.incidents.model import Incident, Task


@dataclass(frozen=True, slots=True)
class Tally:
    """What one unit has to do: rows in all, and how many stand where. A task without places counts as one row.

    ``unconfirmed`` are rows from which nobody has heard at all.
    """

    group: str
    unit: str
    rows: int = 0
    done: int = 0
    on_the_way: int = 0
    cannot: int = 0
    unconfirmed: int = 0
    late: int = 0


def tallies(state: Incident, units: Mapping[str, str] | None = None) -> tuple[Tally, ...]:
    """Return the tally of each unit of each group, ordered; *units* names the unit of a place where tasks do not."""
    units = units or {}
    counts: dict[tuple[str, str], list[int]] = {}
    for task in state.tasks.values():
        if task.now not in LIVE and task.now not in {"done", "not-applicable"}:
            continue
        for place, now in _rows(task):
            tally = counts.setdefault((task.group, task.wanted.unit or units.get(place, "")), [0] * 6)
            tally[0] += 1
            tally[1] += now in {"done", "not-applicable"}
            tally[2] += now in {"departed", "arrived"}
            tally[3] += now == "cannot"
            tally[4] += now == "open"
            tally[5] += task.late is not None and now not in {"done", "not-applicable"}
    return tuple(Tally(group, unit, *numbers) for (group, unit), numbers in sorted(counts.items()))


def _rows(task: Task) -> list[tuple[str, str]]:
    if not task.rows:
        return [("", task.now)]
    return [(row.id, row.now) for row in task.rows.values()]
