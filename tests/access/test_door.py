"""Signing in: the same answer and the same work whether or not somebody exists, and limits that survive."""

from __future__ import annotations

import asyncio

import pytest

from coord.access.commands import DisableAccount
from coord.access.limits import BY_ADDRESS, BY_NAME, TooOften, network
from coord.access.login import LoginFailed
from coord.access.passwords import WAITING, Busy, Cost, Passwords, WeakPassword
from coord.access.roles import Grant
from coord.errors import CoordError, Refused
from tests.access.cabinet import holds
from tests.access.centre import CHEAP, HOME, HQ, PASSWORD, Centre


async def centre() -> Centre:
    made = Centre()
    await made.founded()
    await made.person("duty", Grant("member", HQ, "RES"))
    return made


async def refusal(made: Centre, login: str, password: str, address: str = HOME) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        await made.login.enter(login, password, address)
    return caught.value.code, caught.value.sentence


async def test_the_right_password_opens_and_any_spelling_of_the_login_does() -> None:
    made = await centre()
    account = await made.login.enter(" DUTY ", PASSWORD, HOME)
    assert account.login == "duty"
    assert account.grants == (Grant("member", HQ, "RES"),)


async def test_an_unknown_login_costs_the_same_work_and_gets_the_same_words() -> None:
    made = await centre()
    disabled = await made.person("gone", Grant("member", HQ, "RES"))
    await made.ask(DisableAccount(disabled, made.admins[0]))
    await made.accounts.reserve("unset")
    seen = set()
    for i, (login, password) in enumerate(
        [("duty", "wrong"), ("nobody", "wrong"), ("gone", PASSWORD), ("unset", "wrong"), ("x" * 300, "y" * 5000)]
    ):
        hashed, calls = made.passwords.hashed, made.cabinet.calls.copy()
        said = await refusal(made, login, password, f"198.51.100.{i}")
        seen.add((said, made.passwords.hashed - hashed, tuple(sorted((made.cabinet.calls - calls).items()))))
    assert len(seen) == 1
    assert next(iter(seen))[0][0] == LoginFailed.code


async def test_the_wait_doubles_by_name_and_says_nothing_about_the_name() -> None:
    made = await centre()
    words = {}
    for login in ("duty", "nobody"):
        for i in range(BY_NAME.free):
            await refusal(made, login, "wrong", f"198.51.100.{i}")
        code, words[login] = await refusal(made, login, PASSWORD, "198.51.100.99")
        assert code == TooOften.code
    assert words["duty"] == words["nobody"] == "too many attempts; try again in 2 seconds"
    made.clock.pass_(seconds=2)
    await refusal(made, "duty", "wrong", "198.51.100.98")
    assert (await refusal(made, "duty", PASSWORD, "198.51.100.97"))[1].endswith("in 4 seconds")
    made.clock.pass_(seconds=4)
    assert (await made.login.enter("duty", PASSWORD, "198.51.100.96")).login == "duty"
    for i in range(BY_NAME.free - 1):
        assert (await refusal(made, "duty", "wrong", f"203.0.113.{i}"))[0] == LoginFailed.code


async def test_a_limit_survives_a_restart_and_is_shared_by_workers() -> None:
    made = await centre()
    for _ in range(BY_NAME.free):
        await refusal(made, "duty", "wrong", "198.51.100.1")
    made.worker()
    assert (await refusal(made, "duty", PASSWORD, "198.51.100.2"))[0] == TooOften.code


async def test_attempts_at_the_same_moment_cannot_slip_past_each_other() -> None:
    made = await centre()
    tries = [made.login.enter("duty", "wrong", f"198.51.100.{i}") for i in range(40)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, LoginFailed) for one in results) == BY_NAME.free
    assert sum(isinstance(one, TooOften) for one in results) == 40 - BY_NAME.free


async def test_a_stranger_who_guesses_cannot_keep_the_officer_out_of_the_usual_room() -> None:
    made = await centre()
    await made.login.enter("duty", PASSWORD, HOME)
    for i in range(BY_NAME.free):
        await refusal(made, "duty", "wrong", f"198.51.100.{i}")
    assert (await refusal(made, "duty", PASSWORD, "198.51.100.77"))[0] == TooOften.code
    assert (await made.login.enter("duty", PASSWORD, HOME)).login == "duty"


async def test_an_address_that_tries_many_names_must_wait_too() -> None:
    made = await centre()
    for i in range(BY_ADDRESS.free):
        await refusal(made, f"name{i}", "wrong", "198.51.100.1")
    assert (await refusal(made, "another", "wrong", "198.51.100.1"))[0] == TooOften.code
    assert (await refusal(made, "another", "wrong", "198.51.100.2"))[0] == LoginFailed.code
    made.clock.pass_(minutes=15)
    assert (await refusal(made, "another", "wrong", "198.51.100.1"))[0] == LoginFailed.code


async def test_a_clock_set_back_does_not_lock_anybody_out() -> None:
    made = await centre()
    for i in range(BY_NAME.free):
        await refusal(made, "duty", "wrong", f"198.51.100.{i}")
    made.clock.pass_(hours=-3)
    assert (await made.login.enter("duty", PASSWORD, "198.51.100.9")).login == "duty"


def test_a_whole_ipv6_network_counts_as_one_address() -> None:
    assert network("2001:db8::1") == network("2001:db8::ffff:2") != network("2001:db8:0:1::1")


async def test_a_hash_of_an_older_cost_is_renewed_at_the_next_sign_in() -> None:
    made = await centre()
    made.passwords = Passwords(Cost(memory=16, passes=1))
    made.worker()
    before = await made.accounts.card_by_login("duty")
    await made.login.enter("duty", PASSWORD, HOME)
    after = await made.accounts.card_by_login("duty")
    assert before is not None
    assert after is not None
    assert "m=8," in before.hash
    assert "m=16," in after.hash
    assert before.generation == after.generation
    await made.login.enter("duty", PASSWORD, HOME)
    made.passwords.close()


async def test_a_flood_of_attempts_is_turned_away_instead_of_queued() -> None:
    passwords = Passwords(CHEAP)
    kept = await passwords.hash(PASSWORD)
    results = await asyncio.gather(
        *(passwords.fits(kept, PASSWORD) for _ in range(WAITING + 5)), return_exceptions=True
    )
    assert sum(isinstance(one, Busy) for one in results) == 5
    assert sum(one is True for one in results) == WAITING
    passwords.close()


@pytest.mark.parametrize("password", ["short", "duty duty duty", "aaaaaaaaaaaaaa", "y" * 300, "The-DUTY-officer-here"])
async def test_a_password_that_would_be_guessed_is_refused(password: str) -> None:
    made = await centre()
    card = await made.accounts.card_by_login("duty")
    assert card is not None
    with pytest.raises(WeakPassword):
        await made.accounts.set_password(card.account, password)


async def test_no_password_and_no_secret_lies_in_the_cabinet() -> None:
    made = await centre()
    account = await made.login.enter("duty", PASSWORD, HOME)
    opened = await made.sessions.open(account.id)
    link = await made.links.make(account.id)
    ticket = await made.tickets.issue(await made.sessions.check(opened.token))
    for secret in (PASSWORD, opened.token, opened.csrf, link, ticket, "Name of duty"):
        assert not await holds(made.cabinet, secret)


async def test_every_refusal_at_the_door_is_a_sentence_with_a_code() -> None:
    for refused in (LoginFailed(), Busy()):
        assert isinstance(refused, CoordError)
        assert refused.code.startswith("login-")
        assert "account" not in refused.sentence
