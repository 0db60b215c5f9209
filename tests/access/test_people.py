"""Laws of the book: two persons for what is dangerous, nobody locked out, nothing held in silence."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coord.access.book import Book
from coord.access.commands import (
    Confirm,
    Decline,
    DisableAccount,
    DropDeputy,
    EnableAccount,
    Found,
    Give,
    NameDeputy,
    Note,
    OpenAccount,
    PeopleCommand,
    PutOnDuty,
    ResetCredentials,
    Withdraw,
)
from coord.access.decide import PEOPLE, needs_two
from coord.access.model import (
    KINDS,
    LONGEST_DUTY,
    REQUEST_TERM,
    SET_UP,
    AccountDisabled,
    AccountEnabled,
    AccountOpened,
    CredentialsReset,
    DeputyDropped,
    DeputyNamed,
    GrantGiven,
    GrantWithdrawn,
    PeopleEvent,
    RightRequestClosed,
    RightRequested,
    SubjectErased,
)
from coord.access.refusals import (
    AlreadyFounded,
    LastAdministrator,
    NotADeputy,
    NotAdministrator,
    NotOnTheBook,
    RequestLapsed,
    Separated,
    TooLong,
    TwoPersons,
    WrongBook,
)
from coord.access.roles import ALONE, ANY, Grant
from coord.errors import CoordError, NotFound, Refused
from coord.events import Tick
from tests.access.cabinet import NOON

HQ = "hengqin"
ADMIN = Grant("administrator", HQ, space=ANY)
COMMANDER = Grant("commander", HQ)
DUTY = Grant("duty-officer", HQ)
MEMBER = Grant("member", HQ, "RES")
TONIGHT = NOON + timedelta(hours=8)


def given_two() -> list[PeopleEvent]:
    """A book with two administrators (a1, a2), and two accounts (b1, b2) without rights."""
    return [
        AccountOpened("a1", SET_UP),
        GrantGiven("g1", "a1", ADMIN, SET_UP),
        AccountOpened("a2", "a1"),
        GrantGiven("g2", "a2", ADMIN, "a1"),
        AccountOpened("b1", "a1"),
        AccountOpened("b2", "a1"),
    ]


def when(wish: PeopleCommand, given: list[PeopleEvent], at: datetime = NOON) -> list[PeopleEvent]:
    return list(PEOPLE.decide(PEOPLE.fold(given, stream=f"people/{HQ}"), wish, at))


def refused(wish: PeopleCommand, given: list[PeopleEvent], why: type[CoordError], at: datetime = NOON) -> None:
    with pytest.raises(why):
        when(wish, given, at)


def test_an_empty_book_is_founded_once() -> None:
    first = when(Found("a1"), [])
    assert first == [AccountOpened("a1", SET_UP), GrantGiven("g1", "a1", ADMIN, SET_UP)]
    refused(Found("x"), first, AlreadyFounded)


def test_the_first_administrator_names_the_second_alone_and_nobody_after() -> None:
    given = [*when(Found("a1"), []), AccountOpened("a2", "a1"), AccountOpened("a3", "a1")]
    second = when(Give("a2", ADMIN, "a1"), given)
    assert second == [GrantGiven("g2", "a2", ADMIN, "a1")]
    assert when(Give("a3", ADMIN, "a1"), given + second) == [
        RightRequested("q1", "grant", "a3", ADMIN, "a1", NOON + REQUEST_TERM)
    ]
    alone = [*given, *second, GrantWithdrawn("g2", "a2", "a1", "left")]
    assert isinstance(when(Give("a3", ADMIN, "a1"), alone)[0], RightRequested)


def test_a_harmless_right_is_given_by_one() -> None:
    assert when(Give("b1", MEMBER, "a1"), given_two()) == [GrantGiven("g3", "b1", MEMBER, "a1")]
    exercise = Grant("commander", HQ, space="ex-1")
    assert when(Give("b1", exercise, "a1"), given_two()) == [GrantGiven("g3", "b1", exercise, "a1")]


@pytest.mark.parametrize("grant", [COMMANDER, DUTY, Grant("approver", HQ, space=ANY), ADMIN])
def test_a_right_to_command_approve_or_administer_needs_a_second_administrator(grant: Grant) -> None:
    given = given_two()
    given += when(Give("b1", grant, "a1"), given)
    assert given[-1] == RightRequested("q1", "grant", "b1", grant, "a1", NOON + REQUEST_TERM)
    refused(Confirm("q1", "a1"), given, TwoPersons)
    refused(Confirm("q1", "b1"), given, NotAdministrator)
    refused(Confirm("q1", "b2"), given, NotAdministrator)
    refused(Confirm("q1", "a2"), given, RequestLapsed, NOON + REQUEST_TERM)
    assert when(Confirm("q1", "a2"), given) == [GrantGiven("g3", "b1", grant, "a1", "a2", "q1")]
    assert when(Give("b1", grant, "a2"), given) == []  # asked already
    assert when(Decline("q1", "a2"), given) == [RightRequestClosed("q1", "a2", "mistake")]


def test_a_request_dies_with_the_right_of_who_asked() -> None:
    given = given_two()
    given += [AccountOpened("a3", "a1"), GrantGiven("g3", "a3", ADMIN, "a1", "a2")]
    given += when(Give("b1", COMMANDER, "a1"), given)
    given += when(DisableAccount("a1", "a2", "suspicion"), given)
    refused(Confirm("q1", "a3"), given, TwoPersons)


def test_nobody_confirms_what_is_for_themselves() -> None:
    given = [*given_two(), AccountOpened("a3", "a1"), GrantGiven("g3", "a3", ADMIN, "a1", "a2")]
    given += [GrantWithdrawn("g3", "a3", "a1", "moved")]
    given += when(Give("a3", ADMIN, "a1"), given)
    given += [GrantGiven("g4", "a3", Grant("administrator", HQ), "a1", "a2")]
    refused(Confirm("q1", "a3"), given, TwoPersons)


def test_roles_that_exclude_each_other_are_not_held_together() -> None:
    refused(Give("a1", COMMANDER, "a2"), given_two(), Separated)
    refused(Give("a1", MEMBER, "a2"), given_two(), Separated)
    auditor = [*given_two(), GrantGiven("g3", "b1", Grant("auditor", HQ), "a1")]
    refused(Give("b1", MEMBER, "a2"), auditor, Separated)
    refused(NameDeputy("b1", DUTY, "a2"), auditor, Separated)
    member = [*given_two(), GrantGiven("g3", "b1", MEMBER, "a1")]
    refused(Give("b1", ADMIN, "a2"), member, Separated)


def test_what_was_fit_when_asked_is_judged_again_when_confirmed() -> None:
    given = given_two()
    given += when(Give("b1", ADMIN, "a1"), given)
    given += when(Give("b1", MEMBER, "a1"), given)
    refused(Confirm("q1", "a2"), given, Separated)


def test_a_known_deputy_goes_on_duty_at_three_in_the_morning_by_one_person() -> None:
    given = [*given_two(), GrantGiven("g3", "b2", DUTY, "a1", "a2")]
    tonight = Grant("duty-officer", HQ, until=TONIGHT)
    refused(PutOnDuty("b1", tonight, "b2"), given, NotADeputy)
    given += when(NameDeputy("b1", DUTY, "a1"), given)
    refused(PutOnDuty("b1", tonight, "b2"), given, NotADeputy)
    given += when(Confirm("q1", "a2"), given)
    assert given[-1] == DeputyNamed("b1", DUTY, "a1", "a2", "q1")
    for by in ("a1", "b2"):  # an administrator, or who is in the room
        assert when(PutOnDuty("b1", tonight, by), given) == [GrantGiven("g4", "b1", tonight, by, duty=True)]
    refused(PutOnDuty("b1", tonight, "b1"), given, NotAdministrator)
    refused(PutOnDuty("b1", DUTY, "a1"), given, TooLong)
    long = Grant("duty-officer", HQ, until=NOON + LONGEST_DUTY + timedelta(seconds=1))
    refused(PutOnDuty("b1", long, "a1"), given, TooLong)
    other = Grant("commander", HQ, until=TONIGHT)
    refused(PutOnDuty("b1", other, "a1"), given, NotADeputy)
    given += when(PutOnDuty("b1", tonight, "b2"), given)
    assert when(Withdraw("g4", "b2", "duty-ended"), given) == [GrantWithdrawn("g4", "b1", "b2", "duty-ended")]
    refused(Withdraw("g3", "b1", "duty-ended"), given, NotAdministrator)
    assert when(Tick(TONIGHT), given) == [GrantWithdrawn("g4", "b1", "clock", "expired")]


def test_nobody_puts_themselves_on_duty() -> None:
    given = [*given_two(), GrantGiven("g3", "b1", DUTY, "a1", "a2"), DeputyNamed("b1", COMMANDER, "a1", "a2")]
    tonight = Grant("commander", HQ, until=TONIGHT)
    refused(PutOnDuty("b1", tonight, "b1"), given, NotAdministrator)
    assert when(PutOnDuty("b1", tonight, "a1"), given)


def test_a_book_that_lost_its_administrators_is_founded_anew() -> None:
    given = [*given_two(), GrantWithdrawn("g1", "a1", "law", "law"), GrantWithdrawn("g2", "a2", "law", "law")]
    given += when(Found("c1"), given)
    given += [AccountOpened("c2", "c1")]
    assert when(Give("c2", ADMIN, "c1"), given) == [GrantGiven("g4", "c2", ADMIN, "c1")]


def test_nobody_is_a_deputy_administrator() -> None:
    refused(NameDeputy("b1", ADMIN, "a1"), given_two(), Refused)
    refused(NameDeputy("b1", Grant("duty-officer", HQ, until=TONIGHT), "a1"), given_two(), Refused)


def test_the_last_administrator_cannot_be_lost() -> None:
    given = [*given_two(), *when(Withdraw("g2", "a1"), given_two())]
    refused(Withdraw("g1", "a1"), given, LastAdministrator)
    refused(DisableAccount("a1", "a1"), given, LastAdministrator)
    passing = [*given, GrantGiven("g3", "b1", Grant("administrator", HQ, until=TONIGHT), "a1", "a2")]
    refused(Withdraw("g1", "b1"), passing, LastAdministrator)


def test_an_account_comes_back_without_what_needs_two_persons() -> None:
    given = [
        *given_two(),
        GrantGiven("g3", "b1", COMMANDER, "a1", "a2"),
        GrantGiven("g4", "b1", MEMBER, "a1"),
        DeputyNamed("b1", DUTY, "a1", "a2"),
        AccountDisabled("b1", "a1", "suspicion"),
    ]
    assert when(EnableAccount("b1", "a2"), given) == [
        GrantWithdrawn("g3", "b1", "a2", "asked"),
        DeputyDropped("b1", DUTY, "a2", "asked"),
        AccountEnabled("b1", "a2"),
    ]


def test_new_credentials_for_who_commands_need_two_persons() -> None:
    given = [*given_two(), GrantGiven("g3", "b1", COMMANDER, "a1", "a2")]
    assert when(ResetCredentials("b2", "a1"), given) == [CredentialsReset("b2", "a1")]
    given += when(ResetCredentials("b1", "a1"), given)
    assert given[-1] == RightRequested("q1", "reset", "b1", None, "a1", NOON + REQUEST_TERM)
    assert when(Confirm("q1", "a2"), given) == [CredentialsReset("b1", "a1", "a2", "q1")]


def test_what_does_not_fit_the_book_is_refused() -> None:
    given = given_two()
    refused(Give("b1", Grant("member", "macao", "RES"), "a1"), given, WrongBook)
    refused(Give("nobody", MEMBER, "a1"), given, NotOnTheBook)
    refused(Give("b1", Grant("guest", HQ), "a1"), given, Refused)
    refused(Give("b1", Grant("member", HQ, "RES", until=NOON), "a1"), given, Refused)
    refused(Give("b1", MEMBER, "b1"), given, NotAdministrator)
    refused(OpenAccount("c1", "stranger"), given, NotAdministrator)
    refused(Withdraw("g99", "a1"), given, NotFound)
    refused(Confirm("q99", "a1"), given, NotFound)


def test_what_is_so_already_is_not_recorded_again() -> None:
    given = [*given_two(), GrantGiven("g3", "b1", MEMBER, "a1"), SubjectErased("s1", "a1", "law")]
    for wish in (
        OpenAccount("b1", "a1"),
        Give("b1", MEMBER, "a2"),
        EnableAccount("b1", "a1"),
        DropDeputy("b1", DUTY, "a1"),
        Note(SubjectErased("s1", "a2", "asked")),
        Tick(NOON),
    ):
        assert when(wish, given) == []


# --- whatever people try ---

WHO = st.sampled_from(["a1", "a2", "a3", "b1", "b2"])
GRANTS = st.sampled_from(
    [
        ADMIN,
        COMMANDER,
        DUTY,
        MEMBER,
        Grant("approver", HQ),
        Grant("auditor", HQ),
        Grant("commander", HQ, space="ex-1"),
        Grant("duty-officer", HQ, until=TONIGHT),
        Grant("administrator", HQ, until=TONIGHT),
    ]
)
WISHES: st.SearchStrategy[PeopleCommand] = st.one_of(
    st.builds(Found, WHO),
    st.builds(OpenAccount, WHO, WHO),
    st.builds(DisableAccount, WHO, WHO, st.just("left")),
    st.builds(EnableAccount, WHO, WHO),
    st.builds(ResetCredentials, WHO, WHO),
    st.builds(Give, WHO, GRANTS, WHO),
    st.builds(Give, WHO, GRANTS, WHO),
    st.builds(NameDeputy, WHO, GRANTS, WHO),
    st.builds(DropDeputy, WHO, GRANTS, WHO),
    st.builds(Confirm, st.sampled_from(["q1", "q2", "q3", "q4"]), WHO),
    st.builds(Confirm, st.sampled_from(["q1", "q2", "q3", "q4"]), WHO),
    st.builds(Decline, st.sampled_from(["q1", "q2", "q3"]), WHO),
    st.builds(PutOnDuty, WHO, GRANTS, WHO),
    st.builds(Withdraw, st.sampled_from(["g1", "g2", "g3", "g4", "g5"]), WHO),
    st.builds(Tick, st.just(NOON)),
)
HISTORY = st.lists(st.tuples(st.integers(0, 600), WISHES), max_size=40)


def play(history: list[tuple[int, PeopleCommand]]) -> tuple[Book, list[tuple[datetime, PeopleEvent]]]:
    """Let *history* happen from two administrators on, a tick before each wish as the sweep does."""
    book = PEOPLE.fold(given_two(), stream=f"people/{HQ}")
    at, told = NOON, []
    for minutes, wish in history:
        at += timedelta(minutes=minutes)
        for step in (Tick(at), Tick(at) if isinstance(wish, Tick) else wish):
            try:
                events = PEOPLE.decide(book, step, at)
            except (Refused, NotFound):
                continue
            for event in events:
                book = PEOPLE.evolve(book, event)
                told.append((at, event))
    return book, told


@settings(max_examples=300)
@given(HISTORY)
def test_no_power_over_the_live_space_without_two_persons(history: list[tuple[int, PeopleCommand]]) -> None:
    book, told = play(history)
    deputies: set[tuple[str, Grant]] = set()
    for _, event in told:
        match event:
            case GrantGiven(_, account, grant, by, second, _, duty) if needs_two(grant):
                lasting = Grant(grant.role, grant.jurisdiction, grant.group, grant.space, grant.post)
                assert (second and len({by, second, account}) == 3) or (duty and (account, lasting) in deputies)
            case DeputyNamed(account, grant, by, second):
                assert len({by, second, account}) == 3
                deputies.add((account, grant))
            case DeputyDropped(account, grant):
                deputies.discard((account, grant))
            case _:
                pass
    assert deputies == book.deputies


@settings(max_examples=300)
@given(HISTORY)
def test_there_is_always_an_administrator_and_never_a_forbidden_pair(
    history: list[tuple[int, PeopleCommand]],
) -> None:
    book, told = play(history)
    last = told[-1][0] if told else NOON
    assert book.administrators(last)
    for account in book.accounts:
        roles = {held.grant.role for held in book.grants.values() if held.account == account}
        assert len(roles) <= 1 or not roles & set(ALONE)


@settings(max_examples=200)
@given(HISTORY)
def test_the_book_waits_for_exactly_what_ends_by_itself_and_replays_to_itself(
    history: list[tuple[int, PeopleCommand]],
) -> None:
    book, told = play(history)
    ends = {f"grant/{key}": held.grant.until for key, held in book.grants.items() if held.grant.until}
    ends |= {f"request/{key}": asked.until for key, asked in book.requests.items()}
    assert book.clocks.items() == ends
    events = given_two() + [event for _, event in told]
    again = PEOPLE.fold(events, stream=f"people/{HQ}")
    assert again == book
    ids = [event.id for event in events if isinstance(event, GrantGiven)]
    assert all(int(a[1:]) < int(b[1:]) for a, b in pairwise(ids))


def test_every_event_has_one_kind() -> None:
    assert len(set(KINDS.values())) == len(KINDS)
