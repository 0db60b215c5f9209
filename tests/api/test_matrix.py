"""Every route and every socket, asked by every role, against the one table of rights; an unlisted one fails."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from fastapi.routing import APIRoute, APIWebSocketRoute
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from coord.access.matrix import MATRIX
from coord.access.roles import RESERVED, ROLES
from coord.api.app import PARTS
from coord.api.live import SOCKETS
from coord.api.reads import PARTS as SINGLE
from coord.client import Client
from coord.hub.session import HEARD
from tests.api.asking import Operation, operations
from tests.api.centre import Running, centre_at
from tests.api.scene import Scene, look, started

pytestmark = pytest.mark.asyncio(loop_scope="module")

OPERATIONS = sorted(operations(), key=lambda one: one.name)
SINGLE_PATHS = {"/spaces" + path.replace(":path", "") for path, _, _ in SINGLE}
LAST = {"DELETE /session", "DELETE /sessions"}
"""What ends the session that asks."""

FOR_PERSONS = {"DELETE /people/{account}/grants/{grant}"}
"""What the book itself judges (its holder may too), but never for a program."""


@dataclass
class Asker:
    """Somebody who asks: ``via`` is empty for nobody."""

    name: str
    role: str
    group: str
    via: str
    login: str
    client: Client


@dataclass
class Stage:
    """A centre, a scene on it, and everybody who may ask; ``mine`` owns what is asked about."""

    here: Running
    scene: Scene
    askers: Mapping[str, Asker]
    mine: str
    values: Mapping[str, str]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with centre_at(tmp_path_factory.mktemp("matrix")) as here:
        scene = await started(here)
        task = scene.of("task")[0]
        mine = task["group"]
        other = next(row["group"] for row in scene.of("task") if row["group"] not in (mine, *task.get("support", ())))
        officer = await here.client("duty-officer")
        at = f"/spaces/live/incidents/{scene.incident}"
        await officer.post(f"{at}/reports", {"hazard": "waterlogging", "place": "W07"})
        await officer.post(f"{at}/help", {"group": mine, "what": "pumps", "recorded_for": mine})
        scene = await look(here)
        values = {
            "space": "live",
            "incident": scene.incident,
            "activation": scene.of("activation")[0]["id"],
            "task": task["id"],
            "order": scene.of("order", mine)[0]["id"],
            "signal": scene.of("signal")[0]["id"],
            "decision": scene.of("decision")[0]["id"],
            "report": "R-1",
            "into": "R-1",
            "help": "H-1",
            "name": "wind-onset",
            "measure": "M-99",
            "exemption": "E-99",
            "stops": "MO-99",
            "figure": "none",
            "need": "N-99",
            "offer": "O-99",
            "zone": "Z-99",
            "zone_pass": "P-99",
            "testing": "T-99",
            "rule": "port",
            "day": "2025-09-23",
            "series": "none",
            "neighbour": "nowhere",
            "seat": "G-99",
            "account": "a0000000000000000",
            "grant": "g0",
            "request_id": "q0",
            "session": "0" * 16,
            "token": "0" * 16,
            "subject": "x-unknown",
            "ref": "x-unknown.0#0",
        }
        yield Stage(here, scene, await _askers(here, mine, other), mine, values)


async def _askers(here: Running, mine: str, other: str) -> dict[str, Asker]:
    found = {"nobody": Asker("nobody", "", "", "", "", Client(here.base))}
    here.clients["nobody"] = found["nobody"].client
    people = [("commander", "", "chief-commander"), ("administrator", "", "administrator")]
    people += [(role, "", role) for role in ("duty-officer", "approver", "planner", "auditor")]
    for group in (mine, other):
        people += [("group-lead", group, f"{group.lower()}-lead"), ("member", group, f"{group.lower()}-member")]
    for role, group, login in people:
        name = f"{'foreign ' if group == other else ''}{role}"
        found[name] = Asker(name, role, group, "session", login, await here.client(login))
    grant = {"role": "commander", "space": "any", "post": "chief-commander"}
    until = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    made = await found["commander"].client.post("/tokens", {"name": "test", "grants": [grant], "until": until})
    here.clients["token"] = Client(here.base, made["token"])
    found["token"] = Asker("token", "commander", "", "token", "chief-commander", here.clients["token"])
    return found


def may(asker: Asker, right: str, owner: str) -> bool:
    """Read the table: whether *asker* holds *right* over what belongs to the group *owner* (empty: to none)."""
    if right == "open":
        return True
    if right == "signed-in" or not asker.via:
        return bool(asker.via)
    row = MATRIX[right]  # type: ignore[index]
    if asker.via == "token" and row.nature in {"approve", "people", "self"}:
        return False
    match row.may.get(asker.role):  # type: ignore[call-overload]
        case "jurisdiction" | "own":
            return True
        case "group" | "support":
            return bool(owner) and asker.group == owner
        case _:
            return False


def owner_of(stage: Stage, operation: Operation, asker: Asker, body: Any) -> str:
    """Return the group that owns what *operation* is about; a board is asked for by default as one's own."""
    if operation.path in {"/spaces/{space}/rows", "/spaces/{space}/frames"}:
        return asker.group
    said = isinstance(body, dict) and body.get("group") == stage.mine and operation.path.startswith("/spaces")
    return stage.mine if said or "{task}" in operation.path or "{order}" in operation.path else ""


