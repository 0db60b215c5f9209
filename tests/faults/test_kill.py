"""A centre that is killed and started again knows what it said, and nothing else."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

from coord.api.rooms import CODEC
from coord.store import open_store
from coord.store.verify import verify
from tests.faults.ground import Ground
from tests.faults.process import Served, served
from tests.faults.script import Desk, desk_at, history, plain, play

pytestmark = [pytest.mark.crash, pytest.mark.xdist_group("faults")]

KILLS = 10


@dataclass
class Night:
    """How a night is told afterwards: the events of each stream, the board at its end, the commands sent."""

    history: Mapping[str, list[Any]]
    board: Mapping[str, Any]
    keys: list[str]


class Killer:
    """Kills the centre at seeded moments: so long after the sending of so many commands, whatever goes on then."""

    def __init__(self, centre: Served, commands: int, seed: int) -> None:
        random = Random(seed)
        self.centre = centre
        self.moments = {n: random.uniform(0, 0.03) for n in random.sample(range(1, commands), KILLS)}
        self.sent = self.kills = 0

    def before(self, _: str) -> None:
        """Count a command that is about to be sent; perhaps its centre has not long to live."""
        self.sent += 1
        if (moment := self.moments.get(self.sent)) is not None:
            asyncio.get_running_loop().call_later(moment, self.kill)

    def kill(self) -> None:
        """Kill the centre; one that is down or starting lives until it serves again."""
        if self.centre.gone() or not self.centre.ready:
            asyncio.get_running_loop().call_later(0.05, self.kill)
            return
        self.kills += 1
        self.centre.send(signal.SIGKILL)


async def told(desk: Desk) -> Night:
    """Return how the night of *desk* is told."""
    log = await desk.log()
    since = desk.ground.made_at
    return Night(history(log, since), plain(await desk.rows(), since), list(desk.said))


async def sound(data: Path) -> int:
    """Return how many events the log in *data* has; it raises when the chain is broken."""
    store = await open_store(data, "live", CODEC, read_only=True)
    try:
        return [seen.position async for seen in verify(store.log)][-1]
    finally:
        await store.log.close()


@pytest.fixture(scope="module")
def quiet(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Night:
    """The night as it goes when nothing is killed."""
    folder = tmp_path_factory.mktemp("quiet")

    async def main() -> Night:
        async with (
            served(folder / "said", "--data", str(ground.copy(folder / "data"))) as centre,
            desk_at(centre, ground) as desk,
        ):
            await play(desk)
            return await told(desk)

    return asyncio.run(main())


async def test_a_centre_killed_ten_times_tells_the_same_night(ground: Ground, quiet: Night, tmp_path: Path) -> None:
    data = ground.copy(tmp_path / "data")
    async with served(tmp_path / "said", "--data", str(data)) as centre, desk_at(centre, ground) as desk:
        killer = Killer(centre, len(quiet.keys), seed=20250923)
        desk.before = killer.before
        await play(desk)
        night = await told(desk)
        assert killer.kills == KILLS
        assert desk.repeated
        assert night.history == quiet.history
        assert night.board == quiet.board
        head = (await desk.log())[-1]["position"]
        answers = dict(desk.answers)
        for key, (who, path, body) in list(desk.said.items()):
            await desk.do(key, who, path, body)
        assert desk.answers == answers
        assert (await desk.log())[-1]["position"] == head
        centre.kill()
        assert await sound(data) >= head


async def test_the_night_is_told_otherwise_when_an_append_is_acknowledged_before_its_commit(
    ground: Ground, quiet: Night, tmp_path: Path
) -> None:
    data = ground.copy(tmp_path / "data")
    planted = served(tmp_path / "said", "--data", str(data), module="tests.faults.early")
    async with planted as centre, desk_at(centre, ground) as desk:

        def kill(key: str) -> None:
            if key == "III/COM-1":
                centre.module = "coord"  # one fault is enough; its next life is an honest one
                centre.kill()

        desk.after = kill
        await play(desk)
        night = await told(desk)
    assert night.history != quiet.history
    gone = [one for stream, told in quiet.history.items() for one in told if one not in night.history[stream]]
    assert "COM-1" in {event["order"] for kind, event in gone if kind == "order-acknowledged"}
