"""Every word of a plan that names something else must name something that is there."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from coord.errors import Finding
from coord.plans.form import MASTER_ONLY
from coord.plans.lines import Lines, finding
from coord.plans.model import Plan, PlanSet
from coord.plans.parts import Duty
from coord.plans.rules import PlaceRule
from coord.plans.signals import Trigger
from coord.plans.terms import Due

SPECIFIC_ONLY = ("uses", "override", "omit", "decisions", "hazards", "stand-by")
SAMPLE = "sample"


def references(plans: PlanSet, lines: Lines | None = None) -> list[Finding]:
    """Return every word that refers to nothing, and every section that stands in the wrong kind of plan."""
    return list(_Known(plans, lines or Lines()).findings())


class _Known:
    """All that can be referred to; what stands there but cannot be read counts as known."""

    def __init__(self, plans: PlanSet, lines: Lines) -> None:
        self.plans, self.lines = plans, lines
        self.names: dict[str, set[str]] = {}
        for section in ("groups", "posts", "places", "properties", "duties", "measures", "milestones", "templates"):
            self.names[section] = set(lines.written(section))
        self.names["reports"] = set(lines.written("reports"))
        self.names["plans"] = set(plans.by_id) | set(lines.plans)
        for plan in plans.plans:
            self._add(plan)

    def _add(self, plan: Plan) -> None:
        self.names["groups"] |= {group.code for group in plan.groups}
        for section, table in (("posts", plan.posts), ("places", plan.places), ("properties", plan.properties)):
            self.names[section] |= table.keys()
        for section, items in (
            ("duties", plan.duties),
            ("measures", plan.measures),
            ("milestones", plan.milestones),
            ("templates", plan.templates),
            ("reports", plan.reports),
        ):
            self.names[section] |= {item.id for item in items}

    def findings(self) -> Iterator[Finding]:
        for plan in self.plans.plans:
            yield from self._sections(plan)
            yield from self._duties(plan)
            yield from self._organisation(plan)
            yield from self._decisions(plan)
            yield from self._measures(plan)
            yield from self._links(plan)

    def _miss(self, plan: Plan, section: str, name: str, *words: str) -> Iterator[Finding]:
        if name not in self.names[section]:
            code, what = _WHAT[section]
            yield finding("error", self.lines.at(plan.plan, *words), code, f"there is no {what} “{name}”")

    def _sections(self, plan: Plan) -> Iterator[Finding]:
        wrong = list(MASTER_ONLY) if plan.kind != "master" else []
        wrong += SPECIFIC_ONLY if plan.kind != "specific" else ()
        for section in wrong:
            if getattr(plan, section.replace("-", "_")):
                said = f"“{section}” cannot stand in a {plan.kind} plan"
                yield finding("error", self.lines.at(plan.plan, section), "misplaced", said)
        for section in ("zone", "languages", "posts", "groups", "levels"):
            if plan.kind == "master" and not getattr(plan, section):
                yield finding("error", self.lines.at(plan.plan), "missing-key", f"a master plan needs “{section}”")
        if plan.kind != "master" and plan.extends != self.plans.master.plan:
            said = f"a {plan.kind} plan says “extends: {self.plans.master.plan}”"
            yield finding("error", self.lines.at(plan.plan, "extends"), "unknown-plan", said)

    def _duties(self, plan: Plan) -> Iterator[Finding]:
        for duty in plan.duties:
            miss = partial(self._at_duty, plan, duty)
            for key, section, names in (
                ("owner", "groups", (duty.owner,)),
                ("support", "groups", duty.support),
                ("after", "duties", duty.after),
                ("report", "reports", (duty.report,)),
                ("warning", "templates", (duty.warning,)),
                ("each", "places", _kinds(duty.each)),
                ("when", "properties", tuple(sorted(duty.when.names)) if duty.when else ()),
                ("by", "milestones", _milestones(duty.by)),
            ):
                for name in names:
                    yield from miss(section, name, key) if name else ()
            yield from self._clause(plan, duty.clause, "duties", duty.id, "clause")

    def _at_duty(self, plan: Plan, duty: Duty, section: str, name: str, key: str) -> Iterator[Finding]:
        return self._miss(plan, section, name, "duties", duty.id, key)

    def _clause(self, plan: Plan, clause: str, *words: str) -> Iterator[Finding]:
        source = clause.split(maxsplit=1)[0] if clause.strip() else SAMPLE
        if source != SAMPLE and source not in plan.clauses and source not in self.plans.master.clauses:
            said = f"“{source}” is no source under “clauses”; name one, or write “{SAMPLE}”"
            yield finding("error", self.lines.at(plan.plan, *words), "unknown-clause", said)

    def _organisation(self, plan: Plan) -> Iterator[Finding]:
        for group in plan.groups:
            for rung in group.ladder:
                yield from self._miss(plan, "posts", rung.post, "groups", group.code, "ladder")
        for level, rule in plan.levels.items():
            for post in (*(authority.post for authority in rule.start), rule.chair):
                yield from self._miss(plan, "posts", post, "levels", level) if post else ()
        for code in plan.stand_by:
            yield from self._miss(plan, "groups", code, "stand-by")

    def _decisions(self, plan: Plan) -> Iterator[Finding]:
        for rule in plan.decisions:
            yield from self._triggers(plan, rule.when_any, "decisions", rule.id, "when-any")
            for post in rule.ladder:
                yield from self._miss(plan, "posts", post, "decisions", rule.id, "ladder")
            if rule.question.kind == "measure":
                yield from self._miss(plan, "measures", rule.question.what, "decisions", rule.id, "question")
            yield from self._clause(plan, rule.clause, "decisions", rule.id, "clause")
        for order in plan.standing:
            yield from self._triggers(plan, order.when_any, "standing", order.id, "when-any")
            for duty in order.issues:
                yield from self._miss(plan, "duties", duty, "standing", order.id, "issues")
            if order.report_to:
                yield from self._miss(plan, "posts", order.report_to, "standing", order.id, "report-to")
            yield from self._clause(plan, order.clause, "standing", order.id, "clause")

    def _triggers(self, plan: Plan, triggers: tuple[Trigger, ...], *words: str) -> Iterator[Finding]:
        for trigger in triggers:
            if not trigger.is_signal:
                continue
            codes = self.plans.ladders.get(trigger.name)
            where = self.lines.at(plan.plan, *words)
            if codes is None:
                said = f"the master has no ladder of signals “{trigger.name}”"
                yield finding("error", where, "unknown-system", said)
            elif trigger.least not in codes:
                said = f"“{trigger.name}” has no “{trigger.least}”; it has {', '.join(codes)}"
                yield finding("error", where, "unknown-code", said)

    def _measures(self, plan: Plan) -> Iterator[Finding]:
        for measure in plan.measures:
            at = ("measures", measure.id)
            for group in (measure.sign, measure.release):
                yield from self._miss(plan, "groups", group, *at)
            for duty in measure.resumption:
                yield from self._miss(plan, "duties", duty, *at, "resumption")
            yield from self._clause(plan, measure.clause, *at, "clause")
        for ledger in plan.ledgers:
            yield from self._miss(plan, "groups", ledger.reporter, "ledgers", ledger.id, "reporter")
            for kind in _kinds(ledger.each):
                yield from self._miss(plan, "places", kind, "ledgers", ledger.id, "each")
        for template in plan.templates:
            yield from self._miss(plan, "groups", template.release, "templates", template.id, "release")

    def _links(self, plan: Plan) -> Iterator[Finding]:
        for use in plan.uses:
            yield from self._miss(plan, "plans", use.plan, "uses", use.plan)
            if (used := self.plans.by_id.get(use.plan)) is not None and used.kind != "work":
                said = f"“{use.plan}” is a {used.kind} plan; only work plans can be used"
                yield finding("error", self.lines.at(plan.plan, "uses", use.plan), "misplaced", said)
        masters = {duty.id for duty in self.plans.master.duties}
        for section, names in (
            ("override", [one.duty for one in plan.override]),
            ("omit", [one.duty for one in plan.omit]),
        ):
            for name in names:
                if name not in masters:
                    said = f"the master has no duty “{name}” that could be changed or left out"
                    yield finding("error", self.lines.at(plan.plan, section, name), "unknown-duty", said)
        for override in plan.override:
            for group in override.support:
                yield from self._miss(plan, "groups", group, "override", override.duty, "support")
            for milestone in _milestones(override.by):
                yield from self._miss(plan, "milestones", milestone, "override", override.duty, "by")


_WHAT = {
    "groups": ("unknown-group", "group"),
    "posts": ("unknown-post", "post"),
    "places": ("unknown-place", "kind of place"),
    "properties": ("unknown-property", "property"),
    "duties": ("unknown-duty", "duty"),
    "measures": ("unknown-measure", "measure"),
    "milestones": ("unknown-milestone", "milestone"),
    "templates": ("unknown-template", "template"),
    "reports": ("unknown-report", "report"),
    "plans": ("unknown-plan", "plan"),
}


def _kinds(rule: PlaceRule | None) -> tuple[str, ...]:
    return tuple(sorted({term.kind for term in rule.terms})) if rule else ()


def _milestones(rules: tuple[Due, ...]) -> tuple[str, ...]:
    return tuple(sorted({rule.milestone for rule in rules if rule.milestone}))
