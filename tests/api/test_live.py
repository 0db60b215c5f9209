"""The staff socket over real connections: resume, reset, slow readers, withdrawn rights, and every close code."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import socket
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from coord.access.acts import disable, withdraw
from coord.access.authorize import Actor
from coord.api.world import World
from coord.client import Client
from coord.events import Meta
from coord.hub.audience import Audience
from coord.hub.session import CLOSE, STAFF_BEAT, Pace
from coord.incidents.watch.commands import Note
from tests.api.centre import Running, centre_at, until
from tests.api.scene import started, supporting
from tests.api.taps import Tap, address_of, tapped

QUICK = Pace(beat=timedelta(seconds=0.05), hello=timedelta(seconds=0.2), slow=timedelta(seconds=0.2))


async def note(world: World, number: int) -> None:
    """Write a line of the journal, which the centre and auditors see."""
    meta = Meta(world.now(), "somebody", f"note-{number}")
    await world.residence.handle(world.watch, Note(by="somebody", text=f"x{number}"), meta)


def notes(tap: Tap) -> list[str]:
    """Return the texts of the journal lines as they came."""
    return [row["text"] for said, row in tap.rows() if row["kind"] == "note"]


def _noted(enough: int) -> Callable[[Tap], bool]:
    return lambda tap: len(notes(tap)) >= enough


def _behind(world: World, cursor: int, writing: asyncio.Task[None]) -> Callable[[], bool]:
    return lambda: writing.done() or world.residence.position > cursor + 9


def _reached(position: int) -> Callable[[Tap], bool]:
    return lambda tap: tap.position >= position


# -- resume ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("forgotten", [False, True])
async def test_a_task_that_moves_while_both_groups_are_away_goes_here_and_comes_there_once(
    tmp_path: Path, *, forgotten: bool
) -> None:
    async with centre_at(tmp_path) as here:
        scene = await started(here)
        task = scene.of("task")[0]
        old = task["group"]
        new = next(row["group"] for row in scene.of("task") if row["group"] not in (old, *supporting(task)))
        leads = {group: await here.client(f"{group.lower()}-lead") for group in (old, new)}
        stood: dict[str, tuple[str, int]] = {}
        for group, lead in leads.items():
            async with tapped(lead) as tap:
                reset = (await tap.until(lambda tap: tap.of("reset"))).of("reset")[0]
                stood[group] = reset["epoch"], reset["position"]
                assert (task["key"] in {row["key"] for row in reset["rows"]}) == (group == old)
        officer = await here.client("duty-officer")
        await officer.post(scene.path(task, "reassign"), {"to": new, "why": "nearer"})
        hub = here.centre.world("live").hub
        if forgotten:
            hub.kept = -1.0
            hub.forget()
            assert not hub.views
        head = here.centre.world("live").residence.position
        for group, lead in leads.items():
            epoch, after = stood[group]
            async with tapped(lead, epoch=epoch, after=after) as tap:
                await tap.until(lambda tap: tap.position >= head)
                whole = [row for _, row in tap.rows() if row["key"] == task["key"]]
                gone = [key for said in tap.of("frame") for key in said["gone"]]
                if group == old:
                    assert whole == []
                    assert gone == ([] if forgotten else [task["key"]])
                else:
                    assert [row["title"] for row in whole] == [task["title"]]
                    assert len(whole[0]) == len(task)
                    assert gone == []
                assert bool(tap.of("reset")) == forgotten


async def test_a_client_that_is_kicked_again_and_again_misses_nothing_and_sees_nothing_twice(tmp_path: Path) -> None:
    chance = random.Random(7)
    async with centre_at(tmp_path) as here:
        world, officer = here.centre.world("live"), await here.client("duty-officer")
        events, came, epoch, after, kicks = 500, list[str](), "", -1, 0

        async def write() -> None:
            for number in range(events):
                await note(world, number)

        writing = asyncio.create_task(write())
        while len(came) < events:
            async with tapped(officer, "centre", epoch, after) as tap:
                await tap.until(_noted(min(chance.randrange(1, 60), events - len(came))))
            kicks += 1
            assert len(tap.of("reset")) == (kicks == 1), "a resume within the ring needs no snapshot"
            for said in tap.of("frame"):
                assert said["prev"] <= after < said["position"] or kicks == 1
                after = said["position"]
            came += notes(tap)
            epoch, after = epoch or tap.of("reset")[0]["epoch"], tap.position
            await until(_behind(world, after, writing))  # so that there is something to catch up with
        await writing
        assert came == [f"x{number}" for number in range(events)]
        assert kicks > 10


async def test_who_was_away_too_long_or_comes_from_another_epoch_starts_again(tmp_path: Path) -> None:
    async with centre_at(tmp_path) as here:
        world, officer = here.centre.world("live"), await here.client("duty-officer")
        world.hub.ring = 5
        async with tapped(officer, "centre") as tap:
            reset = (await tap.until(lambda tap: tap.of("reset"))).of("reset")[0]
        for number in range(6):
            await note(world, number)
        for epoch, after in (
            (reset["epoch"], reset["position"]),
            ("another", world.residence.position),
            (reset["epoch"], world.residence.position + 1),
        ):
            async with tapped(officer, "centre", epoch, after) as tap:
                await tap.until(lambda tap: tap.messages)
                assert [said["type"] for said in tap.messages] == ["reset"]
                assert len(notes(tap)) == 6
        async with tapped(officer, "centre", reset["epoch"], world.residence.position - 5) as tap:
            await tap.until(lambda tap: len(tap.messages) == 5)
            assert {said["type"] for said in tap.messages} == {"frame"}


async def test_an_idle_session_hears_the_head_at_every_beat(tmp_path: Path) -> None:
    assert Pace().beat == STAFF_BEAT == timedelta(seconds=4)
    async with centre_at(tmp_path, pace=QUICK) as here, tapped(await here.client("tra-lead")) as tap:
        await tap.until(lambda tap: len(tap.of("at")) >= 3)
        assert len(tap.of("reset")) == 1
        before = tap.position
        await note(here.centre.world("live"), 1)  # nothing that this group sees
        await tap.until(lambda tap: tap.position > before)
        assert not tap.of("frame")


# -- slow readers ----------------------------------------------------------------------------------------------------


async def _large(here: Running, incident: str, number: int) -> None:
    officer = await here.client("duty-officer")
    rows = [f"row-{place}-{'x' * 60}" for place in range(1500)]
    wanted = {"key": f"large-{number}", "group": "SUP", "title": {"en": "Large"}, "rows": rows}
    await officer.post(f"/spaces/live/incidents/{incident}/orders", {"wanted": wanted})


async def test_a_reader_that_stands_still_is_dropped_while_the_others_keep_pace(tmp_path: Path) -> None:
    async with centre_at(tmp_path, pace=QUICK) as here:
        scene, officer = await started(here), await here.client("duty-officer")
        small = socket.socket()
        small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        small.setblocking(False)
        host, port = here.base.removeprefix("http://").split(":")
        await asyncio.get_running_loop().sock_connect(small, (host, int(port)))
        watched = Audience("centre")
        async with (
            tapped(officer, "centre") as brisk,
            connect(
                address_of(officer, "centre"),
                sock=small,
                additional_headers=officer.headers,
                max_size=None,
                max_queue=1,
            ) as slow,
        ):
            await slow.send(json.dumps({"type": "hello"}))
            view = here.centre.world("live").hub.views[watched]
            async with asyncio.timeout(60):
                for number in range(200):
                    await _large(here, scene.incident, number)
                    await brisk.until(_reached(view.last))
                    if number > 5 and view.watched == 1:
                        break
            assert view.watched == 1, "the slow one is gone, the brisk one is not"
            assert brisk.code == 0
            with contextlib.suppress(ConnectionClosed):
                async for _ in slow:
                    pass
            assert slow.close_code == 1013


# -- the door --------------------------------------------------------------------------------------------------------


async def _status(client: Client, **more: Any) -> int:
    """Return the HTTP status with which a handshake is refused, 101 when it is not."""
    headers = more.pop("headers", client.headers)
    query = {name: more.pop(name) for name in list(more) if name in {"ticket", "audience", "space"}}
    try:
        async with connect(address_of(client, **query), additional_headers=headers, **more):
            return 101
    except InvalidStatus as refused:
        answer = refused.response
    assert answer.headers["content-type"] == "application/problem+json"
    assert json.loads(answer.body)["code"]
    return answer.status_code


async def test_a_foreign_page_cannot_open_a_socket_and_our_own_can(tmp_path: Path) -> None:
    async with centre_at(tmp_path, origins=("https://pages.example",)) as here:
        lead = await here.client("tra-lead")
        cookie = {"Cookie": f"coord={lead.token}"}
        own = here.base
        assert await _status(lead, headers=cookie) == 403, "a cookie without an origin is no page of ours"
        assert await _status(lead, headers=cookie, origin="https://evil.example") == 403
        assert await _status(lead, headers=cookie, origin="null") == 403
        assert await _status(lead, headers=cookie, origin=own) == 101
        assert await _status(lead, headers=cookie, origin="https://pages.example") == 101
        assert await _status(lead, origin="https://evil.example") == 403, "a token does not excuse a foreign page"
        assert await _status(lead) == 101
        assert await _status(lead, headers={}) == 401
        assert await _status(lead, headers={"Authorization": "Bearer no"}) == 401
        assert await _status(lead, audience="centre") == 403
        assert await _status(lead, audience="group:RES") == 403
        assert await _status(lead, space="nowhere") == 404


async def test_a_ticket_opens_one_socket_once(tmp_path: Path) -> None:
    async with centre_at(tmp_path) as here:
        lead = await here.client("tra-lead")
        ticket = (await lead.post("/tickets"))["ticket"]
        assert await _status(lead, headers={}, ticket=ticket) == 101
        assert await _status(lead, headers={}, ticket=ticket) == 401
        assert await _status(lead, headers={}, ticket="x") == 401


# -- close codes -----------------------------------------------------------------------------------------------------


async def _goodbye(here: Running, tap: Tap, login: str) -> None:
    await tap.socket.close(1000)


async def _binary(here: Running, tap: Tap, login: str) -> None:
    await tap.socket.send(b"ping")


async def _sign_out(here: Running, tap: Tap, login: str) -> None:
    client = here.clients[login]
    assert (await client.http.delete("/session", headers=client.headers)).status_code == 204


async def _disable(here: Running, tap: Tap, login: str) -> None:
    access = here.centre.access
    account = await access.accounts.find(f"sample-{login}")
    await disable(access, await _administrator(here), "hengqin", account.id)


async def _withdraw(here: Running, tap: Tap, login: str) -> None:
    access = here.centre.access
    account = await access.accounts.find(f"sample-{login}")
    book = await access.roll.book("hengqin")
    grants = [key for key, held in book.grants.items() if held.account == account.id]
    for key in grants:
        await withdraw(access, await _administrator(here), "hengqin", key)


async def _administrator(here: Running) -> Actor:
    client = await here.client("administrator")
    return await here.centre.access.sessions.check(client.token)


ENDS: dict[int, list[Callable[[Running, Tap, str], Awaitable[None]]]] = {
    1000: [_goodbye],
    1008: [_binary],
    4401: [_sign_out, _disable],
    4403: [_withdraw],
}
ELSEWHERE = {
    1001: "test_a_centre_that_goes_away_says_so",
    1013: "test_a_reader_that_stands_still_is_dropped_while_the_others_keep_pace",
    4408: "test_who_says_no_hello_is_let_go",
}


def test_every_close_code_is_tried() -> None:
    assert {*ENDS, *ELSEWHERE} == set(CLOSE)
    assert all(name in globals() for name in ELSEWHERE.values())


@pytest.mark.parametrize(("code", "end"), [(code, end) for code, ends in ENDS.items() for end in ends])
async def test_a_session_ends_with_its_code_within_a_second(
    tmp_path: Path, code: int, end: Callable[[Running, Tap, str], Awaitable[None]]
) -> None:
    async with centre_at(tmp_path) as here:
        login = "tra-lead"
        async with tapped(await here.client(login)) as tap:
            await tap.until(lambda tap: tap.of("reset"))
            await end(here, tap, login)
            await tap.until(lambda tap: tap.code, seconds=1.5)  # one second, and what a busy machine takes
            assert tap.code == code
        await until(lambda: here.centre.world("live").hub.views[Audience("group", "TRA")].watched == 0)


async def test_who_says_no_hello_is_let_go(tmp_path: Path) -> None:
    async with centre_at(tmp_path, pace=QUICK) as here:
        lead = await here.client("tra-lead")
        async with connect(address_of(lead), additional_headers=lead.headers) as silent:
            await silent.wait_closed()
            assert silent.close_code == 4408
        for nonsense in ("{}", "[", '{"type":"hello","after":"1"}', b"hello"):
            async with connect(address_of(lead), additional_headers=lead.headers) as silent:
                await silent.send(nonsense)
                await silent.wait_closed()
                assert silent.close_code == 1008


async def test_a_centre_that_goes_away_says_so(tmp_path: Path) -> None:
    async with centre_at(tmp_path) as here:
        lead = await here.client("tra-lead")
        silent = await connect(address_of(lead), additional_headers=lead.headers)
        await silent.send('{"type":"hello"}')
        await silent.recv()
    await silent.wait_closed()
    assert silent.close_code == 1001
