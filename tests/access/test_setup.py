"""The first day: no default login, one token, labelled samples, rights that come about as real ones do."""

from __future__ import annotations

import asyncio

import pytest

from coord.access.authorize import Object, authorize
from coord.access.links import LinkVoid
from coord.access.login import LoginFailed
from coord.access.model import GrantGiven
from coord.access.passwords import WeakPassword
from coord.access.refusals import AlreadyFounded
from coord.access.roles import Grant
from coord.access.setup import first_start, found, sample_accounts
from coord.errors import Refused
from tests.access.cabinet import events, holds
from tests.access.centre import HOME, HQ, PASSWORD, Centre

GROUPS = ["COO", "RES", "MED"]
POSTS = ["chief-commander", "deputy-commander"]


async def test_an_empty_centre_has_no_login_at_all() -> None:
    made = Centre()
    for login in ("admin", "administrator", "root", "coord", "sample-commander"):
        with pytest.raises(LoginFailed):
            await made.login.enter(login, login, HOME)


async def test_the_set_up_token_makes_one_administrator_and_is_void() -> None:
    made = Centre()
    token = await first_start(made.cabinet, made.roll, made.clock)
    assert token is not None
    assert not await holds(made.cabinet, token)
    with pytest.raises(WeakPassword):
        await found(made.accounts, HQ, token, "ada.min", "short")
    with pytest.raises(LinkVoid):
        await found(made.accounts, HQ, token + "x", "ada.min", PASSWORD)
    tries = [found(made.accounts, HQ, token, f"ada.min{i}", PASSWORD, "Ada") for i in range(3)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    first = [one for one in done if not isinstance(one, BaseException)]
    assert len(first) == 1
    assert sum(isinstance(one, LinkVoid) for one in done) == 2
    assert [grant.role for grant in first[0].grants] == ["administrator"]
    assert (await made.login.enter(first[0].login, PASSWORD, HOME)).id == first[0].id
    assert await first_start(made.cabinet, made.roll, made.clock) is None
    for late in (token, ""):
        with pytest.raises((LinkVoid, AlreadyFounded)):
            await found(made.accounts, HQ, late, "second", PASSWORD)


async def test_a_set_up_token_ends_after_a_day_and_with_the_next_start() -> None:
    made = Centre()
    old = await first_start(made.cabinet, made.roll, made.clock)
    new = await first_start(made.cabinet, made.roll, made.clock)
    assert old is not None
    assert new is not None
    with pytest.raises(LinkVoid):
        await found(made.accounts, HQ, old, "ada.min", PASSWORD)
    made.clock.pass_(hours=24)
    with pytest.raises(LinkVoid):
        await found(made.accounts, HQ, new, "ada.min", PASSWORD)


async def test_the_sample_set_is_labelled_and_has_somebody_for_each_role() -> None:
    made = Centre()
    sample = await sample_accounts(made.accounts, HQ, GROUPS, POSTS)
    roles = {one.role for one in sample}
    assert roles == {
        "administrator",
        "commander",
        "duty-officer",
        "approver",
        "planner",
        "auditor",
        "group-lead",
        "member",
    }
    assert [(one.role, one.group) for one in sample if one.group] == [
        (role, group) for group in GROUPS for role in ("group-lead", "member")
    ]
    assert len({one.password for one in sample}) == len(sample)
    for one in sample:
        account = await made.login.enter(one.login, one.password, HOME)
        assert account.sample
        assert account.login.startswith("sample-")
        assert account.name is not None
        assert (await made.vault.text(account.name, "test", "test")).startswith("SAMPLE ")
        assert not await holds(made.cabinet, one.password)
    powers = [e for e in await events(made.log) if isinstance(e, GrantGiven) and e.grant.role == "commander"]
    assert {e.grant.post for e in powers} == set(POSTS)
    assert all(e.confirmed_by and e.confirmed_by != e.by for e in powers)
    lead = next(one for one in sample if one.role == "group-lead" and one.group == "RES")
    opened = await made.sessions.open(lead.account)
    authorize(await made.sessions.check(opened.token), "order.acknowledge", Object("order", HQ, group="RES"))


async def test_samples_never_come_into_a_centre_that_is_in_use() -> None:
    made = Centre()
    await made.founded()
    with pytest.raises(Refused):
        await sample_accounts(made.accounts, HQ, GROUPS)


async def test_a_login_belongs_to_one_account_even_when_two_ask_at_once() -> None:
    made = Centre()
    await made.founded()
    got = await asyncio.gather(*(made.person("duty") for _ in range(3)), return_exceptions=True)
    accounts = {one for one in got if isinstance(one, str)}
    for account in accounts:
        await made.give(account, Grant("member", HQ, "RES"))
    with pytest.raises(Refused):
        await made.accounts.reserve("DUTY")


async def test_an_account_that_was_never_opened_is_taken_up_again() -> None:
    made = Centre()
    await made.founded()
    one = await made.accounts.reserve("newcomer")
    two = await made.accounts.reserve("newcomer")
    assert one.account == two.account
    assert (await made.accounts.find("newcomer")).disabled
