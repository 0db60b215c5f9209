"""``coord plans``: check, show, compare, print, export and import a set of plans.

Works on a folder, without a centre: planners use it before anybody adopts
anything. Exit code 0: done; 1: findings; 2: the call itself cannot be used.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from coord.errors import Finding, NotFound, Refused, errors_in
from coord.plans.load import files_of, load
from coord.plans.model import PlanSet

LEVELS = ("I", "II", "III", "IV")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the sub-verbs."""
    verbs = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    _to_read(verbs)
    _to_print(verbs)
    _to_carry(verbs)


def _add(verbs: Any, name: str, summary: str, *, language: bool = False, out: bool = False) -> argparse.ArgumentParser:
    verb: argparse.ArgumentParser = verbs.add_parser(name, help=summary, description=summary)
    verb.add_argument("--playbooks", type=Path, default=Path("playbooks"), help="the folder (default: playbooks)")
    if language or out:
        verb.add_argument("--language", default="", help="a language of the set (default: its first)")
    if out:
        verb.add_argument("--out", type=Path, help="write to this file instead of the terminal")
    return verb


def _to_read(verbs: Any) -> None:
    check = _add(verbs, "check", "Find all that is wrong with the plans, with file and line.")
    check.add_argument("--json", action="store_true", help="one finding a line, as JSON")
    show = _add(verbs, "show", "Show a plan, or what plans there are.", language=True)
    show.add_argument("plan", nargs="?")
    compare = _add(verbs, "diff", "Show what changes for whom between two folders of plans.")
    compare.add_argument("old", type=Path)
    compare.add_argument("new", type=Path, nargs="?", help="default: the folder of --playbooks")
    explain = _add(verbs, "explain", "Say each duty as one sentence.", language=True)
    explain.add_argument("plan")
    explain.add_argument("duty", nargs="?")
    play = _add(verbs, "play", "Play the scenarios of a plan and print what each line leads to, as JSON.")
    play.add_argument("plan")
    play.add_argument("scenario", nargs="?")


def _to_print(verbs: Any) -> None:
    sheet = _add(verbs, "sheet", "Print a group's card at a level, with its call list.", out=True)
    sheet.add_argument("group")
    sheet.add_argument("--level", choices=LEVELS, required=True)
    sheet.add_argument("--plan", required=True)
    sheet.add_argument("--html", action="store_true", help="a page to print, instead of Markdown")
    _add(verbs, "graph", "Draw the 1+N tree as SVG.", out=True)
    lanes = _add(verbs, "lanes", "Draw what a level does, by group and time, as SVG.", out=True)
    lanes.add_argument("plan")
    lanes.add_argument("--level", choices=LEVELS, required=True)
    lanes.add_argument("--new", action="store_true", help="only duties that begin at this level")


def _to_carry(verbs: Any) -> None:
    export = _add(verbs, "export", "Write the plans as a workbook or a document.", language=True)
    kind = export.add_mutually_exclusive_group(required=True)
    kind.add_argument("--xlsx", type=Path)
    kind.add_argument("--docx", type=Path)
    export.add_argument("--plan", help="only this plan (document)")
    take = _add(verbs, "import", "Read a workbook back: findings, what changes, and with --into the files.")
    take.add_argument("--xlsx", type=Path, required=True)
    take.add_argument("--into", type=Path, help="write the plans as YAML files into this folder")
    _add(verbs, "schema", "Print the JSON Schema of a plan file, for editors.", out=True)


def run(args: argparse.Namespace) -> int:
    """Do what *args* ask for."""
    return _WHAT[args.what](args)


def _check(args: argparse.Namespace) -> int:
    from coord.plans.check import check_files

    _, findings = check_files(files_of(args.playbooks))
    for finding in findings:
        print(json.dumps(asdict(finding), ensure_ascii=False) if args.json else finding)
    if not args.json:
        print(_count(findings), file=sys.stderr)
    return 1 if errors_in(findings) else 0


def _count(findings: Sequence[Finding]) -> str:
    grades = [finding.level for finding in findings]
    return ", ".join(f"{grades.count(grade)} {grade}s" for grade in ("error", "warning", "note"))


def _plans(args: argparse.Namespace) -> PlanSet:
    plans = load(files_of(args.playbooks))
    name = getattr(args, "plan", None)
    if name is not None and name not in plans.by_id:
        raise NotFound(f"there is no plan “{name}”; there are {', '.join(plans.by_id)}")
    language = getattr(args, "language", "")
    if language and language not in plans.master.languages:
        raise NotFound(f"the set is not in “{language}”; it is in {', '.join(plans.master.languages)}")
    return plans


