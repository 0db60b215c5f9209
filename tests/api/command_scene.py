"""One of each thing of the command, over HTTP: a stop, a figure, a need, a zone, a rule, a neighbour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.api.centre import Running

SAID = {"authority": "chief-commander", "notice": "SAMPLE-3"}


async def commanded(here: Running, group: str) -> None:
    """Let the commander order, and *group* report and ask."""
    commander = await here.client("chief-commander")
    week = (datetime.now(UTC) + timedelta(days=7)).isoformat()
    stop = {"stops": ["stop-school"], "authority": "district-government", "basis": "plan", "effective_at": week}
    zone = {**SAID, "place": "B-12", "extent": "building", "tier": "lockdown", "until": week}
    figure = {"figure": "pumps", "names": {"en": "Pumps"}, "unit": "", "reporter": group, "rhythm": "1 h"}
    for path, body in (
        ("measures", stop),
        ("zones", zone),
        ("rules/port", {**SAID, "value": "test-48h"}),
        ("figures", figure),
        ("needs", {"group": group, "what": "pump", "amount": 3, "why": "flooded"}),
        ("neighbours", {"neighbour": "macao"}),
    ):
        await commander.post(f"/spaces/live/{path}", body)
    await here.settled()
