"""What the verbs that touch a database share: where it lies, and a bar that shows how far they are."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coord.store.backup import Progress


def place_arguments(parser: argparse.ArgumentParser) -> None:
    """Say how a database is named."""
    parser.add_argument("--data", type=Path, default=Path("data"), help="folder of the SQLite files (default: data)")
    parser.add_argument("--database", default="", help="postgresql://… instead of SQLite")
    parser.add_argument("--space", default="live", help="which space (default: live)")


def place_of(args: argparse.Namespace) -> str | Path:
    """Return the place as :func:`coord.store.open_store` takes it."""
    named: str = args.database
    folder: Path = args.data
    return named or folder


@contextmanager
def bar() -> Iterator[Progress]:
    """Yield what takes progress: a bar on a terminal, nothing where nobody looks."""
    from coord.store.backup import nobody_watches

    if not sys.stderr.isatty():
        yield nobody_watches
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("…", total=None)

        def show(what: str, done: int, of: int) -> None:
            shown.update(task, description=what, completed=done, total=of or None)

        yield show
