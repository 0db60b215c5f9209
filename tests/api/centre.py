"""A real centre on loopback for tests: the sample plans and accounts, HTTP and sockets as users have them."""

from __future__ import annotations

import asyncio
import atexit
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from coord.access.passwords import Cost
from coord.api.centre import Centre, running
from coord.api.serve import serving
from coord.api.settings import Settings
from coord.cli.sample import prepare
from coord.client import Board, Client

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"
CHEAP = Cost(memory=8, passes=1)
"""A password hash that costs nothing: what it must cost is tested in tests/access."""


@dataclass
class Running:
    """A centre that serves at ``base``, and its sample logins."""

    centre: Centre
    base: str
    logins: Mapping[str, str]
    clients: dict[str, Client] = field(default_factory=dict)
    followed: list[AsyncGenerator[Board, None]] = field(default_factory=list)

    def follow(self, client: Client, audience: str = "", space: str = "live") -> AsyncGenerator[Board, None]:
        """Follow a view; it is closed with the centre."""
        self.followed.append(client.follow(space, audience))
        return self.followed[-1]

    async def client(self, login: str) -> Client:
        """Return the signed-in client of ``sample-<login>``."""
        if login not in self.clients:
            client = Client(self.base)
            await client.sign_in(f"sample-{login}", self.logins[f"sample-{login}"])
            self.clients[login] = client
        return self.clients[login]

    async def settled(self, space: str = "live") -> None:
        """Return once reactions have seen the head and the boards are as the plans want them."""
        world = self.centre.world(space)
        while True:
            position = world.residence.position
            await until(lambda: max(world.reactor.lag().values(), default=0) == 0)
            await world.reconciler.settled()
            if position == world.residence.position and max(world.reactor.lag().values(), default=0) == 0:
                return


async def until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    """Return once *true* holds; TimeoutError when it does not within *seconds*."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0)


async def seen(boards: AsyncIterator[Board], true: Callable[[Board], Any], seconds: float = 20.0) -> Board:
    """Return the board once *true* holds of it."""
    async with asyncio.timeout(seconds):
        async for board in boards:
            if true(board):
                return board
    raise AssertionError("the board ended")


_SAMPLE: dict[str, str] = {}
"""The logins of the prepared sample folder, once there is one in this process."""

_FOLDER = Path(tempfile.gettempdir()) / f"coord-sample-{os.getpid()}"
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)


async def sample_at(data: Path) -> Mapping[str, str]:
    """Make *data* a copy of the sample centre, which is prepared once a process; return its logins."""
    if not _SAMPLE:
        shutil.rmtree(_FOLDER, ignore_errors=True)
        async with running(Settings(data=_FOLDER), CHEAP) as centre:
            _SAMPLE.update((one.login, one.password) for one in await prepare(centre, PLAYBOOKS))
    shutil.copytree(_FOLDER, data, dirs_exist_ok=True)
    return _SAMPLE


@asynccontextmanager
async def centre_at(data: Path, logins: Mapping[str, str] | None = None, **settings: Any) -> AsyncIterator[Running]:
    """Run a centre on *data*; the second time on the same folder, pass the first one's *logins*."""
    made = replace(Settings(data=data, port=0), **settings)
    sample = logins if (data / "spaces").exists() else await sample_at(data)
    async with running(made, CHEAP) as centre:
        await prepare(centre, PLAYBOOKS)
        async with serving(centre) as base:
            here = Running(centre, base, dict(sample or {}))
            try:
                yield here
            finally:
                for followed in here.followed:
                    await followed.aclose()
                for client in here.clients.values():
                    await client.http.aclose()


Act = Callable[[], Awaitable[Any]]
