"""What open_store opens, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from coord.errors import Refused
from coord.store import open_store
from coord.store.log import ReadOnly
from coord.store.sqlite_open import check_version, open_writer, settle
from tests.store.events import CODEC, append


async def test_a_space_is_a_file_that_one_process_writes_and_any_may_read(tmp_path: Path) -> None:
    store = await open_store(tmp_path, "live", CODEC)
    await store.log.append(append("incident/1", 0, "c1"))
    with pytest.raises(Refused, match=r"pid \d+") as refusal:
        await open_store(tmp_path, "live", CODEC)
    assert refusal.value.code == "held"
    reader = await open_store(tmp_path, "live", CODEC, read_only=True)
    assert len(await reader.log.read()) == 1
    with pytest.raises(ReadOnly):
        await reader.log.append(append("incident/1", 1, "c2"))
    with pytest.raises(ReadOnly):
        await reader.cabinet.put("s", "k", b"")
    await reader.log.close()
    await store.log.close()
    await (await open_store(tmp_path, "live", CODEC)).log.close()


@pytest.mark.parametrize("name", ["", "Live", "a/b", "../a", "a.b", "-a", "a" * 41, "a\n", "a;drop"])
async def test_a_space_with_a_dangerous_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused) as refusal:
        await open_store(tmp_path, name, CODEC)
    assert refusal.value.code == "space-name"


async def test_a_log_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        await open_store(tmp_path, "live", CODEC, read_only=True)
    assert refusal.value.code == "no-log"
    assert not list(tmp_path.iterdir())


async def test_a_database_of_a_newer_program_is_refused_and_not_touched(tmp_path: Path) -> None:
    await (await open_store(tmp_path, "live", CODEC)).log.close()
    path = tmp_path / "spaces" / "live.db"
    con = apsw.Connection(str(path))
    con.pragma("user_version", 999)
    con.close()
    before = path.read_bytes()
    for read_only in (False, True):
        with pytest.raises(Refused, match="use a newer coord") as refusal:
            await open_store(tmp_path, "live", CODEC, read_only=read_only)
        assert refusal.value.code == "newer-database"
    assert path.read_bytes() == before


@pytest.mark.parametrize("version", ["3.40.1", "3.51.2", "3.7.0"])
def test_a_sqlite_that_can_lose_commits_is_refused(version: str) -> None:
    with pytest.raises(Refused, match=version):
        check_version(version)


def test_a_pragma_that_did_not_take_is_refused() -> None:
    with pytest.raises(Refused, match="journal_mode"):
        settle(apsw.Connection(":memory:"), {"journal_mode": "wal"})


def test_neither_update_nor_delete_passes_on_events(tmp_path: Path) -> None:
    con = open_writer(tmp_path / "live.db")
    con.execute("INSERT INTO events VALUES (1, 's', 1, 'k', 'at', 'a', 'c', NULL, 0, x'00', x'00')")
    for sql in ("UPDATE events SET body = x'01'", "DELETE FROM events"):
        with pytest.raises(apsw.ConstraintError, match="only grows"):
            con.execute(sql)
    con.close()
