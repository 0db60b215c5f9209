"""Every file of tests/data/cap behaves as its manifest says."""

from __future__ import annotations

import csv
import re
import time
import tracemalloc
from datetime import UTC, datetime
from typing import Literal

import pytest

from coord.alerts.check import Checked, check
from coord.alerts.xml.reading import MAX_BYTES, Unreadable
from coord.errors import errors_in

from .given import DATA

NOW = datetime(2026, 11, 1, tzinfo=UTC)
Mode = Literal["compose", "ingest"]


def rows(folder: str) -> list[dict[str, str]]:
    with (DATA / folder / "MANIFEST.tsv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def looked_at(folder: str, row: dict[str, str], mode: Mode) -> Checked | None:
    """Return what became of the file, None when it was unreadable."""
    try:
        return check((DATA / folder / row["file"]).read_bytes(), mode, NOW)
    except Unreadable:
        return None


def codes(checked: Checked) -> set[str]:
    return {finding.code for finding in checked.findings}


@pytest.mark.parametrize("row", rows("rules"), ids=lambda row: row["file"])
def test_each_rule_is_found_where_it_is_broken_and_nowhere_else(row: dict[str, str]) -> None:
    checked = looked_at("rules", row, "compose")
    assert checked is not None
    wanted = set() if row["rule_broken"] == "-" else set(row["probe_hits"].split())
    assert codes(checked) == wanted


@pytest.mark.parametrize("row", rows("rules"), ids=lambda row: row["file"])
def test_a_broken_rule_on_ingest_never_costs_the_whole_message(row: dict[str, str]) -> None:
    checked = looked_at("rules", row, "ingest")
    assert checked is not None
    if row["rule_broken"] == "R01":  # an identifier cannot be guessed
        assert [finding.code for finding in errors_in(checked.findings)] == ["R01"]
    else:
        assert not errors_in(checked.findings)


REFUSED = re.compile(r"reject|refuse|invalid|XSD-valid: refuse", re.I)


@pytest.mark.parametrize("row", rows("attacks"), ids=lambda row: row["file"])
def test_each_attack_is_refused_or_kept_as_the_manifest_says(row: dict[str, str]) -> None:
    start = time.process_time()
    checked = looked_at("attacks", row, "compose")
    assert time.process_time() - start < 5
    refused = checked is None or bool(errors_in(checked.findings))
    if row["file"] in ("utf16-bom.xml", "hour-24.xml", "expires-9999.xml", "year-0001.xml", "gzip-bomb-hint.xml"):
        return  # either is right, as long as nothing breaks
    assert refused == (REFUSED.match(row["expected"]) is not None)


@pytest.mark.parametrize(("file", "code"), [
    ("nan-polygon.xml", "R39"),
    ("infinite-circle.xml", "R48"),
    ("exponent-coords.xml", "R48"),
    ("arabic-indic-digits.xml", "R48"),
    ("lonlat-swapped.xml", "R42"),
    ("many-infos.xml", "R46"),
    ("identifier-10KB.xml", "R46"),
    ("sent-in-future.xml", "clock"),
    ("bidi-override.xml", "bidi"),
    ("html-script-in-headline.xml", "markup"),
    ("unicode-confusable-sender.xml", "confusable"),
    ("javascript-web-uri.xml", "R26"),
    ("hour-24.xml", "R67"),
    ("expires-9999.xml", "R67"),
    ("year-0001.xml", "R67"),
])  # fmt: skip
def test_an_attack_is_called_by_its_name(file: str, code: str) -> None:
    checked = looked_at("attacks", {"file": file}, "compose")
    assert checked is not None
    assert code in codes(checked)


@pytest.mark.parametrize(
    "file", ["xxe-file.xml", "external-dtd.xml", "billion-laughs.xml", "internal-entity-in-identifier.xml"]
)
def test_a_document_type_is_refused_before_anything_is_parsed(file: str) -> None:
    with pytest.raises(Unreadable, match="R69"):
        check((DATA / "attacks" / file).read_bytes(), "ingest")


def test_a_comment_does_not_cut_an_identifier_short() -> None:
    split = looked_at("attacks", {"file": "comment-splits-identifier.xml"}, "ingest")
    cdata = looked_at("attacks", {"file": "cdata-in-identifier.xml"}, "ingest")
    assert split is not None
    assert cdata is not None
    assert (split.seen.identifier, cdata.seen.identifier) == ("T-12", "T-7")


@pytest.mark.parametrize("row", rows("real"), ids=lambda row: row["file"])
def test_each_real_message_is_read_on_ingest_as_the_manifest_says(row: dict[str, str]) -> None:
    checked = looked_at("real", row, "ingest")
    if row["valid_by_XSD"].startswith("not-a-cap-alert") or row["special"].startswith("ATTACK"):
        assert checked is None
        return
    assert checked is not None
    assert ("R00" in codes(checked)) == (row["valid_by_XSD"] == "no")
    assert (checked.alert is None) == (row["valid_by_XSD"] == "no")
    if checked.alert is None:
        return
    wanted = dict(pair.split("=") for pair in row["shape"].split())
    assert checked.alert.msg_type == row["msgType"]
    assert len(checked.alert.infos) == int(wanted["infos"])
    assert len(checked.alert.areas) == int(wanted["areas"])
    assert checked.signatures == int(wanted["sigs"])


def test_nothing_larger_than_the_limit_is_looked_at() -> None:
    with pytest.raises(Unreadable, match="R46"):
        check(b"<alert>" + b" " * MAX_BYTES, "ingest")


def test_a_hostile_prolog_costs_little_time_and_memory() -> None:
    raw = b'<?xml version="1.0"?>' + b"<!-- -->" * 500_000 + b"<!DOCTYPE x><alert/>"
    tracemalloc.start()
    start = time.process_time()
    with pytest.raises(Unreadable):
        check(raw, "ingest")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.process_time() - start < 2
    assert peak < 50_000_000


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "iso-8859-1"])
def test_a_document_type_is_found_in_every_encoding_that_is_let_in(encoding: str) -> None:
    name = encoding.replace("-le", "").replace("-be", "").replace("-sig", "")
    text = f'<?xml version="1.0" encoding="{name}"?><!-- a --><!DOCTYPE alert [<!ENTITY a "b">]><alert>&a;</alert>'
    with pytest.raises(Unreadable, match="R69"):
        check(text.encode(encoding), "ingest")


def test_utf_32_is_refused() -> None:
    with pytest.raises(Unreadable):
        check("<alert/>".encode("utf-32"), "ingest")
