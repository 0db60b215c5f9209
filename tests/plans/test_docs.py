"""docs/playbooks.md is true: its example is the one that is tested, and nothing that can be met is missing."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from coord.cli import plans as verb
from coord.plans import adoption
from coord.plans.form import DUTY, PLAN
from coord.plans.versions import KINDS
from tests.plans.test_check import good

DOCS = (Path(__file__).parents[2] / "docs" / "playbooks.md").read_text("utf-8")


def test_the_example_in_the_docs_is_the_good_set() -> None:
    shown = dict(re.findall(r"^`([a-z/]+\.yaml)`\n\n```yaml\n(.*?)```$", DOCS, re.MULTILINE | re.DOTALL))
    assert {name: text.encode() for name, text in shown.items()} == good()


def test_every_key_event_refusal_and_command_is_in_the_docs() -> None:
    words = {*PLAN.fields, *DUTY.fields, *KINDS}
    words |= set(re.findall(r'Refused\(.*?, "([a-z-]+)"\)', Path(adoption.__file__).read_text("utf-8")))
    assert [word for word in sorted(words) if f"`{word}`" not in DOCS and f"`{word}:" not in DOCS] == []
    parser = argparse.ArgumentParser()
    verb.arguments(parser)
    (verbs,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    assert [name for name in verbs.choices if f"coord plans {name}" not in DOCS] == []
