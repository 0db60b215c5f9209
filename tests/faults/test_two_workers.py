"""Two workers on one PostgreSQL, both ticking; one is stopped in mid-reconcile while deadlines pass, and goes on."""

from __future__ import annotations

import asyncio
import secrets
import signal
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from coord.api.rooms import CODEC, DECIDERS
from coord.api.settings import Settings
from coord.api.wishes import Plans
from coord.handle import Residence
from coord.incidents.decide import INCIDENT
from coord.incidents.facts import Reconciled
from coord.store import open_store
from coord.timers import LiveClock
from tests.faults.ground import Ground, lay
from tests.faults.halting import HALT
from tests.faults.process import PATIENCE, Served, served
from tests.faults.script import Desk, desk_at, has, open_card, reconciled

pytestmark = [pytest.mark.crash, pytest.mark.contract, pytest.mark.xdist_group("faults")]

SHORT = timedelta(seconds=1)
RUNGS = [1, 2, 3]
"""Those of the SAMPLE ladder that are called after the duty officer."""


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[str]:
    """A database of its own on the server of the session."""
    name = f"faults_{secrets.token_hex(4)}"
    con = await asyncpg.connect(postgres_url)
    await con.execute(f"CREATE DATABASE {name}")
    parts = urlsplit(postgres_url)
    yield urlunsplit(parts._replace(path=f"/{name}"))
    await con.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await con.close()


async def test_a_worker_stopped_in_mid_reconcile_doubles_nothing_and_loses_nothing(
    database: str, tmp_path: Path
) -> None:
    keys, armed = tmp_path / "keys", tmp_path / "halt"
    place = Settings(data=keys, database=database)
    ground = Ground(keys, lay(place, SHORT), datetime.now(UTC).replace(microsecond=0))
    arguments = ("--data", str(keys), "--database", database)
    async with (
        served(tmp_path / "one", *arguments) as one,
        served(tmp_path / "two", *arguments, module="tests.faults.halting", env={HALT: str(armed)}) as two,
        desk_at(one, ground) as desk,
        desk_at(two, ground) as other,
    ):
        await signal_and_level(desk, "yellow", "III", 0)
        armed.touch()
        await signal_and_level(desk, "orange", "II", 30)
        await stopped(two)
        await desk.until(nobody_answered)
        two.send(signal.SIGCONT)
        await other.do("hello", "duty-officer", "/journal", {"text": "back again", "happened_at": desk.minute(50)})
        await at_rest(desk, other)
        assert await board_is_what_the_plans_want(place)

        one.kill()  # whoever is left calls on alone
        await signal_and_level(other, "red", "I", 60)
        await other.until(nobody_answered)
        assert await board_is_what_the_plans_want(place)
        told_once(await other.log())


async def signal_and_level(desk: Desk, code: str, level: str, minute: float) -> None:
    """Let a signal ask, decide for *level*, and return once the board follows."""
    said = {"authority": "gd", "system": "typhoon", "code": code, "effective_at": desk.minute(minute)}
    before = len([row for row in await desk.log() if row["kind"] == "level-took-effect"])
    await desk.do(f"signal/{code}", "duty-officer", "/signals", said)
    await desk.until(lambda log: open_card(log, level))
    card = open_card(await desk.log(), level)
    times = dict.fromkeys(("decided_at", "announced_at", "effective_at", "happened_at"), desk.minute(minute + 5))
    act = {"action": "start-level", "authority": "chief-commander", "level": level, "reason": "signal"}
    answer = await desk.do(f"act/{level}", "chief-commander", f"/decisions/{card}/act", {**act, **times})
    assert isinstance(answer, dict), answer
    await desk.until(lambda log: has("level-took-effect", before + 1)(log) and reconciled(log))


async def stopped(centre: Served) -> None:
    """Return once the process of *centre* stands still."""
    async with asyncio.timeout(PATIENCE):
        while Path(f"/proc/{centre.pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
            await asyncio.sleep(0.02)


def nobody_answered(log: list[dict[str, Any]]) -> bool:
    """Return whether every order that was given has come to the end of its ladder, or was withdrawn."""
    given = Counter(row["kind"] for row in log)
    return 0 < given["order-issued"] <= given["order-unanswered"] + given["order-withdrawn"]


async def at_rest(desk: Desk, other: Desk) -> None:
    """Return once both workers show the same board at the same position, and nothing waits in either."""
    async with asyncio.timeout(PATIENCE):
        while True:
            healths: list[Mapping[str, Any]] = [(await d.centre.health())["spaces"]["live"] for d in (desk, other)]
            positions = {health["position"] for health in healths}
            if len(positions) == 1 and not any(health["reactions_behind"] for health in healths):
                boards = await desk.rows(), await other.rows()
                if positions == {(await desk.log())[-1]["position"]}:
                    assert boards[0] == boards[1]
                    return
            await asyncio.sleep(0.05)


async def board_is_what_the_plans_want(place: Settings) -> bool:
    """Return whether a third one, who has just folded the log, finds nothing to reconcile."""
    store = await open_store(place.database, "live", CODEC, read_only=True)
    residence = Residence(store.log, DECIDERS, LiveClock().now)
    await residence.open()
    plans = Plans(residence, store.cabinet, place.jurisdiction)
    await plans.load()
    try:
        for room in residence.open_rooms("incident"):
            wish = await plans.wish(room)
            assert wish is not None
            events = INCIDENT.decide(room.state, wish, residence.now())
            assert {type(event) for event in events} <= {Reconciled}
    finally:
        await residence.close()
        await store.log.close()
    return True


def told_once(log: list[dict[str, Any]]) -> None:
    """Check that each rung of each ladder was called once, in its turn, and each end was reached once."""
    withdrawn = {(row["stream"], row["event"]["order"]) for row in log if row["kind"] == "order-withdrawn"}
    calls: dict[tuple[str, str], list[int]] = {}
    ends: Counter[tuple[str, str]] = Counter()
    for row in log:
        if row["kind"] == "order-issued":
            calls[row["stream"], row["event"]["order"]] = []
        elif row["kind"] == "order-escalated":
            calls[row["stream"], row["event"]["order"]].append(row["event"]["rung"])
        elif row["kind"] == "order-unanswered":
            ends[row["stream"], row["event"]["order"]] += 1
    assert len(calls) > 10
    for order, rungs in calls.items():
        assert rungs == RUNGS[: len(rungs)]
        assert (rungs == RUNGS and ends[order] == 1) or order in withdrawn, order
    reactions = Counter(row["command"] for row in log if row["actor"].startswith("coord:policy"))
    appends = {(row["command"], row["at"]) for row in log if row["actor"].startswith("coord:policy")}
    assert len(appends) == len(reactions)
