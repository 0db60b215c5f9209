"""A tap on a socket: every message as it came, raw, for tests that read what a client would never look at."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from coord.client import Client

Message = dict[str, Any]


@dataclass
class Tap:
    """One session: its socket, and every message that came, with the code when it was closed."""

    socket: ClientConnection
    texts: list[str] = field(default_factory=list)
    code: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def messages(self) -> list[Message]:
        """All messages so far."""
        return [json.loads(text) for text in self.texts]

    @property
    def position(self) -> int:
        """Where this session stands: the position of the last message that has one."""
        said = [int(said[name]) for said in self.messages for name in ("position", "head") if name in said]
        return max(said, default=-1)

    def of(self, kind: str) -> list[Message]:
        """The messages of one kind."""
        return [said for said in self.messages if said["type"] == kind]

    def rows(self) -> Iterator[tuple[Message, Mapping[str, Any]]]:
        """Yield every row that came, with its message."""
        for said in self.messages:
            for row in said.get("rows", ()):
                yield said, row

    async def until(self, true: Callable[[Tap], Any], seconds: float = 20.0) -> Tap:
        """Return once *true* holds."""
        async with asyncio.timeout(seconds):
            while not true(self):
                self.news.clear()
                await self.news.wait()
        return self

    async def listen(self) -> None:
        """Take messages until the end."""
        try:
            async for text in self.socket:
                self.texts.append(str(text))
                self.news.set()
        except ConnectionClosed:
            pass
        self.code = self.socket.close_code or 0
        self.news.set()


def address_of(client: Client, audience: str = "", space: str = "live", **query: str) -> str:
    """Return the address of the live socket for *audience*."""
    asked = {"as": audience, **query}
    tail = "&".join(f"{name}={value}" for name, value in asked.items() if value)
    return f"{client.base.replace('http', 'ws', 1)}/spaces/{space}/live" + (f"?{tail}" if tail else "")


@asynccontextmanager
async def tapped(
    client: Client, audience: str = "", epoch: str = "", after: int = -1, **more: Any
) -> AsyncIterator[Tap]:
    """Open a session of *client* on *audience*, resuming after *after* in *epoch*."""
    async with connect(
        address_of(client, audience), additional_headers=client.headers, max_size=None, **more
    ) as socket:
        tap = Tap(socket)
        await socket.send(json.dumps({"type": "hello", "epoch": epoch, "after": after}))
        listening = asyncio.create_task(tap.listen())
        try:
            yield tap
        finally:
            await socket.close()
            await listening


def strings(said: Any) -> Iterator[str]:
    """Yield every text in *said*, keys included."""
    match said:
        case str():
            yield said
        case dict():
            for name, value in said.items():
                yield name
                yield from strings(value)
        case list():
            for value in said:
                yield from strings(value)
