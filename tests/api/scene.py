"""A scene to act in: a signal has come, level III is in force, groups have orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from coord.client import Client, incident_of
from tests.api.centre import Running

Row = dict[str, Any]


def supporting(task: Row) -> list[str]:
    """Return the groups that help with *task*; a row leaves out what is empty."""
    return list(task.get("support", ()))


@dataclass(frozen=True)
class Scene:
    """What stands on the boards, by kind."""

    incident: str
    rows: tuple[Row, ...]

    def of(self, kind: str, group: str = "") -> list[Row]:
        """Return the rows of one kind (of one group)."""
        return [row for row in self.rows if row["kind"] == kind and group in ("", row.get("group"))]

    def path(self, row: Row, verb: str = "") -> str:
        """Return the address of *row*, or of a command on it."""
        parts = {"order": "orders", "task": "tasks", "activation": "activations", "report": "reports", "help": "help"}
        address = f"/spaces/live/incidents/{self.incident}/{parts[row['kind']]}/{row['id']}"
        return f"{address}/{verb}" if verb else address


async def all_rows(client: Client, audience: str = "", space: str = "live") -> list[Row]:
    """Return every row that *client* sees, page by page."""
    rows: list[Row] = []
    after = ""
    while True:
        page = await client.get(
            f"/spaces/{space}/rows", limit=500, after=after, **({"as": audience} if audience else {})
        )
        rows += page["rows"]
        after = page["next"]
        if not after:
            return rows


async def started(here: Running, code: str = "yellow", level: str = "III", space: str = "live") -> Scene:
    """Let a typhoon signal come, decide on *level*, and wait until the groups have their orders."""
    officer, commander = await here.client("duty-officer"), await here.client("chief-commander")
    await officer.post(f"/spaces/{space}/signals", {"authority": "gd", "system": "typhoon", "code": code})
    await here.settled(space)
    card = (await officer.get(f"/spaces/{space}/rows", kind="decision"))["rows"][0]
    body = {"action": "start-level", "authority": "chief-commander", "level": level, "reason": "signal"}
    await commander.post(f"/spaces/{space}/decisions/{card['id']}/act", body)
    await here.settled(space)
    return await look(here, space)


async def look(here: Running, space: str = "live") -> Scene:
    """Return the scene as it is now."""
    rows = await all_rows(await here.client("duty-officer"), space=space)
    return Scene(next(incident_of(row) for row in rows if row["kind"] == "incident"), tuple(rows))
