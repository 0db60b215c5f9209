"""From files to a set of plans: all findings at once, nothing loaded halfway.

A set is a folder: ``master.yaml``, ``specific/*.yaml``, ``work/*.yaml`` and the
translations in ``texts/<language>/<plan>.yaml``. Reading the folder is the only
thing here that touches a disk.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from coord.errors import Finding, NotFound, Unfit, errors_in
from coord.plans.form import read_plan, read_texts
from coord.plans.lines import Lines, finding
from coord.plans.model import Plan, PlanSet
from coord.plans.node import Node, Where, node_of
from coord.plans.references import references
from coord.plans.tree import MOST_BYTES, tree_of

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


@dataclass(slots=True)
class Reading:
    """What came of reading: the set as far as it can be read, all findings, and where everything stands.

    ``plans`` is None when nothing useful is left; with errors among the
    findings it serves only to find more of them.
    """

    plans: PlanSet | None
    findings: list[Finding]
    lines: Lines


def load(files: Mapping[str, bytes]) -> PlanSet:
    """Return the set of plans in *files* (name → bytes), or raise :exc:`coord.errors.Unfit`.

    Only what cannot be read, or refers to what is not there, refuses the set;
    the rest is for :func:`coord.plans.check.check`.
    """
    return _whole(read(files))


def from_json(body: bytes) -> PlanSet:
    """Return the set that :meth:`PlanSet.to_json` wrote; raises :exc:`coord.errors.Unfit` on anything else."""
    try:
        plain = json.loads(body)
        trees = [node_of(one, Where("plans.json")) for one in plain["plans"]]
        for plan, by in plain["texts"].items():
            for language, table in by.items():
                trees.append(node_of({"plan": plan, "language": language, "texts": table}, Where("plans.json")))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Unfit([Finding("error", "", "json", f"this is no set of plans: {error}", "plans.json")]) from error
    return _whole(assemble(trees, []))


def read(files: Mapping[str, bytes]) -> Reading:
    """Return the set in *files* as far as it can be read, with all that is wrong in the reading."""
    findings: list[Finding] = []
    if len(files) > MOST_FILES:
        said = f"there are more than {MOST_FILES} files; that is no set of plans"
        return Reading(None, [Finding("error", "", "too-large", said)], Lines())
    trees = [tree_of(body, name, findings) for name, body in sorted(files.items())]
    return assemble([tree for tree in trees if tree is not None], findings, None not in trees)


def assemble(trees: Sequence[Node], findings: list[Finding], whole: bool = True) -> Reading:
    """Return the set that *trees* describe; not *whole* when a file could not even be read as a tree."""
    lines = Lines()
    plans: dict[str, Plan] = {}
    texts: dict[str, dict[str, Mapping[str, str]]] = {}
    for tree in trees:
        if isinstance(tree.value, dict) and "language" in tree.value:
            _add_texts(tree, texts, lines, findings)
            continue
        plan = read_plan(tree, findings)
        whole = whole and plan is not None
        if plan is not None and plan.plan in plans:
            said = f"there is another plan “{plan.plan}” in {lines.plans[plan.plan].where.source}"
            findings.append(finding("error", tree.where, "same-id", said))
        elif plan is not None:
            plans[plan.plan], lines.plans[plan.plan] = plan, tree
    masters = sum(plan.kind == "master" for plan in plans.values())
    if whole and masters != 1:
        said = f"a set has one master plan, here are {masters}"
        findings.append(Finding("error", "", "one-master", said))
    if not whole or masters != 1:
        return Reading(None, findings, lines)
    ordered = sorted(plans.values(), key=lambda plan: (_ORDER.index(plan.kind), plan.plan))
    return Reading(PlanSet(tuple(ordered), texts), findings, lines)


def _whole(reading: Reading) -> PlanSet:
    findings = list(reading.findings)
    if reading.plans is not None:
        findings += references(reading.plans, reading.lines)
    if reading.plans is None or errors_in(findings):
        raise Unfit(findings)
    return reading.plans


def _add_texts(
    tree: Node, texts: dict[str, dict[str, Mapping[str, str]]], lines: Lines, findings: list[Finding]
) -> None:
    found = read_texts(tree, findings)
    if found is None:
        return
    plan, language = found["plan"], found["language"]
    if (plan, language) in lines.texts:
        said = f"“{plan}” has another file of texts in {language}: {lines.texts[plan, language].where.source}"
        findings.append(finding("error", tree.where, "same-id", said))
        return
    lines.texts[plan, language] = tree
    texts.setdefault(plan, {})[language] = found["texts"]
