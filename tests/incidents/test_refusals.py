"""What is refused, by code; and that every code and kind stands in the docs."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from coord.errors import Forbidden, NotFound, Refused
from coord.incidents import commands as do
from coord.incidents import decide, fold, touched
from coord.incidents.model import KINDS, IncidentCommand, IncidentEvent
from coord.incidents.watch import board as watch_board
from coord.incidents.watch import commands as ask
from coord.incidents.watch import decide as watch_decide
from coord.incidents.watch import fold as watch_fold
from coord.incidents.watch import model as watch_model
from coord.incidents.watch.board import keys, row
from coord.incidents.watch.deadlines import expected_clocks
from coord.incidents.watch.ladders import at_least
from tests.incidents.duties import HOUR, MINUTE, NOON, plain
from tests.incidents.play import Play
from tests.incidents.test_laws import board, start

ROOT = Path(__file__).parents[2]
KEY = "typhoon/typhoon/all"


def busy() -> Play:
    """Return a board with a level, one order and a report."""
    play = board()
    play(start("typhoon", "II"), NOON)
    play(do.Reconcile(desired=plain(["a/-/1"]), seen=1), NOON)
    play(do.ReportIncident(hazard="flood", place="u1", losses={"dead": 2}), NOON)
    return play


def level(**more: Any) -> do.ChangeLevel:
    return do.ChangeLevel(**{"activation": KEY, "level": "I", "reason": "signal", **more})


AD_HOC = replace(plain(["adhoc/1"])[0], due=None)
REFUSALS = [
    (level(reason="because"), "reason"),
    (level(level="II"), "same-level"),
    (level(level="V"), "unknown-level"),
    (level(if_revision=0), "stale"),
    (level(effective_at=datetime(2025, 9, 23, 12)), "naive-time"),  # noqa: DTZ001  # the point of the test
    (level(effective_at=NOON.replace(year=1970)), "absurd-time"),
    (level(effective_at=NOON + timedelta(days=4000)), "absurd-time"),
    (level(decided_at=NOON + HOUR), "future-time"),
    (level(decided_at=NOON, effective_at=NOON - HOUR), "effective-before-decided"),
    (level(until=NOON - MINUTE), "ends-before-it-begins"),
    (start("typhoon", "IV"), "higher-in-force"),
    (do.AmendLevel(activation=KEY, reason="signal"), "nothing-pending"),
    (do.WithdrawLevel(activation=KEY, reason="signal"), "nothing-pending"),
    (do.SetMilestone(name="wind-onset", time=NOON - HOUR), "milestone-past"),
    (do.ReportIncident(hazard="", place="u1"), "hazard-missing"),
    (do.ReportIncident(hazard="flood"), "place-missing"),
    (do.ReportIncident(hazard="flood", lon=22.1, lat=113.5), "no-such-place"),
    (do.ReportIncident(hazard="flood", place="u1", losses={"dead": -1}), "absurd-figure"),
    (do.ReportIncident(hazard="flood", place="u1", report="R-1"), "report-exists"),
    (do.StateLosses(report="R-1", losses={"dead": 1}), "figure-lower"),
    (do.MergeReports(into="R-1", reports=("R-1",)), "same-report"),
    (do.CloseIncident(), "level-in-force"),
    (do.AcknowledgeOrder(order="RES-1", group="TRA"), "not-your-order"),
    (do.AcknowledgeOrder(order="RES-1", group="RES", happened_at=NOON + HOUR), "future-time"),
    (do.Progress(task="a/-/1", group="TRA", step="done"), "not-your-task"),
    (do.Progress(task="a/-/1", group="RES", step="cannot"), "why-missing"),
    (do.Progress(task="a/-/1", group="RES", step="returned"), "not-stood-down"),
    (do.VerifyTask(task="a/-/1"), "not-done"),
    (do.GiveEvidence(task="a/-/1", group="RES", proof=""), "proof-missing"),
    (do.HandOver(task="a/-/1", group="RES", to="RES", why="tired"), "group-missing"),
    (do.NeedHelp(group="RES", what=""), "what-missing"),
    (do.AssignAdHoc(wanted=plain(["a/-/1"])[0]), "ad-hoc-key"),
    (do.StandDown(task="a/-/1", why=""), "why-missing"),
    (do.Reassign(task="a/-/1", to="XXX", known=("RES", "TRA")), "unknown-group"),
    (do.AssignAdHoc(wanted=replace(AD_HOC, unit="moon"), known=("RES", "RES/crew-1")), "unknown-unit"),
    (do.TriggerStandingOrder(plan="", order=""), "standing-order-missing"),
    (level(authority="office-leader", may=("chief-commander",)), "wrong-authority"),
    (level(authority="", may=("chief-commander",)), "wrong-authority"),
    (level(authority="duty-leader", may=("chief",), may_provisionally=("duty-leader",)), "wrong-authority"),
    (do.EndResponse(activation=KEY, reason="danger-over", authority="x", may=("chief",)), "wrong-authority"),
    (do.HoldConsultation(about="incident", posts=(), advice="raise"), "consultation-unfit"),
    (do.FileMinutes(activation=KEY, text=""), "text-missing"),
    (do.JoinParty(party="macao-customs", regime="UK"), "unknown-regime"),
    (do.JoinParty(party="", regime="MO"), "party-missing"),
    (do.OpenPeriod(ends_at=NOON, objectives="t-1"), "ends-before-it-begins"),
    (do.OpenPeriod(ends_at=NOON + HOUR, objectives=""), "objectives-missing"),
    (do.AllowReturn(places=("h1",), check="", expert="t-2", authority="x"), "check-missing"),
    (do.AllowReturn(places=("h1",), check="t-1", expert="t-2", authority=""), "return-unfit"),
]


@pytest.mark.parametrize(("command", "code"), REFUSALS, ids=lambda value: value if isinstance(value, str) else "")
def test_an_incident_refuses_with_a_code_and_loses_nothing(command: Any, code: str) -> None:
    play = busy()
    before = len(play.log)
    with pytest.raises(Refused) as refused:
        play(command, NOON)
    assert refused.value.code == code
    assert len(refused.value.sentence.split()) > 2
    assert len(play.log) == before


def test_a_foreign_order_is_forbidden_and_an_unknown_one_not_found() -> None:
    with pytest.raises(Forbidden):
        busy()(do.Progress(task="a/-/1", group="TRA", step="done"), NOON)
    with pytest.raises(NotFound):
        busy()(do.Progress(task="b/-/1", group="TRA", step="done"), NOON)


def test_the_duty_leader_may_start_provisionally_and_the_starter_may_end() -> None:
    play = board()
    may: dict[str, Any] = {"may": ("chief",), "may_provisionally": ("duty-leader",)}
    play(replace(start("typhoon", "I"), authority="duty-leader", provisional=True, decision="D-1", **may), NOON)
    play(do.EndResponse(activation=KEY, reason="danger-over", authority="duty-leader", may=("chief",)), NOON)
    assert play.state.activations[KEY].level is None


def signal(**more: Any) -> ask.RaiseSignal:
    return ask.RaiseSignal(**{"authority": "gd", "system": "typhoon", "code": "orange", **more})


WATCH_REFUSALS = [
    (signal(authority="xx"), "unknown-ladder"),
    (signal(code="purple"), "unknown-code"),
    (signal(signal="S-1", code="red"), "signal-exists"),
    (signal(announced_at=datetime(2025, 9, 23)), "naive-time"),  # noqa: DTZ001  # the point of the test
    (signal(effective_at=NOON.replace(year=1999)), "absurd-time"),
    (signal(until=NOON - HOUR), "ends-before-it-begins"),
    (ask.AmendSignal(signal="S-1", effective_at=NOON + HOUR), "signal-in-force"),
    (ask.OpenDecision(question="q", hazard="h", evidence="S-1", ladder=()), "decision-unfit"),
    (ask.AcknowledgeDecision(decision="D-1", post=""), "post-missing"),
    (ask.ActOnDecision(decision="D-1", action="dance", authority="x"), "unknown-option"),
    (ask.ActOnDecision(decision="D-1", action="start-level", authority="x"), "level-missing"),
    (ask.ActOnDecision(decision="D-1", action="start-level", authority="x", level="I"), "plan-missing"),
    (ask.ActOnDecision(decision="D-1", action="take-measures", authority="x"), "measures-missing"),
    (ask.DeclineDecision(decision="D-1", reason="tired", authority="x"), "reason"),
    (ask.Note(text=""), "text-missing"),
    (ask.Note(text="t-1", kind="poem"), "unknown-line"),
]


@pytest.mark.parametrize(("command", "code"), WATCH_REFUSALS, ids=lambda v: v if isinstance(v, str) else "")
def test_a_watch_refuses_with_a_code_and_loses_nothing(command: Any, code: str) -> None:
    play = Play(watch_decide.WATCH, expected_clocks, keys, row, watch_board.touched)
    play(signal(), NOON)
    play(ask.OpenDecision(question="q", hazard="typhoon", evidence="S-1"), NOON)
    before = len(play.log)
    with pytest.raises(Refused) as refused:
        play(command, NOON)
    assert refused.value.code == code
    assert len(play.log) == before


def test_colours_of_two_ladders_are_not_compared() -> None:
    assert at_least("mo/rain", "black", "mo/rain", "red")
    with pytest.raises(Refused) as refused:
        at_least("mo/rain", "red", "gd/rain", "red")
    assert refused.value.code == "incomparable"


def test_every_command_and_every_event_has_its_verb_its_fold_and_its_rows() -> None:
    assert set(get_args(IncidentCommand)) == set(decide.VERBS)
    assert set(get_args(IncidentEvent)) == set(fold.FOLDS)
    assert set(get_args(watch_model.WatchCommand)) == set(watch_decide.VERBS)
    assert set(get_args(watch_model.WatchEvent)) == set(watch_fold.FOLDS)
    silent = {"Reconciled", "ReconcileDue"}
    assert {event.__name__ for event in set(get_args(IncidentEvent)) - set(touched.ROWS)} == silent
    assert set(get_args(watch_model.WatchEvent)) == set(watch_board.ROWS)


def test_every_kind_and_every_code_is_documented() -> None:
    text = "".join((ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("incidents.md", "command.md"))
    missing = [name for name in {*KINDS, *watch_model.KINDS, *codes()} if f"`{name}`" not in text]
    assert missing == []


def codes() -> set[str]:
    """Return the codes of all refusals that stand in the source of this room."""
    found = set()
    for path in (ROOT / "coord" / "incidents").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if called and node.func.id in {"Refused", "Forbidden"} and len(node.args) == 2:  # type: ignore[attr-defined]
                code = node.args[1]  # type: ignore[attr-defined]
                if isinstance(code, ast.Constant):
                    found.add(str(code.value))
    return found
