"""The first chain, end to end over HTTP and sockets: signal, decision, level, order, acknowledged or escalated."""

from __future__ import annotations

from pathlib import Path

from coord.client import Board, incident_of, is_open
from tests.api.centre import centre_at, seen


def open_orders(board: Board) -> list[str]:
    return [row["id"] for row in board.of("order") if is_open(row)]


async def test_a_signal_becomes_orders_that_are_acknowledged(tmp_path: Path) -> None:
    async with centre_at(tmp_path) as here:
        officer, commander = await here.client("duty-officer"), await here.client("chief-commander")
        centre = here.follow(officer, "centre")
        await officer.post("/spaces/live/signals", {"authority": "gd", "system": "typhoon", "code": "yellow"})
        board = await seen(centre, lambda b: b.of("decision"))
        card = board.of("decision")[0]
        assert card["state"] == "open"
        assert card["proposes"] == "III"
        body = {"action": "start-level", "authority": "chief-commander", "level": "III", "reason": "signal"}
        await commander.post(f"/spaces/live/decisions/{card['id']}/act", body)
        board = await seen(centre, open_orders)
        groups = {row["group"] for row in board.of("order")}
        assert len(groups) >= 5
        for group in sorted(groups)[:2]:
            lead = await here.client(f"{group.lower()}-lead")
            own = here.follow(lead)
            theirs = await seen(own, open_orders)
            assert {row["group"] for row in theirs.of("order")} == {group}
            order = theirs.of("order")[0]
            path = f"/spaces/live/incidents/{incident_of(order)}/orders/{order['id']}/acknowledge"
            await lead.post(path, {"group": group})
            after = await seen(own, lambda b: not open_orders(b))
            assert after.rows[order["key"]]["acknowledged_at"]
