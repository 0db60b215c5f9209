"""A workbook back into a set of plans: every finding names sheet and cell, and a missing row is never a deletion.

The workbook is read into the same trees as YAML and then by the same reader, so
there is one grammar and one set of rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from coord.errors import Finding
from coord.plans.book import Book, Row, open_book
from coord.plans.form import PLAN
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
    from_cell,
)
from coord.plans.lines import Lines
from coord.plans.load import Reading, assemble
from coord.plans.model import PlanSet
from coord.plans.node import Node, Where, node_of


@dataclass(slots=True)
class Taken:
    """What a workbook gave: the set as far as it can be read, and why rows were struck out, by (plan, section, id)."""

    reading: Reading
    removals: dict[tuple[str, str, str], str] = field(default_factory=dict)


def from_workbook(body: bytes, base: PlanSet, name: str = "workbook.xlsx") -> Taken:
    """Return the set in the XLSX file *body*; rows that *base* has and the workbook lacks stay, with a finding."""
    findings: list[Finding] = []
    book = open_book(body, name, findings)
    if book is None:
        return Taken(Reading(None, findings, Lines()))
    taking = _Taking(book, base)
    trees = taking.trees()
    return Taken(assemble(trees, findings), taking.removals)


class _Taking:
    """Reads the sheets into trees, one a plan and one a plan and language."""

    def __init__(self, book: Book, base: PlanSet) -> None:
        self.book, self.base = book, base
        self.say, self.sheet = book.say, book.sheet
        self.before = {plan.plan: PLAN.plain(plan) for plan in base.plans}
        self.removals: dict[tuple[str, str, str], str] = {}
        self.plans: dict[str, dict[str, Node]] = {}

    def trees(self) -> list[Node]:
        """Return all trees."""
        known = {ABOUT, OPTIONS, PLANS, WORDS, TEXTS, *(sheet.title for sheet in SHEETS)}
        for title in self.book.book.sheetnames:
            if title not in known:
                self.say("warning", self.sheet(title), "workbook", f"the sheet “{title}” is not known and is not read")
        self._heads()
        for sheet in SHEETS:
            self._entries(sheet)
        self._words()
        texts = list(self._texts())
        plans = [
            Node(table, self.sheet(PLANS), {key: one.where for key, one in table.items()})
            for table in self.plans.values()
        ]
        return [*plans, *texts]

    def _heads(self) -> None:
        seen = set()
        for row in self.book.rows(PLANS, [HEADERS[key] for key in HEAD.fields]):
            name = row.text(HEADERS["plan"]).strip()
            seen.add(name)
            if name in self.plans:
                self.say("error", row.where, "same-id", f"the plan “{name}” stands here twice")
                continue
            self.plans[name] = self._fields(row, Sheet(PLANS, "", HEAD, "plan"))
        for name, plain in self.before.items():
            if name not in seen:
                self.say("error", self.sheet(PLANS), "missing-row", f"the plan “{name}” is missing; it stays as it was")
                head = {key: value for key, value in plain.items() if key in HEAD.fields}
                self.plans[name] = {key: node_of(one, self.sheet(PLANS)) for key, one in head.items()}

    def _fields(self, row: Row, sheet: Sheet) -> dict[str, Node]:
        found = {}
        for key, shape in sheet.record.fields.items():
            if text := row.text(HEADERS[key]):
                found[key] = from_cell(shape, text, sheet.labels(key), row.node(HEADERS[key]).where)
        return found

    def _entries(self, sheet: Sheet) -> None:
        titles = [PLAN_COLUMN, *(HEADERS[key] for key in sheet.columns), REASON]
        seen: set[tuple[str, str]] = set()
        for row in self.book.rows(sheet.title, titles):
            plan = row.text(PLAN_COLUMN).strip()
            fields = self._fields(row, sheet)
            name = str(fields[sheet.id].value) if sheet.id in fields else ""
            seen.add((plan, name))
            if plan not in self.plans:
                self.say("error", row.node(PLAN_COLUMN).where, "unknown-plan", f"there is no plan “{plan}”")
            elif reason := row.text(REASON).strip():
                self.removals[plan, sheet.section, name] = reason
            else:
                self._add(plan, sheet, name, _table(fields, row.where))
        for plan, plain in self.before.items():
            for name, entry in _named(plain.get(sheet.section, []), sheet):
                if (plan, name) not in seen:
                    said = f"the row “{name}” of “{plan}” is missing; it stays; to remove it, fill in “{REASON}”"
                    self.say("error", self.sheet(sheet.title), "missing-row", said)
                    self._add(plan, sheet, name, node_of(entry, self.sheet(sheet.title)))

    def _add(self, plan: str, sheet: Sheet, name: str, entry: Node) -> None:
        sections = self.plans[plan]
        if sheet.section != "levels":
            node = sections.setdefault(sheet.section, Node([], self.sheet(sheet.title)))
            if isinstance(node.value, list):
                node.value.append(entry)
            return
        node = sections.setdefault("levels", Node({}, self.sheet(sheet.title)))
        if isinstance(node.value, dict) and isinstance(entry.value, dict):
            if name in node.value:
                self.say("error", entry.where, "same-id", f"the level “{name}” stands here twice")
            fields = {key: one for key, one in entry.value.items() if key != "level"}
            node.value[name], node.keys[name] = Node(fields, entry.where, entry.keys), entry.where

    def _words(self) -> None:
        seen: set[tuple[str, str, str]] = set()
        for row in self.book.rows(WORDS, [PLAN_COLUMN, "词表", "键", "值", REASON]):
            plan, section, key = (row.text(title).strip() for title in (PLAN_COLUMN, "词表", "键"))
            if (plan, section, key) in seen:
                self.say("error", row.where, "same-id", f"“{key}” stands here twice")
            seen.add((plan, section, key))
            if plan not in self.plans or section not in TABLES:
                self.say(
                    "error", row.where, "cell", f"“{plan}” has no table “{section}”; it may be {', '.join(TABLES)}"
                )
            elif reason := row.text(REASON).strip():
                self.removals[plan, section, key] = reason
            else:
                self._word(plan, section, key, row.node("值"))
        for plan, plain in self.before.items():
            for section in TABLES:
                for key, value in plain.get(section, {}).items():
                    if (plan, section, key) not in seen:
                        self.say(
                            "error",
                            self.sheet(WORDS),
                            "missing-row",
                            f"“{section} {key}” of “{plan}” is missing; it stays",
                        )
                        self._word(plan, section, key, node_of(value, self.sheet(WORDS)))

    def _word(self, plan: str, section: str, key: str, value: Node) -> None:
        table = self.plans[plan].setdefault(section, Node({}, self.sheet(WORDS)))
        if isinstance(table.value, dict):
            table.value[key], table.keys[key] = value, value.where

    def _texts(self) -> Iterator[Node]:
        first, *others = self.base.master.languages
        tables: dict[tuple[str, str], dict[str, Node]] = {}
        seen: set[tuple[str, str]] = set()
        for row in self.book.rows(TEXTS, [PLAN_COLUMN, "键", first, *others, REASON]):
            plan, key = row.text(PLAN_COLUMN).strip(), row.text("键").strip()
            seen.add((plan, key))
            if reason := row.text(REASON).strip():
                self.removals[plan, "texts", key] = reason
                continue
            for language in others:
                if row.text(language):
                    tables.setdefault((plan, language), {})[key] = row.node(language)
        for plan, by in self.base.texts.items():
            for language, texts in by.items():
                for key, text in texts.items():
                    if (plan, key) not in seen and not self._gone(plan, key):
                        self.say(
                            "error",
                            self.sheet(TEXTS),
                            "missing-row",
                            f"the text “{key}” of “{plan}” is missing; it stays",
                        )
                        tables.setdefault((plan, language), {})[key] = Node(text, self.sheet(TEXTS))
        where = self.sheet(TEXTS)
        for (plan, language), table in tables.items():
            kept = {key: one for key, one in table.items() if not self._gone(plan, key)}
            head = {"plan": Node(plan, where), "language": Node(language, where), "texts": _table(kept, where)}
            yield _table(head, where)

    def _gone(self, plan: str, key: str) -> bool:
        """Return whether what *key* is the text of was struck out."""
        kind, _, name = key.partition(".")
        return any(
            gone == (plan, section, name) for gone in self.removals for section in (f"{kind}s", _PLURAL.get(kind, ""))
        )


_PLURAL = {"duty": "duties", "standing": "standing"}


def _table(fields: dict[str, Node], where: Where) -> Node:
    return Node(fields, where, {key: one.where for key, one in fields.items()})


def _named(entries: Any, sheet: Sheet) -> Iterator[tuple[str, Any]]:
    if isinstance(entries, dict):
        yield from ((key, {"level": key, **one}) for key, one in entries.items())
    else:
        yield from ((str(one[sheet.id]), one) for one in entries)
