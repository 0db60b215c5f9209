"""One space, running: its store, folded streams, timers, reactions, reconciler, live views.

The live space and an exercise are the same code. What an exercise must never
reach (live keys, gateways, targets) is not passed to it.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from coord.api.rooms import BOARDS, CODEC, DECIDERS
from coord.api.settings import Settings
from coord.api.wishes import Plans, marks, spreads
from coord.errors import Refused
from coord.events import Meta, StreamId
from coord.handle import Residence
from coord.hub.views import Hub
from coord.reactor import Policy, Reactor
from coord.reconciler import Reconciler
from coord.snapshots import Snapshots, recall, undisturbed
from coord.spaces import SPACE, Mode, OpenSpace, Space
from coord.store import Store, open_store
from coord.store.verify import Broken, Verified, walk_chain
from coord.timers import Clock, LiveClock, Timers, VirtualClock

LOG = structlog.get_logger(__name__)


@dataclass
class World:
    """A running space. Made by :func:`open_world`, ended by :meth:`close`."""

    name: str
    mode: Mode
    jurisdiction: str
    store: Store
    clock: Clock
    residence: Residence
    timers: Timers
    reactor: Reactor
    reconciler: Reconciler
    hub: Hub
    snapshots: Snapshots
    plans: Plans
    tasks: list[asyncio.Task[None]]
    broken: str = ""
    stepping: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def watch(self) -> StreamId:
        """The stream of this jurisdiction's signals and decisions."""
        return StreamId(f"watch/{self.jurisdiction}")

    @property
    def state(self) -> Space:
        """What the space says of itself."""
        state: Space = self.residence.room(SPACE).state
        return state

    def now(self) -> datetime:
        """Return the time of this space."""
        return self.clock.now()

    def why_not_ready(self) -> list[str]:
        """Return a sentence for each thing that keeps this space from taking orders."""
        reasons = []
        if not self.residence.alive:
            reasons.append(f"{self.name}: the tail of the log is not being followed")
        reasons += [f"{self.name}: reaction {name} has stopped: {why}" for name, why in self.reactor.stopped().items()]
        reasons += [
            f"{self.name}: {task.get_name()} has stopped: {task.exception()!r}"
            for task in self.tasks
            if task.done() and not task.cancelled() and task.exception() is not None
        ]
        crashed = {**self.timers.crashed, **self.reconciler.crashed}
        reasons += [
            f"{self.name}: a bug stops the clocks or plans of {stream}: {why}" for stream, why in crashed.items()
        ]
        if self.broken:
            reasons.append(f"{self.name}: read-only, {self.broken}")
        return reasons

    async def settled(self) -> int:
        """Return the head once every reaction has seen it and every board is as the plans want it."""
        while True:
            position = self.residence.position
            await self.reactor.reached(position)
            await self.reconciler.settled()
            if position == self.residence.position:
                return position

    async def advance(self, to: datetime) -> int:
        """Move an exercise's standing clock to *to*, or to the first deadline on the way; return the head then.

        Reactions and boards come to rest before it returns, so that the same
        commands at the same virtual times record the same events at any speed.
        """
        clock = self.clock
        if not isinstance(clock, VirtualClock):
            raise Refused("live time is nobody's to set", "live-clock")
        async with self.stepping:
            if to < clock.raw():
                raise Refused("an exercise's clock never goes back", "clock-back")
            await self.settled()
            due = self.timers.next_due()
            clock.pause(to if due is None else max(min(due, to), clock.raw()))
            while await self.timers.sweep():
                await self.settled()
            return await self.settled()

    async def do(self, stream: StreamId, command: Any, actor: str, key: str = "") -> None:
        """Carry out a command of the centre itself."""
        await self.residence.handle(stream, command, Meta(self.now(), actor, key or secrets.token_hex(12)))

    async def walk(self, pause: float = 0.01) -> None:
        """Verify the whole chain beside other work (*pause* after each millisecond or two).

        A break turns this space read-only, and health says where.
        """
        await walk_chain(self.store.log, self._sound, self._break, pause=pause)

    async def keep_walking(self, every: float) -> None:
        """Walk now, and again *every* so many seconds, until the chain is found broken."""
        while not self.broken:
            await self.walk()
            await asyncio.sleep(every)

    def _sound(self, seen: Verified) -> None:
        self.walked = seen.position

    def _break(self, broken: Broken) -> None:
        self.broken = str(broken)
        self.store.log.read_only(self.broken)
        LOG.critical("chain-broken", space=self.name, position=broken.position, what=broken.what, why=self.broken)

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Run *work* beside the space, and let health see when it stops."""
        self.tasks.append(asyncio.create_task(work, name=name))

    async def close(self) -> None:
        """Stop everything and keep a snapshot for the next start."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.reactor.close()
        await self.snapshots.close()
        await self.residence.close()
        await self.store.log.close()


async def open_world(
    settings: Settings,
    name: str,
    mode: Mode,
    policies: Callable[[Plans, Residence], Iterable[Policy]],
    starts: datetime | None = None,
) -> World:
    """Open the space *name*, fold it, and let it run; an exercise's clock stands at *starts* until it is started."""
    store = await open_store(settings.place, name, CODEC)
    clock: Clock = LiveClock() if mode == "live" else VirtualClock()
    residence = Residence(store.log, DECIDERS, clock.now)
    with undisturbed():
        await recall(residence, store.cabinet)
        await residence.open()
    if isinstance(clock, VirtualClock):
        clock.pause(max(filter(None, (starts, residence.last_at)), default=LiveClock().now()))
    plans = Plans(residence, store.cabinet, settings.jurisdiction)
    await plans.load()
    residence.watchers.append(plans)
    timers = Timers(residence, clock)
    if isinstance(clock, VirtualClock):
        clock.timers = timers
    epoch = (await store.log.head()).epoch
    hub = Hub(residence, BOARDS, epoch)
    reconciler = Reconciler(residence, "incident", marks, spreads, plans.wish)
    reactor = Reactor(residence, store.cabinet, policies(plans, residence))
    snapshots = Snapshots(residence, store.cabinet, settings.snapshot_every)
    world = World(
        name,
        mode,
        settings.jurisdiction,
        store,
        clock,
        residence,
        timers,
        reactor,
        reconciler,
        hub,
        snapshots,
        plans,
        [],
    )
    await _start(world, settings)
    return world


async def _start(world: World, settings: Settings) -> None:
    if settings.verify:
        await world.walk(pause=0)
    if not world.broken:
        await world.do(SPACE, OpenSpace(world.name, world.mode, settings.jurisdiction), "coord:centre")
    await world.reactor.start()
    world.spawn(world.timers.run(), "timers")
    world.spawn(world.reconciler.run(), "reconciler")
    world.spawn(world.keep_walking(settings.walk_every), "walk along the chain")
