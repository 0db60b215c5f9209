"""What administrators do, through the same acts as routes and command line use."""

from __future__ import annotations

import argparse
import copy
from datetime import timedelta
from pathlib import Path

import pytest

from coord.access import acts
from coord.access.authorize import Actor, NotYours
from coord.access.commands import Give
from coord.access.documents import ACCESS_LOG, LOGIN_LOG
from coord.access.links import LinkVoid
from coord.access.login import LoginFailed
from coord.access.model import KINDS, GrantGiven, RightRequested, SessionRevoked, SubjectErased, TokenIssued
from coord.access.roles import Grant
from coord.access.room import Access, assemble, open_access
from coord.access.sessions import NotSignedIn, Terms
from coord.access.sweep import sweep
from coord.access.vault import Erased
from coord.cli import people
from coord.errors import CoordError, Refused
from tests.access.cabinet import NOON, Clock, TinyCabinet, events, holds
from tests.access.centre import CHEAP, HOME, HQ, PASSWORD, Centre

MEMBER = Grant("member", HQ, "RES")
COMMANDER = Grant("commander", HQ)


async def centre() -> tuple[Centre, Access, Actor, Actor]:
    made = Centre()
    one, two = await made.founded()
    access = assemble(made.cabinet, made.clock, made.roll, made.vault, made.passwords)
    return made, access, await signed_in(access, one), await signed_in(access, two)


async def signed_in(access: Access, account: str) -> Actor:
    return await access.sessions.check((await access.sessions.open(account)).token)


async def test_a_newcomer_sets_their_own_password_and_nobody_else_knows_it() -> None:
    _, access, admin, _ = await centre()
    account, done = await acts.add_account(access, admin, HQ, "newcomer", "Somebody New")
    await acts.rule(access, admin, HQ, Give(account.id, MEMBER, admin.account))
    assert await access.links.take(done.link, PASSWORD) == account.id
    assert (await access.login.enter("newcomer", PASSWORD, HOME)).grants == (MEMBER,)


async def test_only_administrators_administer() -> None:
    made, access, _, _ = await centre()
    boss, other = await made.person("boss", COMMANDER), made.admins[0]
    actor = await signed_in(access, boss)
    tonight = Grant("duty-officer", HQ, until=NOON + timedelta(hours=8))
    for wish in (
        acts.add_account(access, actor, HQ, "x.y", ""),
        acts.rule(access, actor, HQ, Give(boss, MEMBER, boss)),
        acts.confirm(access, actor, HQ, "q1"),
        acts.put_on_duty(access, actor, "macao", other, tonight),
        acts.disable(access, actor, HQ, other),
        acts.reset_credentials(access, actor, HQ, other),
        acts.end_sessions(access, actor, HQ, other),
        acts.revoke_token(access, actor, HQ, other, "t"),
        acts.erase_subject(access, actor, HQ, "s1"),
    ):
        with pytest.raises(NotYours):
            await wish


async def test_disabled_means_now() -> None:
    made, access, admin, _ = await centre()
    account = await made.person("duty", MEMBER)
    actor = await signed_in(access, account)
    link = await access.links.make(account)
    await acts.disable(access, admin, HQ, account, "lost-device")
    with pytest.raises(NotSignedIn):
        await access.tickets.again(actor)
    with pytest.raises(LoginFailed):
        await access.login.enter("duty", PASSWORD, HOME)
    with pytest.raises(LinkVoid):
        await access.links.take(link, PASSWORD)


async def test_one_administrator_alone_cannot_take_over_the_commanders_account() -> None:
    made, access, admin, other = await centre()
    account = await made.person("boss", COMMANDER)
    done = await acts.reset_credentials(access, admin, HQ, account)
    assert done.link == ""
    asked = done.events[0]
    assert isinstance(asked, RightRequested)
    with pytest.raises(Refused):
        await acts.confirm(access, admin, HQ, asked.request)
    confirmed = await acts.confirm(access, other, HQ, asked.request)
    await access.links.take(confirmed.link, "a wholly new sentence")
    assert (await access.login.enter("boss", "a wholly new sentence", HOME)).id == account


