"""The board shows what holds, who must act, and what lies over what."""

from __future__ import annotations

import json
from dataclasses import replace

from coord.alerts.acts import BreakGlass, Draft, ReadLanguage, Submit, Update
from coord.alerts.alongside import alongside
from coord.alerts.board import keys, row, touched
from coord.alerts.model import Alert, Area, Circle, Place

from .desk import Desk, proposal
from .given import HOUR, draft, square


def elsewhere(alert: Alert, *areas: Area, event: str = "") -> Alert:
    infos = tuple(replace(info, areas=areas or info.areas, event=event or info.event) for info in alert.infos)
    return replace(alert, infos=infos)


def test_the_rows_follow_a_warning_from_draft_to_expiry() -> None:
    desk = Desk()
    assert list(keys(desk.thread)) == []
    desk.do(Draft("ana", proposal(machine="zh-Hant")))
    drafted = row(desk.thread, "draft:t1")
    assert drafted is not None
    assert (drafted["submitted"], drafted["authors"], drafted["unread"]) == (False, ["ana"], ["zh-Hant"])
    assert drafted["groups"] == ()
    desk.do(ReadLanguage("bo", "zh-Hant"))
    desk.do(Submit("ana"))
    desk.do(desk.approve("bo"))
    approved = row(desk.thread, "draft:t1")
    assert approved is not None
    assert [one["by"] for one in approved["approvals"]] == ["bo"]
    assert (approved["approvals_needed"], approved["unread"]) == (1, [])
    desk.do(desk.publish())
    assert list(keys(desk.thread)) == ["warning:t1"]
    assert row(desk.thread, "draft:t1") is None
    out = row(desk.thread, "warning:t1")
    assert out is not None
    assert (out["identifier"], out["texts"]["pt"]["headline"]) == ("HQ-1", "Saia até às 17h00")
    assert out["groups"] == ("*",)
    desk.wait(7 * HOUR)
    over = row(desk.thread, "warning:t1")
    assert over is not None
    assert (over["in_force"], over["state"], over["owes_all_clear"]) == (False, "expired", True)
    assert row(desk.thread, "warning:other") is None
    assert row(desk.thread, "gossip:t1") is None


def test_whatever_changes_was_named_as_touched_and_is_plain_data() -> None:
    desk = Desk()
    desk.bring_out()
    desk.do(Update("ana", proposal(6, msg_type="Update", machine="pt")))
    desk.wait(7 * HOUR)
    state = desk.decider.fold([], stream="alert/t1")
    for event in desk.log:
        names, old = touched(state, event), {key: row(state, key) for key in keys(state)}
        state = desk.decider.evolve(state, event)
        new = {key: row(state, key) for key in keys(state)}
        changed = {key for key in {*old, *new} if old.get(key) != new.get(key)}
        assert changed <= names
        assert json.loads(json.dumps(new)).keys() == new.keys()


def test_a_broken_glass_stands_on_the_board_until_it_is_reviewed() -> None:
    desk = Desk()
    desk.do(Draft("ana", proposal(urgent=True)))
    desk.do(BreakGlass("ana", desk.digest(), "nobody answers"))
    broken = row(desk.thread, "draft:t1")
    assert broken is not None
    assert broken["glass_broken_by"] == "ana"
    desk.do(desk.publish())
    out = row(desk.thread, "warning:t1")
    assert out is not None
    assert out["review_owed"]


def test_the_same_event_over_the_same_ground_is_a_duplicate_and_another_is_told() -> None:
    desk = Desk()
    desk.bring_out()
    threads = [desk.thread, Desk().thread]
    assert [finding.code for finding in alongside(draft(), threads)] == ["duplicate"]
    assert [finding.code for finding in alongside(elsewhere(draft(), event="Fog"), threads)] == ["overlap"]
    far = Area("far", (square(114.5),))
    near = Area("near", circles=(Circle(Place(113.51, 22.12), 2),))
    aside = Area("aside", circles=(Circle(Place(113.40, 22.12), 2),))
    assert list(alongside(elsewhere(draft(), far), threads)) == []
    assert [finding.code for finding in alongside(elsewhere(draft(), near), threads)] == ["duplicate"]
    assert list(alongside(elsewhere(draft(), aside), threads)) == []


def test_what_is_only_drafted_lies_over_nothing() -> None:
    desk = Desk()
    desk.bring_out()
    desk.do(Update("ana", proposal(6, msg_type="Update")))
    assert [finding.code for finding in alongside(draft(), [desk.thread])] == ["duplicate"]
