"""Nobody but the centre's own user reads its database."""

from __future__ import annotations

import stat
from pathlib import Path

from coord.store import open_store
from coord.store.codec import Codec


async def test_the_database_is_its_owners_alone(tmp_path: Path) -> None:
    store = await open_store(tmp_path, "live", Codec({}))
    await store.cabinet.put("shelf", "key", b"body")
    files = sorted((tmp_path / "spaces").glob("live.db*"))
    assert files
    assert all(stat.S_IMODE(file.stat().st_mode) & 0o077 == 0 for file in files if file.suffix != ".lock")
    await store.log.close()
