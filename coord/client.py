"""A client of the public interface: what ``coord watch``, the player and the tests use; a page could do the same."""

from __future__ import annotations

import asyncio
import json
import random
import uuid
from collections.abc import AsyncGenerator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import httpx
import websockets
from websockets.asyncio.client import connect

from coord.errors import Refused
from coord.hub.session import CLOSE, STALE_AFTER

AGAIN = frozenset({1001, 1006, 1011, 1012, 1013, 4403, 4408})
"""Close codes after which a client comes back by itself; see :data:`coord.hub.session.CLOSE`."""

PATIENCE = 5.0
"""Seconds for which a command is repeated with its key when the centre does not answer."""


class Client:
    """One signed-in user of a centre at ``base`` (``http://127.0.0.1:8440``).

    ``stale_after``: a board of which nothing was heard for so long is stale.
    """

    def __init__(self, base: str, token: str = "", stale_after: timedelta = STALE_AFTER) -> None:
        self.base = base.rstrip("/")
        self.token = token
        self.stale_after = stale_after.total_seconds()
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
        try:
            return _answer(await self.http.get(path, params=query, headers=self.headers))
        except httpx.TransportError as cut:
            raise NoAnswer(self.base) from cut

    async def post(self, path: str, body: Mapping[str, Any] | None = None, key: str = "", match: str = "") -> Any:
        """Carry out a command, under *key* if given; :exc:`Refused` with the problem's code otherwise.

        A command on a space is repeated with its key while the answer is lost:
        it happens once.
        """
        headers = {**self.headers, "Idempotency-Key": key or uuid.uuid4().hex}
        headers |= {"If-Match": match} if match else {}
        loop = asyncio.get_running_loop()
        until = loop.time() + (PATIENCE if path.startswith("/spaces/") else 0)
        while True:
            try:
                return _answer(await self.http.post(path, json=dict(body or {}), headers=headers))
            except httpx.TransportError as cut:
                if loop.time() >= until:
                    raise NoAnswer(self.base) from cut
            await asyncio.sleep(random.uniform(0.1, 0.4))  # noqa: S311 - jitter, no secret

    async def follow(self, space: str, audience: str = "") -> AsyncGenerator[Board, None]:
        """Yield the board again after every change, over cuts and restarts, for ever.

        A board of which nothing was heard for too long is yielded as stale,
        and the line is made anew. :exc:`Refused` when coming back is no use.
        """
        board, pause = Board(), 0.5
        while True:
            try:
                async with connect(
                    self._address(space, audience), additional_headers=self.headers, max_size=None
                ) as line:
                    await line.send(json.dumps({"type": "hello", "epoch": board.epoch, "after": board.cursor}))
                    while True:
                        async with asyncio.timeout(self.stale_after):
                            text = await line.recv()
                        pause = 0.5
                        board.take(json.loads(text))
                        yield board
            except websockets.ConnectionClosed as closed:
                _ended(closed)
            except websockets.InvalidStatus as refused:
                _not_let_in(refused)
            except (OSError, websockets.InvalidHandshake):  # TimeoutError too: nothing was heard
                pass
            except Gap:
                board.epoch, board.cursor = "", -1  # start again rather than show what may be wrong
            board.stale = True
            yield board
            await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - jitter, no secret
            pause = min(pause * 2, 15.0)

    def _address(self, space: str, audience: str) -> str:
        return f"{self.base.replace('http', 'ws', 1)}/spaces/{space}/live" + (f"?as={audience}" if audience else "")


class NoAnswer(Refused):
    """The centre cannot be reached."""

    code = "no-answer"

    def __init__(self, base: str) -> None:
        super().__init__(f"the centre at {base} does not answer")


class Gap(Refused):
    """A frame is missing between two that came."""

    code = "gap"


def _ended(closed: websockets.ConnectionClosed) -> None:
    code = closed.rcvd.code if closed.rcvd is not None else 1006
    if code not in AGAIN:
        raise Refused(CLOSE.get(code, f"the centre ended the session with {code}"), f"closed-{code}") from closed


def _not_let_in(refused: websockets.InvalidStatus) -> None:
    if refused.response.status_code < 500:
        try:
            problem = json.loads(refused.response.body or b"")
            raise Refused(str(problem["detail"]), str(problem["code"])) from refused
        except (ValueError, KeyError, TypeError):
            sentence = f"the centre did not let this session in ({refused.response.status_code})"
            raise Refused(sentence, "signed-out") from refused


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
                    raise Gap(f"a frame is missing between {self.cursor} and {said['prev']}")
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
