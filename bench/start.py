"""How long until a centre on a log of 100,000 events answers, and until `coord --help` has printed.

    python -m bench.start [--repeats 5]

Each time a fresh process, with warm files, on the log as a centre leaves it
that was stopped (snapshots of its last state) and as one leaves it that was
killed in its first minute (no snapshots: all is folded). The peer is the bare
start of Python with the libraries that the centre stands on. One JSON line each.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from bench.make_log import ROOT, made
from coord.store.sqlite_open import open_writer

LIBRARIES = "import fastapi, uvicorn, uvloop, pydantic, structlog, cryptography, argon2, apsw"
ENV = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": ""}
"""As installed: the compiled sources of the first start are there for the second."""

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def start(data: Path) -> tuple[float, float]:
    """Return the seconds from the start of `coord serve` on *data* to its first answer, and those of the processor."""
    port = free_port()
    command = [sys.executable, "-m", "coord", "serve", "--data", str(data), "--port", str(port)]
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=ENV, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while process.poll() is None:
            try:
                with DIRECT.open(f"http://127.0.0.1:{port}/health", timeout=30) as answer:
                    assert json.load(answer)["ready"] == "yes"
                    spent = time.perf_counter() - began
                process.kill()  # nothing is kept, so that every repeat starts from the same
                used = os.wait4(process.pid, 0)[2]
                return spent, used.ru_utime + used.ru_stime
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.005)
        raise AssertionError(f"coord serve ended with {process.returncode}")
    finally:
        if process.returncode is None:
            process.kill()


def program(*words: str) -> tuple[float, float]:
    """Return the seconds that a Python with these words runs, and those of the processor."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, *words], cwd=ROOT, env=ENV, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0
    return time.perf_counter() - began, used.ru_utime + used.ru_stime


def forget_snapshots(data: Path) -> None:
    """Leave *data* as a centre does that was killed before it kept any snapshot."""
    con = open_writer(data / "spaces" / "live.db")
    con.execute("DELETE FROM snapshots; DELETE FROM cabinet WHERE shelf = 'snapshots'")
    con.close()


def tell(name: str, once: Callable[[], tuple[float, float]], repeats: int, goal: float, peer: float = 0.0) -> None:
    """Measure and print one JSON line."""
    once()  # the first run warms files and compiles sources
    runs = [once() for _ in range(repeats)]
    spent = [seconds for seconds, _ in runs]
    line = {"name": name, "s": round(min(spent), 3), "median_s": round(statistics.median(spent), 3)}
    line |= {"cpu_s": round(min(busy for _, busy in runs), 3), "goal_s": goal}
    if peer:
        line |= {"bare_python_s": round(peer, 3), "ratio": round(min(spent) / peer, 1)}
    print(json.dumps(line), flush=True)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    args = parser.parse_args()
    source = made()
    with tempfile.TemporaryDirectory() as folder:
        stopped, killed = source.copy(Path(folder) / "stopped"), source.copy(Path(folder) / "killed")
        forget_snapshots(killed)
        program("-c", LIBRARIES)
        libraries = min(program("-c", LIBRARIES)[0] for _ in range(args.repeats))
        tell("start-stopped", lambda: start(stopped), args.repeats, 2.0, libraries)
        tell("start-killed", lambda: start(killed), args.repeats, 0.0, libraries)
        bare = min(program("-c", "pass")[0] for _ in range(args.repeats))
        tell("coord-help", lambda: program("-m", "coord", "--help"), args.repeats, 0.3, bare)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
