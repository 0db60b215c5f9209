"""Yesterday's backup is put back under connected clients: each hears of it, and none stays ahead."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, aclosing
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect

from coord.client import Board, Client
from coord.store.backup import back_up
from coord.store.restore import restore
from tests.api.centre import seen
from tests.faults.ground import Ground
from tests.faults.process import PATIENCE, served
from tests.faults.script import Desk, desk_at, has, start

pytestmark = [pytest.mark.crash, pytest.mark.xdist_group("faults")]

PEOPLE = ("duty-officer", "auditor", "com-lead", "res-lead", "tra-lead", "inf-lead")


async def board_of(client: Client) -> Mapping[str, Any]:
    """Return what *client* would see if it looked just now."""
    page = await client.get("/spaces/live/rows", limit=1000)
    return {row["key"]: row for row in page["rows"]}


async def test_every_clientstarts_over_when_yesterdays_backup_is_restored(ground: Ground, tmp_path: Path) -> None:
    data, kept = ground.copy(tmp_path / "data"), tmp_path / "backup"
    async with (
        served(tmp_path / "said", "--data", str(data)) as centre,
        desk_at(centre, ground) as desk,
        AsyncExitStack() as stack,
    ):
        clients = {who: desk.client(who) for who in PEOPLE}
        following = {
            who: await stack.enter_async_context(aclosing(client.follow("live"))) for who, client in clients.items()
        }
        await start(desk, "yellow", "III", 0)
        yesterday = await back_up(data, "live", kept)
        await start(desk, "orange", "II", 30)
        ahead = (await desk.log())[-1]["position"]
        boards = {who: await caught_up(boards, ahead) for who, boards in following.items()}
        assert all(board.epoch == yesterday.epoch and board.cursor > yesterday.position for board in boards.values())
        rich = {who: len(board.rows) for who, board in boards.items()}

        centre.stop()
        head = await restore(kept, data, "live", replace=True)
        assert head.position == yesterday.position < ahead
        assert head.epoch != yesterday.epoch
        await centre.start()

        for who, follow in following.items():
            board = await seen(follow, lambda board: board.epoch == head.epoch, PATIENCE)
            assert not board.stale
            assert board.cursor < ahead
            assert board.rows == await board_of(clients[who])
            assert len(board.rows) < rich[who], who
        await _new_night(desk)
        now = (await desk.log())[-1]["position"]
        for who, follow in following.items():
            board = await caught_up(follow, now)
            assert board.rows == await board_of(clients[who])
        await says_hello_from_another_life(centre.base, ground, yesterday.epoch, ahead, head.epoch)


async def caught_up(boards: AsyncIterator[Board], position: int) -> Board:
    """Return the board once it stands at *position*."""
    return await seen(boards, lambda board: board.cursor >= position, PATIENCE)


async def _new_night(desk: Desk) -> None:
    """Go on with other commands than the ones that were lost, past the position where the clients had been."""
    for n in range(60):
        await desk.do(
            f"again/{n}", "duty-officer", "/journal", {"text": f"line {n}", "happened_at": desk.minute(40 + n / 10)}
        )
    await desk.until(has("noted", 60))
    await start(desk, "red", "I", 60)


async def says_hello_from_another_life(base: str, ground: Ground, epoch: str, after: int, now: str) -> None:
    """Connect as a client that was away all the time, with the epoch and the position from before."""
    address = f"{base.replace('http', 'ws', 1)}/spaces/live/live"
    headers = {"Authorization": f"Bearer {ground.tokens['duty-officer']}"}
    async with asyncio.timeout(PATIENCE), connect(address, additional_headers=headers, max_size=None) as socket:
        await socket.send(json.dumps({"type": "hello", "epoch": epoch, "after": after}))
        said = json.loads(await socket.recv())
        assert (said["type"], said["epoch"]) == ("reset", now)
