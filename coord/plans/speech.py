"""The words in which a set of plans is read aloud: two phrase books, and the names of things.

Chinese for Chinese tags, English for all others; names of groups, duties and
places come from the texts of the set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from coord.plans.merge import Demand, text_of
from coord.plans.model import PlanSet, Text
from coord.plans.parts import Duty
from coord.plans.rules import Condition, PlaceRule
from coord.plans.terms import Due, Rhythm, duration_text
from coord.plans.wanted import Level

ROMAN = {"I": "Ⅰ", "II": "Ⅱ", "III": "Ⅲ", "IV": "Ⅳ"}
ZH = {
    "from": "{level}级响应起",
    "standing": "常设指令触发后",
    "watch": "关注阶段触发后",
    "end": "响应终止后",
    "recovery": "恢复阶段",
    "review": "评估阶段",
    "reached": "（曾达到{level}级）",
    "when": "当{when}时",
    "support": "会同{groups}",
    "each": "对每个{places}",
    "by": "最迟{due}",
    "earliest": "（取最早）",
    "every": "每{rhythm}一次",
    "clocks": "每日{rhythm}",
    "after": "须在“{duties}”之后",
    "evidence": "凭“{evidence}”办结",
    "follow": "（可在{length}内补交）",
    "life": "逾期报警",
    "order": "逾期列入清单",
    "record": "逾期仅记录",
    "keep": "降级时继续",
    "ask": "降级时询问",
    "stop": "降级时停止",
    "again": "每次升级重新下达",
    "clause": "依据：{clause}",
    "T": "启动后{length}",
    "T0": "启动时",
    "D": "决定后{length}",
    "before": "“{name}”前{length}",
    "past": "“{name}”后{length}",
    "at": "“{name}”",
    "or": "或",
    "comma": "，",
    "stop.": "。",
    "semicolon": "；",
    "is": "为",
    "is-not": "不为",
    "at-least": "至少",
    "and": "且",
    "yes": "是",
    "no": "否",
    "colon": "：",
    "list": "、",
    "level": "{level}级{said}",
}
EN = {
    "from": "From level {level} on",
    "standing": "When its standing order fires",
    "watch": "When the watch stage begins",
    "end": "After the end of the response",
    "recovery": "In recovery",
    "review": "In the review",
    "reached": " (if level {level} was reached)",
    "when": "if {when}",
    "support": "with {groups}",
    "each": "for each {places}",
    "by": "by {due}",
    "earliest": " (whichever is earliest)",
    "every": "every {rhythm}",
    "clocks": "daily at {rhythm}",
    "after": "after “{duties}”",
    "evidence": "closed by “{evidence}”",
    "follow": " (may follow within {length})",
    "life": "lateness is an alarm",
    "order": "lateness is listed",
    "record": "lateness is only recorded",
    "keep": "goes on when the level is lowered",
    "ask": "is asked about when the level is lowered",
    "stop": "stops when the level is lowered",
    "again": "is ordered again with every raise",
    "clause": "source: {clause}",
    "T": "{length} after the start",
    "T0": "the start",
    "D": "{length} after the decision",
    "before": "{length} before {name}",
    "past": "{length} after {name}",
    "at": "{name}",
    "or": " or ",
    "comma": ", ",
    "stop.": ".",
    "semicolon": "; ",
    "is": " is ",
    "is-not": " is not ",
    "at-least": " at least ",
    "and": " and ",
    "colon": ": ",
    "list": ", ",
    "level": "{said} at {level}",
}


@dataclass(frozen=True)
class Reader:
    """Reads a set of plans aloud in one language."""

    plans: PlanSet
    language: str

    @property
    def words(self) -> Mapping[str, str]:
        """The phrase book."""
        return ZH if self.language.startswith("zh") else EN

    def pick(self, text: Text) -> str:
        """Return *text* in the language, else in the first one."""
        return text.get(self.language) or next(iter(text.values()))

    def group(self, code: str) -> str:
        """Return the name of a group with its code."""
        master = self.plans.master.plan
        return f"{self.pick(self.plans.text(master, f'group.{code}', self.plans.groups[code].title))} ({code})"

    def short(self, code: str) -> str:
        """Return what a group is called in a hurry: its spoken name in the first language, else its code."""
        home = self.language == self.plans.master.languages[0]
        return (self.plans.groups[code].spoken if home else "") or code

    def post(self, name: str) -> str:
        """Return the name of a post."""
        master = self.plans.master
        return self.pick(self.plans.text(master.plan, f"post.{name}", master.posts.get(name, name)))

    def duty(self, name: str, said: Mapping[str, frozenset[Demand]]) -> str:
        """Return the title of a duty."""
        some = sorted(said.get(name, ()), key=lambda demand: demand.plan)
        return self.pick(text_of(self.plans, some[0])) if some else name

    def length(self, length: timedelta) -> str:
        """Return a length of time."""
        said = duration_text(abs(length))
        if not self.language.startswith("zh"):
            return said
        for short, long in ((" d", "天"), (" h", "小时"), (" min", "分钟"), (" s", "秒")):
            said = said.replace(short, long)
        return said.replace(" ", "")

    def due(self, rule: Due) -> str:
        """Return a due rule."""
        words, length = self.words, self.length(rule.shift) if rule.shift else ""
        if rule.base in ("T", "D"):
            said = words[rule.base].format(length=length) if length else words["T0"]
        elif rule.milestone is None:
            said = rule.base
        else:
            key = "at" if not rule.shift else "before" if rule.shift < timedelta() else "past"
            said = words[key].format(name=self.milestone(rule.base), length=length)
        return self.at_level(said, rule.level)

    def milestone(self, name: str) -> str:
        """Return the name of a milestone."""
        for plan in self.plans.plans:
            for one in plan.milestones:
                if one.id == name:
                    return self.pick(self.plans.text(plan.plan, f"milestone.{name}", one.title))
        return name

    def rhythm(self, rule: Rhythm) -> str:
        """Return how often."""
        key, said = ("clocks", str(rule)) if rule.every is None else ("every", self.length(rule.every))
        return self.at_level(self.words[key].format(rhythm=said), rule.level)

    def at_level(self, said: str, level: Level | None) -> str:
        """Return *said* with the level that it holds at."""
        return said if level is None else self.words["level"].format(said=said, level=ROMAN[level])

    def places(self, rule: PlaceRule) -> str:
        """Return the places of a place rule; marks stay as they are written."""
        master, said = self.plans.master, []
        for term in rule.terms:
            kind = self.pick(
                self.plans.text(master.plan, f"place.{term.kind}", master.places.get(term.kind, term.kind))
            )
            rest = str(term).removeprefix(term.kind).strip()
            said.append(f"{kind} ({rest})" if rest else kind)
        return self.words["or"].join(said)

    def begins(self, duty: Duty) -> str:
        """Return from when on a duty is owed."""
        words = self.words
        if duty.phase in ("end", "recovery", "review"):
            level = duty.from_level
            return words[duty.phase] + (words["reached"].format(level=ROMAN[level]) if level else "")
        if duty.from_level is None:
            return words["watch" if duty.phase == "watch" else "standing"]
        return words["from"].format(level=ROMAN[duty.from_level])

    def dues(self, duty: Duty) -> str:
        """Return by when and how often a duty is owed, empty when nothing says so."""
        said = []
        if duty.by:
            joined = self.words["or"].join(self.due(rule) for rule in duty.by)
            many = len([rule for rule in duty.by if rule.level is None]) > 1
            said.append(self.words["by"].format(due=joined) + (self.words["earliest"] if many else ""))
        if duty.every:
            said.append(self.words["list"].join(self.rhythm(rule) for rule in duty.every))
        return self.words["comma"].join(said)

    def condition(self, condition: Condition) -> str:
        """Return when a duty is owed at all."""
        words, names, ways = self.words, self.plans.master.properties, []
        for facts in condition.either:
            said = []
            for fact in facts:
                name = f"“{names.get(fact.name, fact.name)}”" if self.language.startswith("zh") else fact.name
                said.append(f"{name}{words[fact.verb]}{words.get(fact.value, fact.value)}")
            ways.append(words["and"].join(said))
        return words["or"].join(ways)
