"""``coord alerts``: what is wrong with a CAP message, what it says, who signed it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from coord.errors import Finding, errors_in

READABLE, WRONG, UNREADABLE = 0, 1, 2


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verbs of ``coord alerts``."""
    from coord.alerts.profiles import PROFILES

    verbs = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    validate = verbs.add_parser("validate", help="print what is wrong with CAP messages")
    _files(validate)
    validate.add_argument("--as", dest="mode", choices=("compose", "ingest"), default="compose", help="how strict")
    validate.add_argument("--profile", action="append", default=[], choices=sorted(PROFILES), help="more rules")
    show = verbs.add_parser("show", help="print what CAP messages say")
    _files(show)
    sign = verbs.add_parser("sign", help="sign a CAP message")
    sign.add_argument("file", type=Path)
    sign.add_argument("--key", type=Path, required=True, help="private key, PEM")
    sign.add_argument("--cert", type=Path, required=True, help="its certificate chain, PEM")
    sign.add_argument("--out", type=Path, help="where to write; standard output otherwise")
    verify = verbs.add_parser("verify", help="check the signatures of CAP messages against pinned certificates")
    _files(verify)
    verify.add_argument("--pin", type=Path, action="append", default=[], required=True, help="certificate, PEM")


def _files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path)
    parser.add_argument("--json", action="store_true", help="one JSON object a file")


def run(args: argparse.Namespace) -> int:
    """Do what *args* ask for; 0 in order, 1 wrong, 2 unreadable. With several files the worst one counts."""
    if args.act == "sign":
        return _sign(args)
    one: Callable[[argparse.Namespace, bytes], tuple[int, dict[str, Any], list[str]]]
    one = {"validate": _validate, "show": _show, "verify": _verify}[args.act]
    worst = READABLE
    for path in args.files:
        code, told, lines = _attempt(one, args, path)
        worst = max(worst, code)
        if args.json:
            print(json.dumps({"file": str(path), **told}, ensure_ascii=False, default=_plain))
        else:
            for line in lines:
                print(f"{path}: {line}")
    return worst


def _attempt(one: Any, args: argparse.Namespace, path: Path) -> tuple[int, dict[str, Any], list[str]]:
    from coord.alerts.xml.reading import MAX_BYTES, Unreadable

    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)  # more is refused, and need not be in memory for that
        answer: tuple[int, dict[str, Any], list[str]] = one(args, raw)
    except Unreadable as refused:
        found = refused.findings
    except OSError as error:
        found = (Finding("error", "/", "file", f"cannot be read: {error.strerror or error}"),)
    else:
        return answer
    return UNREADABLE, {"readable": False, "findings": [_row(one) for one in found]}, [_line(one) for one in found]


def _row(finding: Finding) -> dict[str, Any]:
    row = asdict(finding)
    del row["source"]
    return row


def _line(finding: Finding) -> str:
    where = f"line {finding.line}: " if finding.line else ""
    return f"{where}{finding.level} {finding.code} at {finding.path}: {finding.text}"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        from coord.alerts.times import cap_time

        return cap_time(value)
    raise TypeError(f"{type(value)} has no JSON form here")


def _validate(args: argparse.Namespace, raw: bytes) -> tuple[int, dict[str, Any], list[str]]:
    from coord.alerts.check import check
    from coord.alerts.profiles import PROFILES

    profiles = [PROFILES[name] for name in args.profile]
    checked = check(raw, args.mode, datetime.now(UTC), profiles)
    wrong = bool(errors_in(checked.findings))
    told = {
        "readable": True,
        "ok": not wrong,
        "as": args.mode,
        "version": checked.version,
        "identifier": checked.seen.identifier,
        "sender": checked.seen.sender,
        "findings": [_row(finding) for finding in checked.findings],
    }
    lines = [_line(finding) for finding in checked.findings] or ["in order"]
    return (WRONG if wrong else READABLE), told, lines


def _show(_args: argparse.Namespace, raw: bytes) -> tuple[int, dict[str, Any], list[str]]:
    from coord.alerts.check import check
    from coord.alerts.show import lines_of

    checked = check(raw, "ingest")
    wrong = errors_in(checked.findings)
    told = {"readable": True, "alert": asdict(checked.seen), "findings": [_row(one) for one in checked.findings]}
    lines = [*lines_of(checked.seen), *(_line(finding) for finding in checked.findings)]
    return (WRONG if wrong else READABLE), told, lines


def _verify(args: argparse.Namespace, raw: bytes) -> tuple[int, dict[str, Any], list[str]]:
    from coord.alerts.signature import load_pins, verify

    pins = [pin for path in args.pin for pin in load_pins(_read(path))]
    verdict = verify(raw, pins)
    by = verdict.by.subject if verdict.by is not None else ""
    told = {"readable": True, "status": verdict.status, "why": verdict.why, "by": by}
    line = f"verified by {by}" if by else f"{verdict.status}: {verdict.why}"
    return (READABLE if verdict.status == "verified" else WRONG), told, [line]


def _read(path: Path) -> bytes:
    from coord.errors import NotFound

    try:
        return path.read_bytes()
    except OSError as error:
        raise NotFound(f"{path} cannot be read: {error.strerror or error}") from None


def _sign(args: argparse.Namespace) -> int:
    from coord.alerts.signature import load_key, sign_bytes
    from coord.alerts.xml.reading import Unreadable

    key = load_key(_read(args.key), _read(args.cert))
    try:
        signed = sign_bytes(_read(args.file), key)
    except Unreadable as refused:
        print(f"{args.file}: {refused}", file=sys.stderr)
        return UNREADABLE
    if args.out is None:
        sys.stdout.buffer.write(signed)
    else:
        args.out.write_bytes(signed)
    return READABLE
