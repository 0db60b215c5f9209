"""The clock of the machine jumps: nothing fires twice, nothing is lost, and nobody's silence lasts an hour longer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coord.events import StreamId
from coord.handle import Residence
from coord.incidents.commands import OpenIncident, Reconcile
from coord.incidents.decide import INCIDENT
from coord.incidents.facts import OrderEscalated, OrderUnanswered
from coord.incidents.ladder import Rung
from coord.plans.wanted import Wanted
from coord.store.codec import Codec
from coord.store.memory import MemoryLog
from coord.timers import SLOWER, LiveClock, Timers
from tests.kernel import COUNTER, KINDS, NOON, ONE, Add, Counter, meta

HOUR = 3600.0
MINUTE = timedelta(minutes=1)
I1 = StreamId("incident/i1")
CODEC = Codec.merge(KINDS, INCIDENT.kinds)
LADDER = tuple(Rung(post, 2 * MINUTE) for post in ("duty-officer", "deputy", "leader"))
PUMP = Wanted("pump/-/1", "pump", "RES", {"en": "Pump"}, "III", None, 2 * MINUTE)


class Machine:
    """A machine whose clock can be set, beside a counter of seconds that cannot."""

    def __init__(self, wall: datetime = NOON) -> None:
        self.time = wall
        self.seconds = 0.0

    def wall(self) -> datetime:
        return self.time

    def steady(self) -> float:
        return self.seconds

    def clock(self) -> LiveClock:
        """Return the clock of a process that starts now."""
        return LiveClock(self.wall, self.steady)

    def pass_(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds
        self.time += timedelta(seconds=seconds)

    def jump(self, seconds: float) -> None:
        """Set the clock, forward or back."""
        self.time += timedelta(seconds=seconds)


@asynccontextmanager
async def worker(log: MemoryLog, clock: LiveClock) -> AsyncIterator[tuple[Residence, Timers]]:
    residence = Residence(log, [COUNTER, INCIDENT], clock.now)
    await residence.open()
    try:
        yield residence, Timers(residence, clock)
    finally:
        await residence.close()


async def run(machine: Machine, timers: Sequence[Timers], seconds: float, step: float = 0.25) -> None:
    """Let *seconds* pass with a sweep every *step*."""
    for _ in range(int(seconds / step)):
        machine.pass_(step)
        for one in timers:
            await one.sweep()


def calls(residence: Residence) -> list[int]:
    """Return the rungs that were called on the ladder of the one order."""
    return [escalation.rung for escalation in residence.room(I1).state.orders["RES-1"].escalations]


@given(st.lists(st.tuples(st.floats(0, 1000), st.floats(-1e5, 1e5)), max_size=30))
def test_time_never_goes_back_and_hardly_slows_down(story: list[tuple[float, float]]) -> None:
    machine = Machine()
    clock = machine.clock()
    before = clock.now()
    for seconds, jump in story:
        machine.pass_(seconds)
        machine.jump(jump)
        now = clock.now()
        assert (now - before).total_seconds() >= seconds * (1 - SLOWER) - 1e-5
        assert now >= machine.time
        before = now


def test_a_clock_that_was_set_back_is_caught_up_with() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.jump(-60)
    for _ in range(7000):
        machine.pass_(1)
        clock.now()
    assert clock.now() == machine.time
    assert clock.ahead == timedelta(0)


@pytest.mark.parametrize("back", [HOUR, 24 * HOUR])
async def test_a_clock_set_back_delays_no_deadline(back: float) -> None:
    machine = Machine()
    async with worker(MemoryLog(CODEC), machine.clock()) as (residence, timers):
        await residence.handle(ONE, Add(1, wind=60), meta("a", at=residence.now()))
        machine.jump(-back)
        await run(machine, [timers], 59)
        assert residence.room(ONE).state.ran_down == 0
        await run(machine, [timers], 3)
        assert residence.room(ONE).state.ran_down == 1
        machine.jump(back)
        await run(machine, [timers], 120)
        assert residence.room(ONE).state.ran_down == 1


@pytest.mark.parametrize("forward", [HOUR, 24 * HOUR])
async def test_a_clock_set_forward_calls_one_rung_and_the_next_counts_from_then(forward: float) -> None:
    machine = Machine()
    async with worker(MemoryLog(CODEC), machine.clock()) as (residence, timers):
        await ordered(residence)
        machine.jump(forward)
        await run(machine, [timers], 119)
        assert calls(residence) == [1]
        await run(machine, [timers], 2)
        assert calls(residence) == [1, 2]
        machine.jump(-2 * forward)
        await run(machine, [timers], 125)
        assert calls(residence) == [1, 2]
        assert residence.room(I1).state.orders["RES-1"].unanswered


async def test_a_centre_that_starts_on_a_clock_behind_its_log_goes_on_where_the_log_ends() -> None:
    machine, log = Machine(), MemoryLog(CODEC)
    async with worker(log, machine.clock()) as (residence, _):
        await residence.handle(ONE, Add(1, wind=60), meta("a", at=residence.now()))
    machine.jump(-HOUR)
    async with worker(log, machine.clock()) as (residence, timers):
        await run(machine, [timers], 62)
        assert residence.room(ONE).state.ran_down == 1


@pytest.mark.parametrize("off", [HOUR, -HOUR])
@pytest.mark.parametrize("both", [True, False])
async def test_two_workers_whose_clocks_differ_fire_each_deadline_once_and_in_time(off: float, both: bool) -> None:
    machine, log = Machine(), MemoryLog(CODEC)
    other = Machine()
    other.jump(off)
    async with worker(log, machine.clock()) as (one, mine), worker(log, other.clock()) as (two, theirs):
        await two.handle(ONE, Add(1), meta("hello", at=two.now()))
        await one.reached(1)
        await ordered(one)
        for _ in range(4 * 400):
            machine.pass_(0.25)
            other.pass_(0.25)
            if both:
                await theirs.sweep()
            await mine.sweep()
        await two.reached((await log.head()).position)
        assert calls(one) == calls(two) == [1, 2]
    events = [row.event for row in await log.stream(I1)]
    assert sum(isinstance(event, OrderEscalated) for event in events) == 2
    assert sum(isinstance(event, OrderUnanswered) for event in events) == 1


@pytest.mark.parametrize("seed", range(5))
async def test_whatever_the_clock_does_each_rung_is_called_once_and_none_is_left_out(seed: int) -> None:
    random, machine, log = Random(seed), Machine(), MemoryLog(CODEC)
    async with worker(log, machine.clock()) as (residence, _):
        await ordered(residence)
    for _ in range(8):
        async with worker(log, machine.clock()) as (residence, timers):
            for _ in range(4):
                machine.jump(random.choice([0, 0, -1, 1]) * random.uniform(0, 48 * HOUR))
                await run(machine, [timers], random.uniform(0, 60))
    events: list[Any] = [row.event for row in await log.stream(I1)]
    assert [event.rung for event in events if isinstance(event, OrderEscalated)] == [1, 2]
    assert sum(isinstance(event, OrderUnanswered) for event in events) == 1
    times = [row.meta.at for row in await log.read()]
    assert times == sorted(times)


async def ordered(residence: Residence) -> None:
    """Open the incident and give one order that nobody will answer."""
    await residence.handle(I1, OpenIncident(by="test", hazard="typhoon"), meta("open", at=residence.now()))
    wish = Reconcile(desired=(PUMP,), seen=1, ladders={"RES": LADDER})
    await residence.handle(I1, wish, meta("wish", at=residence.now()))


async def test_a_bug_in_one_stream_keeps_no_other_from_its_deadline() -> None:
    def decide(state: Counter, command: Any, at: datetime) -> Any:
        if state.total == 13:
            raise ZeroDivisionError("a bug")
        return COUNTER.decide(state, command, at)

    machine = Machine()
    clock = machine.clock()
    residence = Residence(MemoryLog(CODEC), [replace(COUNTER, decide=decide)], clock.now)
    await residence.open()
    timers = Timers(residence, clock)
    for n in (12, 13, 14):
        await residence.handle(StreamId(f"counter/{n}"), Add(n, wind=1), meta(f"k{n}", at=clock.now()))
    machine.pass_(2)
    assert await timers.sweep() == 2
    assert list(timers.crashed) == ["counter/13"]
    assert await timers.sweep() == 0
    await residence.close()
