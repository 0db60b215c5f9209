"""People over HTTP: the whole life of an account, two persons where it takes two, and what one has of one's own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from coord.access.documents import ACCESS_LOG, unpack
from coord.api.centre import running
from coord.api.serve import serving
from coord.api.settings import Settings
from coord.client import Client
from coord.errors import Refused
from tests.api.centre import CHEAP, Running, centre_at

pytestmark = pytest.mark.asyncio(loop_scope="module")

PASSWORD = "a long enough password"
MEMBER = {"role": "member", "group": "TRA"}
OFFICER = {"role": "duty-officer"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with centre_at(tmp_path_factory.mktemp("people")) as here:
        yield here


async def admins(here: Running) -> tuple[Client, Client]:
    return await here.client("administrator"), await here.client("administrator-2")


async def person(here: Running, login: str, *grants: dict[str, Any], name: str = "") -> tuple[str, Client]:
    """Open an account with *grants*, take its link, sign in."""
    first, second = await admins(here)
    made = await first.post("/people", {"login": login, "name": name})
    for grant in grants:
        done = await first.post(f"/people/{made['account']}/grants", grant)
        if done["request"]:
            await second.post(f"/people/requests/{done['request']}/confirm")
    client = here.clients[login] = Client(here.base)
    await client.post("/links/take", {"token": made["link"], "password": PASSWORD})
    await client.sign_in(login, PASSWORD)
    return made["account"], client


async def refused(what: Any) -> str:
    """Return the code with which the awaitable *what* is refused."""
    with pytest.raises(Refused) as no:
        await what
    return no.value.code


async def delete(client: Client, path: str) -> httpx.Response:
    return await client.http.delete(path, headers=client.headers)


async def kinds(here: Running) -> list[str]:
    """Return the kinds of all events on the book so far."""
    auditor, found = await here.client("auditor"), list[str]()
    after: int | None = 0
    while after is not None:
        page = await auditor.get("/spaces/live/log", after=after, limit=1000)
        found += [event["kind"] for event in page["events"] if event["stream"].startswith("people/")]
        after = page["next"]
    return found


async def test_an_account_is_opened_given_rights_stopped_and_let_back(here: Running) -> None:
    first, second = await admins(here)
    account, client = await person(here, "desk.one", MEMBER, name="SAMPLE one")
    assert (await client.get("/me"))["grants"]
    shown = await first.get(f"/people/{account}")
    assert shown == await second.get("/people/desk.one")
    assert (shown["login"], shown["disabled"], shown["grants"][0]["group"]) == ("desk.one", False, "TRA")
    done = await first.post(f"/people/{account}/disable", {"why": "left"})
    assert done["events"] == ["account-disabled"]
    assert await refused(client.get("/me")) == "not-signed-in"
    assert await refused(client.sign_in("desk.one", PASSWORD)) == "login-failed"
    assert (await first.get(f"/people/{account}"))["disabled"]
    assert (await first.post(f"/people/{account}/enable"))["events"] == ["account-enabled"]
    await client.sign_in("desk.one", PASSWORD)
    assert (await first.post(f"/people/{account}/enable"))["events"] == []
    assert {"account-opened", "grant-given", "account-disabled", "account-enabled"} <= set(await kinds(here))


async def test_what_weighs_takes_two_persons(here: Running) -> None:
    first, second = await admins(here)
    account, _ = await person(here, "desk.two")
    asked = await first.post(f"/people/{account}/grants", OFFICER)
    assert asked["events"] == ["right-requested"]
    waiting = {row["request"]: row for row in await second.get("/people/requests")}
    assert waiting[asked["request"]]["grant"]["role"] == "duty-officer"
    assert await refused(first.post(f"/people/requests/{asked['request']}/confirm")) == "two-persons"
    done = await second.post(f"/people/requests/{asked['request']}/confirm")
    assert done["events"] == ["grant-given"]
    assert asked["request"] not in {row["request"] for row in await second.get("/people/requests")}
    again = await first.post(f"/people/{account}/grants", {**OFFICER, "space": "any"})
    declined = await second.post(f"/people/requests/{again['request']}/decline", {"why": "mistake"})
    assert declined["events"] == ["right-request-closed"]
    assert await refused(second.post(f"/people/requests/{again['request']}/confirm")) == "not-found"
    grant = (await first.get(f"/people/{account}"))["grants"][0]["id"]
    assert (await delete(first, f"/people/desk.none/grants/{grant}")).status_code == 404
    answer = await delete(first, f"/people/{account}/grants/{grant}?why=moved")
    assert answer.json()["events"] == ["grant-withdrawn"]


async def test_whoever_holds_a_right_may_lay_it_down(here: Running) -> None:
    first, _ = await admins(here)
    account, client = await person(here, "desk.down", MEMBER)
    _, stranger = await person(here, "desk.other", MEMBER)
    grant = (await first.get(f"/people/{account}"))["grants"][0]["id"]
    answer = await delete(stranger, f"/people/{account}/grants/{grant}")
    assert (answer.status_code, answer.json()["code"]) == (403, "not-administrator")
    assert (await delete(client, f"/people/{account}/grants/{grant}")).status_code == 200
    assert (await client.get("/me"))["grants"] == []


async def test_a_deputy_is_named_by_two_and_put_on_duty_by_one(here: Running) -> None:
    first, second = await admins(here)
    account, _ = await person(here, "desk.deputy")
    officer = await here.client("duty-officer")
    until = (datetime.now(UTC) + timedelta(hours=8)).isoformat()
    duty = {**OFFICER, "until": until}
    assert await refused(officer.post(f"/people/{account}/duty", duty)) == "not-a-deputy"
    asked = await first.post(f"/people/{account}/deputy", OFFICER)
    await second.post(f"/people/requests/{asked['request']}/confirm")
    assert [row["role"] for row in (await first.get(f"/people/{account}"))["deputy"]] == ["duty-officer"]
    assert (await officer.post(f"/people/{account}/duty", duty))["events"] == ["grant-given"]
    held = (await first.get(f"/people/{account}"))["grants"]
    assert [row["duty"] for row in held] == [True]
    assert (await delete(officer, f"/people/{account}/grants/{held[0]['id']}?why=duty-ended")).status_code == 200
    assert (await first.post(f"/people/{account}/deputy/drop", OFFICER))["events"] == ["deputy-dropped"]
    assert await refused(officer.post(f"/people/{account}/duty", duty)) == "not-a-deputy"


async def test_credentials_are_reset_by_one_or_by_two(here: Running) -> None:
    first, second = await admins(here)
    account, client = await person(here, "desk.reset", MEMBER)
    link = (await first.post(f"/people/{account}/reset"))["link"]
    await client.post("/links/take", {"token": link, "password": "another good password"})
    assert await refused(client.get("/me")) == "not-signed-in"
    await client.sign_in("desk.reset", "another good password")
    assert await refused(client.post("/links/take", {"token": link, "password": PASSWORD})) == "link-void"
    weighty = (await first.get("/people/sample-approver"))["account"]
    asked = await first.post(f"/people/{weighty}/reset")
    assert (asked["link"], bool(asked["request"])) == ("", True)
    assert (await second.post(f"/people/requests/{asked['request']}/confirm"))["link"]


async def test_one_sees_and_ends_ones_own_sessions(here: Running) -> None:
    _, client = await person(here, "desk.sessions", MEMBER)
    second = here.clients["desk.sessions/2"] = Client(here.base)
    await second.sign_in("desk.sessions", PASSWORD)
    listed = await client.get("/sessions")
    assert sorted(row["this"] for row in listed) == [False, True]
    other = next(row["id"] for row in listed if not row["this"])
    assert (await delete(client, f"/sessions/{other}")).status_code == 204
    assert await refused(second.get("/me")) == "not-signed-in"
    assert (await delete(client, "/sessions/0000000000000000")).status_code == 404
    assert (await delete(client, "/sessions")).status_code == 204
    assert await refused(client.get("/me")) == "not-signed-in"
    assert "session-revoked" in await kinds(here)


async def test_one_changes_ones_own_password_and_every_other_session_ends(here: Running) -> None:
    _, client = await person(here, "desk.password", MEMBER)
    second = here.clients["desk.password/2"] = Client(here.base)
    await second.sign_in("desk.password", PASSWORD)
    wrong = client.post("/password", {"old": "not this one at all", "new": "another good password"})
    assert await refused(wrong) == "login-failed"
    assert await refused(client.post("/password", {"old": PASSWORD, "new": "short"})) == "weak-password"
    opened = await client.post("/password", {"old": PASSWORD, "new": "another good password"})
    assert await refused(second.get("/me")) == "not-signed-in"
    client.token = opened["token"]
    assert (await client.get("/me"))["login"] == "desk.password"


async def test_tokens_are_on_the_log_and_end_with_a_word(here: Running) -> None:
    first, _ = await admins(here)
    account, client = await person(here, "desk.token", MEMBER)
    until = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    made = await client.post("/tokens", {"name": "wall", "grants": [MEMBER], "until": until})
    program = here.clients["desk.token/program"] = Client(here.base, made["token"])
    assert (await program.get("/me"))["via"] == "token"
    assert await refused(program.get("/tokens")) == "forbidden"
    assert [row["id"] for row in await client.get("/tokens")] == [made["id"]]
    wide = {"name": "wide", "grants": [OFFICER], "until": until}
    assert await refused(client.post("/tokens", wide)) == "token-too-wide"
    assert (await delete(client, f"/tokens/{made['id']}")).status_code == 204
    assert await refused(program.get("/me")) == "not-signed-in"
    more = await client.post("/tokens", {"name": "wall", "grants": [MEMBER], "until": until})
    assert (await delete(first, f"/people/{account}/tokens/{more['id']}")).json()["events"] == ["token-revoked"]
    assert {"token-issued", "token-revoked"} <= set(await kinds(here))


async def test_an_administrator_ends_the_sessions_of_somebody(here: Running) -> None:
    first, _ = await admins(here)
    account, client = await person(here, "desk.lost", MEMBER)
    assert len(await first.get(f"/people/{account}/sessions")) == 1
    answer = await delete(first, f"/people/{account}/sessions?why=lost-device")
    assert answer.json()["events"] == ["session-revoked"]
    assert await refused(client.get("/me")) == "not-signed-in"
    assert await first.get(f"/people/{account}/sessions") == []


async def test_a_name_is_read_from_the_vault_and_the_reading_is_recorded(here: Running) -> None:
    first, _ = await admins(here)
    account, client = await person(here, "desk.name", MEMBER, name="SAMPLE name")
    officer = await here.client("duty-officer")
    assert (await officer.get(f"/people/{account}/name", purpose="call"))["text"] == "SAMPLE name"
    rows = [unpack(sheet) for sheet in await here.centre.access.cabinet.scan(ACCESS_LOG)]
    assert (rows[-1]["actor"], rows[-1]["purpose"]) == ((await officer.get("/me"))["account"], "call")
    assert (await client.get(f"/people/{account}/name"))["text"] == "SAMPLE name"
    assert await refused(first.get(f"/people/{account}/name")) == "forbidden"
    assert "SAMPLE name" not in str(await first.get("/people"))
    assert (await first.post(f"/subjects/{account}/erase", {"why": "law"}))["events"] == ["subject-erased"]
    assert await refused(officer.get(f"/people/{account}/name")) == "not-found"
    assert await refused(client.get("/me")) == "not-signed-in"
    assert await refused(first.post("/subjects/..%2Fx/erase", {})) in {"unfit", "not-found"}


async def test_accounts_are_listed_page_by_page(here: Running) -> None:
    first, _ = await admins(here)
    every = await first.get("/people", limit=1000)
    found: list[Any] = []
    while page := await first.get("/people", limit=7, after=found[-1]["account"] if found else ""):
        found += page
    assert found == every
    assert len(found) > 40


async def test_nobody_signs_in_for_somebody_by_a_cookie_from_elsewhere(here: Running) -> None:
    await person(here, "desk.browser", MEMBER)
    async with httpx.AsyncClient(base_url=here.base, trust_env=False) as browser:
        body = {"login": "desk.browser", "password": PASSWORD}
        opened = (await browser.post("/session", json=body)).json()
        assert (await browser.get("/me")).status_code == 200
        own = {"Origin": here.base, "X-Coord-CSRF": opened["csrf"]}
        for headers, code in (
            ({}, "foreign-origin"),
            ({**own, "Origin": "https://evil.example"}, "foreign-origin"),
            ({"Origin": here.base}, "wrong-csrf"),
            ({**own, "X-Coord-CSRF": "0" * 64}, "wrong-csrf"),
        ):
            answer = await browser.post("/tickets", headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (403, code)
        assert (await browser.post("/tickets", headers=own)).status_code == 200
        proved = await browser.post("/session/prove", json={"password": PASSWORD}, headers=own)
        assert proved.status_code == 204
        assert (await browser.delete("/session", headers=own)).status_code == 204
        assert "coord" not in browser.cookies
        assert (await browser.get("/me")).status_code == 401


async def test_the_first_administrator_comes_with_the_token_of_the_first_start(tmp_path: Path) -> None:
    async with running(Settings(data=tmp_path, port=0), CHEAP) as centre, serving(centre) as base:
        assert centre.setup_token
        async with Client(base) as client:
            body = {"token": "guess", "login": "first", "password": PASSWORD}
            assert await refused(client.post("/setup", body)) == "link-void"
            made = await client.post("/setup", {**body, "token": centre.setup_token, "name": "SAMPLE first"})
            assert (await client.sign_in("first", PASSWORD))["account"] == made["account"]
            assert await refused(client.post("/setup", {**body, "token": centre.setup_token})) in {
                "link-void",
                "already-founded",
            }
            assert (await client.get("/people"))[0]["login"] == "first"
            assert await client.get("/spaces") != []
