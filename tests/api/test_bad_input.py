"""Bad input gets a refusal with a code and a sentence; nothing is lost, nothing doubled, nothing half written."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from coord.access.documents import VAULT
from coord.api.edge import LARGEST
from coord.client import Client
from tests.api.centre import Running, centre_at
from tests.api.scene import Scene, look, started, supporting

pytestmark = pytest.mark.asyncio(loop_scope="module")

SIGNALS = "/spaces/live/signals"
SIGNAL: dict[str, Any] = {"authority": "mo", "system": "cyclone", "code": "3"}


@dataclass
class Desk:
    here: Running
    scene: Scene
    mine: str
    other: str

    @property
    def head(self) -> int:
        return self.here.centre.world("live").residence.position

    async def post(self, login: str, path: str, body: Any, **headers: str) -> httpx.Response:
        client = await self.here.client(login)
        return await client.http.post(path, json=body, headers={**client.headers, **headers})

    async def raw(self, path: str, content: bytes, kind: str = "application/json") -> httpx.Response:
        client = await self.here.client("duty-officer")
        return await client.http.post(path, content=content, headers={**client.headers, "content-type": kind})

    async def kept(self) -> int:
        return len(await self.here.centre.access.cabinet.scan(VAULT, "x", limit=10_000))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    async with centre_at(tmp_path_factory.mktemp("bad")) as here:
        scene = await started(here)
        groups = sorted({row["group"] for row in scene.of("order")})
        yield Desk(here, scene, groups[0], groups[1])


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    problem: dict[str, Any] = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), problem
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"] == f"urn:coord:{code}"
    assert problem["status"] == status
    assert problem["instance"] == answer.request.url.path
    assert len(problem["detail"]) > 10
    return problem


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({**SIGNAL, "colour": "red"}, "body.colour"),
        ({**SIGNAL, "by": "somebody-else"}, "body.by"),
        ({"authority": "mo", "system": "cyclone"}, "body.code"),
        ({**SIGNAL, "code": 3}, "body.code"),
        ({**SIGNAL, "code": None}, "body.code"),
        ({**SIGNAL, "code": "three o'clock"}, "body.code"),
        ({**SIGNAL, "code": "\ud800"}, "body.code"),
        ({**SIGNAL, "\ud800": 1}, "body"),
        ({**SIGNAL, "text": "x" * 10_001}, "body.text"),
        ({**SIGNAL, "effective_at": 1758600000}, "body.effective_at"),
        ({**SIGNAL, "effective_at": "2025-09-23T10:00:00"}, "body.effective_at"),
        ({**SIGNAL, "effective_at": "23/09/2025 10:00"}, "body.effective_at"),
        ({**SIGNAL, "effective_at": "9999-12-31T23:59:59-14:00"}, "body.effective_at"),
        ({**SIGNAL, "effective_at": "0001-01-01T00:00:00+14:00"}, "body.effective_at"),
        ([SIGNAL], "body"),
        ("signal", "body"),
        (None, "body"),
    ],
)
async def test_a_body_that_does_not_fit_is_refused_with_the_name_of_the_field(desk: Desk, body: Any, path: str) -> None:
    head = desk.head
    answer = await desk.raw(SIGNALS, json.dumps(body).encode())
    assert path in [finding["path"] for finding in refused(answer, 422, "unfit")["findings"]]
    assert desk.head == head


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"", "application/json", 422),
        (b"{", "application/json", 422),
        (b"\xff\xfe", "application/json", 422),
        (b"[" * 100_000, "application/json", 400),
        (b'{"code": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b"authority=mo", "application/x-www-form-urlencoded", 422),
        (b"<signal/>", "text/xml", 422),
    ],
)
async def test_what_is_no_json_is_refused(desk: Desk, content: bytes, kind: str, status: int) -> None:
    refused(await desk.raw(SIGNALS, content, kind), status, "unfit")


async def test_a_body_that_is_too_large_is_refused(desk: Desk) -> None:
    refused(await desk.raw(SIGNALS, b" " * (LARGEST + 1)), 413, "too-large")

    async def drop_by_drop() -> AsyncIterator[bytes]:
        for _ in range(LARGEST // 65_536 + 1):
            yield b" " * 65_536

    client = await desk.here.client("duty-officer")
    headers = {**client.headers, "content-type": "application/json"}
    refused(await client.http.post(SIGNALS, content=drop_by_drop(), headers=headers), 413, "too-large")


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        (SIGNALS, {**SIGNAL, "system": "colour"}, 409, "unknown-ladder"),
        (SIGNALS, {**SIGNAL, "code": "11"}, 409, "unknown-code"),
        (SIGNALS, {**SIGNAL, "effective_at": "2199-01-01T00:00:00Z"}, 422, "absurd-time"),
        ("/spaces/live/journal", {"text": "x", "happened_at": "2000-01-01T00:00:00Z"}, 422, "absurd-time"),
        ("/spaces/live/decisions/D-99/decline", {"reason": "x", "authority": "y"}, 404, "not-found"),
        ("/spaces/live/incidents/i-none/close", {}, 404, "not-found"),
        ("/spaces/nowhere/signals", SIGNAL, 404, "not-found"),
        ("/spaces/live/nothing", {}, 404, "not-found"),
        ("/spaces", {"space": "Live!"}, 422, "unfit"),
        ("/spaces/live/clock", {"run": True, "speed": 2.0}, 409, "live-clock"),
        ("/spaces/live/clock", {"run": False, "virtual": "2025-01-01T00:00:00Z"}, 409, "live-clock"),
    ],
)
async def test_what_cannot_be_is_refused_by_its_rule(desk: Desk, path: str, body: Any, status: int, code: str) -> None:
    head = desk.head
    refused(await desk.post("duty-officer", path, body), status, code)
    assert desk.head == head


async def test_what_the_adopted_plans_do_not_know_never_reaches_the_log(desk: Desk) -> None:
    head, at = desk.head, f"/spaces/live/incidents/{desk.scene.incident}"
    wanted = {"key": "pump", "group": "XXX", "title": {"en": "Pump"}, "support": ["YYY"]}
    level = {"plan": "volcano", "hazard": "volcano", "area": "", "level": "III", "reason": "signal"}
    task = desk.scene.of("task")[0]
    for login, path, body, paths in (
        ("duty-officer", f"{at}/orders", {"wanted": wanted}, ["wanted.group", "wanted.support"]),
        ("chief-commander", f"{at}/levels", level, ["plan"]),
        ("duty-officer", desk.scene.path(task, "reassign"), {"to": "XXX"}, ["to"]),
    ):
        problem = refused(await desk.post(login, path, body), 422, "unfit")
        assert [finding["path"] for finding in problem["findings"]] == paths
    assert desk.head == head


async def test_a_clock_that_cannot_be_meant_is_refused(desk: Desk) -> None:
    body = {"text": "x", "happened_at": datetime.now(UTC).isoformat()}
    for sent in ("2025-09-23T10:00:00", "yesterday", "0001-01-01T00:00:00Z"):
        answer = await desk.post("duty-officer", "/spaces/live/journal", body, **{"X-Coord-Sent": sent})
        assert answer.status_code == 422, answer.text


async def test_a_wrong_clock_is_corrected_by_what_it_is_off(desk: Desk) -> None:
    now = datetime.now(UTC)
    slow = timedelta(hours=3)
    body = {"text": "x", "happened_at": (now - slow - timedelta(minutes=10)).isoformat()}
    sent = {"X-Coord-Sent": (now - slow).isoformat()}
    done = (await desk.post("duty-officer", "/spaces/live/journal", body, **sent)).json()
    client = await desk.here.client("auditor")
    event = (await client.get("/spaces/live/log", after=done["first"] - 1, limit=1))["events"][0]["event"]
    happened = datetime.fromisoformat(event["happened_at"])
    assert abs(happened - (now - timedelta(minutes=10))) < timedelta(seconds=10)


# -- of another group ------------------------------------------------------------------------------------------------


async def test_nobody_acknowledges_for_another_group(desk: Desk) -> None:
    head = desk.head
    own, foreign = desk.scene.of("order", desk.mine)[0], desk.scene.of("order", desk.other)[0]
    lead = f"{desk.mine.lower()}-lead"
    for row, group in ((foreign, desk.mine), (foreign, desk.other)):
        answer = await desk.post(lead, desk.scene.path(row, "acknowledge"), {"group": group})
        refused(answer, 403, "forbidden")
    answer = await desk.post(lead, desk.scene.path(own, "acknowledge"), {"group": desk.other})
    refused(answer, 403, "not-your-order")
    refused(await desk.post(lead, desk.scene.path(own, "acknowledge"), {"group": ""}), 403, "not-your-order")
    assert desk.head == head


async def test_nobody_works_on_the_task_of_another_group(desk: Desk) -> None:
    head = desk.head
    own = desk.scene.of("task", desk.mine)[0]
    foreign = next(row for row in desk.scene.of("task", desk.other) if desk.mine not in supporting(row))
    lead = f"{desk.mine.lower()}-lead"
    for row, group, code in (
        (foreign, desk.mine, "forbidden"),
        (foreign, desk.other, "forbidden"),
        (own, desk.other, "not-your-task"),
    ):
        body = {"group": group, "step": "done"}
        refused(await desk.post(lead, desk.scene.path(row, "progress"), body), 403, code)
    assert desk.head == head


async def test_a_desk_records_for_the_group_that_it_names(desk: Desk) -> None:
    order = desk.scene.of("order", desk.other)[0]
    body = {"group": desk.other, "recorded_for": desk.mine, "told_by": "SAMPLE name", "channel": "radio"}
    path = desk.scene.path(order, "acknowledge")
    refused(await desk.post("duty-officer", path, body), 422, "unfit")
    refused(await desk.post(f"{desk.other.lower()}-lead", path, {**body, "recorded_for": desk.other}), 403, "forbidden")
    answer = await desk.post("duty-officer", path, {**body, "recorded_for": desk.other})
    assert answer.status_code == 200
    row = next(row for row in (await look(desk.here)).of("order") if row["id"] == order["id"])
    assert row["acknowledged_at"]
    assert "SAMPLE" not in json.dumps(row)


# -- again -----------------------------------------------------------------------------------------------------------


async def test_a_repeated_command_has_its_first_outcome_and_happens_once(desk: Desk) -> None:
    body = {"text": "Port company: lanes close at 04:00", "kind": "call"}
    ten = await asyncio.gather(
        *(desk.post("duty-officer", "/spaces/live/journal", body, **{"Idempotency-Key": "once"}) for _ in range(10))
    )
    assert {answer.status_code for answer in ten} == {200}
    assert len({answer.text for answer in ten}) == 1
    head = desk.head
    again = await desk.post("duty-officer", "/spaces/live/journal", body, **{"Idempotency-Key": "once"})
    assert again.json() == ten[0].json()
    assert desk.head == head
    assert ten[0].json()["first"] > 0


async def test_a_repeated_refusal_is_the_same_refusal(desk: Desk) -> None:
    order = desk.scene.of("order", desk.mine)[0]
    path, body = desk.scene.path(order, "acknowledge"), {"group": desk.other}
    answers = [
        await desk.post(f"{desk.mine.lower()}-lead", path, body, **{"Idempotency-Key": "refused"}) for _ in range(2)
    ]
    for answer in answers:
        refused(answer, 403, "not-your-order")
    assert answers[0].json() == answers[1].json()


async def test_the_same_key_with_another_body_or_address_is_refused(desk: Desk) -> None:
    key = {"Idempotency-Key": "mine"}
    assert (await desk.post("duty-officer", "/spaces/live/journal", {"text": "one"}, **key)).status_code == 200
    head = desk.head
    refused(await desk.post("duty-officer", "/spaces/live/journal", {"text": "two"}, **key), 409, "key-reused")
    refused(await desk.post("duty-officer", SIGNALS, SIGNAL, **key), 409, "key-reused")
    assert desk.head == head
    answer = await desk.post("chief-commander", "/spaces/live/journal", {"text": "two"}, **key)
    assert answer.status_code == 200, "a key belongs to who uses it"


async def test_a_refused_command_leaves_nothing_in_the_vault(desk: Desk) -> None:
    kept = await desk.kept()
    body = {"hazard": "waterlogging", "place": "", "text": "SAMPLE words", "caller": "SAMPLE name"}
    refused(await desk.post("duty-officer", "/spaces/live/reports", body), 409, "place-missing")
    assert await desk.kept() == kept
    body["place"] = "W07"
    assert (await desk.post("duty-officer", "/spaces/live/reports", body)).status_code == 200
    assert await desk.kept() == kept + 2


# -- two at once -----------------------------------------------------------------------------------------------------


async def test_a_stale_etag_is_refused_and_a_fresh_one_is_not(desk: Desk) -> None:
    officer = await desk.here.client("duty-officer")
    task = desk.scene.of("task", desk.mine)[0]
    seen = (await officer.http.get(desk.scene.path(task), headers=officer.headers)).headers["etag"]
    lead = f"{desk.mine.lower()}-lead"
    body = {"group": desk.mine, "step": "departed"}
    first = await desk.post(lead, desk.scene.path(task, "progress"), body, **{"If-Match": seen})
    assert first.status_code == 200
    head = desk.head
    late = {"group": desk.mine, "step": "arrived"}
    refused(await desk.post(lead, desk.scene.path(task, "progress"), late, **{"If-Match": seen}), 412, "stale")
    assert desk.head == head
    now = (await officer.http.get(desk.scene.path(task), headers=officer.headers)).headers["etag"]
    assert now != seen
    assert (await desk.post(lead, desk.scene.path(task, "progress"), late, **{"If-Match": now})).status_code == 200


async def test_if_match_where_nothing_can_be_matched_is_refused(desk: Desk) -> None:
    refused(await desk.post("duty-officer", SIGNALS, SIGNAL, **{"If-Match": '"1"'}), 422, "unfit")


async def _level(client: Client, scene: Scene) -> tuple[Any, str]:
    row = scene.of("activation")[0]
    answer = await client.http.get(scene.path(row), headers=client.headers)
    return answer.json(), answer.headers["etag"]


@pytest.mark.parametrize("matched", [True, False])
async def test_of_two_commanders_at_once_one_wins_and_the_other_learns_it(tmp_path: Any, *, matched: bool) -> None:
    async with centre_at(tmp_path) as here:
        scene = await started(here)
        first, second = await here.client("chief-commander"), await here.client("deputy-commander")
        row, etag = await _level(first, scene)
        assert row["level"] == "III"
        path = scene.path(scene.of("activation")[0], "change")
        match = {"If-Match": etag} if matched else {}

        async def raise_to(client: Client, level: str) -> httpx.Response:
            body = {"level": level, "reason": "signal"}
            return await client.http.post(path, json=body, headers={**client.headers, **match})

        answers = await asyncio.gather(raise_to(first, "II"), raise_to(second, "II"))
        won = [answer for answer in answers if answer.is_success]
        lost = [answer for answer in answers if not answer.is_success]
        assert (len(won), len(lost)) == (1, 1)
        refused(lost[0], *((412, "stale") if matched else (409, "same-level")))
        now, etag_now = await _level(first, scene)
        assert now["level"] == "II"
        assert now["raised"] == 1
        assert etag_now != etag


async def test_of_two_who_answer_a_decision_one_wins(tmp_path: Any) -> None:
    async with centre_at(tmp_path) as here:
        officer = await here.client("duty-officer")
        await officer.post(SIGNALS, {"authority": "gd", "system": "typhoon", "code": "yellow"})
        await here.settled()
        card = (await officer.get("/spaces/live/rows", kind="decision"))["rows"][0]
        commander, path = await here.client("chief-commander"), f"/spaces/live/decisions/{card['id']}"
        act = {"action": "start-level", "authority": "chief-commander", "level": "II", "reason": "signal"}
        answers = await asyncio.gather(
            commander.http.post(f"{path}/act", json=act, headers=commander.headers),
            officer.http.post(
                f"{path}/decline", json={"reason": "forecast-weaker", "authority": "o"}, headers=officer.headers
            ),
        )
        codes = sorted(answer.status_code for answer in answers)
        assert codes in ([200, 200], [200, 409]), [answer.text for answer in answers]
        await here.settled()
        level = (await officer.get("/spaces/live/rows", kind="activation"))["rows"]
        card = await officer.get(path)
        if card["state"] == "acted":
            assert [row["level"] for row in level] == ["II"]
        else:
            assert level == []


# -- at the edge of the framework ------------------------------------------------------------------------------------


async def test_what_the_framework_refuses_is_a_problem_too(desk: Desk) -> None:
    client = await desk.here.client("duty-officer")
    refused(await client.http.get("/nothing"), 404, "not-found")
    answer = await client.http.put("/me", headers=client.headers)
    refused(answer, 405, "no-such-method")
    assert answer.headers["allow"]
    async with httpx.AsyncClient(base_url=desk.here.base, trust_env=False) as stranger:
        answer = await stranger.get("/me")
        refused(answer, 401, "not-signed-in")
        assert answer.headers["www-authenticate"].startswith("Bearer")
    refused(await client.http.get("/spaces/live/rows?limit=0", headers=client.headers), 422, "unfit")
    refused(await client.http.get("/spaces/live/rows?as=everything", headers=client.headers), 422, "unfit")
    refused(await client.http.get("/spaces/live/rows?as=group:XXX", headers=client.headers), 404, "not-found")
    refused(await client.http.get("/spaces/live/incidents/%00", headers=client.headers), 404, "not-found")
    refused(await client.http.get("/me", headers=[(b"Authorization", b"Bearer \xff")]), 401, "not-signed-in")


async def test_a_wrong_password_is_refused_and_too_many_must_wait(desk: Desk) -> None:
    body = {"login": "sample-nobody-knows", "password": "wrong"}
    async with httpx.AsyncClient(base_url=desk.here.base, trust_env=False) as http:
        answers = [await http.post("/session", json=body) for _ in range(6)]
    for answer in answers[:5]:
        refused(answer, 401, "login-failed")
    refused(answers[5], 429, "login-too-often")
    assert 1 <= int(answers[5].headers["retry-after"]) <= 60
