"""Whatever is changed in a log afterwards is found, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import apsw
import pytest

from coord.errors import Refused, Unfit
from coord.events import StreamId
from coord.store import open_store
from coord.store.log import Head
from coord.store.rows import Row
from coord.store.verify import Broken, Verified, read_checkpoints, verify, walk_chain, write_checkpoint
from tests.store.conftest import Shelf
from tests.store.events import CODEC, Noted, append

S = StreamId("incident/1")
COLUMNS = ["stream", "version", "kind", "at", "actor", "command", "cause", "rest", "body", "hash"]


async def filled(path: Path, count: int = 60) -> list[Row]:
    store = await open_store(path, "live", CODEC)
    for i in range(count):
        facts = [Noted(f"note {i}.{j} 水位", i) for j in range(1 + i % 3)]
        version = len(await store.log.stream(StreamId(f"incident/{i % 7}")))
        await store.log.append(append(f"incident/{i % 7}", version, f"c{i}", *facts))
    rows = list(await store.log.rows(0, 9999))
    await store.log.close()
    return rows


def touch(path: Path, sql: str, values: tuple[Any, ...] = ()) -> None:
    """Change the log as somebody with the file in hand would."""
    con = apsw.Connection(str(path / "spaces" / "live.db"))
    con.pragma("synchronous", 0)
    con.execute("DROP TRIGGER IF EXISTS events_never_change; DROP TRIGGER IF EXISTS events_never_go")
    con.execute(sql, values)
    con.close()


async def found(path: Path, *against: Head, slice_rows: int = 10) -> Broken | None:
    store = await open_store(path, "live", CODEC, read_only=True)
    try:
        return await walk_chain(store.log, against=against, slice_rows=slice_rows, pause=0)
    finally:
        await store.log.close()


def flipped(value: Any, random: Random) -> Any:
    """Return *value* with one bit or character changed."""
    match value:
        case None:
            return random.randrange(1, 9)
        case int():
            return value ^ (1 << random.randrange(8))
        case bytes():
            at = random.randrange(len(value))
            return value[:at] + bytes([value[at] ^ (1 << random.randrange(8))]) + value[at + 1 :]
        case str():
            at = random.randrange(len(value))
            return value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]
    raise AssertionError(value)


async def test_an_untouched_log_is_sound_on_every_store(shelf: Shelf) -> None:
    for i in range(25):
        await shelf.log.append(append(S, 2 * i, f"c{i}", Noted("a"), Noted("b")))
    await shelf.reopen()
    seen: list[Verified] = []
    assert await walk_chain(shelf.log, seen.append, slice_rows=7, pause=0) is None
    head = await shelf.log.head()
    assert seen[-1] == Verified(50, head.hash, 50)
    assert len(seen) == 8


class Paper:
    """Rows that were copied out of a log, to be changed without a database."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.kept = list(rows)

    async def rows(self, after: int = 0, limit: int = 1000) -> Sequence[Row]:
        return self.kept[after : after + limit]

    async def head(self) -> Head:
        return Head(len(self.kept), self.kept[-1].hash.hex(), "e")


async def test_a_thousand_random_changes_are_all_found_where_they_are(tmp_path: Path) -> None:
    rows = await filled(tmp_path)
    random = Random(20250923)
    for _ in range(1000):
        at, column = random.randrange(len(rows)), random.choice(COLUMNS)
        paper = Paper(rows)
        paper.kept[at] = rows[at]._replace(**{column: flipped(getattr(rows[at], column), random)})
        broken = await walk_chain(paper, slice_rows=10, pause=0)
        assert broken is not None
        assert broken.position == at + 1
        assert (broken.what == "hash") == (column == "hash" and at + 1 < len(rows))


async def test_random_changes_in_the_file_are_all_found_where_they_are(tmp_path: Path) -> None:
    rows = await filled(tmp_path)
    random = Random(20250923)
    for _ in range(25):
        row, column = random.choice(rows), random.choice(COLUMNS)
        old = getattr(row, column)
        new = flipped(old, random)
        sql = f"UPDATE OR IGNORE events SET {column} = ? WHERE position = ?"
        touch(tmp_path, sql, (new, row.position))
        broken = await found(tmp_path)
        if column in {"stream", "version"} and broken is None:
            continue  # it would have collided with another row, so the database refused it
        assert broken is not None, (row.position, column, old, new)
        assert broken.position == row.position
        assert (broken.what == "hash") == (column == "hash" and row is not rows[-1])
        touch(tmp_path, sql, (old, row.position))
    assert await found(tmp_path) is None


