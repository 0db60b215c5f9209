"""One command on a stream of 50,000 events, in a whole centre (timers, reactions, views, reconciler): the goal is 2 ms.

    python -m bench.command [--commands 300] [--repeats 5]

The peer is what no durable command can do without: the same event and outcome
as one bare INSERT and COMMIT each, on a connection with the same pragmas, in
the same run. One JSON line a kind of command; times of the best repeat.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvloop

from bench.make_log import BIG, BIG_TASKS, GROUPS, Made, made
from coord.api.reactions import policies
from coord.api.settings import Settings
from coord.api.world import World, open_world
from coord.events import Meta
from coord.hub.audience import Audience
from coord.incidents.commands import AcknowledgeOrder, Progress
from coord.store.sqlite_open import open_writer

EVENT = "INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?,?,?)"
OUTCOME = "INSERT INTO outcomes VALUES (?,?,?,?,?,?,?)"


def acknowledgements() -> Iterator[AcknowledgeOrder]:
    """Yield an acknowledgement of each open order of the big incident."""
    numbers = dict.fromkeys(GROUPS, 0)
    for n in range(BIG_TASKS):
        group = GROUPS[n % len(GROUPS)]
        numbers[group] += 1
        if n % 3:
            yield AcknowledgeOrder(by=f"lead-{group}", order=f"{group}-{numbers[group]}", group=group)


def steps() -> Iterator[Progress]:
    """Yield a last step of each task of the big incident, one of its rows after the other."""
    for n in range(BIG_TASKS):
        group = GROUPS[n % len(GROUPS)]
        yield Progress(by=f"lead-{group}", task=f"adhoc/{n}", group=group, step="done", row="p5", evidence="photo-1")


async def run(world: World, kind: str, wishes: Iterator[Any], commands: int) -> tuple[list[float], float]:
    """Return the milliseconds of each of so many commands, one after the other, and those of the processor for one."""
    spent, busy = [], time.process_time()
    for n, wish in zip(range(commands), wishes, strict=False):
        meta = Meta(world.now(), wish.by, f"{kind}/{time.monotonic_ns()}/{n}")
        began = time.perf_counter()
        await world.residence.handle(BIG, wish, meta)
        spent.append((time.perf_counter() - began) * 1e3)
    return spent, (time.process_time() - busy) * 1e3 / commands


async def at_rest(world: World) -> None:
    """Return once nothing of the start is going on any more."""
    await world.reconciler.settled()
    while any(world.reactor.lag().values()) or world.walked < world.residence.position:
        await asyncio.sleep(0.05)


def bare(path: Path, commands: int) -> list[float]:
    """Return the milliseconds of a commit with one event and one outcome, so many times."""
    con, spent = open_writer(path), []
    con.pragma("wal_autocheckpoint", 1000)
    for n in range(1, commands + 1):
        event = (
            n,
            BIG,
            n,
            "order-acknowledged",
            "2025-09-23T12:00:00+00:00",
            "a",
            f"c{n}",
            None,
            0,
            b"x" * 300,
            b"h" * 32,
        )
        began = time.perf_counter()
        con.execute("BEGIN IMMEDIATE")
        con.execute(EVENT, event)
        con.execute(OUTCOME, ("a", f"c{n}", "d" * 64, n, n, "", ""))
        con.execute("COMMIT")
        spent.append((time.perf_counter() - began) * 1e3)
    con.close()
    return spent


async def measure(source: Made, commands: int, repeats: int) -> None:
    """Print what was measured."""
    with tempfile.TemporaryDirectory() as folder:
        peers = [bare(Path(folder) / f"bare{n}.db", commands) for n in range(repeats)]
        world = await open_world(Settings(data=source.copy(Path(folder) / "data")), "live", "live", policies)
        world.hub.watching(Audience("centre")).__enter__()
        world.hub.watching(Audience("group", "TRA")).__enter__()
        await at_rest(world)
        for kind, wishes in (("acknowledge", acknowledgements()), ("progress", steps())):
            tell(kind, [await run(world, kind, wishes, commands) for _ in range(repeats)], peers)
        await world.close()


def tell(kind: str, runs: list[tuple[list[float], float]], peers: list[list[float]]) -> None:
    """Print one JSON line."""
    medians = [statistics.median(spent) for spent, _ in runs]
    peer = min(statistics.median(spent) for spent in peers)
    line = {
        "name": f"command-{kind}",
        "stream_events": 50_000,
        "ms": round(min(medians), 2),
        "median_ms": round(statistics.median(medians), 2),
        "p99_ms": round(min(statistics.quantiles(spent, n=100)[98] for spent, _ in runs), 2),
        "cpu_ms": round(min(busy for _, busy in runs), 2),
        "goal_ms": 2.0,
        "bare_commit_ms": round(peer, 2),
        "ratio": round(min(medians) / peer, 1),
    }
    print(json.dumps(line))


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commands", type=int, default=300)
    parser.add_argument("--repeats", type=int, default=5)
    args = parser.parse_args()
    source = made()
    uvloop.run(measure(source, args.commands, args.repeats))


if __name__ == "__main__":
    main()
