"""A night at the desk as a script: every command has a fixed key and fixed times, and is repeated until answered."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import httpx

from coord.client import Client
from coord.errors import Refused
from tests.faults.ground import Ground
from tests.faults.process import PATIENCE, Served

T0 = timedelta(minutes=127)
"""The storm began this long before the ground was made, so that no due time of the plans falls into a test."""

LIVE = "/spaces/live"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
REF = re.compile(r"\.[0-9a-f]{32}#[0-9a-f]{64}$")
"""What makes a reference to the vault unlike every other one to the same text."""

RECONCILED = {"level-took-effect", "milestone-set", "milestone-retimed", "property-set", "reconcile-due"}
SHORT = [{"post": post, "wait": "PT1S"} for post in ("commander", "deputy-commander", "duty-leader")]


class Desk:
    """Clients that never give up: whatever has no answer is sent again, to a centre started again if need be."""

    def __init__(self, centre: Served, ground: Ground) -> None:
        self.centre = centre
        self.ground = ground
        self.clients: dict[str, Client] = {}
        self.said: dict[str, tuple[str, str, Mapping[str, Any]]] = {}
        self.answers: dict[str, Any] = {}
        self.before: Callable[[str], None] = lambda _: None
        self.after: Callable[[str], None] = lambda _: None
        self.repeated = 0

    def minute(self, n: float) -> str:
        """Return minute *n* of the storm."""
        return (self.ground.made_at - T0 + timedelta(minutes=n)).isoformat()

    def client(self, who: str) -> Client:
        """Return the client of ``sample-<who>``."""
        if who not in self.clients:
            self.clients[who] = Client(self.centre.base, self.ground.tokens[who])
        return self.clients[who]

    async def do(self, key: str, who: str, path: str, body: Mapping[str, Any]) -> Any:
        """Send a command until it is answered, and return the answer, or the code with which it was refused."""
        self.said[key] = who, path, body
        self.before(key)
        self.answers[key] = await self._until_answered(lambda: self._post(key))
        self.after(key)
        return self.answers[key]

    async def _post(self, key: str) -> Any:
        who, path, body = self.said[key]
        try:
            return await self.client(who).post(f"{LIVE}{path}", body, key=key)
        except Refused as refusal:
            return refusal.code if refusal.code != "no-answer" else str(refusal)

    async def _until_answered(self, ask: Callable[[], Any]) -> Any:
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    answer = await ask()
                    if answer not in ("try-again", "fate-unknown"):  # asked to come back with the same key
                        return answer
                except httpx.TransportError:
                    self.repeated += 1
                    if self.centre.gone():
                        await self.centre.start()
                    await asyncio.sleep(0.01)

    async def rows(self) -> dict[str, dict[str, Any]]:
        """Return the centre's board."""
        return {row["key"]: row for row in await self._paged("duty-officer", "rows", "rows")}

    async def log(self) -> list[dict[str, Any]]:
        """Return the whole log."""
        return await self._paged("auditor", "log", "events")

    async def _paged(self, who: str, path: str, name: str, start: str | int = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        after: str | int | None = start or ("" if name == "rows" else 0)
        while after is not None:
            ask = partial(self.client(who).get, f"{LIVE}/{path}", after=after, limit=1000)
            page = await self._until_answered(ask)
            found += page[name]
            after = page["next"] or None
        return found

    async def until(self, true: Callable[[list[dict[str, Any]]], Any]) -> None:
        """Return once *true* holds of the log."""
        known = await self.log()
        async with asyncio.timeout(PATIENCE):
            while not true(known):
                await asyncio.sleep(0.02)
                known += await self._paged("auditor", "log", "events", known[-1]["position"])

    async def close(self) -> None:
        """Let go of all connections."""
        for client in self.clients.values():
            await client.http.aclose()


@asynccontextmanager
async def desk_at(centre: Served, ground: Ground) -> AsyncIterator[Desk]:
    """Sit down at the desk of *centre*."""
    desk = Desk(centre, ground)
    try:
        yield desk
    finally:
        await desk.close()


def reconciled(log: list[dict[str, Any]]) -> bool:
    """Return whether every board was compared with the plans after the last fact that may have changed them."""
    asked: dict[str, int] = {}
    seen: dict[str, int] = {}
    for row in log:
        if row["kind"] in RECONCILED:
            asked[row["stream"]] = row["position"]
        elif row["kind"] == "reconciled":
            seen[row["stream"]] = row["event"]["seen"]
    return bool(asked) and all(seen.get(stream, 0) >= position for stream, position in asked.items())


def has(kind: str, count: int = 1) -> Callable[[list[dict[str, Any]]], bool]:
    """Return whether a log has at least *count* events of *kind*."""
    return lambda log: sum(row["kind"] == kind for row in log) >= count


async def play(desk: Desk) -> None:
    """Play the night: a signal, a level, orders that are answered, reports, a raise, a call that nobody answers."""
    incident = await _begin(desk)
    await _answer(desk, incident, "III", 20)
    report = await desk.do(
        "report/1",
        "duty-officer",
        "/reports",
        {"hazard": "waterlogging", "place": "W07", "text": "Water to the kerb", "happened_at": desk.minute(30)},
    )
    assert not isinstance(report, str), report
    other = report["stream"].partition("/")[2]
    for n in range(2, 5):
        losses = {"losses": {"people": n}, "happened_at": desk.minute(30 + n)}
        await desk.do(
            f"report/{n}",
            "duty-officer",
            f"/incidents/{other}/reports",
            {"hazard": "waterlogging", "place": "W07", **losses},
        )
    for n in range(1, 4):
        said = {"true": n != 2, "happened_at": desk.minute(40 + n)}
        await desk.do(f"verify/{n}", "duty-officer", f"/incidents/{other}/reports/R-{n}/verify", said)
    await desk.do("foreign", "res-lead", f"/incidents/{incident}/orders/COM-1/acknowledge", {"group": "COM"})
    await _raise(desk)
    await _answer(desk, incident, "II", 70)
    await desk.until(has("decision-exhausted"))


async def _begin(desk: Desk) -> str:
    await start(desk, "yellow", "III", 0)
    streams = {row["stream"] for row in await desk.log() if row["kind"] == "level-started"}
    (stream,) = streams
    return str(stream).partition("/")[2]


async def start(desk: Desk, code: str, level: str, minute: float) -> None:
    """Let a signal ask for *level*, and start it."""
    signal = {"authority": "gd", "system": "typhoon", "code": code, "effective_at": desk.minute(minute)}
    await desk.do(f"signal/{code}", "duty-officer", "/signals", {**signal, "text": "SAMPLE"})
    await desk.until(lambda log: open_card(log, level))
    note = {"text": "Port: lanes close at 04:00", "happened_at": desk.minute(minute + 1)}
    await desk.do(f"note/{code}", "duty-officer", "/journal", note)
    card = open_card(await desk.log(), level)
    act = {"action": "start-level", "authority": "chief-commander", "level": level, "reason": "signal"}
    times = dict.fromkeys(("decided_at", "announced_at", "effective_at", "happened_at"), desk.minute(minute + 5))
    await desk.do(f"act/{level}", "chief-commander", f"/decisions/{card}/act", {**act, **times})
    await desk.until(lambda log: has("level-took-effect", 1 if level == "III" else 2)(log) and reconciled(log))
    if level != "III":
        await desk.until(has("level-heeded"))  # the watch knows the level now, so its next line comes after that


def open_card(log: list[dict[str, Any]], level: str) -> str:
    """Return the decision that proposes *level*, empty when there is none yet."""
    opened = [row["event"] for row in log if row["kind"] in {"decision-opened", "decision-reopened"}]
    return next((event["decision"] for event in opened if event.get("level", event.get("proposes")) == level), "")


async def _raise(desk: Desk) -> None:
    await start(desk, "orange", "II", 50)
    call = {"question": "bridges", "hazard": "typhoon", "evidence": "call", "silent_after": "PT1S", "ladder": SHORT}
    await desk.do("question", "chief-commander", "/decisions", {**call, "within": "PT2H"})


async def _answer(desk: Desk, incident: str, what: str, minute: float) -> None:
    """Let every group answer its open orders, and do a step of each of its first tasks."""
    rows = [row for _, row in sorted((await desk.rows()).items())]
    orders = [row for row in rows if row["kind"] == "order" and not row["acknowledged_at"] and not row["withdrawn"]]
    for n, row in enumerate(orders):
        said = {"group": row["group"], "happened_at": desk.minute(minute + n)}
        path = f"/incidents/{incident}/orders/{row['id']}/acknowledge"
        await desk.do(f"{what}/{row['id']}", f"{row['group'].lower()}-lead", path, said)
    tasks = [row for row in rows if row["kind"] == "task" and row["now"] == "open"]
    for n, row in enumerate(tasks[:: max(1, len(tasks) // 8)]):
        said = {"group": row["group"], "step": "arrived", "happened_at": desk.minute(minute + 20 + n)}
        path = f"/incidents/{incident}/tasks/{row['id']}/progress"
        await desk.do(f"{what}/{row['id']}", f"{row['group'].lower()}-lead", path, said)


def plain(value: Any, since: datetime) -> Any:
    """Return *value* without the times that depend on when it was recorded: all *since* the ground was made."""
    if isinstance(value, dict):
        return {key: plain(one, since) for key, one in value.items() if key != "recorded_at"}
    if isinstance(value, list):
        return [plain(one, since) for one in value]
    if isinstance(value, str) and TIME.match(value) and datetime.fromisoformat(value) >= since:
        return "recorded"
    return REF.sub("", value) if isinstance(value, str) else value


def history(log: list[dict[str, Any]], since: datetime) -> dict[str, list[Any]]:
    """Return the events of each stream without times of recording.

    Streams run beside each other, so only the order within one is told. A
    centre that starts compares all boards with the plans anew: how often it
    did so (``reconciled``) says nothing about what was decided.
    """
    told: dict[str, list[Any]] = {}
    for row in log:
        if row["kind"] != "reconciled":
            told.setdefault(row["stream"], []).append((row["kind"], plain(row["event"], since)))
    return told
