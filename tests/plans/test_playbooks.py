"""The sample set at full breadth: what practice asks for has a duty, and nothing in it is decoration."""

from __future__ import annotations

import re

from coord.plans.merge import demands
from coord.plans.parts import Duty
from coord.plans.wanted import LEVELS
from tests.plans.sample import SPECIFIC, files, sample

REPORTING = {
    "major and above: main facts within 30 min": "first-report-phone",
    "details in writing within 2 h, in many provinces 60 min": "first-report-written",
    "a county example: phone 20 min": "fire-phone-report",
    "a county example: writing 40 min": "fire-written-report",
    "larger and above to the province within 2 h": "report-province",
    "geological, small and medium: 6 h": "geo-report-small",
    "geological, large: 4 h": "geo-report-large",
    "epidemic: network report within 2 h": "network-report",
    "series of reports": "situation-report",
    "long events: daily report": "daily-report",
    "final report": "final-report",
    "fields of a phone log": "phone-log",
    "casualties every day until stable": "casualty-report",
    "late or false reporting is an offence": "check-figures",
    "foreign persons: tell the Hong Kong and Macao affairs office": "notify-hk-mo-office",
}
TYPHOON = {
    "watch: stocks": "watch-stocks",
    "watch: contact lists": "watch-contacts",
    "watch: drains, cranes, billboards": "watch-structures",
    "watch: duty leader named": "watch-duty-leader",
    "IV: 24 h duty": "name-duty-leader",
    "IV: boats called back": "recall-boats",
    "IV: works and scaffolds fixed": "fix-scaffolds",
    "IV: drains cleared": "clear-drains",
    "IV: shelters inspected": "inspect-shelters",
    "IV: tourists warned": "warn-tourists",
    "sea: fish-farm people ashore": "ashore-fish-farms",
    "sea: wind-farm platforms cleared": "clear-platforms",
    "sea: leisure craft forbidden": "forbid-leisure-craft",
    "sea: island lines closed": "close-island-lines",
    "sea: beaches closed": "close-beaches",
    "III: schools stop": "stop-school-notice",
    "III: high-place, water and outdoor work stops": "stop-outdoor-work",
    "III: scenic spots close": "close-scenic-spots",
    "III: ferries as needed": "ferry-schedule",
    "III: shelters open": "open-shelters",
    "III: people at risk moved": "contact-at-risk",
    "III: joint duty": "joint-duty",
    "III: power and telecom support": "power-telecom-support",
    "III: no boat may leave": "no-boat-leaves",
    "II: colleges": "stop-colleges",
    "II: indoor entertainment and gatherings": "stop-gatherings",
    "II: closures announced": "announce-closures",
    "II: seafront avoided": "keep-off-seafront",
    "II: everyone moved by a clock time": "move-everyone",
    "I: five stops": "sign-stop-order",
    "I: all shelters open": "open-all-shelters",
    "I: nobody outdoors": "nobody-outdoors",
    "I: food delivery stopped": "stop-delivery",
    "I: life-support services keep running": "life-services",
    "I: leaders in the room": "command-room",
    "I: bridges closed": "bridges-closed",
    "after: clear roads": "clear-roads",
    "after: power and water": "check-power-water",
    "after: slopes before return": "slope-check-before-return",
    "after: five resumptions": "resume-notice",
    "after: loss survey": "loss-survey",
    "cranes, billboards, trees with photo": "secure-structures",
    "Macao exchange at fixed times": "macao-exchange",
    "underground spaces closed, pumps placed": "close-underground",
}
RAIN = {
    "IV: patrol waterlogging points": "patrol-points",
    "IV: pump crews on call": "pump-crews",
    "IV: underground spaces ready": "underground-ready",
    "III: outdoor, pipe and site work stops": "stop-site-work",
    "III: electrical safety": "electric-safety",
    "III: traffic control": "traffic-control",
    "III: pumping": "pumping",
    "III: shelters open": "open-shelters",
    "III: people moved": "move-behind-slopes",
    "III: watchers on slopes": "slope-watchers",
    "II: schools stop": "stop-schools",
    "II: parks and hikes close": "close-parks",
    "II: underground malls and garages": "control-underground",
    "II: underpasses": "guard-underpasses",
    "II: vehicles not to cross water": "dont-cross-water",
    "I: five stops in the threatened area": "area-stop-list",
    "depth 15 cm: signs": "set-signs",
    "depth 27 cm: close road": "close-flooded-road",
    "trapped-person calls triaged": "trapped-calls",
    "first team sent": "first-team-out",
    "stop list confirmed": "confirm-stop-list-iii",
    "wake within 5 min": "wake-communities",
}
MOVING = {
    "each household has a contact": "assign-contacts",
    "each community one ledger": "community-ledger",
    "each disaster one start": "start-signal",
    "leaders paired": "pair-leaders",
    "the gap list": "gap-list",
    "informed": "inform-households",
    "arrived": "confirm-arrival",
    "refused": "refusals",
    "nobody returns without permission": "guard-emptied",
    "returned": "allow-return",
    "call the chief until answered": "call-chief",
    "call and confirm to the village person": "call-and-confirm",
    "facility contacts": "call-facilities",
}
EPIDEMIC = {
    "joint command office": "joint-command-open",
    "notify Macao": "tell-macao-case",
    "written report": "written-case-report",
    "case interview": "interview-case",
    "first contact list 4 h": "close-contacts",
    "full list 24 h": "full-contacts",
    "zone map": "draw-zones",
    "zone notice and hotlines": "zone-notice",
    "testing plan": "testing-plan",
    "results feed": "results-feed",
    "transfer to isolation": "transfer-contacts",
    "transfer to hospital": "transfer-cases",
    "port rules": "port-rules",
    "bus rules": "bus-rules",
    "supplies to locked homes": "supply-locked",
    "special needs": "special-needs",
    "daily figures": "epi-daily-figures",
    "release conditions": "release-check",
    "stepped lifting": "zone-lift",
}
FIRE_AND_SLOPE = {
    "verify hot spot": "verify-hot-spot",
    "team out, nobody untrained": "team-out",
    "houses, lines, fuel store in path": "houses-in-path",
    "power line, water": "cut-power-line",
    "air support": "air-support",
    "watch burnt area": "watch-burnt",
    "photo, size, houses below": "slope-photo",
    "move people": "move-below-slopes",
    "rope off": "rope-off",
    "expert check": "expert-check",
    "treat, keep watch or allow return": "treat-or-watch",
}


