"""The session machine: a cursor on one audience's view of the log. Pure; both transports drive it.

A session holds no queue. What it has not sent yet stands in the shared ring of
its view, so a slow client costs one integer, and a reconnect is the same as
being slow. It is told about everything after its cursor exactly once and in
order, or is told to start again from a snapshot.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

STAFF_BEAT = timedelta(seconds=4)
"""An idle staff session hears the head of the log this often; at 9 s it shows itself stale."""

STALE_AFTER = timedelta(seconds=9)
"""A client that has heard nothing for so long shows its board as stale and connects again."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient the centre is with a staff session.

    ``beat``: an idle one hears the head this often. ``hello``: within this it
    says hello. ``slow``: it is dropped when it took no byte for so long.
    ``recheck``: its rights are asked again at least this often; with the half
    second that rights are cached, a withdrawal is felt within a second.
    """

    beat: timedelta = STAFF_BEAT
    hello: timedelta = timedelta(seconds=10)
    slow: timedelta = timedelta(seconds=5)
    recheck: timedelta = timedelta(seconds=0.4)


HEARD = ("hello", "ping")
"""Every kind of message that a client may send; hello comes first, once."""

SAID = ("reset", "frame", "at", "pong")
"""Every kind of message that the centre sends."""

MOST = 50
"""Messages that a client may send at once; then ten a second."""

CLOSE = {
    1000: "done: the client said goodbye; do not come back by yourself",
    1001: "going away: the centre restarts; come back with jitter",
    1008: "bad message: what was sent is not in the protocol; mend the client",
    1013: "too slow: come back and resume",
    4401: "signed out: sign in again",
    4403: "rights changed: come back, what you may see is different now",
    4408: "no hello within 10 seconds; come back",
}
"""Every code with which the centre ends a session, and whether to come back."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What one append changed for one audience, encoded once for all of its sessions."""

    position: int
    text: str


class Seen(Protocol):
    """The view of one audience, as far as a session needs it."""

    epoch: str

    @property
    def position(self) -> int:
        """Return the position up to which the view is made."""
        ...

    def since(self, cursor: int) -> Sequence[Frame] | None:
        """Return the frames after *cursor*, None when that is too long ago."""
        ...

    def snapshot(self) -> str:
        """Return all rows as an encoded reset message as of :attr:`position`."""
        ...


@dataclass(frozen=True, slots=True)
class Hello:
    """What a client says first: where it stood, if it ever did."""

    epoch: str = ""
    after: int = -1


class BadMessage(Exception):
    """The client said what is not in the protocol; the session ends with 1008."""


def read_hello(text: str) -> Hello:
    """Return the hello that *text* is; :exc:`BadMessage` when it is none."""
    said = read_message(text)
    if said.get("type") != "hello" or set(said) - {"type", "epoch", "after"}:
        raise BadMessage('the first message must be {"type": "hello", "epoch"?, "after"?}')
    epoch, after = said.get("epoch", ""), said.get("after", -1)
    if not isinstance(epoch, str) or not isinstance(after, int) or isinstance(after, bool):
        raise BadMessage("hello: epoch is a string and after is an integer")
    return Hello(epoch, after)


def read_message(text: str) -> Mapping[str, Any]:
    """Return the JSON object that *text* is; :exc:`BadMessage` when it is none."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as bad:
        raise BadMessage("not JSON") from bad
    if not isinstance(said, dict):
        raise BadMessage("not a JSON object")
    return said


class Session:
    """One client on one view."""

    def __init__(self, view: Seen, hello: Hello, at: datetime, beat: timedelta = STAFF_BEAT) -> None:
        self.view = view
        self.beat = beat
        self.heard_at = at
        self.allowance = float(MOST)
        self.cursor = hello.after
        self.beat_due = at
        self.reset = hello.epoch != view.epoch or not 0 <= hello.after <= view.position

    def pending(self, at: datetime) -> list[str]:
        """Return what must be sent now, and count it as sent.

        Frames after the cursor in order; a snapshot instead where the frames
        are no longer kept; the head when nothing was sent for
        ``beat``.
        """
        frames = None if self.reset else self.view.since(self.cursor)
        if frames is None:
            out = [self.view.snapshot()]
            self.reset = False
            self.cursor = self.view.position
        else:
            out = [frame.text for frame in frames]
            if frames:
                self.cursor = frames[-1].position
        if not out and at >= self.beat_due:
            self.cursor = max(self.cursor, self.view.position)
            out.append(head(self.view, at))
        if out:
            self.beat_due = at + self.beat
        return out

    def hear(self, text: str, at: datetime) -> list[str]:
        """Return the answers to what the client said; :exc:`BadMessage` ends the session."""
        self.allowance = min(MOST, self.allowance + 10 * max((at - self.heard_at).total_seconds(), 0.0)) - 1
        self.heard_at = at
        if self.allowance < 0:
            raise BadMessage(f"more than {MOST} messages at once")
        said = read_message(text)
        sent = said.get("sent")
        small = sent is None or isinstance(sent, int | float) or (isinstance(sent, str) and len(sent) <= 64)
        if said.get("type") == "ping" and set(said) <= {"type", "sent"} and small:
            return [json.dumps({"type": "pong", "sent": sent, "time": at.isoformat()})]
        raise BadMessage("after the hello, the centre listens to ping only; commands go over HTTP")


def head(view: Seen, at: datetime) -> str:
    """Return the heartbeat: where the view stands, and what time it is."""
    return json.dumps({"type": "at", "head": view.position, "time": at.isoformat()})
