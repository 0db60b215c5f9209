"""SQLite and PostgreSQL do what memory does, whatever is asked in whatever order, through restarts and crashes."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from coord.errors import CoordError
from coord.events import StreamId
from coord.store import Store, open_store
from coord.store.log import Append, Outcome, Snapshot
from coord.store.postgres import PostgresLog
from coord.store.verify import walk_chain
from tests.store.conftest import passing_space
from tests.store.events import CODEC, Noted, append
from tests.store.strategies import events

T = TypeVar("T")
streams = st.sampled_from(["incident/1", "incident/2", "watch/é", "w"])
actors = st.sampled_from(["p1", "p2"])
commands = st.integers(0, 12).map(str)
keys = st.sampled_from(["a", "a/1", "a/2", "b", "é"])
shelves = st.sampled_from(["s", "t"])
wishes = st.tuples(streams, st.sampled_from([0, 0, 0, 0, 1, -1]), commands, actors, st.integers(1, 3))


async def answer(asked: Awaitable[T]) -> T | type[CoordError]:
    """Return what was answered, a refusal as its class."""
    try:
        return await asked
    except CoordError as refusal:
        return type(refusal)


class Twins(RuleBasedStateMachine):
    """Asks a store and the one in memory the same, and compares."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.oracle, self.store = self.run(self.begin())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    async def begin(self) -> tuple[Store, Store]:
        return await open_store("memory:", "live", CODEC), await self.open()

    async def open(self) -> Store:
        raise AssertionError("each store opens itself")

    async def abandon(self) -> Store:
        raise AssertionError("each store crashes in its own way")

    async def end(self) -> None:
        await self.store.log.close()

    def both(self, ask: Callable[[Store], Awaitable[Any]]) -> Any:
        """Ask both, and see that they answer the same."""

        async def run() -> tuple[Any, Any]:
            return await answer(ask(self.oracle)), await answer(ask(self.store))

        expected, found = self.run(run())
        assert found == expected
        return expected

    def append_of(self, wish: tuple[str, int, str, str, int]) -> Append:
        stream, off, command, actor, count = wish
        version = len(self.run(self.oracle.log.stream(StreamId(stream))))
        facts = [Noted(f"{command} 水 {i}", i) for i in range(count)]
        return append(stream, max(0, version + off), command, *facts, actor=actor)

    @rule(wish=wishes)
    def append(self, wish: tuple[str, int, str, str, int]) -> None:
        what = self.append_of(wish)
        self.both(lambda store: store.log.append(what))

    @rule(event=events, command=commands)
    def append_anything(self, event: Any, command: str) -> None:
        what = append("any", len(self.run(self.oracle.log.stream(StreamId("any")))), command, event)
        self.both(lambda store: store.log.append(what))

    @rule(some=st.lists(wishes, min_size=2, max_size=6))
    def append_together(self, some: list[tuple[str, int, str, str, int]]) -> None:
        whats = [self.append_of(wish) for wish in some]
        self.both(lambda store: asyncio.gather(*(answer(store.log.append(what)) for what in whats)))

    @rule(actor=actors, command=commands, code=st.sampled_from(["", "refused"]))
    def remember(self, actor: str, command: str, code: str) -> None:
        self.both(lambda store: store.log.remember(actor, command, Outcome("d", code=code, sentence=code)))

    @rule(actor=actors, command=commands)
    def look_up(self, actor: str, command: str) -> None:
        self.both(lambda store: store.log.outcome(actor, command))

    @rule(stream=streams, after=st.integers(0, 6), limit=st.integers(1, 5))
    def read_a_stream(self, stream: str, after: int, limit: int) -> None:
        self.both(lambda store: store.log.stream(StreamId(stream), after, limit))

    @rule(prefix=st.sampled_from(["", "incident/", "w", "watch/é", "x"]))
    def list_streams(self, prefix: str) -> None:
        self.both(lambda store: store.log.streams(prefix))

    @rule(stream=streams, position=st.integers(0, 20), body=st.binary(max_size=9))
    def keep(self, stream: str, position: int, body: bytes) -> None:
        snapshot = Snapshot(StreamId(stream), 1, position, "h", "c", body)
        self.both(lambda store: store.log.keep_snapshot(snapshot))
        self.both(lambda store: store.log.snapshot(StreamId(stream)))

    @rule(shelf=shelves, key=keys, body=st.binary(max_size=9), expected=st.none() | st.integers(0, 3))
    def put(self, shelf: str, key: str, body: bytes, expected: int | None) -> None:
        self.both(lambda store: store.cabinet.put(shelf, key, body, expected))
        self.both(lambda store: store.cabinet.get(shelf, key))

    @rule(shelf=shelves, key=keys)
    def drop(self, shelf: str, key: str) -> None:
        self.both(lambda store: store.cabinet.drop(shelf, key))

    @rule(
        shelf=shelves, prefix=st.sampled_from(["", "a", "a/", "é"]), after=st.just("") | keys, limit=st.integers(1, 3)
    )
    def scan(self, shelf: str, prefix: str, after: str, limit: int) -> None:
        self.both(lambda store: store.cabinet.scan(shelf, prefix, after, limit))

    @rule()
    def restart(self) -> None:
        async def again() -> Store:
            await self.store.log.close()
            return await self.open()

        self.store = self.run(again())

    @rule()
    def crash(self) -> None:
        self.store = self.run(self.abandon())

    @invariant()
    def the_heads_are_equal(self) -> None:
        ours, theirs = self.run(self.oracle.log.head()), self.run(self.store.log.head())
        assert (theirs.position, theirs.hash) == (ours.position, ours.hash)

    def teardown(self) -> None:
        async def compare() -> None:
            everything = await self.oracle.log.read(0, 9999)
            assert await self.store.log.read(0, 9999) == everything
            assert await walk_chain(self.store.log, pause=0) is None
            followed: list[Any] = []
            if everything:
                async for batch in self.store.log.follow(0):
                    followed += batch
                    assert batch[-1].rest == 0
                    if len(followed) == len(everything):
                        break
            assert followed == everything

        try:
            self.run(compare())
        finally:
            self.run(self.end())
            self.run(self.loop.shutdown_default_executor())
            self.run(self.loop.shutdown_asyncgens())
            self.loop.close()


