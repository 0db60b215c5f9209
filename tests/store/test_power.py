"""A power cut leaves the durable bytes and any part of what was not synced; FULL survives it, NORMAL must not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest

from coord.store.log import Append
from coord.store.rows import GENESIS, Row, draft, seal
from coord.store.sqlite_open import WRITER, migrate, settle
from coord.store.sqlite_writer import EVENT, insert
from tests.store.events import CODEC, Noted, append

SECTOR = 512


class Disk:
    """What each file durably holds, and the writes since its last sync."""

    def __init__(self) -> None:
        self.durable: dict[str, bytearray] = {}
        self.pending: dict[str, list[tuple[int, bytes]]] = {}

    def image(self, chance: random.Random) -> dict[str, bytes]:
        """Return the files after a power cut: each unsynced sector may have made it, or not."""
        found = {}
        for name, durable in self.durable.items():
            content = bytearray(durable)
            for at, data in self.pending.get(name, []):
                for start in range(0, len(data), SECTOR):
                    if chance.random() < 0.5:
                        part = data[start : start + SECTOR]
                        content.extend(b"\0" * (at + start + len(part) - len(content)))
                        content[at + start : at + start + len(part)] = part
            found[name] = bytes(content)
        return found


class Spy(apsw.VFSFile):
    """Passes everything on, and tells the disk."""

    def __init__(self, disk: Disk, name: Any, flags: list[int]) -> None:
        self._disk = disk
        self._name = name.filename() if isinstance(name, apsw.URIFilename) else name
        super().__init__("", name, flags)
        self._disk.durable.setdefault(self._name, bytearray())

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 (SQLite's names)
        self._disk.pending.setdefault(self._name, []).append((offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        waiting = self._disk.pending.get(self._name, [])
        self._disk.pending[self._name] = [(at, data) for at, data in waiting if at < size]
        del self._disk.durable[self._name][size:]
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:  # noqa: N802
        content = self._disk.durable[self._name]
        for at, data in self._disk.pending.pop(self._name, []):
            content.extend(b"\0" * (at + len(data) - len(content)))
            content[at : at + len(data)] = data
        super().xSync(flags)


class SpyingVFS(apsw.VFS):
    """A file system that knows what a power cut would leave."""

    def __init__(self, name: str, disk: Disk) -> None:
        self._disk = disk
        super().__init__(name, "")

    def xDelete(self, name: str, sync: bool) -> None:  # noqa: N802
        self._disk.durable.pop(name, None)
        self._disk.pending.pop(name, None)
        super().xDelete(name, sync)

    def xOpen(self, name: Any, flags: list[int]) -> Spy:  # noqa: N802
        return Spy(self._disk, name, flags)


def rows() -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a log, one small append each."""
    last = GENESIS
    for position in range(1, 10**6):
        wish: Append = append(f"s/{position % 5}", (position - 1) // 5, f"c{position}", Noted("x" * 200, position))
        ((columns, sealing),) = draft(CODEC, wish).entries
        last = seal(last, position, sealing)
        yield (position, *columns, last)


def images_with_losses(folder: Path, synchronous: int, images: int) -> int:
    """Write, cut the power at random moments, and return in how many images something acknowledged is missing."""
    chance, disk = random.Random(5), Disk()
    vfs = SpyingVFS(f"spying-{synchronous}", disk)
    con = apsw.Connection(str(folder / "live.db"), vfs=f"spying-{synchronous}")
    settle(con, {**WRITER, "synchronous": synchronous})
    migrate(con, "live.db")
    con.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    source, lossy, written = rows(), 0, list[tuple[Any, ...]]()
    for number in range(images):
        for _ in range(chance.randrange(1, 6)):
            group = [next(source) for _ in range(chance.randrange(1, 4))]
            con.execute("BEGIN IMMEDIATE")
            insert(con, EVENT, group)
            con.execute("COMMIT")
            written += group
        if number % 7 == 6:
            con.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
        lossy += not _survives(folder / f"cut{number}", disk.image(chance), written)
    con.close()
    del vfs
    return lossy


def _survives(folder: Path, files: dict[str, bytes], written: list[tuple[Any, ...]]) -> bool:
    folder.mkdir()
    for name, content in files.items():
        if not name.endswith("-shm"):
            (folder / Path(name).name).write_bytes(content)
    try:
        con = apsw.Connection(str(folder / "live.db"))
        con.pragma("synchronous", 0)
        found = [Row(*row) for row in con.execute("SELECT * FROM events ORDER BY position")]
        con.close()
    except apsw.Error:
        return False
    return found == [Row(*row) for row in written]


@pytest.mark.crash
def test_no_power_cut_loses_what_was_acknowledged(tmp_path: Path) -> None:
    assert images_with_losses(tmp_path, int(WRITER["synchronous"]), 200) == 0


@pytest.mark.crash
def test_the_power_cut_is_a_real_one_since_normal_does_not_survive_it(tmp_path: Path) -> None:
    assert images_with_losses(tmp_path, 1, 30) > 10
