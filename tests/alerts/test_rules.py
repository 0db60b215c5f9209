"""The rules are silent about what is right, bounded on what is hostile, and whole on geometry."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from datetime import timedelta

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from coord.alerts.check import check
from coord.alerts.model import Alert, Area, Circle, Info, Named, Place, Reference
from coord.alerts.rules.area import ring_hits, turns_once, unrolled
from coord.alerts.rules.table import RULES
from coord.alerts.rules.tangle import pairs
from coord.alerts.xml.reading import Unreadable
from coord.alerts.xml.writing import render
from coord.errors import Finding

from .given import DATA, HOUR, NOON, alerts, draft, rings, square

corners = st.lists(
    st.tuples(st.integers(-20, 20), st.integers(-20, 20)).map(lambda at: Place(at[0] / 7, at[1] / 7)),
    min_size=3,
    max_size=9,
).map(lambda ring: (*ring, ring[0]))


def _round(ring: tuple[Place, ...]) -> tuple[Place, ...]:
    """The corners of *ring* in the order in which somebody in the middle sees them: mostly an outline."""
    lon, lat = (sum(getattr(place, name) for place in ring[1:]) / len(ring[1:]) for name in ("lon", "lat"))
    turned = sorted(ring[1:], key=lambda place: math.atan2(place.lat - lat, place.lon - lon))
    return (*turned, turned[0])


def star(points: int, step: int) -> tuple[Place, ...]:
    """A star polygon: it turns to one side only, *step* times round."""
    at = [2 * math.pi * n * step / points for n in range(points)]
    ring = tuple(Place(math.cos(angle), math.sin(angle)) for angle in at)
    return (*ring, ring[0])


@settings(max_examples=200)
@given(corners.map(_round) | corners)
def test_the_quick_look_at_a_ring_never_passes_what_geos_refuses(ring: tuple[Place, ...]) -> None:
    lats = [place.lat for place in ring]
    if turns_once(unrolled(ring), lats):
        shape = shapely.Polygon(zip(unrolled(ring), lats, strict=True))
        assert shape.is_valid
        assert shape.area > 0


@pytest.mark.parametrize(("points", "step"), [(5, 2), (7, 2), (7, 3), (8, 3), (9, 4)])
def test_a_star_turns_one_way_and_crosses_itself_all_the_same(points: int, step: int) -> None:
    assert [hit.code for hit in ring_hits([("here", star(points, step))])] == ["R44b"]


@pytest.mark.parametrize("points", [3, 4, 5, 12, 360])
def test_a_round_outline_is_sound_at_a_glance(points: int) -> None:
    ring = star(points, 1)
    assert turns_once(unrolled(ring), [place.lat for place in ring])
    assert list(ring_hits([("here", ring)])) == []


@settings(max_examples=200)
@given(corners)
def test_a_ring_is_judged_as_geos_judges_it(ring: tuple[Place, ...]) -> None:
    shape = shapely.Polygon(zip(unrolled(ring), [place.lat for place in ring], strict=True))
    wanted = ["R44"] if shape.area == 0 else [] if shape.is_valid else ["R44b"]
    assert [hit.code for hit in ring_hits([("here", ring)])] == wanted


def test_a_ring_across_the_antimeridian_is_one_piece() -> None:
    fiji = (Place(179, -16), Place(-179, -16), Place(-179, -17), Place(179, -17), Place(179, -16))
    assert unrolled(fiji) == [179, 181, 181, 179, 179]
    assert list(ring_hits([("here", fiji)])) == []
    bow = (Place(179, -16), Place(-179, -17), Place(-179, -16), Place(179, -17), Place(179, -16))
    assert [hit.code for hit in ring_hits([("here", bow)])] in (["R44"], ["R44b"])


@settings(max_examples=200)
@given(rings)
def test_any_ring_on_earth_is_judged(ring: tuple[Place, ...]) -> None:
    assert [hit.code for hit in ring_hits([("here", ring)])] in ([], ["R44"], ["R44b"])


@pytest.mark.parametrize("ring", [(Place(1, 1),), (Place(1, 1), Place(1, 1)), (Place(1, 1), Place(2, 2), Place(1, 1))])
def test_a_ring_without_corners_encloses_nothing(ring: tuple[Place, ...]) -> None:
    assert [hit.code for hit in ring_hits([("here", ring)])] == ["R44"]


def test_each_ring_is_told_at_its_own_place() -> None:
    bow = (Place(0, 0), Place(3, 2), Place(3, 0), Place(0, 1), Place(0, 0))
    flat = (Place(0, 0), Place(1, 1), Place(2, 2), Place(0, 0))
    told = [(hit.path, hit.code) for hit in ring_hits([("a", square()), ("b", bow), ("c", flat), ("d", bow)])]
    assert told == [("b", "R44b"), ("c", "R44"), ("d", "R44b")]


def told(alert: Alert) -> dict[str, Finding]:
    return {finding.code: finding for finding in check(render(alert), "compose").findings}


def message(**changes: object) -> Alert:
    info = {name: changes.pop(name) for name in list(changes) if name in Info.__slots__}
    base = replace(draft(), identifier="HQ-1", sent=NOON)
    infos = tuple(replace(one, **info) for one in base.infos)  # type: ignore[arg-type]
    return replace(base, **{"infos": infos, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "alert"),
    [
        ("R45", message(areas=(Area("a", (star(102, 1),)),))),
        ("R44b", message(areas=(Area("a", (star(5, 2),)),))),
        ("R49", message(areas=(Area("a", circles=(Circle(Place(113, 22), 0),)),))),
        ("R57", message(language="en", severity="Severe")),
        ("R61", message(responses=("Assess",))),
        ("R63", message(event_codes=(Named("S.A.M.E.", "FFW"),))),
        ("R63", message(parameters=(Named("eas", "1"),))),
        ("R12", message(msg_type="Update", references=(Reference("a", "b", NOON + HOUR),))),
        ("R25", message(expires=NOON + timedelta(days=8))),
        ("R51", message(areas=(Area("a", (square(),), altitude=300.0, ceiling=200.0),))),
        ("R46", message(identifier="x" * 1001)),
    ],
)
def test_a_rule_speaks_up(code: str, alert: Alert) -> None:
    if code == "R57":
        alert = replace(alert, infos=(*alert.infos[:1], replace(alert.infos[1], severity="Minor")))
    assert code in told(alert)


def test_incidents_and_addresses_want_their_quotes_closed() -> None:
    raw = render(message(incidents=("a b",)))
    assert "R62" not in {finding.code for finding in check(raw, "compose").findings}
    broken = raw.replace(b'"a b"', b'"a b')
    assert "R62" in {finding.code for finding in check(broken, "compose").findings}


@pytest.mark.parametrize("old", ["2026-09-23T12:00:00+08:00"])
@pytest.mark.parametrize("new", ["2026-09-23T04:00:00Z", "2026-09-23T12:00:00.5+08:00", "2026-09-23T12:00:00+0800"])
def test_a_time_in_another_form_is_converted_on_ingest_and_refused_in_ours(old: str, new: str) -> None:
    raw = render(message()).replace(old.encode(), new.encode())
    ingest, compose = check(raw, "ingest"), check(raw, "compose")
    assert ingest.alert is not None
    assert ingest.alert.sent == NOON
    assert "R03" in {finding.code for finding in ingest.findings}
    assert compose.alert is None


def test_elements_out_of_order_are_found_by_name() -> None:
    raw = render(message())
    moved = raw.replace(b"<status>Actual</status>", b"").replace(b"<sent>", b"<status>Actual</status><sent>")
    checked = check(moved, "ingest")
    assert checked.alert == message()
    assert [finding.code for finding in checked.findings] == ["R68"]
    assert check(moved, "compose").alert is None


def test_an_empty_language_means_english() -> None:
    raw = render(message()).replace(b"<language>pt</language>", b"<language/>")
    checked = check(raw, "ingest")
    assert checked.alert is not None
    assert checked.alert.infos[2].language == "en-US"


def test_a_second_alert_inside_a_signature_says_nothing() -> None:
    seal = b'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:Object>'
    inner = render(message(identifier="EVIL")).partition(b"?>")[2]
    raw = render(message()).replace(b"</alert>", seal + inner + b"</ds:Object></ds:Signature></alert>")
    checked = check(raw, "ingest")
    assert checked.alert is None
    assert checked.seen == message()
    assert "R70" in {finding.code for finding in checked.findings}


def test_another_element_of_xml_dsig_is_no_signature() -> None:
    stray = b'<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/></alert>'
    raw = render(message()).replace(b"</alert>", stray)
    assert "R52" in {finding.code for finding in check(raw, "ingest").findings}


def test_the_limit_of_points_is_kept() -> None:
    ring = " ".join(f"{22 + n % 7 / 100},{113 + n % 11 / 100}" for n in range(100_001))
    raw = render(message()).replace(b"</polygon>", f"</polygon><polygon>{ring}</polygon>".encode(), 1)
    assert "R46" in {finding.code for finding in check(raw, "ingest").findings}


def comb(teeth: int) -> tuple[Place, ...]:
    """Slanted teeth that do not cross: every box lies over every other."""
    wide = 1 / teeth
    ring = [
        place
        for n in range(teeth)
        for place in (
            Place(n * wide, 0),
            Place(n * wide + 1, 1),
            Place((n + 0.5) * wide + 1, 1),
            Place((n + 0.5) * wide, 0),
        )
    ]
    return (*ring, Place(3, -0.5), Place(-1, -0.5), ring[0])


def test_a_ring_that_would_keep_geos_for_minutes_is_refused_in_a_moment() -> None:
    assert [hit.code for hit in ring_hits([("here", comb(24_000))])] == ["R46"]
    assert list(ring_hits([("here", comb(1_000))])) == []


@settings(max_examples=100)
@given(rings)
def test_the_count_of_pairs_is_never_negative_and_never_more_than_all(ring: tuple[Place, ...]) -> None:
    counted = pairs(unrolled(ring), [place.lat for place in ring])
    assert 0 <= counted <= len(ring) * (len(ring) - 1) // 2


def filled(what: str, times: int) -> bytes:
    """A message with *what* in its head many times over."""
    return render(message()).replace(b"<info>", (what * times).encode() + b"<info>", 1)


@pytest.mark.parametrize(
    "raw",
    [
        filled("<code/>", 60_000),
        filled("<x/>", 60_000),
        filled("<sent/>", 60_000),
        filled("<x>" * 200 + "<y/>" * 60_000 + "</x>" * 200, 1),
        filled("<references>" + "a,b " * 500_000 + "</references>", 1),
        filled("<addresses>" + '"a ' * 500_000 + "</addresses>", 1),
        render(message()).replace(b"<headline>", b"<headline>&lt;" + b" " * 2_000_000, 1),
        render(message(areas=tuple(Area("a", (square(),)) for _ in range(2_001)))),
    ],
    ids=["empty", "unknown", "empty-times", "deep", "references", "addresses", "blanks", "areas"],
)
def test_a_hostile_message_within_the_limits_is_judged_in_seconds(raw: bytes) -> None:
    start = time.process_time()
    for mode in ("compose", "ingest"):
        checked = check(raw, mode)
        assert len(checked.findings) < 2_000
    assert time.process_time() - start < 15  # a quiet core takes one or two


SEEDS = [path.read_bytes() for path in sorted((DATA / "rules").glob("*.xml"))]


@settings(max_examples=200)
@given(st.sampled_from(SEEDS), st.integers(0, 900), st.binary(max_size=6), st.integers(0, 40))
def test_damaged_bytes_are_judged_and_never_break_anything(raw: bytes, at: int, junk: bytes, cut: int) -> None:
    for mode in ("compose", "ingest"):
        try:
            check(raw[:at] + junk + raw[at + cut :], mode, NOON)
        except Unreadable:
            continue


@settings(max_examples=60)
@given(alerts)
def test_ingest_is_never_harder_than_composing(alert: Alert) -> None:
    raw = render(alert)
    hard = {finding.code for finding in check(raw, "compose").findings if finding.level == "error"}
    soft = {finding.code for finding in check(raw, "ingest").findings if finding.level == "error"}
    assert soft <= hard


def test_the_table_says_of_each_rule_what_it_asks() -> None:
    for code, rule in RULES.items():
        assert rule.says, code
        assert (rule.compose, rule.ingest) != ("-", "-"), code
