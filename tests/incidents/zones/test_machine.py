"""Any sequence of zones, steps, rules, papers and ticks keeps the laws: nothing ends or goes on in silence."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from coord.errors import CoordError
from coord.events import Tick
from coord.incidents.zones import commands as do
from coord.incidents.zones import facts
from coord.incidents.zones.board import keys, row, touched
from coord.incidents.zones.deadlines import expected_clocks
from coord.incidents.zones.decide import ZONES
from coord.incidents.zones.model import TIERS, tier_rank
from tests.incidents.duties import HOUR, NOON
from tests.incidents.play import Play

AHEAD = st.none() | st.integers(1, 60)


class Weeks(RuleBasedStateMachine):
    """Zones and weeks of one district."""

    def __init__(self) -> None:
        super().__init__()
        self.play = Play(ZONES, expected_clocks, keys, row, touched)
        self.now = NOON
        self.notices = 0
        self.do(do.DeclarePapers(series="daily", addressee="province", rhythm="12 h"))

    def do(self, command: Any) -> list[Any]:
        """Play *command*; a refusal is an answer, and the same command again brings nothing."""
        try:
            events = self.play(command, self.now)
        except CoordError:
            return []
        with suppress(CoordError):
            again = ZONES.decide(self.play.state, command, self.now)
            assert isinstance(command, do.FilePaper) or not again, "the same twice is one"
        return events

    def notice(self) -> str:
        self.notices += 1
        return f"n-{self.notices}"

    def later(self, hours: int | None) -> Any:
        return None if hours is None else self.now + hours * HOUR

    @rule(place=st.sampled_from("abc"), tier=st.sampled_from(TIERS), ahead=AHEAD, lasts=st.integers(1, 90))
    def set_zone(self, place: str, tier: Any, ahead: int | None, lasts: int) -> None:
        self.do(
            do.SetZone(
                place=place,
                extent="estate",
                tier=tier,
                notice=self.notice(),
                authority="x",
                effective_at=self.later(ahead),
                until=self.later(lasts + (ahead or 0)),
            )
        )

    @precondition(lambda self: self.play.state.zones)
    @rule(data=st.data(), what=st.sampled_from(["step", "lift", "prolong", "withdraw", "pass"]), ahead=AHEAD)
    def on_zone(self, data: st.DataObject, what: str, ahead: int | None) -> None:
        zone = data.draw(st.sampled_from(sorted(self.play.state.zones)))
        tier: Any = data.draw(st.sampled_from(TIERS))
        until = self.later(30 + (ahead or 0))
        said: dict[str, Any] = {"zone": zone, "notice": self.notice(), "authority": "x"}
        commands: dict[str, Any] = {
            "step": do.StepZone(**said, tier=tier, effective_at=self.later(ahead), until=until),
            "lift": do.LiftZone(**said, effective_at=self.later(ahead)),
            "prolong": do.ProlongZone(**said, until=until),
            "withdraw": do.WithdrawZoneStep(zone=zone, authority="x", reason="correction"),
            "pass": do.IssueZonePass(zone=zone, holder="p", purpose="food", until=self.later(ahead)),
        }
        self.do(commands[what])

    @rule(value=st.sampled_from(["24h", "48h", "7d"]), ahead=AHEAD, lasts=st.none() | st.integers(1, 60))
    def order_rule(self, value: str, ahead: int | None, lasts: int | None) -> None:
        until = None if lasts is None else self.later(lasts + (ahead or 0))
        self.do(
            do.OrderRule(
                rule="port", value=value, notice=self.notice(), authority="x", valid_from=self.later(ahead), until=until
            )
        )

    @precondition(lambda self: self.play.state.rules)
    @rule(data=st.data())
    def withdraw_rule(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from([0, *self.play.state.rules["port"].versions]))
        self.do(do.WithdrawRule(rule="port", version=number))

    @rule(number=st.none() | st.integers(1, 5), text=st.sampled_from(["t-1", "t-2"]))
    def file(self, number: int | None, text: str) -> None:
        self.do(do.FilePaper(series="daily", number=number, text=text))

    @rule(ahead=st.integers(1, 40), sampled=st.integers(0, 9))
    def test_people(self, ahead: int, sampled: int) -> None:
        self.do(do.PlanTesting(begins_at=self.now, ends_at=self.now + ahead * HOUR, target=9, area=str(sampled)))
        for name in self.play.state.testings:
            self.do(do.ReportTesting(testing=name, sampled=sampled, positive=0))
        if ahead > 30:
            self.do(do.CloseTesting(testing="T-1"))

    @rule(hours=st.sampled_from([1, 7, 24, 70]))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.do(Tick(self.now))

    @invariant()
    def a_zone_in_force_has_a_term_and_says_when_it_is_over(self) -> None:
        for zone in self.play.state.zones.values():
            if zone.state == "in-force":
                assert zone.now is not None
                assert zone.now.until is not None
                assert zone.owed or self.play.state.clocks.get(f"term:{zone.id}") == zone.now.until

    @invariant()
    def a_zone_ends_only_by_a_notice_and_goes_down_one_step_at_a_time(self) -> None:
        for zone in self.play.state.zones.values():
            course = [tier_rank(step.tier) for step in zone.past] + ([tier_rank(zone.tier)] if zone.now else [])
            assert all(after >= before - 1 for before, after in pairwise(course))
        lifts = [e.zone for e in self.play.log if isinstance(e, facts.ZoneStepOrdered) and e.tier is None]
        assert {zone.id for zone in self.play.state.zones.values() if zone.state == "lifted"} <= set(lifts)

    @invariant()
    def one_place_is_one_zone(self) -> None:
        live = [zone.place for zone in self.play.state.zones.values() if zone.state in {"decided", "in-force"}]
        assert len(live) == len(set(live))

    @invariant()
    def nobody_has_leave_where_nothing_is_closed(self) -> None:
        for one in self.play.state.passes.values():
            assert one.ended_at is not None or self.play.state.zones[one.zone].state in {"decided", "in-force"}

    @invariant()
    def every_paper_was_filed_or_missed(self) -> None:
        series = self.play.state.series["daily"]
        assert sorted(series.papers) == list(range(1, series.next))
        assert all(paper.missed or paper.filed_at is not None for paper in series.papers.values())

    @invariant()
    def the_rule_applied_is_the_one_of_now(self) -> None:
        for one in self.play.state.rules.values():
            held = one.on(self.now)
            assert one.now == (held.number if held is not None else None)

    def teardown(self) -> None:
        self.play.replays()


Weeks.TestCase.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)
TestWeeks = Weeks.TestCase
