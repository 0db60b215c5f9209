"""Play commands on a decider and check the laws that every single fact must keep."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import datetime
from typing import Any

from coord.events import Clocks, Decider, StreamId


class Play:
    """One stream, with all that happened on it; every fact is checked as it is folded in."""

    def __init__(
        self,
        decider: Decider[Any, Any, Any],
        expected: Callable[[Any], Clocks],
        keys: Callable[[Any], Iterator[str]],
        row: Callable[[Any, str], dict[str, Any] | None],
        touched: Callable[[Any, Any], set[str]],
    ) -> None:
        self.decider, self.expected, self.keys, self.row, self.touched = decider, expected, keys, row, touched
        self.stream = StreamId(f"{decider.room}/i1")
        self.state = decider.initial(self.stream)
        self.log: list[Any] = []

    def __call__(self, command: Any, at: datetime) -> list[Any]:
        """Decide *command*, fold what follows, and return it."""
        events = list(self.decider.decide(self.state, command, at))
        for event in events:
            self.fold(event)
        return events

    def fold(self, event: Any) -> None:
        """Fold *event* in: the rows that change are among those it touches, the clocks are those of the nouns."""
        touched = self.touched(self.state, event)
        before = self.rows()
        self.state = self.decider.evolve(self.state, event)
        self.log.append(event)
        after = self.rows()
        changed = {key for key in before | after if before.get(key) != after.get(key)}
        assert changed <= touched, f"{event} changed {changed - touched} unsaid"
        assert self.state.clocks == self.expected(self.state), f"{event} left a clock astray"

    def rows(self) -> dict[str, Any]:
        """Return all rows by key."""
        return {key: deepcopy(self.row(self.state, key)) for key in self.keys(self.state)}

    def replays(self) -> None:
        """Check that the log gives the state back, whole and in two parts."""
        whole = self.decider.fold(self.log, self.decider.initial(self.stream))
        assert whole == self.state
        half = len(self.log) // 2
        prefix = self.decider.fold(self.log[:half], self.decider.initial(self.stream))
        assert self.decider.fold(self.log[half:], prefix) == self.state
