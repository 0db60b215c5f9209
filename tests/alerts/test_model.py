"""What a message says survives being written and read."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coord.alerts.check import check, parse
from coord.alerts.model import Alert, Place, decimal, strip
from coord.alerts.times import cap_time, loose_time, read_time, utc
from coord.alerts.xml.building import build
from coord.alerts.xml.reading import alert_tree, schema
from coord.alerts.xml.words import quoted_words, write_words
from coord.alerts.xml.writing import render
from coord.errors import Unfit

from .given import NOON, alerts, draft, places, times, words


@settings(max_examples=150)
@given(alerts)
def test_reading_what_was_written_gives_the_same_alert(alert: Alert) -> None:
    root, version = alert_tree(render(alert))
    assert version == "1.2"
    assert build(root).alert == alert


@settings(max_examples=60)
@given(alerts)
def test_whatever_is_written_is_valid_by_the_schema(alert: Alert) -> None:
    root, _ = alert_tree(render(alert))
    judge = schema()
    assert judge.validate(root), judge.error_log


@settings(max_examples=60)
@given(alerts)
def test_the_same_alert_is_always_the_same_bytes(alert: Alert) -> None:
    assert render(build(alert_tree(render(alert))[0]).alert) == render(alert)


@given(places)
def test_a_place_survives_the_turn_of_its_pair(place: Place) -> None:
    assert Place.from_cap(place.cap) == place


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_decimal_has_no_exponent_and_loses_nothing(number: float) -> None:
    text = decimal(number)
    assert "e" not in text
    assert float(text) == number


@given(times)
def test_a_time_survives_with_its_offset(at: datetime) -> None:
    again = read_time(cap_time(at))
    assert again == at
    assert again is not None
    assert again.utcoffset() == at.utcoffset()


@given(st.lists(words, max_size=4).map(tuple))
def test_words_with_blanks_survive_in_quotes(some: tuple[str, ...]) -> None:
    assert quoted_words(write_words(some)) == (some, True)


@pytest.mark.parametrize(
    "text", ["9999-12-31T23:59:59+14:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"]
)
def test_the_ends_of_the_calendar_overflow_nothing(text: str) -> None:
    at = read_time(text)
    assert at is not None
    assert utc(at).tzinfo is not None


def test_a_loose_time_is_brought_into_form_and_nonsense_is_not() -> None:
    assert loose_time("2026-05-04T09:15:00.5+0800") == "2026-05-04T09:15:00+08:00"
    assert loose_time("yesterday") is None
    assert read_time("9999-12-31T24:00:00-00:00") is None
    assert read_time("nonsense") is None


@pytest.mark.parametrize(("lon", "lat"), [(181, 0), (0, 91), (113.5, float("nan")), (22.1, 113.5)])
def test_there_is_no_place_off_the_earth(lon: float, lat: float) -> None:
    with pytest.raises(ValueError, match="no such place"):
        Place(lon, lat)


def test_the_content_of_an_alert_is_all_but_what_publishing_adds() -> None:
    content = draft()
    earlier = replace(content, identifier="0", sent=NOON).reference
    sent = replace(content, identifier="1", sent=NOON, references=(earlier,))
    assert strip(sent) == content
    assert strip(replace(sent, note="changed")) != content


def test_a_character_that_xml_cannot_hold_is_refused_and_named() -> None:
    with pytest.raises(Unfit, match=r"U\+0007"):
        render(replace(draft(), note="ring \x07"))


def test_an_alert_with_errors_is_not_handed_out_but_can_be_looked_at() -> None:
    raw = render(replace(draft(), identifier="a b", sent=NOON))
    checked = check(raw, "compose")
    assert checked.alert is None
    assert checked.seen.identifier == "a b"
    with pytest.raises(Unfit, match="R01"):
        parse(raw)
