"""Connections to one SQLite file, with every promise asked for and read back.

SQLite before 3.51.3 can lose committed transactions when one connection
checkpoints while another writes (the WAL-reset fault, sqlite.org/wal.html), and
a pragma that did not take raises nothing; so both are checked here, or coord
does not start. Checkpoints are the writer's own: automatic ones, and those of a
closing connection, swallow a failing disk.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import apsw

from coord.errors import Refused
from coord.store.migrations import missing

OLDEST = (3, 51, 3)

WRITER: dict[str, str | int] = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: NORMAL loses acknowledged commits in a power cut
    "wal_autocheckpoint": 0,
    "mmap_size": 0,
    "secure_delete": 1,  # what is erased from the cabinet is overwritten
    "busy_timeout": 5000,
    "fullfsync": 1,
    "trusted_schema": 0,
    "temp_store": 2,  # memory: no copy of anything personal in a temporary file
}
READER: dict[str, str | int] = {
    "query_only": 1,
    "mmap_size": 0,
    "busy_timeout": 5000,
    "trusted_schema": 0,
    "temp_store": 2,
}


def check_version(version: str = apsw.sqlite_lib_version()) -> None:
    """Refuse (``old-sqlite``) a SQLite that can lose what it has committed."""
    if tuple(map(int, version.split("."))) < OLDEST:
        raise Refused(
            f"SQLite {version} can lose committed events; coord needs {'.'.join(map(str, OLDEST))} or newer",
            code="old-sqlite",
        )


def open_writer(path: Path) -> apsw.Connection:
    """Return the one connection that writes, on a database of the newest layout."""
    check_version()
    path.touch(mode=0o600)  # it holds password hashes and wrapped keys; -wal and -shm follow its mode
    with ExitStack() as undo:
        con = undo.enter_context(closing(apsw.Connection(str(path))))
        con.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        with readable(path):
            settle(con, WRITER)
            migrate(con, path.name)
        undo.pop_all()
    return con


def open_reader(path: Path) -> apsw.Connection:
    """Return a connection that can only read."""
    check_version()
    with ExitStack() as undo:
        try:
            con = undo.enter_context(closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)))
        except apsw.CantOpenError:
            raise Refused(f"there is no log at {path}", code="no-log") from None
        con.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        with readable(path):
            settle(con, READER)
            old = missing("sqlite", layout(con), path.name)
        if old:
            raise Refused(f"{path} has an old layout; coord serve brings it up to date", code="old-database")
        undo.pop_all()
    return con


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Say in a sentence (``damaged``) that a file is no database, or one that cannot be read."""
    try:
        yield
    except (apsw.NotADBError, apsw.CorruptError) as damage:
        raise Refused(f"{path} cannot be read as a database ({damage}); restore a backup", code="damaged") from damage


def settle(con: apsw.Connection, pragmas: dict[str, str | int]) -> None:
    """Set *pragmas* and read each back; :exc:`coord.errors.Refused` (``pragma``) for one that did not take."""
    for name, wanted in pragmas.items():
        con.pragma(name, wanted)
        if (found := con.pragma(name)) != wanted:
            raise Refused(f"SQLite keeps {name} at {found!r} although coord needs {wanted!r}", code="pragma")


def layout(con: apsw.Connection) -> int:
    """Return the number of the last migration, 0 for an empty file."""
    return int(con.pragma("user_version"))


def migrate(con: apsw.Connection, where: str) -> None:
    """Bring the database to the newest layout, all steps or none; a newer one is refused."""
    with_epoch = layout(con) == 0
    todo = missing("sqlite", layout(con), where)
    if not todo:
        return
    with con:
        for number, sql in todo:
            con.execute(sql)
            con.pragma("user_version", number)
        if with_epoch:
            con.execute("INSERT INTO about VALUES ('epoch', ?)", (uuid.uuid4().hex,))
