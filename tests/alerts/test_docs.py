"""Every kind, code and setting of this room stands in docs/alerts.md."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from coord.alerts.compose.kinds import KINDS as KINDS_OF_MESSAGE
from coord.alerts.facts import KINDS
from coord.alerts.profiles import PROFILES
from coord.alerts.rules.table import RULES
from coord.alerts.thread import Policy

ROOT = Path(__file__).parent.parent.parent
DOC = (ROOT / "docs" / "alerts.md").read_text("utf-8")
SOURCES = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "coord" / "alerts").rglob("*.py")))


def codes() -> list[str]:
    """Codes of refusals and findings that the sources name as such."""
    named = re.findall(r'(?:error|advice|Finding)\([^"]*(?:"[^"]*",\s*)?[^"]*"([a-z0-9]+(?:-[a-z0-9]+)+)"', SOURCES)
    refusals = re.findall(r'"([a-z]+(?:-[a-z]+)+)"\)\s*(?:from None)?$', SOURCES, re.M)
    return sorted({*named, *refusals})


@pytest.mark.parametrize(
    "word",
    [*KINDS, *RULES, *PROFILES, *KINDS_OF_MESSAGE, *(field.name for field in dataclasses.fields(Policy)), *codes()],
)
def test_it_is_documented(word: str) -> None:
    assert f"`{word}`" in DOC
