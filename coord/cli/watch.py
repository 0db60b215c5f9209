"""``coord watch``: the centre's or a group's view in the terminal, and one-line answers to orders."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import os
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

    from coord.client import Board, Client

LOUD = {"open": "bold", "III": "yellow", "II": "bold yellow", "I": "bold red", "IV": "cyan"}
"""How a state or level stands out. What it is stands in words beside it, never in colour alone."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``coord watch`` takes."""
    parser.add_argument("--base", default="http://127.0.0.1:8440", help="address of the centre")
    parser.add_argument("--space", default="live")
    parser.add_argument(
        "--as", dest="audience", default="", help="centre, auditor or group:CODE; left out: the widest that is yours"
    )
    parser.add_argument("--login", default="", help="the password is asked, or taken from COORD_PASSWORD")
    parser.add_argument("--ack", metavar="ORDER", default="", help="acknowledge this order (or `all` of them) and stop")
    parser.add_argument("--once", action="store_true", help="print the board once and stop")


def run(args: argparse.Namespace) -> int:
    """Show the board until interrupted; 1 when the centre does not answer or the order is not there."""
    return asyncio.run(_main(args))


async def _main(args: argparse.Namespace) -> int:
    from coord.client import Client

    async with Client(args.base, os.environ.get("COORD_TOKEN", "")) as client:
        if args.login:
            password = os.environ.get("COORD_PASSWORD") or getpass.getpass(f"password of {args.login}: ")
            await client.sign_in(args.login, password)
        return await (_once(client, args) if args.ack or args.once else _follow(client, args))


async def _once(client: Client, args: argparse.Namespace) -> int:
    from rich.console import Console

    follow = client.follow(args.space, args.audience)
    try:
        board = await anext(follow)
    finally:
        await follow.aclose()
    if board.stale:
        print(f"coord watch: the centre at {client.base} does not answer", file=sys.stderr)
        return 1
    if args.ack:
        return 0 if await acknowledge(client, args.space, board, args.ack) or args.ack == "all" else 1
    Console().print(table(board, args.space))
    return 0


async def _follow(client: Client, args: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.live import Live

    console = Console()
    with Live(console=console, refresh_per_second=8, screen=console.is_terminal) as live:
        async for board in client.follow(args.space, args.audience):
            live.update(table(board, args.space))
    return 0


async def acknowledge(client: Client, space: str, board: Board, wanted: str) -> int:
    """Acknowledge the order *wanted*, or all open ones; return how many."""
    from coord.client import incident_of, is_open

    found = [row for row in board.of("order") if is_open(row) and wanted in ("all", row["id"])]
    if not found:
        print(f"coord watch: no open order {wanted}", file=sys.stderr)
    for row in found:
        path = f"/spaces/{space}/incidents/{incident_of(row)}/orders/{row['id']}/acknowledge"
        await client.post(path, {"group": row["group"]}, key=f"watch/{row['key']}")
        print(f"收到 {row['id']}")
    return len(found)


def table(board: Board, space: str) -> Table:
    """Return the board as a table: levels, decisions, orders and tasks that are open."""
    from rich.table import Table
    from rich.text import Text

    from coord.client import is_open

    mode = "LIVE" if space == "live" else "EXERCISE"
    heard = board.heard_at.astimezone().strftime("%H:%M:%S")
    age = f"STALE: nothing heard since {heard}, connecting" if board.stale else f"at {board.cursor}, {heard}"
    found = Table(
        title=f"{mode} {space} · {age}",
        title_style="bold white on red" if board.stale else "bold",
        expand=True,
        caption=" · ".join(f"{len(board.of(kind))} {kind}s" for kind in ("activation", "decision", "order", "task")),
    )
    for column in ("what", "id", "who", "state", "due", "title"):
        found.add_column(column, no_wrap=column != "title", overflow="fold" if column == "title" else "ellipsis")
    for kind in ("activation", "decision", "order", "task"):
        for row in board.of(kind):
            if kind == "activation" or is_open(row):
                state = state_of(row)
                shown = Text(state, style=LOUD.get(state.split()[0] if state else "", ""))
                found.add_row(kind, row["id"], row.get("group", ""), shown, _due(row), _title(row))
        found.add_section()
    return found


def state_of(row: Mapping[str, Any]) -> str:
    """Return how *row* stands, in one or two words."""
    match row["kind"]:
        case "activation":
            return row.get("level") or ("decided" if row.get("pending") else "ended")
        case "decision":
            asks = f", {row['asks']} is asked" if row.get("asks") else ""
            return f"open{asks}{', overdue' if row.get('overdue') else ''}"
        case "order":
            return "NOBODY ANSWERS" if row.get("unanswered") else f"open, {row['post']} is called"
        case _:
            return f"{row['now']}{' LATE' if row.get('late') else ''}"


def _due(row: Mapping[str, Any]) -> str:
    said = row.get("due")
    return datetime.fromisoformat(said).astimezone().strftime("%m-%d %H:%M") if said else ""


def _title(row: Mapping[str, Any]) -> str:
    match row["kind"]:
        case "decision":
            return f"{row['hazard']}: level {row['proposes']}?" if row.get("proposes") else str(row["question"])
        case "order":
            return f"{len(row['items'])} tasks, {row['cause']}"
        case "task":
            title: Mapping[str, str] = row["title"]
            return title.get("zh-Hans") or next(iter(title.values()), "")
        case _:
            return f"{row['plan']} {row['area']}".strip()
