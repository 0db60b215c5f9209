"""Foreign pages are turned away, whatever their Origin looks like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coord.access.origins import ForeignOrigin, Origins, parse_origin

OURS = Origins(["centre.example", "127.0.0.1:8000"], ["https://wall.example:8443"])


@pytest.mark.parametrize(
    ("origin", "host", "tls"),
    [
        ("https://centre.example", "centre.example", True),
        ("https://CENTRE.example:443", "centre.example", True),
        ("http://127.0.0.1:8000", "127.0.0.1:8000", False),
        ("https://wall.example:8443", "centre.example", True),
    ],
)
def test_our_own_pages_and_the_listed_ones_may_talk_to_us(origin: str, host: str, tls: bool) -> None:
    OURS.check(origin, host, tls=tls)


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://centre.example",
        "https://centre.example:444",
        "https://centre.example.evil.example",
        "https://evil.example/centre.example",
        "https://centre.example@evil.example",
        "https://user:pw@centre.example",
        "https://centre.example/",
        "https://centre.example?",
        "https://centre.example#",
        "https://centre.example\n",
        "https://centre.exam\tple",
        "https://centre.example:99999",
        "https://[",
        "null",
        "",
        "file://",
        "centre.example",
        "https://wall.example",
    ],
)
def test_a_foreign_or_odd_origin_is_refused_with_or_without_a_token(origin: str) -> None:
    for bearer in (False, True):
        with pytest.raises(ForeignOrigin):
            OURS.check(origin, "centre.example", tls=True, bearer=bearer)


def test_only_a_program_with_its_own_token_may_leave_origin_out() -> None:
    OURS.check(None, "centre.example", tls=True, bearer=True)
    with pytest.raises(ForeignOrigin):
        OURS.check(None, "centre.example", tls=True)


def test_a_name_that_was_bound_to_our_address_is_not_ours() -> None:
    with pytest.raises(ForeignOrigin):
        OURS.check("https://evil.example", "evil.example", tls=True)
    with pytest.raises(ForeignOrigin):
        OURS.check("https://centre.example", None, tls=True)
    Origins().check("https://any.example", "any.example", tls=True)


@given(st.text(max_size=40))
def test_an_origin_is_one_or_it_is_refused(text: str) -> None:
    try:
        scheme, host, port = parse_origin(text)
    except ValueError:
        return
    assert scheme in ("http", "https")
    assert host
    assert 0 < port < 65536
