"""Plays a scenario against a centre through its public interface, with simulated people who answer or stay silent.

What a simulated person does is a function of (seed, subject, rung): the same
seed gives the same answers at any speed.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from coord.client import Client, incident_of, is_open
from coord.errors import Finding, Refused, Unfit

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Line:
    """One dated line of a scenario. ``source`` is where it comes from, empty when it is assumed."""

    at: datetime
    signal: Mapping[str, str]
    source: str
    number: int


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario file, read."""

    name: str
    title: Mapping[str, str]
    starts: datetime
    ends: datetime
    lines: tuple[Line, ...]

    @property
    def assumed(self) -> float:
        """The share of lines that no source bears out."""
        return sum(not line.source for line in self.lines) / max(len(self.lines), 1)


def load(path: Path) -> Scenario:
    """Read the scenario at *path*; :exc:`Unfit` with all findings when it cannot be played."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        said = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
        zone = str(said["zone"])
        lines = tuple(_line(line, zone, number) for number, line in enumerate(said["lines"], 1))
        scenario = Scenario(said["name"], said["title"], _time(said["starts"], zone), _time(said["ends"], zone), lines)
    except (YAMLError, KeyError, TypeError, ValueError, UnicodeDecodeError) as wrong:
        raise Unfit([Finding("error", "scenario", "scenario-unfit", f"{wrong!r}", str(path))]) from wrong
    times = [scenario.starts, *(line.at for line in lines), scenario.ends]
    late = [n for n, (one, two) in enumerate(itertools.pairwise(times), 1) if two < one]
    if late:
        said = "a line is earlier than the one before"
        raise Unfit([Finding("error", f"lines[{n}]", "times-out-of-order", said, str(path)) for n in late])
    return scenario


def _time(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(f"{text}{zone}")


def _line(line: Mapping[str, Any], zone: str, number: int) -> Line:
    if ("from" in line) == ("assumed" in line):
        raise ValueError(f"line {number} needs either from: or assumed:")
    return Line(_time(line["at"], zone), dict(line["signal"]), str(line.get("from", "")), number)


class Chance:
    """Answers of simulated people: numbers in [0, 1) from (seed, subject, rung)."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def of(self, subject: str, rung: int | str = 0) -> float:
        """Return the number for *subject* at *rung*."""
        raw = hashlib.sha256(f"{self.seed}/{subject}/{rung}".encode()).digest()
        return int.from_bytes(raw[:8]) / 2**64


