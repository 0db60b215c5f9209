"""Whatever is sent to any POST: never a fault of the centre, and never half a write.

Bodies are made from the OpenAPI document, most of them nearly right: a right one with one field bent.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.asking import Operation, operations, resolved
from tests.api.centre import Running, centre_at
from tests.api.scene import look, started

POSTS = sorted((one for one in operations() if one.method == "POST"), key=lambda one: one.name)
QUIET = {"/session", "/session/prove", "/setup", "/links/take", "/password", "/spaces", "/spaces/{space}/clock"}
"""What answers 200 or 204 without a word on the log of the space, or opens a world of its own."""

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["", "\x00", "\ud800", "٣", "1e999", "-0", "../..", "'; --", "<b>", "9" * 4000, "P1D", "PT-1S"]),
    st.sampled_from(["2025-09-23T10:00:00", "2025-09-23T10:00:00+23:59", "9999-12-31T23:59:59-23:59", "0001-01-01"]),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=3),
    st.recursive(st.none(), lambda inner: st.lists(inner, max_size=1), max_leaves=30),
)


def fitting(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Return values that (nearly) fit *schema*."""
    said = resolved(schema)
    if "enum" in said:
        return st.sampled_from(said["enum"])
    if "const" in said:
        return st.just(said["const"])
    if "anyOf" in said:
        return st.one_of([fitting(one) for one in said["anyOf"]])
    match said.get("type"):
        case "object" if "properties" in said:
            required = {name: fitting(said["properties"][name]) for name in said.get("required", ())}
            others = {name: fitting(one) for name, one in said["properties"].items() if name not in required}
            return st.fixed_dictionaries(required, optional=others)
        case "object":
            return st.dictionaries(st.text(max_size=5), fitting(said.get("additionalProperties", {})), max_size=3)
        case "array":
            return st.lists(fitting(said["items"]), max_size=3)
        case "string" if said.get("format") == "date-time":
            return st.datetimes(timezones=st.timezones()).map(lambda at: at.isoformat())
        case "string" if said.get("format") == "duration":
            return st.timedeltas().map(lambda long: f"PT{int(long.total_seconds())}S")
        case "string":
            given = [*said.get("examples", ()), "", "a", "W07", "TRA", "typhoon"]
            return st.one_of(st.sampled_from(given), st.text(max_size=12))
        case "integer":
            return st.integers(min_value=-2, max_value=2**70)
        case "number":
            return st.floats()
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
        case _:
            return ODD


@st.composite
def bodies(draw: st.DrawFn, operation: Operation) -> Any:
    """Draw a body for *operation*: right, bent in one field, made from the schema, or nonsense."""
    if operation.schema is None:
        return draw(ODD)
    match draw(st.sampled_from(["bent", "bent", "bent", "made", "made", "right", "right", "odd"])):
        case "bent" if isinstance(operation.example, dict):
            names = [*resolved(operation.schema).get("properties", {}), "unknown"]
            return {**operation.example, draw(st.sampled_from(names)): draw(ODD)}
        case "made":
            return draw(fitting(operation.schema))
        case "odd":
            return draw(ODD)
        case _:
            return operation.example


HEADERS: st.SearchStrategy[dict[str, str]] = (
    st.just({})
    | st.just({})
    | st.fixed_dictionaries(
        {},
        optional={
            "If-Match": st.sampled_from(['"1"', "*", "", ",", 'W/"x"', "x" * 300]),
            "X-Coord-Sent": st.sampled_from(["", "now", "2025-09-23T10:00:00+08:00", "0001-01-01T00:00:00Z"]),
            "Idempotency-Key": st.sampled_from(["", "k", "x" * 201, "%00"]),
        },
    )
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with centre_at(tmp_path_factory.mktemp("fuzz")) as here:
        yield here


async def _values(here: Running) -> dict[str, str]:
    scene = await look(here)
    kinds = ("activation", "task", "order", "signal", "decision")
    rows = {kind: scene.of(kind)[0]["id"] for kind in kinds}
    return {**rows, "space": "live", "incident": scene.incident, "report": "R-1", "into": "R-1", "help": "H-1"} | {
        "measure": "M-1",
        "exemption": "E-1",
        "figure": "samples",
        "need": "N-1",
        "offer": "O-1",
        "zone": "Z-1",
        "zone_pass": "P-1",
        "testing": "T-1",
        "rule": "port",
        "day": "2025-09-23",
        "series": "daily-report",
        "neighbour": "macao",
        "seat": "G-1",
        "name": "wind-onset",
        "account": "a0000000000000000",
        "request_id": "q0",
        "subject": "x-unknown",
    }


@pytest.mark.asyncio(loop_scope="module")
async def test_no_body_makes_the_centre_fail_or_write_by_halves(here: Running) -> None:
    await started(here)
    values = await _values(here)
    people = [await here.client(login) for login in ("chief-commander", "duty-officer", "administrator", "tra-lead")]
    residence = here.centre.world("live").residence
    loop = asyncio.get_running_loop()

    async def send(operation: Operation, body: Any, headers: Mapping[str, str], who: int) -> None:
        head = residence.position
        content = json.dumps(body).encode()
        client = people[who]
        said = {**client.headers, "content-type": "application/json", **headers}
        answer = await client.http.post(operation.url(values), content=content, headers=said)
        assert answer.status_code < 500, f"{operation.name} {body!r}: {answer.text}"
        if not answer.is_success:
            _is_problem(answer)
        await here.settled()
        if not answer.is_success and operation.path not in QUIET:
            assert residence.position == head, f"{operation.name} {body!r} was refused and wrote"

    def fuzz(operation: Operation) -> None:
        @settings(max_examples=8, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(bodies(operation), HEADERS, st.integers(0, len(people) - 1))
        def run(body: Any, headers: Mapping[str, str], who: int) -> None:
            asyncio.run_coroutine_threadsafe(send(operation, body, headers, who), loop).result(20)

        run()

    for operation in POSTS:
        await asyncio.to_thread(fuzz, operation)
    assert not here.centre.world("live").why_not_ready()


def _is_problem(answer: httpx.Response) -> None:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem = answer.json()
    assert problem["code"], answer.text
    assert problem["detail"], answer.text
