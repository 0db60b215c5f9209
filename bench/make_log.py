"""The centre that the benchmarks run on: 100,000 events, 10,000 open tasks, one incident of 50,000 events.

    python -m bench.make_log

Made once into the temporary folder, by the real deciders through the real
store, and copied for every run; made anew when the sources have changed or the
sign-ins in it grow old. SAMPLE data, all of it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from coord.access.passwords import Cost
from coord.api.centre import running
from coord.api.rooms import CODEC
from coord.api.settings import Settings
from coord.cli.sample import prepare
from coord.events import Meta, StreamId
from coord.incidents.commands import AcknowledgeOrder, AssignAdHoc, OpenIncident, Progress
from coord.incidents.decide import INCIDENT
from coord.incidents.facts import Step
from coord.incidents.ladder import Rung
from coord.plans.wanted import Wanted
from coord.store import open_store
from coord.store.log import Append, Log

ROOT = Path(__file__).parents[1]
EVENTS, TASKS = 100_000, 10_000
BIG, BIG_EVENTS, BIG_TASKS = StreamId("incident/i-storm"), 50_000, 6_000
SMALL = 100
"""Further incidents, which share what the big one leaves."""

GROUPS = ("COM", "COO", "EVA", "INF", "JNT", "MED", "ORD", "PUB", "RES", "SUP", "TRA", "WRN", "EPI", "TST", "ISO")
DAY = timedelta(days=1)
LADDER = (Rung("duty-officer", 30 * DAY), Rung("deputy", 30 * DAY))
STEPS: tuple[Step, ...] = ("received", "departed", "arrived")
PLACES = tuple(f"p{n}" for n in range(6))
FRESH = 6 * 3600.0


@dataclass(frozen=True)
class Made:
    """A folder with the log, and the open sessions of ``sample-<name>``. Only copies of it are run on."""

    data: Path
    tokens: Mapping[str, str]

    def copy(self, to: Path) -> Path:
        """Return a copy of the folder at *to*."""
        return Path(shutil.copytree(self.data, to))


def wanted(n: int, ack_within: timedelta = 30 * DAY) -> Wanted:
    """Return ad-hoc task number *n*, for group n modulo all, with a row for each of six places."""
    return Wanted(
        key=f"adhoc/{n}",
        duty="adhoc",
        group=GROUPS[n % len(GROUPS)],
        title={"zh-Hans": f"到{n}号点抽水（样本）", "en": f"SAMPLE: pump at point {n}"},
        level=None,
        due=None,
        ack_within=ack_within,
        rows=PLACES,
        kind="field",
        evidence="photo",
    )


def commands(events: int, tasks: int) -> Iterator[Any]:
    """Yield what leads to *events* events and *tasks* open tasks, of which a third have answered orders."""
    yield OpenIncident(by="bench", hazard="typhoon", title="SAMPLE")
    left = events - 1
    for n in range(tasks):
        yield AssignAdHoc(by="bench", wanted=wanted(n), ladders=dict.fromkeys(GROUPS, LADDER))
        left -= 2
    numbers = dict.fromkeys(GROUPS, 0)
    for n in range(tasks):
        group = GROUPS[n % len(GROUPS)]
        numbers[group] += 1
        if n % 3 == 0 and left:
            yield AcknowledgeOrder(by=f"lead-{group}", order=f"{group}-{numbers[group]}", group=group)
            left -= 1
    for step in STEPS:
        for place in PLACES:
            for n in range(tasks):
                if not left:
                    return
                group = GROUPS[n % len(GROUPS)]
                yield Progress(by=f"lead-{group}", task=f"adhoc/{n}", group=group, step=step, row=place)
                left -= 1


async def fill(log: Log, stream: StreamId, events: int, tasks: int, at: datetime) -> None:
    """Record *events* events in *stream*, each command an append of its own."""
    state, version, waiting = INCIDENT.initial(stream), 0, list[Awaitable[Any]]()
    for n, command in enumerate(commands(events, tasks)):
        facts: Sequence[Any] = INCIDENT.decide(state, command, at)
        INCIDENT.fold(facts, state)
        waiting.append(log.append(Append(stream, version, facts, Meta(at, command.by, f"{stream}/{n}"), "d" * 64)))
        version += len(facts)
        if len(waiting) == 500:
            await asyncio.gather(*waiting)
            waiting.clear()
    await asyncio.gather(*waiting)
    assert version == events
    assert sum(task.now in {"open", *STEPS} for task in state.tasks.values()) == tasks


async def make(data: Path) -> dict[str, str]:
    """Make the folder *data*, and return the tokens of those who are signed in."""
    settings, cheap = Settings(data=data), Cost(memory=8, passes=1)
    async with running(settings, cheap) as centre:
        made = await prepare(centre, ROOT / "playbooks")
        tokens = {one.login: (await centre.access.sessions.open(one.account)).token for one in made}
        position = centre.world("live").residence.position
    store = await open_store(data, "live", CODEC)
    at = datetime.now(UTC) - timedelta(minutes=30)
    await fill(store.log, BIG, BIG_EVENTS, BIG_TASKS, at)
    left, tasks = EVENTS - BIG_EVENTS - position, TASKS - BIG_TASKS
    for n in range(SMALL):
        share = left // SMALL + (n < left % SMALL)
        await fill(store.log, StreamId(f"incident/i-{n:03}"), share, tasks // SMALL, at)
    assert (await store.log.head()).position == EVENTS
    await store.log.close()
    async with running(settings, cheap) as centre:
        while any(centre.world("live").reactor.lag().values()):
            await asyncio.sleep(0.1)
    # The end of a centre leaves snapshots behind.
    return {login.removeprefix("sample-"): token for login, token in tokens.items()}


def made() -> Made:
    """Return the folder, made now if it is not there."""
    sources = [*sorted((ROOT / "coord").rglob("*.py")), Path(__file__)]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"coord-bench-{digest}"
    note = folder / "tokens.json"
    if not note.exists() or time.time() - note.stat().st_mtime > FRESH:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        tokens = asyncio.run(make(folder / "data"))
        note.write_text(json.dumps(tokens), "utf-8")
    return Made(folder / "data", json.loads(note.read_text("utf-8")))


def main() -> None:
    """Make it and say how long that took."""
    began = time.perf_counter()
    size = (made().data / "spaces" / "live.db").stat().st_size
    print(
        json.dumps(
            {
                "name": "make-log",
                "events": EVENTS,
                "tasks": TASKS,
                "mib": round(size / 2**20, 1),
                "s": round(time.perf_counter() - began, 1),
            }
        )
    )


if __name__ == "__main__":
    main()
