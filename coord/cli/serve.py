"""``coord serve``: one process of the centre."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coord.api.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``coord serve`` takes."""
    parser.add_argument("--data", type=Path, default=Path("data"), help="folder of the SQLite files and the keys")
    parser.add_argument("--database", default="", help="postgresql://… instead of SQLite")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8440)
    parser.add_argument("--jurisdiction", default="hengqin", help="code of the district")
    parser.add_argument("--origin", action="append", default=[], help="further web origin that may talk to the centre")
    parser.add_argument("--https", action="store_true", help="browsers reach the centre over HTTPS (a proxy before it)")
    parser.add_argument("--exercise", action="append", default=[], metavar="NAME", help="open this exercise too")
    parser.add_argument("--verify", action="store_true", help="walk the whole chain before the first answer")


def settings_of(args: argparse.Namespace) -> Settings:
    """Return the settings that *args* name."""
    from coord.api.settings import Settings

    return Settings(
        data=args.data,
        database=args.database,
        host=args.host,
        port=args.port,
        jurisdiction=args.jurisdiction,
        origins=tuple(args.origin),
        secure=args.https,
        exercises=tuple(args.exercise),
        verify=args.verify,
    )


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted."""
    import uvloop

    from coord.api.centre import running
    from coord.api.serve import serve

    settings = settings_of(args)

    async def main() -> None:
        async with running(settings) as centre:
            address = f"http://{settings.host}:{settings.port}"
            if centre.setup_token:
                print(f"No administrator yet. Within 24 hours: POST {address}/setup with this one-time token:")
                print(f"  {centre.setup_token}", flush=True)
            print(f"coord serves {address} (health: {address}/health)", file=sys.stderr, flush=True)
            await serve(centre)

    uvloop.run(main())
    return 0
