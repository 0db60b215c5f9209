"""A set of plans comes into force by two persons, checked, previewed, under a number and a date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coord.errors import CoordError, NotFound, Refused
from coord.events import Tick
from coord.plans.adoption import PLANS, Versions
from coord.plans.versions import (
    KINDS,
    AdoptVersion,
    ApproveVersion,
    CommentOnVersion,
    ExplainRemovals,
    PlanEvaluationFellDue,
    PlansCommand,
    PlanSetAdopted,
    PlanSetTookEffect,
    PlansEvent,
    ProposeVersion,
    RecordCheck,
    RecordEvaluation,
    RecordPreview,
    WithdrawVersion,
)
from tests.plans.sample import HOUR, NOON

LATER = NOON + 24 * HOUR
YEARS = NOON + timedelta(days=1000)
READY: list[PlansCommand] = [
    ProposeVersion("one", "planner"),
    CommentOnVersion("one", "deputy", "RES", agrees=False, note="n1"),
    RecordCheck("one", "planner", 0, 3),
    RecordPreview("one", "planner", 2, 5, 1, 0),
    ApproveVersion("one", "chief"),
]
ADOPT = AdoptVersion("one", "chief", "横琴预案〔2025〕1号（样本）", LATER, YEARS)


def after(commands: Sequence[PlansCommand]) -> Versions:
    """Return the state after *commands*, all of which must be taken."""
    state = PLANS.fold([])
    for command in commands:
        state = PLANS.fold(PLANS.decide(state, command, NOON), state)
    return state


def code_of(state: Versions, command: PlansCommand) -> str:
    with pytest.raises(CoordError) as refused:
        PLANS.decide(state, command, NOON)
    return refused.value.code


def test_a_version_is_adopted_when_two_persons_have_checked_and_previewed_it() -> None:
    events = PLANS.decide(after(READY), ADOPT, NOON)
    assert events == [PlanSetAdopted("one", "chief", 1, ADOPT.document, LATER, YEARS)]


@pytest.mark.parametrize(
    ("missing", "code"),
    [(RecordCheck, "not-checked"), (RecordPreview, "not-previewed"), (ApproveVersion, "not-approved")],
)
def test_nothing_is_adopted_without_check_preview_and_approval(missing: type, code: str) -> None:
    some = [command for command in READY if not isinstance(command, missing)]
    if missing is not ApproveVersion:
        some = some[:-1]
    assert code_of(after(some), ADOPT) == code


def test_the_author_never_approves() -> None:
    assert code_of(after(READY[:-1]), ApproveVersion("one", "planner")) == "same-person"


def test_a_version_with_errors_is_neither_approved_nor_adopted() -> None:
    state = after([*READY[:2], RecordCheck("one", "planner", 1, 0), READY[3]])
    assert code_of(state, ApproveVersion("one", "chief")) == "check-has-errors"
    assert code_of(state, ADOPT) == "check-has-errors"


def test_a_duty_that_is_gone_must_be_explained() -> None:
    gone = [ProposeVersion("one", "planner", removed=("recall-boats",)), *READY[1:]]
    assert code_of(after(gone), ADOPT) == "removed-without-reason"
    assert code_of(after(gone), ExplainRemovals("one", "planner", ("pumps",), "n2")) == "not-removed"
    explained = [*gone, ExplainRemovals("one", "planner", ("recall-boats",), "n2")]
    assert PLANS.decide(after(explained), ADOPT, NOON)
    assert PLANS.decide(after(explained), explained[-1], NOON) == []


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (AdoptVersion("one", "chief", " ", LATER, YEARS), "no-document"),
        (AdoptVersion("one", "chief", "1", NOON - HOUR, YEARS), "in-force-past"),
        (AdoptVersion("one", "chief", "1", LATER, LATER), "evaluation-date"),
        (AdoptVersion("two", "chief", "1", LATER, YEARS), "not-found"),
    ],
)
def test_a_version_needs_a_number_and_sensible_dates(command: AdoptVersion, code: str) -> None:
    assert code_of(after(READY), command) == code


def test_a_version_made_from_an_older_one_is_stale() -> None:
    state = after([*READY, ADOPT])
    assert code_of(state, ProposeVersion("two", "planner", base="")) == "stale-base"
    assert code_of(state, ProposeVersion("one", "planner", base="one")) == "same-plans"
    both = after([READY[0], ProposeVersion("two", "planner"), *READY[1:], ADOPT])
    assert code_of(both, AdoptVersion("two", "chief", "2", LATER, YEARS)) == "stale-base"


def test_what_is_closed_stays_closed() -> None:
    state = after([*READY, WithdrawVersion("one", "planner")])
    assert code_of(state, ADOPT) == "version-closed"
    again = after([*READY, WithdrawVersion("one", "planner"), ProposeVersion("one", "chief")])
    assert code_of(again, ADOPT) == "not-checked"


def test_a_version_takes_effect_at_its_date_and_its_evaluation_falls_due() -> None:
    state = after([*READY, ADOPT])
    assert state.in_force(NOON) is None
    assert PLANS.clocks(state).next() == LATER
    assert PLANS.decide(state, Tick(LATER - HOUR), LATER - HOUR) == []
    effect = PLANS.decide(state, Tick(LATER + HOUR), LATER + HOUR)
    assert effect == [PlanSetTookEffect("one", 1, LATER)]
    state = PLANS.fold(effect, state)
    assert state.in_force(LATER) is state.adopted[0]
    due = PLANS.decide(state, Tick(YEARS), YEARS)
    assert due == [PlanEvaluationFellDue("one", 1, YEARS)]
    assert PLANS.decide(PLANS.fold(due, state), Tick(YEARS), YEARS) == []


def test_an_evaluation_made_in_time_is_not_asked_for() -> None:
    state = after([*READY, ADOPT, RecordEvaluation("one", "planner", "n3")])
    assert PLANS.decide(state, RecordEvaluation("one", "planner", "n4"), NOON) == []
    assert PLANS.clocks(state).next() == LATER
    with pytest.raises(NotFound):
        PLANS.decide(state, RecordEvaluation("two", "planner", "n4"), NOON)


COMMANDS: st.SearchStrategy[PlansCommand] = st.one_of(
    st.sampled_from([*READY, ADOPT, WithdrawVersion("one", "planner"), Tick(LATER), Tick(YEARS)]),
    st.builds(ProposeVersion, st.sampled_from(["one", "two"]), st.sampled_from("ab"), st.sampled_from(["", "one"])),
    st.builds(ApproveVersion, st.sampled_from(["one", "two"]), st.sampled_from("abc")),
)


@given(st.lists(COMMANDS, max_size=25))
@settings(deadline=None)
def test_an_adopted_version_always_has_two_persons_a_check_and_a_preview(commands: list[PlansCommand]) -> None:
    state, history = PLANS.fold([]), list[PlansEvent]()
    for command in commands:
        try:
            events = PLANS.decide(state, command, NOON)
        except (Refused, NotFound):
            continue
        state = PLANS.fold(events, state)
        history += events
    for version in state.adopted:
        proposal = state.proposals[version.digest]
        assert proposal.approvals - {proposal.by}
        assert proposal.checked is not None
        assert not proposal.checked.errors
    assert len({version.document for version in state.adopted}) == len(state.adopted)
    assert PLANS.fold(history) == state
    assert {type(event) for event in history} <= set(KINDS.values())
