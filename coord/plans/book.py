"""A workbook as rows of text: whatever is wrong with file, sheet or cell becomes a finding that names it.

Spreadsheets hurt in their own ways: merged cells, formulas, times that became
numbers, archives that unpack without end. None of that gets further than here.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from coord.errors import Finding, Grade
from coord.plans.layout import REASON
from coord.plans.node import Node, Where

MOST_BYTES = 8 * 1024 * 1024
MOST_UNPACKED = 64 * 1024 * 1024
MOST_PARTS = 200
MOST_ROWS = 20_000
MOST_COLUMNS = 60
_DAMAGE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    SyntaxError,  # of both XML parsers
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    RuntimeError,  # encrypted, or packed in a way that nobody uses
    EOFError,
    OSError,
)
"""How zipfile and openpyxl trip over damaged files: the file's fault, so a finding, not a bug of ours."""


@dataclass(slots=True)
class Row:
    """One row: its cells by column title, where each stands, the plan it belongs to."""

    cells: dict[str, tuple[str, Where]]
    where: Where

    def text(self, title: str) -> str:
        return self.cells.get(title, ("", self.where))[0]

    def node(self, title: str) -> Node:
        text, where = self.cells.get(title, ("", self.where))
        return Node(text, where)


class Book:
    """The sheets of a workbook, with the list that findings go to."""

    def __init__(self, book: Any, name: str, findings: list[Finding]) -> None:
        self.book, self.name, self.findings = book, name, findings

    def say(self, level: Grade, where: Where, code: str, said: str) -> None:
        self.findings.append(Finding(level, where.path, code, said, where.source, where.line))

    def sheet(self, title: str) -> Where:
        """Return the place that is a whole sheet."""
        return Where(self.name, 0, f"sheet {title}")

    def cell(self, title: str, cell: Any) -> Where:
        """Return the place that is a cell."""
        return Where(self.name, cell.row, f"sheet {title} cell {cell.coordinate}")

    def rows(self, title: str, columns: list[str]) -> Iterator[Row]:
        """Yield the rows of a sheet by column title; what is wrong with the sheet itself becomes findings."""
        if title not in self.book.sheetnames:
            self.say(
                "error", self.sheet(title), "workbook", f"the sheet “{title}” is missing; its rows stay as they were"
            )
            return
        sheet = self.book[title]
        for merged in sheet.merged_cells.ranges:
            where = Where(self.name, merged.min_row, f"sheet {title} cell {merged.coord}")
            self.say(
                "error", where, "merged-cells", f"the cells {merged.coord} are merged; a row is an entry, so split them"
            )
        if sheet.max_row > MOST_ROWS or sheet.max_column > MOST_COLUMNS:
            self.say(
                "error",
                self.sheet(title),
                "workbook",
                f"the sheet has {sheet.max_row} rows and {sheet.max_column} columns",
            )
            return
        heads = self._columns(sheet, title, columns)
        for row in sheet.iter_rows(min_row=2):
            cells = {}
            for cell in row:
                text = self._text(cell, title)
                if text and cell.column in heads:
                    cells[heads[cell.column]] = (
                        text,
                        Where(self.name, cell.row, f"sheet {title} cell {cell.coordinate}"),
                    )
            if cells:
                number = row[0].row
                yield Row(cells, Where(self.name, number, f"sheet {title} row {number}"))

    def _columns(self, sheet: Any, title: str, columns: list[str]) -> dict[int, str]:
        heads: dict[int, str] = {}
        for cell in next(sheet.iter_rows(min_row=1, max_row=1), ()):
            head = self._text(cell, title).strip()
            where = self.cell(title, cell)
            if head in heads.values():
                self.say("error", where, "workbook", f"the column “{head}” stands here twice")
            elif head in columns:
                heads[cell.column] = head
            elif head:
                self.say("error", where, "workbook", f"the column “{head}” is not known on this sheet")
        for column in columns:
            if column not in heads.values() and column != REASON:
                self.say("error", self.sheet(title), "workbook", f"the column “{column}” is missing")
        return heads

    def _text(self, cell: Any, title: str) -> str:
        value = cell.value
        if value is None:
            return ""
        if isinstance(value, str) and cell.data_type != "f":
            return value.replace("\r\n", "\n").replace("_x000D_", "")
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        where = self.cell(title, cell)
        what = "a formula" if cell.data_type == "f" else f"a {type(value).__name__}"
        self.say("error", where, "cell", f"here stands {what}; format the cell as text and write it again")
        return ""


def open_book(body: bytes, name: str, findings: list[Finding]) -> Book | None:
    """Return the workbook in *body*, or None with the reason in *findings*."""
    from openpyxl import load_workbook

    try:
        said = _refusal(body)
        if not said:
            return Book(load_workbook(io.BytesIO(body)), name, findings)
    except _DAMAGE as error:
        said = f"this is no workbook (.xlsx), or it is damaged: {type(error).__name__}"
    findings.append(Finding("error", "", "workbook", said, name))
    return None


def _refusal(body: bytes) -> str:
    """Return why the archive is not even opened, empty when it may be."""
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        infos = parts.infolist()
        unpacked = sum(info.file_size for info in infos)
        if len(body) > MOST_BYTES or unpacked > MOST_UNPACKED or len(infos) > MOST_PARTS:
            return "the workbook is too large to be a set of plans"
        if any(_declares(parts, info) for info in infos if info.filename.endswith((".xml", ".rels"))):
            return "the workbook has a document type declaration, which none needs"
    return ""


def _declares(parts: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    with parts.open(info) as part:
        return b"<!DOCTYPE" in part.read(4096)
