"""Each kind of finding has a file that shows it, and names the place."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from coord.errors import Finding, Unfit, errors_in
from coord.plans.check import check, check_files
from coord.plans.load import files_of, load
from tests.plans.sample import files, sample

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs" / "playbooks.md"
BAD = sorted((HERE / "bad").glob("*.yaml"))
WITHOUT_LINE = {"encoding", "too-large", "one-master", "empty"}
ELSEWHERE = {"json", "missing-row", "merged-cells", "workbook", "cell"}
"""Codes of things that are no files of a set: shown by their own tests."""


@cache
def good() -> dict[str, bytes]:
    return files_of(HERE / "good")


CALLS = {"Finding": 2, "finding": 2, "wrong": 2, "_refuse": 0}
"""Which argument of each call is the code of a finding."""


def codes_in(path: Path) -> set[str]:
    """Return the codes of findings that a module can make."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            argument = node.args[CALLS[name]] if name in CALLS and len(node.args) > CALLS[name] else None
            if isinstance(argument, ast.Constant):
                found.add(str(argument.value))
    return found


def findings_of(path: Path) -> tuple[str, list[Finding], set[str]]:
    """Return the name of the bad file in the set, the findings of the set with it, and what else it may show."""
    body = path.read_bytes()
    words = dict(re.findall(rb"^# (as|also|pad): (.+)$", body, re.MULTILINE))
    name = words[b"as"].decode()
    if b"pad" in words:
        body += b"#" * int(words[b"pad"])
    _, findings = check_files({**good(), name: body})
    return name, findings, set(words.get(b"also", b"").decode().split())


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_file_shows_its_finding_and_where_it_is(path: Path) -> None:
    name, findings, also = findings_of(path)
    found = [finding for finding in findings if finding.code == path.stem]
    assert found, [str(finding) for finding in findings]
    assert any(finding.source == name for finding in found) or path.stem == "one-master"
    if path.stem not in WITHOUT_LINE:
        assert any(finding.line for finding in found)
    others = {finding.code for finding in errors_in(findings)} - {path.stem} - also
    assert not others


def test_every_code_of_a_finding_has_a_bad_file_and_a_sentence_in_the_docs() -> None:
    codes = set().union(*map(codes_in, (HERE.parents[1] / "coord" / "plans").glob("*.py")))
    known = {path.stem for path in BAD} | ELSEWHERE
    assert codes <= known, codes - known
    said = DOCS.read_text("utf-8")
    assert not [code for code in known if f"`{code}`" not in said]


def test_the_good_set_and_the_sample_set_have_no_error_and_no_warning() -> None:
    for some in (good(), files()):
        plans, findings = check_files(some)
        assert plans is not None
        assert [str(finding) for finding in findings if finding.level != "note"] == []


def test_all_findings_come_at_once_and_nothing_is_loaded_halfway() -> None:
    broken = good()["specific/flood.yaml"].replace(b"owner: RES", b"owner: res").replace(b"T+24 h", b"half a day")
    with pytest.raises(Unfit) as refused:
        load({**good(), "specific/flood.yaml": broken})
    lines = {(finding.code, finding.line) for finding in refused.value.findings}
    assert len([code for code, _ in lines if code == "word"]) == 3
    assert any(code == "misread" for code, _ in lines)


def test_a_mistake_in_one_place_is_not_reported_again_wherever_it_is_referred_to() -> None:
    broken = good()["specific/flood.yaml"].replace("title: 退水后检查堤防".encode(), b"titel: x")
    _, findings = check_files({**good(), "specific/flood.yaml": broken})
    assert {finding.code for finding in findings} == {"unknown-key", "missing-key"}


def test_a_set_without_its_files_is_checked_too() -> None:
    assert [finding for finding in check(sample()) if finding.level == "error"] == []
