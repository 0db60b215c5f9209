"""What others send counts for what it deserves; the rest is kept, with the reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from coord.alerts.check import check
from coord.alerts.incoming import Judgement, Known, Name, chain, judge, known_of, resolve, still_on
from coord.alerts.model import Alert, Reference
from coord.alerts.signature import Verdict, sign, verify
from coord.alerts.xml.writing import render

from .given import HOUR, MINUTE, NOON, draft, key


def message(number: int = 1, *on: Alert, **changes: object) -> Alert:
    references = tuple(one.reference for one in on)
    whole = replace(draft(), identifier=f"X-{number}", sent=NOON, references=references)
    if on:
        whole = replace(whole, msg_type="Update")
    return replace(whole, **changes)  # type: ignore[arg-type]


class Inbox:
    """Messages as they come, and what is known by then."""

    def __init__(self, *, pinned: bool = False) -> None:
        self.known: dict[Name, Known] = {}
        self.pinned = pinned
        self.now = NOON + MINUTE

    def take(self, alert: Alert, raw: bytes | None = None) -> Judgement:
        bytes_of = raw or render(alert)
        verdict = verify(bytes_of, [key().pin]) if self.pinned else Verdict("unsigned", "no signature")
        judged = judge(bytes_of, check(bytes_of, "ingest", self.now), verdict, self.known, self.now, pinned=self.pinned)
        if judged.verdict in ("accept", "archive"):
            self.known[alert.sender, alert.identifier] = known_of(alert, bytes_of, verdict)
        return judged


def codes(judged: Judgement) -> set[str]:
    return {finding.code for finding in judged.findings}


def test_a_sound_message_counts_and_again_it_is_a_repeat() -> None:
    inbox = Inbox()
    assert inbox.take(message()).verdict == "accept"
    assert inbox.take(message()).verdict == "repeat"


def test_the_same_identifier_with_another_text_lies_in_quarantine() -> None:
    inbox = Inbox()
    inbox.take(message())
    judged = inbox.take(message(note="changed"))
    assert judged.verdict == "quarantine"
    assert "R56" in codes(judged)


def test_an_unsigned_message_is_told_as_such_and_counts_where_nobody_is_pinned() -> None:
    judged = Inbox().take(message())
    assert judged.verdict == "accept"
    assert "R55" in codes(judged)


def test_where_a_key_is_pinned_nothing_else_speaks_for_the_sender() -> None:
    inbox = Inbox(pinned=True)
    assert inbox.take(message()).verdict == "quarantine"
    forged = inbox.take(message(), sign(message(), key("ec", "SAMPLE forger")))
    assert forged.verdict == "quarantine"
    assert "signature" in codes(forged)
    assert inbox.take(message(), sign(message(), key())).verdict == "accept"


def test_a_strangers_cancel_is_not_followed() -> None:
    inbox = Inbox()
    inbox.take(message(1))
    judged = inbox.take(message(2, message(1), msg_type="Cancel", sender="stranger@example.org"))
    assert judged.verdict == "quarantine"
    assert "R65" in codes(judged)


def test_an_unsigned_cancel_of_a_signed_message_is_not_followed() -> None:
    inbox = Inbox(pinned=True)
    inbox.take(message(1), sign(message(1), key()))
    inbox.pinned = False
    judged = inbox.take(message(2, message(1), msg_type="Cancel"))
    assert judged.verdict == "quarantine"
    assert "R65" in codes(judged)


def test_a_reference_with_a_wrong_time_still_means_its_message() -> None:
    inbox = Inbox()
    inbox.take(message(1))
    first = message(1).reference
    off = replace(message(2, message(1)), references=(replace(first, sent=first.sent - HOUR),))
    judged = inbox.take(off)
    assert [one.reference.identifier for one in judged.on] == ["X-1"]
    assert resolve(Reference("nobody", "X-1", NOON), inbox.known) is None


def test_a_chain_is_followed_to_its_beginning_and_what_it_does_not_name_is_told() -> None:
    inbox = Inbox()
    first, second = message(1), message(2, message(1))
    inbox.take(first)
    inbox.take(second)
    judged = inbox.take(third := message(3, second))
    assert judged.verdict == "accept"
    assert "R64" in codes(judged)
    assert [one.reference.identifier for one in chain(third, inbox.known)] == ["X-1", "X-2"]
    assert still_on(chain(third, inbox.known), NOON + 7 * HOUR) == []


def test_an_update_of_nothing_known_is_a_first_message_and_a_cancel_of_nothing_is_nothing() -> None:
    assert Inbox().take(message(2, message(1))).acts_as == "Alert"
    judged = Inbox().take(message(2, message(1), msg_type="Cancel"))
    assert judged.acts_as is None
    assert judged.verdict == "archive"


def test_what_is_over_is_kept_and_not_acted_on() -> None:
    expired, old, test = Inbox(), Inbox(), Inbox()
    expired.now = NOON + 7 * HOUR
    old.now = NOON + timedelta(hours=25)
    assert expired.take(message()).verdict == "archive"
    assert old.take(message(infos=())).verdict == "archive"
    assert test.take(message(status="Test")).verdict == "archive"
    assert test.take(message(5, message(1), msg_type="Ack")).verdict == "archive"


def test_a_message_from_the_future_waits_for_a_person() -> None:
    inbox = Inbox()
    inbox.now = NOON - 6 * MINUTE
    judged = inbox.take(message())
    assert judged.verdict == "quarantine"
    assert "clock" in codes(judged)