class SqliteTwins(Twins):
    """SQLite beside memory; a crash leaves the files as they lie there that moment."""

    async def open(self) -> Store:
        if not hasattr(self, "folder"):
            self.folder = Path(tempfile.mkdtemp(prefix="coord-twins-"))
            self.life = 0
        return await open_store(self.folder / str(self.life), "live", CODEC)

    async def abandon(self) -> Store:
        shutil.copytree(self.folder / str(self.life), self.folder / str(self.life + 1))
        await self.store.log.close()
        self.life += 1
        return await self.open()

    async def end(self) -> None:
        await super().end()
        shutil.rmtree(self.folder)


def postgres_twins(url: str, space: str) -> type[Twins]:
    class PostgresTwins(Twins):
        """PostgreSQL beside memory; a crash breaks every connection without a word."""

        async def open(self) -> Store:
            if not hasattr(self, "space"):
                self.space = f"{space}-{secrets.token_hex(4)}"
            return await open_store(url, self.space, CODEC)

        async def abandon(self) -> Store:
            assert isinstance(self.store.log, PostgresLog)
            place = self.store.log.space
            place._pool.terminate()
            if place._appender is not None:
                place._appender._drop()
            await self.store.log.close()
            return await self.open()

    return PostgresTwins


def test_sqlite_does_what_memory_does() -> None:
    run_state_machine_as_test(
        SqliteTwins, settings=settings(max_examples=30, stateful_step_count=30, deadline=None, derandomize=True)
    )


@pytest.mark.contract
async def test_postgres_does_what_memory_does(postgres_url: str) -> None:
    async with passing_space(postgres_url) as space:
        twins = postgres_twins(postgres_url, space)
        few = settings(
            max_examples=8,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=[HealthCheck.too_slow],
        )
        await asyncio.to_thread(run_state_machine_as_test, twins, settings=few)
