"""Hostile and careless files: findings with a place, in bounded time, and never anything else."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coord.errors import Finding, Unfit
from coord.plans.form import PLAN
from coord.plans.load import from_json, load
from coord.plans.tree import MOST_BYTES
from tests.plans.sample import PLAYBOOKS, sample
from tests.plans.test_check import good

MASTER = good()["master.yaml"].decode()
TOKENS = st.sampled_from(
    ["plan: x\n", "- ", "  ", "\n", ": ", "{", "}", "[", "]", "&a ", "*a", "!!x ", "? ", "| \n", ">-\n", '"', "'", "#"]
)
SOUP = st.lists(TOKENS | st.text(max_size=5), max_size=60).map("".join)


def refusal(body: bytes) -> Sequence[Finding]:
    """Return why *body* is no set of plans; none when it is one."""
    try:
        load({"master.yaml": body})
    except Unfit as refused:
        return refused.findings
    return ()


def loads_or_refuses(body: bytes) -> None:
    began = time.process_time()
    assert all(finding.source == "master.yaml" or not finding.line for finding in refusal(body))
    assert time.process_time() - began < 5


@given(SOUP)
@settings(max_examples=200, deadline=None)
@example("? ? ? ?\n")
@example("--- !!map\n%YAML 1.2\n")
@example("a: |\n\n\n  x\n y")
@example("\ufeffplan: x")
def test_any_text_is_a_set_of_plans_or_findings(text: str) -> None:
    loads_or_refuses(text.encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_a_set_of_plans_or_findings(body: bytes) -> None:
    loads_or_refuses(body)


@given(st.integers(0, len(MASTER) - 1), st.integers(0, 12), SOUP)
@settings(max_examples=60, deadline=None)
def test_a_damaged_plan_is_a_set_of_plans_or_findings(at: int, cut: int, put: str) -> None:
    loads_or_refuses((MASTER[:at] + put + MASTER[at + cut :]).encode("utf-8", "surrogatepass"))


BOMBS: dict[str, Callable[[], str]] = {
    "aliases": lambda: (
        "a: &a [x,x]\n" + "".join(f"{c}: &{c} [*{b},*{b}]\n" for b, c in zip("abcdefgh", "bcdefghi", strict=True))
    ),
    "lists": lambda: "[" * (MOST_BYTES - 10),
    "tables": lambda: "{a: " * (MOST_BYTES // 5),
    "keys": lambda: "? " * (MOST_BYTES // 3),
    "dashes": lambda: "- " * (MOST_BYTES // 3),
    "lines": lambda: "".join(f"k{n}: v\n" for n in range(12_000)),
    "quote": lambda: '"' + "x" * (MOST_BYTES - 10),
    "one-word": lambda: "x" * (MOST_BYTES - 10),
    "blanks": lambda: "plan: |\n" + " \n" * (MOST_BYTES // 3),
    "colons": lambda: "a:" * (MOST_BYTES // 3),
    "tags": lambda: "!<" * (MOST_BYTES // 3),
    "comments": lambda: "#\n" * (MOST_BYTES // 3),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_met_in_bounded_time(name: str) -> None:
    loads_or_refuses(BOMBS[name]().encode())


def test_ten_megabytes_are_refused_unread() -> None:
    began = time.process_time()
    loads_or_refuses(b"x: y\n" * 2_000_000)
    assert time.process_time() - began < 1


@pytest.mark.parametrize("encoding", ["gbk", "big5", "utf-16", "utf-32", "latin-1"])
def test_another_encoding_is_named(encoding: str) -> None:
    found = refusal("plan: ma\ntitle: 預案 é".encode(encoding, "ignore"))
    assert [finding.code for finding in found] == ["encoding"]


def test_nothing_is_guessed() -> None:
    odd = {"night": "no", "tide": "22:30", "size": "0123", "half": "1e3", "gone": "null", "wave": "~"}
    text = MASTER.replace("night: 夜间", "\n  ".join(f"{key}: {value}" for key, value in odd.items()))
    assert load({"master.yaml": text.encode()}).master.properties == odd


def test_layout_comments_and_order_of_entries_do_not_change_the_digest() -> None:
    plans = load(good())
    flood = good()["specific/flood.yaml"]
    other = {**good(), "specific/flood.yaml": b"# another comment\n\n" + flood.replace(b"\n", b"\r\n")}
    assert load(dict(reversed(other.items()))).digest == plans.digest
    plain = PLAN.plain(plans["flood"])
    plain["duties"].reverse()
    as_json = json.dumps(plain, ensure_ascii=False, indent=1).encode()
    assert load({**good(), "specific/flood.yaml": as_json}).digest == plans.digest


def test_a_changed_word_changes_the_digest() -> None:
    other = {**good(), "specific/flood.yaml": good()["specific/flood.yaml"].replace(b"T+3 h", b"T+4 h")}
    assert load(other).digest != load(good()).digest


def test_the_canonical_form_reads_back_as_the_same_set() -> None:
    again = from_json(sample().to_json())
    assert again == sample()
    assert again.to_json() == sample().to_json()
    assert again.master.groups == sample().master.groups


@given(
    st.text(max_size=30) | st.sampled_from(["[]", "{}", '{"plans": 1, "texts": {}}', '{"plans": [[]], "texts": {}}'])
)
def test_any_other_json_is_refused(text: str) -> None:
    with pytest.raises(Unfit):
        from_json(text.encode("utf-8", "surrogatepass"))


def test_a_folder_is_read_by_itself() -> None:
    from coord.plans.load import load_folder

    assert load_folder(PLAYBOOKS) == sample()
