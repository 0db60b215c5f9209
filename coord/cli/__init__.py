"""The command line: one module a verb, imported only when it is called.

A verb's module has ``arguments(parser)`` and ``run(args) -> exit code``. Its
line below is all that ``coord --help`` needs, so help never waits for a heavy
library.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from coord import __version__
from coord.errors import CoordError

VERBS: dict[str, str] = {
    # verb: what it does (the module is coord/cli/<verb>.py)
    "serve": "run one process of the centre",
    "sample": "run the centre with the SAMPLE district and play Ragasa 2025 as an exercise",
    "watch": "follow the centre's or a group's board in the terminal, and acknowledge",
    "people": "accounts, rights and links to sign in",
    "alerts": "check, show, sign and verify CAP messages",
    "log": "verify, export or head of the log",
    "backup": "copy a space while the centre runs, and verify the copy",
    "restore": "put a backup in place, under a new epoch",
    "geo": "look at the map, ask what an area touches, match shelters, take layers in and out",
    "plans": "Check, show, compare, print, export and import playbooks.",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the verb that *argv* names and return its exit code: 0 done, 1 refused or findings, 2 unusable call."""
    words = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(prog="coord", description="Emergency coordination and public warning.")
    parser.add_argument("--version", action="version", version=f"coord {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    called = next((word for word in words if not word.startswith("-")), None)
    for verb, summary in VERBS.items():
        sub = verbs.add_parser(verb, help=summary, description=summary, add_help=True)
        if verb == called:
            module = importlib.import_module(f"coord.cli.{verb}")
            module.arguments(sub)
    args = parser.parse_args(words)
    try:
        return int(importlib.import_module(f"coord.cli.{args.verb}").run(args) or 0)
    except CoordError as refusal:
        print(f"coord {args.verb}: {refusal}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
