"""Laws of what a stream waits for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from coord.events import Clocks

NOON = datetime(2025, 9, 23, 12, tzinfo=UTC)
STEPS = st.lists(st.tuples(st.sampled_from("abcdef"), st.none() | st.integers(0, 50)), max_size=300)


@given(STEPS)
def test_the_next_due_time_is_the_earliest_that_is_still_waited_for(steps: list[tuple[str, int | None]]) -> None:
    clocks, model = Clocks(), dict[str, datetime]()
    for key, minutes in steps:
        if minutes is None:
            clocks.clear(key)
            model.pop(key, None)
        else:
            clocks.set(key, NOON + timedelta(minutes=minutes))
            model[key] = NOON + timedelta(minutes=minutes)
        assert clocks.next() == min(model.values(), default=None)
        assert clocks.items() == model
    due = clocks.due(NOON + timedelta(minutes=25))
    assert [d.key for d in due] == [
        key for key, at in sorted(model.items(), key=lambda i: (i[1], i[0])) if at <= NOON + timedelta(minutes=25)
    ]
    assert Clocks(model) == clocks
