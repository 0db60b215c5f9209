"""What every log promises, on every store."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from coord.errors import Conflict, Unfit
from coord.events import Recorded, StreamId
from coord.store.log import Outcome, ReadOnly, Snapshot
from tests.store.conftest import Shelf
from tests.store.events import Noted, append

S = StreamId("incident/1")


async def collect(shelf: Shelf, after: int, until: int) -> list[Sequence[Recorded]]:
    batches: list[Sequence[Recorded]] = []
    async for batch in shelf.log.follow(after):
        batches.append(batch)
        if batch[-1].position >= until:
            break
    return batches


async def test_an_append_returns_what_can_be_read_ever_after(shelf: Shelf) -> None:
    first = await shelf.log.append(append(S, 0, "c1", Noted("a"), Noted("b")))
    second = await shelf.log.append(append("incident/2", 0, "c2", Noted("潮位 ↑")))
    assert [(e.position, e.version, e.rest) for e in [*first, *second]] == [(1, 1, 1), (2, 2, 0), (3, 1, 0)]
    await shelf.reopen()
    assert await shelf.log.read() == [*first, *second]
    assert await shelf.log.read(1, 1) == [first[1]]
    assert await shelf.log.stream(S) == first
    assert await shelf.log.stream(S, 1) == [first[1]]
    assert await shelf.log.stream(S, 0, 1) == [first[0]]
    assert await shelf.log.stream(StreamId("incident/3")) == []


async def test_streams_are_listed_by_prefix_and_sorted(shelf: Shelf) -> None:
    names = ["watch/b", "incident/2", "incident/10", "incident/1", "incidents", "watch/澳门", "watch/é"]
    for i, name in enumerate(names):
        await shelf.log.append(append(name, 0, f"c{i}"))
        await shelf.log.append(append(name, 1, f"d{i}"))
    assert await shelf.log.streams() == sorted(names)
    assert await shelf.log.streams("incident/") == ["incident/1", "incident/10", "incident/2"]
    assert await shelf.log.streams("watch/澳") == ["watch/澳门"]
    assert await shelf.log.streams("x") == []


async def test_an_append_to_a_stream_that_moved_on_is_a_conflict_and_leaves_nothing(shelf: Shelf) -> None:
    await shelf.log.append(append(S, 0, "c1"))
    for expected in (0, 2):
        with pytest.raises(Conflict):
            await shelf.log.append(append(S, expected, f"late{expected}"))
    assert len(await shelf.log.read()) == 1
    assert await shelf.log.outcome("p1", "late0") is None


async def test_two_commands_under_one_key_cannot_both_be_recorded(shelf: Shelf) -> None:
    first = await shelf.log.append(append(S, 0, "c1"))
    with pytest.raises(Conflict):
        await shelf.log.append(append("incident/2", 0, "c1"))
    await shelf.log.append(append("incident/2", 0, "c1", actor="p2"))
    await shelf.log.remember("p1", "no", Outcome("d", code="refused", sentence="no"))
    with pytest.raises(Conflict):
        await shelf.log.append(append("incident/3", 0, "no"))
    await shelf.reopen()
    with pytest.raises(Conflict):
        await shelf.log.append(append("incident/2", 1, "c1"))
    assert len(await shelf.log.read()) == 2
    assert await shelf.log.outcome("p1", "c1") == Outcome("d", first[0].position, first[0].position)


async def test_the_first_outcome_of_a_command_stays(shelf: Shelf) -> None:
    refusal = Outcome("d", code="same-person", sentence="不可")
    await shelf.log.remember("p1", "c1", refusal)
    await shelf.log.remember("p1", "c1", Outcome("d"))
    await shelf.log.append(append(S, 0, "c2", Noted("a"), Noted("b")))
    await shelf.log.remember("p1", "c2", Outcome("d"))
    await shelf.reopen()
    assert await shelf.log.outcome("p1", "c1") == refusal
    assert await shelf.log.outcome("p1", "c2") == Outcome("d", 1, 2)
    assert await shelf.log.outcome("p2", "c1") is None


async def test_a_conflict_in_a_group_does_not_cost_its_neighbours_anything(shelf: Shelf) -> None:
    await shelf.log.append(append(S, 0, "c0"))
    jobs = [append(f"t/{i}", 0, f"c{i}") for i in range(1, 6)]
    bad = [append(S, 0, "late"), append("t/9", 0, "c0"), append("t/8", 0, "c3"), append("t/1", 0, "again")]
    wishes = [jobs[0], bad[0], jobs[1], bad[1], jobs[2], bad[2], jobs[3], bad[3], jobs[4]]
    done = await asyncio.gather(*(shelf.log.append(wish) for wish in wishes), return_exceptions=True)
    assert [isinstance(each, Conflict) for each in done] == [wish in bad for wish in wishes]
    assert [event.position for event in await shelf.log.read()] == [1, 2, 3, 4, 5, 6]
    assert [event.stream for event in await shelf.log.read(1)] == [f"t/{i}" for i in range(1, 6)]


async def test_appends_to_one_stream_in_one_group_follow_each_other(shelf: Shelf) -> None:
    done = await asyncio.gather(*(shelf.log.append(append(S, i, f"c{i}")) for i in range(20)))
    assert [each[0].version for each in done] == list(range(1, 21))


async def test_what_cannot_be_stored_is_unfit_and_leaves_nothing(shelf: Shelf) -> None:
    wrong = [
        append(S, 0, "c1", Noted(3)),  # type: ignore[arg-type]
        append(S, 0, "c1", Noted("ok"), Noted("\ud800")),
        append("incident/\0", 0, "c1"),
        append("incident/\ud800", 0, "c1"),
        append(S, 0, "c1", actor="\0"),
    ]
    for each in wrong:
        with pytest.raises(Unfit):
            await shelf.log.append(each)
    assert (await shelf.log.head()).position == 0
    assert await shelf.log.outcome("p1", "c1") is None


async def test_the_head_is_the_last_event_and_its_epoch_stays(shelf: Shelf) -> None:
    empty = await shelf.log.head()
    assert (empty.position, empty.hash) == (0, "0" * 64)
    assert await shelf.log.hash_at(0) == empty.hash
    await shelf.log.append(append(S, 0, "c1", Noted("a"), Noted("b")))
    await shelf.reopen()
    head = await shelf.log.head()
    assert (head.position, head.epoch) == (2, empty.epoch)
    assert head.hash == await shelf.log.hash_at(2) != await shelf.log.hash_at(1)
    assert await shelf.log.hash_at(3) is None


async def test_whoever_follows_sees_everything_once_in_order_in_whole_appends(shelf: Shelf) -> None:
    for i in range(3):
        await shelf.log.append(append(S, 2 * i, f"c{i}", Noted("a"), Noted("b")))
    await shelf.reopen()
    followers = [asyncio.create_task(collect(shelf, after, 2006)) for after in (0, 1, 6)]
    await asyncio.gather(*(shelf.log.append(append(f"t/{i}", 0, f"t{i}", Noted("a"), Noted("b"))) for i in range(1000)))
    everything = await shelf.log.read(0, 9999)
    for after, task in zip((0, 1, 6), followers, strict=True):
        batches = await task
        assert [event for batch in batches for event in batch] == everything[after:]
        assert all(batch[-1].rest == 0 for batch in batches)


async def test_whoever_follows_from_far_behind_catches_up(shelf: Shelf) -> None:
    many = [Noted(str(i)) for i in range(2500)]
    await shelf.log.append(append(S, 0, "c1", *many))
    for i in range(100):
        await asyncio.gather(*(shelf.log.append(append(f"t/{i}/{j}", 0, f"{i}/{j}")) for j in range(100)))
    batches = await collect(shelf, 0, 12500)
    assert len(batches[0]) == 2500
    assert [event.position for batch in batches for event in batch] == list(range(1, 12501))


async def test_following_ends_when_the_log_is_closed(shelf: Shelf) -> None:
    async def run() -> int:
        return sum([len(batch) async for batch in shelf.log.follow(0)])

    await shelf.log.append(append(S, 0, "c1"))
    task = asyncio.create_task(run())
    await asyncio.sleep(0)
    await shelf.log.close()
    assert await asyncio.wait_for(task, 5) in {0, 1}


async def test_a_read_only_log_refuses_with_its_reason_and_can_be_read(shelf: Shelf) -> None:
    await shelf.log.append(append(S, 0, "c1"))
    shelf.log.read_only("the chain is broken at 1")
    with pytest.raises(ReadOnly, match="broken at 1"):
        await shelf.log.append(append(S, 1, "c2"))
    with pytest.raises(ReadOnly):
        await shelf.log.remember("p1", "c2", Outcome("d"))
    assert len(await shelf.log.read()) == 1


async def test_a_snapshot_is_replaced_by_a_newer_one_only(shelf: Shelf) -> None:
    assert await shelf.log.snapshot(S) is None
    new = Snapshot(S, 7, 20, "h2", "code", b"\x00two")
    await shelf.log.keep_snapshot(Snapshot(S, 5, 10, "h1", "code", b"one"))
    await shelf.log.keep_snapshot(new)
    await shelf.log.keep_snapshot(Snapshot(S, 6, 15, "h3", "code", b"late"))
    await shelf.reopen()
    assert await shelf.log.snapshot(S) == new


async def test_a_sheet_is_changed_only_at_the_revision_that_was_named(shelf: Shelf) -> None:
    cabinet = shelf.cabinet
    assert await cabinet.put("accounts", "a", b"1", expected=0) == 1
    with pytest.raises(Conflict):
        await cabinet.put("accounts", "a", b"2", expected=0)
    assert await cabinet.put("accounts", "a", b"2", expected=1) == 2
    assert await cabinet.put("accounts", "a", b"3") == 3
    with pytest.raises(Conflict):
        await cabinet.put("accounts", "none", b"", expected=1)
    await shelf.reopen()
    found = await shelf.cabinet.get("accounts", "a")
    assert found is not None
    assert (found.key, found.body, found.revision) == ("a", b"3", 3)
    assert await shelf.cabinet.get("sessions", "a") is None


async def test_a_dropped_sheet_is_gone_and_a_second_drop_says_so(shelf: Shelf) -> None:
    await shelf.cabinet.put("personal", "s1", b"x")
    assert await shelf.cabinet.drop("personal", "s1") is True
    assert await shelf.cabinet.drop("personal", "s1") is False
    assert await shelf.cabinet.get("personal", "s1") is None
    assert await shelf.cabinet.put("personal", "s1", b"y", expected=0) == 1


async def test_a_shelf_is_scanned_in_pages_by_prefix(shelf: Shelf) -> None:
    keys = ["b/1", "a/3", "a/1", "a/2", "a", "c", "a/é"]
    for key in keys:
        await shelf.cabinet.put("s", key, key.encode())
    await shelf.cabinet.put("other", "a/0", b"")
    assert [sheet.key for sheet in await shelf.cabinet.scan("s")] == sorted(keys)
    assert [sheet.key for sheet in await shelf.cabinet.scan("s", "a/")] == ["a/1", "a/2", "a/3", "a/é"]
    assert [sheet.key for sheet in await shelf.cabinet.scan("s", "a/", after="a/1", limit=2)] == ["a/2", "a/3"]
    assert await shelf.cabinet.scan("none") == []
