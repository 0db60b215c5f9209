"""Single acts on one thread, each looked up in the book first: it must pass exactly when the book says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from hypothesis.stateful import RuleBasedStateMachine

from coord.alerts import acts, facts
from coord.alerts.acts import Impact
from coord.alerts.check import parse
from coord.alerts.model import Alert, MsgType, Reference, strip
from coord.alerts.thread import Policy, digest
from coord.alerts.xml.writing import render
from coord.errors import CoordError, Refused, Unfit
from coord.events import Tick

from .approval_book import Book, Yes
from .desk import Desk, proposal, sealed
from .given import HOUR, MINUTE, NOON

TYPES: dict[str, MsgType] = {"alert": "Alert", "update": "Update", "cancel": "Cancel", "all-clear": "Update"}
BEGINNINGS: dict[str, type[acts.Draft | acts.Update | acts.AllClear]] = {
    "alert": acts.Draft,
    "all-clear": acts.AllClear,
}
Role = Literal["officer", "liaison"]


class Clerk(RuleBasedStateMachine):
    """Acts, and the book beside them. No rules here."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk(policy=Policy(approvers={"Extreme": 2}))
        self.book = Book()

    def attempt(self, wish: acts.Command, may: bool) -> Sequence[facts.Event] | None:
        """Do *wish*; it must pass exactly when it *may*. None when it was refused."""
        why: CoordError | None = None
        events: Sequence[facts.Event] | None = None
        try:
            events = self.desk.do(wish)
        except (Refused, Unfit) as refusal:
            why = refusal
        assert (why is None) == may, f"{type(wish).__name__} {f'should have passed: {why}' if why else 'passed'}"
        return events

    # Single acts, each against the book ------------------------------------------------------------------------

    def _proposal(self, act: str, text: int, variant: str) -> acts.Proposal:
        return proposal(
            text,
            msg_type=TYPES[act],
            urgent=variant.startswith("urgent"),
            lacking="pt" if variant.endswith("lacking") else "",
            machine="zh-Hant" if variant == "machine" else "",
            hours=int((self.desk.now - NOON) / HOUR) + (2 if variant == "short" else 20),
            status="Exercise" if variant == "drill" else "Actual",
            prepared=variant != "unprepared",
            silent=variant == "urgent-silent",
            over=act == "all-clear",
        )

    def _begin(self, by: str, act: str, text: int, variant: str) -> None:
        book = self.book
        wish = self._proposal(act, text, variant)
        may = book.draft is None and not book.ended and bool(book.out) == (act != "alert") and variant != "drill"
        if self.attempt(BEGINNINGS.get(act, acts.Update)(by, wish), may) is not None:
            book.draft, book.act, book.authors = wish, act, {by}
            book.forget()

    def _revise(self, by: str, text: int, variant: str) -> None:
        wish = self._proposal(self.book.act, text, variant)
        if self.attempt(acts.Revise(by, wish), variant != "drill") and wish != self.book.draft:
            self.book.draft = wish
            self.book.authors.add(by)
            self.book.forget()

    def _submit(self, by: str) -> None:
        may = self.book.submitted or self.book.in_order(self.desk.now)
        if self.attempt(acts.Submit(by), may) is not None:
            self.book.submitted = True

    def _return(self, reason: str) -> None:
        book = self.book
        if self.attempt(acts.Return("dai", reason), book.submitted and bool(reason)) is not None:
            read = book.read
            book.forget()
            book.read = read

    def _read(self) -> None:
        self.attempt(acts.ReadLanguage("bo", "zh-Hant"), may=True)
        self.book.read.add("zh-Hant")

    def _approve(self, by: str, role: Role = "officer", overspill: bool = False, hitch: str = "") -> None:
        book = self.book
        right = digest(book.work)
        shown = Impact("elsewhere" if hitch == "stale-impact" else right, 436, overspill=("MO",) if overspill else ())
        of = "elsewhere" if hitch == "digest" else right
        typed = "yes" if hitch == "read-back" else "LIVE 436"
        wish = acts.Approve(by, of, None if hitch == "blind" else shown, typed, role)
        may = book.submitted and by not in book.authors and not hitch and not book.unread()
        if self.attempt(wish, may):
            book.faded = book.faded and bool(set(book.yes) - {by})
            book.yes[by] = Yes(self.desk.now, role, overspill)

    def _glass(self, by: str, reason: str = "nobody answers", stale: bool = False) -> None:
        book, now = self.book, self.desk.now
        urgent = book.work.content.infos[0].urgency == "Immediate"
        of = "elsewhere" if stale else digest(book.work)
        if self.attempt(acts.BreakGlass(by, of, reason), urgent and bool(reason) and not stale and book.in_order(now)):
            book.glass, book.review, book.review_at = True, by, now + HOUR

    def _review(self, by: str) -> None:
        may = bool(self.book.review) and by != self.book.review
        if self.attempt(acts.Review(by, True, "it was right"), may) is not None:
            self.book.review = ""

    def _bytes(self, content: Alert, spoil: str) -> bytes:
        """The bytes of *content* as they should be, or spoiled in one way."""
        now, name = self.desk.now, self.desk.next_name()
        if spoil == "identifier" and self.book.out:
            named = self.book.references(now)
            used = [one.reference for one in self.book.out]
            name = next((one for one in used if one not in named), used[0]).identifier
        references = self.book.references(now)
        if spoil == "references":
            references = references[1:] or (() if references else (Reference(content.sender, "HQ-0", now - HOUR),))
        whole = replace(content, identifier=name, sent=now, references=references)
        first = whole.infos[0]
        if spoil == "sent":
            whole = replace(whole, sent=now - 6 * MINUTE)
        elif spoil == "text":
            whole = replace(whole, infos=(replace(first, headline=first.headline + " "), *whole.infos[1:]))
        elif spoil == "expires":
            later = tuple(replace(one, expires=one.expires + HOUR) for one in whole.infos if one.expires)
            whole = replace(whole, infos=later)
        elif spoil == "area":
            less = replace(first, areas=(replace(first.areas[0], polygons=first.areas[0].polygons * 2),))
            whole = replace(whole, infos=(less, *whole.infos[1:]))
        elif spoil == "status":
            whole = replace(whole, status="Exercise", note="SAMPLE drill")
        return render(whole) if spoil == "unsigned" else sealed(whole)

    def _publish(self, by: str = "ana", spoil: str = "") -> None:
        book, wish, now = self.book, self.book.work, self.desk.now
        raw = self._bytes(wish.content, spoil)
        sound = not spoil or (spoil == "identifier" and not book.out)
        may = book.approved(now) and sound and book.worth_saying(now) and book.on_time(now)
        if (events := self.attempt(acts.Publish(by, raw), may)) is None:
            return
        event = self._out(events[-1], wish.content, raw)
        assert set(event.approved_by) == set(book.standing(now)) - book.authors
        assert event.broke_glass == book.glass
        ends = book.act in ("cancel", "all-clear")
        lacking = len(wish.content.infos) < 4
        book.draft, book.owes, book.back = None, True, wish
        book.owed, book.owed_at = lacking, now + 10 * MINUTE
        book.sent(event, wish.content, ends=ends)
        assert bool(event.owed) == lacking

    def _out(self, event: object, content: Alert, raw: bytes) -> facts.Published:
        """What must be true of every message that goes out."""
        now, book = self.desk.now, self.book
        assert isinstance(event, facts.Published)
        assert event.signed == raw
        assert strip(parse(raw)) == strip(content)
        assert event.references == book.references(now)
        assert event.identifier not in [one.reference.identifier for one in book.out]
        assert abs(event.sent - now) <= 5 * MINUTE
        assert event.expires > now
        return event

    def _take_back(self, by: str, how: str, spoil: str = "", swapped: bool = False) -> None:
        book, now = self.book, self.desk.now
        ready = book.back.prepared if book.back is not None else None
        texts = ready or proposal().prepared
        assert texts is not None
        content = texts.cancel if (how == "cancel") != swapped else texts.correction
        verb = acts.Cancel if how == "cancel" else acts.Correct
        sound = not swapped and (not spoil or (spoil == "identifier" and not book.out))
        may = ready is not None and not book.ended and sound and content.expires is not None and content.expires > now
        raw = self._bytes(content, spoil)
        if (events := self.attempt(verb(by, raw, "storm turned"), may)) is None:
            return
        assert [type(event) for event in events] == [facts.Dropped] * (book.draft is not None) + [facts.Published]
        event = self._out(events[-1], content, raw)
        book.draft = None
        book.sent(event, content, ends=True)

    def _wait(self, minutes: int) -> None:
        self.desk.now += minutes * MINUTE
        got = self.desk.do(Tick(self.desk.now))
        assert sorted(type(event).__name__ for event in got) == sorted(self.book.due(self.desk.now))
        assert self.desk.do(Tick(self.desk.now)) == []

    def _drive(self, to: Literal["draft", "submitted", "approved", "out"], text: int, variant: str = "") -> bool:
        """Do the next right thing until the thread is there; whether it is."""
        book = self.book
        for _ in range(12):
            if to == "out" and book.in_force() is not None:
                return True
            if book.draft is None:
                if book.ended:
                    return False
                self._begin("ana", "update" if book.out else "alert", text, variant)
            elif to == "draft":
                return True
            elif not book.submitted:
                self._submit("ana")
                if not book.submitted:
                    self._revise("ana", text, variant if variant != "unprepared" else "")
            elif to == "submitted":
                return True
            elif not book.approved(self.desk.now):
                self._read()
                self._approve(self._another(), "liaison")
            elif to == "approved":
                return True
            else:
                self._publish()
        return False

    def _another(self) -> str:
        return next(
            one for one in ("bo", "chen", "dai", "eva", "fu", "gil") if one not in {*self.book.authors, *self.book.yes}
        )
