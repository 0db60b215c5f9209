"""``coord sample``: the centre with the SAMPLE district, and Ragasa played in an exercise beside an idle live space."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from coord.events import StreamId

if TYPE_CHECKING:
    from coord.access.setup import SampleLogin
    from coord.api.centre import Centre
    from coord.api.world import World

EXERCISE = "exercise-ragasa"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``coord sample`` takes."""
    parser.add_argument("--data", type=Path, default=Path("data/sample"), help="folder of the sample centre")
    parser.add_argument("--playbooks", type=Path, default=Path("playbooks"), help="folder of the SAMPLE plans")
    parser.add_argument("--scenario", type=Path, default=Path("scenarios/ragasa-2025.yaml"))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8440)
    parser.add_argument("--speed", type=float, default=720.0, help="virtual seconds a second (720: two days in 4 min)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--idle", action="store_true", help="do not play anything")
    parser.add_argument("--until-played", action="store_true", help="stop when the scenario has been played")


def run(args: argparse.Namespace) -> int:
    """Serve the sample centre until interrupted."""
    import uvloop

    uvloop.run(_main(args))
    return 0


async def _main(args: argparse.Namespace) -> None:
    from coord.api.centre import running
    from coord.api.serve import serving
    from coord.api.settings import Settings

    settings = Settings(data=args.data, host=args.host, port=args.port)
    async with running(settings) as centre:
        logins = await prepare(centre, args.playbooks)
        async with serving(centre) as base:
            _welcome(base, args.data, logins)
            if not args.idle:
                await _play(centre, base, args)
            if not args.until_played:
                print("The centre goes on. Stop it with Ctrl-C.", flush=True)
                await asyncio.Event().wait()


async def prepare(centre: Centre, playbooks: Path) -> list[SampleLogin]:
    """Adopt the SAMPLE plans and make the SAMPLE accounts, where that was not done before; return new logins."""
    from coord.access.setup import sample_accounts
    from coord.plans.load import load_folder

    live = centre.world("live")
    plans = load_folder(playbooks)
    if live.plans.digest != plans.digest:
        await live.plans.copy(plans, "coord:sample")
    await enter_sample(live)
    if await centre.access.roll.has_administrator():
        return []
    posts = tuple(dict.fromkeys(post for posts in live.plans.posts().values() for post in posts))
    return await sample_accounts(centre.access.accounts, centre.settings.jurisdiction, tuple(plans.groups), posts)


async def enter_sample(world: World) -> None:
    """Enter the places of the SAMPLE district in the registers of *world*, unless it has places already."""
    from coord.geo.commands import Create
    from coord.geo.sample import sample_district

    if world.residence.open_rooms("layer"):
        return
    for register, features in sample_district().items():
        for feature in features:
            await world.do(StreamId(f"layer/{register}"), Create(feature), "coord:sample", f"sample/{feature.id}")


def _welcome(base: str, data: Path, logins: list[SampleLogin]) -> None:
    print(f"\ncoord, SAMPLE district. Nothing here is an official rule, place or person. {base}\n")
    if logins:
        kept = data / "sample-logins.txt"
        kept.write_text("".join(f"{one.login} {one.password}\n" for one in logins), "utf-8")
        kept.chmod(0o600)
        for one in logins[:8]:
            print(f"  {one.login:28} {one.password}   {one.role} {one.group}")
        print(f"  … {len(logins)} logins in all, in {kept} (SAMPLE accounts, this folder only)\n")
    body = '{"login": "…", "password": "…"}'
    print(f"Sign in:   curl -s {base}/session -H 'content-type: application/json' -d '{body}'")
    print(f"Watch:     coord watch --base {base} --space {EXERCISE} --login sample-duty-officer\n", flush=True)


async def _play(centre: Centre, base: str, args: argparse.Namespace) -> None:
    from coord import player
    from coord.client import Client

    logins = dict(line.split() for line in (args.data / "sample-logins.txt").read_text("utf-8").splitlines())
    scenario = player.load(args.scenario)
    name = EXERCISE
    number = 1
    while (args.data / "spaces" / f"{name}.db").exists():
        number += 1
        name = f"{EXERCISE}-{number}"
    commander = Client(base)
    async with commander:
        await commander.sign_in("sample-commander", logins["sample-commander"])
        await commander.post("/spaces", {"space": name, "starts": scenario.starts.isoformat()})
    print(f"EXERCISE {scenario.title['en']} in space {name}, {args.speed:g} times as fast as it was.")
    print(
        f"{scenario.assumed:.0%} of its lines are assumed, the others dated by public sources (docs/facts.md).\n",
        flush=True,
    )

    def say(line: str) -> None:
        print(f"EXERCISE {line}", flush=True)

    await player.Player(base, name, logins, scenario, args.speed, args.seed, say).play()
    world = centre.world(name)
    head = await world.store.log.head()
    print(f"\nEXERCISE over: {head.position} events on the log of {name}, chain {head.hash[:16]}…", flush=True)
