"""Sessions, tokens, tickets and links: taken back everywhere, never forged, never wider than their owner."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from coord.access.authorize import Object, ProveAgain, may, require_fresh
from coord.access.commands import DisableAccount, Withdraw
from coord.access.cookies import cookie, cookie_name, no_cookie
from coord.access.links import LinkVoid
from coord.access.passwords import WeakPassword
from coord.access.roles import ANY, Grant
from coord.access.sessions import NotSignedIn, Terms, WrongCsrf, check_csrf
from coord.access.tokens import TooWide
from coord.errors import NotFound, Refused
from tests.access.cabinet import NOON
from tests.access.centre import HOME, HQ, PASSWORD, Centre

MEMBER = Grant("member", HQ, "RES", ANY)
COMMANDER = Grant("commander", HQ)


async def centre() -> tuple[Centre, str]:
    made = Centre()
    await made.founded()
    return made, await made.person("duty", MEMBER)


async def test_a_session_is_who_it_is_for_until_it_is_closed() -> None:
    made, account = await centre()
    opened = await made.sessions.open(account)
    actor = await made.sessions.check(opened.token)
    assert (actor.account, actor.grants, actor.via, actor.proved_at) == (account, (MEMBER,), "session", NOON)
    await made.sessions.close(opened.token)
    with pytest.raises(NotSignedIn):
        await made.sessions.check(opened.token)


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "null",
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.",
        "0" * 43,
        "../accounts",
        "\ud800",
        "' OR 1=1",
        "a" * 9999,
    ],
)
async def test_a_forged_secret_opens_nothing(forged: str) -> None:
    made, account = await centre()
    await made.sessions.open(account)
    for check in (made.sessions.check, made.tokens.check, made.tickets.take):
        with pytest.raises(NotSignedIn):
            await check(forged)
    with pytest.raises(LinkVoid):
        await made.links.take(forged, PASSWORD)


async def test_what_the_cabinet_holds_of_a_session_opens_nothing() -> None:
    made, account = await centre()
    opened = await made.sessions.open(account)
    actor = await made.sessions.check(opened.token)
    key = actor.holder.partition(":")[2]
    for stolen in (key, actor.holder, opened.csrf, key[:16]):
        with pytest.raises(NotSignedIn):
            await made.sessions.check(stolen)


async def test_one_kind_of_secret_is_not_good_for_another() -> None:
    made, account = await centre()
    opened = await made.sessions.open(account)
    token, _ = await made.tokens.make(account, "gauge", [MEMBER], NOON + timedelta(days=1))
    ticket = await made.tickets.issue(await made.sessions.check(opened.token))
    for secret, checks in (
        (opened.token, (made.tokens.check, made.tickets.take)),
        (token, (made.sessions.check, made.tickets.take)),
        (ticket, (made.sessions.check, made.tokens.check)),
    ):
        for check in checks:
            with pytest.raises(NotSignedIn):
                await check(secret)


async def test_a_session_ends_when_it_lies_idle_and_in_any_case_after_its_term() -> None:
    made, account = await centre()
    terms = Terms()
    opened = await made.sessions.open(account)
    made.clock.pass_(seconds=terms.idle.total_seconds() - 1)
    await made.sessions.check(opened.token)
    made.clock.pass_(seconds=terms.idle.total_seconds() - 1)
    await made.sessions.check(opened.token)
    made.clock.pass_(seconds=terms.idle.total_seconds())
    with pytest.raises(NotSignedIn):
        await made.sessions.check(opened.token)
    opened = await made.sessions.open(account)
    for _ in range(27):
        made.clock.pass_(hours=6)
        await made.sessions.check(opened.token)
    made.clock.pass_(hours=6)
    with pytest.raises(NotSignedIn):
        await made.sessions.check(opened.token)


async def test_a_revocation_reaches_another_worker_within_a_second() -> None:
    made, account = await centre()
    opened = [await made.sessions.open(account) for _ in range(3)]
    other = Centre(made.cabinet, made.log)
    other.clock.at = made.clock.at
    for one in opened:
        await other.sessions.check(one.token)
    public = (await made.sessions.of(account))[0].id
    await made.sessions.revoke(account, public)
    other.clock.pass_(seconds=1)
    alive = 0
    for one in opened:
        try:
            await other.sessions.check(one.token)
            alive += 1
        except NotSignedIn:
            pass
    assert alive == 2
    await made.sessions.revoke_all(account)
    other.clock.pass_(seconds=1)
    for one in opened:
        with pytest.raises(NotSignedIn):
            await other.sessions.check(one.token)
    with pytest.raises(NotFound):
        await made.sessions.revoke(account, public)


async def test_a_withdrawn_right_and_a_disabled_account_are_felt_within_a_second() -> None:
    made, account = await centre()
    opened = await made.sessions.open(account)
    other = Centre(made.cabinet, made.log)
    assert (await other.sessions.check(opened.token)).grants == (MEMBER,)
    held = next(key for key, held in (await made.roll.book(HQ)).grants.items() if held.account == account)
    await made.ask(Withdraw(held, made.admins[0]))
    other.clock.pass_(seconds=1)
    assert (await other.sessions.check(opened.token)).grants == ()
    await made.ask(DisableAccount(account, made.admins[0]))
    other.clock.pass_(seconds=1)
    with pytest.raises(NotSignedIn):
        await other.sessions.check(opened.token)


async def test_a_session_that_opens_while_all_are_ended_ends_too() -> None:
    made, account = await centre()
    opened, _ = await asyncio.gather(made.sessions.open(account), made.sessions.revoke_all(account))
    made.clock.pass_(seconds=1)
    with pytest.raises(NotSignedIn):
        await made.sessions.check(opened.token)


async def test_a_use_noted_by_one_worker_does_not_bring_back_what_another_ended() -> None:
    made, account = await centre()
    opened = await made.sessions.open(account)
    made.clock.pass_(minutes=5)
    await asyncio.gather(made.sessions.check(opened.token), made.sessions.close(opened.token), return_exceptions=True)
    made.clock.pass_(seconds=1)
    with pytest.raises(NotSignedIn):
        await made.sessions.check(opened.token)


async def test_a_new_password_ends_every_session_token_and_link() -> None:
    made, account = await centre()
    opened = await made.sessions.open(account)
    token, _ = await made.tokens.make(account, "gauge", [MEMBER], NOON + timedelta(days=1))
    link = await made.links.make(account)
    await made.links.take(await made.links.make(account), "another good sentence")
    made.clock.pass_(seconds=1)
    with pytest.raises(NotSignedIn):
        await made.sessions.check(opened.token)
    with pytest.raises(NotSignedIn):
        await made.tokens.check(token)
    with pytest.raises(LinkVoid):
        await made.links.take(link, "yet another sentence")


async def test_an_approval_asks_for_the_password_again_after_five_minutes() -> None:
    made, account = await centre()
    opened = await made.sessions.open(account)
    actor = await made.sessions.check(opened.token)
    require_fresh(actor, made.clock())
    made.clock.pass_(minutes=5, seconds=1)
    with pytest.raises(ProveAgain):
        require_fresh(await made.sessions.check(opened.token), made.clock())
    await made.login.prove(account, PASSWORD, HOME)
    require_fresh(await made.sessions.prove(actor), made.clock())
    require_fresh(await made.sessions.check(opened.token), made.clock())


async def test_the_csrf_header_belongs_to_its_session_only() -> None:
    made, account = await centre()
    one, two = await made.sessions.open(account), await made.sessions.open(account)
    check_csrf(one.token, one.csrf)
    for wrong in (None, "", two.csrf, one.token, "é"):
        with pytest.raises(WrongCsrf):
            check_csrf(one.token, wrong)


def test_under_tls_the_cookie_can_be_set_by_this_host_only() -> None:
    header = cookie("secret", timedelta(days=7), tls=True).header()
    assert header == "__Host-coord=secret; Max-Age=604800; Path=/; HttpOnly; SameSite=Strict; Secure"
    assert "Secure" not in cookie("secret", timedelta(days=7), tls=False).header()
    assert no_cookie(tls=True).header().startswith(f"{cookie_name(tls=True)}=; Max-Age=0;")


async def test_a_ticket_opens_one_websocket_within_thirty_seconds() -> None:
    made, account = await centre()
    opened = await made.sessions.open(account)
    actor = await made.sessions.check(opened.token)
    ticket = await made.tickets.issue(actor)
    made.clock.pass_(seconds=29)
    taken = await asyncio.gather(*(made.tickets.take(ticket) for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(one, NotSignedIn) for one in taken) == 4
    by_ticket = next(one for one in taken if not isinstance(one, BaseException))
    assert (by_ticket.account, by_ticket.via) == (account, "ticket")
    late = await made.tickets.issue(actor)
    made.clock.pass_(seconds=30)
    with pytest.raises(NotSignedIn):
        await made.tickets.take(late)
    made.clock.pass_(seconds=-10)  # nor when the clock goes back
    with pytest.raises(NotSignedIn):
        await made.tickets.take(late)


async def test_a_websocket_ends_with_the_session_that_opened_it() -> None:
    made, account = await centre()
    opened = await made.sessions.open(account)
    actor = await made.tickets.take(await made.tickets.issue(await made.sessions.check(opened.token)))
    assert (await made.tickets.again(actor)).via == "ticket"
    await made.sessions.close(opened.token)
    with pytest.raises(NotSignedIn):
        await made.tickets.again(actor)


async def test_a_token_is_never_wider_than_its_owner_then_or_later() -> None:
    made, account = await centre()
    narrow = Grant("member", HQ, "RES", "ex-1")
    for wide in (Grant("member", HQ, "MED", ANY), COMMANDER, Grant("member", "zhuhai", "RES")):
        with pytest.raises(TooWide):
            await made.tokens.make(account, "wide", [wide], NOON + timedelta(days=1))
    token, shown = await made.tokens.make(account, "gauge", [narrow], NOON + timedelta(days=1))
    assert token.startswith("coord_")
    actor = await made.tokens.check(token)
    assert (actor.grants, actor.via, actor.proved_at) == ((narrow,), "token", None)
    held = next(key for key, held in (await made.roll.book(HQ)).grants.items() if held.account == account)
    await made.ask(Withdraw(held, account))
    made.clock.pass_(seconds=1)
    assert (await made.tokens.check(token)).grants == ()
    assert [one.id for one in await made.tokens.of(account)] == [shown.id]
    await made.tokens.revoke(account, shown.id)
    with pytest.raises(NotSignedIn):
        await made.tokens.check(token)


async def test_a_token_ends_on_its_day_and_has_one() -> None:
    made, account = await centre()
    for until in (NOON, NOON - timedelta(days=1), NOON + timedelta(days=800)):
        with pytest.raises(Refused):
            await made.tokens.make(account, "long", [MEMBER], until)
    token, _ = await made.tokens.make(account, "gauge", [MEMBER], NOON + timedelta(hours=3))
    made.clock.pass_(hours=2, minutes=40)
    await made.tokens.check(token)
    assert (await made.tokens.of(account))[0].used_at == NOON + timedelta(hours=2)
    made.clock.pass_(minutes=20)
    with pytest.raises(NotSignedIn):
        await made.tokens.check(token)


async def test_a_token_never_approves_not_even_through_a_websocket() -> None:
    made, _ = await centre()
    account = await made.person("boss", COMMANDER)
    token, _ = await made.tokens.make(account, "script", [COMMANDER], NOON + timedelta(days=1))
    actor = await made.tokens.check(token)
    by_ticket = await made.tickets.take(await made.tickets.issue(actor))
    warning = Object("alert", HQ)
    for one in (actor, by_ticket):
        assert may(one, "alert.draft", warning)
        assert not may(one, "alert.approve", warning)
        assert not may(one, "self.tokens", Object("self", HQ, owner=account))


async def test_a_link_sets_one_password_and_then_is_void() -> None:
    made, _ = await centre()
    card = await made.accounts.reserve("newcomer", "Somebody New")
    await made.give(card.account, MEMBER)
    link = await made.links.make(card.account)
    with pytest.raises(WeakPassword):
        await made.links.take(link, "short")
    tries = await asyncio.gather(*(made.links.take(link, PASSWORD) for _ in range(4)), return_exceptions=True)
    assert sorted(map(str, tries))[0] == card.account
    assert sum(isinstance(one, LinkVoid) for one in tries) == 3
    assert (await made.login.enter("newcomer", PASSWORD, HOME)).id == card.account
    late = await made.links.make(card.account)
    made.clock.pass_(hours=24)
    with pytest.raises(LinkVoid):
        await made.links.take(late, PASSWORD)
