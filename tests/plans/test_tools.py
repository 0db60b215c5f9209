"""What planners run: each verb of ``coord plans`` on the shipped playbooks."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema  # type: ignore[import-untyped]  # has no types of its own
import pytest

from coord.cli import main
from coord.plans.diff import by_group, diff
from coord.plans.explain import explain
from coord.plans.lettering import width, wrap
from coord.plans.load import files_of, load
from coord.plans.merge import demands
from coord.plans.pictures import graph, lanes
from coord.plans.schema import schema, schema_bytes
from coord.plans.sheet import card, markdown, page
from coord.plans.wanted import LEVELS
from coord.plans.write import to_files
from tests.plans.sample import PLAYBOOKS, SPECIFIC, files, sample
from tests.plans.test_check import BAD, good

AT = ["--playbooks", str(PLAYBOOKS)]


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert main(["plans", *words]) == code
    return capsys.readouterr().out


def test_check_says_all_and_exits_by_what_it_found(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "note relaxes" in said(capsys, "check", *AT)
    for name, body in good().items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body.replace(b"owner: RES", b"owner: FIRE"))
    lines = said(capsys, "check", "--json", "--playbooks", str(tmp_path), code=1).splitlines()
    found = [json.loads(line) for line in lines]
    assert {one["code"] for one in found} == {"unknown-group"}
    assert all(one["source"] == "specific/flood.yaml" and one["line"] for one in found)


def test_a_call_that_cannot_be_used_exits_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["plans", "sheet", "COM"])
    assert ended.value.code == 2
    said(capsys, "show", "no-such-plan", *AT, code=1)
    said(capsys, "sheet", "NOBODY", "--level", "I", "--plan", "typhoon", *AT, code=1)
    said(capsys, "graph", "--language", "xx", *AT, code=1)
    said(capsys, "check", "--playbooks", "/nowhere", code=1)


def test_show_names_plans_groups_and_who_may_start(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "show", *AT)
    assert "转移安置组 (EVA)" in text
    assert "Ⅰ: 总指挥, 副总指挥 (provisional, 1 h)" in text
    text = said(capsys, "show", "typhoon", "--language", "pt", *AT)
    assert "Ⅱ uses passage-closure" in text


def test_explain_says_each_duty_as_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "explain", "typhoon", "move-everyone", "--language", "en", *AT)
    assert text.startswith("move-everyone: From level Ⅱ on, Community and Grid (COM), with Evacuation")
    assert "3 h before onset of strong wind" in text
    said(capsys, "explain", "typhoon", "no-such-duty", *AT, code=1)
    for plan in SPECIFIC:
        for language in sample().master.languages:
            sentences = explain(sample(), plan, language)
            assert {duty for duty, _ in sentences} == demands(sample(), plan).keys()
            assert all("\n" not in sentence and "None" not in sentence for _, sentence in sentences)


def test_play_prints_what_each_line_leads_to(capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = said(capsys, "play", "geological", *AT).splitlines()
    played = json.loads(line)
    assert played["failed"] == []
    assert played["steps"][1]["asks"] == {"start III": "2025-01-01T14:15:00+08:00"}


def test_diff_says_what_changes_for_whom(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for name, body in files().items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    typhoon = tmp_path / "specific" / "typhoon.yaml"
    before = "by: T+60 min\n    kind: field\n    weight: life\n    evidence: 照片"
    text = typhoon.read_text("utf-8")
    assert text.count(before) == 1
    typhoon.write_text(text.replace(before, before.replace("60", "45")), "utf-8")
    text = said(capsys, "diff", str(PLAYBOOKS), str(tmp_path))
    assert "RES 抢险救援组" in text
    assert "typhoon duties close-underground by: T+1 h → T+45 min" in text
    assert "COM 社区防控组" in text
    assert diff(sample(), sample()) == []
    changes = diff(sample(), load(files_of(tmp_path)))
    assert set(by_group(changes)) == {"RES", "COM"}


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "pt", "en"])
def test_every_group_has_a_card_at_every_level(language: str) -> None:
    for group in sample().groups:
        for level in LEVELS:
            one = card(sample(), group, level, "typhoon", language)
            assert len(one.calls) == 4
            text, html = markdown(one), page(one, language)
            assert one.title in text
            tree = ET.fromstring(html.removeprefix("<!doctype html>\n").replace('<meta charset="utf-8">', ""))
            assert len(tree.findall(".//table")) == 1 + bool(one.lead) + bool(one.help)


def test_sheet_prints_the_card_and_its_call_list(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    text = said(capsys, "sheet", "COM", "--level", "II", "--plan", "typhoon", *AT)
    assert "应转尽转" in text
    assert "呼叫单" in text
    out = tmp_path / "card.html"
    said(capsys, "sheet", "COM", "--level", "II", "--plan", "typhoon", "--html", "--out", str(out), *AT)
    assert out.read_text("utf-8").startswith("<!doctype html>")


def test_pictures_are_whole_and_show_every_plan_and_duty() -> None:
    tree = ET.fromstring(graph(sample(), "en"))
    text = "".join(tree.itertext())
    assert all(plan.plan in text for plan in sample().plans)
    for plan in SPECIFIC:
        for level in LEVELS:
            for only_new in (False, True):
                drawn = ET.fromstring(lanes(sample(), plan, level, "", only_new))
                boxes = drawn.findall(".//{http://www.w3.org/2000/svg}g/{http://www.w3.org/2000/svg}rect")
                assert boxes
                assert all(float(box.get("height", "0")) > 20 for box in boxes)


def test_lines_of_a_box_fit_and_lose_nothing() -> None:
    text = "关闭地下空间，架设挡板和水泵（Close underground spaces; set barriers and pumps）"
    for ems in range(6, 40):
        lines = wrap(text, ems)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert all(width(line) <= ems or " " not in line for line in lines)
        assert not any(line.startswith(("，", "）")) for line in lines)
    assert wrap(text, 10, 2)[-1].endswith("…")


def test_the_written_files_read_back_as_the_same_set() -> None:
    assert load(to_files(sample())) == sample()
    assert load(to_files(load(good()))) == load(good())


def test_a_workbook_goes_out_and_comes_back(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    small = tmp_path / "small"
    for name, body in good().items():
        (small / name).parent.mkdir(parents=True, exist_ok=True)
        (small / name).write_bytes(body)
    book, into = tmp_path / "plans.xlsx", tmp_path / "new"
    said(capsys, "export", "--xlsx", str(book), "--playbooks", str(small))
    assert said(capsys, "import", "--xlsx", str(book), "--into", str(into), "--playbooks", str(small)) == ""
    assert load(files_of(into)) == load(good())
    book.write_bytes(b"no workbook")
    assert "error workbook" in said(capsys, "import", "--xlsx", str(book), "--playbooks", str(small), code=1)


def test_a_document_has_numbered_clauses_and_cards(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from docx import Document

    path = tmp_path / "plans.docx"
    said(capsys, "export", "--docx", str(path), "--plan", "geological", *AT)
    document = Document(str(path))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "专家现场核查" in text
    assert re.search(r"^\d\.\d+ ", text, re.MULTILINE)
    assert len(document.tables) == 12


def test_the_schema_for_editors_is_the_one_that_lies_there() -> None:
    path = Path(__file__).parents[2] / "coord" / "plans" / "playbook.schema.json"
    assert path.read_bytes() == schema_bytes()
    jsonschema.Draft202012Validator.check_schema(schema())


def _plain(body: bytes) -> object:
    from ruamel.yaml import YAML

    return YAML(typ="safe", pure=True).load(body.decode())


def test_the_schema_takes_what_the_loader_takes_and_refuses_what_has_no_shape() -> None:
    validator = jsonschema.Draft202012Validator(schema())
    for name, body in {**files(), **good()}.items():
        assert list(validator.iter_errors(_plain(body))) == [], name
    refused = {"shape", "choice", "word", "unknown-key", "missing-key", "count"}
    for path in BAD:
        if path.stem in refused:
            assert list(validator.iter_errors(_plain(path.read_bytes()))), path.stem
