"""A disk that takes nothing more: refused and never acknowledged, and as before once there is room."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from coord.access.roles import Grant
from coord.api.rooms import CODEC as LIVE_CODEC
from coord.events import Recorded, StreamId
from coord.handle import Residence, Room
from coord.reactor import Order, Policy, Reactor
from coord.reconciler import Reconciler
from coord.snapshots import Snapshots
from coord.spaces import DECIDER as SPACE_DECIDER
from coord.spaces import KINDS as SPACE_KINDS
from coord.store import open_store
from coord.store.codec import Codec
from coord.store.log import Append, NotRecorded
from coord.store.memory import MemoryCabinet, MemoryLog
from coord.store.verify import verify
from coord.timers import LiveClock, Timers
from tests.access.cabinet import Counting, TinyCabinet
from tests.access.centre import HQ, Centre
from tests.api.centre import until
from tests.faults.ground import Ground
from tests.faults.process import served
from tests.faults.script import LIVE, desk_at
from tests.kernel import COUNTER, KINDS, NOON, ONE, Add, Added, meta

pytestmark = [pytest.mark.crash, pytest.mark.xdist_group("faults")]

TWO = StreamId("counter/two")
CODEC = Codec.merge(KINDS, SPACE_KINDS)


async def test_a_full_disk_refuses_with_507_and_the_same_command_is_taken_once_there_is_room(
    ground: Ground, tmp_path: Path
) -> None:
    data = ground.copy(tmp_path / "data")
    async with served(tmp_path / "said", "--data", str(data)) as centre, desk_at(centre, ground) as desk:
        signal = {"authority": "gd", "system": "typhoon", "effective_at": desk.minute(0)}
        await desk.do("yellow", "duty-officer", "/signals", {**signal, "code": "yellow"})
        await desk.until(lambda log: any(row["kind"] == "decision-opened" for row in log))
        limits = resource.prlimit(centre.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(centre.pid, resource.RLIMIT_FSIZE, (16_384, limits[1]))
        async with httpx.AsyncClient(trust_env=False) as http:
            for _ in range(3):
                said = await http.post(
                    f"{centre.base}{LIVE}/signals",
                    json={**signal, "code": "orange"},
                    headers={"Authorization": f"Bearer {ground.tokens['duty-officer']}", "Idempotency-Key": "orange"},
                )
                assert (said.status_code, said.json()["code"]) == (507, "not-recorded")
        assert "orange" not in {row["command"] for row in await desk.log()}
        assert await desk.rows()
        resource.prlimit(centre.pid, resource.RLIMIT_FSIZE, limits)
        await desk.do("orange", "duty-officer", "/signals", {**signal, "code": "orange"})
        await desk.until(lambda log: any(row["kind"] == "evidence-added" for row in log))
        assert (await centre.health())["ready"] == "yes"
        after = await desk.log()
        assert [row["command"] for row in after if row["kind"] == "signal-raised"] == ["yellow", "orange"]
        centre.stop()
        store = await open_store(data, "live", LIVE_CODEC, read_only=True)
        assert [seen.position async for seen in verify(store.log)][-1] >= len(after)
        await store.log.close()


class Hand:
    """A clock that the test moves by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)

    def exact(self) -> bool:
        return False


class Full(MemoryLog):
    """A log on a disk that can be full."""

    full = False
    refused = 0

    async def append(self, append: Append) -> Sequence[Recorded]:
        self.check()
        return await super().append(append)

    def check(self) -> None:
        """Refuse when there is no room."""
        if self.full:
            self.refused += 1
            raise NotRecorded("the disk is full; nothing was recorded")


class FullCabinet(MemoryCabinet):
    """The cabinet on the same disk."""

    def __init__(self, log: Full) -> None:
        super().__init__()
        self.log = log

    async def put(self, shelf: str, key: str, body: bytes, expected: int | None = None) -> int:
        self.log.check()
        return await super().put(shelf, key, body, expected)


@pytest.fixture
async def full() -> AsyncIterator[Full]:
    log = Full(CODEC)
    yield log
    await log.close()


async def residence_on(log: Full) -> Residence:
    residence = Residence(log, [COUNTER, SPACE_DECIDER], LiveClock().now)
    await residence.open()
    return residence


def copying(row: Recorded) -> list[Order]:
    """Whatever is counted here is counted there too."""
    return [Order(TWO, Add(row.event.n))] if row.stream == ONE and isinstance(row.event, Added) else []


