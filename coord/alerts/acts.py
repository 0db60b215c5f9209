"""What people do with a warning: commands, imperative, and what they speak of.

Each names its person, for the log knows sessions and this room persons. What
has then happened stands in :mod:`.facts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from coord.alerts.model import Alert
from coord.events import Tick

Space = Literal["live", "exercise"]
Act = Literal["alert", "update", "cancel", "correction", "all-clear"]
Origin = Literal["written", "machine", "phrase-bank"]
Role = Literal["officer", "liaison"]


@dataclass(frozen=True, slots=True)
class Prepared:
    """The way back, written before anybody needs it: approved together with the warning (DOM-3)."""

    cancel: Alert
    correction: Alert


@dataclass(frozen=True, slots=True)
class Channel:
    """A way out. One that is not used says why (DOM-7)."""

    name: str
    used: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """All that an approval stands for.

    ``kind`` is one of :data:`coord.alerts.compose.kinds.KINDS`; ``origins``
    says by language where the text comes from, ``written`` when nothing is
    said. ``silent``: only a language is added, nobody's phone rings again.
    """

    content: Alert
    kind: str
    prepared: Prepared | None = None
    origins: Mapping[str, Origin] = field(default_factory=dict)
    channels: tuple[Channel, ...] = ()
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Impact:
    """What an approver was shown of the proposal ``digest``: whom it reaches, and what is there already.

    ``overspill`` names other legal regimes that the area touches.
    """

    digest: str
    people: int
    points: int = 0
    shelters: int = 0
    overspill: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    in_force: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """Begin a thread with the draft of a first warning."""

    by: str
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class Update:
    """Draft a change of the warning in force, or its withdrawal in other words than the prepared ones."""

    by: str
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class AllClear:
    """Draft the message that says it is over."""

    by: str
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class Revise:
    """Change the draft. Every approval of it is gone."""

    by: str
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class Drop:
    """Give the draft up."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Submit:
    """Ask for approval."""

    by: str


@dataclass(frozen=True, slots=True)
class Return:
    """Send the draft back to its authors, with the reason."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReadLanguage:
    """Say that one has read the text of a language that a machine wrote."""

    by: str
    language: str


@dataclass(frozen=True, slots=True)
class Approve:
    """Approve the proposal with this digest, having been shown its impact, and typed what is about to happen."""

    by: str
    digest: str
    shown: Impact | None
    read_back: str
    role: Role = "officer"


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """Send without the second person, because a life is at stake; it will be reviewed."""

    by: str
    digest: str
    reason: str


@dataclass(frozen=True, slots=True)
class Review:
    """Judge a broken glass afterwards."""

    by: str
    justified: bool
    text: str


@dataclass(frozen=True, slots=True)
class Publish:
    """Send out the approved draft; ``signed`` are the very bytes, signed and verified by the shell."""

    by: str
    signed: bytes


@dataclass(frozen=True, slots=True)
class Cancel:
    """Withdraw the warning in force with the prepared text. One person may."""

    by: str
    signed: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class Correct:
    """Say with the prepared text that it was a false alarm. One person may."""

    by: str
    signed: bytes
    reason: str


Command = (
    Draft
    | Update
    | AllClear
    | Revise
    | Drop
    | Submit
    | Return
    | ReadLanguage
    | Approve
    | BreakGlass
    | Review
    | Publish
    | Cancel
    | Correct
    | Tick
)