def _say(args: argparse.Namespace, body: str) -> int:
    if args.out is None:
        sys.stdout.write(body)
    else:
        args.out.write_text(body, "utf-8")
    return 0


def _show(args: argparse.Namespace) -> int:
    from coord.plans.outline import outline

    plans = _plans(args)
    sys.stdout.write(outline(plans, args.plan, args.language))
    return 0


def _diff(args: argparse.Namespace) -> int:
    from coord.plans.diff import by_group, diff

    old, new = load(files_of(args.old)), load(files_of(args.new or args.playbooks))
    for group, changes in by_group(diff(old, new)).items():
        title = new.groups[group].title if group in new.groups else ""
        print(f"{group} {title}".strip() or "—")
        for change in changes:
            print(f"  {change}")
    return 0


def _sheet(args: argparse.Namespace) -> int:
    from coord.plans.sheet import card, markdown, page

    plans = _plans(args)
    if args.group not in plans.groups:
        raise NotFound(f"there is no group “{args.group}”; there are {', '.join(plans.groups)}")
    language = args.language or plans.master.languages[0]
    one = card(plans, args.group, args.level, args.plan, language)
    return _say(args, page(one, language) if args.html else markdown(one))


def _graph(args: argparse.Namespace) -> int:
    from coord.plans.pictures import graph

    return _say(args, graph(_plans(args), args.language))


def _lanes(args: argparse.Namespace) -> int:
    from coord.plans.pictures import lanes

    return _say(args, lanes(_plans(args), args.plan, args.level, args.language, args.new))


def _explain(args: argparse.Namespace) -> int:
    from coord.plans.explain import explain

    found = [one for one in explain(_plans(args), args.plan, args.language) if args.duty in (None, one[0])]
    if not found:
        raise NotFound(f"“{args.plan}” has no duty “{args.duty}”")
    for duty, sentence in found:
        print(f"{duty}: {sentence}")
    return 0


def _play(args: argparse.Namespace) -> int:
    from coord.plans.scenario import failures
    from coord.plans.stage import play
    from coord.plans.terms import Misread

    plans = _plans(args)
    failed = 0
    for scenario in plans[args.plan].scenarios:
        if args.scenario not in (None, scenario.name):
            continue
        missed = failures(plans, args.plan, scenario)
        failed += len(missed)
        try:
            steps = play(plans, args.plan, scenario)
        except Misread as error:
            raise Refused(str(error), "bad-scenario") from error
        told = [
            {
                "given": step.line.text,
                "asks": {question: until.isoformat() for question, until in step.asks},
                "fires": step.fires,
                "orders": sorted({task.group for task in step.new}),
                "tasks": sorted(task.key for task in step.new),
            }
            for step in steps
        ]
        result = {"plan": args.plan, "scenario": scenario.name, "steps": told, "failed": [one.said for one in missed]}
        print(json.dumps(result, ensure_ascii=False))
    return 1 if failed else 0


def _export(args: argparse.Namespace) -> int:
    plans = _plans(args)
    if args.xlsx is not None:
        from coord.plans.workbook import to_workbook

        args.xlsx.write_bytes(to_workbook(plans))
    else:
        from coord.plans.document import to_document

        args.docx.write_bytes(to_document(plans, args.plan, args.language))
    return 0


def _import(args: argparse.Namespace) -> int:
    from coord.plans.check import check_reading
    from coord.plans.diff import diff
    from coord.plans.sheets_in import from_workbook
    from coord.plans.write import to_files

    base = load(files_of(args.playbooks))
    taken = from_workbook(args.xlsx.read_bytes(), base, args.xlsx.name)
    plans, findings = check_reading(taken.reading)
    for finding in findings:
        print(finding)
    for change in diff(base, plans) if plans is not None else ():
        print(change)
    print(_count(findings), file=sys.stderr)
    if plans is None:
        return 1
    if args.into is not None:
        for name, body in to_files(plans).items():
            path = args.into / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
    return 0


def _schema(args: argparse.Namespace) -> int:
    from coord.plans.schema import schema_bytes

    return _say(args, schema_bytes().decode())


_WHAT: dict[str, Callable[[argparse.Namespace], int]] = {
    "check": _check,
    "show": _show,
    "diff": _diff,
    "sheet": _sheet,
    "graph": _graph,
    "lanes": _lanes,
    "explain": _explain,
    "play": _play,
    "export": _export,
    "import": _import,
    "schema": _schema,
}
