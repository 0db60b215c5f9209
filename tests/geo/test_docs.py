"""docs/geo.md names every kind, every code and every verb of this room."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from coord.geo.facts import KINDS

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs/geo.md").read_text("utf-8")
CODE_AT = {"Refused": (1,), "Finding": (2,), "BadGeometry": (0,), "_unfit": (0, 1), "wrong": (0,)}


def codes() -> Iterator[tuple[str, str]]:
    for path in [*(ROOT / "coord/geo").rglob("*.py"), ROOT / "coord/cli/geo.py"]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                for word in (node.args[at] for at in CODE_AT.get(node.func.id, ()) if at < len(node.args)):
                    if isinstance(word, ast.Constant) and isinstance(word.value, str) and " " not in word.value:
                        yield path.name, word.value


def test_every_kind_is_documented() -> None:
    assert [kind for kind in KINDS if f"`{kind}`" not in DOCS] == []


def test_every_code_is_documented() -> None:
    found = set(codes())
    assert len(found) > 60
    assert [one for one in sorted(found) if f"`{one[1]}`" not in DOCS and one[1] != "/"] == []


def test_every_verb_is_documented() -> None:
    for verb in ("show", "exposure", "match", "export", "import"):
        assert f"coord geo {verb}" in DOCS
