"""Plays a scenario against a centre through its public interface, with simulated people who answer or stay silent.

What a simulated person does is a function of (seed, subject, rung): the same
seed gives the same answers at any speed.
"""

from __future__ import annotations

import asyncio
import hashlib
import heapq
import itertools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from coord.client import Board, Client, incident_of, is_open
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


@dataclass(order=True, slots=True)
class Act:
    """Something that somebody does at a virtual time; ``name`` orders what happens at the same time."""

    at: datetime
    name: str
    work: Callable[[], Awaitable[Any]] = field(compare=False)


class Player:
    """One run of a scenario in one exercise space, step by step on the exercise's own clock."""

    def __init__(
        self, base: str, space: str, logins: Mapping[str, str], scenario: Scenario, speed: float, seed: int, say: Say
    ) -> None:
        self.base, self.space, self.logins = base, space, logins
        self.scenario, self.speed, self.chance, self.say = scenario, speed, Chance(seed), say
        self.clients: dict[str, Client] = {}
        self.board = Board()
        self.position = 0
        self.incidents: dict[str, int] = {}
        self.taken: set[str] = set()
        self.agenda: list[Act] = []
        self.known: set[str] = set()
        self.now = scenario.starts

    async def client(self, login: str) -> Client:
        """Return the signed-in client of *login*."""
        if login not in self.clients:
            client = Client(self.base)
            await client.sign_in(login, self.logins[login])
            self.clients[login] = client
        return self.clients[login]

    async def play(self) -> None:
        """Play from start to end."""
        control = await self.client("sample-duty-officer")
        for line in self.scenario.lines:
            self.plan(line.at, f"line {line.number:04}", partial(self._signal, control, line))
        self.plan(self.scenario.ends, "end", _nothing)
        try:
            while self.agenda:
                await self._turn(control, heapq.heappop(self.agenda))
        finally:
            for client in self.clients.values():
                await client.http.aclose()

    def plan(self, at: datetime, name: str, work: Callable[[], Awaitable[Any]]) -> None:
        """Put something on the agenda, once for each *name*; not beyond the end."""
        if name not in self.known and at <= self.scenario.ends:
            self.known.add(name)
            heapq.heappush(self.agenda, Act(at, name, work))

    async def _turn(self, control: Client, act: Act) -> None:
        """Let virtual time come to *act* and do it; on the way, see what deadlines do, and perhaps do that first."""
        reached = await self._step(control, act.at)
        if reached < act.at:
            heapq.heappush(self.agenda, act)
            return
        try:
            await act.work()
        except Refused as refusal:
            self._say(f"refused   {act.name}: {refusal}")
        await self._step(control, self.now)

    async def _step(self, control: Client, to: datetime) -> datetime:
        """Move the exercise's clock towards *to* and return where it stands; what has changed is on the board."""
        said = await control.post(f"/spaces/{self.space}/clock/step", {"to": to.isoformat()})
        reached = datetime.fromisoformat(said["time"]).astimezone(self.now.tzinfo)
        wait = (reached - self.now).total_seconds() / self.speed
        if wait > 0:
            await asyncio.sleep(wait)
        self.now = max(self.now, reached)
        await self._look(control)
        return reached

    async def _look(self, control: Client) -> None:
        """Take in what has changed on the board, now that it is at rest; tell it and react to it."""
        path, board = f"/spaces/{self.space}/frames", self.board
        said = await control.get(path, epoch=board.epoch, after=board.cursor, **{"as": "centre"})
        changed: dict[str, None] = {}
        for message in said["messages"]:
            board.take(message)
            changed |= dict.fromkeys(board.changed)
        for key in changed:
            if (row := board.rows.get(key)) is not None:
                self._tell(row)
                self._react(row)

    async def _signal(self, control: Client, line: Line) -> None:
        body = {**line.signal, "effective_at": line.at.isoformat(), "source": line.source or "assumed"}
        await control.post(f"/spaces/{self.space}/signals", body, key=f"{self.space}/line {line.number}")

    def _subject(self, row: Mapping[str, Any]) -> str:
        """Name *row* the same in every run: by its incident's number in this run, not by its id."""
        number = self.incidents.setdefault(incident_of(row), len(self.incidents) + 1)
        return f"{number}/{row['kind']}/{row['id']}"

    def _react(self, row: Mapping[str, Any]) -> None:
        subject = self._subject(row)
        match row["kind"]:
            case "decision" if is_open(row):
                again = f"{subject}/{len(row.get('evidence') or ())}/{row.get('reopened')}"
                minutes = timedelta(minutes=2 + 6 * self.chance.of(again))
                self.plan(self._after(minutes), again, partial(self._decide, row))
            case "order" if is_open(row):
                rung = int(row.get("rung") or 0)
                if self.chance.of(subject, rung) < 0.8:  # one in five calls finds nobody
                    delay = timedelta(seconds=15 + 90 * self.chance.of(subject, f"{rung}s"))
                    self.plan(self._after(delay), f"{subject}/{rung}", partial(self._acknowledge, row))
            case "order" if row.get("acknowledged_at"):
                for item in row["items"]:
                    if item["verb"] in {"assigned", "resumed", "rows"}:
                        self.taken.add(f"{incident_of(row)}/{item['task']}")
                        name = f"{subject}/{item['task']}"
                        delay = timedelta(minutes=10 + 50 * self.chance.of(name))
                        self.plan(self._after(delay), name, partial(self._finish, row, item["task"], name))
            case "task" if row.get("round", 0) > 1 and f"{incident_of(row)}/{row['id']}" in self.taken:
                name = f"{subject}/round {row['round']}"
                if is_open(row) and self.chance.of(name) < 0.95:  # one round in twenty is forgotten
                    delay = timedelta(minutes=3 + 15 * self.chance.of(name, "minutes"))
                    self.plan(self._after(delay), name, partial(self._finish, row, row["id"], name))

    def _after(self, delay: timedelta) -> datetime:
        return self.now + timedelta(seconds=round(delay.total_seconds()))

    async def _decide(self, row: Mapping[str, Any]) -> None:
        commander = await self.client("sample-chief-commander")
        body = {"action": "start-level", "authority": "chief-commander", "level": row["proposes"], "reason": "signal"}
        path = f"/spaces/{self.space}/decisions/{row['id']}/act"
        await commander.post(path, body, key=f"{self.space}/{self._subject(row)}/{len(row.get('evidence') or ())}")

    async def _acknowledge(self, row: Mapping[str, Any]) -> None:
        lead = await self.client(f"sample-{row['group'].lower()}-lead")
        path = f"/spaces/{self.space}/incidents/{incident_of(row)}/orders/{row['id']}/acknowledge"
        await lead.post(path, {"group": row["group"], "returned": True}, key=f"{self.space}/{self._subject(row)}")

    async def _finish(self, row: Mapping[str, Any], task: str, name: str) -> None:
        lead = await self.client(f"sample-{row['group'].lower()}-lead")
        path = f"/spaces/{self.space}/incidents/{incident_of(row)}/tasks/{task}/progress"
        await lead.post(path, {"group": row["group"], "step": "done"}, key=f"{self.space}/{name}")

    def _tell(self, row: Mapping[str, Any]) -> None:
        if (sentence := sentence_of(row)) and sentence not in self.known:
            self.known.add(sentence)
            self._say(sentence)

    def _say(self, sentence: str) -> None:
        self.say(f"{self.now.strftime('%m-%d %H:%M:%S')}  {sentence}")


