"""The form of a plan file: every key there is, and what may stand behind it.

Reading, canonical writing, the workbook and ``playbook.schema.json`` all follow
from the records below.
"""

from __future__ import annotations

import re
from typing import Any

from coord.errors import Finding
from coord.plans.model import Plan, PlanSet
from coord.plans.node import Node
from coord.plans.parts import (
    Authority,
    Duty,
    Ladder,
    Ledger,
    LevelRule,
    Measure,
    Milestone,
    Omission,
    Override,
    Report,
    Rung,
    Scenario,
    SignalRule,
    StandingOrder,
    TaskGroup,
    Template,
    Use,
)
from coord.plans.records import Listed, Record, Table
from coord.plans.rules import Condition, PlaceRule
from coord.plans.shape import ID, NOTHING, ByLevel, Flag, Many, Said, Shape, Word
from coord.plans.signals import Question, Trigger
from coord.plans.terms import NAME, Due, Rhythm, duration, duration_text

LEVEL = Word(choices=("I", "II", "III", "IV"))
GROUP = Word(re.compile(r"[A-Z][A-Z0-9]{1,7}"), says="a group code (2 to 8 capital letters)")
LANGUAGE = Word(re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?"), says="a language tag such as zh-Hans or pt")
LENGTH = Said(duration, "a duration such as “30 min”", duration_text)
ZONE = Word(re.compile(r"[+-](0[0-9]|1[0-4]):[0-5][0-9]"), says="an offset such as “+08:00”")
SYSTEM = Word(re.compile(rf"{NAME.pattern}/{NAME.pattern}"), says="authority/system, such as “gd/typhoon”")
CODE = Word(re.compile(r"[a-z0-9]+(-[a-z0-9]+)*"), most=30, says="the code of a signal")
TITLE = Word(most=120)

DUE = Said(Due.parse, "a due rule such as “T+30 min”")
RHYTHM = Said(Rhythm.parse, "a rhythm such as “30 min” or “08:00 17:00”")
PLACES = Said(PlaceRule.parse, "a place rule such as “household at-risk”")
CONDITION = Said(Condition.parse, "a condition such as “night is yes”")
TRIGGER = Said(Trigger.parse, "a trigger such as “gd/typhoon at-least yellow”")
PHASE = Word(choices=("watch", "initial", "response", "end", "recovery", "review"))
WEIGHT = Word(choices=("life", "order", "record"))


def _needs(*keys: str) -> frozenset[str]:
    return frozenset(keys)


DUTY = Record(
    Duty,
    {
        "id": ID,
        "title": TITLE,
        "from-level": LEVEL,
        "phase": PHASE,
        "owner": GROUP,
        "support": Many(GROUP),
        "each": PLACES,
        "when": CONDITION,
        "by": ByLevel(DUE),
        "every": ByLevel(RHYTHM),
        "after": Many(ID),
        "kind": Word(choices=("desk", "field", "round")),
        "weight": WEIGHT,
        "evidence": Word(most=200),
        "evidence-may-follow": LENGTH,
        "on-lower": Word(choices=("keep", "ask", "stop")),
        "again": Flag("on-raise"),
        "ack-within": LENGTH,
        "report": ID,
        "warning": ID,
        "clause": Word(most=200),
    },
    _needs("id", "title", "owner", "clause"),
)
GROUPS = Record(
    TaskGroup,
    {
        "code": GROUP,
        "title": TITLE,
        "spoken": TITLE,
        "duty": Word(most=500),
        "lead-unit": TITLE,
        "ladder": Many(Said(Rung.parse, "a rung such as “duty-officer 5 min”"), ordered=True, least=1),
    },
    _needs("code", "title", "duty", "ladder"),
)
AUTHORITIES = Many(Said(Authority.parse, "an authority such as “secretary-general”"), ordered=True, least=1)
LEVELRULE = Record(
    LevelRule,
    {"start": AUTHORITIES, "end": Word(choices=("same-or-superior", "same")), "chair": ID, "clause": Word(most=200)},
    _needs("start"),
)
RULE = Record(
    SignalRule,
    {
        "id": ID,
        "question": Said(Question.parse, "a question such as “start III”"),
        "when-any": Many(TRIGGER, least=1),
        "within": LENGTH,
        "silent-after": LENGTH,
        "ladder": Many(ID, ordered=True),
        "clause": Word(most=200),
    },
    _needs("id", "question", "when-any", "within", "silent-after"),
)
STANDING = Record(
    StandingOrder,
    {
        "id": ID,
        "title": TITLE,
        "when-any": Many(TRIGGER, least=1),
        "issues": Many(ID, least=1),
        "report-to": ID,
        "clause": Word(most=200),
    },
    _needs("id", "title", "when-any", "issues"),
)
MEASURE = Record(
    Measure,
    {
        "id": ID,
        "title": TITLE,
        "verb": Word(choices=("stop", "close", "lower", "withdraw", "dismantle")),
        "scope": Word(most=500),
        "levels": Many(LEVEL, least=1),
        "sign": GROUP,
        "release": GROUP,
        "exempt": Many(Word(most=120)),
        "partial-by": Many(Word(choices=("area", "sector", "time"))),
        "ends": Word(most=300),
        "resumption": Many(ID),
        "clause": Word(most=200),
    },
    _needs("id", "title", "verb", "scope", "levels", "sign", "release"),
)
LEDGER = Record(
    Ledger,
    {
        "id": ID,
        "title": TITLE,
        "unit": Word(most=30),
        "reporter": GROUP,
        "every": ByLevel(RHYTHM),
        "target": Word(most=120),
        "each": PLACES,
        "from-level": LEVEL,
    },
    _needs("id", "title", "unit", "reporter", "every"),
)
TEMPLATE = Record(
    Template,
    {
        "id": ID,
        "kind": Word(choices=("advice", "warning", "notice", "evacuation", "passage", "all-clear")),
        "text": Word(most=1000),
        "release": GROUP,
        "slots": Many(ID),
    },
    _needs("id", "kind", "text", "release"),
)
REPORT = Record(
    Report,
    {
        "id": ID,
        "title": TITLE,
        "series": Word(choices=("first", "follow-up", "daily", "final", "exchange")),
        "to": TITLE,
        "fields": Many(Word(most=60), ordered=True),
    },
    _needs("id", "title", "series", "to"),
)
OVERRIDE = Record(
    Override,
    {
        "duty": ID,
        "why": Word(most=300),
        "from-level": LEVEL,
        "by": ByLevel(DUE),
        "every": ByLevel(RHYTHM),
        "weight": WEIGHT,
        "support": Many(GROUP),
    },
    _needs("duty", "why"),
)
SCENARIO = Record(
    Scenario,
    {
        "name": TITLE,
        "places": Many(Word(most=200), ordered=True),
        "properties": Table(ID, Word(most=60)),
        "given": Many(Word(most=200), ordered=True, least=1),
        "expect": Many(Word(most=200), ordered=True, least=1),
    },
    _needs("name", "given", "expect"),
)
MASTER_ONLY: dict[str, Shape] = {
    "zone": ZONE,
    "languages": Many(LANGUAGE, ordered=True, least=1),
    "posts": Table(ID, TITLE),
    "places": Table(ID, TITLE),
    "properties": Table(ID, TITLE),
    "phases": Table(PHASE, TITLE),
    "ack-within": Table(WEIGHT, LENGTH),
    "groups": Listed(GROUPS, "code", ordered=True),
    "levels": Table(LEVEL, LEVELRULE),
    "ladders": Listed(
        Record(
            Ladder,
            {"system": SYSTEM, "title": TITLE, "codes": Many(CODE, ordered=True, least=1), "clause": Word(most=200)},
            _needs("system", "title", "codes"),
        ),
        "system",
    ),
}
PLAN = Record(
    Plan,
    {
        "plan": ID,
        "kind": Word(choices=("master", "specific", "work")),
        "title": TITLE,
        "extends": ID,
        "hazards": Many(ID),
        "stand-by": Many(GROUP),
        "clauses": Table(ID, Word(most=300)),
        **MASTER_ONLY,
        "milestones": Listed(
            Record(Milestone, {"id": ID, "title": TITLE, "by-order": Flag("yes")}, _needs("id", "title"))
        ),
        "uses": Listed(Record(Use, {"plan": ID, "at": LEVEL}, _needs("plan", "at")), "plan"),
        "decisions": Listed(RULE),
        "standing": Listed(STANDING),
        "duties": Listed(DUTY),
        "override": Listed(OVERRIDE, "duty"),
        "omit": Listed(Record(Omission, {"duty": ID, "why": Word(most=300)}, _needs("duty", "why")), "duty"),
        "measures": Listed(MEASURE),
        "ledgers": Listed(LEDGER),
        "templates": Listed(TEMPLATE),
        "reports": Listed(REPORT),
        "scenarios": Listed(SCENARIO, "name"),
    },
    _needs("plan", "kind", "title"),
)
TEXTKEY = Word(re.compile(r"plan|[a-z]+\.[A-Za-z0-9/-]{1,60}"), says="the key of a text, such as “duty.move-people”")
TEXTS = Record(
    dict,
    {"plan": ID, "language": LANGUAGE, "texts": Table(TEXTKEY, Word(most=1000))},
    _needs("plan", "language", "texts"),
)


def read_plan(node: Node, findings: list[Finding]) -> Plan | None:
    """Return the plan that *node* describes, or None with the reasons in *findings*."""
    found = PLAN.read(node, findings)
    return found if isinstance(found, Plan) else None


def plain_set(plans: PlanSet) -> dict[str, Any]:
    """Return *plans* in plain form: what a digest is made of and what a cabinet keeps."""
    return {
        "plans": [PLAN.plain(plan) for plan in plans.plans],
        "texts": {
            plan: {language: dict(texts) for language, texts in by.items() if texts}
            for plan, by in plans.texts.items()
            if any(by.values())
        },
    }


def read_texts(node: Node, findings: list[Finding]) -> dict[str, Any] | None:
    """Return ``plan``, ``language`` and ``texts`` of a file of translations."""
    found = TEXTS.read(node, findings)
    return None if found is NOTHING else found