async def ask(stage: Stage, operation: Operation, asker: Asker, body: Any, client: Client | None = None) -> Any:
    client = client or asker.client
    headers = {**client.headers, **({"If-Match": '"looked at long ago"'} if operation.matched else {})}
    values = {**stage.values, "id": _id(stage, operation)}
    return await client.http.request(operation.method, operation.url(values), json=body, headers=headers)


def _id(stage: Stage, operation: Operation) -> str:
    key = next((key for path, _, key in SINGLE if "/spaces" + path.replace(":path", "") == operation.path), "")
    kind = key.partition(":")[0]
    return {"milestone": "none", "note": "none", "rule": "none"}.get(kind, stage.values.get(kind, ""))


def bodies(stage: Stage, operation: Operation) -> list[tuple[str, Any]]:
    """Return what to send, with the right that it asks for: as itself, and recorded for a group."""
    body = operation.example
    if isinstance(body, dict) and "group" in body and operation.path.startswith("/spaces"):
        body = {**body, "group": stage.mine}
    found = [(operation.right, body)]
    if operation.recording:
        found.append((operation.recording, {**body, "recorded_for": stage.mine}))
    return found


async def test_every_route_and_socket_is_listed_and_names_a_right_that_there_is() -> None:
    listed = {one.name for one in OPERATIONS}
    for part in PARTS:
        for route in part.router().routes:
            match route:
                case APIWebSocketRoute():
                    assert route.path in SOCKETS, f"the socket {route.path} is not listed"
                case APIRoute():
                    for method in route.methods or ():
                        path = route.path.replace(":path", "")
                        assert f"{method} {path}" in listed, f"{method} {path} is not in the document"
                case _:
                    pytest.fail(f"what is {route}?")
    for one in OPERATIONS:
        assert one.right in MATRIX or one.right in {"open", "signed-in"}, f"{one.name} asks for {one.right!r}"
        assert not one.recording or one.recording in MATRIX
    for audiences in SOCKETS.values():
        assert set(audiences.values()) <= set(MATRIX)


async def test_only_the_door_health_and_this_document_are_open() -> None:
    opened = {one.path for one in OPERATIONS if one.right == "open"}
    assert opened == {
        "/session",
        "/setup",
        "/links/take",
        "/health",
        "/health/live",
        "/health/ready",
        "/openapi.json",
    }


async def test_every_role_that_can_be_held_asks(stage: Stage) -> None:
    assert {asker.role for asker in stage.askers.values()} - {""} == set(ROLES) - RESERVED


async def test_whoever_lacks_the_right_is_refused_everywhere(stage: Stage) -> None:
    asked = 0
    for operation in OPERATIONS:
        if operation.path in SINGLE_PATHS:
            continue
        for right, body in bodies(stage, operation):
            for asker in stage.askers.values():
                if may(asker, right, owner_of(stage, operation, asker, body)):
                    continue
                answer = await ask(stage, operation, asker, body)
                problem = answer.json()
                expected = (403, "forbidden") if asker.via else (401, "not-signed-in")
                assert (answer.status_code, problem["code"]) == expected, f"{operation.name} by {asker.name}: {problem}"
                asked += 1
    assert asked > 400


