"""The master key of the centre: one file outside the database, readable by its owner only.

Whoever holds a backup without this file holds no personal data. Beside it lies
the list of erased subjects (ids only), which no restore of the database rolls back.
"""

from __future__ import annotations

import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from coord.errors import Refused


class KeyFileUnfit(Refused):
    """The key file is missing, open to others, or not a key."""

    code = "key-file"


@dataclass(frozen=True, slots=True)
class KeyFile:
    """The master key (32 bytes) and where it lies."""

    path: Path
    key: bytes

    @classmethod
    def create(cls, path: Path) -> KeyFile:
        """Make a new key at *path*, mode 0600; refused when there is a file already."""
        key = secrets.token_bytes(32)
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        _write(half, key.hex() + "\n", os.O_CREAT | os.O_EXCL | os.O_WRONLY)
        try:
            os.link(half, path)  # whole or not at all, and never over another
        except FileExistsError as there:
            raise KeyFileUnfit(f"there is a key at {path} already; it is never overwritten") from there
        finally:
            half.unlink()
        _sync(path.parent)
        return cls(path, key)

    @classmethod
    def load(cls, path: Path) -> KeyFile:
        """Return the key at *path*; refused when it is missing, not a key, or others than its owner can read it."""
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & 0o077:
                raise KeyFileUnfit(f"others can read {path}; make it yours alone: chmod 600 {path}")
            key = bytes.fromhex(path.read_text("ascii").strip())
        except FileNotFoundError as missing:
            raise KeyFileUnfit(f"the master key {path} is missing: no personal data without it") from missing
        except ValueError as wrong:
            raise KeyFileUnfit(f"{path} does not hold a key") from wrong
        if len(key) != 32:
            raise KeyFileUnfit(f"{path} does not hold a key of 256 bits")
        return cls(path, key)

    @classmethod
    def load_or_create(cls, path: Path) -> KeyFile:
        """Return the key at *path*, made new when there is none. Only for a cabinet that was never sealed."""
        try:
            return cls.create(path)
        except KeyFileUnfit:  # there, or another worker was first
            return cls.load(path)

    def erased(self) -> tuple[str, ...]:
        """Return the subjects that were erased, as listed beside the key."""
        try:
            return tuple(self._list.read_text("utf-8").split())
        except FileNotFoundError:
            return ()

    def note_erased(self, subject: str) -> None:
        """Add *subject* to the list, on disk before this returns."""
        if subject not in self.erased():
            _write(self._list, subject + "\n", os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    @property
    def _list(self) -> Path:
        return self.path.with_name(self.path.name + ".erased")


def _write(path: Path, text: str, flags: int) -> None:
    handle = os.open(path, flags, 0o600)
    try:
        os.write(handle, text.encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    _sync(path.parent)


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
