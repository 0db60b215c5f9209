"""A preview says what then happens, to the row."""

from __future__ import annotations

from pathlib import Path

from coord.client import is_open
from tests.api.centre import centre_at, seen


async def test_a_preview_says_exactly_what_the_level_then_does(tmp_path: Path) -> None:
    async with centre_at(tmp_path) as here:
        commander = await here.client("chief-commander")
        level = {"plan": "typhoon", "level": "IV"}
        start = await commander.post("/spaces/live/preview", level)
        begun = {**level, "hazard": "typhoon", "area": "", "reason": "signal"}
        incident = (await commander.post("/spaces/live/incidents", {"hazard": "typhoon"}))["stream"].partition("/")[2]
        await commander.post(f"/spaces/live/incidents/{incident}/levels", begun)
        await here.settled()
        board = await seen(here.follow(commander, "centre"), lambda b: b.of("order"))
        assert sorted(start["orders"]) == sorted(row["group"] for row in board.of("order"))
        assert sorted(start["assigned"]) == sorted(row["id"] for row in board.of("task"))
        raised = await commander.post("/spaces/live/preview", {**level, "level": "II", "incident": incident})
        assert raised["sentence"].startswith(f"{len(raised['orders'])} orders")
        before = {row["id"] for row in board.of("task")}
        path = f"/spaces/live/incidents/{incident}/activations/typhoon/typhoon/"
        await commander.post(f"{path}change", {"level": "II", "reason": "signal"})
        await here.settled()
        board = await seen(here.follow(commander, "centre"), lambda b: len(b.of("task")) > len(before))
        assert sorted(raised["assigned"]) == sorted({row["id"] for row in board.of("task")} - before)
        lowered = await commander.post("/spaces/live/preview", {**level, "level": "IV", "incident": incident})
        await commander.post(f"{path}change", {"level": "IV", "reason": "signal"})
        await here.settled()
        board = await seen(here.follow(commander, "centre"), lambda b: b.of("task"))
        gone = {row["id"] for row in board.of("task") if not is_open(row)}
        assert gone >= set(lowered["stood_down"]) > set()
