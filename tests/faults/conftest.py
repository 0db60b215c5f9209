"""What several of the fault tests stand on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.faults.ground import Ground, ground_at


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """A SQLite centre whose people are given an hour to answer: no clock runs down during a test."""
    return ground_at(tmp_path_factory.mktemp("ground"), timedelta(hours=1))
