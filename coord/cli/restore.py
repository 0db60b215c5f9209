"""``coord restore``: a backup becomes the log again, under a new epoch."""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path

from coord.cli.place import bar, place_arguments, place_of


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``coord restore`` takes."""
    parser.add_argument("source", type=Path, metavar="FROM", help="folder that `coord backup` wrote")
    parser.add_argument("--replace", action="store_true", help="move the log that is there aside")
    place_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Verify, put in place, and say where the log ends now."""
    from dataclasses import asdict

    from coord.store.restore import restore

    with bar() as show:
        head = asyncio.run(restore(args.source, place_of(args), args.space, replace=args.replace, progress=show))
    print(json.dumps(asdict(head)))
    return 0