async def test_everybody_ends_their_own_sessions_and_administrators_those_of_others() -> None:
    made, access, admin, _ = await centre()
    account = await made.person("duty", MEMBER)
    mine, phone = await signed_in(access, account), await signed_in(access, account)
    await acts.end_sessions(access, mine, HQ, account, phone.holder.partition(":")[2][:16], "lost-device")
    with pytest.raises(NotSignedIn):
        await access.tickets.again(phone)
    with pytest.raises(NotYours):
        await acts.end_sessions(access, mine, HQ, admin.account)
    await acts.end_sessions(access, admin, HQ, account)
    with pytest.raises(NotSignedIn):
        await access.tickets.again(mine)
    facts = [one for one in await events(made.log) if isinstance(one, SessionRevoked)]
    assert [(fact.by, bool(fact.session)) for fact in facts] == [(account, True), (admin.account, False)]


async def test_a_changed_password_needs_the_old_one() -> None:
    made, access, _, _ = await centre()
    actor = await signed_in(access, await made.person("duty", MEMBER))
    with pytest.raises(LoginFailed):
        await acts.change_password(access, actor, "wrong", "a wholly new sentence", HOME)
    opened = await acts.change_password(access, actor, PASSWORD, "a wholly new sentence", HOME)
    assert (await access.sessions.check(opened.token)).account == actor.account
    made.clock.pass_(seconds=1)
    with pytest.raises(NotSignedIn):
        await access.tickets.again(actor)


async def test_a_token_is_on_record_without_its_secret() -> None:
    made, access, _, _ = await centre()
    actor = await signed_in(access, await made.person("duty", MEMBER))
    secret, token = await acts.issue_token(access, actor, HQ, "gauge", [MEMBER], NOON + timedelta(days=9))
    assert isinstance((await events(made.log))[-1], TokenIssued)
    assert secret not in repr(await events(made.log))
    machine = await access.tokens.check(secret)
    with pytest.raises(NotYours):  # a token makes no tokens
        await acts.issue_token(access, machine, HQ, "more", [MEMBER], NOON + timedelta(days=9))
    await acts.revoke_token(access, actor, HQ, actor.account, token.id)
    with pytest.raises(NotSignedIn):
        await access.tokens.check(secret)


async def test_who_is_erased_leaves_ids_and_nothing_else() -> None:
    made, access, admin, _ = await centre()
    account = await made.person("leaver", MEMBER)
    shown = await access.accounts.find("leaver")
    assert shown.name is not None
    assert await access.vault.text(shown.name, admin.account, "people-list") == "Name of leaver"
    await acts.erase_subject(access, admin, HQ, account, "law")
    assert not await holds(made.cabinet, "leaver")
    assert isinstance((await events(made.log))[-1], SubjectErased)
    with pytest.raises(Erased):
        await access.vault.text(shown.name, admin.account, "people-list")
    with pytest.raises(LoginFailed):
        await access.login.enter("leaver", PASSWORD, HOME)
    assert account in (await access.roll.book(HQ)).erased
    assert "leaver" not in repr(await events(made.log))


async def test_the_log_holds_no_login_and_no_name() -> None:
    made, access, admin, _ = await centre()
    await acts.add_account(access, admin, HQ, "somebody.known", "陈大文")
    told = repr(await events(made.log))
    assert "somebody.known" not in told
    assert "陈大文" not in told
    assert {type(one) for one in await events(made.log)} <= set(KINDS.values())


async def test_a_restart_with_an_old_backup_forgets_again_what_the_log_knows_as_erased(tmp_path: Path) -> None:
    made, _, admin, _ = await centre()
    cabinet, key = TinyCabinet(), tmp_path / "master.key"
    access = await open_access(made.log, cabinet, key, made.clock, cost=CHEAP)
    ref = await access.vault.put("s1", "name", "one")
    backup = copy.deepcopy(cabinet)
    await acts.erase_subject(access, admin, HQ, "s1", "law")
    access.close()
    (tmp_path / "master.key.erased").unlink()
    again = await open_access(made.log, backup, key, made.clock, cost=CHEAP)
    with pytest.raises(Erased):
        await again.vault.get(ref, "a1", "test")
    again.close()


