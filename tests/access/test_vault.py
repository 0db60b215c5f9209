"""Personal data: unreadable without the key, gone when erased, whatever comes back from a backup."""

from __future__ import annotations

import asyncio
import copy
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coord.access.documents import ACCESS_LOG, VAULT, VAULT_KEYS, unpack
from coord.access.keyfile import KeyFile, KeyFileUnfit
from coord.access.vault import Erased, Ref, Unreadable, Vault
from coord.errors import NotFound
from coord.store.log import Cabinet
from tests.access.cabinet import Clock, Counting, TinyCabinet, holds

CONTENT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
SUBJECT = st.sampled_from(["s1", "s2", "s3"])


async def vault(tmp: Path, cabinet: Cabinet | None = None) -> Vault:
    return await Vault.at(cabinet or TinyCabinet(), tmp / "master.key", Clock())


async def test_what_was_put_comes_back_and_the_reading_is_on_record(tmp_path: Path) -> None:
    cabinet = TinyCabinet()
    kept = await vault(tmp_path, cabinet)
    ref = await kept.put("s1", "phone", "+853 6000 0000")
    assert await kept.text(ref, "a1", "call-out") == "+853 6000 0000"
    rows = [unpack(sheet) for sheet in await cabinet.scan(ACCESS_LOG)]
    assert [(row["actor"], row["purpose"], row["refs"]) for row in rows] == [("a1", "call-out", [ref.id])]
    assert ref.subject == "s1"


async def test_nobody_reads_without_saying_who_and_for_what(tmp_path: Path) -> None:
    kept = await vault(tmp_path)
    ref = await kept.put("s1", "phone", "1")
    for reader, purpose in (("", "call-out"), ("a1", "")):
        with pytest.raises(ValueError):
            await kept.get(ref, reader, purpose)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(SUBJECT, CONTENT), max_size=8), SUBJECT)
def test_erased_is_unreadable_and_the_rest_is_untouched(some: list[tuple[str, str]], gone: str) -> None:
    async def play() -> None:
        cabinet = TinyCabinet()
        kept = Vault(cabinet, Nowhere(Path("-"), bytes(32)), Clock())
        refs = [(subject, text, await kept.put(subject, "note", text)) for subject, text in some]
        assert await kept.erase(gone, "a1", "asked")
        for subject, text, ref in refs:
            if subject == gone:
                with pytest.raises(Erased):
                    await kept.get(ref, "a1", "test")
            else:
                assert await kept.text(ref, "a1", "test") == text
        with pytest.raises(Erased):
            await kept.put(gone, "note", "again")
        assert not await cabinet.scan(VAULT, f"{gone}.")
        assert await cabinet.get(VAULT_KEYS, gone) is None
        assert not await kept.erase(gone, "a1", "asked")

    asyncio.run(play())


class Nowhere(KeyFile):
    """A key without a file."""

    __slots__ = ()

    def erased(self) -> tuple[str, ...]:
        return ()

    def note_erased(self, subject: str) -> None:
        pass


@settings(deadline=None, max_examples=40)
@given(CONTENT, CONTENT, st.sampled_from(["note", "name"]), st.sampled_from(["note", "name"]))
def test_a_hash_shows_equality_within_one_subject_only(one: str, other: str, kind: str, second: str) -> None:
    async def play() -> None:
        kept = Vault(TinyCabinet(), Nowhere(Path("-"), bytes(32)), Clock())
        a = await kept.put("s1", kind, one)
        b = await kept.put("s1", second, other)
        c = await kept.put("s2", kind, one)
        assert (a == b) == ((one, kind) == (other, second))
        assert a.hash != c.hash

    asyncio.run(play())


async def test_nothing_in_the_cabinet_can_be_read_without_the_key_file(tmp_path: Path) -> None:
    cabinet = TinyCabinet()
    kept = await vault(tmp_path, cabinet)
    ref = await kept.put("s1", "name", "陈大文 of the sample")
    assert not await holds(cabinet, "陈大文")
    (tmp_path / "other").mkdir()
    with pytest.raises(KeyFileUnfit):  # a sealed cabinet never gets another key
        await vault(tmp_path / "other", cabinet)
    KeyFile.create(tmp_path / "other" / "master.key")
    with pytest.raises(Unreadable):
        await vault(tmp_path / "other", cabinet)
    wrong = Vault(cabinet, KeyFile.load(tmp_path / "other" / "master.key"), Clock())
    with pytest.raises(Erased):
        await wrong.get(ref, "a1", "test")


