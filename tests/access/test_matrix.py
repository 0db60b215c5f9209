"""The table of rights is complete, keeps its own rules, and reads the same in the docs."""

from __future__ import annotations

from pathlib import Path

import pytest

from coord.access.actions import ACTIONS
from coord.access.matrix import MATRIX
from coord.access.roles import ALONE, RESERVED, ROLES, TWO_PERSONS

DOCS = Path(__file__).parents[2] / "docs" / "access.md"
BEGIN, END = "<!-- rights: begin -->", "<!-- rights: end -->"
HELD = [role for role in ROLES if role not in RESERVED]


def as_markdown() -> str:
    """The table as docs/access.md prints it."""
    lines = [
        "| Action | To … | Nature | " + " | ".join(HELD) + " |",
        "|---|---|---|" + "---|" * len(HELD),
    ]
    for action, right in MATRIX.items():
        cells = [right.may[role][0].upper() if role in right.may else "" for role in HELD]
        lines.append(f"| `{action}` | {right.words} | {right.nature} | " + " | ".join(cells) + " |")
    return "\n".join(line.replace("|  ", "| ").replace("|  ", "| ") for line in lines)


def test_every_action_has_a_row_and_every_row_an_action() -> None:
    assert tuple(MATRIX) == ACTIONS
    assert len(set(ACTIONS)) == len(ACTIONS)


def test_the_docs_print_the_same_table() -> None:
    printed = DOCS.read_text("utf-8").partition(BEGIN)[2].partition(END)[0].strip()
    if printed != as_markdown():
        pytest.fail(f"put this table into {DOCS.name}:\n{as_markdown()}")


def test_who_keeps_the_keys_does_not_command_and_who_audits_does_not_act() -> None:
    for action, right in MATRIX.items():
        if right.nature in ("work", "command", "approve", "plan"):
            assert not set(ALONE) & right.may.keys(), action
        if right.nature == "read":
            assert right.may.get("auditor") == "jurisdiction", action
        if right.nature == "people":
            assert "auditor" not in right.may, action
        assert not RESERVED & right.may.keys()


def test_a_right_over_the_public_needs_a_role_that_two_persons_gave() -> None:
    for action, right in MATRIX.items():
        if right.nature in ("command", "approve"):
            assert right.may.keys() <= TWO_PERSONS, action


def test_every_right_belongs_to_somebody() -> None:
    assert all(right.may for right in MATRIX.values())
