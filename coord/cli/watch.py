"""``coord watch``: the centre's or a group's view in the terminal, and one-line answers to orders."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

    from coord.client import Board, Client


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``coord watch`` takes."""
    parser.add_argument("--base", default="http://127.0.0.1:8440", help="address of the centre")
    parser.add_argument("--space", default="live")
    parser.add_argument("--as", dest="audience", default="", help="centre, auditor or group:CODE")
    parser.add_argument("--login", default="", help="the password is asked, or taken from COORD_PASSWORD")
    parser.add_argument("--ack", metavar="ORDER", default="", help="acknowledge this order (or `all` of them) and stop")
    parser.add_argument("--once", action="store_true", help="print the board once and stop")


def run(args: argparse.Namespace) -> int:
    """Show the board until interrupted."""
    asyncio.run(_main(args))
    return 0


async def _main(args: argparse.Namespace) -> None:
    from coord.client import Client

    async with Client(args.base, os.environ.get("COORD_TOKEN", "")) as client:
        if args.login:
            password = os.environ.get("COORD_PASSWORD") or getpass.getpass(f"password of {args.login}: ")
            await client.sign_in(args.login, password)
        await _show(client, args)


async def _show(client: Client, args: argparse.Namespace) -> None:
    from rich.console import Console
    from rich.live import Live

    console = Console()
    follow = client.follow(args.space, args.audience)
    if args.ack or args.once:
        async for board in follow:
            if board.cursor < 0:
                raise SystemExit("the centre does not answer")
            if args.ack:
                await acknowledge(client, args.space, board, args.ack)
            else:
                console.print(table(board, args.space))
            return
    with Live(console=console, refresh_per_second=8, screen=console.is_terminal) as live:
        async for board in follow:
            live.update(table(board, args.space))


async def acknowledge(client: Client, space: str, board: Board, wanted: str) -> None:
    """Acknowledge the order *wanted*, or all open ones."""
    from coord.client import incident_of, is_open

    found = [row for row in board.of("order") if is_open(row) and wanted in ("all", row["id"])]
    if not found:
        print(f"no open order {wanted}", file=sys.stderr)
    for row in found:
        path = f"/spaces/{space}/incidents/{incident_of(row)}/orders/{row['id']}/acknowledge"
        await client.post(path, {"group": row["group"]}, key=f"watch/{row['key']}")
        print(f"收到 {row['id']}")


def table(board: Board, space: str) -> Table:
    """Return the board as a table: decisions, levels, orders, tasks."""
    from rich.table import Table

    from coord.client import is_open

    age = "STALE" if board.stale else f"at {board.cursor}"
    mode = "LIVE" if space == "live" else "EXERCISE"
    found = Table(title=f"{mode} {space} · {age}", expand=True)
    for column in ("what", "id", "who", "state", "by", "title"):
        found.add_column(column, no_wrap=column != "title")
    for row in [*board.of("activation"), *board.of("decision"), *board.of("order"), *board.of("task")]:
        if row["kind"] != "activation" and not is_open(row):
            continue
        title = row.get("title") or row.get("proposes") or row.get("plan") or row.get("cause") or ""
        shown = title.get("zh-Hans", "") if isinstance(title, dict) else str(title)
        state = row.get("now") or row.get("state") or row.get("level") or row.get("post") or ""
        due = str(row.get("due") or "")[:16].replace("T", " ")
        found.add_row(row["kind"], row["id"], row.get("group", ""), str(state), due, shown)
    return found
