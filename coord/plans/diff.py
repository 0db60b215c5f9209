"""What changes between two versions of a set, and for whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coord.plans.form import PLAN
from coord.plans.model import PlanSet

WHO = ("owner", "support", "reporter", "sign", "release", "code")
"""Keys that say which groups an entry is about."""


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One entry of one plan that is new, gone or different.

    ``section`` and ``id`` say which; ``key`` what of it (empty: all of it),
    ``before`` and ``after`` as they are written (empty: was or is not there).
    ``groups`` are those whom it concerns, in either version.
    """

    plan: str
    section: str
    id: str
    key: str
    before: str
    after: str
    groups: tuple[str, ...]

    def __str__(self) -> str:
        what = f"{self.plan} {self.section} {self.id}".rstrip() + (f" {self.key}" if self.key else "")
        if not self.before:
            return f"{what}: new: {self.after}"
        if not self.after:
            return f"{what}: gone: {self.before}"
        return f"{what}: {self.before} → {self.after}"


def diff(old: PlanSet, new: PlanSet) -> list[Change]:
    """Return all that differs, ordered by plan, section and entry; texts by their language."""
    found: list[Change] = []
    for name in sorted({*old.by_id, *new.by_id}):
        before = _entries(PLAN.plain(old[name])) if name in old.by_id else {}
        after = _entries(PLAN.plain(new[name])) if name in new.by_id else {}
        for where in sorted({*before, *after}):
            found += _changes(name, where, before.get(where), after.get(where))
        found += _texts(name, old.texts.get(name, {}), new.texts.get(name, {}))
    return found


def removed(old: PlanSet, new: PlanSet) -> tuple[str, ...]:
    """Return the duties of *old* that *new* no longer has in any plan, sorted."""
    return tuple(sorted(_duties(old) - _duties(new)))


def by_group(changes: Sequence[Change]) -> Mapping[str, Sequence[Change]]:
    """Return the changes that concern each group; under the empty code those that concern none by name."""
    found: dict[str, list[Change]] = {}
    for change in changes:
        for group in change.groups or ("",):
            found.setdefault(group, []).append(change)
    return dict(sorted(found.items()))


def _duties(plans: PlanSet) -> set[str]:
    return {duty.id for plan in plans.plans for duty in plan.duties}


def _entries(plain: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    """Return every part of a plan by (section, id); the id is empty where a section is one value."""
    found: dict[tuple[str, str], Any] = {}
    for section, value in plain.items():
        if isinstance(value, dict):
            found |= {(section, key): one for key, one in value.items()}
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            found |= {(section, _name(one)): one for one in value}
        else:
            found[section, ""] = value
    return found


def _name(entry: Mapping[str, Any]) -> str:
    return str(next(entry[key] for key in ("id", "code", "system", "plan", "duty", "name") if key in entry))


def _changes(plan: str, where: tuple[str, str], before: Any, after: Any) -> Iterator[Change]:
    section, name = where
    if before == after:
        return
    groups = tuple(sorted({*_groups(before), *_groups(after)}))
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            if before.get(key) != after.get(key):
                yield Change(plan, section, name, key, _said(before.get(key)), _said(after.get(key)), groups)
    else:
        yield Change(plan, section, name, "", _title(before), _title(after), groups)


def _texts(plan: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for language in sorted({*old, *new}):
        before, after = old.get(language, {}), new.get(language, {})
        for key in sorted({*before, *after}):
            if before.get(key) != after.get(key):
                yield Change(plan, f"texts {language}", key, "", before.get(key, ""), after.get(key, ""), ())


def _groups(entry: Any) -> Iterator[str]:
    if isinstance(entry, dict):
        for key in WHO:
            value = entry.get(key, ())
            yield from [value] if isinstance(value, str) else value


def _title(entry: Any) -> str:
    return str(entry.get("title") or entry.get("why") or _said(entry)) if isinstance(entry, dict) else _said(entry)


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(map(_said, value))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_said(one)}" for key, one in value.items())
    return str(value)
