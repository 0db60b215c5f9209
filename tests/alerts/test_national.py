"""12379 and CAP say the same in different words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coord.alerts.model import Named
from coord.alerts.national import (
    BEIJING,
    COLOURS,
    SEVERITIES,
    Colour,
    National,
    event_types,
    from_cap,
    from_fields,
    identifier,
    to_cap,
    to_fields,
)
from coord.errors import Unfit

from .given import NOON, areas, draft, filled, times

AT = datetime(2026, 9, 23, 12, 0, tzinfo=BEIJING)


def shapes(kind: str) -> st.SearchStrategy[tuple[str, ...]]:
    if kind == "polygons":
        return areas.map(lambda one: tuple(" ".join(place.cap for place in ring) for ring in one.polygons))
    return areas.map(lambda one: tuple(circle.cap for circle in one.circles))


messages = st.builds(
    National,
    identifier=st.just(identifier("440400", "416", AT)),
    sender=filled.map(str.strip).filter(bool),
    sender_code=st.just("44040041600000"),
    send_time=times,
    status=st.sampled_from(["Actual", "Exercise", "Test"]),
    msg_type=st.sampled_from(["Alert", "Update", "Cancel"]),
    scope=st.just("Public"),
    event_type=st.sampled_from(sorted(event_types())) | st.just("11Z99"),
    severity=st.sampled_from(sorted(SEVERITIES)),
    urgency=st.sampled_from(["Immediate", "Expected", "Unknown"]),
    effective=st.none() | times,
    expires=st.none() | times,
    sender_name=filled,
    headline=filled,
    description=filled,
    area_desc=filled,
    polygons=shapes("polygons"),
    circles=shapes("circles"),
    geocode=st.sampled_from(["", "440404"]),
)


@settings(max_examples=80)
@given(messages)
def test_nothing_is_lost_on_the_way_to_cap_and_back(message: National) -> None:
    assert from_cap(to_cap(message)) == message


@settings(max_examples=80)
@given(messages)
def test_nothing_is_lost_in_the_fields_of_the_standard(message: National) -> None:
    assert from_fields(to_fields(message)) == message


@pytest.mark.parametrize(
    ("colour", "severity"), [("Red", "Extreme"), ("Orange", "Severe"), ("Yellow", "Moderate"), ("Blue", "Minor")]
)
def test_a_colour_there_is_a_severity_here(colour: Colour, severity: str) -> None:
    assert SEVERITIES[colour] == severity
    assert COLOURS[SEVERITIES[colour]] == colour


def test_a_lift_is_past() -> None:
    message = National(identifier("440400", "416", AT), "s", "c", AT, "Actual", "Cancel", "Public", "11B03", "Red")
    (info,) = to_cap(message).infos
    assert (info.urgency, info.event, info.categories) == ("Past", "暴雨", ("Met",))
    assert from_cap(to_cap(message)).urgency == "Unknown"


def test_an_identifier_has_31_characters_and_beijing_time() -> None:
    name = identifier("440400", "416", datetime(2026, 9, 23, 4, 0, 5, tzinfo=UTC))
    assert name == "44040041600000_20260923120005_0"
    assert len(name) == 31
    for region, agency in (("44040", "416"), ("440400", "4166"), ("44040a", "416")):
        with pytest.raises(Unfit):
            identifier(region, agency, AT)


@pytest.mark.parametrize("name", ["11010841600000_20211229072633", "11010841600000_20211229072633_0"])
def test_an_identifier_may_lack_its_serial(name: str) -> None:
    National(name, "s", "c", AT, "Actual", "Alert", "Public", "11B03", "Red")


@pytest.mark.parametrize(
    "name", ["", "1101084160000_20211229072633", "11010841600000-20211229072633", "١" * 14 + "_" + "1" * 14]
)
def test_what_is_no_identifier_is_refused(name: str) -> None:
    with pytest.raises(Unfit):
        National(name, "s", "c", AT, "Actual", "Alert", "Public", "11B03", "Red")


def test_the_event_table_has_texts_for_keys_and_four_names_each() -> None:
    table = event_types()
    assert {"11B01", "11E02", "11E06", "11G05"} <= set(table)
    for code, row in table.items():
        assert isinstance(code, str)
        assert set(row.names) == {"zh-Hans", "zh-Hant", "pt", "en"}


def test_our_own_warning_goes_out_in_their_words() -> None:
    ours = draft(NOON)
    coded = tuple(replace(info, event_codes=(Named("12379", "11E02"),)) for info in ours.infos)
    named = replace(ours, identifier=identifier("440400", "416", NOON), sent=NOON, infos=coded)
    national = from_cap(named)
    assert (national.severity, national.event_type, national.language) == ("Orange", "11E02", "zh-Hans")
    with pytest.raises(Unfit, match="12379-language"):
        from_cap(named, "fr")
    with pytest.raises(Unfit, match="12379-event"):
        from_cap(replace(named, infos=ours.infos))


def test_fields_that_are_missing_or_wrong_are_all_named_at_once() -> None:
    with pytest.raises(Unfit) as unfit:
        from_fields({"identifier": "x", "sendTime": "yesterday", "severity": "Purple"})
    assert {finding.path for finding in unfit.value.findings} >= {"sender", "sendTime", "severity", "eventType"}
