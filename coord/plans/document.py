"""A set, or one plan of it, as a document of numbered clauses with a card for each group: what an office files.

Reading order is that of Chinese plans: organisation, levels, signals, duties by
level, measures, end and recovery; then the cards.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from coord.plans.explain import explain
from coord.plans.model import Plan, PlanSet
from coord.plans.sheet import card
from coord.plans.speech import ROMAN, Reader
from coord.plans.wanted import LEVELS

ZH = {
    "general": "总则",
    "clauses": "依据",
    "groups": "组织体系",
    "levels": "响应分级与权限",
    "signals": "信号与决定",
    "standing": "常设指令",
    "duties": "任务",
    "measures": "停止措施",
    "cards": "任务卡",
    "level": "{level}级：{start}启动，{end}终止",
    "ends": {"same-or-superior": "同级或上级", "same": "同级"},
    "provisional": "{post}（先行启动，{length}内补签）",
    "asks": "{triggers}：{length}内决定{question}",
    "when": "{triggers}：{title}",
    "measure": "{title}：{scope}",
    "exempt": "豁免：{exempt}",
    "sample": "样本：标明 sample 的条款不是官方规定。",
}
EN = {
    "general": "General",
    "clauses": "Sources",
    "groups": "Organisation",
    "levels": "Levels and authority",
    "signals": "Signals and decisions",
    "standing": "Standing orders",
    "duties": "Duties",
    "measures": "Stop-measures",
    "cards": "Group cards",
    "level": "{level}: started by {start}, ended by {end}",
    "ends": {"same-or-superior": "the same authority or its superior", "same": "the same authority"},
    "provisional": "{post} (provisionally, to be confirmed within {length})",
    "asks": "{triggers}: decide “{question}” within {length}",
    "when": "{triggers}: {title}",
    "measure": "{title}: {scope}",
    "exempt": "exempt: {exempt}",
    "sample": "SAMPLE: clauses marked “sample” are no official rule.",
}
Words = dict[str, Any]


def to_document(plans: PlanSet, only: str | None = None, language: str = "") -> bytes:
    """Return the DOCX file of the set, or of the plan *only*."""
    from docx import Document

    reader = Reader(plans, language or plans.master.languages[0])
    words: Words = ZH if reader.language.startswith("zh") else EN
    document = Document()
    _font(document)
    chosen = [plan for plan in plans.plans if only in (None, plan.plan)]
    document.add_heading(_title(reader, chosen[0]), 0)
    document.add_paragraph(words["sample"])
    for number, plan in enumerate(chosen, 1):
        _plan(document, reader, words, plan, f"{number}" if len(chosen) > 1 else "")
    for plan in chosen:
        if plan.kind == "specific":
            _cards(document, reader, words, plan)
    document.add_paragraph(f"SHA-256 {plans.digest}")
    body = io.BytesIO()
    document.save(body)
    return body.getvalue()


def _font(document: Any) -> None:
    """Name a Chinese font for East Asian letters, else a reader may show boxes."""
    from docx.oxml.ns import qn

    style = document.styles["Normal"]
    style.font.name = "Calibri"
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")


def _title(reader: Reader, plan: Plan) -> str:
    return reader.pick(reader.plans.text(plan.plan, "plan", plan.title))


def _plan(document: Any, reader: Reader, words: Words, plan: Plan, number: str) -> None:
    if number:
        document.add_heading(f"{number} {_title(reader, plan)}", 1)
    chapters = [(title, list(lines)) for title, lines in _chapters(reader, words, plan)]
    for index, (title, lines) in enumerate(((title, lines) for title, lines in chapters if lines), 1):
        clause = f"{number}.{index}" if number else f"{index}"
        document.add_heading(f"{clause} {title}", 2)
        for step, line in enumerate(lines, 1):
            document.add_paragraph(f"{clause}.{step} {line}")


def _chapters(reader: Reader, words: Words, plan: Plan) -> Iterator[tuple[str, Iterator[str]]]:
    plans = reader.plans
    yield words["clauses"], (f"{key}: {title}" for key, title in plan.clauses.items())
    yield words["groups"], (f"{reader.group(one.code)}: {one.duty}" for one in plan.groups)
    yield words["levels"], _levels(reader, words, plan)
    yield (
        words["signals"],
        (
            words["asks"].format(
                triggers=" / ".join(map(str, rule.when_any)),
                length=reader.length(rule.within),
                question=rule.question,
            )
            for rule in plan.decisions
        ),
    )
    yield (
        words["standing"],
        (
            words["when"].format(
                triggers=" / ".join(map(str, order.when_any)),
                title=reader.pick(plans.text(plan.plan, f"standing.{order.id}", order.title)),
            )
            for order in plan.standing
        ),
    )
    own = {duty.id for duty in plan.duties}
    yield words["duties"], (said for duty, said in explain(plans, plan.plan, reader.language) if duty in own)
    yield words["measures"], _measures(reader, words, plan)


def _levels(reader: Reader, words: Words, plan: Plan) -> Iterator[str]:
    for level in LEVELS:
        if (rule := plan.levels.get(level)) is not None:
            start = [
                words["provisional"].format(post=reader.post(one.post), length=reader.length(one.provisional))
                if one.provisional
                else reader.post(one.post)
                for one in rule.start
            ]
            end = words["ends"][rule.end]
            yield words["level"].format(level=ROMAN[level], start=reader.words["list"].join(start), end=end)


def _measures(reader: Reader, words: Words, plan: Plan) -> Iterator[str]:
    for one in plan.measures:
        title = reader.pick(reader.plans.text(plan.plan, f"measure.{one.id}", one.title))
        said = words["measure"].format(title=title, scope=one.scope)
        exempt = words["exempt"].format(exempt=reader.words["list"].join(one.exempt)) if one.exempt else ""
        yield reader.words["semicolon"].join(filter(None, (said, exempt, one.ends)))


def _cards(document: Any, reader: Reader, words: Words, plan: Plan) -> None:
    document.add_page_break()
    document.add_heading(f"{words['cards']} · {_title(reader, plan)}", 1)
    for group in reader.plans.groups:
        one = card(reader.plans, group, "I", plan.plan, reader.language)
        if not one.lead:
            continue
        document.add_heading(one.title, 2)
        heads = [one.words[key] for key in ("from", "duty", "due", "places", "support", "evidence", "clause")]
        _rows(document, heads, one.lead)


def _rows(document: Any, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(rows=1, cols=len(heads), style="Table Grid")
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.text = head
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
