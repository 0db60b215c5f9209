"""Reactions: an event gives commands to other streams, each exactly once, and never in silence.

A policy is a pure function; the command id is made of (policy, cause, target),
so running a reaction again after a crash finds its first outcome. The cursor is
saved after the effect. A refusal is put on the space's own stream, where the
room sees it; a crash stops that policy alone, and health says which.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog

from coord.errors import NotFound, Refused
from coord.events import Meta, Recorded, StreamId
from coord.handle import PAUSE, Residence, steadily
from coord.spaces import SPACE, AdoptPolicy, NoteRefusal
from coord.store.log import Cabinet, NotRecorded, ReadOnly

LOG = structlog.get_logger(__name__)

SHELF = "cursors"
SAVE_EVERY = 500
"""Events without an effect after which the cursor is saved all the same."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a policy wants: *command* on *stream*."""

    stream: StreamId
    command: Any


@dataclass(frozen=True)
class Policy:
    """A name for ever, and what follows from an event."""

    name: str
    react: Callable[[Recorded], Iterable[Order]]


class Reactor:
    """Runs every policy of a space, each with a cursor of its own."""

    def __init__(self, residence: Residence, cabinet: Cabinet, policies: Iterable[Policy]) -> None:
        self.residence = residence
        self.cabinet = cabinet
        self.policies = tuple(policies)
        self.cursors: dict[str, int] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self._moved = asyncio.Event()

    async def start(self) -> None:
        """Adopt policies that are new, at the head, and run all."""
        for policy in self.policies:
            self.cursors[policy.name] = await self._cursor(policy)
            self.tasks[policy.name] = asyncio.create_task(self._run(policy), name=f"policy {policy.name}")

    async def close(self) -> None:
        """Stop; each policy goes on at its cursor after the next start."""
        for task in self.tasks.values():
            task.cancel()
        await asyncio.gather(*self.tasks.values(), return_exceptions=True)

    def stopped(self) -> dict[str, str]:
        """Return the policies that have crashed, with the reason."""
        return {
            name: repr(task.exception()) for name, task in self.tasks.items() if task.done() and not task.cancelled()
        }

    async def reached(self, position: int) -> None:
        """Return once every policy has seen the log up to *position*."""
        while any(cursor < position for cursor in self.cursors.values()):
            if crashed := self.stopped():
                raise RuntimeError(f"reactions have stopped: {crashed}")
            self._moved.clear()
            await self._moved.wait()

    def lag(self) -> dict[str, int]:
        """Return how many events each policy has still to see."""
        return {name: self.residence.position - cursor for name, cursor in self.cursors.items()}

    async def _cursor(self, policy: Policy) -> int:
        if (sheet := await self.cabinet.get(SHELF, policy.name)) is not None:
            return int(sheet.body)
        adopted = self.residence.room(SPACE).state.policies.get(policy.name)
        if adopted is None:
            adopted = self.residence.position
            await self._say(AdoptPolicy(policy.name, adopted), f"adopt/{policy.name}")
        return int(adopted)

    async def _say(self, command: Any, key: str, cause: int | None = None) -> None:
        meta = Meta(self.residence.now(), "coord:reactor", key, cause)
        await self.residence.handle(SPACE, command, meta)

    async def _run(self, policy: Policy) -> None:
        idle = 0
        async for batch in steadily(self.residence.log, self.cursors[policy.name]):
            for row in batch:
                await self.residence.reached(row.position)
                effect = False
                for order in policy.react(row):
                    effect = True
                    await self._insist(policy, row, partial(self._carry_out, policy, row, order))
                self.cursors[policy.name] = row.position
                self._moved.set()
                idle = 0 if effect else idle + 1
                if effect or idle >= SAVE_EVERY:
                    idle = 0
                    await self._insist(policy, row, partial(self._save, policy, row.position))

    async def _insist(self, policy: Policy, row: Recorded, effect: Callable[[], Awaitable[object]]) -> None:
        """Have *effect* recorded, however long the database is away, full or read-only: the lag shows it meanwhile."""
        while True:
            try:
                await effect()
                return
            except (NotRecorded, ReadOnly, TimeoutError) as trouble:
                LOG.error("reaction-delayed", policy=policy.name, cause=row.position, why=repr(trouble))
                await asyncio.sleep(PAUSE)

    async def _save(self, policy: Policy, position: int) -> None:
        await self.cabinet.put(SHELF, policy.name, str(position).encode())

    async def _carry_out(self, policy: Policy, row: Recorded, order: Order) -> None:
        key = f"{policy.name}/{row.position}/{order.stream}"
        meta = Meta(row.meta.at, f"coord:policy:{policy.name}", key, row.position)
        try:
            await self.residence.handle(order.stream, order.command, meta)
        except ReadOnly:
            raise  # says nothing about this reaction
        except (Refused, NotFound) as refusal:
            LOG.warning("reaction-refused", policy=policy.name, cause=row.position, why=str(refusal))
            await self._say(
                NoteRefusal(policy.name, row.position, order.stream, refusal.code, str(refusal)), key, row.position
            )
