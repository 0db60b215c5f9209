"""Laws of the session machine: each frame once, in order, over any cuts, or a fresh start; never a gap unseen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coord.hub.session import MOST, STAFF_BEAT, BadMessage, Frame, Hello, Session, read_hello

NOON = datetime(2025, 9, 23, 12, tzinfo=UTC)


class Tape:
    """A view whose only row is the sum of all frames, with a ring of five."""

    def __init__(self, epoch: str = "e1") -> None:
        self.epoch = epoch
        self.position = 0
        self.last = 0
        self.floor = 0
        self.ring: list[Frame] = []
        self.total: list[int] = []

    def happen(self, *, shown: bool) -> None:
        self.position += 1
        if shown:
            self.total.append(self.position)
            text = json.dumps({"type": "frame", "position": self.position, "prev": self.last, "rows": [self.position]})
            self.ring.append(Frame(self.position, text))
            self.last = self.position
            while len(self.ring) > 5:
                self.floor = self.ring.pop(0).position

    def since(self, cursor: int) -> Sequence[Frame] | None:
        return None if cursor < self.floor else [frame for frame in self.ring if frame.position > cursor]

    def snapshot(self) -> str:
        return json.dumps({"type": "reset", "epoch": self.epoch, "position": self.position, "rows": self.total})


class Client:
    """What a client keeps: its rows and its cursor; it checks every frame against the one before."""

    def __init__(self) -> None:
        self.epoch, self.cursor = "", -1
        self.rows: list[int] = []

    def take(self, texts: Sequence[str]) -> None:
        for text in texts:
            said = json.loads(text)
            match said["type"]:
                case "reset":
                    self.epoch, self.cursor, self.rows = said["epoch"], said["position"], list(said["rows"])
                case "frame":
                    assert said["prev"] <= self.cursor < said["position"], "a gap or a repetition"
                    self.rows += said["rows"]
                    self.cursor = said["position"]
                case "at":
                    self.cursor = said["head"]


STEPS = st.lists(st.sampled_from(["shown", "hidden", "pump", "cut", "wait", "restore"]), max_size=80)


@given(STEPS)
def test_a_client_shows_each_event_once_and_in_order_over_any_cuts(steps: list[str]) -> None:
    tape, client, at, epoch = Tape(), Client(), NOON, 1
    session = Session(tape, Hello(), at)
    for step in [*steps, "pump"]:
        match step:
            case "shown" | "hidden":
                tape.happen(shown=step == "shown")
            case "pump":
                client.take(session.pending(at))
                assert client.rows == tape.total
            case "cut":
                session = Session(tape, Hello(client.epoch, client.cursor), at)
            case "wait":
                at += STAFF_BEAT
            case "restore":
                epoch += 1
                behind = tape.total[: len(tape.total) // 2]
                tape = Tape(f"e{epoch}")
                for _ in behind:
                    tape.happen(shown=True)
                session = Session(tape, Hello(client.epoch, client.cursor), at)
    assert client.rows == tape.total


def test_a_client_ahead_of_the_log_starts_again() -> None:
    tape, client = Tape(), Client()
    tape.happen(shown=True)
    client.take(Session(tape, Hello("e1", 99), NOON).pending(NOON))
    assert client.cursor == 1


def test_an_idle_session_hears_the_head_every_four_seconds() -> None:
    tape = Tape()
    session = Session(tape, Hello("e1", 0), NOON)
    assert [json.loads(text)["type"] for text in session.pending(NOON)] == ["at"]
    assert session.pending(NOON + timedelta(seconds=3.9)) == []
    assert len(session.pending(NOON + timedelta(seconds=4))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"type":"hello","after":"1"}',
        '{"type":"hello","after":true}',
        '{"type":"hello","x":1}',
        "[" * 5000,
    ],
)
def test_a_bad_hello_is_refused(text: str) -> None:
    with pytest.raises(BadMessage):
        read_hello(text)


def test_the_centre_answers_a_ping_with_its_time_and_nothing_else() -> None:
    session = Session(Tape(), Hello(), NOON)
    assert json.loads(session.hear('{"type":"ping","sent":5}', NOON)[0]) == {
        "type": "pong",
        "sent": 5,
        "time": NOON.isoformat(),
    }
    with pytest.raises(BadMessage):
        session.hear('{"type":"command"}', NOON)


def test_a_client_that_floods_the_centre_is_sent_away_and_one_that_pings_is_not() -> None:
    session, at = Session(Tape(), Hello(), NOON), NOON
    for _ in range(500):
        at += timedelta(seconds=0.1)
        session.hear('{"type":"ping"}', at)
    for _ in range(MOST):
        session.hear('{"type":"ping"}', at + timedelta(seconds=5))
    with pytest.raises(BadMessage):
        session.hear('{"type":"ping"}', at + timedelta(seconds=5))


@pytest.mark.parametrize("sent", ['"' + "x" * 65 + '"', "[1]", "{}"])
def test_a_ping_carries_a_small_mark_only(sent: str) -> None:
    with pytest.raises(BadMessage):
        Session(Tape(), Hello(), NOON).hear(f'{{"type":"ping","sent":{sent}}}', NOON)
