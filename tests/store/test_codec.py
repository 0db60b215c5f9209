"""What is stored comes back the same, or is refused when it is written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coord.errors import Unfit
from coord.events import Clocks
from coord.store.codec import Codec, UnknownKind, digest, dump, load
from tests.store.events import CODEC, KINDS, NOON, Assigned, AtTime, Noted, Passed, TaskKey
from tests.store.strategies import assigned, events, times


@given(events)
def test_what_is_encoded_comes_back_the_same_and_with_the_same_bytes(event: object) -> None:
    kind, body = CODEC.encode(event)
    back = CODEC.decode(kind, body)
    assert back == event
    assert type(back) is type(event)
    assert CODEC.encode(back) == (kind, body)


@given(assigned)
def test_one_of_two_equal_shapes_comes_back_as_that_one(event: Assigned) -> None:
    back = CODEC.decode(*CODEC.encode(event))
    assert [type(part) for part in back.parts] == [type(part) for part in event.parts]
    assert type(back.rule) is type(event.rule)


SAMPLE = Assigned(TaskKey("k"), NOON, timedelta(minutes=5), "I", {"en": "x"}, (), AtTime(NOON))


@pytest.mark.parametrize(
    "wrong",
    [
        {"due": datetime(2025, 1, 1)},  # noqa: DTZ001 (naive on purpose)
        {"rows": ["a"]},
        {"level": "V"},
        {"place": (float("nan"), 1.0)},
        {"title": {"en": 3}},
        {"within": 300},
        {"rule": None},
        {"rule": Passed(datetime(2025, 1, 1))},  # noqa: DTZ001
        {"key": "\ud800"},
    ],
)
def test_a_field_that_does_not_hold_what_it_says_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Unfit) as refusal:
        CODEC.encode(replace(SAMPLE, **wrong))
    assert all(finding.code == "not-storable" for finding in refusal.value.findings)


def test_an_event_of_no_known_kind_is_refused_both_ways() -> None:
    with pytest.raises(UnknownKind):
        CODEC.encode(AtTime(NOON))
    with pytest.raises(UnknownKind):
        CODEC.decode("of-tomorrow", b"{}")


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"[]", b'{"text":1}', b'{"text":"a","more":1}', b"\xff"])
def test_bytes_that_are_no_such_event_are_refused(body: bytes) -> None:
    with pytest.raises(Unfit):
        CODEC.decode("noted", body)


def test_an_event_stored_before_a_field_was_added_is_read_with_its_default() -> None:
    assert CODEC.decode("noted", b'{"text":"a"}') == Noted("a", 0)


def test_two_rooms_cannot_use_one_kind_nor_one_class_two_kinds() -> None:
    with pytest.raises(ValueError, match="noted"):
        Codec.merge(KINDS, {"noted": AtTime})
    with pytest.raises(ValueError, match="noted"):
        Codec.merge(KINDS, {"noted-again": Noted})
    assert Codec.merge({"noted": Noted}, {"at-time": AtTime}).kinds == {"noted": Noted, "at-time": AtTime}


@given(assigned, st.randoms())
def test_equal_commands_have_equal_digests_whatever_the_order_of_their_mappings(
    event: Assigned, random: Random
) -> None:
    items = list(event.title.items())
    random.shuffle(items)
    assert digest("incident/1", replace(event, title=dict(items))) == digest("incident/1", event)


def test_another_stream_class_or_field_gives_another_digest() -> None:
    digests = [
        digest("incident/1", Passed(NOON)),
        digest("incident/2", Passed(NOON)),
        digest("incident/1", AtTime(NOON)),
        digest("incident/1", Passed(NOON + timedelta(microseconds=1))),
    ]
    assert len(Counter(digests)) == 4


@dataclass(slots=True)
class Row:
    """A row of a board, changed in place."""

    key: str
    due: datetime | None = None
    children: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Board:
    """A state with all that states hold."""

    rows: dict[str, Row]
    clocks: Clocks
    seen: set[str] = field(default_factory=set)
    rule: AtTime | Passed | None = None
    _count: int = field(default=0, init=False)


@given(st.dictionaries(st.text(max_size=5), times, max_size=8), st.sets(st.text(max_size=5)))
def test_a_state_with_clocks_comes_back_the_same(due: dict[str, datetime], seen: set[str]) -> None:
    rows = {key: Row(key, at, [Row(key)]) for key, at in due.items()}
    board = Board(rows, Clocks(due), seen, Passed(NOON))
    board._count = 7
    back = load(Board, dump(Board, board))
    assert back == board
    assert isinstance(back.rule, Passed)
    assert back.clocks.next() == min(due.values(), default=None)


def test_a_state_of_another_shape_is_unfit() -> None:
    with pytest.raises(Unfit):
        load(Board, dump(Row, Row("a")))


@dataclass(slots=True)
class Holder:
    """A state that cannot be stored."""

    lock: Random


def test_a_class_without_a_stored_form_is_named() -> None:
    with pytest.raises(TypeError, match="Random has no stored form"):
        dump(Holder, Holder(Random()))
