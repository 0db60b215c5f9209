"""A real `coord serve`, or a planted one, in a process of its own, that can be killed, stopped and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds that anything may take on a machine with other work to do; a test waits for conditions, not for time."""


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Served:
    """One port, and the process that serves there, if any. What it prints is kept in the file ``said``."""

    def __init__(
        self, said: Path, arguments: Sequence[str], module: str = "coord", env: Mapping[str, str] | None = None
    ):
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.said = said
        self.arguments = tuple(arguments)
        self.module = module
        self.env = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
        self.process: subprocess.Popen[bytes] | None = None
        self.ready = False

    async def start(self, module: str = "") -> None:
        """Start the process (of *module*, if another one) and return once it is ready."""
        self.ready = False
        command = [sys.executable, "-m", module or self.module, "serve", "--port", str(self.port), *self.arguments]
        with self.said.open("ab") as said:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.env, stdin=subprocess.DEVNULL, stdout=said, stderr=said
            )
        async with asyncio.timeout(PATIENCE), httpx.AsyncClient(trust_env=False) as http:
            while True:
                if self.process.poll() is not None:
                    raise AssertionError(f"serve ended with {self.process.returncode}:\n{self.said.read_text()}")
                try:
                    if (await http.get(f"{self.base}/health")).is_success:
                        self.ready = True
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.02)

    @property
    def pid(self) -> int:
        """The id of the running process."""
        assert self.process is not None
        return self.process.pid

    def send(self, what: signal.Signals) -> None:
        """Send the process a signal."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(what)

    def gone(self) -> bool:
        """Return whether no process is running."""
        return self.process is None or self.process.poll() is not None

    def kill(self) -> None:
        """Take the process away, as a power button would, and return once it is gone."""
        self.send(signal.SIGKILL)
        if self.process is not None:
            self.process.wait(PATIENCE)

    def stop(self) -> None:
        """Ask the process to end, and return once it has."""
        self.send(signal.SIGTERM)
        if self.process is not None:
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill()
                raise

    async def health(self) -> dict[str, Any]:
        """Return what the process says of its health."""
        async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as http:
            said: dict[str, Any] = (await http.get(f"{self.base}/health")).json()
            return said


@asynccontextmanager
async def served(
    said: Path, *arguments: str, module: str = "coord", env: Mapping[str, str] | None = None
) -> AsyncIterator[Served]:
    """Run a centre and take it away at the end, however the test went."""
    here = Served(said, arguments, module, env)
    try:
        await here.start()
        yield here
    finally:
        here.send(signal.SIGCONT)
        here.kill()
