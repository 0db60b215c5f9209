"""What is not in docs/ does not exist for those who run coord: every kind of event, setting, code, verb, route."""

from __future__ import annotations

import ast
import dataclasses
import re
from functools import cache
from pathlib import Path

import pytest

from coord.api.problems import STATUS
from coord.api.rooms import CODEC
from coord.api.settings import Settings
from coord.cli import VERBS
from coord.hub.session import CLOSE
from tools.api_docs import PAGE, page

ROOT = Path(__file__).parent.parent


@cache
def docs() -> str:
    return "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "docs").rglob("*.md")))


def missing(words: list[str]) -> list[str]:
    return [word for word in words if not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", docs())]


def test_every_kind_of_event_is_documented() -> None:
    assert not missing(sorted(CODEC.kinds))


def test_every_setting_is_documented() -> None:
    assert not missing([field.name for field in dataclasses.fields(Settings)])


def test_every_verb_of_the_command_line_is_documented() -> None:
    assert not missing([f"coord {verb}" for verb in VERBS])


def test_every_close_code_is_documented() -> None:
    assert not missing([str(code) for code in CLOSE])


def test_every_code_of_a_refusal_is_documented() -> None:
    assert not missing(sorted({*STATUS, *codes()}))


def codes() -> set[str]:
    """Return the codes that the sources give to refusals."""
    found = set()
    for path in (ROOT / "coord").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                found |= _class_codes(node)
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused" and len(node.args) > 1:
                code = node.args[1]
                if isinstance(code, ast.Constant):
                    found.add(str(code.value))
    return found


def _class_codes(node: ast.ClassDef) -> set[str]:
    return {
        str(line.value.value)
        for line in node.body
        if isinstance(line, ast.Assign)
        and isinstance(line.targets[0], ast.Name)
        and line.targets[0].id == "code"
        and isinstance(line.value, ast.Constant)
    }


def test_the_page_of_routes_is_current() -> None:
    if PAGE.read_text("utf-8") != page():
        pytest.fail("docs/api.md is not what the routes are: run python -m tools.api_docs")
