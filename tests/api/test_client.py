"""The client over cuts and restarts, and ``coord watch`` as people run it."""

from __future__ import annotations

import asyncio
import io
import json
import os
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from rich.console import Console
from websockets.asyncio.server import ServerConnection, serve

from coord.cli.watch import table
from coord.client import Board, Client, Gap, is_open
from coord.errors import Refused
from coord.hub.session import CLOSE
from tests.api.centre import Running, centre_at, seen
from tests.api.scene import Scene, look, started

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with centre_at(tmp_path_factory.mktemp("client")) as here:
        yield here


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(here: Running) -> Scene:
    return await started(here)


async def coord(*words: str, password: str = "") -> tuple[int, str, str]:
    """Run the command line; return exit code, output and errors."""
    env = {**os.environ, "COORD_PASSWORD": password, "COLUMNS": "200", "PYTHONIOENCODING": "utf-8"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "coord", *words, env=env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def watch(here: Running, login: str, *words: str) -> tuple[int, str, str]:
    login = f"sample-{login}"
    return await coord("watch", "--base", here.base, "--login", login, *words, password=here.logins[login])


async def test_a_member_sees_the_board_of_the_own_group_without_saying_which(here: Running, scene: Scene) -> None:
    order = scene.of("order")[0]
    code, out, err = await watch(here, f"{order['group'].lower()}-member", "--once")
    assert (code, err) == (0, "")
    assert "LIVE live" in out
    assert "STALE" not in out
    own = {row["id"] for row in scene.of("order", order["group"])}
    others = {row["id"] for row in scene.of("order")} - own
    assert all(number in out for number in own)
    assert not any(number in out for number in others)
    assert "duty-officer is called" in out


async def test_the_centre_sees_everything_and_a_group_not_the_centre(here: Running, scene: Scene) -> None:
    code, out, _ = await watch(here, "duty-officer", "--once")
    assert code == 0
    assert all(row["id"] in out for row in scene.of("order"))
    assert "III" in out
    code, out, err = await watch(here, "tra-member", "--once", "--as", "centre")
    assert (code, out) == (1, "")
    assert "you may not see the incidents" in err
    assert "Traceback" not in err


async def test_orders_are_acknowledged_from_the_terminal(here: Running, scene: Scene) -> None:
    first, second = scene.of("order")[:2]
    code, out, _ = await watch(here, f"{first['group'].lower()}-lead", "--ack", first["id"])
    assert (code, out.strip()) == (0, f"收到 {first['id']}")
    code, out, _ = await watch(here, f"{second['group'].lower()}-lead", "--ack", "all")
    assert (code, f"收到 {second['id']}" in out) == (0, True)
    rows = {row["id"]: row for row in (await look(here)).of("order")}
    assert rows[first["id"]]["acknowledged_at"]
    assert rows[second["id"]]["acknowledged_at"]
    code, out, err = await watch(here, f"{first['group'].lower()}-lead", "--ack", first["id"])
    assert (code, out) == (1, "")
    assert "no open order" in err


async def test_what_goes_wrong_is_said_in_a_sentence(here: Running) -> None:
    code, out, err = await coord("watch", "--base", here.base, "--login", "sample-planner", password="wrong")
    assert (code, out) == (1, "")
    assert "do not fit together" in err
    code, _, err = await coord("watch", "--base", "http://127.0.0.1:9", "--login", "x", "--once", password="x")
    assert code == 1
    assert "does not answer" in err
    code, _, err = await coord("watch", "--base", "http://127.0.0.1:9", "--once")
    assert code == 1
    assert "does not answer" in err
    code, _, err = await coord("watch", "--base", here.base, "--once")
    assert code == 1
    assert "sign in" in err
    assert "Traceback" not in err


def _printed(board: Board) -> str:
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(table(board, "exercise-one"))
    return console.export_text()


async def test_a_stale_board_says_so_and_keeps_what_was_known(here: Running, scene: Scene) -> None:
    board = Board()
    board.take({"type": "reset", "epoch": "e", "position": 7, "rows": list(scene.rows)})
    assert "EXERCISE exercise-one · at 7" in _printed(board)
    board.stale = True
    printed = _printed(board)
    assert "STALE: nothing heard since" in printed
    assert all(row["id"] in printed for row in scene.of("order") if is_open(row))


async def test_a_board_refuses_a_gap(here: Running) -> None:
    board = Board()
    board.take({"type": "reset", "epoch": "e", "position": 7, "rows": []})
    board.take({"type": "frame", "position": 9, "prev": 7, "at": "", "rows": [], "gone": []})
    for prev, position in ((10, 11), (7, 9), (8, 8)):
        with pytest.raises(Gap):
            board.take({"type": "frame", "position": position, "prev": prev, "at": "", "rows": [], "gone": []})


async def test_a_board_goes_on_over_a_restart_of_the_centre(tmp_path: Path) -> None:
    async with centre_at(tmp_path) as first:
        logins, port = first.logins, int(first.base.rpartition(":")[2])
        token = (await first.client("duty-officer")).token
        client = Client(first.base, token)
        boards = client.follow("live", "centre")
        assert not (await anext(boards)).stale
    assert (await anext(boards)).stale
    async with centre_at(tmp_path, logins, port=port) as again:
        officer = await again.client("duty-officer")
        await officer.post("/spaces/live/journal", {"text": "x"})
        board = await seen(boards, lambda board: board.of("note"))
        assert not board.stale
        await boards.aclose()
        await client.http.aclose()


async def test_a_silent_line_is_stale_and_is_made_anew() -> None:
    hellos: list[dict[str, Any]] = []

    async def silent(line: ServerConnection) -> None:
        hellos.append(json.loads(await line.recv()))
        await line.send(json.dumps({"type": "reset", "epoch": "e", "position": 5, "rows": []}))
        await line.wait_closed()

    async with serve(silent, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with Client(f"http://127.0.0.1:{port}", stale_after=timedelta(seconds=0.05)) as client:
            boards = client.follow("live")
            assert not (await anext(boards)).stale
            assert (await anext(boards)).stale
            assert not (await anext(boards)).stale
            await boards.aclose()
    assert [hello["after"] for hello in hellos] == [-1, 5]


@pytest.mark.parametrize("code", [*sorted(CLOSE), 1011])
async def test_a_client_comes_back_after_the_codes_that_say_so(code: int) -> None:
    async def ending(line: ServerConnection) -> None:
        await line.recv()
        await line.close(code)

    async with serve(ending, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with Client(f"http://127.0.0.1:{port}") as client:
            boards = client.follow("live")
            if "come back" in CLOSE.get(code, "come back") and "do not" not in CLOSE.get(code, ""):
                assert (await anext(boards)).stale
            else:
                with pytest.raises(Refused) as ended:
                    await anext(boards)
                assert ended.value.code == f"closed-{code}"
            await boards.aclose()


async def test_a_command_whose_answer_is_lost_is_repeated_and_happens_once(here: Running) -> None:
    officer = await here.client("duty-officer")
    host, port = here.base.removeprefix("http://").split(":")
    cuts = 2

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal cuts
        there_reader, there_writer = await asyncio.open_connection(host, int(port))
        there_writer.write(await reader.read(65_536))
        answer = await there_reader.read(65_536)
        if cuts:  # it has happened, but nobody is told
            cuts -= 1
        else:
            writer.write(answer)
            await writer.drain()
        for one in (writer, there_writer):
            one.close()

    server = await asyncio.start_server(pipe, "127.0.0.1", 0)
    async with server, Client(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", officer.token) as client:
        before = len((await officer.get("/spaces/live/rows", kind="note"))["rows"])
        await client.post("/spaces/live/journal", {"text": "once"})
        assert len((await officer.get("/spaces/live/rows", kind="note"))["rows"]) == before + 1
        assert cuts == 0
