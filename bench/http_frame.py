"""From an HTTP decision to its frame, at 50 live sessions, with 200 acknowledgements a second going on.

    python -m bench.http_frame [--seconds 8] [--repeats 3] [--rate 200] [--sessions 50] [--centre 10,50]

`coord serve` runs in a process of its own on SQLite (synchronous=FULL), on the
log of 100,000 events and 10,000 open tasks; all clients are in this one, on
loopback. So many of the sessions follow the centre's view, the others those of
15 groups. A sample runs from before the request that declines a decision is
sent until the *last* session of the centre has its frame; acknowledgements come
by the clock, whether or not the ones before were answered. The goal is 25 ms
for 99 of 100. One JSON line a case; times of the best repeat.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvloop
from websockets.asyncio.client import ClientConnection, connect

from bench.make_log import BIG, BIG_TASKS, GROUPS, ROOT, SMALL, TASKS, Made, made
from bench.start import ENV, free_port

DECISIONS = 15
"""Decisions a second that are measured."""

WIRES = 24


class Wire:
    """One kept-alive HTTP connection, with no more than it takes to post JSON: the client must cost little here."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.reader: asyncio.StreamReader
        self.writer: asyncio.StreamWriter

    async def open(self) -> Wire:
        """Connect."""
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def post(self, path: str, token: str, body: Any) -> dict[str, Any]:
        """Post *body* and return the answer; an answer that is no success ends the benchmark."""
        text = json.dumps(body).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n"
        )
        self.writer.write(head.encode() + text)
        said = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        length = int(said.partition(b"content-length:")[2].partition(b"\r\n")[0])
        answer: dict[str, Any] = json.loads(await self.reader.readexactly(length))
        if not said.startswith(b"http/1.1 200"):
            raise SystemExit(f"{path}: {answer}")
        return answer


@dataclass
class Load:
    """The clients of one case, and what they have seen."""

    port: int
    tokens: dict[str, str]
    wires: asyncio.Queue[Wire] = field(default_factory=asyncio.Queue)
    waiting: dict[str, tuple[list[float], int, asyncio.Event]] = field(default_factory=dict)
    frames: int = 0
    answers: list[float] = field(default_factory=list)
    resets: list[float] = field(default_factory=list)

    async def connect(self, sessions: int, centre: int) -> list[asyncio.Task[None]]:
        """Open all connections, and return the tasks that listen."""
        for _ in range(WIRES):
            self.wires.put_nowait(await Wire(self.port).open())
        listening = []
        for n in range(sessions):
            who, view = ("duty-officer", "centre") if n < centre else (f"{GROUPS[n % 15].lower()}-lead", "")
            began = time.perf_counter()
            socket = await self._session(who, view)
            self.resets.append(time.perf_counter() - began)
            listening.append(asyncio.create_task(self._listen(socket, n < centre)))
        return listening

    async def _session(self, who: str, view: str) -> ClientConnection:
        address = f"ws://127.0.0.1:{self.port}/spaces/live/live" + (f"?as={view}" if view else "")
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        socket = await connect(address, additional_headers=headers, max_size=None, compression=None, open_timeout=60)
        await socket.send('{"type": "hello"}')
        assert '"reset"' in str(await socket.recv())[:200]
        return socket

    async def _listen(self, socket: ClientConnection, of_centre: bool) -> None:
        async for text in socket:
            at = time.perf_counter()
            self.frames += 1
            if of_centre and "#decision:" in text and '"state":"declined"' in text:
                for row in json.loads(text)["rows"]:
                    if (sample := self.waiting.get(row["id"])) is not None:
                        sample[0].append(at)
                        if len(sample[0]) == sample[1]:
                            sample[2].set()

    async def post(self, path: str, who: str, body: Any) -> dict[str, Any]:
        """Post over whichever connection is free."""
        wire = await self.wires.get()
        try:
            return await wire.post(f"/spaces/live{path}", self.tokens[who], body)
        finally:
            self.wires.put_nowait(wire)

    async def acknowledge(self, incident: str, order: str, group: str) -> None:
        """Acknowledge an order."""
        began = time.perf_counter()
        path = f"/incidents/{incident}/orders/{order}/acknowledge"
        await self.post(path, f"{group.lower()}-lead", {"group": group})
        self.answers.append(time.perf_counter() - began)

    async def decide(self, number: int, centre: int) -> tuple[float, float]:
        """Open a decision, decline it, and return the seconds until the first and the last session had that."""
        asked = {"question": f"bench-{number}-{time.monotonic_ns()}", "hazard": "typhoon", "evidence": "bench"}
        await self.post("/decisions", "chief-commander", asked)
        decision = f"D-{number}"
        got: list[float] = []
        self.waiting[decision] = got, centre, asyncio.Event()
        began = time.perf_counter()
        body = {"reason": "forecast-weaker", "authority": "chief-commander"}
        await self.post(f"/decisions/{decision}/decline", "chief-commander", body)
        async with asyncio.timeout(30):
            await self.waiting[decision][2].wait()
        return min(got) - began, max(got) - began


