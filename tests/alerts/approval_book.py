"""What a careful clerk would write down about a warning, knowing the laws and not the code."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from coord.alerts.acts import Proposal
from coord.alerts.facts import Published
from coord.alerts.model import Alert, Reference

from .given import HOUR, MINUTE, NOON

STANDS = timedelta(hours=12)


@dataclass
class Yes:
    """One approval in the book."""

    at: datetime
    role: str
    overspill: bool


@dataclass
class Message:
    """One message that is out."""

    reference: Reference
    expires: datetime
    content: Alert
    state: str = "in-force"
    reminded: bool = False


@dataclass
class Book:
    """The state of the thread in the clerk's hand."""

    draft: Proposal | None = None
    act: str = ""
    authors: set[str] = field(default_factory=set)
    submitted: bool = False
    yes: dict[str, Yes] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)
    glass: bool = False
    faded: bool = False
    review: str = ""
    review_at: datetime = NOON
    out: list[Message] = field(default_factory=list)
    back: Proposal | None = None
    ended: bool = False
    owes: bool = False
    clear_at: datetime | None = None
    owed: bool = False
    owed_at: datetime = NOON

    @property
    def work(self) -> Proposal:
        """The draft, where there is one."""
        assert self.draft is not None
        return self.draft

    def forget(self) -> None:
        """An edit: whatever was said of the text before is void."""
        self.submitted, self.yes, self.read, self.glass, self.faded = False, {}, set(), False, False

    def in_force(self) -> Message | None:
        """The message that holds."""
        return next((one for one in reversed(self.out) if one.state == "in-force"), None)

    def references(self, at: datetime) -> tuple[Reference, ...]:
        """What the next message must name."""
        alive = tuple(one.reference for one in self.out if one.expires > at and one.state != "cancelled")
        return alive or tuple(one.reference for one in self.out[-1:])

    # What may be done ------------------------------------------------------------------------------------------

    def in_order(self, now: datetime) -> bool:
        """Whether the draft may be put before a second person."""
        infos = self.work.content.infos
        unprepared = self.work.prepared is None and self.act in ("alert", "update")
        return not unprepared and (infos[0].urgency == "Immediate" or len(infos) == 4) and self.on_time(now)

    def on_time(self, now: datetime) -> bool:
        """Whether the draft would not have expired when it goes out."""
        expires = self.work.content.expires
        return expires is not None and expires > now

    def unread(self) -> bool:
        """Whether a machine's text has been read by nobody."""
        return any(language not in self.read for language in self.work.origins)

    def standing(self, now: datetime) -> dict[str, Yes]:
        """The approvals that still count."""
        return {who: yes for who, yes in self.yes.items() if yes.at + STANDS > now}

    def approved(self, now: datetime) -> bool:
        """Whether enough people stand for the draft."""
        yes = self.standing(now).values()
        wanted = 2 if self.work.content.infos[0].severity == "Extreme" else 1
        liaison = not any(one.overspill for one in yes) or any(one.role == "liaison" for one in yes)
        return self.glass or (self.submitted and len(yes) >= wanted and liaison)

    def worth_saying(self, now: datetime) -> bool:
        """Not the same again within a quarter of an hour; a silent one only adds languages."""
        last = self.in_force()
        if last is None:
            return not self.work.silent
        infos = self.work.content.infos
        again = last.content.infos == infos and now - last.reference.sent < 15 * MINUTE
        return not again and (not self.work.silent or all(info in infos for info in last.content.infos))

    # What has happened -----------------------------------------------------------------------------------------

    def sent(self, event: Published, content: Alert, *, ends: bool) -> None:
        """A message is out."""
        if (before := self.in_force()) is not None:
            before.state = "cancelled" if ends else "superseded"
        reference = Reference(event.sender, event.identifier, event.sent)
        self.out.append(Message(reference, event.expires, content))
        self.clear_at = None
        if ends:
            self.ended, self.owes, self.back, self.owed = True, False, None, False

    def due(self, now: datetime) -> list[str]:
        """What the clock must bring now, written down as done."""
        due = self._aged(now) if self.draft is not None else []
        last = self.in_force()
        if last is not None and not last.reminded and not self.ended and last.expires - now <= 15 * MINUTE:
            last.reminded = True
            due.append("ExpiryReminded")
        if self.owed and self.owed_at <= now and not (last is not None and last.expires <= self.owed_at):
            self.owed_at = now + 10 * MINUTE
            due.append("TranslationReminded")
        if last is not None and last.expires <= now:
            last.state, self.owed = "expired", False
            due.append("Expired")
            if self.owes:
                self.clear_at = last.expires
        if self.owes and self.clear_at is not None and self.clear_at <= now:
            self.clear_at = now + 30 * MINUTE
            due.append("AllClearReminded")
        if self.review and self.review_at <= now:
            self.review_at = now + HOUR
            due.append("ReviewReminded")
        return due

    def _aged(self, now: datetime) -> list[str]:
        due: list[str] = []
        while self.yes:
            until = min(yes.at for yes in self.yes.values()) + STANDS
            if not self.faded and until - 30 * MINUTE <= now:
                self.faded = True
                due.append("ApprovalsFading")
            elif until <= now:
                self.yes, self.faded = self.standing(now), False
                due.append("ApprovalsAged")
            else:
                break
        return due
