"""The machinery that every feature stands on, tried on a counter over a real log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from coord.errors import NotFound, Refused
from coord.events import Recorded, StreamId
from coord.handle import KeyReused, Residence
from coord.reactor import Order, Policy, Reactor
from coord.snapshots import Snapshots, recall
from coord.spaces import DECIDER as SPACE_DECIDER
from coord.spaces import KINDS as SPACE_KINDS
from coord.spaces import SPACE
from coord.store import Store, open_store
from coord.store.codec import Codec
from coord.timers import LiveClock, Timers
from tests.kernel import COUNTER, KINDS, NOON, ONE, Add, Added, meta

CODEC = Codec.merge(KINDS, SPACE_KINDS)


class Wound:
    """A clock that tests move by hand."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time

    def exact(self) -> bool:
        return False


async def resident(store: Store) -> Residence:
    residence = Residence(store.log, [COUNTER, SPACE_DECIDER], LiveClock().now)
    await residence.open()
    return residence


@pytest.fixture(params=["memory:", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store("memory:" if request.param == "memory:" else tmp_path, "live", CODEC)
    yield store
    await store.log.close()


@pytest.fixture
async def residence(store: Store) -> AsyncIterator[Residence]:
    residence = await resident(store)
    yield residence
    await residence.close()


async def test_a_command_is_answered_after_its_events_are_folded(residence: Residence) -> None:
    outcome = await residence.handle(ONE, Add(3), meta("a"))
    assert (outcome.first, outcome.last) == (1, 1)
    assert residence.room(ONE).state.total == 3


async def test_the_same_command_twice_gives_the_first_outcome(residence: Residence) -> None:
    first = await residence.handle(ONE, Add(3), meta("a"))
    assert await residence.handle(ONE, Add(3), meta("a")) == first
    assert residence.room(ONE).state.total == 3


async def test_the_same_key_with_another_body_is_refused(residence: Residence) -> None:
    await residence.handle(ONE, Add(3), meta("a"))
    with pytest.raises(KeyReused):
        await residence.handle(ONE, Add(4), meta("a"))
    await residence.handle(ONE, Add(4), meta("a", actor="somebody else"))


async def test_a_refusal_is_an_outcome_and_comes_back_as_one(residence: Residence) -> None:
    for _ in range(2):
        with pytest.raises(Refused) as refusal:
            await residence.handle(ONE, Add(-1), meta("a"))
        assert refusal.value.code == "negative"
    assert (await residence.log.head()).position == 0


async def test_nothing_to_do_records_nothing(residence: Residence) -> None:
    assert (await residence.handle(ONE, Add(0), meta("a"))).last == 0
    with pytest.raises(NotFound):
        residence.existing(ONE)


async def test_an_unknown_kind_of_stream_is_not_found(residence: Residence) -> None:
    with pytest.raises(NotFound):
        await residence.handle(StreamId("nothing/x"), Add(1), meta("a"))


async def test_two_workers_on_one_log_lose_nothing_and_double_nothing(store: Store) -> None:
    workers = [await resident(store) for _ in range(3)]
    await asyncio.gather(*(workers[n % 3].handle(ONE, Add(1), meta(f"k{n}")) for n in range(90)))
    for worker in workers:
        await worker.reached((await store.log.head()).position)
        assert worker.room(ONE).state.total == 90
        await worker.close()


async def test_the_same_command_at_two_workers_at_once_is_recorded_once(store: Store) -> None:
    workers = [await resident(store) for _ in range(3)]
    for n in range(20):
        outcomes = await asyncio.gather(*(worker.handle(ONE, Add(1), meta(f"k{n}")) for worker in workers))
        assert len({outcome.last for outcome in outcomes}) == 1
    assert (await store.log.head()).position == 20
    for worker in workers:
        await worker.close()


async def test_each_deadline_fires_once_though_every_worker_ticks(store: Store) -> None:
    workers = [await resident(store) for _ in range(3)]
    clock = Wound()
    timers = [Timers(worker, clock) for worker in workers]
    await workers[0].handle(ONE, Add(1, wind=60), meta("a"))
    for worker in workers:
        await worker.reached(1)
    assert [timer.next_due() for timer in timers] == [NOON + timedelta(seconds=60)] * 3
    assert await timers[0].sweep() == 0
    clock.time += timedelta(seconds=61)
    await asyncio.gather(*(timer.sweep() for timer in timers))
    for worker in workers:
        await worker.reached((await store.log.head()).position)
        assert worker.room(ONE).state.ran_down == 1
        assert timers[workers.index(worker)].next_due() is None
        await worker.close()


async def test_two_thousand_streams_due_in_the_same_second_all_fire(residence: Residence) -> None:
    clock = Wound()
    timers = Timers(residence, clock)
    streams = [StreamId(f"counter/{n}") for n in range(2000)]
    await asyncio.gather(*(residence.handle(stream, Add(1, wind=1), meta(stream)) for stream in streams))
    clock.time += timedelta(seconds=2)
    assert await timers.sweep() == 2000
    assert all(residence.room(stream).state.ran_down == 1 for stream in streams)


def doubling(row: Recorded) -> list[Order]:
    """Every addition to one counter is made on another one too; a great one is refused there."""
    if row.stream == ONE and isinstance(row.event, Added):
        return [Order(StreamId("counter/two"), Add(row.event.n if row.event.n < 100 else -1))]
    return []


async def test_a_reaction_happens_once_over_crashes_and_its_refusal_is_on_record(store: Store) -> None:
    residence = await resident(store)
    await residence.handle(ONE, Add(50), meta("before the policy"))
    reactor = Reactor(residence, store.cabinet, [Policy("doubling", doubling)])
    await reactor.start()
    await residence.handle(ONE, Add(2), meta("a"))
    await residence.handle(ONE, Add(100), meta("b"))
    while not residence.room(SPACE).state.refusals or residence.room(StreamId("counter/two")).state.total < 2:
        await asyncio.sleep(0)
    await reactor.close()
    await residence.handle(ONE, Add(3), meta("c"))
    await residence.close()
    again = await resident(store)
    await store.cabinet.put("cursors", "doubling", b"0")  # the cursor was lost before it was saved
    reactor = Reactor(again, store.cabinet, [Policy("doubling", doubling)])
    await reactor.start()
    while again.room(StreamId("counter/two")).state.total < 55 or reactor.lag()["doubling"]:
        await asyncio.sleep(0)
    assert again.room(StreamId("counter/two")).state.total == 55
    assert [refusal.code for refusal in again.room(SPACE).state.refusals] == ["negative"]
    assert not reactor.stopped()
    await reactor.close()
    await again.close()


async def test_a_snapshot_and_the_rest_give_what_the_whole_log_gives(store: Store) -> None:
    residence = await resident(store)
    snapshots = Snapshots(residence, store.cabinet, every=10**9)
    for n in range(50):
        await residence.handle(StreamId(f"counter/{n % 7}"), Add(n, wind=n), meta(f"k{n}"))
    await snapshots.keep()
    for n in range(50, 60):
        await residence.handle(StreamId(f"counter/{n % 9}"), Add(n, wind=n), meta(f"k{n}"))
    await residence.close()
    fresh = Residence(store.log, [COUNTER, SPACE_DECIDER], LiveClock().now)
    assert await recall(fresh, store.cabinet)
    assert fresh.position == 49  # Add(0) recorded nothing
    await fresh.open()
    whole = await resident(store)
    assert {s: (r.version, r.state) for s, r in fresh.rooms.items()} == {
        s: (r.version, r.state) for s, r in whole.rooms.items()
    }
    assert fresh.last_at == whole.last_at
    await fresh.close()
    await whole.close()


async def test_a_snapshot_of_another_chain_is_not_believed(store: Store) -> None:
    residence = await resident(store)
    await residence.handle(ONE, Add(1), meta("a"))
    await Snapshots(residence, store.cabinet, every=10**9).keep()
    sheet = await store.cabinet.get("snapshots", "checkpoint")
    assert sheet is not None
    forged = sheet.body.replace((await store.log.head()).hash.encode(), b"0" * 64)
    await store.cabinet.put("snapshots", "checkpoint", forged)
    await residence.close()
    assert not await recall(Residence(store.log, [COUNTER, SPACE_DECIDER], LiveClock().now), store.cabinet)
