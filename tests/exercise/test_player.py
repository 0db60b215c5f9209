"""The same scenario and seed records the same events, at any speed, and the live space sees none of it."""

from __future__ import annotations

import re
from pathlib import Path

from coord import player
from coord.api.rooms import CODEC
from tests.api.centre import Running, centre_at

SCENARIO = """
name: short
title: {en: A short yellow}
zone: "+08:00"
starts: "2025-09-22 12:00"
ends: "2025-09-22 14:00"
lines:
  - {at: "2025-09-22 12:10", signal: {authority: gd, system: typhoon, code: blue}, assumed: for the test}
  - {at: "2025-09-22 12:50", signal: {authority: gd, system: typhoon, code: yellow}, assumed: for the test}
  - {at: "2025-09-22 13:20", signal: {authority: mo, system: cyclone, code: "8"}, assumed: for the test}
"""


async def played(here: Running, space: str, scenario: player.Scenario, speed: float, seed: int) -> list[str]:
    """Play in a new space and return its events without what must differ: positions, ids made of keys."""
    commander = await here.client("commander")
    await commander.post("/spaces", {"space": space, "starts": scenario.starts.isoformat()})
    await player.Player(here.base, space, here.logins, scenario, speed, seed, lambda _: None).play()
    world = here.centre.world(space)
    found = []
    for row in await world.store.log.read(0, 100_000):
        kind, body = CODEC.encode(row.event)
        text = body.decode().replace(space, "SPACE")
        text = re.sub(r'"(seen|position)":\d+', r'"\1":0', re.sub(r"i-[0-9a-f]+", "INCIDENT", text))
        if kind not in {"space-opened", "reconciled"}:
            found.append(f"{row.stream.replace(space, 'SPACE').partition('/')[0]} {kind} {text}")
    return sorted(found)


async def test_the_same_seed_records_the_same_events_at_any_speed(tmp_path: Path) -> None:
    file = tmp_path / "short.yaml"
    file.write_text(SCENARIO, "utf-8")
    scenario = player.load(file)
    async with centre_at(tmp_path / "data") as here:
        live = here.centre.world("live").residence.position
        fast = await played(here, "exercise-fast", scenario, 1e9, seed=7)
        slow = await played(here, "exercise-slow", scenario, 7200, seed=7)
        other = await played(here, "exercise-other", scenario, 1e9, seed=8)
        assert fast == slow
        assert fast != other
        kinds = {line.split()[1] for line in fast}
        assert {"decision-acted", "order-acknowledged", "order-escalated", "task-progressed"} <= kinds
        assert here.centre.world("live").residence.position == live
