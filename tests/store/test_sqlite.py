"""SQLite when the disk is full, when a reader is in the way, when something is erased, when a bug strikes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import apsw
import pytest

from coord.events import StreamId
from coord.store.log import NotRecorded, Outcome, ReadOnly
from coord.store.sqlite import SqliteCabinet, SqliteFile, SqliteLog
from coord.store.sqlite_open import WRITER, open_reader
from coord.store.verify import walk_chain
from tests.store.events import CODEC, Noted, append


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[SqliteFile]:
    """Yield an open database file."""
    file = SqliteFile(tmp_path / "live.db")
    yield file
    await file.close()


async def pragma(file: SqliteFile, name: str, value: int | None = None) -> Any:
    """Ask or set a pragma of the writing connection, in its own thread."""
    return await file.put(lambda con: con.pragma(name, value) if value is not None else con.pragma(name))


async def test_every_promise_of_the_writer_reads_back_while_it_runs(file: SqliteFile) -> None:
    assert {name: await pragma(file, name) for name in WRITER} == WRITER


async def test_a_full_disk_refuses_and_acknowledges_nothing_and_the_log_goes_on_when_there_is_room(
    file: SqliteFile,
) -> None:
    log, acknowledged, refused = SqliteLog(file, CODEC), list[str](), dict[str, str]()
    await pragma(file, "max_page_count", 30)

    async def write(number: int) -> None:
        for i in range(30):
            command = f"{number}-{i}"
            stream = StreamId(f"s/{number}")
            try:
                await log.append(append(stream, len(await log.stream(stream, 0, 99)), command, Noted("x" * 500)))
            except NotRecorded as refusal:
                refused[command] = str(refusal)
            else:
                acknowledged.append(command)

    await asyncio.gather(*(write(number) for number in range(8)))
    assert acknowledged
    assert refused
    assert all("full" in sentence for sentence in refused.values())
    assert [await log.outcome("p1", command) for command in refused] == [None] * len(refused)
    await pragma(file, "max_page_count", 100_000)
    await log.append(append("room", 0, "again"))
    assert {row.command for row in await log.rows(0, 9999)} == {*acknowledged, "again"}
    assert await walk_chain(log, pause=0) is None


async def test_what_is_erased_leaves_the_files_before_the_answer(file: SqliteFile) -> None:
    cabinet, mark = SqliteCabinet(file), b"Fulano de Tal, 6612 3456"
    for i in range(200):
        await cabinet.put("vault", f"s{i}", b"%b %d" % (mark, i) * 20)
    assert mark in whole(file.path)
    for i in range(200):
        await cabinet.drop("vault", f"s{i}")
    assert mark not in whole(file.path)


async def test_what_is_replaced_leaves_the_files_with_the_next_erasure(file: SqliteFile) -> None:
    cabinet, mark = SqliteCabinet(file), b"Fulano de Tal, 6612 3456"
    await cabinet.put("vault", "s1", mark * 500)
    await cabinet.put("vault", "s1", b"")
    await cabinet.put("vault", "s2", b"")
    await cabinet.drop("vault", "s2")
    assert mark not in whole(file.path)


def whole(path: Path) -> bytes:
    """Return all bytes of the database and what lies beside it."""
    return b"".join(each.read_bytes() for each in path.parent.iterdir())


async def test_an_erasure_that_a_reader_holds_up_is_finished_when_it_is_gone(file: SqliteFile) -> None:
    cabinet, mark = SqliteCabinet(file), b"Fulano de Tal, 6612 3456"
    await cabinet.put("vault", "s1", mark)
    reader = open_reader(file.path)
    cursor = reader.execute("SELECT key FROM cabinet UNION ALL SELECT kind FROM events UNION ALL SELECT 'x'")
    assert next(cursor) == ("s1",)
    assert await cabinet.drop("vault", "s1") is True
    assert mark in whole(file.path)
    cursor.close()
    reader.close()
    async with asyncio.timeout(10):
        while mark in whole(file.path):
            await asyncio.sleep(0.01)


async def test_appends_go_on_while_somebody_reads_for_long(file: SqliteFile) -> None:
    log = SqliteLog(file, CODEC)
    await log.append(append("s", 0, "c0"))
    reader = open_reader(file.path)
    with reader:
        assert reader.execute("SELECT count(*) FROM events").get == 1
        for i in range(1, 400):
            await log.append(append("s", i, f"c{i}", Noted("x" * 3000)))
        assert reader.execute("SELECT count(*) FROM events").get == 1
    reader.close()
    assert (await log.head()).position == 400


async def test_the_write_ahead_log_is_moved_into_the_database_as_it_grows(file: SqliteFile) -> None:
    log = SqliteLog(file, CODEC)
    assert file.writer is not None
    largest = 0
    for i in range(60):
        await asyncio.gather(*(log.append(append(f"s/{i}/{j}", 0, f"{i}-{j}", Noted("x" * 4000))) for j in range(60)))
        largest = max(largest, file.path.with_name("live.db-wal").stat().st_size)
    assert largest < 24 * 2**20
    assert file.path.stat().st_size > 8 * 2**20
    assert file.writer.trouble == ""


async def test_another_writer_in_the_file_costs_no_append_and_no_order(file: SqliteFile) -> None:
    """Nobody else should write; whoever does so all the same must not break the chain."""
    log = SqliteLog(file, CODEC)
    await log.append(append("s", 0, "c0"))
    stranger = apsw.Connection(str(file.path))
    stranger.execute("INSERT INTO outcomes VALUES ('p1', 'c1', 'd', 0, 0, '', '')")
    with pytest.raises(Exception, match="used the command id c1"):
        await log.append(append("s", 1, "c1"))
    row = (await log.rows())[0]
    forged = row._replace(position=2, version=2, command="x")
    stranger.execute(f"INSERT INTO events VALUES ({','.join('?' * 11)})", forged._replace(hash=forged.sealed(row.hash)))
    stranger.close()
    with pytest.raises(Exception, match="no longer at version 1"):
        await log.append(append("s", 1, "c2"))
    await log.append(append("s", 2, "c3"))
    assert await walk_chain(log, pause=0) is None


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_a_bug_that_ends_the_writer_leaves_nobody_waiting(file: SqliteFile) -> None:
    log = SqliteLog(file, CODEC)

    def bug(_: apsw.Connection) -> None:
        raise ZeroDivisionError

    done = await asyncio.wait_for(
        asyncio.gather(
            log.append(append("s", 0, "c0")), file.put(bug), log.append(append("s", 1, "c1")), return_exceptions=True
        ),
        5,
    )
    assert all(isinstance(each, NotRecorded | ReadOnly) for each in done)
    async with asyncio.timeout(5):
        while True:
            try:
                await log.append(append("s", 0, "c2"))
            except ReadOnly:
                break
            except NotRecorded:
                await asyncio.sleep(0.001)


async def test_whoever_is_cancelled_finds_the_outcome(file: SqliteFile) -> None:
    log = SqliteLog(file, CODEC)
    task = asyncio.create_task(log.append(append("s", 0, "c0")))
    await asyncio.sleep(0)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await log.append(append("t", 0, "c1"))
    assert await log.outcome("p1", "c0") == Outcome("d", 1, 1)
    assert len(await log.read()) == 2


async def test_what_was_accepted_before_the_end_is_written(tmp_path: Path) -> None:
    log = SqliteLog(SqliteFile(tmp_path / "live.db"), CODEC)
    tasks = [asyncio.create_task(log.append(append(f"s/{i}", 0, f"c{i}"))) for i in range(50)]
    await asyncio.sleep(0)
    await log.close()
    assert len(await asyncio.gather(*tasks)) == 50
    with pytest.raises(ReadOnly):
        await log.append(append("t", 0, "late"))
    log = SqliteLog(SqliteFile(tmp_path / "live.db"), CODEC)
    assert (await log.head()).position == 50
    await log.close()