def duties() -> dict[str, Duty]:
    return {duty.id: duty for plan in sample().plans for duty in plan.duties}


def test_each_line_of_practice_has_a_duty() -> None:
    asked = REPORTING | TYPHOON | RAIN | MOVING | EPIDEMIC | FIRE_AND_SLOPE
    assert [f"{line}: {duty}" for line, duty in asked.items() if duty not in duties()] == []


def test_there_are_fifteen_groups_in_four_languages() -> None:
    assert len(sample().groups) == 15
    for group in sample().groups.values():
        names = sample().text("master", f"group.{group.code}", group.title)
        assert set(names) == {"zh-Hans", "zh-Hant", "pt", "en"}
        assert len(group.ladder) == 4


def test_every_group_has_own_duties_at_every_level_it_serves() -> None:
    for plan in SPECIFIC:
        held = [demand.duty for some in demands(sample(), plan).values() for demand in some]
        for level in LEVELS:
            owners = {duty.owner for duty in held if duty.phase == "response" and duty.from_level == level}
            assert sample().groups.keys() - set(sample()[plan].stand_by) - owners == set(), (plan, level)
        after = {duty.owner for duty in held if duty.phase in ("end", "recovery", "review")}
        assert sample().groups.keys() - set(sample()[plan].stand_by) - after == set(), plan


def test_no_title_stands_twice_in_any_language() -> None:
    for language in sample().master.languages:
        seen: dict[str, str] = {}
        for plan in sample().plans:
            for duty in plan.duties:
                title = sample().text(plan.plan, f"duty.{duty.id}", duty.title)[language]
                assert seen.setdefault(title, duty.id) == duty.id, (language, title)


def test_everything_that_the_form_offers_is_really_used() -> None:
    plain = "\n".join(body.decode() for body in files().values())
    for key in (
        "when:",
        "each:",
        "after:",
        "again:",
        "on-lower: keep",
        "evidence-may-follow:",
        "standing:",
        "ledgers:",
    ):
        assert plain.count(key) >= 5, key
    assert len(re.findall(r"(?:wind-onset|signal-8|nightfall|wind-shift) - ", plain)) >= 10
    measures = [measure for plan in sample().plans for measure in plan.measures]
    assert {measure.verb for measure in measures} == {"stop", "close", "lower", "withdraw", "dismantle"}
    assert all(plan.scenarios for plan in sample().plans if plan.kind == "specific")


def test_every_duty_names_a_clause_or_says_that_it_is_a_sample() -> None:
    for duty in duties().values():
        assert duty.clause.split()[0] == "sample" or duty.clause.endswith("sample") or "§" in duty.clause
    assert all(body.startswith(b"# SAMPLE") for body in files().values())


def test_who_starts_a_level_is_as_the_national_flood_plan_says() -> None:
    first = {level: rule.start[0].post for level, rule in sample().levels.items()}
    assert first == {
        "I": "chief-commander",
        "II": "deputy-commander",
        "III": "secretary-general",
        "IV": "office-leader",
    }
