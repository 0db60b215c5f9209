"""How a set of plans lies in a workbook: one sheet a kind of entry, Chinese headers, one row an entry.

Export and import both follow from this; the fields are those of
:mod:`coord.plans.form`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coord.plans.form import LEVEL, LEVELRULE, PLAN
from coord.plans.node import Node, Where
from coord.plans.records import Listed, Record, Table
from coord.plans.shape import ByLevel, Flag, Many, Shape, Word

ABOUT = "说明"
OPTIONS = "选项"
PLANS = "预案"
WORDS = "词表"
TEXTS = "译文"
PLAN_COLUMN = "预案"
REASON = "删除原因"
"""Fill in why, and the row goes; a row that is merely missing stays, with a finding."""

HEADERS: Mapping[str, str] = {
    "plan": "预案编号",
    "id": "编号",
    "code": "代码",
    "title": "名称",
    "kind": "类型",
    "extends": "上位预案",
    "hazards": "灾种",
    "stand-by": "待命组",
    "zone": "时区",
    "languages": "语言",
    "from-level": "起始级别",
    "phase": "阶段",
    "owner": "牵头组",
    "support": "配合组",
    "each": "地点规则",
    "when": "条件",
    "by": "时限",
    "every": "周期",
    "after": "先决任务",
    "weight": "分量",
    "evidence": "办结凭据",
    "evidence-may-follow": "凭据可后补",
    "on-lower": "降级时",
    "again": "升级再下达",
    "ack-within": "应答时限",
    "report": "报告",
    "warning": "发布模板",
    "clause": "依据",
    "spoken": "口头名称",
    "duty": "任务编号或职责",
    "lead-unit": "牵头单位",
    "ladder": "呼叫阶梯",
    "level": "级别",
    "start": "启动权限",
    "end": "终止权限",
    "chair": "会商主持",
    "system": "信号系统",
    "codes": "信号代码（由低到高）",
    "by-order": "只随命令移动",
    "at": "自哪级使用",
    "question": "问题",
    "when-any": "任一触发",
    "within": "答复时限",
    "silent-after": "静默多久换人",
    "issues": "下达任务",
    "report-to": "向谁报告",
    "why": "理由",
    "verb": "措施动作",
    "scope": "范围",
    "levels": "可用级别",
    "sign": "签发组",
    "release": "发布组",
    "exempt": "豁免",
    "partial-by": "可分",
    "ends": "如何结束",
    "resumption": "恢复任务",
    "unit": "单位",
    "reporter": "填报组",
    "target": "目标",
    "text": "正文",
    "slots": "空位",
    "series": "报告系列",
    "to": "报送",
    "fields": "栏目",
    "name": "情景名称",
    "places": "地点",
    "properties": "属性",
    "given": "发生",
    "expect": "预期",
}

LABELS: Mapping[str, Mapping[str, str]] = {
    "weight": {"life": "生命", "order": "指令", "record": "记录"},
    "on-lower": {"keep": "继续", "ask": "询问", "stop": "停止"},
    "phase": {
        "watch": "关注",
        "initial": "先期处置",
        "response": "响应",
        "end": "终止",
        "recovery": "恢复",
        "review": "评估",
    },
    "verb": {"stop": "停", "close": "关", "lower": "降", "withdraw": "撤", "dismantle": "拆"},
    "again": {"on-raise": "是"},
    "by-order": {"yes": "是"},
    "end": {"same-or-superior": "同级或上级", "same": "同级"},
    "series": {"first": "初报", "follow-up": "续报", "daily": "日报", "final": "终报", "exchange": "交换"},
}
KINDS: Mapping[str, Mapping[str, str]] = {
    PLANS: {"master": "总体预案", "specific": "专项预案", "work": "工作方案"},
    "任务": {"desk": "坐席", "field": "现场", "round": "巡回"},
    "文本模板": {
        "advice": "提示",
        "warning": "预警",
        "notice": "通告",
        "evacuation": "转移指令",
        "passage": "通道状态",
        "all-clear": "解除",
    },
}
"""Labels of ``kind``, which means something else on each sheet."""


@dataclass(frozen=True)
class Sheet:
    """A sheet: its title, the section of the plan it holds, and the record of a row."""

    title: str
    section: str
    record: Record
    id: str

    @property
    def columns(self) -> list[str]:
        """The keys of the record, in the order of the columns."""
        return list(self.record.fields)

    def labels(self, key: str) -> Mapping[str, str]:
        """Return what is shown for each choice of *key*."""
        return KINDS.get(self.title, {}) if key == "kind" else LABELS.get(key, {})


def _listed(title: str, section: str) -> Sheet:
    shape = PLAN.fields[section]
    assert isinstance(shape, Listed)  # noqa: S101 - the form says so
    return Sheet(title, section, shape.item, shape.id)


HEAD = Record(
    dict,
    {key: PLAN.fields[key] for key in ("plan", "kind", "title", "extends", "hazards", "stand-by", "zone", "languages")},
)
SHEETS: tuple[Sheet, ...] = (
    _listed("任务", "duties"),
    Sheet("级别与权限", "levels", Record(dict, {"level": LEVEL, **LEVELRULE.fields}), "level"),
    _listed("信号规则", "decisions"),
    _listed("常设指令", "standing"),
    _listed("措施", "measures"),
    _listed("里程碑", "milestones"),
    _listed("台账", "ledgers"),
    _listed("文本模板", "templates"),
    _listed("报告", "reports"),
    _listed("情景", "scenarios"),
    _listed("工作组", "groups"),
    _listed("信号系统", "ladders"),
    _listed("使用工作方案", "uses"),
    _listed("修改总体任务", "override"),
    _listed("省略总体任务", "omit"),
)
TABLES = ("clauses", "posts", "places", "properties", "phases", "ack-within")
"""Sections that are tables of words: all on one sheet, with a column for which."""

_LEVELED = re.compile(r"(I{1,3}|IV)\s*[:：]\s*(.*)")
_PAIR = re.compile(r"([^:：]+?)\s*[:：]\s*(.*)")


def to_cell(plain: Any, labels: Mapping[str, str]) -> str:
    """Return the text of a cell for a value in plain form; lists and tables have one entry a line."""
    if isinstance(plain, list):
        return "\n".join(labels.get(one, one) for one in plain)
    if isinstance(plain, dict):
        return "\n".join(f"{key}: {one}" for key, value in plain.items() for one in _many(value))
    return labels.get(plain, plain)


def _many(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def from_cell(shape: Shape, text: str, labels: Mapping[str, str], where: Where) -> Node:
    """Return the tree of what stands in a cell, for a field of *shape*."""
    codes = {label: code for code, label in labels.items()}
    lines = [codes.get(line.strip(), line.strip()) for line in text.splitlines() if line.strip()]
    if isinstance(shape, ByLevel) and any(_LEVELED.fullmatch(line) for line in lines):
        table: dict[str, Node] = {}
        for line in lines:
            found = _LEVELED.fullmatch(line)
            level, said = (found[1], found[2]) if found else ("", line)
            node = table.setdefault(level, Node([], where))
            if isinstance(node.value, list):
                node.value.append(Node(said, where))
        return Node(table, where, dict.fromkeys(table, where))
    if isinstance(shape, Table):
        values = {}
        for line in lines:
            pair = _PAIR.fullmatch(line)
            values[pair[1] if pair else line] = Node(pair[2] if pair else "", where)
        return Node(values, where, dict.fromkeys(values, where))
    if isinstance(shape, Many | ByLevel):
        return Node([Node(line, where) for line in lines], where)
    return Node(codes.get(text.strip(), text), where)


def choices(shape: Shape) -> tuple[str, ...]:
    """Return what a cell of *shape* is chosen from, if it is one choice."""
    if isinstance(shape, Word):
        return shape.choices
    return (shape.word,) if isinstance(shape, Flag) else ()
