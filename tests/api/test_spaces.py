"""Spaces over HTTP: exercises beside the live world, their clocks, and rights that end at the wall between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from coord.client import Client
from coord.errors import Refused
from tests.api.centre import Running, centre_at
from tests.api.scene import Scene, look, started

pytestmark = pytest.mark.asyncio(loop_scope="module")

RAGASA = "2025-09-22T12:00:00+08:00"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with centre_at(tmp_path_factory.mktemp("spaces")) as here:
        yield here


async def post(client: Client, path: str, body: Any) -> httpx.Response:
    return await client.http.post(path, json=body, headers=client.headers)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, "" if answer.is_success else answer.json()["code"]


async def test_of_two_who_open_an_exercise_at_once_both_get_the_same(here: Running) -> None:
    planner = await here.client("planner")
    answers = await asyncio.gather(*(post(planner, "/spaces", {"space": "twice"}) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["epoch"] for answer in answers}) == 1
    live = await planner.get("/spaces/live/plans")
    assert (await planner.get("/spaces/twice/plans"))["digest"] == live["digest"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"space": "live"}, (409, "space-name")),
        ({"space": "../live"}, (422, "unfit")),
        ({"space": ""}, (422, "unfit")),
        ({"space": "x" * 41}, (422, "unfit")),
    ],
)
async def test_a_name_that_cannot_be_is_refused(here: Running, body: Any, expected: tuple[int, str]) -> None:
    assert code(await post(await here.client("planner"), "/spaces", body)) == expected


async def test_the_clock_of_an_exercise_runs_stands_and_never_goes_back(here: Running) -> None:
    planner = await here.client("planner")
    await planner.post("/spaces", {"space": "clock"})
    path = "/spaces/clock/clock"
    assert code(await post(planner, path, {"run": True, "virtual": RAGASA, "speed": 60.0})) == (200, "")
    stood = datetime.fromisoformat((await planner.post(path, {"run": False}))["time"])
    assert datetime.fromisoformat(RAGASA) <= stood < datetime.fromisoformat(RAGASA) + timedelta(hours=1)
    assert datetime.fromisoformat((await planner.post(path, {"run": False}))["time"]) == stood
    for body, expected in (
        ({"run": True, "virtual": "2025-09-21T12:00:00+08:00"}, (409, "clock-back")),
        ({"run": False, "virtual": RAGASA}, (422, "unfit")),
        ({"run": True, "virtual": "9999-12-31T23:59:59Z"}, (422, "unfit")),
        ({"run": True, "virtual": "2025-09-23T12:00:00"}, (422, "unfit")),
        ({"run": True, "speed": 0}, (422, "unfit")),
        ({"run": True, "speed": 1e9}, (422, "unfit")),
        ({"run": "yes"}, (422, "unfit")),
        ({}, (422, "unfit")),
    ):
        assert code(await post(planner, path, body)) == expected, body
    answer = await planner.http.post(
        path, content=b'{"run": true, "speed": NaN}', headers={**planner.headers, "content-type": "application/json"}
    )
    assert code(answer) == (422, "unfit")


async def test_a_right_over_one_space_reaches_no_other(here: Running) -> None:
    planner, first = await here.client("planner"), await here.client("administrator")
    await planner.post("/spaces", {"space": "walled"})
    made = await first.post("/people", {"login": "walled.member"})
    for grant in ({"role": "member", "group": "TRA", "space": "walled"}, {"role": "planner", "space": "walled"}):
        await first.post(f"/people/{made['account']}/grants", grant)
    client = here.clients["walled.member"] = Client(here.base)
    await client.post("/links/take", {"token": made["link"], "password": "a long enough password"})
    await client.sign_in("walled.member", "a long enough password")
    assert [row["space"] for row in await client.get("/spaces")] == ["walled"]
    assert (await client.get("/spaces/walled/rows"))["rows"] == []
    for path in ("/spaces/live/rows", "/spaces/live/rows?as=group:TRA", "/spaces/live/plans"):
        with pytest.raises(Refused) as refused:
            await client.get(path)
        assert refused.value.code == "forbidden"
    assert code(await post(client, "/spaces", {"space": "another"})) == (403, "forbidden")
    assert code(await post(client, "/spaces/live/reports", {"hazard": "fire", "place": "W07"})) == (403, "forbidden")
    assert code(await post(client, "/spaces/walled/reports", {"hazard": "fire", "place": "W07"})) == (200, "")
    assert (await (await here.client("duty-officer")).get("/spaces/live/rows", kind="report"))["rows"] == []


# -- who may decide on a level -----------------------------------------------------------------------------------------


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(here: Running) -> Scene:
    return await started(here)


POSTS = {"IV": "commander", "III": "secretary-general", "II": "deputy-commander", "I": "chief-commander"}
"""Which sample login holds the post that the plans name for each level."""


async def _held(here: Running, scene: Scene) -> str:
    row = (await look(here)).of("activation")[0]
    return str(row["level"])


async def test_who_may_not_start_a_level_may_neither_lower_nor_end_nor_move_it(here: Running, scene: Scene) -> None:
    chief, officer = await here.client("chief-commander"), await here.client("duty-officer")
    path = scene.path(scene.of("activation")[0])
    await chief.post(f"{path}/change", {"level": "I", "reason": "signal"})
    wrong = (403, "wrong-post")
    for login in (POSTS["IV"], POSTS["III"], POSTS["II"], "duty-officer"):
        client = await here.client(login)
        for verb, body in (
            ("change", {"level": "III", "reason": "signal"}),
            ("end", {"reason": "danger-over"}),
            ("amend", {"reason": "forecast"}),
            ("withdraw", {"reason": "correction"}),
        ):
            assert code(await post(client, f"{path}/{verb}", body)) == wrong, (login, verb)
    assert await _held(here, scene) == "I"
    later = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    await chief.post(f"{path}/change", {"level": "III", "reason": "forecast", "effective_at": later})
    deputy = await here.client(POSTS["II"])
    assert code(await post(deputy, f"{path}/withdraw", {"reason": "correction"})) == wrong, "I is still in force"
    assert code(await post(chief, f"{path}/withdraw", {"reason": "correction"})) == (200, "")
    await chief.post(f"{path}/change", {"level": "III", "reason": "forecast"})
    assert code(await post(officer, f"{path}/change", {"level": "II", "reason": "signal"})) == wrong
    general = await here.client(POSTS["III"])
    assert code(await post(general, f"{path}/change", {"level": "II", "reason": "signal"})) == wrong
    assert code(await post(general, f"{path}/change", {"level": "IV", "reason": "forecast"})) == (200, "")
    assert code(await post(general, f"{path}/end", {"reason": "danger-over"})) == (200, "")
    assert code(await post(chief, f"{path}/none/end", {"reason": "danger-over"})) == (404, "not-found")
