"""Whoever changes a row behind the back of a running centre is found out, and the centre says so and stops writing."""

from __future__ import annotations

from pathlib import Path

import apsw
import httpx
import pytest

from coord.client import Client
from coord.errors import Refused
from tests.api.centre import centre_at, until
from tests.faults.ground import Ground

pytestmark = [pytest.mark.crash, pytest.mark.xdist_group("faults")]

SIGNAL = {"authority": "gd", "system": "typhoon", "code": "yellow"}


def touch(data: Path, sql: str) -> None:
    """Change the log as somebody with the file in hand would."""
    con = apsw.Connection(str(data / "spaces" / "live.db"))
    con.set_busy_timeout(5000)
    con.execute("DROP TRIGGER events_never_change; DROP TRIGGER events_never_go")
    con.execute(sql)
    con.close()


@pytest.mark.parametrize(
    ("sql", "position"),
    [
        ("UPDATE events SET body = CAST(body || ' ' AS BLOB) WHERE position = 20", 20),
        ("UPDATE events SET actor = 'nobody' WHERE position = 47", 47),
        ("DELETE FROM events WHERE position = 33", 33),
    ],
    ids=["body", "actor", "gone"],
)
async def test_a_row_changed_under_a_running_centre_is_found_and_named(
    ground: Ground, tmp_path: Path, sql: str, position: int
) -> None:
    data = ground.copy(tmp_path / "data")
    async with centre_at(data, walk_every=0.01) as here:
        world = here.centre.world("live")
        officer = Client(here.base, ground.tokens["duty-officer"])
        here.clients["officer"] = officer
        await officer.post("/spaces/live/signals", SIGNAL)
        await here.settled()
        head = world.residence.position
        touch(data, sql)
        await until(lambda: bool(world.broken))
        async with httpx.AsyncClient(base_url=here.base, trust_env=False) as http:
            health = await http.get("/health")
        assert health.status_code == 503
        assert health.json()["ready"] == "no"
        (why,) = health.json()["why_not"]
        assert "read-only" in why
        assert f"position {position} " in why
        with pytest.raises(Refused) as refusal:
            await officer.post("/spaces/live/signals", {**SIGNAL, "code": "orange"})
        assert refusal.value.code == "read-only"
        assert (await world.store.log.head()).position == head
        rows = await officer.get("/spaces/live/rows", kind="signal")  # reading goes on
        assert [row["code"] for row in rows["rows"]] == ["yellow"]


async def test_a_centre_that_nobody_touched_walks_to_its_head_and_takes_orders(ground: Ground, tmp_path: Path) -> None:
    async with centre_at(ground.copy(tmp_path / "data"), walk_every=0.01) as here:
        world = here.centre.world("live")
        officer = Client(here.base, ground.tokens["duty-officer"])
        here.clients["officer"] = officer
        await officer.post("/spaces/live/signals", SIGNAL)
        await here.settled()
        await until(lambda: world.walked == world.residence.position)
        assert not world.why_not_ready()


async def test_a_centre_told_to_verify_does_not_take_a_touched_log_for_its_own(ground: Ground, tmp_path: Path) -> None:
    data = ground.copy(tmp_path / "data")
    touch(data, "UPDATE events SET actor = 'nobody' WHERE position = 47")
    with pytest.raises(Refused, match="position 47 ") as refusal:
        async with centre_at(data, verify=True):
            pass
    assert refusal.value.code == "read-only"
