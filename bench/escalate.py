"""Two thousand orders that nobody answers, due in the same second: how late is the last call on the next rung?

    python -m bench.escalate [--orders 2000] [--repeats 3]

In a whole centre (timers, reactions, reconciler, a view for each of 16
audiences) on the log of 100,000 events. Once all in one incident, once each in
an incident of its own. Late is what stands between the due time and the frames
of the last escalation. The goal is 2 s. One JSON line a case.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import uvloop

from bench.command import at_rest
from bench.make_log import GROUPS, LADDER, Made, made, wanted
from coord.api.reactions import policies
from coord.api.settings import Settings
from coord.api.world import World, open_world
from coord.events import Meta, Recorded, StreamId
from coord.handle import Room
from coord.hub.audience import Audience
from coord.incidents.commands import AssignAdHoc, OpenIncident
from coord.incidents.facts import OrderEscalated

AT_ONCE = 200
"""Commands that are under way at the same time while the orders are given."""


class Watch:
    """Sees each escalation when it has been folded and its frames are made."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.seen = 0
        self.first = self.last = world.now()
        world.residence.watchers.append(self)

    def before(self, room: Room, row: Recorded) -> None:
        """Nothing is seen before."""

    def after(self, room: Room, rows: Sequence[Recorded]) -> None:  # noqa: ARG002 - the Watcher interface
        """Count."""
        if escalated := sum(isinstance(row.event, OrderEscalated) for row in rows):
            self.last = self.world.now()
            self.first = self.first if self.seen else self.last
            self.seen += escalated


async def give(world: World, name: str, orders: int, incidents: int, at: datetime, within: timedelta) -> None:
    """Give so many orders in so many incidents, all as of *at*."""

    async def handle(n: int, incident: int, command: AssignAdHoc | OpenIncident) -> None:
        stream = StreamId(f"incident/{name}-{incident}")
        await world.residence.handle(stream, command, Meta(at, "bench", f"{stream}/{type(command).__name__}/{n}"))

    openings = [handle(n, n, OpenIncident(by="bench", hazard="typhoon")) for n in range(incidents)]
    ladders = dict.fromkeys(GROUPS, LADDER)
    tasks = [replace(wanted(n, within), key=f"adhoc/{name}-{n}") for n in range(orders)]
    given = [
        handle(n, n % incidents, AssignAdHoc(by="bench", wanted=task, ladders=ladders)) for n, task in enumerate(tasks)
    ]
    for wave in (openings, given):
        for start in range(0, len(wave), AT_ONCE):
            await asyncio.gather(*wave[start : start + AT_ONCE])


async def once(world: World, name: str, orders: int, incidents: int) -> tuple[float, float]:
    """Return by how many seconds the first and the last escalation were late."""
    watch = Watch(world)
    at, within = world.now(), timedelta(seconds=10)
    await give(world, name, orders, incidents, at, within)
    if world.now() >= at + within:
        raise SystemExit("giving the orders took longer than they wait; this machine has too much else to do")
    while watch.seen < orders:
        await asyncio.sleep(0.01)
    world.residence.watchers.remove(watch)
    due = at + within
    return (watch.first - due).total_seconds(), (watch.last - due).total_seconds()


async def measure(source: Made, orders: int, repeats: int) -> None:
    """Print what was measured."""
    with tempfile.TemporaryDirectory() as folder:
        world = await open_world(Settings(data=source.copy(Path(folder) / "data")), "live", "live", policies)
        for audience in (Audience("centre"), *(Audience("group", group) for group in GROUPS)):
            world.hub.watching(audience).__enter__()
        await at_rest(world)
        for incidents in (1, orders):
            runs = [await once(world, f"b{incidents}-{n}", orders, incidents) for n in range(repeats)]
            line = {
                "name": "escalate",
                "orders": orders,
                "incidents": incidents,
                "last_late_s": round(min(last for _, last in runs), 3),
                "median_s": round(statistics.median(last for _, last in runs), 3),
                "first_late_s": round(min(first for first, _ in runs), 3),
                "goal_s": 2.0,
            }
            print(json.dumps(line), flush=True)
        await world.close()


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=3)
    args = parser.parse_args()
    source = made()
    uvloop.run(measure(source, args.orders, args.repeats))


if __name__ == "__main__":
    main()
