"""Laws of who may do what. The table is the only source; what is not in it is denied."""

from __future__ import annotations

from dataclasses import replace
from typing import cast, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coord.access.actions import ACTIONS, Action, thing_of
from coord.access.authorize import (
    Actor,
    NotYours,
    Object,
    Via,
    WrongPost,
    authorize,
    authorize_start,
    may,
    may_start,
    roles_for,
)
from coord.access.matrix import MATRIX
from coord.access.roles import ANY, GROUP_ROLES, LIVE, RESERVED, ROLES, Grant, Role, clash, meet, separated, within
from coord.errors import Forbidden
from coord.plans.wanted import LEVELS, Level, rank
from tests.access.cabinet import NOON

JURISDICTIONS = ("hengqin", "macao")
GROUPS = ("RES", "MED")
SPACES = (LIVE, "ex-1", ANY)
ACCOUNTS = ("a1", "a2")
POSTS = ("", "chief", "deputy", "secretary", "office")


@st.composite
def grants(draw: st.DrawFn, roles: tuple[Role, ...] = ROLES) -> Grant:
    role = draw(st.sampled_from(roles))
    group = draw(st.sampled_from(GROUPS)) if role in GROUP_ROLES else ""
    until = draw(st.none() | st.just(NOON))
    return Grant(
        role,
        draw(st.sampled_from(JURISDICTIONS)),
        group,
        draw(st.sampled_from(SPACES)),
        draw(st.sampled_from(POSTS)),
        until,
    )


ANY_GRANTS = st.lists(grants(), max_size=4).map(tuple)
ACTION = st.sampled_from(ACTIONS)


@st.composite
def objects(draw: st.DrawFn, kind: str = "") -> Object:
    return Object(
        kind or thing_of(draw(ACTION)),
        draw(st.sampled_from(JURISDICTIONS)),
        draw(st.sampled_from((LIVE, "ex-1", "ex-2"))),
        draw(st.sampled_from(("", *GROUPS))),
        tuple(draw(st.sets(st.sampled_from(GROUPS)))),
        draw(st.sampled_from(("", *ACCOUNTS))),
    )


@st.composite
def asked(draw: st.DrawFn) -> tuple[Actor, Action, Object]:
    """Somebody asks for something; more often than not it is near to what they may."""
    action = draw(ACTION)
    thing = draw(objects(thing_of(action)))
    near = grants(tuple(MATRIX[action].may)).map(lambda grant: replace(grant, jurisdiction=thing.jurisdiction))
    held = draw(st.lists(near | near | grants(), max_size=3).map(tuple))
    return Actor(draw(st.sampled_from(ACCOUNTS)), held, draw(st.sampled_from(get_args(Via)))), action, thing


def in_the_table(actor: Actor, action: Action, thing: Object) -> bool:
    """The predicate, spelled out for one grant after the other."""
    right = MATRIX[action]
    roles = {grant.role for grant in actor.grants}
    if right.nature == "self":
        return thing.owner == actor.account and actor.via != "token"
    for grant in actor.grants:
        scope = right.may.get(grant.role)
        here = grant.jurisdiction == thing.jurisdiction and grant.space in (ANY, thing.space)
        near = {
            "jurisdiction": True,
            "group": grant.group == thing.group,
            "support": grant.group == thing.group or grant.group in thing.support,
            "own": thing.owner == actor.account,
            None: False,
        }[scope]
        alone = "administrator" if "administrator" in roles else "auditor" if "auditor" in roles else grant.role
        machine = actor.via == "token" and right.nature in ("approve", "people")
        if here and near and grant.role == alone and not machine:
            return True
    return False


@settings(max_examples=500)
@given(asked())
def test_only_what_the_table_says_is_allowed(some: tuple[Actor, Action, Object]) -> None:
    actor, action, thing = some
    assert may(actor, action, thing) == in_the_table(actor, action, thing)
    if may(actor, action, thing):
        authorize(actor, action, thing)
    else:
        with pytest.raises(Forbidden) as caught:
            authorize(actor, action, thing)
        assert caught.value.sentence.startswith("you may not ")


@given(ANY_GRANTS, st.text(max_size=20), objects())
def test_an_action_that_nobody_listed_is_denied(some: tuple[Grant, ...], word: str, thing: Object) -> None:
    for action in (word, "", "level", "level.*", "*", f"{thing.kind}.{word}"):
        if action not in MATRIX:
            actor = Actor("a1", some, "session")
            assert not may(actor, cast(Action, action), replace(thing, kind=thing_of(action)))
            with pytest.raises(NotYours):
                authorize(actor, cast(Action, action), thing)


@given(asked(), ACTION)
def test_a_right_to_one_kind_of_thing_is_none_to_another(some: tuple[Actor, Action, Object], other: Action) -> None:
    actor, action, thing = some
    if thing_of(other) != thing.kind:
        assert not may(actor, other, thing)
    assert not may(actor, action, replace(thing, kind="anything"))


@given(asked(), objects())
def test_scoping_never_widens(some: tuple[Actor, Action, Object], other: Object) -> None:
    actor, action, thing = some
    if may(actor, action, thing) and MATRIX[action].nature != "self":
        assert any(grant.covers(thing.jurisdiction, thing.space) for grant in actor.grants)
        elsewhere = replace(thing, jurisdiction="elsewhere")
        assert not may(actor, action, elsewhere)
        if all(grant.space != ANY for grant in actor.grants):
            assert not may(actor, action, replace(thing, space="ex-9"))
        if all(grant.group for grant in actor.grants) and set(MATRIX[action].may.values()) <= {"group", "support"}:
            assert not may(actor, action, replace(thing, group="ORD", support=()))


