"""``coord backup``: a verified copy of a space while the centre runs."""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path

from coord.cli.place import bar, place_arguments, place_of


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``coord backup`` takes."""
    parser.add_argument("to", type=Path, metavar="TO", help="folder for the copy and its manifest")
    place_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Copy, verify, and say what the copy holds."""
    from dataclasses import asdict

    from coord.store.backup import back_up

    with bar() as show:
        manifest = asyncio.run(back_up(place_of(args), args.space, args.to, show))
    print(json.dumps(asdict(manifest)))
    return 0
