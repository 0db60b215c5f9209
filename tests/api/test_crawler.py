"""A crawler reads all that was ever sent to each audience: nothing foreign, no name, no phone, no free text."""

from __future__ import annotations

import asyncio
import itertools
import re
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from coord.client import Client
from tests.api.centre import Running, centre_at
from tests.api.scene import Scene, all_rows, look, started, supporting
from tests.api.taps import Tap, strings, tapped

NAME, PHONE, WORDS = "SAMPLE-NAME", "SAMPLE-PHONE", "SAMPLE-WORDS"
SECRET = re.compile(r"SAMPLE-(NAME|PHONE|WORDS)")
_COUNT = itertools.count(1)


def words(kind: str = WORDS) -> str:
    """Return free text that can be found again."""
    return f"{kind} {next(_COUNT)} 电话 {PHONE}"


async def play(here: Running) -> Scene:
    """Play a storm with everything that anybody can type."""
    officer, commander = await here.client("duty-officer"), await here.client("chief-commander")
    scene = await started(here)
    at = f"/spaces/live/incidents/{scene.incident}"
    for path in ("/spaces/live/reports", f"{at}/reports"):
        body = {"hazard": "waterlogging", "place": "W07", "text": words(), "caller": words(NAME)}
        await officer.post(path, {**body, "told_by": words(NAME), "channel": "phone"})
    await officer.post(f"{at}/reports/R-1/verify", {"text": words(), "told_by": words(NAME)})
    await officer.post(f"{at}/reports/R-1/losses", {"losses": {"injured": 1}, "text": words()})
    await officer.post("/spaces/live/journal", {"text": words(), "kind": "call", "told_by": words(NAME)})
    await _orders(here, officer, scene)
    activation = scene.path(scene.of("activation")[0], "change")
    for level in ("II", "I", "III"):
        await commander.post(activation, {"level": level, "reason": "signal", "text": words()})
        await here.settled()
    for signal in (
        {"authority": "mo", "system": "cyclone", "code": "8", "text": words()},
        {"authority": "gd", "system": "typhoon", "code": "red", "text": words()},
        {"authority": "mo", "system": "rain", "code": "black", "text": words()},
    ):
        await officer.post("/spaces/live/signals", signal)
        await here.settled()
    for row in (await look(here)).of("decision"):
        if row["state"] == "open":
            await officer.post(
                f"/spaces/live/decisions/{row['id']}/decline",
                {"reason": "forecast-weaker", "authority": "duty-officer", "text": words(), "told_by": words(NAME)},
            )
    until = (datetime.now(UTC) + timedelta(hours=6)).isoformat()
    await officer.post(f"{at}/milestones", {"name": "wind-onset", "time": until})
    administrator = await here.client("administrator")
    await administrator.post("/people", {"login": "night.desk", "name": words(NAME)})
    await commander.post(activation.replace("/change", "/end"), {"reason": "danger-over", "text": words()})
    await here.settled()
    return await look(here)


async def _orders(here: Running, officer: Client, scene: Scene) -> None:
    at = f"/spaces/live/incidents/{scene.incident}"
    wanted = {"key": "pump-at-w07", "group": "SUP", "title": {"en": "Pump at W07"}, "support": ["RES"]}
    await officer.post(f"{at}/orders", {"wanted": wanted, "text": words()})
    await officer.post(f"{at}/orders", {"wanted": {**wanted, "key": "dig", "group": "RES", "support": []}})
    for task, group in itertools.islice(((row, row["group"]) for row in scene.of("task")), 8):
        lead = await here.client(f"{group.lower()}-lead")
        order = next(row for row in scene.of("order", group))
        told = {"told_by": words(NAME), "channel": "radio", "group": group}
        await officer.post(scene.path(order, "acknowledge"), {**told, "recorded_for": group})
        await lead.post(scene.path(task, "progress"), {"group": group, "step": "departed", "text": words()})
        await lead.post(scene.path(task, "evidence"), {"group": group, "proof": words()})
        await lead.post(f"{at}/help", {"group": group, "what": "pumps", "text": words(), "told_by": words(NAME)})
    moved = scene.of("task")[0]
    to = next(row["group"] for row in scene.of("task") if row["group"] not in (moved["group"], *supporting(moved)))
    lead = await here.client(f"{moved['group'].lower()}-lead")
    await lead.post(scene.path(moved, "hand-over"), {"group": moved["group"], "to": to, "why": "no-crew"})
    await officer.post(scene.path(moved, "reassign"), {"to": to, "why": "nearer"})
    await officer.post(f"{at}/help/H-1/answer", {"answer": "on-the-way", "text": words()})
    await officer.post(scene.path(scene.of("task")[-1], "stand-down"), {"why": "not-needed"})


