"""The fast reader and the full one never disagree: the fast one gives the same tree, or nothing."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from coord.errors import Finding
from coord.plans.node import Node
from coord.plans.plainly import plain_tree
from coord.plans.tree import full_tree
from tests.plans.sample import files
from tests.plans.test_check import good

FLOOD = good()["specific/flood.yaml"].decode()
WORDS = ["a", "b-c", "x: y", "k:", "- ", "[a, b]", "{k: v}", '"q"', "'q'", " #c", "#", "T+1 h", "08:00", ":", "中"]
MARKS = [",", "[", "]", "{", "}", "|", ">", "&a", "*a", "!t", "?", "\\", "---"]
BITS = st.sampled_from([*WORDS, *MARKS, "\n", "\n  ", "\n    ", "  ", " "])


def both(text: str) -> tuple[Node | None, Node | None]:
    findings: list[Finding] = []
    return plain_tree(text, "x.yaml"), full_tree(text, "x.yaml", findings)


def never_disagree(text: str) -> None:
    plain, full = both(text)
    assert plain is None or plain == full


@given(st.lists(BITS, max_size=30).map("".join))
@settings(max_examples=400, deadline=None)
@example("a: b # c\nd: [x , 'y' ]  # e\n")
@example("a:\n- b\n- c: d\n  e: f\n")
@example("a: b\n  c\n")
@example("a: b #c\n")
@example("a: b#c\n")
@example("a: 'b''c'\n")
@example("a: {k: v, k: w}\n")
@example("a:\n\n# x\n    b: c\n   # y\nd: e")
@example("- - a\n")
@example("a: [b: c]\n")
@example("a: [b, ]\n")
@example("a: {b : c}\n")
@example("a: - b\n")
@example("a: b: c\n")
@example("a: =\n")
@example("a: \n")
@example("a: x \n")
@example("- \n- a\n")
@example('a: "b"c\n')
def test_any_text_is_read_alike_or_not_at_all(text: str) -> None:
    never_disagree(text)


@given(st.integers(0, len(FLOOD) - 1), st.integers(0, 8), st.lists(BITS, max_size=4).map("".join))
@settings(max_examples=80, deadline=None)
def test_a_damaged_plan_is_read_alike_or_not_at_all(at: int, cut: int, put: str) -> None:
    never_disagree(FLOOD[:at] + put + FLOOD[at + cut :])


def test_the_shipped_files_are_plain() -> None:
    for some in (files(), good()):
        for name, body in some.items():
            plain, full = both(body.decode())
            assert plain is not None, name
            assert plain == full