async def test_a_reaction_that_the_disk_refused_happens_once_there_is_room(
    full: Full, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coord.reactor.PAUSE", 0.001)
    residence, cabinet = await residence_on(full), FullCabinet(full)
    reactor = Reactor(residence, cabinet, [Policy("copying", copying)])
    await reactor.start()
    await residence.handle(ONE, Add(3), meta("a"))
    full.full = True  # before the reaction had its turn
    await until(lambda: full.refused >= 3)
    assert not reactor.stopped()
    full.full = False
    await until(lambda: residence.room(TWO).state.total == 3 and reactor.lag() == {"copying": 0})
    sheet = await cabinet.get("cursors", "copying")
    assert sheet is not None
    assert int(sheet.body) > 0
    await reactor.close()
    await residence.close()


async def test_a_board_that_the_disk_kept_from_its_plans_is_brought_there_once_there_is_room(
    full: Full, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coord.reconciler.PAUSE", 0.001)
    residence = await residence_on(full)

    async def wish(room: Room) -> Any:
        return Add(10 - room.state.total)

    reconciler = Reconciler(residence, "counter", lambda _, event: isinstance(event, Added), lambda *_: False, wish)
    running = asyncio.create_task(reconciler.run())
    await residence.handle(ONE, Add(3), meta("a"))
    full.full = True
    await until(lambda: full.refused >= 3)
    assert residence.room(ONE).state.total == 3
    full.full = False
    async with asyncio.timeout(10):
        await reconciler.settled()
    assert residence.room(ONE).state.total == 10
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await residence.close()


async def test_a_deadline_that_the_disk_refused_fires_once_there_is_room(full: Full) -> None:
    residence = await residence_on(full)
    clock = Hand()
    timers = Timers(residence, clock)
    await residence.handle(ONE, Add(1, wind=60), meta("a"))
    clock.seconds += 61
    full.full = True
    assert await timers.sweep() == 0
    full.full = False
    clock.seconds += 2
    assert await timers.sweep() == 1
    assert residence.room(ONE).state.ran_down == 1
    await residence.close()


async def test_snapshots_that_the_disk_refused_cost_nothing_but_time(full: Full) -> None:
    residence = await residence_on(full)
    cabinet = FullCabinet(full)
    snapshots = Snapshots(residence, cabinet, every=2)
    await residence.handle(ONE, Add(1), meta("a"))
    full.full = True
    await snapshots.keep()
    full.full = False
    await snapshots.keep()
    assert await cabinet.get("snapshots", "checkpoint") is not None
    await residence.close()


class Away(MemoryLog):
    """A log whose database goes away again and again."""

    losses = 3

    async def follow(self, after: int) -> AsyncIterator[Sequence[Recorded]]:
        async for batch in super().follow(after):
            yield batch
            if self.losses:
                self.losses -= 1
                raise NotRecorded("the database is away")


async def test_a_tail_that_lost_its_database_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coord.handle.PAUSE", 0.001)
    log = Away(CODEC)
    residence = Residence(log, [COUNTER, SPACE_DECIDER], LiveClock().now)
    await residence.open()
    for n in range(1, 7):
        await residence.handle(ONE, Add(n), meta(f"k{n}"))
    assert residence.alive
    assert log.losses == 0
    assert residence.room(ONE).state.total == 21
    await residence.close()
    await log.close()


class FullTiny(TinyCabinet):
    """The cabinet of the access tests, on a disk that can be full."""

    full = False

    async def put(self, shelf: str, key: str, body: bytes, expected: int | None = None) -> int:
        if self.full:
            raise NotRecorded("the disk is full; nothing was recorded")
        return await super().put(shelf, key, body, expected)


async def test_a_full_disk_keeps_nobody_who_is_signed_in_from_reading() -> None:
    cabinet = FullTiny()
    made = Centre(Counting(cabinet))
    await made.founded()
    right = Grant("duty-officer", HQ)
    person = await made.person("duty", right)
    opened = await made.sessions.open(person)
    token, _ = await made.tokens.make(person, "gauge", [right], made.clock() + timedelta(days=1))
    cabinet.full = True
    made.clock.pass_(minutes=5)  # by now the last use would be noted
    assert (await made.sessions.check(opened.token)).via == "session"
    assert (await made.tokens.check(token)).via == "token"
