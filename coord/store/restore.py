"""How a backup becomes the log again: verified first, under a new epoch, and forgetting what was erased since.

Whoever followed the log that was there sees the new epoch and starts over
instead of staying silently ahead. The database that is replaced is moved
aside, never removed.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import apsw

from coord.errors import Refused
from coord.store.backup import Manifest, Progress, check, cleared, file_hash, nobody_watches, sync
from coord.store.lock import Lock
from coord.store.log import Head, Sheet
from coord.store.sqlite_open import open_reader, open_writer

ERASED = "vault-erased"
"""The shelf of tombstones: a sheet whose key is an erased subject."""

FORGOTTEN = ("vault-keys", "vault")
"""The shelves that hold nothing of an erased subject: neither ``subject`` nor ``subject.…``."""


async def restore(
    source: Path, place: str | Path, space: str, *, replace: bool = False, progress: Progress = nobody_watches
) -> Head:
    """Make the backup of *space* in the folder *source* the log at *place*, and return its head.

    Raises :exc:`coord.errors.Refused`: ``no-backup``, ``damaged``, ``exists``
    when there is a log already and not *replace*, ``held`` when a centre runs
    on it; :exc:`coord.store.verify.Broken` when the backup was touched.
    """
    manifest = Manifest.read(source / f"{space}.json")
    file = source / manifest.file
    progress("reading", 0, 0)
    if not file.exists() or file_hash(file) != manifest.sha256:
        raise Refused(f"{file} is not the file that its manifest describes", code="damaged")
    head = await check(file, progress)
    if (head.position, head.hash) != (manifest.position, manifest.hash):
        raise Refused(f"{file} does not end where its manifest says", code="damaged")
    epoch = uuid.uuid4().hex
    if str(place).startswith(("postgresql://", "postgres://")):
        from coord.store.postgres_copy import copy_in

        await copy_in(file, str(place), space, epoch, replace=replace, progress=progress)
    else:
        _put_in_place(file, Path(place) / "spaces" / f"{space}.db", epoch, replace=replace)
    return Head(head.position, head.hash, epoch)


def aside() -> str:
    """Return what a replaced database is called after."""
    return datetime.now(UTC).strftime("replaced-%Y%m%dT%H%M%S")


def _put_in_place(file: Path, target: Path, epoch: str, *, replace: bool) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    lock = Lock(target)
    lock.take()
    with ExitStack() as undo:
        undo.callback(lock.release)
        if target.exists() and not replace:
            raise Refused(f"there is a log at {target} already; --replace moves it aside", code="exists")
        fresh = cleared(target.with_name(target.name + ".restoring"))
        shutil.copyfile(file, fresh)
        _renew(fresh, epoch, tombs_in(target))
        if target.exists():
            old = target.with_name(f"{target.name}.{aside()}")
            for rest in ("-wal", "-shm", ""):  # its last commits may still lie in the write-ahead log
                if (part := target.with_name(target.name + rest)).exists():
                    part.rename(old.with_name(old.name + rest))
        fresh.rename(target)
        sync(target.parent)


def _renew(fresh: Path, epoch: str, tombs: Sequence[Sheet]) -> None:
    """Give the copy its new epoch, let it forget, and have it on disk in one file."""
    with closing(open_writer(fresh)) as con:
        with con:
            con.execute("UPDATE about SET value = ? WHERE name = 'epoch'", (epoch,))
            for tomb in tombs:
                row = (ERASED, tomb.key, tomb.body, tomb.revision)
                con.execute("INSERT OR IGNORE INTO cabinet VALUES (?,?,?,?)", row)
            for shelf in FORGOTTEN:
                con.execute(FORGET, (shelf, ERASED))
        con.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        con.pragma("journal_mode", "delete")
    sync(fresh)


FORGET = """
DELETE FROM cabinet WHERE shelf = ?1 AND (
    key IN (SELECT key FROM cabinet WHERE shelf = ?2)
    OR substr(key, 1, instr(key, '.') - 1) IN (SELECT key FROM cabinet WHERE shelf = ?2))"""


def tombs_in(database: Path) -> list[Sheet]:
    """Return the tombstones of a database file, none when it is not there or cannot be read any more."""
    if not database.exists():
        return []
    try:
        with closing(open_reader(database)) as con:
            sql = "SELECT key, body, revision FROM cabinet WHERE shelf = ?"
            return [Sheet(*row) for row in con.execute(sql, (ERASED,))]
    except (Refused, apsw.Error):
        return []  # the list beside the master key holds them too, and is applied at the next start
