"""Every event kind, refusal code, shelf and act of the command line stands in docs/access.md."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import coord.access
from coord.access import documents
from coord.access.model import KINDS
from coord.cli import people
from coord.errors import CoordError

DOCS = (Path(__file__).parents[2] / "docs" / "access.md").read_text("utf-8")
SOURCES = [*Path(coord.access.__file__).parent.glob("*.py"), Path(people.__file__)]


def codes() -> set[str]:
    found: set[str] = set()
    for module in pkgutil.iter_modules(coord.access.__path__, "coord.access."):
        for thing in vars(importlib.import_module(module.name)).values():
            if isinstance(thing, type) and issubclass(thing, CoordError) and thing.__module__ == module.name:
                found.add(thing.code)
    for source in SOURCES:
        found |= set(re.findall(r'raise Refused\([^)]*, "([a-z-]+)"\)', source.read_text("utf-8")))
    return found - {"not-found"}


@pytest.mark.parametrize("word", sorted(KINDS) + sorted(codes()))
def test_every_kind_and_code_is_explained(word: str) -> None:
    assert f"`{word}`" in DOCS


def test_every_shelf_is_listed() -> None:
    shelves = [value for name, value in vars(documents).items() if name.isupper() and isinstance(value, str)]
    assert len(shelves) > 10
    for shelf in shelves:
        assert f"`{shelf}`" in DOCS


def test_every_act_of_the_command_line_is_listed() -> None:
    parser = argparse.ArgumentParser()
    people.arguments(parser)
    acts = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    for act in acts.choices:
        assert re.search(rf"`{act}[ `]", DOCS), act


def test_the_scripts_word_for_the_password_is_in_the_docs() -> None:
    assert f"`{people.WORD}`" in DOCS
