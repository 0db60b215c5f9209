"""Everything that can be set, with its default; each name occurs in docs/operations.md."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from coord.hub.session import Pace


@dataclass(frozen=True)
class Settings:
    """How one process of the centre runs.

    ``data`` is the folder of the SQLite files and keys; with ``database`` (a
    ``postgresql://`` address) the log lies there and ``data`` holds keys only.
    ``origins`` are further web origins that may open a socket. ``secure`` says
    that browsers reach the centre over HTTPS. ``pace`` is that of staff sessions.
    """

    data: Path = Path("data")
    database: str = ""
    host: str = "127.0.0.1"
    port: int = 8440
    jurisdiction: str = "hengqin"
    playbooks: Path = Path("playbooks")
    origins: tuple[str, ...] = ()
    secure: bool = False
    exercises: tuple[str, ...] = ()
    verify: bool = False
    pace: Pace = field(default_factory=Pace)
    snapshot_every: int = 20_000
    walk_every: float = 3600.0

    @property
    def place(self) -> str:
        """Where the stores lie, as :func:`coord.store.open_store` takes it."""
        return self.database or str(self.data)
