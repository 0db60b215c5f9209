"""Strategies for the events of these tests."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from hypothesis import strategies as st

from tests.store.events import Assigned, AtTime, Noted, Passed, TaskKey

texts = st.text(max_size=20)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=zones)  # noqa: DTZ001 (zones come beside)
spans = st.timedeltas(timedelta(days=-10_000), timedelta(days=10_000))
rules = st.builds(AtTime, times) | st.builds(Passed, times)
noted = st.builds(Noted, texts, st.integers(-(2**53), 2**53))
assigned = st.builds(
    Assigned,
    key=texts.map(TaskKey),
    due=st.none() | times,
    within=spans,
    level=st.sampled_from(["I", "II", "III", "IV"]),
    title=st.dictionaries(texts, texts, max_size=3),
    rows=st.lists(texts.map(TaskKey), max_size=3).map(tuple),
    rule=rules,
    parts=st.lists(rules, max_size=3).map(tuple),
    marks=st.frozensets(texts, max_size=4),
    place=st.none() | st.tuples(st.floats(-180, 180), st.floats(-90, 90)),
    notes=st.none() | st.dictionaries(texts, noted, max_size=2),
)
events = noted | assigned