async def test_flipped_bytes_of_the_file_are_found_whenever_they_change_a_row(tmp_path: Path) -> None:
    rows = await filled(tmp_path)
    path = tmp_path / "spaces" / "live.db"
    whole, random, hits = path.read_bytes(), Random(7), 0
    for _ in range(80):
        at = random.randrange(100, len(whole))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << random.randrange(8))]) + whole[at + 1 :])
        try:
            store = await open_store(tmp_path, "live", CODEC, read_only=True)
        except Refused:
            continue  # the file does not open at all
        try:
            changed = list(await store.log.rows(0, 9999)) != rows
        except (Broken, Refused):
            changed = True
        broken = await walk_chain(store.log, slice_rows=10, pause=0)
        await store.log.close()
        assert changed == (broken is not None)
        hits += changed
    assert hits > 5


@pytest.mark.parametrize(
    ("sql", "position", "what"),
    [
        ('UPDATE events SET body = \'{"text":"b"}\' WHERE position = 7', 7, "body"),
        ("UPDATE events SET body = x'00' WHERE position = 7", 7, "body"),
        ('UPDATE events SET body = CAST(\'{"text":"b","number":0}\' AS BLOB) WHERE position = 7', 7, "row"),
        ("UPDATE events SET at = 'yesterday' WHERE position = 30", 30, "header"),
        ("UPDATE events SET hash = zeroblob(32) WHERE position = 1", 1, "hash"),
        ("DELETE FROM events WHERE position = 40", 40, "gap"),
        ("DELETE FROM events WHERE position < 5", 1, "gap"),
    ],
)
async def test_what_was_touched_is_named(tmp_path: Path, sql: str, position: int, what: str) -> None:
    await filled(tmp_path)
    con = apsw.Connection(str(tmp_path / "spaces" / "live.db"))
    con.pragma("writable_schema", 1)
    con.execute("UPDATE sqlite_schema SET sql = replace(sql, ') STRICT', ')') WHERE name = 'events'")
    con.close()
    touch(tmp_path, sql)
    broken = await found(tmp_path)
    assert broken is not None
    assert (broken.position, broken.what) == (position, what)
    assert f"position {position}" in str(broken)


async def test_a_missing_tail_is_found_only_through_a_checkpoint(tmp_path: Path) -> None:
    rows = await filled(tmp_path)
    store = await open_store(tmp_path, "live", CODEC, read_only=True)
    head = await store.log.head()
    await store.log.close()
    assert await found(tmp_path, head) is None
    touch(tmp_path, "DELETE FROM events WHERE position > ?", (len(rows) - 3,))
    assert await found(tmp_path) is None
    broken = await found(tmp_path, head)
    assert broken is not None
    assert (broken.position, broken.what) == (len(rows) - 2, "tail")
    assert await found(tmp_path, replace(head, epoch="of another life")) is None


async def test_a_log_that_was_written_anew_is_found_through_a_checkpoint(tmp_path: Path) -> None:
    await filled(tmp_path / "a", 5)
    store = await open_store(tmp_path / "a", "live", CODEC, read_only=True)
    middle = Head(4, "00" * 32, (await store.log.head()).epoch)
    await store.log.close()
    broken = await found(tmp_path / "a", middle)
    assert broken is not None
    assert (broken.position, broken.what) == (4, "checkpoint")


async def test_verifying_goes_on_from_where_it_stood(tmp_path: Path) -> None:
    rows = await filled(tmp_path)
    store = await open_store(tmp_path, "live", CODEC, read_only=True)
    half = Verified(50, rows[49].hash.hex(), len(rows))
    seen = [each async for each in verify(store.log, after=half, slice_rows=1000)]
    assert [each.position for each in seen] == [len(rows)]
    with pytest.raises(Broken) as broken:
        _ = [each async for each in verify(store.log, after=replace(half, hash="00" * 32))]
    assert broken.value.position == 51
    await store.log.close()


def test_checkpoints_are_kept_line_by_line_and_a_cut_last_line_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "heads.jsonl"
    heads = [Head(i, f"{i:064x}", "e") for i in (3, 9)]
    for head in heads:
        write_checkpoint(path, head)
    with path.open("a") as file:
        file.write('{"position": 12, "ha')
    assert read_checkpoints(path) == heads
    path.write_text('{"position": 1}\n' + path.read_text())
    with pytest.raises(Unfit) as unfit:
        read_checkpoints(path)
    assert unfit.value.findings[0].line == 1
    path.unlink()
    write_checkpoint(path, heads[0])
    write_checkpoint(path, replace(heads[0], hash="ff" * 32))
    with pytest.raises(Broken):
        read_checkpoints(path)
