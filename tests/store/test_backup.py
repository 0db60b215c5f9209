"""A backup holds everything, is verified, and comes back under a new epoch without what was erased since."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import apsw
import pytest

from coord.errors import CoordError, Refused
from coord.store import Store, open_store
from coord.store.backup import Manifest, back_up
from coord.store.log import Outcome, Snapshot
from coord.store.restore import ERASED, restore
from coord.store.verify import Broken
from tests.store.conftest import passing_space
from tests.store.events import CODEC, Noted, append


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.contract)])
async def home(request: Any, tmp_path: Path) -> AsyncIterator[tuple[str, str]]:
    """Yield where a space may live: a folder or an address, and its name."""
    if request.param == "sqlite":
        yield str(tmp_path / "data"), "live"
        return
    url = request.getfixturevalue("postgres_url")
    async with passing_space(url) as space:
        yield url, space


async def fill(store: Store, first: int, count: int) -> None:
    for i in range(first, first + count):
        await store.log.append(append(f"incident/{i}", 0, f"c{i}", Noted(f"note {i}"), Noted("水位", i)))


async def content(store: Store) -> Sequence[Any]:
    sheets = [await store.cabinet.scan(shelf) for shelf in ("accounts", "vault", "vault-keys", ERASED)]
    snapshot = await store.log.snapshot(append("incident/1", 0, "-").stream)
    return [await store.log.rows(0, 9999), sheets, snapshot, await store.log.outcome("p1", "no")]


async def test_what_is_backed_up_beside_writers_comes_back_under_a_new_epoch(
    home: tuple[str, str], tmp_path: Path
) -> None:
    place, space = home
    store = await open_store(place, space, CODEC)
    await fill(store, 0, 40)
    await store.cabinet.put("accounts", "a1", b"{}")
    await store.log.remember("p1", "no", Outcome("d", code="refused", sentence="不可"))
    snapshot = Snapshot(append("incident/1", 0, "-").stream, 2, 4, "h", "code", b"\x00state")
    await store.log.keep_snapshot(snapshot)
    before = await content(store)
    steps: list[tuple[str, int, int]] = []
    writing = asyncio.create_task(fill(store, 100, 60))
    manifest = await back_up(place, space, tmp_path / "backup", lambda *step: steps.append(step))
    await writing
    epoch = (await store.log.head()).epoch
    await store.log.close()

    assert 80 <= manifest.position <= 200
    assert manifest.position % 2 == 0, "never in the middle of an append"
    assert manifest.epoch == epoch
    assert ("verifying", manifest.position, manifest.position) in steps
    assert {path.name for path in (tmp_path / "backup").iterdir()} == {f"{space}.db", f"{space}.json"}
    with pytest.raises(Refused) as refusal:
        await restore(tmp_path / "backup", place, space)
    assert refusal.value.code == "exists"
    head = await restore(tmp_path / "backup", place, space, replace=True)
    assert (head.position, head.hash) == (manifest.position, manifest.hash)
    assert head.epoch != epoch

    store = await open_store(place, space, CODEC)
    assert await store.log.head() == head
    after = await content(store)
    assert after[0][:80] == before[0]
    assert after[1:] == before[1:]
    await store.log.append(append("incident/0", 2, "after"))
    await store.log.close()


async def test_a_backup_restores_into_an_empty_place_of_either_kind(home: tuple[str, str], tmp_path: Path) -> None:
    place, space = home
    store = await open_store(place, space, CODEC)
    await fill(store, 0, 5)
    before = await content(store)
    await store.log.close()
    await back_up(place, space, tmp_path / "backup")
    await restore(tmp_path / "backup", tmp_path / "other", space)
    store = await open_store(tmp_path / "other", space, CODEC)
    assert await content(store) == before
    await store.log.close()
    await back_up(tmp_path / "other", space, tmp_path / "again")
    await restore(tmp_path / "again", place, space, replace=True)
    store = await open_store(place, space, CODEC)
    assert await content(store) == before
    await store.log.close()


async def test_what_was_erased_after_the_backup_stays_erased(home: tuple[str, str], tmp_path: Path) -> None:
    place, space = home
    store = await open_store(place, space, CODEC)
    for subject in ("s1", "s2", "s10"):
        await store.cabinet.put("vault-keys", subject, b"key")
        await store.cabinet.put("vault", f"{subject}.abc", b"sealed")
    await back_up(place, space, tmp_path / "backup")
    await store.cabinet.put(ERASED, "s1", b"{}")
    await store.cabinet.drop("vault-keys", "s1")
    await store.log.close()
    await restore(tmp_path / "backup", place, space, replace=True)
    store = await open_store(place, space, CODEC)
    assert [sheet.key for sheet in await store.cabinet.scan("vault-keys")] == ["s10", "s2"]
    assert [sheet.key for sheet in await store.cabinet.scan("vault")] == ["s10.abc", "s2.abc"]
    assert [sheet.key for sheet in await store.cabinet.scan(ERASED)] == ["s1"]
    await store.log.close()


async def test_nothing_is_restored_under_a_running_centre(home: tuple[str, str], tmp_path: Path) -> None:
    place, space = home
    store = await open_store(place, space, CODEC)
    await fill(store, 0, 3)
    await back_up(place, space, tmp_path / "backup")
    with pytest.raises(Refused) as refusal:
        await restore(tmp_path / "backup", place, space, replace=True)
    assert refusal.value.code == "held"
    await fill(store, 3, 1)
    assert (await store.log.head()).position == 8
    await store.log.close()


async def made(tmp_path: Path) -> tuple[Path, Path]:
    store = await open_store(tmp_path / "data", "live", CODEC)
    await fill(store, 0, 20)
    await store.log.close()
    await back_up(tmp_path / "data", "live", tmp_path / "backup")
    return tmp_path / "data", tmp_path / "backup"


@pytest.mark.parametrize("harm", ["flip", "cut", "gone", "manifest", "touched"])
async def test_a_damaged_backup_is_refused_and_the_log_stays(tmp_path: Path, harm: str) -> None:
    data, backup = await made(tmp_path)
    file, note = backup / "live.db", backup / "live.json"
    whole = file.read_bytes()
    match harm:
        case "flip":
            file.write_bytes(whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:])
        case "cut":
            file.write_bytes(whole[:-4096])
        case "gone":
            file.unlink()
        case "manifest":
            note.write_text("{}")
        case _:  # and the manifest made to fit
            con = apsw.Connection(str(file))
            con.execute("DROP TRIGGER events_never_change; UPDATE events SET actor = 'p2' WHERE position = 7")
            con.close()
            told = json.loads(note.read_text())
            import hashlib

            told["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
            note.write_text(json.dumps(told))
    before = (data / "spaces" / "live.db").read_bytes()
    with pytest.raises(CoordError) as refusal:
        await restore(backup, data, "live", replace=True)
    if harm == "touched":
        assert isinstance(refusal.value, Broken)
        assert refusal.value.position == 7
    assert (data / "spaces" / "live.db").read_bytes() == before
    assert not [path for path in (data / "spaces").iterdir() if "rest" in path.name or "replaced" in path.name]


async def test_a_touched_log_gives_no_backup(tmp_path: Path) -> None:
    data, backup = await made(tmp_path)
    con = apsw.Connection(str(data / "spaces" / "live.db"))
    con.execute("DROP TRIGGER events_never_change; UPDATE events SET actor = 'p2' WHERE position = 7")
    con.close()
    good = Manifest.read(backup / "live.json")
    with pytest.raises(Broken):
        await back_up(data, "live", backup)
    assert Manifest.read(backup / "live.json") == good
    assert sorted(path.name for path in backup.iterdir()) == ["live.db", "live.json"]


async def test_the_replaced_log_is_moved_aside_with_its_last_commits(tmp_path: Path) -> None:
    data, backup = await made(tmp_path)
    await restore(backup, data, "live", replace=True)
    (old,) = [
        path
        for path in (data / "spaces").iterdir()
        if path.name.startswith("live.db.replaced-") and "-wal" not in path.name and "-shm" not in path.name
    ]
    con = apsw.Connection(str(old), flags=apsw.SQLITE_OPEN_READONLY)
    assert con.execute("SELECT count(*) FROM events").get == 40
    con.close()
