"""Say what a fresh machine lacks, with the command that brings it, before anything else fails."""

from __future__ import annotations

import importlib.util
import shutil
import sys


def lacking() -> list[str]:
    """Return a sentence for each thing that is missing."""
    missing = []
    if sys.version_info < (3, 11):  # noqa: UP036 - it runs before anything is installed, on any Python
        missing.append(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}: apt-get install python3.11")
    missing.extend(
        f"Python's module {name} is missing: apt-get install python3-venv"
        for name in ("venv", "ensurepip")
        if importlib.util.find_spec(name) is None
    )
    if shutil.which("make") is None:
        missing.append("make is missing: apt-get install make")
    return missing


if __name__ == "__main__":
    for sentence in lacking():
        print(sentence, file=sys.stderr)
    sys.exit(1 if lacking() else 0)
