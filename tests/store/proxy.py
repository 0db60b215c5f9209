"""Stands between a client and PostgreSQL, and loses what it is told to lose."""

from __future__ import annotations

import asyncio
import contextlib
import urllib.parse
from pathlib import Path


class Proxy:
    """Forwards on a socket of its own; the next COMMIT can be swallowed on its way there or back."""

    def __init__(self, url: str, folder: Path) -> None:
        parts = urllib.parse.urlsplit(url)
        query = dict(urllib.parse.parse_qsl(parts.query))
        self._unix = query.get("host", "")
        self._tcp = (parts.hostname or "127.0.0.1", parts.port or 5432)
        self._folder = folder
        user = f"{parts.username}:{parts.password or ''}@"
        self.url = f"postgresql://{user}{parts.path}?host={folder}"
        self.lose = ""
        self.lost = 0
        self._serving: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Proxy:
        self._server = await asyncio.start_unix_server(self._serve, self._folder / ".s.PGSQL.5432")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await asyncio.gather(*self._serving)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if task := asyncio.current_task():
            self._serving.add(task)
        if self._unix:
            there, back = await asyncio.open_unix_connection(f"{self._unix}/.s.PGSQL.5432")
        else:
            there, back = await asyncio.open_connection(*self._tcp)
        answers = asyncio.create_task(self._pump(there, writer))
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                if self.lose and b"COMMIT\0" in data:
                    if self.lose == "answer":
                        answers.cancel()
                        await asyncio.wait([answers])
                        back.write(data)
                        await there.read(65536)  # the server has committed, and nobody will hear of it
                    self.lose, self.lost = "", self.lost + 1
                    break
                back.write(data)
                await back.drain()
        answers.cancel()
        for end in (writer, back):
            end.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()
