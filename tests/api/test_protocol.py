"""docs/protocol.md says what is so: every code, close code, message, header and limit."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import coord
from coord.access.cookies import CSRF_HEADER
from coord.api.edge import LARGEST
from coord.api.openapi import WORDS
from coord.api.permits import AUDIENCES
from coord.api.problems import CODES, SENTENCES, STATUS, status_of
from coord.api.verbs import VERBS
from coord.errors import CoordError, Forbidden, NotFound, Unfit
from coord.hub.session import CLOSE, HEARD, SAID, Pace
from coord.hub.views import KEPT, RING, RING_SIZE

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "protocol.md").read_text("utf-8")


def rows(begin: str, end: str) -> list[list[str]]:
    """Return the cells of the table between two words of the page."""
    part = PAGE.partition(begin)[2].partition(end)[0].partition("|---|")[2].partition("\n")[2]
    lines = [line.strip("| \n").split(" | ") for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip("` ") for cell in cells] for cells in lines]


@cache
def classes() -> tuple[type[CoordError], ...]:
    """Return every class of refusal that there is."""
    for found in pkgutil.walk_packages(coord.__path__, "coord."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)

    def below(one: type[CoordError]) -> Iterator[type[CoordError]]:
        yield one
        for other in one.__subclasses__():
            yield from below(other)

    return tuple(dict.fromkeys(below(CoordError)))


def said(folder: str) -> Iterator[tuple[str, str]]:
    """Yield every code that a refusal is raised with in *folder*, and the class that it is given to."""
    for path in sorted((ROOT / "coord").glob(f"{folder}/**/*.py")) + sorted((ROOT / "coord").glob(f"{folder}.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) >= 2:
                last = node.args[-1]
                if node.func.id in {"Refused", "Forbidden"} and isinstance(last, ast.Constant):
                    yield str(last.value), node.func.id
                if node.func.id == "Finding" and isinstance(node.args[2], ast.Constant):
                    yield str(node.args[2].value), node.func.id


def test_the_page_prints_the_status_of_every_code() -> None:
    assert [(code, int(status)) for code, status, *_ in rows("codes: begin", "codes: end")] == list(STATUS.items())


def test_every_code_of_the_edge_stands_on_the_page() -> None:
    own = {code for folder in ("api", "hub", "client") for code, _ in said(folder)}
    own |= {one.code for one in classes() if one.__module__.startswith(("coord.api", "coord.hub", "coord.client"))}
    assert {"stale", "try-again", "unknown-plan", "gap", "no-answer"} <= own
    for code in own | set(CODES.values()):
        assert f"`{code}`" in PAGE, code


@pytest.mark.parametrize("kind", classes(), ids=lambda kind: f"{kind.__module__}.{kind.__qualname__}")
def test_a_refusal_has_the_status_of_its_class_by_its_code_alone(kind: type[CoordError]) -> None:
    """A repeated command gets its first refusal back by code, so the code must be enough."""
    if issubclass(kind, Forbidden):
        assert STATUS[kind.code] in {401, 403}
    if issubclass(kind, NotFound):
        assert STATUS.get(kind.code, 404) == 404
    if issubclass(kind, Unfit):
        assert STATUS.get(kind.code, 422) == 422


def test_whatever_is_raised_as_forbidden_anywhere_is_403() -> None:
    for folder in ("incidents", "access", "api", "geo", "alerts", "plans", "store", "hub"):
        for code, kind in said(folder):
            if kind == "Forbidden":
                assert STATUS.get(code) == 403, code
    assert status_of(Forbidden("no", "never-heard-of")) == 403
    assert status_of(NotFound("no")) == 404


def test_the_page_prints_every_close_code_and_whether_to_come_back() -> None:
    printed = {int(code): words for code, words in rows("| close code", "The library below")}
    assert set(printed) == set(CLOSE)
    for code, words in CLOSE.items():
        assert ("come back" in words) == ("come back" in printed[code]), code


def test_the_page_shows_every_message_and_audience_and_header() -> None:
    for kind in (*HEARD, *SAID):
        assert f'{{"type": "{kind}"' in PAGE, kind
    for audience in AUDIENCES:
        assert f"`{audience}" in PAGE
    for header in ("Idempotency-Key", "If-Match", "If-None-Match", "X-Coord-Sent", CSRF_HEADER, "Retry-After"):
        assert header in PAGE
    for text in {name for verb in VERBS for name in verb.texts}:
        assert f"`{text}`" in PAGE


def test_the_figures_of_the_page_are_those_of_the_code() -> None:
    pace = Pace()
    assert f"every {pace.beat.total_seconds():g} seconds" in PAGE
    assert f"within {pace.hello.total_seconds():g} seconds" in PAGE
    assert f"no byte was taken for {pace.slow.total_seconds():g} seconds" in PAGE
    assert f"every {pace.recheck.total_seconds():g} seconds" in PAGE
    assert (RING, RING_SIZE, KEPT, LARGEST) == (4096, 8_000_000, 600.0, 2**20)
    assert re.search(r"\(4096\s+frames or 8 million characters a view; ten minutes", PAGE)


def test_every_documented_status_is_the_status_of_some_code() -> None:
    assert set(WORDS) <= {*STATUS.values(), 409}
    assert set(SENTENCES) <= set(CODES)
