"""Looking: pages by cursor, ETags of single parts, HEAD, conditional reads, references, health."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio

from coord.access.documents import ACCESS_LOG, unpack
from coord.api.reads import PARTS
from coord.client import Client
from coord.errors import Refused
from coord.events import StreamId
from tests.api import command_scene
from tests.api.asking import operations
from tests.api.centre import Running, centre_at, until
from tests.api.scene import all_rows, look, started, supporting

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with centre_at(tmp_path_factory.mktemp("reads")) as here:
        scene = await started(here)
        officer = await here.client("duty-officer")
        at = f"/spaces/live/incidents/{scene.incident}"
        soon = (datetime.now(UTC) + timedelta(hours=3)).isoformat()
        await officer.post("/spaces/live/journal", {"text": "SAMPLE words"})
        await officer.post(f"{at}/reports", {"hazard": "fire", "place": "W07", "caller": "SAMPLE name"})
        await officer.post(f"{at}/milestones", {"name": "wind-onset", "time": soon})
        group = scene.of("order")[0]["group"]
        lead = await here.client(f"{group.lower()}-lead")
        await lead.post(f"{at}/help", {"group": group, "what": "pumps", "text": "SAMPLE words"})
        await command_scene.commanded(here, group)
        yield here


async def get(client: Client, path: str, method: str = "GET", **headers: str) -> httpx.Response:
    return await client.http.request(method, path, headers={**client.headers, **headers})


# -- pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 7, 1000])
async def test_pages_of_rows_give_each_row_once_and_in_order(here: Running, limit: int) -> None:
    officer = await here.client("duty-officer")
    keys: list[str] = []
    after = ""
    while True:
        page = await officer.get("/spaces/live/rows", limit=limit, after=after)
        assert len(page["rows"]) <= limit
        keys += [row["key"] for row in page["rows"]]
        after = page["next"]
        if not after:
            break
        assert after == keys[-1]
    assert keys == sorted(set(keys))
    assert keys == sorted(here.centre.world("live").hub.keys())


async def test_rows_of_one_kind_are_those_rows(here: Running) -> None:
    officer = await here.client("duty-officer")
    every = await all_rows(officer)
    for kind in sorted({row["kind"] for row in every}):
        rows = (await officer.get("/spaces/live/rows", kind=kind, limit=1000))["rows"]
        assert rows == [row for row in every if row["kind"] == kind]
    page = await officer.get("/spaces/live/rows", kind="task", limit=2)
    assert page["next"] == page["rows"][-1]["key"]


@pytest.mark.parametrize("limit", [1, 10, 1000])
async def test_pages_of_the_log_give_each_event_once_and_in_order(here: Running, limit: int) -> None:
    auditor = await here.client("auditor")
    positions: list[int] = []
    after: int | None = 0
    while after is not None:
        page = await auditor.get("/spaces/live/log", after=after, limit=limit)
        assert len(page["events"]) <= limit
        positions += [event["position"] for event in page["events"]]
        after = page["next"]
    assert positions == list(range(1, page["head"] + 1))


# -- single parts ----------------------------------------------------------------------------------------------------


async def _parts(here: Running) -> list[tuple[str, dict[str, Any]]]:
    """Return one address of every kind of part, with the row that stands there."""
    scene, found = await look(here), []
    for path, room, key in PARTS:
        kind = key.partition(":")[0]
        row = next(row for row in scene.rows if row["kind"] == kind)
        place = {"space": "live", "incident": scene.incident, "id": quote(row["id"], safe="/")}
        found.append((f"/spaces{path.replace(':path', '')}".format_map(place), row))
        assert row["stream"].startswith(room)
    return found


async def test_every_single_part_has_an_etag_and_is_the_row_of_the_board(here: Running) -> None:
    officer = await here.client("duty-officer")
    parts = await _parts(here)
    assert len(parts) == len(PARTS) == 17
    for path, row in parts:
        answer = await get(officer, path)
        assert answer.status_code == 200, path
        assert answer.json() == row
        tag = answer.headers["etag"]
        assert tag.startswith('"')
        assert (await get(officer, path)).headers["etag"] == tag
        again = await get(officer, path, **{"If-None-Match": tag})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert (await get(officer, path, **{"If-None-Match": '"other"'})).status_code == 200


async def test_the_etag_is_of_the_part_and_not_of_what_lies_beside_it(here: Running) -> None:
    officer, scene = await here.client("duty-officer"), await look(here)
    task, other = scene.of("task")[:2]
    before = {row["id"]: (await get(officer, scene.path(row))).headers["etag"] for row in (task, other)}
    lead = await here.client(f"{task['group'].lower()}-lead")
    await lead.post(scene.path(task, "progress"), {"group": task["group"], "step": "departed"})
    after = {row["id"]: (await get(officer, scene.path(row))).headers["etag"] for row in (task, other)}
    assert before[task["id"]] != after[task["id"]]
    assert before[other["id"]] == after[other["id"]]


async def test_whoever_sees_less_of_a_row_has_the_same_etag_to_decide_on(here: Running) -> None:
    scene = await look(here)
    task = next(row for row in scene.of("task") if supporting(row))
    tags = set()
    for login in ("duty-officer", f"{task['group'].lower()}-lead", f"{supporting(task)[0].lower()}-lead"):
        tags.add((await get(await here.client(login), scene.path(task))).headers["etag"])
    assert len(tags) == 1


async def test_head_is_get_without_the_body(here: Running) -> None:
    officer = await here.client("duty-officer")
    paths = [path for path, _ in await _parts(here)]
    paths += [one.path for one in operations() if one.method == "GET" and "{" not in one.path]
    for path in paths:
        full, head = await get(officer, path), await get(officer, path, "HEAD")
        assert head.status_code == full.status_code, path
        assert head.content == b""
        assert head.headers["content-type"] == full.headers["content-type"]
        assert head.headers.get("etag") == full.headers.get("etag")
    assert (await get(officer, "/spaces/live/signals", "HEAD")).status_code == 405


async def test_nothing_that_we_say_is_kept_or_guessed_at(here: Running) -> None:
    officer = await here.client("duty-officer")
    for path in ("/me", "/spaces/live/rows", "/nothing", "/health"):
        headers = (await get(officer, path)).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"


# -- references ------------------------------------------------------------------------------------------------------


async def _read(client: Client, ref: str, **query: str) -> str:
    return str((await client.get(f"/spaces/live/texts/{quote(ref, safe='')}", **query))["text"])


async def test_a_text_is_read_by_whoever_may_see_names_and_the_reading_is_recorded(here: Running) -> None:
    officer, scene = await here.client("duty-officer"), await look(here)
    report = scene.of("report")[0]
    assert await _read(officer, report["caller"], purpose="call back") == "SAMPLE name"
    rows = [unpack(sheet) for sheet in await here.centre.access.cabinet.scan(ACCESS_LOG)]
    account = (await officer.get("/me"))["account"]
    assert (rows[-1]["actor"], rows[-1]["purpose"]) == (account, "call back")
    assert rows[-1]["refs"] == [report["caller"].partition("#")[0]]


async def test_a_group_reads_the_texts_of_its_own_rows_and_no_others(here: Running) -> None:
    scene = await look(here)
    call, report = scene.of("help")[0], scene.of("report")[0]
    lead = await here.client(f"{call['group'].lower()}-lead")
    other = next(row["group"] for row in scene.of("order") if row["group"] != call["group"])
    stranger = await here.client(f"{other.lower()}-lead")
    assert await _read(lead, call["text"], row=call["key"]) == "SAMPLE words"
    for client, ref, row in (
        (lead, call["text"], ""),
        (lead, report["caller"], report["key"]),
        (lead, report["caller"], call["key"]),
        (stranger, call["text"], call["key"]),
        (lead, call["text"], "incident/i-none#help:H-1"),
    ):
        with pytest.raises(Refused) as refused:
            await _read(client, ref, row=row)
        assert refused.value.code == "forbidden"


async def test_what_was_erased_is_gone_and_what_never_was_is_not_found(here: Running) -> None:
    officer, administrator = await here.client("duty-officer"), await here.client("administrator")
    at = f"/spaces/live/incidents/{(await look(here)).incident}"
    await officer.post(f"{at}/reports", {"hazard": "fire", "place": "W07", "caller": "SAMPLE other"})
    ref = (await look(here)).of("report")[-1]["caller"]
    await administrator.post(f"/subjects/{ref.partition('.')[0]}/erase", {"why": "asked"})
    answer = await get(officer, f"/spaces/live/texts/{quote(ref, safe='')}")
    assert (answer.status_code, answer.json()["code"]) == (410, "erased")
    for odd in ("x.y#z", "nothing", "x-unknown.00#00", "#"):
        answer = await get(officer, f"/spaces/live/texts/{quote(odd, safe='')}")
        assert answer.status_code in {404, 410}, odd


# -- health ----------------------------------------------------------------------------------------------------------


async def test_health_says_why_not(tmp_path: Path) -> None:
    async with centre_at(tmp_path) as here:
        world, officer = here.centre.world("live"), await here.client("duty-officer")
        async with httpx.AsyncClient(base_url=here.base, trust_env=False) as http:
            well = await http.get("/health/ready")
            assert (well.status_code, well.json()["ready"], well.json()["why_not"]) == (200, "yes", [])
            assert well.json()["spaces"]["live"]["position"] == world.residence.position
            tail = world.residence._tail
            assert tail is not None
            tail.cancel()
            await until(lambda: not world.residence.alive)
            for path in ("/health", "/health/ready"):
                ill = await http.get(path)
                assert (ill.status_code, ill.json()["ready"]) == (503, "no")
                assert "tail of the log" in ill.json()["why_not"][0]
            assert (await http.get("/health/live")).status_code == 200
        answer = await officer.http.post("/spaces/live/journal", json={"text": "x"}, headers=officer.headers)
        assert (answer.status_code, answer.json()["code"]) == (503, "try-again")
        assert answer.headers["retry-after"] == "1"


async def test_a_crashed_reaction_is_named(tmp_path: Path) -> None:
    async with centre_at(tmp_path) as here:
        world = here.centre.world("live")
        name, task = next(iter(world.reactor.tasks.items()))
        broken = world.reactor.policies[0]
        assert name == broken.name
        task.cancel()
        await until(task.done)

        async def crash() -> None:
            raise LookupError("SAMPLE crash")

        world.reactor.tasks[name] = asyncio.create_task(crash())
        await until(world.reactor.tasks[name].done)
        async with httpx.AsyncClient(base_url=here.base, trust_env=False) as http:
            ill = await http.get("/health")
        assert ill.status_code == 503
        assert name in ill.json()["why_not"][0]


async def test_a_part_of_a_stream_that_there_is_not_is_not_found(here: Running) -> None:
    officer = await here.client("duty-officer")
    before = set(here.centre.world("live").residence.rooms)
    for path in ("live/incidents/i-none", "live/incidents/i-none/tasks/a/b/1", "none/signals/S-1"):
        assert (await get(officer, f"/spaces/{path}")).status_code == 404
    assert set(here.centre.world("live").residence.rooms) == before
    assert StreamId("incident/i-none") not in before
