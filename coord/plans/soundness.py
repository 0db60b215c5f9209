"""Whether a set of plans that can be read also works: owners, levels, chains, deadlines, reports, warnings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from graphlib import CycleError, TopologicalSorter

from coord.errors import Finding
from coord.plans.clock import AFTERWARDS
from coord.plans.lines import Lines, finding
from coord.plans.merge import demands, merge, owners
from coord.plans.model import Plan, PlanSet
from coord.plans.parts import Duty
from coord.plans.rounds import pace
from coord.plans.terms import Due, Rhythm
from coord.plans.wanted import LEVELS, Level, rank


def soundness(plans: PlanSet, lines: Lines) -> list[Finding]:
    """Return what is unsound in *plans*; all its references must be whole."""
    found: list[Finding] = []
    found += _owners(plans, lines)
    found += _titles(plans, lines)
    found += _groups(plans, lines)
    found += _levels(plans, lines)
    found += _reach(plans, lines)
    for plan in plans.plans:
        found += _duties(plan, lines)
        found += _measures(plan, lines)
        found += _overrides(plans, plan, lines)
        if plan.kind != "work":
            found += _coverage(plans, plan, lines)
            found += _chains(plans, plan, lines)
    return sorted(set(found))


def _owners(plans: PlanSet, lines: Lines) -> Iterator[Finding]:
    everything = merge(*(demands(plans, plan.plan) for plan in plans.plans))
    for duty, said in everything.items():
        if len(owners(said)) > 1:
            by = ", ".join(sorted(f"{demand.plan}: {demand.duty.owner}" for demand in said))
            text = f"plans name different owners of “{duty}” ({by}); somebody must settle who leads"
            for plan in sorted({demand.plan for demand in said}):
                yield finding("error", lines.at(plan, "duties", duty, "owner"), "two-owners", text)
        if len(words := sorted({demand.duty.title for demand in said})) > 1:
            text = f"“{duty}” has different titles: {' / '.join(words)}"
            for plan in sorted({demand.plan for demand in said}):
                yield finding("error", lines.at(plan, "duties", duty, "title"), "two-titles", text)


def _titles(plans: PlanSet, lines: Lines) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for plan in plans.plans:
        for duty in plan.duties:
            first = seen.setdefault(duty.title, duty.id)
            if first != duty.id:
                text = f"“{first}” has the same title; nobody could tell the two apart on a board"
                yield finding("error", lines.at(plan.plan, "duties", duty.id, "title"), "same-title", text)


def _groups(plans: PlanSet, lines: Lines) -> Iterator[Finding]:
    master = plans.master.plan
    for group in plans.groups.values():
        if len({rung.post for rung in group.ladder}) < 2:
            text = f"the ladder of {group.code} has one rung; a group needs a deputy at least"
            yield finding("error", lines.at(master, "groups", group.code, "ladder"), "no-deputy", text)


def _levels(plans: PlanSet, lines: Lines) -> Iterator[Finding]:
    for level in LEVELS:
        if level not in plans.levels:
            text = f"nobody may start level {level}; say who under “levels”"
            yield finding("error", lines.at(plans.master.plan, "levels"), "unreachable-level", text)
    for plan in plans.plans:
        asked = {rule.question.what for rule in plan.decisions if rule.question.kind == "start"}
        missing = [level for level in LEVELS if level not in asked]
        if plan.kind == "specific" and missing:
            text = f"no signal ever asks for level {', '.join(missing)} of “{plan.plan}”"
            yield finding("error", lines.at(plan.plan, "decisions"), "unreachable-level", text)


def _reach(plans: PlanSet, lines: Lines) -> Iterator[Finding]:
    used = {use.plan for plan in plans.plans for use in plan.uses}
    for plan in plans.plans:
        if plan.kind == "work" and plan.plan not in used:
            text = f"no specific plan uses “{plan.plan}”"
            yield finding("warning", lines.at(plan.plan), "unused-plan", text)
        standing = {duty for order in plan.standing for duty in order.issues}
        for duty in plan.duties:
            if duty.phase in ("watch", "initial") and duty.id not in standing:
                text = f"“{duty.id}” stands in the phase {duty.phase}, but no standing order issues it"
                yield finding("error", lines.at(plan.plan, "duties", duty.id, "phase"), "unreachable-duty", text)
        for order in plan.standing:
            own = {duty.id for duty in plan.duties}
            for name in order.issues:
                if name not in own and name not in demands(plans, plan.plan):
                    text = f"“{order.id}” issues “{name}”, which is a duty of another plan"
                    yield finding(
                        "error", lines.at(plan.plan, "standing", order.id, "issues"), "unreachable-duty", text
                    )


def _duties(plan: Plan, lines: Lines) -> Iterator[Finding]:
    for duty in plan.duties:
        at = ("duties", duty.id)
        if not duty.by and not duty.every:
            text = f"nobody knows by when “{duty.id}” is owed"
            yield finding("warning", lines.at(plan.plan, *at), "no-due", text)
        if duty.owner in duty.support:
            text = f"{duty.owner} cannot support itself"
            yield finding("error", lines.at(plan.plan, *at, "support"), "own-support", text)
        rules: list[Due | Rhythm] = [*duty.by, *duty.every]
        for rule in rules:
            if rule.level and duty.from_level and rank(rule.level) < rank(duty.from_level):
                text = f"“{duty.id}” begins at {duty.from_level}, so a rule for {rule.level} never counts"
                yield finding("error", lines.at(plan.plan, *at), "level-below", text)
        yield from _rhythm(plan.plan, duty, lines)
        if duty.evidence_may_follow is not None and not duty.evidence:
            text = f"“{duty.id}” lets evidence follow but asks for none"
            yield finding("warning", lines.at(plan.plan, *at, "evidence-may-follow"), "no-evidence", text)


def _rhythm(plan: str, duty: Duty, lines: Lines) -> Iterator[Finding]:
    own: Level = duty.from_level or "IV"
    before: timedelta | None = None
    for level in LEVELS[rank(own) - 1 :]:
        rhythm = pace(duty.every, own, level)
        gap = rhythm.longest_gap if rhythm else None
        if before is not None and gap is not None and gap > before:
            text = f"“{duty.id}” comes round more rarely at {level} than below it"
            yield finding("error", lines.at(plan, "duties", duty.id, "every"), "slower-above", text)
        before = gap or before


def _measures(plan: Plan, lines: Lines) -> Iterator[Finding]:
    for measure in plan.measures:
        if not measure.resumption:
            text = f"“{measure.id}” never ends in a duty; name who resumes what under “resumption”"
            yield finding("error", lines.at(plan.plan, "measures", measure.id), "no-resumption", text)


def _overrides(plans: PlanSet, plan: Plan, lines: Lines) -> Iterator[Finding]:
    duties = {duty.id: duty for duty in plans.master.duties}
    for one in plan.override:
        duty, where = duties[one.duty], lines.at(plan.plan, "override", one.duty)
        news = (
            one.from_level not in (None, duty.from_level)
            or one.by not in ((), duty.by)
            or one.every not in ((), duty.every)
            or one.weight not in (None, duty.weight)
            or one.support not in ((), duty.support)
        )
        if not news:
            yield finding("error", where, "empty-override", f"nothing of “{one.duty}” is changed")
        elif (one.from_level and rank(one.from_level) > rank(duty.from_level)) or _slower(one.every, duty.every):
            text = f"“{one.duty}” is owed later or more rarely than the master says, because: {one.why}"
            yield finding("note", where, "relaxes", text)
    for omission in plan.omit:
        text = f"“{omission.duty}” of the master is left out, because: {omission.why}"
        yield finding("note", lines.at(plan.plan, "omit", omission.duty), "relaxes", text)


def _slower(new: Sequence[Rhythm], old: Sequence[Rhythm]) -> bool:
    for level in LEVELS:
        now, before = pace(new, "IV", level), pace(old, "IV", level)
        if now and before and now.longest_gap > before.longest_gap:
            return True
    return False


def _coverage(plans: PlanSet, plan: Plan, lines: Lines) -> Iterator[Finding]:
    if plan.kind != "specific":
        return
    said = [demand.duty for some in demands(plans, plan.plan).values() for demand in some]
    for level in LEVELS:
        held = [duty for duty in said if duty.phase == "response" and 0 < rank(duty.from_level) <= rank(level)]
        where = lines.at(plan.plan)
        if not any(duty.report for duty in held):
            yield finding("error", where, "no-report", f"nobody reports at level {level} of “{plan.plan}”")
        if not any(duty.warning for duty in held):
            yield finding("error", where, "no-warning", f"nobody tells the public at level {level} of “{plan.plan}”")
        idle = sorted(plans.groups.keys() - {duty.owner for duty in held} - set(plan.stand_by))
        if idle:
            text = f"{', '.join(idle)} own no duty at level {level} of “{plan.plan}” and do not stand by"
            yield finding("error", where, "idle-group", text)


def _chains(plans: PlanSet, plan: Plan, lines: Lines) -> Iterator[Finding]:
    said = {duty: sorted(some, key=lambda one: one.plan) for duty, some in demands(plans, plan.plan).items()}
    duties = {name: (some[0].duty, some[0].plan) for name, some in said.items()}
    yield from _cycles(duties, lines)
    for name, (duty, home) in duties.items():
        for before in duty.after:
            if before not in duties:
                text = f"“{name}” waits for “{before}”, which “{plan.plan}” never asks for"
                yield finding("error", lines.at(home, "duties", name, "after"), "waits-for-nothing", text)
            elif why := _too_late(duty, duties[before][0]):
                text = f"“{name}” waits for “{before}”, which {why}"
                yield finding("error", lines.at(home, "duties", name, "after"), "late-chain", text)


def _too_late(duty: Duty, before: Duty) -> str:
    """Return why *before* cannot be done by the time that *duty* is owed; empty when it can, or nobody can tell."""
    if duty.phase in AFTERWARDS and before.phase not in AFTERWARDS:
        return ""
    if before.phase in AFTERWARDS and duty.phase not in AFTERWARDS:
        return "is owed only after the end"
    if rank(before.from_level) > rank(duty.from_level) > 0:
        return f"begins only at {before.from_level}"
    if rank(before.from_level) != rank(duty.from_level):
        return ""
    own = {(rule.base, rule.level): rule.shift for rule in duty.by}
    other = {(rule.base, rule.level): rule.shift for rule in before.by}
    late = [base for (base, level), shift in own.items() if other.get((base, level), shift) > shift]
    return f"is owed later, counted from {late[0]}" if late and len(other) == 1 else ""


def _cycles(duties: Mapping[str, tuple[Duty, str]], lines: Lines) -> Iterator[Finding]:
    waits = {name: set(duty.after) & duties.keys() for name, (duty, _) in duties.items()}
    while True:
        try:
            TopologicalSorter(waits).prepare()
        except CycleError as error:
            ring = error.args[1]
            first = min(ring)
            text = f"these wait for each other: {', '.join(sorted(set(ring)))}"
            yield finding("error", lines.at(duties[first][1], "duties", first, "after"), "cycle", text)
            waits[first] = set()
        else:
            return
