"""The board shows what holds, who must act, and what lies over what."""

from __future__ import annotations

from dataclasses import replace

from coord.alerts.acts import BreakGlass, Draft, Submit, Update
from coord.alerts.board import alongside, row
from coord.alerts.model import Alert, Area, Circle, Place
from coord.alerts.thread import Policy

from .desk import Desk, proposal
from .given import HOUR, NOON, draft, square

POLICY = Policy()


def elsewhere(alert: Alert, *areas: Area, event: str = "") -> Alert:
    infos = tuple(replace(info, areas=areas or info.areas, event=event or info.event) for info in alert.infos)
    return replace(alert, infos=infos)


def test_a_row_follows_a_warning_from_draft_to_expiry() -> None:
    desk = Desk()
    assert row(desk.thread, NOON, POLICY).draft == ""
    desk.do(Draft("ana", proposal()))
    assert row(desk.thread, NOON, POLICY).draft == "drafting"
    desk.do(Submit("ana"))
    waiting = row(desk.thread, NOON, POLICY)
    assert (waiting.draft, waiting.authors, waiting.approvals_needed) == ("submitted", ("ana",), 1)
    desk.do(desk.approve("bo"))
    assert row(desk.thread, NOON, POLICY).draft == "approved"
    assert row(desk.thread, NOON + 12 * HOUR, POLICY).draft == "submitted"
    desk.do(desk.publish())
    out = row(desk.thread, NOON, POLICY, "pt")
    assert (out.identifier, out.headline, out.severity) == ("HQ-1", "Saia até às 17h00", "Severe")
    assert out.owes_all_clear
    desk.wait(7 * HOUR)
    over = row(desk.thread, desk.now, POLICY)
    assert over.identifier == ""
    assert over.owes_all_clear


def test_a_broken_glass_stands_on_the_board_until_it_is_reviewed() -> None:
    desk = Desk()
    desk.do(Draft("ana", proposal(urgent=True)))
    desk.do(BreakGlass("ana", desk.digest(), "nobody answers"))
    assert row(desk.thread, NOON, POLICY).review_owed


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
    assert row(desk.thread, NOON, POLICY).draft_act == "update"
    assert [finding.code for finding in alongside(draft(), [desk.thread])] == ["duplicate"]
