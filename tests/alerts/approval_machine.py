"""The approval under random people, with a clerk's book beside it.

A refusal of what may pass is found as surely as the passing of what may not.
:mod:`.test_faults` breaks the code in many ways and sees this machine notice
each.
"""

from __future__ import annotations

from typing import Literal

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from .approval_clerk import Clerk, Role
from .given import HOUR, MINUTE

TEXTS = st.sampled_from([3, 5, 6, 8])
VARIANTS = st.sampled_from(["", "", "urgent", "urgent-lacking", "lacking", "machine", "short", "drill", "unprepared"])
ACTS = st.sampled_from(["update", "update", "cancel", "all-clear"])
SPOILS = ("text", "expires", "area", "status", "unsigned", "references", "identifier", "sent")
HITCHES = ("digest", "blind", "stale-impact", "read-back")


class ApprovalMachine(Clerk):
    """Acts at random."""

    # What people do --------------------------------------------------------------------------------------------

    @initialize(text=TEXTS, variant=st.sampled_from(["", "urgent", "urgent-lacking", "machine"]))
    def first(self, text: int, variant: str) -> None:
        """Begin with a draft: an empty room teaches nothing."""
        self._begin("ana", "alert", text, variant)

    @rule(to=st.sampled_from(["submitted", "approved", "out"]), text=TEXTS)
    def go_on(self, to: Literal["submitted", "approved", "out"], text: int) -> None:
        """Do what people mostly do."""
        self._drive(to, text)

    @rule(by=st.sampled_from(["ana", "chen"]), act=ACTS, text=TEXTS, variant=VARIANTS)
    def begin(self, by: str, act: str, text: int, variant: str) -> None:
        """Begin a draft of some act, also where there is one already."""
        self._begin(by, act, text, variant)

    @rule(text=TEXTS, variant=VARIANTS, submit=st.booleans(), by=st.sampled_from(["ana", "chen"]))
    def edit_what_was_approved(self, text: int, variant: str, submit: bool, by: str) -> None:
        """Edit, and try to go on as if nothing had been edited."""
        if not self._drive("approved", text):
            return
        self._revise(by, text + 1, variant)
        if submit and self.book.in_order(self.desk.now):
            self._submit(by)
        self._approve("ana")
        self._publish()

    @rule(submit=st.booleans(), reason=st.sampled_from(["wrong depth", "wrong depth", ""]))
    def return_what_was_approved(self, submit: bool, reason: str) -> None:
        """Send it back, and try to publish it all the same."""
        if not self._drive("approved", 5):
            return
        self._return(reason)
        if submit:
            self._submit("ana")
        self._publish()

    @rule(role=st.sampled_from(["officer", "liaison"]), text=TEXTS, variant=VARIANTS)
    def approve_in_every_wrong_way(self, role: Role, text: int, variant: str) -> None:
        """Approve as an author, blind, with a nod; then once rightly, and try to publish with that alone."""
        if variant == "drill" or not self._drive("submitted", text, variant):
            return
        self._approve("ana", role)
        for hitch in HITCHES:
            self._approve("bo", role, hitch=hitch)
        self._approve("bo", "officer")
        self._approve("bo", role)
        self._publish()

    @rule(text=TEXTS, asked=st.booleans())
    def reach_the_neighbour(self, text: int, asked: bool) -> None:
        """An area over the neighbour's ground needs the liaison, how many officers ever approve."""
        if self._drive("submitted", text):
            self._read()
            for who in ("bo", "chen", "dai"):
                self._approve(who, "officer", overspill=True)
            if asked:
                self._approve("lin", "liaison", overspill=True)
            self._publish()

    @rule(text=TEXTS)
    def outlive_the_first_messages(self, text: int) -> None:
        """What has expired is not named any more, and its name is not used again."""
        for n in (1, 2):
            if self.book.draft is None and self.book.out and not self.book.ended:
                self._begin("ana", "update", text + n, "short")
            if self._drive("approved", text + n, "short"):
                self._publish()
                self._wait(125 if n == 1 else 20)
        if self._drive("approved", text + 3):
            self._publish("ana", "identifier")

    @rule(text=TEXTS)
    def read_one_version_and_approve_another(self, text: int) -> None:
        """A machine's text is read anew after each edit."""
        if self._drive("draft", text):
            self._revise("ana", text, "machine")
            self._read()
            self._revise("ana", text + 1, "machine")
            self._submit("ana")
            self._approve("bo")

    @rule(hours=st.sampled_from([6, 12]), text=TEXTS, another=st.booleans())
    def let_approvals_age(self, hours: int, text: int, another: bool) -> None:
        """Approvals of yesterday do not publish today; those of this morning do."""
        if not self._drive("submitted", text, "urgent"):
            return
        self._read()
        self._approve(self._another())
        self.desk.now += 6 * HOUR
        if another and len(self.book.yes) < 3:
            self._approve(self._another())
        if hours == 12:
            self.desk.now += 6 * HOUR
            self._publish()
        self._wait(1)

    @rule(reason=st.sampled_from(["nobody answers"] * 3 + [""]), stale=st.booleans(), edit=st.booleans(), text=TEXTS)
    def break_the_glass(self, reason: str, stale: bool, edit: bool, text: int) -> None:
        """One person alone, for a life; and never for another text than this."""
        if not self._drive("draft", text, "urgent"):
            return
        self._glass("ana", reason, stale)
        if edit:
            self._revise("ana", text + 1, "urgent")
        self._publish()
        self._review("ana")

    @rule()
    def review(self) -> None:
        """Another person judges a broken glass."""
        self._review("bo")

    @rule(text=TEXTS, spoils=st.permutations(SPOILS), away=st.sampled_from([1, 20, 60]))
    def publish_in_every_wrong_way(self, text: int, spoils: list[str], away: int) -> None:
        """Publish with everything spoiled once."""
        if self._drive("approved", text):
            self._wait(away)
            for spoil in spoils:
                if self.book.draft is not None:
                    self._publish("chen", spoil)

    @rule(how=st.sampled_from(["cancel", "correction"]), spoils=st.permutations(SPOILS), meanwhile=st.booleans())
    def take_back_in_every_wrong_way(self, how: str, spoils: list[str], meanwhile: bool) -> None:
        """Withdraw with everything spoiled once, also while an update is being written."""
        if not self._drive("out", 5):
            return
        if meanwhile:
            self._begin("ana", "update", 9, "short")
        for spoil in spoils:
            self._take_back("dai", how, spoil)
        self._take_back("dai", how, swapped=True)

    @rule(how=st.sampled_from(["cancel", "correction"]), again=st.booleans())
    def take_back(self, how: str, again: bool) -> None:
        """One person takes back what is out; twice is once too often."""
        if self.book.out:
            self._take_back("dai", how)
            if again:
                self._take_back("dai", how)

    @rule(text=TEXTS)
    def say_the_same_again(self, text: int) -> None:
        """What was just said is not said again; a language is added silently, and nothing else."""
        if self._drive("out", text, "urgent-lacking") and self.book.draft is None:
            self._begin("ana", "update", text, "urgent-silent")
            if self._drive("approved", text):
                self._publish()

    @rule(steps=st.sampled_from([(0,), (-15, 15), (-15, 15, 30), (-1, 20), (90,)]))
    def sit_it_out(self, steps: tuple[int, ...]) -> None:
        """Nobody does anything about what is out: it is reminded of, it expires, its end is owed."""
        if self._drive("out", 5) and (last := self.book.in_force()) is not None:
            self._wait(int((last.expires - self.desk.now) / MINUTE) + steps[0])
            for minutes in steps[1:]:
                self._wait(minutes)

    @rule(minutes=st.sampled_from([1, 10, 105, 120, 1185, 1200]))
    def wait(self, minutes: int) -> None:
        """Time passes, and the clock comes by once."""
        self._wait(minutes)

    # Always ----------------------------------------------------------------------------------------------------

    @invariant()
    def the_book_and_the_thread_agree(self) -> None:
        """What is out, what holds, what is owed."""
        thread, book = self.desk.thread, self.book
        assert [(one.reference, one.state) for one in thread.out] == [(one.reference, one.state) for one in book.out]
        assert thread.owes_all_clear == book.owes
        assert (thread.ended is not None) == book.ended
        assert (thread.review is not None) == bool(book.review)
        assert (thread.draft is not None) == (book.draft is not None)
        assert bool(thread.owed) == book.owed
        if thread.draft is not None:
            assert {one.by for one in thread.draft.approvals} == set(book.yes)

    def teardown(self) -> None:
        """The thread is what its events say, and nothing more."""
        assert self.desk.decider.fold(self.desk.log, stream="alert/t1") == self.desk.thread
