"""A duty desk for tests: holds the state of one thread, and the people, texts and bytes around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from coord.alerts.acts import (
    AllClear,
    Approve,
    Command,
    Draft,
    Impact,
    Prepared,
    Proposal,
    Publish,
    Space,
    Submit,
    Update,
)
from coord.alerts.compose.template import Template
from coord.alerts.decide import decider, read_back
from coord.alerts.facts import Event
from coord.alerts.model import Alert, MsgType, Named
from coord.alerts.publishing import outgoing
from coord.alerts.thread import Policy, Thread
from coord.alerts.xml.writing import render
from coord.events import Tick

from .given import HOUR, NOON, SURGE, TEXTS, draft

SEAL = (
    b'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:Reference URI=""><ds:Transforms>'
    b'<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/></ds:Transforms>'
    b"</ds:Reference></ds:SignedInfo></ds:Signature></alert>"
)
"""The shape of a signature, for tests that are not about keys."""


def sealed(alert: Alert) -> bytes:
    """The bytes of *alert* with something in the place of a signature."""
    return render(alert).removesuffix(b"</alert>") + SEAL


GONE = {
    "zh-Hans": {"event": "解除", "headline": "预警取消", "description": "不会发生。", "instruction": "可以恢复正常。"},
    "zh-Hant": {"event": "解除", "headline": "預警取消", "description": "不會發生。", "instruction": "可以恢復正常。"},
    "pt": {
        "event": "Cancelado",
        "headline": "O aviso foi cancelado",
        "description": "Não vai acontecer.",
        "instruction": "Pode voltar ao normal.",
    },
    "en": {
        "event": "Cancelled",
        "headline": "The warning is cancelled",
        "description": "It will not happen.",
        "instruction": "You may go back to normal.",
    },
}
FALSE = {
    language: {**fields, "headline": word}
    for (language, fields), word in zip(
        GONE.items(),
        ("更正：警报是误发", "更正：警報是誤發", "Correção: foi um erro", "Correction: it was a mistake"),
        strict=True,
    )
}


def back(
    template: Template, texts: dict[str, dict[str, str]], msg_type: MsgType, expires: datetime, status: str
) -> Alert:
    """A prepared text that takes *template*'s warning back."""
    calm = replace(template, responses=("AllClear",), urgency="Past", severity="Minor")
    return draft(
        NOON, template=calm, texts=texts, msg_type=msg_type, expires=expires, status=status, note=_note(status)
    )


def _note(status: str) -> str:
    return "SAMPLE drill 7" if status == "Exercise" else ""


@cache
def proposal(
    text: int = 0,
    *,
    msg_type: MsgType = "Alert",
    urgent: bool = False,
    lacking: str = "",
    machine: str = "",
    hours: int = 6,
    status: str = "Actual",
    prepared: bool = True,
    silent: bool = False,
    over: bool = False,
) -> Proposal:
    """A proposal in one of many variants; *text* chooses the depth of the water, *over* makes it an all-clear."""
    template = replace(SURGE, urgency="Immediate", severity="Extreme") if urgent else SURGE
    words = GONE if over else TEXTS
    texts = {
        language: {field: say.replace("1.5", f"1.{text}").replace("1,5", f"1,{text}") for field, say in fields.items()}
        for language, fields in words.items()
        if language != lacking
    }
    if status == "Exercise":
        drill = {"zh-Hans": "演习 ", "zh-Hant": "演習 ", "pt": "EXERCÍCIO ", "en": "EXERCISE "}
        texts = {one: {**fields, "headline": drill[one] + fields["headline"]} for one, fields in texts.items()}
    expires = NOON + hours * HOUR
    parameters: Sequence[Named] = ()
    kind = "evacuation"
    if over:
        template = replace(template, responses=("AllClear",), urgency="Past", severity="Minor")
        kind, parameters = "all-clear", (Named("ends", "warning"),)
    content = draft(
        NOON,
        template=template,
        texts=texts,
        msg_type=msg_type,
        expires=expires,
        status=status,
        parameters=parameters,
        note=_note(status),
    )
    ready = None
    if prepared and not over and msg_type != "Cancel":
        ready = Prepared(
            back(template, GONE, "Cancel", expires + HOUR, status),
            back(template, FALSE, "Update", expires + HOUR, status),
        )
    origins = {machine: "machine"} if machine else {}
    return Proposal(content, kind, ready, origins, silent=silent)  # type: ignore[arg-type]


class Desk:
    """One thread and the time; every accepted command is folded in."""

    def __init__(self, space: Space = "live", policy: Policy | None = None) -> None:
        self.space: Space = space
        self.decider = decider(space, policy)
        self.thread: Thread = self.decider.fold([], stream="alert/t1")
        self.now = NOON
        self.log: list[Event] = []
        self.count = 0

    def do(self, wish: Command) -> Sequence[Event]:
        """Decide *wish* now and fold what follows; may raise."""
        events = self.decider.decide(self.thread, wish, self.now)
        for event in events:
            self.thread = self.decider.evolve(self.thread, event)
        self.log += events
        return events

    def wait(self, time: timedelta) -> Sequence[Event]:
        """Let *time* pass and the clock tick once."""
        self.now += time
        return self.do(Tick(self.now))

    def impact(self, people: int = 436, overspill: tuple[str, ...] = ()) -> Impact:
        """What the map shows of the draft."""
        assert self.thread.draft is not None
        return Impact(self.thread.draft.digest, people, overspill=overspill)

    def approve(self, by: str = "bo", role: str = "officer", overspill: tuple[str, ...] = ()) -> Approve:
        """An approval with all that it needs."""
        shown = self.impact(overspill=overspill)
        return Approve(by, shown.digest, shown, read_back(self.space, shown), role)  # type: ignore[arg-type]

    def way_back(self) -> Prepared:
        """The cancel and correction that are ready."""
        assert self.thread.way_back is not None
        return self.thread.way_back.prepared

    def digest(self) -> str:
        """What an approval of the draft binds to."""
        assert self.thread.draft is not None
        return self.thread.draft.digest

    def next_name(self) -> str:
        """A new identifier."""
        self.count += 1
        return f"HQ-{self.count}"

    def bytes_of(self, content: Alert) -> bytes:
        """The sealed bytes that would go out now with *content*."""
        return sealed(outgoing(self.thread, content, self.next_name(), self.now))

    def publish(self, by: str = "ana") -> Publish:
        """Publish the draft as it stands."""
        assert self.thread.draft is not None
        return Publish(by, self.bytes_of(self.thread.draft.proposal.content))

    def bring_out(self, wish: Proposal | None = None, author: str = "ana", approver: str = "bo") -> Sequence[Event]:
        """Draft, submit, approve, publish."""
        chosen = wish or proposal()
        begin: Command = Draft(author, chosen)
        if chosen.kind == "all-clear":
            begin = AllClear(author, chosen)
        elif self.thread.out:
            begin = Update(author, chosen)
        self.do(begin)
        self.do(Submit(author))
        self.do(self.approve(approver))
        return self.do(self.publish(author))
