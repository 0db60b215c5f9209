"""A group's card: what it owes at a level, by when, with whom; and whom to call.

For the wall and for the dark room: Markdown to read and paste, HTML to print.
The call list has posts and blank lines, for a plan holds no people.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from coord.plans.explain import order
from coord.plans.merge import Demand, demands, text_of
from coord.plans.model import PlanSet
from coord.plans.speech import ROMAN, Reader
from coord.plans.wanted import Level, rank

ZH = {
    "card": "任务卡",
    "level": "{level}级响应",
    "duty": "任务",
    "due": "时限",
    "places": "地点",
    "support": "协同",
    "evidence": "办结凭据",
    "clause": "依据",
    "ticks": "收到 出发 到场 完成 做不了",
    "lead": "牵头",
    "help": "配合",
    "owner": "牵头组",
    "calls": "呼叫单",
    "post": "岗位",
    "name": "姓名",
    "phone": "电话",
    "wait": "等候",
    "result": "有人接 无人接 占线 错号",
    "from": "级别",
    "none": "无",
    "set": "预案版本",
}
EN = {
    "card": "task card",
    "level": "level {level}",
    "duty": "Duty",
    "due": "Due",
    "places": "Places",
    "support": "With",
    "evidence": "Closed by",
    "clause": "Source",
    "ticks": "received · on the way · there · done · cannot",
    "lead": "To lead",
    "help": "To support",
    "owner": "Led by",
    "calls": "Call list",
    "post": "Post",
    "name": "Name",
    "phone": "Phone",
    "wait": "Wait",
    "result": "answered · no answer · busy · wrong number",
    "from": "Level",
    "none": "none",
    "set": "Version of the plans",
}

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A group's card in one language: what it leads, what it supports, whom to call."""

    words: dict[str, str]
    title: str
    subtitle: str
    duty: str
    lead: Sequence[Row]
    help: Sequence[Row]
    calls: Sequence[Row]
    digest: str


def card(plans: PlanSet, group: str, level: Level, plan: str, language: str = "") -> Card:
    """Return the card of *group* at *level* of *plan*; raises :exc:`KeyError` for an unknown group or plan."""
    reader = Reader(plans, language or plans.master.languages[0])
    words = ZH if reader.language.startswith("zh") else EN
    one = plans.groups[group]
    said = demands(plans, plan)
    held = sorted((demand for some in said.values() for demand in some if _held(demand, level)), key=order)
    lead = [_lead(reader, demand) for demand in held if demand.duty.owner == group]
    support = [_help(reader, demand) for demand in held if group in demand.duty.support]
    wait = plans.master.ack_within.get("order")
    calls = [
        (reader.post(rung.post), "", "", reader.length(length) if (length := rung.wait or wait) else "", "")
        for rung in one.ladder
    ]
    plan_title = reader.pick(plans.text(plan, "plan", plans[plan].title))
    subtitle = f"{plan_title} · {words['level'].format(level=ROMAN[level])}"
    return Card(
        words, f"{reader.group(group)} · {words['card']}", subtitle, one.duty, lead, support, calls, plans.digest[:12]
    )


def _held(demand: Demand, level: Level) -> bool:
    duty = demand.duty
    return duty.phase == "response" and 0 < rank(duty.from_level) <= rank(level)


def _lead(reader: Reader, demand: Demand) -> Row:
    duty = demand.duty
    return (
        ROMAN[duty.from_level] if duty.from_level else "",
        reader.pick(text_of(reader.plans, demand)),
        reader.dues(duty),
        reader.places(duty.each) if duty.each else "",
        reader.words["list"].join(map(reader.short, duty.support)),
        duty.evidence,
        duty.clause,
    )


def _help(reader: Reader, demand: Demand) -> Row:
    duty = demand.duty
    level = ROMAN[duty.from_level] if duty.from_level else ""
    return (level, reader.pick(text_of(reader.plans, demand)), reader.dues(duty), reader.short(duty.owner))


def _tables(one: Card) -> Sequence[tuple[str, Row, Sequence[Row]]]:
    words = one.words
    lead = tuple(words[key] for key in ("from", "duty", "due", "places", "support", "evidence", "clause", "ticks"))
    support = tuple(words[key] for key in ("from", "duty", "due", "owner"))
    calls = tuple(words[key] for key in ("post", "name", "phone", "wait", "result"))
    return (
        (words["lead"], lead, [(*row, "☐ ☐ ☐ ☐ ☐") for row in one.lead]),
        (words["help"], support, one.help),
        (words["calls"], calls, [(*row[:-1], "☐ ☐ ☐ ☐") for row in one.calls]),
    )


def markdown(one: Card) -> str:
    """Return the card as Markdown."""
    lines = [f"# {one.title}", "", f"{one.subtitle}", "", f"*{one.duty}*", ""]
    for title, head, rows in _tables(one):
        lines += [f"## {title}", ""]
        if rows:
            lines += [_line(head), _line("---" for _ in head), *(_line(row) for row in rows), ""]
        else:
            lines += [one.words["none"], ""]
    return "\n".join([*lines, f"{one.words['set']}: `{one.digest}`", ""])


def _line(cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"  # type: ignore[attr-defined]


STYLE = """
@page { size: A4 landscape; margin: 12mm }
body { font: 11pt/1.35 "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif }
h1 { font-size: 20pt; margin: 0 } h2 { font-size: 13pt; margin: 10pt 0 3pt } p { margin: 2pt 0 6pt }
table { border-collapse: collapse; width: 100% } thead { display: table-header-group } tr { break-inside: avoid }
th, td { border: 0.6pt solid #555; padding: 3pt 5pt; text-align: left; vertical-align: top } th { background: #eee }
.lead td:nth-child(2) { font-weight: bold } .calls td { height: 22pt }
.calls th:nth-child(2) { width: 18% } .calls th:nth-child(3) { width: 24% } td:last-child { white-space: nowrap }
footer { margin-top: 8pt; font-size: 9pt; color: #555 }
"""


def page(one: Card, language: str) -> str:
    """Return the card as one self-contained HTML page for A4 paper."""
    parts = []
    for (title, head, rows), name in zip(_tables(one), ("lead", "help", "calls"), strict=True):
        parts.append(f"<h2>{_text(title)}</h2>")
        if not rows:
            parts.append(f"<p>{_text(one.words['none'])}</p>")
            continue
        heads = "".join(f"<th>{_text(cell)}</th>" for cell in head)
        body = "".join("<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in row) + "</tr>\n" for row in rows)
        parts.append(f'<table class="{name}"><thead><tr>{heads}</tr></thead><tbody>\n{body}</tbody></table>')
    return (
        f'<!doctype html>\n<html lang="{_text(language)}"><head><meta charset="utf-8"><title>{_text(one.title)}</title>'
        f"<style>{STYLE}</style></head>\n<body><h1>{_text(one.title)}</h1><p>{_text(one.subtitle)}</p>"
        f"<p><em>{_text(one.duty)}</em></p>\n{''.join(parts)}\n"
        f"<footer>{_text(one.words['set'])}: {_text(one.digest)}</footer></body></html>\n"
    )


def _text(text: str) -> str:
    return html.escape(text, quote=True)
