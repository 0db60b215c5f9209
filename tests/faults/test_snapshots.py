"""A snapshot is a cache: with it or without it, from wherever it was cut, the board is the same."""

from __future__ import annotations

import ast
import asyncio
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import coord
from coord import snapshots as module
from coord.api.rooms import BOARDS, CODEC, DECIDERS
from coord.errors import CoordError
from coord.events import Decider, StreamId, Tick
from coord.handle import Residence
from coord.incidents import commands as do
from coord.incidents.decide import INCIDENT
from coord.incidents.model import Incident
from coord.plans.wanted import Level, Wanted
from coord.snapshots import Snapshots, code_of, recall, sources
from coord.store.codec import dump, load
from coord.store.log import Outcome
from coord.store.memory import MemoryCabinet, MemoryLog
from coord.timers import LiveClock
from tests.kernel import NOON, meta

MINUTE = timedelta(minutes=1)
GROUPS = ("RES", "TRA", "COM")
STEPS = ("received", "departed", "arrived", "done", "cannot", "not-applicable")
I1 = StreamId("incident/i1")

numbers = st.integers(0, 5)
groups = st.sampled_from(GROUPS)


@st.composite
def wanted(draw: st.DrawFn) -> Wanted:
    n = draw(numbers)
    return Wanted(
        key=f"duty-{n}/-/1",
        duty=f"duty-{n}",
        group=draw(groups),
        title={"en": f"Duty {n}"},
        level=draw(st.sampled_from(("II", "III"))),
        due=draw(st.none() | st.integers(1, 600).map(lambda m: NOON + m * MINUTE)),
        ack_within=2 * MINUTE,
        rows=tuple(f"p{r}" for r in range(draw(st.integers(0, 3)))),
        support=("SUP",) if draw(st.booleans()) else (),
        round=draw(st.integers(0, 2)),
        on_lower=draw(st.sampled_from(("keep", "ask", "stop"))),
    )


def reconcile(tasks: Sequence[Wanted], seen: int) -> do.Reconcile:
    desired = {task.key: task for task in tasks}
    return do.Reconcile(by="test", desired=tuple(desired[key] for key in sorted(desired)), seen=seen)


def level(code: Level, reason: str) -> do.StartLevel:
    return do.StartLevel(by="boss", plan="typhoon", digest="d1", hazard="typhoon", area="", level=code, reason=reason)


wishes = st.one_of(
    st.builds(reconcile, st.lists(wanted(), max_size=5), st.integers(1, 99)),
    st.builds(level, st.sampled_from(("I", "II", "III", "IV")), st.just("signal")),
    st.builds(
        lambda g, n, r: do.AcknowledgeOrder(order=f"{g}-{n}", group=g, returned=r), groups, numbers, st.booleans()
    ),
    st.builds(
        lambda n, g, s, r: do.Progress(task=f"duty-{n}/-/1", group=g, step=s, row=r, why="no-crew"),
        numbers,
        groups,
        st.sampled_from(STEPS),
        st.sampled_from(("", "p0", "p1")),
    ),
    st.builds(lambda n, g: do.Reassign(task=f"duty-{n}/-/1", to=g), numbers, groups),
    st.builds(lambda n: do.StandDown(task=f"duty-{n}/-/1", why="too dangerous"), numbers),
    st.builds(lambda n: do.ReportIncident(hazard="fire", place="W07", losses={"people": n}), numbers),
    st.builds(lambda g: do.NeedHelp(group=g, what="pumps"), groups),
    st.builds(lambda v: do.SetProperty(name="night", value=v), st.sampled_from(("yes", "no"))),
    st.just(None),  # the clock ticks
)
nights = st.lists(st.tuples(wishes, st.integers(0, 5)), min_size=5, max_size=40)


def decided(night: Sequence[tuple[Any, int]]) -> list[Any]:
    """Return the events of a night at one incident; what is refused has none."""
    state, at = INCIDENT.initial(I1), NOON
    events: list[Any] = []
    for wish, minutes in [(do.OpenIncident(hazard="typhoon"), 0), *night]:
        at += minutes * MINUTE
        try:
            fresh = INCIDENT.decide(state, wish or Tick(at), at)
        except CoordError:
            continue
        state = INCIDENT.fold(fresh, state)
        events += fresh
    return events


def board(state: Incident) -> dict[str, Any]:
    return {key: BOARDS["incident"].row(state, key) for key in BOARDS["incident"].keys(state)}


