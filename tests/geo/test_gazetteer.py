"""A place is found by half its name, in any of its languages, or by the first letters of its pinyin."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coord.geo.gazetteer import Entry, Gazetteer, by_language, initials, of_features, of_rows
from coord.geo.layers.tables import from_csv
from coord.geo.model import Place
from coord.geo.sample import sample_features

BOOK = Gazetteer(of_features(sample_features()))


@pytest.mark.parametrize(
    ("typed", "id_"),
    [
        ("u3", "U3"),
        ("中心北路", "U3"),
        ("橫琴二橋", "P-2"),
        ("横琴二桥", "P-2"),
        ("hqeq", "P-2"),
        ("Tunel de Hengqin", "P-4"),
        ("TÚNEL DE HENGQIN", "P-4"),
        ("lotus", "P-6"),
        ("xcdwc", "W04"),
        ("荷塘小学", "SH-06"),
        ("sh06", "SH-06"),
    ],
)
def test_the_place_that_is_meant_comes_first(typed: str, id_: str) -> None:
    assert BOOK.find(typed)[0].entry.id == id_


def test_the_nearest_of_equals_comes_first() -> None:
    near = Place(113.4985, 22.1180)
    hits = BOOK.find("Waterlogging", near, limit=3)
    assert hits[0].entry.id == "W08"
    assert [hit.metres for hit in hits] == sorted(hit.metres or 0 for hit in hits)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(BOOK.entries), st.data())
def test_every_entry_is_found_by_any_beginning_of_any_name(entry: Entry, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([name for name in entry.names.values() if name]))
    typed = name[: data.draw(st.integers(2, len(name)))]
    assert entry.id in {hit.entry.id for hit in BOOK.find(typed, entry.place, limit=1000)}


@given(st.text(max_size=30))
@settings(max_examples=100, deadline=None)
def test_nothing_that_is_typed_raises_anything(typed: str) -> None:
    assert len(BOOK.find(typed)) <= 10
    assert initials(typed).isalnum() or initials(typed) == ""


def test_an_operators_table_is_read_and_its_faults_are_named() -> None:
    table = (
        "id,kind,name_hans,name_pt,initials,lon,lat\n"
        "LP-0123,lamp-post,灯杆0123,,,113.52,22.13\n"
        "K2,km-post,环岛路K2+300,,hdlk2,113.51,22.10\n"
        "X1,road,,,,113.5,22.1\n"
        "X2,road,某路,,,22.1,113.5\n"
    )
    rows, _ = from_csv(table.encode("gbk"), "names.csv")
    entries, findings = of_rows(rows, "names.csv")
    assert [entry.id for entry in entries] == ["LP-0123", "K2"]
    assert [(finding.line, finding.code) for finding in findings] == [(4, "bad-row"), (5, "swapped")]
    assert Gazetteer(entries).find("hdl")[0].entry.id == "K2"
    assert Gazetteer(entries).find("lp 0123")[0].rank == 0


def test_a_hundred_thousand_names_are_asked_while_somebody_types() -> None:
    book = Gazetteer(
        [Entry(f"G-{i}", "road", {"zh-Hans": f"中心大道{i}号"}, Place(113.5, 22.1)) for i in range(100_000)]
    )
    start = time.process_time()
    assert book.find("大道77777")[0].entry.id == "G-77777"
    assert time.process_time() - start < 1.0


def test_a_name_falls_back_to_a_language_that_there_is() -> None:
    assert by_language({"zh-Hans": "桥", "en": "bridge"}, ["pt", "en"]) == "bridge"
    assert by_language({"zh-Hans": "桥"}, ["pt"]) == "桥"
    assert by_language({}, ["pt"]) is None
