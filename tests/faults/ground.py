"""A centre's data folder to start real processes on: SAMPLE plans adopted, SAMPLE people already signed in."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from coord.api.centre import running
from coord.api.settings import Settings
from coord.cli.sample import prepare
from coord.plans.load import load_folder
from coord.plans.model import PlanSet
from coord.plans.parts import Rung
from tests.api.centre import CHEAP, PLAYBOOKS


@dataclass(frozen=True)
class Ground:
    """``data`` is never run on, only copied. ``tokens`` are the sessions of ``sample-<name>``."""

    data: Path
    tokens: Mapping[str, str]
    made_at: datetime

    def copy(self, to: Path) -> Path:
        """Return a copy of the folder at *to*."""
        return Path(shutil.copytree(self.data, to))


def with_patience(plans: PlanSet, patience: timedelta) -> PlanSet:
    """Return *plans* with *patience* at every place where somebody's silence is waited for."""
    groups = tuple(
        replace(group, ladder=tuple(Rung(rung.post, patience) for rung in group.ladder))
        for group in plans.master.groups
    )
    master = replace(plans.master, ack_within=dict.fromkeys(plans.master.ack_within, patience), groups=groups)
    changed = []
    for plan in (master if plan.kind == "master" else plan for plan in plans.plans):
        duties = tuple(replace(duty, ack_within=patience) for duty in plan.duties)
        decisions = tuple(replace(rule, silent_after=patience) for rule in plan.decisions)
        changed.append(replace(plan, duties=duties, decisions=decisions))
    return PlanSet(tuple(changed), plans.texts)


def lay(settings: Settings, patience: timedelta) -> Mapping[str, str]:
    """Adopt SAMPLE plans of that *patience* in the store of *settings*, make people, and return their tokens."""

    async def main() -> Mapping[str, str]:
        async with running(settings, CHEAP) as centre:
            made = await prepare(centre, PLAYBOOKS)
            await centre.world("live").plans.copy(with_patience(load_folder(PLAYBOOKS), patience), "tests")
            return {
                one.login.removeprefix("sample-"): (await centre.access.sessions.open(one.account)).token
                for one in made
            }

    with ThreadPoolExecutor(1) as elsewhere:  # the caller may be inside a loop
        return elsewhere.submit(asyncio.run, main()).result()


def ground_at(data: Path, patience: timedelta) -> Ground:
    """Make the ground for SQLite in the folder *data*."""
    tokens = lay(Settings(data=data), patience)
    return Ground(data, tokens, datetime.now(UTC).replace(microsecond=0))
