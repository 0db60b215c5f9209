"""The journal of the room: one line, five seconds; the words lie in the erasable store (P-19)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from coord.errors import Refused
from coord.incidents.said import told
from coord.incidents.watch.commands import Note
from coord.incidents.watch.facts import Noted, WatchEvent
from coord.incidents.watch.model import Watch

LINES = frozenset({"note", "call", "inbound", "outbound", "voice-order"})


def note(state: Watch, wish: Note, at: datetime) -> Sequence[WatchEvent]:
    """Write a line."""
    if wish.kind not in LINES:
        raise Refused(f"{wish.kind} is not one of: {', '.join(sorted(LINES))}", "unknown-line")
    if not wish.text:
        raise Refused("a journal line needs its text", "text-missing")
    number = f"N-{state.counts.get('N', 0) + 1}"
    return [Noted(note=number, kind=wish.kind, text=wish.text, about=wish.about, **told(wish, at))]