@given(nights, st.data())
def test_a_snapshot_taken_anywhere_and_the_rest_give_the_whole_board(night: list[Any], data: st.DataObject) -> None:
    events = decided(night)
    cut = data.draw(st.integers(0, len(events)))
    whole = INCIDENT.fold(events, stream=I1)
    kept = dump(Incident, INCIDENT.fold(events[:cut], stream=I1))
    again = INCIDENT.fold(events[cut:], load(Incident, kept))
    assert again == whole
    assert board(again) == board(whole)
    assert again.clocks.next() == whole.clocks.next()
    assert dump(Incident, again) == dump(Incident, whole)


@settings(max_examples=30)
@given(nights, st.sets(st.integers(0, 40), max_size=12))
def test_a_centre_that_recalls_snapshots_stands_where_one_that_folds_everything_does(
    night: list[Any], cuts: set[int]
) -> None:
    async def main() -> None:
        log, cabinet = Slow(CODEC), MemoryCabinet()
        residence = await opened(log)
        snapshots = Snapshots(residence, cabinet, every=10**9)
        await play(residence, snapshots, night, cuts)
        await residence.close()
        fresh = Residence(log, DECIDERS, LiveClock().now)
        assert await recall(fresh, cabinet) == bool(cuts)
        await fresh.open()
        whole = await opened(log)
        assert {s: (r.version, r.state) for s, r in fresh.rooms.items()} == {
            s: (r.version, r.state) for s, r in whole.rooms.items()
        }
        assert (fresh.position, fresh.last_at) == (whole.position, whole.last_at)
        await fresh.close()
        await whole.close()
        await log.close()

    asyncio.run(main())


class Slow(MemoryLog):
    """A log that lets others have their turn, so that things happen while snapshots are kept."""

    async def hash_at(self, position: int) -> str | None:
        for _ in range(20):
            await asyncio.sleep(0)
        return await super().hash_at(position)


async def opened(log: MemoryLog) -> Residence:
    residence = Residence(log, DECIDERS, LiveClock().now)
    await residence.open()
    return residence


async def play(residence: Residence, snapshots: Snapshots, night: list[Any], cuts: set[int]) -> None:
    """Let the night happen in two incidents by turns, keeping snapshots at the *cuts* and with the last command."""
    at: datetime = NOON
    last = len(night) + 2
    raining = do.SetProperty(name="rain", value="yes")
    for n, (wish, minutes) in enumerate([(do.OpenIncident(hazard="typhoon"), 0)] * 2 + night + [(raining, 1)]):
        at += minutes * MINUTE
        keeping = [snapshots.keep()] if n in cuts or (cuts and n == last) else []
        happening = residence.handle(StreamId(f"incident/i{n % 2}"), wish or Tick(at), meta(f"k{n}", at=at))
        said = await asyncio.gather(*keeping, happening, return_exceptions=True)
        assert all(isinstance(one, Outcome | CoordError | None) for one in said)


async def test_snapshots_of_other_code_are_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    log, cabinet = MemoryLog(CODEC), MemoryCabinet()
    residence = await opened(log)
    await residence.handle(I1, do.OpenIncident(hazard="typhoon"), meta("a"))
    await Snapshots(residence, cabinet, every=10**9).keep()
    await residence.close()
    assert await recall(Residence(log, DECIDERS, LiveClock().now), cabinet)
    monkeypatch.setattr(module, "code_of", lambda decider: "the code of tomorrow")
    fresh = Residence(log, DECIDERS, LiveClock().now)
    assert not await recall(fresh, cabinet)
    assert not any(room.version for room in fresh.rooms.values())
    await fresh.open()
    assert fresh.room(I1).state.hazard == "typhoon"
    await fresh.close()
    await log.close()


def imported(path: Path) -> Iterator[str]:
    """Yield the modules of coord that the source at *path* imports when it is loaded."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("coord"):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("decider", DECIDERS, ids=lambda decider: decider.room)
def test_all_that_a_fold_stands_on_is_in_its_code(decider: Decider[Any, Any, Any]) -> None:
    todo, seen = {decider.evolve.__module__, decider.state.__module__, "coord.store.codec"}, set()
    while todo:
        name = todo.pop()
        seen.add(name)
        if name in sys.modules and (file := sys.modules[name].__file__):
            todo |= set(imported(Path(file))) - seen
    needed = {Path(str(sys.modules[name].__file__)) for name in seen if name in sys.modules and "coord." in name}
    pure = {path for path in needed if path.relative_to(Path(coord.__file__).parent).parts[0] not in {"store"}}
    pure |= {path for path in needed if path.name in {"codec.py", "schema.py"}}
    assert pure <= set(sources(decider))
    assert len(code_of(decider)) == 64