async def test_housekeeping_takes_what_is_over_and_leaves_what_is_not() -> None:
    made, access, admin, _ = await centre()
    account = await made.person("duty", MEMBER)
    await access.login.enter("duty", PASSWORD, HOME)
    opened = await access.sessions.open(account)
    await access.links.make(account)
    await access.tickets.issue(admin)
    token, _ = await access.tokens.make(account, "gauge", [MEMBER], NOON + timedelta(days=300))
    name = (await access.accounts.find("duty")).name
    assert name is not None
    await access.vault.get(name, "a1", "test")
    assert await sweep(made.cabinet, made.clock()) == 0
    made.clock.pass_(minutes=1)
    assert await sweep(made.cabinet, made.clock()) == 1  # the ticket
    await access.sessions.check(opened.token)
    made.clock.pass_(days=200)
    assert await sweep(made.cabinet, made.clock(), Terms())
    for shelf in ("sessions", "tickets", "links", "login-limits", "login-known", LOGIN_LOG):
        assert not await made.cabinet.scan(shelf)
    assert await made.cabinet.scan(ACCESS_LOG)
    await access.tokens.check(token)


# --- the command line ---


def asked(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    people.arguments(parser)
    return parser.parse_args(words)


async def told(access: Access, who: str, *words: str) -> list[str]:
    return await people.act(access, asked("--as", who, *words), lambda _: PASSWORD)


async def test_the_command_line_opens_gives_confirms_lists_and_disables() -> None:
    _, access, _, _ = await centre()
    lines = await told(access, "first.admin", "add", "newcomer", "--name", "Somebody New")
    assert lines[0].endswith(" newcomer")
    await access.links.take(lines[-1].partition("#")[2], PASSWORD)
    lines = await told(access, "first.admin", "grant", "newcomer", "commander", "--post", "chief-commander")
    request = lines[-1].split()[-1]
    with pytest.raises(Refused):
        await told(access, "first.admin", "confirm", request)
    lines = await told(access, "second.admin", "confirm", request)
    grant = lines[0].split()[0]
    assert lines == [f"{grant} commander (chief-commander) @ hengqin/live"]
    listed = await told(access, "second.admin", "list")
    assert f"  {lines[0]}" in listed
    assert not any("Somebody New" in line for line in listed)
    assert await told(access, "first.admin", "revoke", grant, "--why", "mistake") == ["GrantWithdrawn"]
    assert await told(access, "first.admin", "revoke", "newcomer") == ["SessionRevoked"]
    assert await told(access, "first.admin", "disable", "newcomer") == ["AccountDisabled"]
    assert any(line.endswith("newcomer disabled") for line in await told(access, "first.admin", "list"))


async def test_the_command_line_puts_a_known_deputy_on_duty() -> None:
    made, access, _, _ = await centre()
    await made.person("deputy", MEMBER)
    lines = await told(access, "first.admin", "deputy", "deputy", "duty-officer")
    await told(access, "second.admin", "confirm", lines[-1].split()[-1])
    until = (made.clock() + timedelta(hours=8)).isoformat()
    lines = await told(access, "first.admin", "duty", "deputy", "duty-officer", "--until", until)
    assert isinstance((await events(made.log))[-1], GrantGiven)
    assert "duty-officer @ hengqin/live until" in lines[0]


async def test_the_command_line_refuses_with_a_sentence() -> None:
    made, access, _, _ = await centre()
    await made.person("duty", MEMBER)
    for who, words, code in (
        ("", ["list"], "who-acts"),
        ("nobody", ["list"], "login-failed"),
        ("duty", ["add", "x.y"], "forbidden"),
        ("duty", ["list"], "forbidden"),
        ("first.admin", ["setup-link", "nobody"], "not-found"),
        ("first.admin", ["grant", "duty", "member"], "grant-unfit"),
        ("first.admin", ["add", "duty"], "login-taken"),
    ):
        with pytest.raises(CoordError) as caught:
            await told(access, who, *words)
        assert caught.value.code == code
    with pytest.raises(Refused):
        await people.act(access, asked("setup-link"), lambda _: "")


async def test_the_command_line_prints_the_first_link_without_a_sign_in() -> None:
    made = Centre()
    access = assemble(made.cabinet, Clock(), made.roll, made.vault, made.passwords)
    lines = await people.act(access, asked("setup-link"), lambda _: "")
    assert lines[-1].startswith("/setup#")
    with pytest.raises(LoginFailed):
        await told(access, "anybody", "list")
