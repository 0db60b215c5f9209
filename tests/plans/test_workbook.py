"""The workbook that planners edit: what went out comes back, and nothing is lost by a careless hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from coord.errors import Finding, errors_in
from coord.plans.check import check_reading
from coord.plans.diff import diff, removed
from coord.plans.load import load
from coord.plans.model import PlanSet
from coord.plans.sheets_in import Taken, from_workbook
from coord.plans.workbook import to_workbook
from tests.plans.sample import sample
from tests.plans.test_check import good


@cache
def small() -> PlanSet:
    return load(good())


@cache
def exported() -> bytes:
    return to_workbook(small())


def changed(change: Callable[[Any], object]) -> Taken:
    """Return what the workbook of the small set gives after *change* to it."""
    book = load_workbook(io.BytesIO(exported()))
    change(book)
    body = io.BytesIO()
    book.save(body)
    return from_workbook(body.getvalue(), small(), "plans.xlsx")


def column(sheet: Any, title: str) -> Any:
    return next(cell.column for cell in sheet[1] if cell.value == title)


def cell(book: Any, sheet: str, row: str, title: str) -> Any:
    """Return the cell in the column *title* of the entry *row*."""
    page = book[sheet]
    number = next(cells[0].row for cells in page.iter_rows() if any(one.value == row for one in cells[:3]))
    return page.cell(number, column(page, title))


def put(sheet: str, row: str, title: str, value: object) -> Callable[[Any], object]:
    def change(book: Any) -> None:
        cell(book, sheet, row, title).value = value

    return change


def only(taken: Taken) -> Finding:
    (finding,) = errors_in(check_reading(taken.reading)[1])
    return finding


def test_the_round_trip_of_the_sample_set_changes_nothing() -> None:
    taken = from_workbook(to_workbook(sample()), sample())
    assert taken.reading.findings == []
    assert taken.reading.plans == sample()
    assert diff(sample(), taken.reading.plans) == []


@given(st.randoms())
@settings(max_examples=2, deadline=None)
def test_rows_may_be_sorted_in_any_order(random: Random) -> None:
    def shuffle(book: Any) -> None:
        for title in ("任务", "信号规则", "词表", "译文"):
            sheet = book[title]
            rows = [[one.value for one in cells] for cells in sheet.iter_rows(min_row=2)]
            random.shuffle(rows)
            for number, row in enumerate(rows, 2):
                for index, value in enumerate(row, 1):
                    sheet.cell(number, index).value = value

    taken = changed(shuffle)
    assert taken.reading.findings == []
    assert taken.reading.plans == small()


def test_a_changed_cell_is_a_change_and_nothing_else_is() -> None:
    taken = changed(put("任务", "pumps", "时限", "T+20 min\n18:00"))
    assert taken.reading.plans is not None
    (change,) = diff(small(), taken.reading.plans)
    assert str(change) == "flood duties pumps by: T+30 min → 18:00; T+20 min"
    assert change.groups == ("RES",)


def test_a_missing_row_is_never_a_deletion() -> None:
    def drop(book: Any) -> None:
        sheet = book["任务"]
        sheet.delete_rows(cell(book, "任务", "pumps", "编号").row)

    taken = changed(drop)
    assert taken.reading.plans == small()
    finding = only(taken)
    assert (finding.code, finding.path) == ("missing-row", "sheet 任务")
    assert "pumps" in finding.text


def test_a_row_with_a_reason_goes_and_the_reason_is_kept() -> None:
    taken = changed(put("任务", "pumps", "删除原因", "泵站已移交县里"))
    assert taken.removals == {("flood", "duties", "pumps"): "泵站已移交县里"}
    assert taken.reading.plans is not None
    assert removed(small(), taken.reading.plans) == ("pumps",)
    codes = {finding.code for finding in check_reading(taken.reading)[1]}
    assert codes == {"idle-group", "failing-scenario"}


@pytest.mark.parametrize(
    ("sheet", "row", "title", "value", "code"),
    [
        ("任务", "pumps", "时限", "half an hour", "misread"),
        ("任务", "pumps", "牵头组", "FIRE", "unknown-group"),
        ("任务", "pumps", "分量", "urgent", "choice"),
        ("任务", "pumps", "预案", "no-such-plan", "unknown-plan"),
        ("任务", "pumps", "时限", "=NOW()", "cell"),
        ("任务", "pumps", "时限", 0.5, "cell"),
        ("信号规则", "ask-iv", "任一触发", "gd/snow at-least red", "unknown-system"),
        ("级别与权限", "IV", "启动权限", "nobody", "unknown-post"),
        ("词表", "posts", "词表", "people", "cell"),
    ],
)
def test_a_mistake_names_sheet_and_cell(sheet: str, row: str, title: str, value: object, code: str) -> None:
    taken = changed(put(sheet, row, title, value))
    findings = [finding for finding in check_reading(taken.reading)[1] if finding.code == code]
    assert findings
    assert findings[0].path.startswith(f"sheet {sheet} ")
    assert findings[0].source == "plans.xlsx"
    assert findings[0].line > 1


def test_merged_cells_are_a_finding() -> None:
    taken = changed(lambda book: book["任务"].merge_cells("C3:C4"))
    findings = [finding for finding in taken.reading.findings if finding.code == "merged-cells"]
    assert [(finding.path, finding.line) for finding in findings] == [("sheet 任务 cell C3:C4", 3)]


@pytest.mark.parametrize(
    "change",
    [
        lambda book: book.remove(book["任务"]),
        lambda book: setattr(book["任务"]["C1"], "value", "名字"),
        lambda book: setattr(book["任务"]["C1"], "value", "编号"),
        lambda book: setattr(book["任务"]["A30000"], "value", "x"),
    ],
)
def test_a_damaged_sheet_is_a_finding(change: Callable[[Any], object]) -> None:
    codes = {finding.code for finding in changed(change).reading.findings}
    assert "workbook" in codes


def test_nothing_in_an_exported_cell_is_a_formula() -> None:
    body = good()["specific/flood.yaml"].replace("title: 泵站到岗".encode(), b'title: "=1+1"')
    plans = load({**good(), "specific/flood.yaml": body})
    book = load_workbook(io.BytesIO(to_workbook(plans)))
    assert cell(book, "任务", "pumps", "名称").value == "=1+1"
    assert cell(book, "任务", "pumps", "名称").data_type != "n"
    with zipfile.ZipFile(io.BytesIO(to_workbook(plans))) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist())


def bomb() -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b" " * 80_000_000)
    return body.getvalue()


def entities() -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as parts:
        parts.writestr("[Content_Types].xml", '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>')
    return body.getvalue()


@pytest.mark.parametrize("make", [bomb, entities, lambda: b"", lambda: b"PK\x03\x04", lambda: b"plan: x\n"])
def test_what_is_no_workbook_is_a_finding_in_bounded_time(make: Callable[[], bytes]) -> None:
    taken = from_workbook(make(), small())
    assert taken.reading.plans is None
    assert [finding.code for finding in taken.reading.findings] == ["workbook"]


def test_an_empty_workbook_leaves_everything_as_it_was() -> None:
    body = io.BytesIO()
    Workbook().save(body)
    taken = from_workbook(body.getvalue(), small())
    assert {finding.code for finding in taken.reading.findings} == {"workbook", "missing-row"}
    assert taken.reading.plans == small()


@given(st.integers(0, 10_000_000), st.integers(0, 255))
@settings(max_examples=25, deadline=None)
def test_a_flipped_byte_gives_a_set_or_findings(at: int, value: int) -> None:
    body = bytearray(exported())
    body[at % len(body)] = value
    taken = from_workbook(bytes(body), small())
    assert taken.reading.plans is not None or taken.reading.findings


@given(st.data())
@settings(max_examples=8, deadline=None)
def test_any_text_in_any_cell_gives_a_set_or_findings(data: st.DataObject) -> None:
    text = data.draw(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20))

    def change(book: Any) -> None:
        sheet = book[data.draw(st.sampled_from([name for name in book.sheetnames if name != "选项"]))]
        row = data.draw(st.integers(1, sheet.max_row))
        target = sheet.cell(row, data.draw(st.integers(1, sheet.max_column)))
        target.value = text
        target.data_type = "s"

    taken = changed(change)
    check_reading(taken.reading)
