"""Two pictures of a set of plans, drawn by hand as SVG: the 1+N tree, and what a level does by group and time."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from coord.plans.explain import order
from coord.plans.lettering import wrap
from coord.plans.merge import Demand, demands, text_of
from coord.plans.model import Plan, PlanSet
from coord.plans.parts import Duty
from coord.plans.speech import ROMAN, Reader
from coord.plans.wanted import Level, rank

FONT = "'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif"
COLUMNS: tuple[tuple[str, timedelta | None], ...] = (
    ("≤ 10 min", timedelta(minutes=10)),
    ("≤ 30 min", timedelta(minutes=30)),
    ("≤ 1 h", timedelta(hours=1)),
    ("≤ 3 h", timedelta(hours=3)),
    ("≤ 6 h", timedelta(hours=6)),
    ("> 6 h", timedelta.max),
    ("◷", None),
)
"""Columns of the lanes: time since T; the last holds what waits for a milestone or a clock, or recurs."""

_INK = {"life": ("#fde3e1", "#b3261e"), "order": ("#e6eefb", "#2a4d8f"), "record": ("#f1f1f1", "#666666")}


def _svg(wide: float, high: float, title: str, body: Iterable[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high:.0f}" width="{wide:.0f}" '
        f'height="{high:.0f}" font-family="{FONT}" font-size="12" role="img">\n<title>{_text(title)}</title>\n'
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n' + "\n".join(body) + "\n</svg>\n"
    )


def _text(text: str) -> str:
    return html.escape(text, quote=True)


def _lines(x: float, y: float, lines: Sequence[str], style: str = "") -> str:
    spans = "".join(
        f'<tspan x="{x:.0f}" dy="{0 if n == 0 else 15}">{_text(line)}</tspan>' for n, line in enumerate(lines)
    )
    return f'<text x="{x:.0f}" y="{y:.0f}" {style}>{spans}</text>'


def graph(plans: PlanSet, language: str = "") -> str:
    """Return the tree of the set: the master, the specific plans on it, the work plans that they use."""
    reader = Reader(plans, language or plans.master.languages[0])
    columns = [[plan for plan in plans.plans if plan.kind == kind] for kind in ("master", "specific", "work")]
    step, box, gap, top = 92.0, 250.0, 110.0, 30.0
    high = top * 2 + step * max(map(len, columns))
    places = {
        plan.plan: (30 + index * (box + gap), top + (row + 0.5) * (high - 2 * top) / len(column))
        for index, column in enumerate(columns)
        for row, plan in enumerate(column)
    }
    body = []
    users = _users(columns[1])
    for plan in columns[1]:
        x, y = places[plan.plan]
        body.append(_arc((places[plans.master.plan][0] + box, places[plans.master.plan][1]), (x, y), "", "#888888"))
        for use in plan.uses:
            index, count = users[use.plan].index(plan.plan), len(users[use.plan])
            right, middle = places[use.plan]
            end = (right, middle + (index - (count - 1) / 2) * 17)
            body.append(_arc((x + box, y), end, ROMAN[use.at], "#2a4d8f"))
    body += [_node(reader, plan, *places[plan.plan], box) for plan in plans.plans]
    return _svg(60 + 3 * box + 2 * gap, high, "1 + N", body)


def _users(specific: Sequence[Plan]) -> Mapping[str, Sequence[str]]:
    """Return which specific plans use each work plan."""
    found: dict[str, list[str]] = {}
    for plan in specific:
        for use in plan.uses:
            found.setdefault(use.plan, []).append(plan.plan)
    return found


def _arc(start: tuple[float, float], end: tuple[float, float], label: str, ink: str) -> str:
    (x1, y1), (x2, y2) = start, end
    middle = (x1 + x2) / 2
    curve = f"M{x1:.0f},{y1:.0f} C{middle:.0f},{y1:.0f} {middle:.0f},{y2:.0f} {x2:.0f},{y2:.0f}"
    path = f'<path d="{curve}" fill="none" stroke="{ink}"/>'
    if not label:
        return path
    return (
        path
        + f'<text x="{x2 - 8:.0f}" y="{y2 - 5:.0f}" text-anchor="end" font-size="11" fill="{ink}">{_text(label)}</text>'
    )


def _node(reader: Reader, plan: Plan, x: float, y: float, box: float) -> str:
    fill = {"master": "#fff3d6", "specific": "#e6eefb", "work": "#e9f5ea"}[plan.kind]
    lines = wrap(reader.pick(reader.plans.text(plan.plan, "plan", plan.title)), 17, 3)
    duties = len(demands(reader.plans, plan.plan)) if plan.kind == "specific" else len(plan.duties)
    foot = f"{plan.plan} · {duties}"
    return (
        f'<g><rect x="{x:.0f}" y="{y - 38:.0f}" width="{box:.0f}" height="76" rx="6" fill="{fill}" stroke="#555555"/>'
        + _lines(x + 12, y - 18, lines, 'font-size="13" font-weight="bold"')
        + f'<text x="{x + 12:.0f}" y="{y + 30:.0f}" font-size="11" fill="#555555">{_text(foot)}</text></g>'
    )


def lanes(plans: PlanSet, plan: str, level: Level, language: str = "", only_new: bool = False) -> str:
    """Return what *level* of *plan* does: a lane a group, a column a time, a box a duty.

    With *only_new* the duties that begin at this very level, else all that hold at it.
    """
    reader = Reader(plans, language or plans.master.languages[0])
    held = [demand for some in demands(plans, plan).values() for demand in some if _shown(demand.duty, level, only_new)]
    cells: dict[tuple[str, int], list[Demand]] = {}
    for demand in sorted(held, key=order):
        cells.setdefault((demand.duty.owner, _column(demand.duty, level)), []).append(demand)
    left, wide, y = 150.0, 186.0, 60.0
    body = [_head(reader, plan, level, left, wide)]
    for group in plans.groups:
        columns = [cells.get((group, index), []) for index in range(len(COLUMNS))]
        if not any(columns):
            continue
        stacks = [[_box(reader, demand, wide - 12) for demand in column] for column in columns]
        high = max(26.0, max(sum(size + 6 for _, size in stack) for stack in stacks) + 8)
        body.append(f'<line x1="0" y1="{y:.0f}" x2="{left + wide * len(COLUMNS):.0f}" y2="{y:.0f}" stroke="#bbbbbb"/>')
        body.append(_lines(10, y + 20, wrap(reader.group(group), 10.5), 'font-weight="bold"'))
        for index, stack in enumerate(stacks):
            at = y + 6
            for drawn, size in stack:
                body.append(f'<g transform="translate({left + index * wide + 6:.0f},{at:.0f})">{drawn}</g>')
                at += size + 6
        y += high
    title = f"{plan} {level}"
    return _svg(left + wide * len(COLUMNS) + 10, y + 10, title, body)


def _shown(duty: Duty, level: Level, only_new: bool) -> bool:
    own = rank(duty.from_level)
    return duty.phase == "response" and (own == rank(level) if only_new else 0 < own <= rank(level))


def _column(duty: Duty, level: Level) -> int:
    """Return the column of the earliest time that counts from T at *level*, the last one when none does."""
    shifts = [
        rule.shift
        for rule in duty.by
        if rule.base in ("T", "D") and (rule.level is None or rank(rule.level) <= rank(level))
    ]
    if not shifts:
        return len(COLUMNS) - 1
    return next(index for index, (_, limit) in enumerate(COLUMNS) if limit is not None and min(shifts) <= limit)


def _head(reader: Reader, plan: str, level: Level, left: float, wide: float) -> str:
    title = f"{reader.pick(reader.plans.text(plan, 'plan', reader.plans[plan].title))} · {ROMAN[level]}"
    heads = "".join(
        f'<text x="{left + index * wide + 8:.0f}" y="50" fill="#555555">{_text("T " + name if limit else name)}</text>'
        for index, (name, limit) in enumerate(COLUMNS)
    )
    return f'<text x="10" y="24" font-size="16" font-weight="bold">{_text(title)}</text>{heads}'


def _box(reader: Reader, demand: Demand, wide: float) -> tuple[str, float]:
    duty = demand.duty
    fill, ink = _INK[duty.weight]
    lines = wrap(reader.pick(text_of(reader.plans, demand)), (wide - 14) / 12)
    small = wrap(f"{ROMAN[duty.from_level] if duty.from_level else ''} {reader.dues(duty)}".strip(), (wide - 14) / 10)[
        :3
    ]
    high = 15.0 * len(lines) + 13 * len(small) + 10
    shape = f'<rect width="{wide:.0f}" height="{high:.0f}" rx="4" fill="{fill}" stroke="{ink}"/>'
    foot = "".join(
        f'<text x="7" y="{15 * len(lines) + 13 * (n + 1) + 1}" font-size="10" fill="{ink}">{_text(line)}</text>'
        for n, line in enumerate(small)
    )
    return shape + _lines(7, 16, lines) + foot, high
