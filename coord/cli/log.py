"""``coord log``: whether the log is what was recorded, where it ends, and all of it as text."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from coord.cli.place import bar, place_arguments, place_of

if TYPE_CHECKING:
    from coord.store import Store
    from coord.store.codec import Codec
    from coord.store.rows import Row


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``coord log`` takes."""
    verbs = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    check = verbs.add_parser("verify", help="walk the chain and name the first row that was touched")
    check.add_argument("--against", type=Path, metavar="FILE", help="checkpoints that `coord log head --to` kept")
    export = verbs.add_parser("export", help="write all events as JSON lines")
    export.add_argument("--to", type=Path, metavar="FILE", help="instead of standard output")
    export.add_argument("--after", type=int, default=0, metavar="POSITION")
    head = verbs.add_parser("head", help="say where the log ends")
    head.add_argument("--to", type=Path, metavar="FILE", help="keep it as a checkpoint too, best on another machine")
    for verb in (check, export, head):
        place_arguments(verb)


def run(args: argparse.Namespace) -> int:
    """Do it; 1 when the log was touched."""
    return asyncio.run({"verify": _verify, "export": _export, "head": _head}[args.what](args))


def codec() -> Codec:
    """Return the codec of all rooms."""
    from coord.store.codec import Codec

    try:
        known: Codec = importlib.import_module("coord.api.rooms").CODEC
    except ModuleNotFoundError:  # what is missing decodes nothing: its events are exported as they lie there
        return Codec({})
    return known


async def _opened(args: argparse.Namespace) -> Store:
    from coord.store import open_store

    return await open_store(place_of(args), args.space, codec(), read_only=True)


async def _verify(args: argparse.Namespace) -> int:
    from coord.store.verify import Broken, Verified, read_checkpoints, verify

    marks = read_checkpoints(args.against) if args.against else []
    store = await _opened(args)
    seen = Verified(0, "", 0)
    try:
        with bar() as show:
            async for seen in verify(store.log, marks):
                show("verifying", seen.position, seen.of)
        head = await store.log.head()
    except Broken as broken:
        print(json.dumps({"sound": False, "position": broken.position, "what": broken.what, "why": str(broken)}))
        return 1
    finally:
        await store.log.close()
    bound = sum(mark.epoch == head.epoch for mark in marks)
    print(json.dumps({"sound": True, "position": seen.position, "hash": seen.hash or head.hash, "checkpoints": bound}))
    if marks and not bound:
        print("coord log: no checkpoint is of this epoch; the log was restored since they were kept", file=sys.stderr)
    return 0


async def _head(args: argparse.Namespace) -> int:
    from dataclasses import asdict

    from coord.store.verify import write_checkpoint

    store = await _opened(args)
    try:
        head = await store.log.head()
    finally:
        await store.log.close()
    if args.to:
        write_checkpoint(args.to, head)
    print(json.dumps(asdict(head)))
    return 0


async def _export(args: argparse.Namespace) -> int:
    store = await _opened(args)
    known = codec()
    try:
        head = await store.log.head()
        after: int = args.after
        with bar() as show, args.to.open("w", encoding="utf-8") if args.to else nullcontext(sys.stdout) as out:
            while rows := await store.log.rows(after, 1000):
                after = write_lines(out, rows, known)
                show("exporting", after, head.position)
    finally:
        await store.log.close()
    return 0


def write_lines(out: TextIO, rows: Sequence[Row], known: Codec) -> int:
    """Write *rows* as JSON lines and return the position of the last.

    ``event`` is the stored body, byte for byte, so the chain can be checked on
    the export too; ``known`` is false for a kind that this program cannot read.
    """
    for row in rows:
        header = {field: getattr(row, field) for field in row._fields[:-2]}
        header |= {"known": row.kind in known.kinds, "hash": row.hash.hex()}
        out.write(f'{json.dumps(header, ensure_ascii=False)[:-1]}, "event": {row.body.decode()}}}\n')
    return rows[-1].position
