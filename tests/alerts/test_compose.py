"""What helps an officer to write, and what stops him."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coord.alerts.check import check_draft
from coord.alerts.compose.kinds import KINDS, kind_findings, relayed_untouched
from coord.alerts.compose.meters import alphabet_of, cell, sms
from coord.alerts.compose.parity import figures, parity
from coord.alerts.compose.phrases import Phrase, Value, bundled, fill, say_time
from coord.alerts.compose.plain import placeholders, plain, said
from coord.alerts.compose.scripts import LANGUAGES, SIMPLIFIED, TRADITIONAL, foreign, language_of
from coord.alerts.compose.template import (
    compose,
    composer_findings,
    languages_of,
    life_at_stake,
    missing,
    same_everywhere,
    slot_findings,
)
from coord.alerts.model import Alert, Info, Named
from coord.errors import Finding, Unfit

from .given import HARBOUR, HOUR, NOON, SURGE, TEXTS, draft

PLACES = {"port": {"zh-Hans": "横琴口岸", "zh-Hant": "橫琴口岸", "pt": "Posto de Hengqin", "en": "Hengqin Port"}}


def codes(findings: object) -> set[str]:
    return {finding.code for finding in findings}  # type: ignore[attr-defined]


def each(alert: Alert, change: Callable[[Info], Info]) -> Alert:
    return replace(alert, infos=tuple(change(info) for info in alert.infos))


def one(alert: Alert, where: str, /, **changes: object) -> Alert:
    """*alert* with one language changed."""
    return each(alert, lambda info: replace(info, **changes) if info.language == where else info)  # type: ignore[arg-type]


# Parity ----------------------------------------------------------------------------------------------------------


def test_four_versions_of_one_warning_agree() -> None:
    assert composer_findings(draft()) == []
    assert [finding for finding in check_draft(draft(), NOON) if finding.level == "error"] == []


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)),  # noqa: DTZ001 - local time, as people say it
    st.integers(1, 10**6),
    st.integers(0, 99),
)
def test_a_filled_phrase_says_the_same_in_every_language(at: datetime, people: int, tenths: int) -> None:
    phrase = Phrase(
        "t",
        "advice",
        {"at": "time", "people": "number", "depth": "number", "where": "place"},
        {
            "zh-Hans": {"headline": "{where}：{at}前撤离{people}人，水深{depth}米"},
            "zh-Hant": {"headline": "{where}：{at}前撤離{people}人，水深{depth}米"},
            "pt": {"headline": "{where}: retirar {people} pessoas até às {at}. Água até {depth} metros"},
            "en": {"headline": "{where}: move {people} people before {at}, water {depth} metres"},
        },
    )
    values: dict[str, Value] = {"at": at, "people": people, "depth": tenths / 10, "where": "port"}
    texts = {language: fields["headline"] for language, fields in fill(phrase, values, PLACES).items()}
    assert list(parity(texts, list(PLACES.values()))) == []


@given(st.integers(0, 23), st.integers(0, 59))
def test_an_hour_is_the_same_in_every_way_of_saying_it(hour: int, minute: int) -> None:
    half, name = (hour - 12, "p.m.") if hour > 12 else (hour, "a.m.")
    said_as = {
        "zh-Hant": f"{hour}時{minute:02}分",
        "zh-Hans": f"{hour:02}:{minute:02}",
        "pt": f"às {hour}h{minute:02}",
        "en": f"{half}:{minute:02} {name}" if 0 < hour != 12 else f"{hour:02}:{minute:02}",
    }
    assert len({frozenset(figures(text, language)) for language, text in said_as.items()}) == 1


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        ("zh-Hant", "下午5時半", {"17:30"}),
        ("zh-Hans", "9月23日12时至24小时内", {"month 9", "day 23", "12:00", "24"}),
        ("zh-Hans", "1.2万人", {"12000"}),
        ("zh-Hans", "Ⅰ级应急响应", {"level I"}),
        ("en", "Level I response, 1,200 by 12 noon, 23rd September", {"level I", "1200", "12:00", "day 23", "month 9"}),
        ("en", "September 3", {"month 9", "day 3"}),
        ("pt", "nível I, 1.200 pessoas, 1,5 metros até às 17 horas", {"level I", "1200", "1.5", "17:00"}),
        ("pt", "durante 6 horas", {"6"}),
        ("zh-Hant", "８號風球", {"8"}),
        ("pt", "sinal n.º 8", {"8"}),
    ],
)  # fmt: skip
def test_figures_are_read_as_each_language_writes_them(language: str, text: str, wanted: set[str]) -> None:
    assert figures(text, language) == wanted


def test_a_figure_that_differs_in_one_language_is_found_there() -> None:
    changed = one(draft(), "pt", headline="Saia até às 18h00")
    found = [finding for finding in composer_findings(changed) if finding.code == "figures"]
    assert found
    assert all("18:00 is in pt" in finding.text for finding in found)


def test_a_month_may_be_left_out_but_not_be_another() -> None:
    assert list(parity({"zh-Hans": "23日撤离", "en": "move on 23 September"})) == []
    assert codes(parity({"zh-Hans": "9月23日撤离", "en": "move on 23 October"})) == {"figures"}


def test_a_registered_place_is_named_in_every_version() -> None:
    texts = {
        "zh-Hans": "横琴口岸关闭",
        "zh-Hant": "橫琴口岸關閉",
        "pt": "O posto fechou",
        "en": "Hengqin Port is closed",
    }
    (found,) = parity(texts, list(PLACES.values()))
    assert (found.path, found.code) == ("pt", "places")


# Scripts ---------------------------------------------------------------------------------------------------------


def test_no_character_is_both_simplified_and_traditional() -> None:
    assert not SIMPLIFIED & TRADITIONAL
    assert len(SIMPLIFIED) > 700


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh-Hans", "颱風逼近，請留在室內"),
        ("zh-Hant", "台风逼近，请留在室内"),
        ("zh-Hans", "Stay at home"),
        ("pt", "Stay in your home and do not go to the car park"),
        ("en", "Fique em casa e não vá para a garagem do seu prédio"),
        ("en", "請留在室內"),
    ],
)
def test_a_text_in_the_wrong_slot_is_noticed(language: str, text: str) -> None:
    assert list(foreign(text, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_in_its_own_slot_is_left_alone(language: str) -> None:
    for name, phrase in bundled().items():
        for text in phrase.texts[language].values():
            assert list(foreign(text, language)) == [], name
    for text in TEXTS[language].values():
        assert list(foreign(text, language)) == []


def test_language_tags_are_known_by_their_script() -> None:
    tags = {"zh": "zh-Hans", "zh-Hans-MO": "zh-Hans", "zh-TW": "zh-Hant", "pt-BR": "pt", "EN": "en"}
    assert {tag: language_of(tag) for tag in tags} == tags


# Placeholders, slots, languages ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["at {time}", "to [place]", "call XXX", "in ____", "T.B.C.", "〇〇村", "某地将有大雨", "<name>", "at ??"],
)
def test_a_blank_that_was_not_filled_in_is_a_hard_stop(text: str) -> None:
    assert codes(placeholders(one(draft(), "en", description=text))) == {"placeholder"}


@pytest.mark.parametrize("text", ["暴雨黄色预警[Ⅲ级/较重]", "Stay in... and wait", "What? No.", "5 < 6"])
def test_what_only_looks_like_a_blank_is_none(text: str) -> None:
    assert list(placeholders(one(draft(), "en", description=text))) == []


def test_an_unfinished_polygon_is_a_hard_stop() -> None:
    def unfinished(info: Info) -> Info:
        (area,) = info.areas
        return replace(info, areas=(replace(area, polygons=(area.polygons[0][:-1],)),))

    assert codes(placeholders(each(draft(), unfinished))) == {"placeholder"}


@pytest.mark.parametrize("slot", ["sender_name", "event", "headline", "instruction", "responses", "areas", "expires"])
def test_an_empty_slot_is_an_error(slot: str) -> None:
    empty: object = {"responses": (), "areas": (), "expires": None}.get(slot, "")
    assert "slot" in codes(slot_findings(one(draft(), "pt", **{slot: empty})))


@pytest.mark.parametrize("change", [{"severity": "Minor"}, {"expires": NOON + HOUR}, {"areas": ()}, {"language": "en"}])
def test_languages_differ_in_words_only(change: Mapping[str, object]) -> None:
    assert "languages" in codes(same_everywhere(one(draft(), "pt", **change)))


def test_a_missing_language_is_an_error_unless_a_life_is_at_stake() -> None:
    three = {language: fields for language, fields in TEXTS.items() if language != "pt"}
    calm = draft(texts=three)
    grave = draft(texts=three, template=replace(SURGE, urgency="Immediate"))
    assert missing(calm) == ("pt",)
    assert not life_at_stake(calm)
    assert life_at_stake(grave)
    assert [one.level for one in composer_findings(calm) if one.code == "language-missing"] == ["error"]
    assert [one.level for one in composer_findings(grave) if one.code == "language-missing"] == ["warning"]


def test_every_warning_expires_and_speaks_in_the_order_of_the_house() -> None:
    assert draft().expires == NOON + 6 * HOUR
    assert languages_of(draft()) == LANGUAGES


def test_a_ground_without_a_name_in_a_language_is_refused() -> None:
    nameless = replace(HARBOUR, names={"en": "Harbour"})
    with pytest.raises(Unfit, match="zh-Hans"):
        compose(SURGE, TEXTS, [nameless], NOON, status="Actual")


def test_checking_a_draft_tells_of_characters_that_cannot_be_sent() -> None:
    assert codes(check_draft(one(draft(), "en", headline="a\x07b"), NOON)) == {"R00"}


# Kinds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh-Hans", "暴雨红色预警生效"),
        ("zh-Hant", "紅色暴雨警告信號"),
        ("en", "Red rainstorm warning"),
        ("pt", "Sinal de chuva intensa vermelho"),
    ],
)
def test_our_own_message_borrows_no_colour_and_a_relayed_one_keeps_it(language: str, text: str) -> None:
    coloured = one(draft(), language, headline=text)
    assert "borrowed-colour" in codes(kind_findings("evacuation", coloured))
    assert "borrowed-colour" not in codes(kind_findings("relayed-signal", coloured))


def test_each_kind_asks_for_what_it_needs() -> None:
    assert codes(kind_findings("evacuation", draft())) == set()
    assert codes(kind_findings("notice", draft())) == {"kind"}
    assert codes(kind_findings("notice", draft(parameters=[Named("document", "2026-7")]))) == set()
    assert codes(kind_findings("all-clear", draft())) == {"kind"}
    over = draft(template=replace(SURGE, responses=("AllClear",)), parameters=[Named("ends", "everything")])
    assert codes(kind_findings("all-clear", over)) == {"kind"}
    assert codes(kind_findings("evacuation", over)) == {"kind"}
    assert codes(kind_findings("gossip", draft())) == {"kind"}
    assert set(KINDS) == {"relayed-signal", "advice", "notice", "evacuation", "passage", "all-clear"}


def test_a_relayed_signal_is_not_reworded() -> None:
    theirs = draft()
    assert list(relayed_untouched(theirs, theirs)) == []
    assert codes(relayed_untouched(one(theirs, "en", headline="Be very careful"), theirs)) == {"touched"}


# Phrases ---------------------------------------------------------------------------------------------------------


def test_the_bundled_phrases_agree_in_every_language() -> None:
    for phrase in bundled().values():
        assert set(phrase.texts) == set(LANGUAGES)
        values: dict[str, Value] = {
            name: {"number": 8, "time": NOON.replace(tzinfo=None), "place": "port"}[kind]  # type: ignore[misc]
            for name, kind in phrase.slots.items()
        }
        texts = {language: "\n".join(fields.values()) for language, fields in fill(phrase, values, PLACES).items()}
        assert list(parity(texts, list(PLACES.values()))) == [], phrase.name
        assert phrase.kind in KINDS


def test_a_slot_takes_what_it_says_and_nothing_else() -> None:
    phrase = bundled()["surge-leave"]
    good: dict[str, Value] = {"place": "port", "shelter": "port", "at": NOON, "depth": 1.5}
    assert "1,5 metros" in fill(phrase, good, PLACES)["pt"]["description"]
    for spoiled in ({"at": "noon"}, {"depth": "deep"}, {"place": "nowhere"}, {"extra": 1}):
        with pytest.raises(Unfit):
            fill(phrase, {**good, **spoiled}, PLACES)
    with pytest.raises(Unfit, match="empty"):
        fill(phrase, {}, PLACES)


def test_a_phrase_counts_as_read_in_its_season_when_two_have_approved_it() -> None:
    sample = bundled()["surge-leave"]
    assert not sample.in_season(NOON)
    season = replace(sample, since=date(2026, 5, 1), until=date(2026, 10, 31), approved_by=("bo", "chen"))
    assert season.in_season(NOON)
    assert not season.in_season(NOON.replace(month=12))
    assert not replace(season, approved_by=("bo", "bo")).in_season(NOON)


def test_a_time_is_said_as_each_language_says_it() -> None:
    assert {figure for language in LANGUAGES for figure in figures(say_time(NOON, language), language)} == {
        "12:00",
        "day 23",
        "month 9",
    }


# Plain words and meters ------------------------------------------------------------------------------------------


def test_the_lint_advises_and_never_refuses() -> None:
    wordy = one(
        draft(),
        "en",
        description="Prior to the ingress of precipitation, " + "please move up and " * 9 + "stay. Call the EOCX.",
        instruction="LEAVE THE BUILDING NOW, PLEASE DO NOT WAIT",
    )
    found = list(plain(wordy))
    assert {finding.level for finding in found} == {"warning"}
    told = " ".join(finding.text for finding in found)
    for what in ("'before'", "'rain'", "EOCX", "words: cut it", "capitals"):
        assert what in told
    assert list(plain(draft())) == []


@given(st.text(max_size=400))
def test_parts_of_an_sms_hold_all_of_it_and_no_more_than_needed(text: str) -> None:
    meter = sms(text)
    one, each_part = (160, 153) if meter.alphabet == "GSM-7" else (70, 67)
    if meter.parts == 1:
        assert meter.units <= one
    else:
        assert meter.units > one
        # a letter of two units is never cut, so a part may be one unit short
        assert meter.parts - 1 <= meter.units / (each_part - 1)
        assert meter.parts * each_part >= meter.units


@settings(max_examples=50)
@given(st.text("abc @£é€[]", max_size=400))
def test_letters_of_gsm_stay_in_gsm(text: str) -> None:
    assert alphabet_of(text) == "GSM-7"
    assert sms(text).units == len(text) + sum(text.count(letter) for letter in "€[]")


@pytest.mark.parametrize(
    ("text", "parts"), [("a" * 160, 1), ("a" * 161, 2), ("汉" * 70, 1), ("汉" * 71, 2), ("€" * 80, 1), ("€" * 81, 2)]
)
def test_the_edges_of_an_sms(text: str, parts: int) -> None:
    assert sms(text).parts == parts


def test_one_letter_that_costs_more_than_half_the_room_is_named() -> None:
    meter = sms("Fique em casa – não saia até ao fim do aviso")
    assert meter.alphabet == "UCS-2"
    assert set(meter.spoilers) == {"–", "ã"}
    assert sms("请留在室内").spoilers == ""


def test_a_cell_broadcast_has_90_or_360_characters() -> None:
    assert cell("a" * 90, 90).fits
    assert not cell("a" * 91, 90).fits
    assert cell("汉" * 360).fits
    assert not cell("汉" * 361).fits
    assert cell("汉" * 41).parts == 2


def test_findings_are_findings() -> None:
    assert all(
        isinstance(finding, Finding) for finding in composer_findings(Alert("", "a", NOON, "Actual", "Alert", "Public"))
    )
    assert said(draft().infos[0]).startswith("风暴潮")
