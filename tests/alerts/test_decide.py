"""From draft to all-clear, told as short stories: given, when, then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from coord.alerts.acts import (
    AllClear,
    BreakGlass,
    Cancel,
    Channel,
    Correct,
    Draft,
    Drop,
    Publish,
    ReadLanguage,
    Return,
    Review,
    Revise,
    Submit,
    Update,
)
from coord.alerts.decide import SamePerson
from coord.alerts.facts import (
    KINDS,
    AllClearReminded,
    ApprovalsAged,
    ApprovalsFading,
    Approved,
    Expired,
    ExpiryReminded,
    Published,
    ReviewReminded,
    TranslationReminded,
)
from coord.alerts.publishing import outgoing
from coord.alerts.signature import sign
from coord.alerts.thread import Policy
from coord.alerts.xml.writing import render
from coord.errors import Refused, Unfit

from .desk import Desk, proposal, sealed
from .given import HOUR, MINUTE, key


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.code == code


def submitted(**variant: Any) -> Desk:
    desk = Desk()
    desk.do(Draft("ana", proposal(**variant)))
    desk.do(Submit("ana"))
    return desk


def out(**variant: Any) -> Desk:
    desk = Desk()
    desk.bring_out(proposal(**variant))
    return desk


def test_two_people_bring_a_warning_out_and_their_names_stand_on_it() -> None:
    desk = Desk()
    (published,) = desk.bring_out()
    assert isinstance(published, Published)
    assert published.approved_by == ("bo",)
    assert published.act == "alert"
    assert desk.thread.in_force is not None
    assert desk.thread.owes_all_clear


def test_who_wrote_any_version_never_approves() -> None:
    desk = submitted()
    desk.do(Revise("chen", proposal(6)))
    desk.do(Submit("ana"))
    for author in ("ana", "chen"):
        with pytest.raises(SamePerson):
            desk.do(desk.approve(author))
    assert isinstance(desk.do(desk.approve("bo"))[0], Approved)


def test_an_edit_empties_the_approvals_and_asks_for_submission_again() -> None:
    desk = submitted()
    stale = desk.approve("bo")
    desk.do(stale)
    desk.do(Revise("ana", proposal(6)))
    refused("not-submitted", lambda: desk.do(desk.publish()))
    desk.do(Submit("ana"))
    refused("not-approved", lambda: desk.do(desk.publish()))
    refused("content-changed", lambda: desk.do(stale))


def test_a_revision_that_changes_nothing_is_none() -> None:
    desk = submitted()
    desk.do(desk.approve("bo"))
    assert desk.do(Revise("ana", proposal())) == []
    desk.do(desk.publish())


def test_what_was_returned_needs_a_new_submission_and_a_new_approval() -> None:
    desk = submitted()
    desk.do(desk.approve("bo"))
    refused("no-reason", lambda: desk.do(Return("dai", " ")))
    desk.do(Return("dai", "the depth is in feet"))
    refused("not-submitted", lambda: desk.do(desk.publish()))


def test_an_approval_says_what_was_seen_and_what_is_about_to_happen() -> None:
    desk = submitted()
    good = desk.approve("bo")
    refused("impact-not-shown", lambda: desk.do(replace(good, shown=None)))
    refused("impact-not-shown", lambda: desk.do(replace(good, shown=replace(desk.impact(), digest="other"))))
    refused("read-back", lambda: desk.do(replace(good, read_back="EXERCISE 436")))
    refused("read-back", lambda: desk.do(replace(good, read_back="ok")))


def test_a_machines_text_is_read_by_a_person_before_it_is_approved() -> None:
    desk = submitted(machine="zh-Hant")
    refused("language-unread", lambda: desk.do(desk.approve("bo")))
    desk.do(ReadLanguage("bo", "zh-Hant"))
    desk.do(desk.approve("bo"))


def test_grave_warnings_may_ask_for_two_approvers() -> None:
    desk = Desk(policy=Policy(approvers={"Severe": 2}))
    desk.do(Draft("ana", proposal()))
    desk.do(Submit("ana"))
    desk.do(desk.approve("bo"))
    desk.do(desk.approve("bo", role="liaison"))
    refused("not-approved", lambda: desk.do(desk.publish()))
    desk.do(desk.approve("chen"))
    (published,) = desk.do(desk.publish())
    assert isinstance(published, Published)
    assert published.approved_by == ("bo", "chen")


def test_an_sms_to_all_asks_for_one_more() -> None:
    desk = Desk()
    desk.do(Draft("ana", replace(proposal(), channels=(Channel("sms-all"),))))
    desk.do(Submit("ana"))
    desk.do(desk.approve("bo"))
    refused("not-approved", lambda: desk.do(desk.publish()))
    desk.do(desk.approve("chen"))
    desk.do(desk.publish())


def test_a_channel_that_is_not_used_says_why() -> None:
    desk = Desk()
    desk.do(Draft("ana", replace(proposal(), channels=(Channel("sirens", used=False),))))
    with pytest.raises(Unfit, match="sirens"):
        desk.do(Submit("ana"))


def test_ground_of_the_neighbour_asks_for_the_liaison() -> None:
    desk = submitted()
    desk.do(desk.approve("bo", overspill=("MO",)))
    refused("liaison-needed", lambda: desk.do(desk.publish()))
    desk.do(desk.approve("lin", role="liaison", overspill=("MO",)))
    desk.do(desk.publish())


def test_approvals_fade_with_a_reminder_and_age_out_aloud() -> None:
    desk = submitted(hours=40)
    desk.do(desk.approve("bo"))
    assert desk.wait(11 * HOUR) == []
    (fading,) = desk.wait(30 * MINUTE)
    assert isinstance(fading, ApprovalsFading)
    (aged,) = desk.wait(30 * MINUTE)
    assert aged == ApprovalsAged(fading.digest, ("bo",))
    refused("not-approved", lambda: desk.do(desk.publish()))


def test_an_aged_approval_does_not_count_even_when_the_clock_is_late() -> None:
    desk = submitted(hours=40)
    desk.do(desk.approve("bo"))
    desk.now += 12 * HOUR
    refused("not-approved", lambda: desk.do(desk.publish()))


def test_bytes_that_say_anything_else_do_not_go_out() -> None:
    desk = submitted()
    desk.do(desk.approve("bo"))
    content = proposal().content
    ready = outgoing(desk.thread, content, "HQ-1", desk.now)
    later = replace(ready, infos=tuple(replace(one, expires=desk.now + 20 * HOUR) for one in ready.infos))
    nowhere = replace(ready, infos=tuple(replace(one, areas=one.areas[:0]) for one in ready.infos))
    refused("not-approved-content", lambda: desk.do(Publish("ana", sealed(later))))
    with pytest.raises(Unfit, match="R35"):
        desk.do(Publish("ana", sealed(nowhere)))
    refused("not-signed", lambda: desk.do(Publish("ana", render(ready))))
    refused("wrong-sent", lambda: desk.do(Publish("ana", sealed(replace(ready, sent=desk.now - 10 * MINUTE)))))
    with pytest.raises(Unfit, match="clock"):
        desk.do(Publish("ana", sealed(replace(ready, sent=desk.now + 10 * MINUTE))))
    assert desk.thread.out == ()
    desk.do(Publish("ana", sealed(ready)))


def test_only_our_own_key_publishes_where_keys_are_pinned() -> None:
    desk = Desk(policy=Policy(pins=(key().pin,)))
    desk.do(Draft("ana", proposal()))
    desk.do(Submit("ana"))
    desk.do(desk.approve("bo"))
    ready = outgoing(desk.thread, proposal().content, "HQ-1", desk.now)
    refused("not-signed", lambda: desk.do(Publish("ana", sealed(ready))))
    refused("not-signed", lambda: desk.do(Publish("ana", sign(ready, key("ec", "SAMPLE stranger")))))
    (published,) = desk.do(Publish("ana", signed := sign(ready, key())))
    assert isinstance(published, Published)
    assert published.signed == signed


def test_nothing_of_an_exercise_goes_out_live_and_nothing_live_in_an_exercise() -> None:
    live, drill = Desk(), Desk("exercise")
    refused("wrong-space", lambda: live.do(Draft("ana", proposal(status="Exercise"))))
    refused("wrong-space", lambda: drill.do(Draft("ana", proposal())))
    drill.bring_out(proposal(status="Exercise"))
    bytes_of_drill = drill.thread.out[0].signed
    live.do(Draft("ana", proposal()))
    live.do(Submit("ana"))
    live.do(live.approve("bo"))
    refused("wrong-space", lambda: live.do(Publish("ana", bytes_of_drill)))


def test_a_drill_that_says_it_is_none_is_not_submitted() -> None:
    desk = Desk("exercise")
    drill = proposal(status="Exercise")
    infos = tuple(replace(one, description=one.description + " This is not a drill.") for one in drill.content.infos)
    desk.do(Draft("ana", replace(drill, content=replace(drill.content, infos=infos))))
    with pytest.raises(Unfit, match="drill-denied"):
        desk.do(Submit("ana"))


def test_one_person_takes_a_false_alarm_back_in_one_act() -> None:
    desk = out()
    (published,) = desk.do(Correct("ana", desk.bytes_of(desk.way_back().correction), "wrong button"))
    assert isinstance(published, Published)
    assert (published.act, published.prepared, published.approved_by) == ("correction", True, ("bo",))
    assert [one.identifier for one in published.references] == ["HQ-1"]
    assert desk.thread.out[0].state == "cancelled"
    assert not desk.thread.owes_all_clear
    refused("thread-ended", lambda: desk.do(Update("ana", proposal(6, msg_type="Update"))))
    refused("thread-ended", lambda: desk.do(Cancel("ana", b"", "again")))


def test_a_cancel_in_other_words_than_the_prepared_ones_goes_the_long_way() -> None:
    desk = out()
    other = replace(proposal(msg_type="Cancel", prepared=False, over=True).content, note="other words")
    refused("not-approved-content", lambda: desk.do(Cancel("ana", desk.bytes_of(other), "storm turned")))
    refused("no-reason", lambda: desk.do(Cancel("ana", desk.bytes_of(desk.way_back().cancel), "")))


def test_the_way_back_is_the_one_of_what_is_out_and_not_of_a_draft() -> None:
    desk = out()
    desk.do(Update("ana", proposal(6, msg_type="Update", hours=8)))
    new = proposal(6, msg_type="Update", hours=8).prepared
    assert new is not None
    refused("not-approved-content", lambda: desk.do(Cancel("dai", desk.bytes_of(new.cancel), "x")))
    _, published = desk.do(Cancel("dai", desk.bytes_of(desk.way_back().cancel), "storm turned"))
    assert desk.thread.draft is None
    assert isinstance(published, Published)


def test_without_a_way_back_nothing_is_submitted() -> None:
    desk = Desk()
    desk.do(Draft("ana", proposal(prepared=False)))
    with pytest.raises(Unfit, match="way-back"):
        desk.do(Submit("ana"))


def test_an_update_names_everything_that_has_not_expired() -> None:
    desk = out(hours=2)
    desk.wait(30 * MINUTE)
    (second,) = desk.bring_out(proposal(6, msg_type="Update", hours=4))
    assert isinstance(second, Published)
    assert [one.identifier for one in second.references] == ["HQ-1"]
    assert desk.thread.out[0].state == "superseded"
    desk.wait(30 * MINUTE)
    (third,) = desk.bring_out(proposal(7, msg_type="Update", hours=8))
    assert isinstance(third, Published)
    assert [one.identifier for one in third.references] == ["HQ-1", "HQ-2"]
    desk.wait(90 * MINUTE)
    (fourth,) = desk.bring_out(proposal(8, msg_type="Update", hours=9))
    assert isinstance(fourth, Published)
    assert [one.identifier for one in fourth.references] == ["HQ-2", "HQ-3"]


def test_an_all_clear_stays_owed_when_the_warning_has_expired() -> None:
    desk = out(hours=6)
    (reminded,) = desk.wait(6 * HOUR - 15 * MINUTE)
    assert isinstance(reminded, ExpiryReminded)
    expired, owed = desk.wait(15 * MINUTE)
    assert isinstance(expired, Expired)
    assert isinstance(owed, AllClearReminded)
    assert desk.thread.out[0].state == "expired"
    assert desk.thread.in_force is None
    (again,) = desk.wait(30 * MINUTE)
    assert isinstance(again, AllClearReminded)
    (published,) = desk.bring_out(proposal(msg_type="Update", over=True, hours=12))
    assert isinstance(published, Published)
    assert [one.identifier for one in published.references] == ["HQ-1"]
    assert desk.thread.ended == "all-clear"
    assert [one.state for one in desk.thread.out] == ["expired", "in-force"]


def test_a_clock_that_comes_late_fires_everything_once() -> None:
    desk = out(hours=6)
    late = desk.wait(24 * HOUR)
    assert [type(event) for event in late] == [ExpiryReminded, Expired, AllClearReminded]
    assert desk.wait(timedelta(0)) == []


def test_a_missing_language_never_holds_back_a_life_and_is_owed_in_ten_minutes() -> None:
    desk = out(urgent=True, lacking="pt")
    assert desk.thread.owed == ("pt",)
    assert desk.wait(9 * MINUTE) == []
    (reminded,) = desk.wait(MINUTE)
    assert isinstance(reminded, TranslationReminded)
    (published,) = desk.bring_out(proposal(urgent=True, msg_type="Update", silent=True))
    assert isinstance(published, Published)
    assert published.silent
    assert not desk.thread.owed


def test_a_silent_update_changes_nothing_but_languages() -> None:
    desk = out(urgent=True, lacking="pt")
    refused("not-silent", lambda: desk.bring_out(proposal(6, urgent=True, msg_type="Update", silent=True)))


def test_a_missing_language_holds_back_what_is_not_urgent() -> None:
    desk = Desk()
    desk.do(Draft("ana", proposal(lacking="pt")))
    with pytest.raises(Unfit, match="language-missing"):
        desk.do(Submit("ana"))


def test_one_person_breaks_the_glass_for_a_life_and_another_reviews_it() -> None:
    desk = submitted(urgent=True)
    digest = desk.digest()
    refused("no-reason", lambda: desk.do(BreakGlass("ana", digest, "")))
    refused("content-changed", lambda: desk.do(BreakGlass("ana", "other", "nobody answers")))
    desk.do(BreakGlass("ana", digest, "nobody answers, the water is here"))
    (published,) = desk.do(desk.publish())
    assert isinstance(published, Published)
    assert published.broke_glass
    assert published.approved_by == ()
    (reminded,) = desk.wait(HOUR)
    assert isinstance(reminded, ReviewReminded)
    with pytest.raises(SamePerson):
        desk.do(Review("ana", justified=True, text="it was right"))
    desk.do(Review("bo", justified=True, text="the water was there"))
    refused("no-review", lambda: desk.do(Review("bo", justified=True, text="again")))


def test_the_glass_is_for_lives_and_for_this_text_only() -> None:
    calm = submitted()
    digest = calm.digest()
    refused("no-life-at-stake", lambda: calm.do(BreakGlass("ana", digest, "in a hurry")))
    desk = submitted(urgent=True)
    desk.do(BreakGlass("ana", desk.digest(), "nobody answers"))
    desk.do(Revise("ana", proposal(6, urgent=True)))
    refused("not-submitted", lambda: desk.do(desk.publish()))


def test_the_same_is_not_said_twice_at_once() -> None:
    desk = out()
    refused("repeated", lambda: desk.bring_out(proposal(msg_type="Update")))
    desk.wait(20 * MINUTE)
    desk.do(desk.publish())


def test_a_thread_has_one_draft_and_begins_once() -> None:
    desk = Desk()
    refused("no-draft", lambda: desk.do(Submit("ana")))
    refused("nothing-out", lambda: desk.do(Update("ana", proposal(msg_type="Update"))))
    refused("nothing-out", lambda: desk.do(AllClear("ana", proposal(msg_type="Update", over=True))))
    desk.do(Draft("ana", proposal()))
    refused("draft-open", lambda: desk.do(Draft("ana", proposal())))
    desk.do(Drop("ana", "another desk has it"))
    desk.bring_out()
    refused("thread-started", lambda: desk.do(Draft("ana", proposal())))
    refused("wrong-type", lambda: desk.do(Update("ana", proposal())))
    refused("wrong-kind", lambda: desk.do(AllClear("ana", proposal(msg_type="Update"))))
    refused("nothing-prepared", lambda: Desk().do(Cancel("ana", b"", "x")))


def test_every_event_has_its_kind_for_ever() -> None:
    assert list(KINDS) == [
        "alert-drafted",
        "alert-revised",
        "alert-dropped",
        "alert-submitted",
        "alert-returned",
        "alert-language-read",
        "alert-approved",
        "alert-approvals-fading",
        "alert-approvals-aged",
        "alert-glass-broken",
        "alert-glass-reviewed",
        "alert-review-reminded",
        "alert-published",
        "alert-translation-reminded",
        "alert-expiry-reminded",
        "alert-expired",
        "alert-all-clear-reminded",
    ]
