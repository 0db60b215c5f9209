"""Following: own events come as they are, in whole appends, whatever the buffer still holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from coord.events import Meta, Recorded, StreamId
from coord.store.codec import Codec
from coord.store.sqlite import SqliteFile, SqliteLog
from coord.store.tail import Tail
from tests.store.events import KINDS, NOON, Noted, append


def run(first: int, sizes: Sequence[int]) -> list[list[Recorded]]:
    """Return appends of those sizes from position *first*."""
    appends, position = [], first
    for size in sizes:
        meta = Meta(NOON, "p1", str(position))
        appends.append([Recorded(position + i, StreamId("s"), 1, Noted("x"), meta, size - 1 - i) for i in range(size)])
        position += size
    return appends


@given(st.lists(st.integers(1, 9), max_size=40), st.integers(0, 50), st.integers(1, 20))
def test_what_the_tail_holds_is_a_run_in_whole_appends(sizes: list[int], after: int, keep: int) -> None:
    tail = Tail(keep)
    everything: list[Recorded] = []
    for each in run(1, sizes):
        tail.push(each)
        everything += each
        held = list(tail.after(after))
        assert held == [] or held == everything[after:]
        assert list(tail.after(each[0].position - 1)) in ([], each)
        assert len(tail._events) <= 2 * keep + 9


def test_what_another_process_wrote_in_between_is_not_passed_over() -> None:
    tail = Tail()
    before, after = run(1, [2, 1]), run(6, [1, 2])
    for each in [*before, *after]:
        tail.push(each)
    assert tail.after(0) == ()
    assert tail.after(3) == ()
    assert [event.position for event in tail.after(5)] == [6, 7, 8]


class Counting(Codec):
    """Counts what it decodes."""

    decoded = 0

    def decode(self, kind: str, body: bytes) -> Any:
        type(self).decoded += 1
        return super().decode(kind, body)


async def test_own_events_reach_who_follows_without_being_read_again(tmp_path: Path) -> None:
    log = SqliteLog(SqliteFile(tmp_path / "live.db"), Counting(KINDS))
    events = [(await log.append(append("s", i, f"c{i}")))[0] for i in range(100)]
    seen: list[Recorded] = []
    async for batch in log.follow(0):
        seen += batch
        if len(seen) == 100:
            break
    assert all(one is other for one, other in zip(seen, events, strict=True))
    assert Counting.decoded == 0
    await log.close()
