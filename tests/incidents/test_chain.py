"""The first chain: signal, decision, level, tasks, acknowledged or escalated."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from coord.events import StreamId, Tick
from coord.incidents import commands as do
from coord.incidents import facts
from coord.incidents.board import row
from coord.incidents.decide import INCIDENT
from coord.incidents.levels import situation
from coord.incidents.model import Incident
from coord.incidents.watch import commands as ask
from coord.incidents.watch.decide import WATCH
from coord.incidents.watch.facts import DecisionOpened
from coord.plans.wanted import Wanted
from coord.policies import SignalRule, decisions_start_levels, signal_rules

NOON = datetime(2025, 9, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RULE = SignalRule(
    plan="typhoon", question="start", authority="gd", system="typhoon", at_least="blue", hazard="typhoon", level="IV"
)
BARRIERS = Wanted(
    key="close-underground/-/1",
    duty="close-underground",
    group="RES",
    title={"en": "Close underground spaces"},
    level="II",
    due=NOON + 60 * MINUTE,
    ack_within=2 * MINUTE,
    rows=("u1", "u2"),
    weight="life",
)


def run(decider: Any, state: Any, command: Any, at: datetime) -> list[Any]:
    """Decide and fold; return the events."""
    events = list(decider.decide(state, command, at))
    decider.fold(events, state)
    return events


def test_a_signal_becomes_an_order_that_somebody_answers() -> None:
    watch, incident = WATCH.initial(StreamId("watch/hengqin")), INCIDENT.initial(StreamId("incident/i1"))
    raised = run(WATCH, watch, ask.RaiseSignal(authority="gd", system="typhoon", code="orange", area="hengqin"), NOON)
    (sent,) = signal_rules(raised[0], StreamId("watch/hengqin"), [RULE], {"typhoon": "i1"})
    (opened,) = run(WATCH, watch, sent.command, NOON)
    assert isinstance(opened, DecisionOpened)
    acted = run(
        WATCH,
        watch,
        ask.ActOnDecision(
            by="commander", decision="D-1", action="start-level", authority="deputy-commander", level="II"
        ),
        NOON + MINUTE,
    )
    (start,) = decisions_start_levels(acted[0], {"typhoon": "digest"})
    started = run(INCIDENT, incident, start.command, NOON + MINUTE)
    assert [type(event) for event in started] == [facts.IncidentOpened, facts.LevelStarted, facts.LevelTookEffect]
    assert situation(incident, NOON + MINUTE).activations[0].level == "II"
    issued = run(INCIDENT, incident, do.Reconcile(desired=(BARRIERS,), seen=7, cause="decision:D-1"), NOON + 2 * MINUTE)
    assert [type(event) for event in issued] == [facts.OrderIssued, facts.TaskAssigned, facts.Reconciled]
    assert run(INCIDENT, incident, Tick(NOON + 3 * MINUTE), NOON + 3 * MINUTE) == []
    (called,) = run(INCIDENT, incident, Tick(NOON + 4 * MINUTE), NOON + 4 * MINUTE)
    assert (called.post, called.due) == ("deputy", NOON + 6 * MINUTE)
    said = NOON + 3 * MINUTE
    (taken,) = run(
        INCIDENT, incident, do.AcknowledgeOrder(order="RES-1", group="RES", happened_at=said), NOON + 5 * MINUTE
    )
    assert taken.in_time
    assert taken.escalated == 1
    assert _groups(incident, "task:close-underground/-/1") == ("RES",)
    assert incident.clocks.items() == {
        "late:close-underground/-/1": NOON + 60 * MINUTE,
        "minutes:typhoon/typhoon/hengqin": NOON + 61 * MINUTE,
    }


def _groups(state: Incident, key: str) -> tuple[str, ...]:
    found = row(state, key)
    assert found is not None
    return tuple(found["groups"])
