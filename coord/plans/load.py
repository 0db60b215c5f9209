"""From files to a set of plans: all findings at once, nothing loaded halfway.

A set is a folder: ``master.yaml``, ``specific/*.yaml``, ``work/*.yaml`` and the
translations in ``texts/<language>/<plan>.yaml``. Reading the folder is the only
thing here that touches a disk.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from coord.errors import Finding, NotFound, Unfit, errors_in
from coord.plans.form import read_plan, read_texts
from coord.plans.model import Plan, PlanSet
from coord.plans.tree import MOST_BYTES, Node, Where, node_of, tree_of

MOST_FILES = 400
_ORDER = ("master", "specific", "work")


def load_folder(folder: Path) -> PlanSet:
    """Return the set of plans in *folder*; raises :exc:`coord.errors.Unfit` with all findings."""
    return load(files_of(folder))


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the YAML files under *folder* by their path in it; of a file too large only as much as shows it."""
    if not folder.is_dir():
        raise NotFound(f"there is no folder {folder}")
    found = sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".yml") and path.is_file())
    files = {}
    for path in found[: MOST_FILES + 1]:
        with path.open("rb") as file:
            files[path.relative_to(folder).as_posix()] = file.read(MOST_BYTES + 1)
    return files


def load(files: Mapping[str, bytes]) -> PlanSet:
    """Return the set of plans in *files* (name → bytes), or raise :exc:`coord.errors.Unfit`.

    Only what cannot be read, or refers to what is not there, refuses the set;
    warnings are for :func:`coord.plans.check.check`.
    """
    from coord.plans.check import refers

    plans, findings = read(files)
    if plans is not None and not errors_in(findings):
        findings += refers(plans)
    if plans is None or errors_in(findings):
        raise Unfit(findings)
    return plans


def read(files: Mapping[str, bytes]) -> tuple[PlanSet | None, list[Finding]]:
    """Return the set of plans as far as it can be read (None when a file cannot) and all findings."""
    plans, findings, _ = read_with_places(files)
    return plans, findings


def read_with_places(files: Mapping[str, bytes]) -> tuple[PlanSet | None, list[Finding], dict[str, Node]]:
    """As :func:`read`, with the tree of each plan by its id, so that later findings can name a line."""
    findings: list[Finding] = []
    if len(files) > MOST_FILES:
        said = f"there are {len(files)} files or more; a set has at most {MOST_FILES}"
        return None, [Finding("error", "", "too-large", said)], {}
    trees = {name: tree_of(body, name, findings) for name, body in sorted(files.items())}
    return _assemble([tree for tree in trees.values() if tree is not None], findings)


def from_json(body: bytes) -> PlanSet:
    """Return the set that :meth:`PlanSet.to_json` wrote; raises :exc:`coord.errors.Unfit` on anything else."""
    from coord.plans.check import refers

    try:
        plain = json.loads(body)
        plans = [node_of(one, Where("plans.json", 0)) for one in plain["plans"]]
        texts = [
            node_of({"plan": plan, "language": language, "texts": table}, Where("plans.json", 0))
            for plan, by in plain["texts"].items()
            for language, table in by.items()
        ]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Unfit([Finding("error", "", "json", f"this is no set of plans: {error}", "plans.json")]) from error
    found, findings, _ = _assemble([*plans, *texts], [])
    if found is not None and not errors_in(findings):
        findings += refers(found)
    if found is None or errors_in(findings):
        raise Unfit(findings)
    return found


def assemble(trees: list[Node]) -> tuple[PlanSet | None, list[Finding], dict[str, Node]]:
    """Return the set that *trees* describe, the findings, and the tree of each plan by its id."""
    return _assemble(trees, [])


def _assemble(trees: list[Node], findings: list[Finding]) -> tuple[PlanSet | None, list[Finding], dict[str, Node]]:
    plans: dict[str, Plan] = {}
    places: dict[str, Node] = {}
    texts: dict[str, dict[str, dict[str, str]]] = {}
    for tree in trees:
        if isinstance(tree.value, dict) and "texts" in tree.value:
            _add_texts(read_texts(tree, findings), texts, tree, findings)
        elif (plan := read_plan(tree, findings)) is not None:
            if plan.plan in plans:
                _say(
                    findings,
                    tree.where,
                    "same-id",
                    f"there is another plan “{plan.plan}” in {places[plan.plan].where.source}",
                )
            plans.setdefault(plan.plan, plan)
            places.setdefault(plan.plan, tree)
    masters = [plan for plan in plans.values() if plan.kind == "master"]
    if not errors_in(findings) and len(masters) != 1:
        said = f"a set has one master plan, here are {len(masters)}"
        findings.append(Finding("error", "", "one-master", said))
    if errors_in(findings):
        return None, findings, places
    ordered = sorted(plans.values(), key=lambda plan: (_ORDER.index(plan.kind), plan.plan))
    return PlanSet(tuple(ordered), texts), findings, places


def _add_texts(found: dict[str, Any] | None, texts: Any, tree: Node, findings: list[Finding]) -> None:
    if found is None:
        return
    by = texts.setdefault(found["plan"], {})
    if found["language"] in by:
        _say(findings, tree.where, "same-id", f"“{found['plan']}” has two files of texts in {found['language']}")
    by.setdefault(found["language"], found["texts"])


def _say(findings: list[Finding], where: Where, code: str, said: str) -> None:
    findings.append(Finding("error", where.path, code, said, where.source, where.line))
