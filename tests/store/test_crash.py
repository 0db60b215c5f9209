"""What was acknowledged is there after kill -9, and the test that says so can fail."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from coord.store.sqlite import SqliteFile, SqliteLog
from coord.store.verify import walk_chain
from tests.store.events import CODEC

ROOT = Path(__file__).parents[2]


def run_and_kill(folder: Path, after_lines: int, seconds: float, *words: str) -> list[tuple[int, str]]:
    """Let the process append, kill it some time after that many acknowledgements, and return all of them."""
    command = [sys.executable, "-m", "tests.store.appending", str(folder), *words]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(after_lines)]
        time.sleep(seconds)  # a random moment is what the test is about
        process.kill()
        lines += process.stdout.readlines()
    told = [line.split() for line in lines if line.endswith("\n")]
    return [(int(position), command) for position, command in told]


async def lost_after(folder: Path, acknowledged: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Open the log again, check its chain, and return the acknowledged appends that are not in it."""
    log = SqliteLog(SqliteFile(folder / "live.db"), CODEC)
    try:
        assert await walk_chain(log, pause=0) is None
        found = {row.position: row.command for row in await log.rows(0, 10**9)}
        lost = [(position, command) for position, command in acknowledged if found.get(position) != command]
        for position, command in set(acknowledged[-20:]) - set(lost):
            outcome = await log.outcome("p1", command)
            assert outcome is not None
            assert (outcome.first, outcome.last) == (position, position)
        return lost
    finally:
        await log.close()


@pytest.mark.crash
async def test_ten_kills_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    random, acknowledged = Random(9), list[tuple[int, str]]()
    for i in range(10):
        slow = ["slow"] if i % 2 else []
        acknowledged += run_and_kill(tmp_path, random.randrange(1, 300), random.random() / 20, *slow)
        assert await lost_after(tmp_path, acknowledged) == []
    assert len(acknowledged) > 500
    assert len(set(acknowledged)) == len(acknowledged)


@pytest.mark.crash
async def test_an_append_that_acknowledges_before_its_commit_is_found_out(tmp_path: Path) -> None:
    for i in range(10):
        if await lost_after(tmp_path, run_and_kill(tmp_path, 30 + i, 0.0, "early")):
            return
    pytest.fail("ten kills, and the planted fault was never seen")