class Player:
    """One run of a scenario in one exercise space."""

    def __init__(
        self, base: str, space: str, logins: Mapping[str, str], scenario: Scenario, speed: float, seed: int, say: Say
    ) -> None:
        self.base, self.space, self.logins = base, space, logins
        self.scenario, self.speed, self.chance, self.say = scenario, speed, Chance(seed), say
        self.clients: dict[str, Client] = {}
        self.zone = scenario.starts.tzinfo
        self.began = 0.0
        self.answered: set[str] = set()
        self.work: set[asyncio.Task[None]] = set()

    async def client(self, login: str) -> Client:
        """Return the signed-in client of *login*."""
        if login not in self.clients:
            client = Client(self.base)
            await client.sign_in(login, self.logins[login])
            self.clients[login] = client
        return self.clients[login]

    def now(self) -> datetime:
        """Return the virtual time as this player reckons it."""
        return self.scenario.starts + timedelta(seconds=(asyncio.get_running_loop().time() - self.began) * self.speed)

    async def until(self, at: datetime) -> None:
        """Wait until virtual time *at*."""
        left = (at - self.now()).total_seconds() / self.speed
        if left > 0:
            await asyncio.sleep(left)

    async def play(self) -> None:
        """Play from start to end."""
        control = await self.client("sample-duty-officer")
        for login in sorted(self.logins):
            if login.endswith("-lead") or login == "sample-chief-commander":
                await self.client(login)  # signing in takes real time, which an exercise must not see
        clock = {"run": True, "virtual": self.scenario.starts.isoformat(), "speed": self.speed}
        await control.post(f"/spaces/{self.space}/clock", clock)
        self.began = asyncio.get_running_loop().time()
        people = asyncio.create_task(self._people(control), name="simulated people")
        try:
            for line in self.scenario.lines:
                await self.until(line.at)
                await self._signal(control, line)
            await self.until(self.scenario.ends)
        finally:
            for task in [people, *self.work]:
                task.cancel()
            await asyncio.gather(people, *self.work, return_exceptions=True)
            await control.post(f"/spaces/{self.space}/clock", {"run": False})
            for client in self.clients.values():
                await client.http.aclose()

    async def _signal(self, control: Client, line: Line) -> None:
        body = {**line.signal, "effective_at": line.at.isoformat(), "source": line.source or "assumed"}
        await control.post(
            f"/spaces/{self.space}/signals", body, key=f"{self.scenario.name}/{line.number}/{self.chance.seed}"
        )

    async def _people(self, control: Client) -> None:
        async for board in control.follow(self.space, "centre"):
            for key in board.changed:
                row = board.rows.get(key)
                if row is not None:
                    self._tell(row)
                    self._react(key, row)

    def _start(self, once: str, delay: timedelta, work: Callable[[], Any]) -> None:
        """Do *work* after *delay* of virtual time, once for each *once*."""
        if once in self.answered:
            return
        self.answered.add(once)

        async def later() -> None:
            await asyncio.sleep(delay.total_seconds() / self.speed)
            try:
                await work()
            except Refused as refusal:
                self.say(f"{self._stamp()}  refused: {refusal}")

        task = asyncio.create_task(later())
        self.work.add(task)
        task.add_done_callback(self.work.discard)

    def _react(self, key: str, row: Mapping[str, Any]) -> None:
        match row["kind"]:
            case "decision" if is_open(row):
                again = f"{key}/{len(row['evidence'])}/{row['reopened']}"
                minutes = 2 + 6 * self.chance.of(again)
                self._start(again, timedelta(minutes=minutes), lambda: self._decide(row))
            case "order" if is_open(row):
                rung = int(row["rung"])
                if self.chance.of(key, rung) < 0.8:  # one in five calls finds nobody
                    delay = timedelta(seconds=15 + 90 * self.chance.of(key, f"{rung}s"))
                    self._start(f"{key}/{rung}", delay, lambda: self._acknowledge(row))
            case "order" if row["acknowledged_at"]:
                for item in row["items"]:
                    if item["verb"] in {"assigned", "resumed", "rows"}:
                        delay = timedelta(minutes=10 + 50 * self.chance.of(key, item["task"]))
                        self._start(f"{key}/{item['task']}", delay, partial(self._finish, row, item["task"]))

    async def _decide(self, row: Mapping[str, Any]) -> None:
        commander = await self.client("sample-chief-commander")
        body = {"action": "start-level", "authority": "chief-commander", "level": row["proposes"], "reason": "signal"}
        await commander.post(f"/spaces/{self.space}/decisions/{row['id']}/act", body)

    async def _acknowledge(self, row: Mapping[str, Any]) -> None:
        lead = await self.client(f"sample-{row['group'].lower()}-lead")
        path = f"/spaces/{self.space}/incidents/{incident_of(row)}/orders/{row['id']}/acknowledge"
        await lead.post(path, {"group": row["group"], "returned": True})

    async def _finish(self, row: Mapping[str, Any], task: str) -> None:
        lead = await self.client(f"sample-{row['group'].lower()}-lead")
        path = f"/spaces/{self.space}/incidents/{incident_of(row)}/tasks/{task}/progress"
        await lead.post(path, {"group": row["group"], "step": "done"})

    def _stamp(self) -> str:
        return self.now().astimezone(self.zone).strftime("%m-%d %H:%M")

    def _tell(self, row: Mapping[str, Any]) -> None:
        if (sentence := sentence_of(row)) and sentence not in self.answered:
            self.answered.add(sentence)
            self.say(f"{self._stamp()}  {sentence}")


def sentence_of(row: Mapping[str, Any]) -> str:
    """Return *row* as one line of commentary, empty when it is not worth one."""
    match row["kind"]:
        case "signal":
            return f"signal    {row['authority']} {row['system']} {row['code']}: {row['state']}"
        case "decision":
            done = (
                f"{row['state']} {row['answers'][-1]['level']}" if row["answers"] and not is_open(row) else row["state"]
            )
            asks = f", {row['asks']} is asked" if is_open(row) and row["asks"] else ""
            return f"decision  {row['id']} level {row['proposes']} for {row['hazard']}: {done}{asks}"
        case "activation":
            return f"level     {row['plan']}: {row['level'] or 'none'}"
        case "order":
            return f"order     {row['id']} ({len(row['items'])} tasks): {_order_state(row)}"
        case "task" if row["now"] in {"done", "cannot", "stood-down"} or row["late"]:
            title: Mapping[str, str] = row["title"]
            late = " LATE" if row["late"] and is_open(row) else ""
            return f"task      {row['group']} {title.get('zh-Hans') or next(iter(title.values()))}: {row['now']}{late}"
        case _:
            return ""


def _order_state(row: Mapping[str, Any]) -> str:
    if row["acknowledged_at"]:
        return "acknowledged" + (f" after {len(row['escalations'])} escalations" if row["escalations"] else "")
    if row["unanswered"]:
        return "NOBODY ANSWERS"
    return f"{row['post']} is called" + (f" (rung {row['rung']})" if row["rung"] else "")