async def test_whoever_has_the_right_is_heard_everywhere(stage: Stage) -> None:
    heard = set()
    for operation in [one for one in OPERATIONS if one.path not in SINGLE_PATHS and one.name not in LAST]:
        for right, body in bodies(stage, operation):
            for asker in stage.askers.values():
                if not may(asker, right, owner_of(stage, operation, asker, body)):
                    continue
                answer = await ask(stage, operation, asker, body)
                if asker.via == "token" and operation.name in FOR_PERSONS:
                    assert answer.status_code == 403
                    continue
                code = "" if answer.is_success else answer.json()["code"]
                on_levels = right.startswith("level.") or right == "decision.act"
                if answer.status_code == 403:
                    assert on_levels, f"{operation.name} by {asker.name}: {answer.text}"
                    assert code == "wrong-post", f"{operation.name} by {asker.name}: {answer.text}"
                assert code != "not-signed-in", f"{operation.name} by {asker.name}"
                assert answer.status_code < 500, f"{operation.name} by {asker.name}: {answer.text}"
                heard.add(operation.name)
    assert len(heard) > 60


async def test_what_is_not_yours_does_not_exist_for_you(stage: Stage) -> None:
    rows = {row["key"].partition("#")[2]: row for row in stage.scene.rows}
    for path, _, key in SINGLE:
        operation = next(one for one in OPERATIONS if one.path == "/spaces" + path.replace(":path", ""))
        row = rows.get(key.format(id=_id(stage, operation)))
        everybody = row is not None and row["kind"] in {"signal", "incident", "activation"}
        for asker in stage.askers.values():
            answer = await ask(stage, operation, asker, None)
            own = row is not None and stage.mine == row.get("group") and asker.group == stage.mine
            sees = row is not None and (
                may(asker, "incident.view", "") or own or (everybody and may(asker, "board.view", asker.group))
            )
            expected = 401 if not asker.via else 200 if sees else 404
            assert answer.status_code == expected, f"{operation.name} by {asker.name}: {answer.text}"


async def test_the_socket_asks_for_the_right_of_its_audience(stage: Stage) -> None:
    for path, audiences in SOCKETS.items():
        for kind, right in audiences.items():
            for asker in stage.askers.values():
                wanted = f"group:{stage.mine}" if kind == "group" else kind
                address = stage.here.base.replace("http", "ws", 1) + path.format(space="live") + f"?as={wanted}"
                try:
                    async with connect(address, additional_headers=asker.client.headers) as socket:
                        await socket.send('{"type":"hello"}')
                        assert json.loads(await socket.recv())["type"] == "reset"
                        status = 101
                except InvalidStatus as refused:
                    status = refused.response.status_code
                owner = stage.mine if kind == "group" else ""
                expected = 101 if may(asker, right, owner) else 403 if asker.via else 401
                assert status == expected, f"as={wanted} by {asker.name}"


async def test_a_socket_takes_no_message_but_the_listed_ones_from_anybody(stage: Stage) -> None:
    assert set(HEARD) == {"hello", "ping"}
    for asker in stage.askers.values():
        if not may(asker, "board.view", asker.group):
            continue
        for kind in ("ping", "hello", "acknowledge", "subscribe", "command"):
            address = f"{stage.here.base.replace('http', 'ws', 1)}/spaces/live/live"
            async with connect(address, additional_headers=asker.client.headers) as socket:
                await socket.send('{"type":"hello"}')
                await socket.recv()
                await socket.send(json.dumps({"type": kind}))
                if kind == "ping":
                    assert json.loads(await socket.recv())["type"] == "pong"
                    continue
                with pytest.raises(ConnectionClosed) as closed:
                    await socket.recv()
                assert closed.value.rcvd is not None
                assert closed.value.rcvd.code == 1008


async def test_signing_out_ends_a_session_for_every_role(stage: Stage) -> None:
    for name in sorted(LAST):
        operation = next(one for one in OPERATIONS if one.name == name)
        for asker in stage.askers.values():
            if asker.via != "session":
                continue
            async with Client(stage.here.base) as client:
                login = f"sample-{asker.login}"
                await client.sign_in(login, stage.here.logins[login])
                assert (await ask(stage, operation, asker, None, client)).status_code == 204
                assert (await client.http.get("/me", headers=client.headers)).status_code == 401