def open_orders() -> Iterator[tuple[str, str, str]]:
    """Yield the orders of the log that nobody has acknowledged, mixed: incident, order, group."""
    found = []
    incidents = [(BIG.partition("/")[2], BIG_TASKS)]
    incidents += [(f"i-{n:03}", (TASKS - BIG_TASKS) // SMALL) for n in range(SMALL)]
    for incident, tasks in incidents:
        numbers = dict.fromkeys(GROUPS, 0)
        for n in range(tasks):
            group = GROUPS[n % len(GROUPS)]
            numbers[group] += 1
            if n % 3:
                found.append((incident, f"{group}-{numbers[group]}", group))
    random.Random(7).shuffle(found)
    yield from found


async def window(load: Load, orders: Iterator[Any], args: argparse.Namespace, first: int, centre: int) -> list[Any]:
    """Return the samples of some seconds of load."""
    began, work, samples = time.perf_counter(), list[asyncio.Task[Any]](), list[asyncio.Task[Any]]()
    for n in range(int(args.seconds * args.rate)):
        await asyncio.sleep(max(0.0, began + n / args.rate - time.perf_counter()))
        work.append(asyncio.create_task(load.acknowledge(*next(orders))))
        if n % (args.rate // DECISIONS) == args.rate // DECISIONS - 1:
            if samples:
                await samples[-1]
            samples.append(asyncio.create_task(load.decide(first + len(samples), centre)))
    await asyncio.gather(*work)
    return list(await asyncio.gather(*samples))


async def measure(source: Made, args: argparse.Namespace, centre: int) -> None:
    """Print one case."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        data = str(source.copy(Path(folder) / "data"))
        command = [sys.executable, "-m", "coord", "serve", "--data", data, "--port", str(port)]
        server = subprocess.Popen(command, cwd=ROOT, env=ENV, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        listening: list[asyncio.Task[None]] = []
        try:
            await answering(port)
            load = Load(port, dict(source.tokens))
            listening = await load.connect(args.sessions, centre)
            orders, first, runs = open_orders(), 1, []
            await asyncio.sleep(1.0)  # let the start come to its end
            for _ in range(args.repeats):
                load.frames, load.answers = 0, []
                busy = _cpu(server.pid), time.process_time(), time.perf_counter()
                samples = await window(load, orders, args, first, centre)
                first += len(samples)
                spent = time.perf_counter() - busy[2]
                shares = (_cpu(server.pid) - busy[0]) / spent, (time.process_time() - busy[1]) / spent
                runs.append((samples, load.answers, load.frames / spent, shares))
            tell(args, centre, runs, load.resets)
        finally:
            for task in listening:
                task.cancel()
            await asyncio.gather(*listening, return_exceptions=True)
            server.terminate()
            server.wait(30)


async def answering(port: int) -> None:
    """Return once somebody listens at *port*."""
    async with asyncio.timeout(60):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def p99(seconds: list[float]) -> float:
    """Return the 99th percentile in milliseconds."""
    return round(statistics.quantiles(seconds, n=100)[98] * 1e3, 1)


def tell(args: argparse.Namespace, centre: int, runs: list[Any], resets: list[float]) -> None:
    """Print one JSON line."""
    samples, answers, frames, shares = min(runs, key=lambda run: p99([last for _, last in run[0]]))
    line = {
        "name": "http-frame",
        "sessions": args.sessions,
        "of_centre": centre,
        "acks_per_s": args.rate,
        "p99_ms": p99([last for _, last in samples]),
        "p50_ms": round(statistics.median(last for _, last in samples) * 1e3, 1),
        "first_session_p99_ms": p99([first for first, _ in samples]),
        "median_of_repeats_p99_ms": round(statistics.median(p99([last for _, last in run[0]]) for run in runs), 1),
        "goal_ms": 25.0,
        "ack_answer_p99_ms": p99(answers),
        "frames_per_s": round(frames),
        "server_cpu": round(shares[0], 2),
        "clients_cpu": round(shares[1], 2),
        "reset_ms": round(statistics.median(resets[:centre]) * 1e3),
    }
    print(json.dumps(line), flush=True)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--centre", default="10,50")
    args = parser.parse_args()
    source = made()
    for centre in map(int, args.centre.split(",")):
        uvloop.run(measure(source, args, centre))


if __name__ == "__main__":
    main()
