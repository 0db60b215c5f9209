"""The golden files: for each kind one event as it was first stored, for ever.

    python -m tests.store.golden        # writes the files of kinds that have none

A file is never edited afterwards: it stands for all the events of its kind that
lie in the logs of this world. Look at what was written before you commit it.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import types
import typing
from collections.abc import Mapping, Set
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from coord.errors import CoordError
from coord.store.codec import Codec

FOLDER = Path(__file__).parents[1] / "golden"

PLAIN: dict[Any, Any] = {
    str: "sample 样本",
    int: 7,
    float: 22.125,
    bool: True,
    bytes: b"\x00sample",
    type(None): None,
    datetime: datetime(2025, 9, 23, 12, 0, 0, 250_000, UTC),
    date: date(2025, 9, 23),
    timedelta: timedelta(hours=1, microseconds=5),
    Any: "sample",
}


def write_missing(folder: Path, codec: Codec) -> list[str]:
    """Write a file for each kind that has none, and return what could not be made, each with its reason."""
    folder.mkdir(parents=True, exist_ok=True)
    failed = []
    for kind, cls in sorted(codec.kinds.items()):
        path = folder / f"{kind}.json"
        if path.exists():
            continue
        try:
            _, body = codec.encode(sample(cls))
        except (CoordError, ValueError, TypeError) as error:
            failed.append(f"{kind}: no sample can be made ({error}); write {path.name} by hand")
            continue
        path.write_text(json.dumps(json.loads(body), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return failed


def problems(folder: Path, codec: Codec) -> list[str]:
    """Return what is wrong with the golden files in *folder*, nothing when all events ever stored can be read."""
    found = []
    files = {path.stem: path for path in sorted(folder.glob("*.json"))}
    found += [
        f"{kind}: no golden file; run python -m tests.store.golden" for kind in sorted(codec.kinds.keys() - files)
    ]
    found += [
        f"{kind}: its events lie in logs, but no class reads them any more" for kind in files.keys() - codec.kinds
    ]
    for kind in sorted(files.keys() & codec.kinds):
        stored = json.loads(files[kind].read_text(encoding="utf-8"))
        try:
            event = codec.decode(kind, json.dumps(stored).encode())
            again = codec.encode(event)[1]
        except CoordError as refusal:
            found.append(f"{kind}: {refusal}")
            continue
        if codec.decode(kind, again) != event:
            found.append(f"{kind}: what is read is not what is written again")
        found += [f"{kind}: {each}" for each in lost(stored, json.loads(again))]
    return found


def lost(stored: Any, now: Any, path: str = "event") -> list[str]:
    """Return where *now* does not hold what was *stored*; new fields with defaults are no loss."""
    if isinstance(stored, dict) and isinstance(now, dict):
        gone = [f"{path}.{key} is lost" for key in stored.keys() - now.keys()]
        return gone + [
            each for key in stored.keys() & now.keys() for each in lost(stored[key], now[key], f"{path}.{key}")
        ]
    if isinstance(stored, list) and isinstance(now, list) and len(stored) == len(now):
        return [
            each
            for i, (one, other) in enumerate(zip(stored, now, strict=True))
            for each in lost(one, other, f"{path}[{i}]")
        ]
    return [] if stored == now else [f"{path} was {stored!r} and is read as {now!r}"]


def sample(of: Any, turn: int = 0) -> Any:
    """Return one value of a type, with every part of it filled; another *turn* is another try."""
    if of is str and turn % 2:
        return "sample-1"
    if of in PLAIN:
        return PLAIN[of]
    if isinstance(of, typing.NewType):
        return sample(of.__supertype__, turn)
    if dataclasses.is_dataclass(of) and isinstance(of, type):
        return _made(of, turn)
    origin, inner = typing.get_origin(of), typing.get_args(of)
    if origin is typing.Literal:
        return inner[-1 - turn // 2 % len(inner)]
    if origin in {typing.Union, types.UnionType}:
        return sample(next(each for each in inner if each is not type(None)), turn)
    if origin is tuple:
        return (sample(inner[0], turn),) if inner[1:] == (...,) else tuple(sample(each, turn) for each in inner)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {sample(inner[0], turn): sample(inner[1], turn)}
    if isinstance(origin, type) and issubclass(origin, Set):
        return frozenset({sample(inner[0], turn)})
    raise TypeError(f"no sample for {of}")


def _made(of: type, first: int) -> Any:
    """Return a dataclass that its own checks accept."""
    hints = typing.get_type_hints(of)
    refused: Exception = ValueError(of)
    fields = [field.name for field in dataclasses.fields(of) if field.init]
    for turn in range(first, first + 20):
        try:
            return of(**{name: sample(hints[name], turn) for name in fields})
        except (ValueError, CoordError) as error:
            refused = error
    raise refused


if __name__ == "__main__":
    from coord.cli.log import codec as known

    missing = write_missing(FOLDER, known())
    for line in missing:
        print(line)
    sys.exit(bool(missing))