ALIKE = st.builds(
    Grant,
    st.just("commander"),
    st.just("hengqin"),
    space=st.sampled_from(SPACES),
    post=st.sampled_from(POSTS[:3]),
    until=st.none() | st.just(NOON),
)


@given(ALIKE, ALIKE, ALIKE | grants())
def test_two_grants_meet_in_what_both_allow(one: Grant, other: Grant, third: Grant) -> None:
    assert meet(one, one) == one
    assert meet(one, other) == meet(other, one)
    left, right = meet(one, other), meet(other, third)
    assert (left and meet(left, third)) == (right and meet(one, right))


@given(ANY_GRANTS, ANY_GRANTS, asked())
def test_the_rights_of_a_token_lie_within_its_owners(
    wanted: tuple[Grant, ...], owned: tuple[Grant, ...], some: tuple[Actor, Action, Object]
) -> None:
    _, action, thing = some
    owned = separated(owned)
    token = Actor("a1", within(wanted, owned), "token")
    owner = Actor("a1", owned, "session")
    if may(token, action, thing):
        assert may(owner, action, thing)
        assert may(Actor("a1", wanted, "token"), action, thing) or clash_within(wanted)
    for level in LEVELS:
        posts: dict[Level, set[str]] = {"I": {"chief"}, "II": {"deputy"}, "III": {"secretary"}, "IV": {"office"}}
        where = replace(thing, kind="level")
        assert not may_start(token, level, posts, where) or may_start(owner, level, posts, where)


def clash_within(some: tuple[Grant, ...]) -> bool:
    return any(clash([one], other) for one in some for other in some)


@given(ANY_GRANTS, asked())
def test_who_administers_never_commands_and_never_approves(
    some: tuple[Grant, ...], ask: tuple[Actor, Action, Object]
) -> None:
    _, action, thing = ask
    both = (*some, Grant("administrator", thing.jurisdiction, space=ANY))
    if MATRIX[action].nature in ("command", "approve", "work", "plan"):
        assert not may(Actor("a1", both, "session"), action, thing)


@given(ANY_GRANTS, asked())
def test_who_audits_reads_everything_and_writes_nothing(
    some: tuple[Grant, ...], ask: tuple[Actor, Action, Object]
) -> None:
    _, action, thing = ask
    held = tuple(grant for grant in some if grant.role != "administrator")
    auditor = Actor("a1", (*held, Grant("auditor", thing.jurisdiction, space=ANY)), "session")
    if MATRIX[action].nature == "read":
        assert may(auditor, action, thing)
    elif MATRIX[action].nature != "self":
        assert not may(auditor, action, thing)


@given(ANY_GRANTS, grants(), asked())
def test_a_further_working_role_takes_nothing_away(
    some: tuple[Grant, ...], more: Grant, ask: tuple[Actor, Action, Object]
) -> None:
    _, action, thing = ask
    if more.role not in ("administrator", "auditor") and may(Actor("a1", some, "session"), action, thing):
        assert may(Actor("a1", (*some, more), "session"), action, thing)


@given(asked())
def test_the_capacity_on_record_is_a_role_that_may(some: tuple[Actor, Action, Object]) -> None:
    actor, action, thing = some
    named = roles_for(actor, action, thing)
    if MATRIX[action].nature != "self":
        assert bool(named) == may(actor, action, thing)
        assert named <= MATRIX[action].may.keys()


@given(st.sampled_from(sorted(RESERVED)), asked())
def test_a_reserved_role_may_nothing(role: Role, some: tuple[Actor, Action, Object]) -> None:
    actor, action, thing = some
    held = Actor(actor.account, (Grant(role, thing.jurisdiction, space=ANY),), "session")
    if MATRIX[action].nature != "self":
        assert not may(held, action, thing)


PLAN_POSTS: dict[Level, set[str]] = {"I": {"chief"}, "II": {"deputy"}, "III": {"secretary"}, "IV": {"office"}}
"""The national flood plan's, as in the sample plans."""


@given(st.sampled_from(POSTS), st.sampled_from(LEVELS), st.sampled_from(LEVELS))
def test_a_superior_post_may_start_the_lower_levels_and_no_post_the_higher(post: str, own: Level, level: Level) -> None:
    boss = Actor("a1", (Grant("commander", "hengqin", post=post),), "session")
    where = Object("level", "hengqin")
    allowed = post in PLAN_POSTS[own] and rank(level) <= rank(own)
    if post in PLAN_POSTS[own]:
        assert may_start(boss, level, PLAN_POSTS, where) == allowed
    if not may_start(boss, level, PLAN_POSTS, where):
        with pytest.raises(WrongPost):
            authorize_start(boss, level, PLAN_POSTS, where)
    assert not may_start(boss, level, {}, where)


def test_a_post_means_nothing_in_another_place_or_role() -> None:
    where = Object("level", "hengqin")
    for grant in (
        Grant("commander", "macao", post="chief"),
        Grant("commander", "hengqin", space="ex-1", post="chief"),
        Grant("planner", "hengqin", post="chief"),
    ):
        held = (grant, Grant("commander", "hengqin"))
        assert not may_start(Actor("a1", held, "session"), "IV", PLAN_POSTS, where)
        assert not may_start(Actor("a1", (grant,), "session"), "IV", PLAN_POSTS, where)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Grant("member", "hengqin"),
        lambda: Grant("commander", "hengqin", "RES"),
        lambda: Grant(cast(Role, "root"), "hengqin"),
        lambda: Grant("commander", ""),
        lambda: Grant("commander", "../macao"),
        lambda: Grant("commander", "hengqin", space=""),
        lambda: Grant("commander", "hengqin", until=NOON.replace(tzinfo=None)),
    ],
)
def test_a_grant_that_means_nothing_cannot_be_made(make: object) -> None:
    with pytest.raises(ValueError):
        make()  # type: ignore[operator]
