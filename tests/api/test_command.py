"""The command over HTTP: stops, figures, needs, zones, the neighbour; and what a group may see of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from coord.client import Client
from coord.errors import Refused
from tests.api.centre import centre_at
from tests.api.scene import all_rows, started

LIVE = "/spaces/live"
BY = {"authority": "district-government"}


def later(hours: float) -> str:
    """Return a time from now on."""
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


async def row(client: Client, kind: str, number: str) -> dict[str, object]:
    found: dict[str, object] = next(one for one in await all_rows(client) if (one["kind"], one["id"]) == (kind, number))
    return found


async def test_a_night_of_the_command(tmp_path: Path) -> None:
    async with centre_at(tmp_path) as here:
        commander, officer = await here.client("chief-commander"), await here.client("duty-officer")
        await officer.post(f"{LIVE}/neighbours", {"neighbour": "macao"})
        await started(here)
        lead, other = await here.client("tra-lead"), await here.client("res-lead")

        stops = {"stops": ["stop-school", "stop-transport"], "basis": "plan", "effective_at": later(9), **BY}
        await commander.post(f"{LIVE}/measures", stops)
        await commander.post(f"{LIVE}/measures/orders/MO-1/move", {"effective_at": later(2), **BY})
        moved = await lead.get(f"{LIVE}/measures/M-1")
        assert (moved["state"], "was" in moved["line"]) == ("decided", True)
        with pytest.raises(Refused, match="may not"):
            await lead.post(f"{LIVE}/measures/M-1/lift", BY)
        await commander.post(f"{LIVE}/measures/orders/MO-1/move", {"effective_at": later(0.0001), **BY})

        figure = {"figure": "pumps", "names": {"en": "Pumps", "zh-Hans": "水泵"}, "reporter": "TRA", "rhythm": "1 h"}
        await officer.post(f"{LIVE}/figures", {**figure, "unit": "台"})
        await lead.post(f"{LIVE}/figures/pumps/entries", {"group": "TRA", "value": 7})
        with pytest.raises(Refused):
            await other.post(f"{LIVE}/figures/pumps/entries", {"group": "TRA", "value": 9})
        assert (await other.get(f"{LIVE}/figures/pumps"))["value"] == 7

        await lead.post(f"{LIVE}/needs", {"group": "TRA", "what": "pump", "amount": 3, "why": "flooded"})
        await other.post(f"{LIVE}/needs/N-1/offers", {"group": "RES", "amount": 2})
        with pytest.raises(Refused):
            await lead.post(f"{LIVE}/needs/N-1/offers/O-1/advance", {"group": "TRA", "now": "committed"})
        await other.post(f"{LIVE}/needs/N-1/offers/O-1/advance", {"group": "RES", "now": "committed"})
        assert (await lead.get(f"{LIVE}/needs/N-1"))["short"] == 1

        zone = {
            "place": "B-12",
            "extent": "building",
            "tier": "lockdown",
            "notice": "珠横〔2025〕3号",
            "authority": "x",
        }
        with pytest.raises(Refused) as refused:
            await commander.post(f"{LIVE}/zones", zone)
        assert refused.value.code == "term-missing"
        await commander.post(f"{LIVE}/zones", {**zone, "until": later(168)})
        leave = {"holder": "SAMPLE resident", "purpose": "dialysis", "until": later(5)}
        await officer.post(f"{LIVE}/zones/Z-1/passes", leave)
        shown = await row(officer, "zone-pass", "P-1")
        assert "SAMPLE resident" not in str(shown)
        assert not [one for one in await all_rows(lead) if one["kind"] == "zone-pass"]

        await here.settled()
        page = await officer.get(f"{LIVE}/sheet")
        assert "B-12" in page["zh"]
        assert len(page["pt"].split("\n")) <= 45
        await officer.post(f"{LIVE}/neighbours/macao/sheets", {"way": "mail", "zh": page["zh"], "pt": page["pt"]})
        said = {"source": "COPC duty officer", "said_at": later(-0.01), "fields": {"signal": "8"}}
        await officer.post(f"{LIVE}/neighbours/macao/replies", said)
        neighbour = await officer.get(f"{LIVE}/neighbours/macao")
        assert (neighbour["owed"], neighbour["last"]["signal"]["value"]) == ([], "8")

        await officer.post(
            f"{LIVE}/days/{datetime.now(UTC).date().isoformat()}/lines", {"group": "TRA", "text": "pump"}
        )
        day = await officer.get(f"{LIVE}/day")
        assert 0 < len(day["rows"]) <= 40


async def test_a_decision_to_take_measures_orders_them(tmp_path: Path) -> None:
    async with centre_at(tmp_path) as here:
        commander, officer = await here.client("chief-commander"), await here.client("duty-officer")
        await officer.post(f"{LIVE}/signals", {"authority": "gd", "system": "typhoon", "code": "orange"})
        await here.settled()
        card = (await officer.get(f"{LIVE}/rows", kind="decision"))["rows"][0]
        act = {"action": "take-measures", "measures": ["stop-school", "stop-work"], "reason": "signal", **BY}
        await commander.post(f"{LIVE}/decisions/{card['id']}/act", {**act, "effective_at": later(3)})
        await here.settled()
        shown = await officer.get(f"{LIVE}/measures/orders/MO-1")
        assert shown["measures"] == ["M-1", "M-2"]
        assert (await officer.get(f"{LIVE}/measures/M-2"))["decision"] == card["id"]
