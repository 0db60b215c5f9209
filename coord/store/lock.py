"""One writing process a database: whoever comes second is told who holds it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from coord.errors import Refused


class Lock:
    """An exclusive lock on a file beside the database; the kernel lets go of it when the process dies."""

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(database.name + ".lock")
        self._file: int | None = None

    def take(self) -> None:
        """Take the lock; :exc:`coord.errors.Refused` (``held``) when another process has it."""
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 32).decode("ascii", "replace").strip() or "unknown"
            os.close(file)
            raise Refused(
                f"{self.path.name[:-5]} is held by another process (pid {holder}); "
                "stop it, or go through the running centre",
                code="held",
            ) from None
        os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
        self._file = file

    def release(self) -> None:
        """Let go. The file stays: removing it would let two processes lock two files of one name."""
        if self._file is not None:
            os.ftruncate(self._file, 0)
            os.close(self._file)
            self._file = None
