"""A set of plans as a workbook: planners live in spreadsheets.

Stable ids, Chinese headers, drop-downs, cells that are text so that no
spreadsheet turns 08:00 into a number. Import is in :mod:`coord.plans.sheets_in`.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from coord.plans.form import GROUP, PLAN
from coord.plans.layout import (
    ABOUT,
    HEAD,
    HEADERS,
    OPTIONS,
    PLAN_COLUMN,
    PLANS,
    REASON,
    SHEETS,
    TABLES,
    TEXTS,
    WORDS,
    Sheet,
    choices,
    to_cell,
)
from coord.plans.model import PlanSet
from coord.plans.shape import Many
from coord.plans.wording import internal_keys, public_keys

_ABOUT = (
    "本工作簿是一套预案：1 个总体预案和 N 个专项预案、工作方案。",
    "一行一条；编号不要改，改编号等于删一条、加一条。",
    "一格多项时，每项一行（Alt+Enter）。",
    "时限写 T+30 min、D+1 h、wind-onset - 3 h、18:00；分级别时写 IV: T+15 min。",
    "删除一行：在“删除原因”写明理由，不要把行删掉；缺行不等于删除。",
    "不要合并单元格，不要写公式。",
    "标明 sample 的内容是样本，不是官方规定。",
)
_WIDTHS = {"title": 36, "clause": 22, "by": 24, "every": 20, "text": 60, "scope": 30, "given": 40, "expect": 44}


def to_workbook(plans: PlanSet) -> bytes:
    """Return the XLSX file of *plans*; reading it back gives the same digest."""
    from openpyxl import Workbook

    book = Workbook()
    about = book.active
    about.title = ABOUT
    for line in (*_ABOUT, f"版本摘要：{plans.digest}"):
        about.append([line])
    about.column_dimensions["A"].width = 90
    options = _Options(book, plans)
    plain = {plan.plan: PLAN.plain(plan) for plan in plans.plans}
    _heads(book, plain.values(), options)
    _words(book, plain)
    for sheet in SHEETS:
        _entries(book, sheet, plain, options)
    _texts(book, plans)
    book.move_sheet(book[OPTIONS], len(book.sheetnames))
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


class _Options:
    """The hidden sheet of what can be chosen, for drop-downs longer than a formula may be."""

    def __init__(self, book: Any, plans: PlanSet) -> None:
        self.sheet = book.create_sheet(OPTIONS)
        self.sheet.sheet_state = "hidden"
        self.columns: dict[tuple[str, ...], str] = {}
        self.groups = tuple(plans.groups)
        self.plans = tuple(plan.plan for plan in plans.plans)

    def offer(self, sheet: Any, column: int, some: Sequence[str], rows: int) -> None:
        """Let the cells of a column be chosen from *some*; a finding comes from the import, not from the cell."""
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.datavalidation import DataValidation

        key = tuple(some)
        if key not in self.columns:
            number = len(self.columns) + 1
            for row, word in enumerate(key, 1):
                _put(self.sheet, row, number, word)
            letter = get_column_letter(number)
            self.columns[key] = f"'{OPTIONS}'!${letter}$1:${letter}${len(key)}"
        rule = DataValidation(type="list", formula1=self.columns[key], allow_blank=True, showErrorMessage=False)
        letter = get_column_letter(column)
        rule.add(f"{letter}2:{letter}{rows + 200}")
        sheet.add_data_validation(rule)


def _put(sheet: Any, row: int, column: int, text: str) -> None:
    """Write *text* as text, whatever it looks like: no cell is ever a formula or a number."""
    cell = sheet.cell(row, column)
    cell.number_format = "@"
    if text:
        cell.value = text
        cell.data_type = "s"


def _fill(book: Any, title: str, heads: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int]) -> Any:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(title)
    for column, head in enumerate(heads, 1):
        _put(sheet, 1, column, head)
        cell = sheet.cell(1, column)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDE6F3")
        sheet.column_dimensions[get_column_letter(column)].width = widths[column - 1]
    for number, row in enumerate(rows, 2):
        for column, text in enumerate(row, 1):
            _put(sheet, number, column, text)
            sheet.cell(number, column).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "C2"
    return sheet


def _heads(book: Any, plans: Iterable[Any], options: _Options) -> None:
    keys = list(HEAD.fields)
    sheet = Sheet(PLANS, "", HEAD, "plan")
    rows = [[to_cell(plan.get(key, ""), sheet.labels(key)) for key in keys] for plan in plans]
    filled = _fill(book, PLANS, [HEADERS[key] for key in keys], rows, [24] * len(keys))
    options.offer(filled, keys.index("kind") + 1, list(sheet.labels("kind").values()), len(rows))


def _words(book: Any, plans: dict[str, Any]) -> None:
    rows = [
        [name, section, key, value]
        for name, plan in plans.items()
        for section in TABLES
        for key, value in plan.get(section, {}).items()
    ]
    _fill(book, WORDS, [PLAN_COLUMN, "词表", "键", "值", REASON], rows, [22, 16, 24, 70, 24])


def _entries(book: Any, sheet: Sheet, plans: dict[str, Any], options: _Options) -> None:
    keys = sheet.columns
    rows = []
    for name, plan in plans.items():
        entries = plan.get(sheet.section, [])
        if isinstance(entries, dict):
            entries = [{"level": key, **one} for key, one in entries.items()]
        rows += [[name, *(to_cell(one.get(key, ""), sheet.labels(key)) for key in keys)] for one in entries]
    heads = [PLAN_COLUMN, *(HEADERS[key] for key in keys), REASON]
    filled = _fill(book, sheet.title, heads, rows, [20, *(_WIDTHS.get(key, 18) for key in keys), 24])
    options.offer(filled, 1, options.plans, len(rows))
    for column, key in enumerate(keys, 2):
        shape = sheet.record.fields[key]
        if shape is GROUP or (isinstance(shape, Many) and shape.item is GROUP):
            options.offer(filled, column, options.groups, len(rows))
        elif some := choices(shape):
            labels = sheet.labels(key)
            options.offer(filled, column, [labels.get(one, one) for one in some], len(rows))


def _texts(book: Any, plans: PlanSet) -> None:
    first, *others = plans.master.languages
    rows = []
    for plan in plans.plans:
        texts = plans.texts.get(plan.plan, {})
        home = internal_keys(plan) | public_keys(plan)
        keys = list(dict.fromkeys([*home, *(key for language in texts.values() for key in language)]))
        rows += [
            [plan.plan, key, home.get(key, ""), *(texts.get(language, {}).get(key, "") for language in others)]
            for key in keys
        ]
    heads = [PLAN_COLUMN, "键", first, *others, REASON]
    _fill(book, TEXTS, heads, rows, [20, 28, *(40 for _ in plans.master.languages), 24])