def foreign(group: str, row: Any) -> bool:
    """Say whether *row* is none of the business of *group*."""
    match row["kind"]:
        case "task":
            return group != row["group"] and group not in supporting(row)
        case "order" | "help":
            return bool(group != row["group"])
        case "signal" | "incident" | "activation" | "milestone" | "party" | "period" | "return":
            return False
        case _:
            return True


async def test_no_audience_is_ever_told_what_is_not_its_business(tmp_path: Path) -> None:
    async with centre_at(tmp_path) as here, AsyncExitStack() as opened:
        groups = sorted({login.split("-")[1].upper() for login in here.logins if login.endswith("-lead")})
        assert len(groups) == 15
        taps: dict[str, Tap] = {}
        for group in groups:
            client = await here.client(f"{group.lower()}-member")
            taps[group] = await opened.enter_async_context(tapped(client))
        for audience, login in (("centre", "duty-officer"), ("auditor", "auditor")):
            taps[audience] = await opened.enter_async_context(tapped(await here.client(login), audience))
        await asyncio.gather(*(tap.until(lambda tap: tap.of("reset")) for tap in taps.values()))
        await play(here)
        head = here.centre.world("live").residence.position
        await asyncio.gather(*(tap.until(lambda tap: tap.position >= head) for tap in taps.values()))
        every = {str(row["id"]) for _, row in taps["centre"].rows() if row["kind"] not in {"incident", "activation"}}
        assert len(every) > 60
        for group in groups:
            await _crawl(here, group, taps[group], every)
        for audience in ("centre", "auditor"):
            fresh = await _again(here, audience, taps[audience])
            assert not [text for text in strings(taps[audience].messages + fresh) if SECRET.search(text)]
            _keys_are_known(taps[audience])
        assert not [text for text in strings(taps["auditor"].messages) if "SAMPLE" in text]


async def _crawl(here: Running, group: str, tap: Tap, every: set[str]) -> None:
    fresh = await _again(here, group, tap)
    said = tap.messages + fresh
    shown = [row for message in said for row in message.get("rows", ())]
    assert not [row["key"] for row in shown if foreign(group, row)], group
    texts = set(strings(said))
    assert not [text for text in texts if SECRET.search(text)], group
    own = {str(row["id"]) for row in shown}
    assert not (every - own) & texts, f"{group} was told of {sorted((every - own) & texts)}"
    _keys_are_known(tap)


async def _again(here: Running, audience: str, tap: Tap) -> list[Any]:
    """Return what a fresh start and a look over HTTP tell; they agree with what the frames have built up."""
    login = {"centre": "duty-officer", "auditor": "auditor"}.get(audience, f"{audience.lower()}-lead")
    client = await here.client(login)
    async with tapped(client, audience if audience in {"centre", "auditor"} else "") as again:
        reset = (await again.until(lambda tap: tap.of("reset"))).of("reset")[0]
    looked = await all_rows(client)
    board: dict[str, Any] = {}
    for message in (said for said in tap.messages if said["type"] in {"reset", "frame"}):
        board |= {row["key"]: row for row in message["rows"]}
        for key in message.get("gone", ()):
            del board[key]
    assert board == {row["key"]: row for row in reset["rows"]} == {row["key"]: row for row in looked}
    return [reset, {"rows": looked}]


def _keys_are_known(tap: Tap) -> None:
    """No key is ever said to be gone that was not there; each frame follows the one before."""
    known: set[str] = set()
    cursor = -1
    for said in tap.messages:
        match said["type"]:
            case "reset":
                cursor, known = said["position"], {row["key"] for row in said["rows"]}
            case "frame":
                assert said["prev"] <= cursor < said["position"]
                cursor = said["position"]
                assert set(said["gone"]) <= known
                known = (known | {row["key"] for row in said["rows"]}) - set(said["gone"])
            case "at":
                cursor = max(cursor, said["head"])
