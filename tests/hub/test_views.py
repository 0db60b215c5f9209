"""Laws of the views: one frame for all sessions, rings that are bounded, and views that are forgotten."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from coord.handle import Residence
from coord.hub.audience import Audience, shown
from coord.hub.session import Hello, Session
from coord.hub.views import Board, Hub
from coord.store.codec import Codec
from coord.store.memory import MemoryLog
from tests.kernel import COUNTER, KINDS, NOON, ONE, Add, Counter, meta

CENTRE, ODD = Audience("centre"), Audience("group", "ODD")


def row(state: Counter, key: str) -> dict[str, Any] | None:
    """The total, which the group ODD sees while it is odd."""
    groups = ("ODD",) if state.total % 2 else ("EVEN",)
    return {"kind": "counter", "groups": groups, "total": state.total, "private": {"name": "SAMPLE"}}


BOARDS = {"counter": Board(lambda *_: ["counter"], row, lambda _: ["counter"])}


class Seconds:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest_asyncio.fixture
async def hub() -> AsyncIterator[Hub]:
    residence = Residence(MemoryLog(Codec(KINDS)), (COUNTER,), lambda: NOON)
    await residence.open()
    yield Hub(residence, BOARDS, "e1", kept=60.0, seconds=Seconds())
    await residence.close()


async def add(hub: Hub, n: int = 1) -> None:
    await hub.residence.handle(ONE, Add(n), meta(f"{hub.residence.position}"))


async def test_all_sessions_of_an_audience_share_one_encoded_frame_and_one_snapshot(hub: Hub) -> None:
    with hub.watching(CENTRE) as view, hub.watching(CENTRE) as same:
        assert view is same
        sessions = [Session(view, Hello(), NOON) for _ in range(3)]
        first = [session.pending(NOON) for session in sessions]
        assert all(texts[0] is first[0][0] for texts in first)
        await add(hub)
        frames = [session.pending(NOON) for session in sessions]
        assert [len(texts) for texts in frames] == [1, 1, 1]
        assert all(texts[0] is frames[0][0] for texts in frames)


async def test_a_snapshot_is_made_anew_only_after_a_change_that_the_audience_sees(hub: Hub) -> None:
    await add(hub, 2)
    with hub.watching(ODD) as view:
        empty = view.snapshot()
        await add(hub, 2)
        assert view.snapshot() is empty
        assert view.position == 2
        await add(hub, 1)
        assert json.loads(view.snapshot())["rows"][0]["total"] == 5


async def test_a_row_that_an_audience_may_no_longer_see_is_gone_and_one_it_never_saw_is_not_mentioned(
    hub: Hub,
) -> None:
    with hub.watching(ODD) as view:
        await add(hub, 2)
        assert not view.ring
        await add(hub, 1)
        await add(hub, 1)
        came, went = (json.loads(frame.text) for frame in view.ring)
        assert [one["total"] for one in came["rows"]] == [3]
        assert "SAMPLE" not in view.ring[0].text
        assert (went["rows"], went["gone"]) == ([], [came["rows"][0]["key"]])


async def test_a_ring_is_bounded_by_frames_and_by_size(hub: Hub) -> None:
    with hub.watching(CENTRE) as view:
        hub.ring = 5
        for _ in range(9):
            await add(hub)
        assert [frame.position for frame in view.ring] == [5, 6, 7, 8, 9]
        assert view.since(4) is not None
        assert view.since(3) is None
        hub.ring_size = 2 * len(view.ring[0].text)
        await add(hub)
        assert len(view.ring) <= 2
        assert view.size == sum(len(frame.text) for frame in view.ring)
        hub.ring_size = 1
        await add(hub)
        assert len(view.ring) == 1, "the newest frame is kept, however large"


async def test_a_view_that_nobody_watches_is_forgotten_after_a_while(hub: Hub) -> None:
    seconds = hub.seconds
    assert isinstance(seconds, Seconds)
    with hub.watching(CENTRE):
        with hub.watching(ODD):
            pass
        seconds.now += 59
        await add(hub)
        assert set(hub.views) == {CENTRE, ODD}, "who was away for a moment resumes"
        seconds.now += 2
        await add(hub)
        assert set(hub.views) == {CENTRE}
    seconds.now += 61
    await add(hub)
    assert not hub.views


async def test_what_nobody_watches_costs_nothing(hub: Hub) -> None:
    await add(hub)
    assert not hub._before
    assert [one["total"] for one in hub.rows()] == [1]


ROWS = st.fixed_dictionaries(
    {"kind": st.just("task"), "groups": st.lists(st.sampled_from(["TRA", "RES", "*"])).map(tuple)},
    optional={"private": st.just({"name": "SAMPLE"}), "order": st.just("O-1"), "only": st.just({"order": ("TRA",)})},
)


@given(ROWS, st.sampled_from(["TRA", "RES", "", "*"]))
def test_a_group_sees_its_own_rows_without_what_is_private(row: dict[str, Any], group: str) -> None:
    seen = shown(Audience("group", group), row)
    assert (seen is None) == (not group or not ({group, "*"} & set(row["groups"])))
    for audience in (Audience("group", group), Audience("auditor")):
        said = shown(audience, row) or {}
        assert not {"private", "groups", "only"} & set(said)
    if seen is not None and "only" in row and group != "TRA":
        assert not seen.get("order")


def test_there_is_no_audience_for_which_a_row_without_groups_is_shown_but_the_centre_and_auditors() -> None:
    assert shown(ODD, {"kind": "x"}) is None
    assert shown(CENTRE, {"kind": "x", "private": 1}) == {"kind": "x", "private": 1}
    assert shown(Audience("auditor"), {"kind": "x", "private": 1}) == {"kind": "x"}
