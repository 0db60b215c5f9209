"""The roll over one log: two workers at once lose nothing, double nothing, and see each other within a second."""

from __future__ import annotations

import asyncio

import pytest

from coord.access.book import Book
from coord.access.commands import Give, OpenAccount
from coord.access.decide import PEOPLE
from coord.access.model import GrantGiven
from coord.access.roles import ANY, Grant
from coord.access.roll import AGE, Roll
from coord.errors import Conflict
from coord.events import Meta, StreamId
from tests.access.cabinet import NOON, events
from tests.access.centre import HQ, Centre


async def test_two_workers_at_once_lose_nothing_and_double_nothing() -> None:
    made = Centre()
    one, two = await made.founded()
    workers = [Roll(made.log, made.clock) for _ in range(3)]
    await asyncio.gather(
        *(
            worker.ask(HQ, OpenAccount(f"b{i}-{w}", by), Meta(NOON, by, f"open-{i}-{w}"))
            for i in range(5)
            for w, (worker, by) in enumerate(zip(workers, (one, two, one), strict=True))
        )
    )
    wish = [Grant("member", HQ, f"G{i}", ANY) for i in range(5)]
    given = await asyncio.gather(
        *(
            worker.ask(HQ, Give("b0-0", grant, one), Meta(NOON, one, f"give-{grant.group}-{w}"))
            for grant in wish
            for w, worker in enumerate(workers)
        )
    )
    assert sum(len(some) for some in given) == len(wish)  # each asked for thrice, each given once
    told = await events(made.log)
    ids = [event.id for event in told if isinstance(event, GrantGiven)]
    assert len(set(ids)) == len(ids)
    book = PEOPLE.fold(told, stream=f"people/{HQ}")
    for worker in workers:
        made.clock.pass_(seconds=AGE.total_seconds())
        assert await worker.book(HQ) == book
        assert set((await worker.standing("b0-0")).grants) == set(wish)


async def test_a_command_id_that_was_taken_is_a_conflict_and_not_an_endless_round() -> None:
    class Taken:
        """A log that knows the command already, as the stores do."""

        async def append(self, append: object) -> list[None]:
            raise Conflict("taken")

        async def stream(self, stream: StreamId, after: int = 0, limit: int = 1000) -> list[None]:
            return []

        async def streams(self, prefix: str = "") -> list[StreamId]:
            return []

    made = Centre()
    roll = Roll(Taken(), made.clock)  # type: ignore[arg-type]
    from coord.access.commands import Found

    with pytest.raises(Conflict):
        await roll.ask(HQ, Found("a1"), Meta(NOON, "set-up", "c1"))


async def test_rights_of_two_books_add_up_and_neither_book_speaks_for_the_other() -> None:
    made = Centre()
    one, _ = await made.founded()
    account = await made.person("both", Grant("member", HQ, "RES"))
    from coord.access.commands import DisableAccount, Found

    await made.roll.ask("macao", Found("m1"), Meta(NOON, "set-up", "m1"))
    await made.roll.ask("macao", OpenAccount(account, "m1"), Meta(NOON, "m1", "m2"))
    await made.roll.ask("macao", Give(account, Grant("member", "macao", "MED"), "m1"), Meta(NOON, "m1", "m3"))
    assert {grant.jurisdiction for grant in (await made.roll.standing(account)).grants} == {HQ, "macao"}
    await made.ask(DisableAccount(account, one))
    standing = await made.roll.standing(account)
    assert standing.active
    assert {grant.jurisdiction for grant in standing.grants} == {"macao"}
    assert await made.roll.jurisdictions() == [HQ, "macao"]
    assert isinstance(await made.roll.book("nowhere"), Book)
    assert await made.roll.jurisdictions() == [HQ, "macao"]