async def test_changed_bytes_and_changed_hashes_are_found(tmp_path: Path) -> None:
    cabinet = TinyCabinet()
    kept = await vault(tmp_path, cabinet)
    ref, other = await kept.put("s1", "name", "one"), await kept.put("s1", "name", "two")
    with pytest.raises(Unreadable):
        await kept.get(Ref(ref.id, other.hash), "a1", "test")
    with pytest.raises(NotFound):
        await kept.get(Ref("s1.nothing", ref.hash), "a1", "test")
    sheet = await cabinet.get(VAULT, other.id)
    assert sheet is not None
    await cabinet.put(VAULT, ref.id, sheet.body)  # one content in the place of another
    with pytest.raises(Unreadable):
        await kept.get(ref, "a1", "test")
    await cabinet.put(VAULT, other.id, sheet.body[:-1] + bytes([sheet.body[-1] ^ 1]))
    with pytest.raises(Unreadable):
        await kept.get(other, "a1", "test")


async def test_a_backup_from_before_does_not_bring_the_erased_back(tmp_path: Path) -> None:
    cabinet = TinyCabinet()
    kept = await vault(tmp_path, cabinet)
    ref = await kept.put("s1", "name", "one")
    backup = copy.deepcopy(cabinet)
    await kept.erase("s1", "a1", "asked")
    restored = await vault(tmp_path, backup)
    with pytest.raises(Erased):
        await restored.get(ref, "a1", "test")
    assert await backup.get(VAULT_KEYS, "s1") is None
    assert await restored.keep_erased(["s1"]) == 0  # the log says so too: nothing left to do


class Held(Counting):
    """A cabinet on which writes to one shelf wait for a sign."""

    def __init__(self, cabinet: Cabinet, shelf: str) -> None:
        super().__init__(cabinet)
        self.shelf = shelf
        self.waits, self.goes = asyncio.Event(), asyncio.Event()

    async def put(self, shelf: str, key: str, body: bytes, expected: int | None = None) -> int:
        if shelf == self.shelf and key.startswith("s1"):
            self.waits.set()
            await self.goes.wait()
        return await super().put(shelf, key, body, expected)


@pytest.mark.parametrize("shelf", [VAULT, VAULT_KEYS])
async def test_who_writes_while_it_is_erased_leaves_nothing_behind(tmp_path: Path, shelf: str) -> None:
    cabinet = Held(TinyCabinet(), shelf)
    kept = await vault(tmp_path, cabinet)
    writing = asyncio.create_task(kept.put("s1", "name", "a text"))
    await cabinet.waits.wait()
    await kept.erase("s1", "a1", "asked")
    cabinet.goes.set()
    with pytest.raises(Erased):
        await writing
    assert not await cabinet.scan(VAULT, "s1.")
    assert await cabinet.get(VAULT_KEYS, "s1") is None


def test_the_key_file_is_its_owners_alone_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    made = KeyFile.create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert KeyFile.load(path) == made
    with pytest.raises(KeyFileUnfit):
        KeyFile.create(path)
    os.chmod(path, 0o640)
    with pytest.raises(KeyFileUnfit):
        KeyFile.load(path)
    os.chmod(path, 0o600)
    for nonsense in ("", "abcd", "not hex"):
        path.write_text(nonsense)
        with pytest.raises(KeyFileUnfit):
            KeyFile.load(path)
    with pytest.raises(KeyFileUnfit):
        KeyFile.load(tmp_path / "missing")


def test_the_list_of_the_erased_stands_beside_the_key(tmp_path: Path) -> None:
    key = KeyFile.create(tmp_path / "master.key")
    for subject in ("s1", "s2", "s1"):
        key.note_erased(subject)
    assert KeyFile.load(key.path).erased() == ("s1", "s2")