async def _nothing() -> None:
    """The end of a scenario is only a time."""


def sentence_of(row: Mapping[str, Any]) -> str:
    """Return *row* as one line of commentary, empty when it is not worth one."""
    match row["kind"]:
        case "signal":
            return f"signal    {row['authority']} {row['system']} {row['code']}: {row['state']}"
        case "decision":
            done = (
                f"{row['state']} {row['answers'][-1]['level']}"
                if row.get("answers") and not is_open(row)
                else row["state"]
            )
            asks = f", {row.get('asks')} is asked" if is_open(row) and row.get("asks") else ""
            return f"decision  {row['id']} level {row['proposes']} for {row['hazard']}: {done}{asks}"
        case "activation":
            return f"level     {row['plan']}: {row['level'] or 'none'}"
        case "order":
            return f"order     {row['id']} ({len(row['items'])} tasks): {_order_state(row)}"
        case "task" if row["now"] in {"done", "cannot", "stood-down"} or row.get("late"):
            title: Mapping[str, str] = row["title"]
            late = " LATE" if row.get("late") and is_open(row) else ""
            return f"task      {row['group']} {title.get('zh-Hans') or next(iter(title.values()))}: {row['now']}{late}"
        case _:
            return ""


def _order_state(row: Mapping[str, Any]) -> str:
    if row.get("acknowledged_at"):
        return "acknowledged" + (
            f" after {len(row.get('escalations') or ())} escalations" if row.get("escalations") else ""
        )
    if row.get("unanswered"):
        return "NOBODY ANSWERS"
    return f"{row['post']} is called" + (f" (rung {row.get('rung')})" if row.get("rung") else "")
