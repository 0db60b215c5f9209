"""A client of the public interface: what ``coord watch``, the player and the tests use; a page could do the same."""

from __future__ import annotations

import asyncio
import json
import random
import uuid
from collections.abc import AsyncGenerator, Mapping
from datetime import UTC, datetime
from typing import Any, Self

import httpx
import websockets
from websockets.asyncio.client import connect

from coord.errors import Refused

FINAL = {1000, 1008}
"""Close codes after which a client does not come back by itself."""


class Client:
    """One signed-in user of a centre at ``base`` (``http://127.0.0.1:8440``)."""

    def __init__(self, base: str, token: str = "") -> None:
        self.base = base.rstrip("/")
        self.token = token
        self.http = httpx.AsyncClient(base_url=self.base, timeout=30.0, trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    @property
    def headers(self) -> dict[str, str]:
        """The header that says who asks."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    async def sign_in(self, login: str, password: str) -> Mapping[str, Any]:
        """Sign in and keep the token."""
        said: Mapping[str, Any] = await self.post("/session", {"login": login, "password": password})
        self.token = str(said["token"])
        return said

    async def get(self, path: str, **query: str | int) -> Any:
        """Return what is at *path*; :exc:`Refused` with the problem's code otherwise."""
        return _answer(await self.http.get(path, params=query, headers=self.headers))

    async def post(self, path: str, body: Mapping[str, Any] | None = None, key: str = "", match: str = "") -> Any:
        """Carry out a command, under *key* if given; :exc:`Refused` with the problem's code otherwise."""
        headers = {**self.headers, "Idempotency-Key": key or uuid.uuid4().hex}
        headers |= {"If-Match": match} if match else {}
        return _answer(await self.http.post(path, json=dict(body or {}), headers=headers))

    async def follow(self, space: str, audience: str = "") -> AsyncGenerator[Board, None]:
        """Yield the board again after every change, over cuts and restarts, for ever."""
        board, pause = Board(), 0.5
        address = f"{self.base.replace('http', 'ws', 1)}/spaces/{space}/live" + (f"?as={audience}" if audience else "")
        while True:
            try:
                async with connect(address, additional_headers=self.headers, max_size=None) as socket:
                    await socket.send(json.dumps({"type": "hello", "epoch": board.epoch, "after": board.cursor}))
                    async for text in socket:
                        pause = 0.5
                        board.take(json.loads(text))
                        yield board
            except websockets.ConnectionClosed as closed:
                if closed.rcvd is not None and closed.rcvd.code in FINAL:
                    raise
            except OSError:
                pass
            except websockets.InvalidHandshake as refused:
                raise Refused("the centre did not let this session in; sign in again", "signed-out") from refused
            board.stale = True
            yield board
            await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - jitter, no secret
            pause = min(pause * 2, 15.0)


class Board:
    """The rows that one audience sees, kept up by its frames; a gap is never passed over."""

    def __init__(self) -> None:
        self.epoch = ""
        self.cursor = -1
        self.rows: dict[str, dict[str, Any]] = {}
        self.changed: tuple[str, ...] = ()
        self.stale = True
        self.heard_at = datetime.now(UTC)

    def take(self, said: Mapping[str, Any]) -> None:
        """Take one message of the centre."""
        self.heard_at, self.stale = datetime.now(UTC), False
        match said["type"]:
            case "reset":
                self.epoch, self.cursor = said["epoch"], said["position"]
                self.rows = {row["key"]: row for row in said["rows"]}
                self.changed = tuple(self.rows)
            case "frame":
                if not said["prev"] <= self.cursor < said["position"]:
                    raise Refused(f"a frame is missing between {self.cursor} and {said['prev']}", "gap")
                for row in said["rows"]:
                    self.rows[row["key"]] = row
                for key in said["gone"]:
                    self.rows.pop(key, None)
                self.changed = (*(row["key"] for row in said["rows"]), *said["gone"])
                self.cursor = said["position"]
            case "at":
                self.cursor, self.changed = max(self.cursor, said["head"]), ()
            case _:
                self.changed = ()

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Return the rows of one kind, by key."""
        return [self.rows[key] for key in sorted(self.rows) if self.rows[key].get("kind") == kind]


def is_open(row: Mapping[str, Any]) -> bool:
    """Return whether somebody has still to answer the order or decision, or to finish the task, that *row* is."""
    match row.get("kind"):
        case "order":
            return row.get("acknowledged_at") is None and not row.get("withdrawn")
        case "decision":
            return bool(row["state"] == "open")
        case "task":
            return row["now"] in {"open", "received", "departed", "arrived", "standing-down"}
        case _:
            return False


def incident_of(row: Mapping[str, Any]) -> str:
    """Return the incident on whose board *row* stands."""
    return str(row["stream"]).partition("/")[2]


def _answer(response: httpx.Response) -> Any:
    if response.is_success:
        return response.json() if response.content else None
    try:
        problem = response.json()
        raise Refused(str(problem["detail"]), str(problem["code"]))
    except (ValueError, KeyError, TypeError):
        raise Refused(f"the centre answered {response.status_code}", "no-answer") from None
