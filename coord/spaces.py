"""What a space says about itself on its own log: which world it is, how its clock runs, which reactions it runs.

A *space* is one world: the live one, or an exercise. Each has its own chain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, assert_never

from coord.errors import Refused
from coord.events import Clocks, Decider, StreamId, Tick

Mode = Literal["live", "exercise"]

SPACE = StreamId("space/main")
"""Every space has this one stream about itself."""


# -- commands: imperative


@dataclass(frozen=True, slots=True)
class OpenSpace:
    """Say once what this space is."""

    name: str
    mode: Mode
    jurisdiction: str


@dataclass(frozen=True, slots=True)
class StartClock:
    """Let the virtual clock of an exercise run from ``virtual`` at ``speed`` virtual seconds a second."""

    virtual: datetime
    speed: float
    by: str


@dataclass(frozen=True, slots=True)
class PauseClock:
    """Stop the virtual clock at ``virtual``."""

    virtual: datetime
    by: str


@dataclass(frozen=True, slots=True)
class AdoptPolicy:
    """Let the reaction ``policy`` begin with the event after ``position``."""

    policy: str
    position: int


@dataclass(frozen=True, slots=True)
class NoteRefusal:
    """Put on record that a reaction was refused."""

    policy: str
    cause: int
    target: str
    code: str
    sentence: str


Command = OpenSpace | StartClock | PauseClock | AdoptPolicy | NoteRefusal | Tick


# -- events: past tense


@dataclass(frozen=True, slots=True)
class SpaceOpened:
    """This log is the world ``name``."""

    name: str
    mode: Mode
    jurisdiction: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ClockStarted:
    """From ``virtual`` on, the exercise's time runs at ``speed``."""

    virtual: datetime
    speed: float
    by: str


@dataclass(frozen=True, slots=True)
class ClockPaused:
    """The exercise's time stands at ``virtual``."""

    virtual: datetime
    by: str


@dataclass(frozen=True, slots=True)
class PolicyAdopted:
    """The reaction ``policy`` runs from the event after ``position`` on; what came before was not its business."""

    policy: str
    position: int


@dataclass(frozen=True, slots=True)
class ReactionRefused:
    """What ``policy`` wanted because of event ``cause`` was refused; somebody must look."""

    policy: str
    cause: int
    target: str
    code: str
    sentence: str
    at: datetime


Event = SpaceOpened | ClockStarted | ClockPaused | PolicyAdopted | ReactionRefused

KINDS: Mapping[str, type] = {
    "space-opened": SpaceOpened,
    "clock-started": ClockStarted,
    "clock-paused": ClockPaused,
    "policy-adopted": PolicyAdopted,
    "reaction-refused": ReactionRefused,
}


@dataclass(slots=True)
class Space:
    """The space as it stands."""

    name: str = ""
    mode: Mode = "live"
    jurisdiction: str = ""
    running: bool = False
    virtual: datetime | None = None
    speed: float = 1.0
    policies: dict[str, int] = field(default_factory=dict)
    refusals: list[ReactionRefused] = field(default_factory=list)
    clocks: Clocks = field(default_factory=Clocks)


def decide(state: Space, command: Command, at: datetime) -> Sequence[Event]:
    """Return what follows from *command*; exercises alone have a clock that can be set."""
    match command:
        case OpenSpace(name, mode, jurisdiction):
            if state.name:
                if (name, mode) != (state.name, state.mode):
                    raise Refused(f"this log is the {state.mode} space {state.name} and stays it", "space-fixed")
                return []
            return [SpaceOpened(name, mode, jurisdiction, at)]
        case StartClock(virtual, speed, by):
            _exercise(state)
            if not 0 < speed <= 10_000:
                raise Refused(f"a clock cannot run at {speed} times; give a speed above 0 and up to 10000", "bad-speed")
            if state.virtual is not None and virtual < state.virtual:
                raise Refused("an exercise's clock never goes back", "clock-back")
            return [ClockStarted(virtual, speed, by)]
        case PauseClock(virtual, by):
            _exercise(state)
            return [ClockPaused(virtual, by)] if state.running else []
        case AdoptPolicy(policy, position):
            return [] if policy in state.policies else [PolicyAdopted(policy, position)]
        case NoteRefusal(policy, cause, target, code, sentence):
            return [ReactionRefused(policy, cause, target, code, sentence, at)]
        case Tick():
            return []
        case _:
            assert_never(command)


def _exercise(state: Space) -> None:
    if state.mode != "exercise":
        raise Refused("live time is nobody's to set", "live-clock")


def evolve(state: Space, event: Event) -> Space:
    """Return *state* after *event*, changed in place."""
    match event:
        case SpaceOpened(name, mode, jurisdiction):
            state.name, state.mode, state.jurisdiction = name, mode, jurisdiction
        case ClockStarted(virtual, speed):
            state.running, state.virtual, state.speed = True, virtual, speed
        case ClockPaused(virtual):
            state.running, state.virtual = False, virtual
        case PolicyAdopted(policy, position):
            state.policies[policy] = position
        case ReactionRefused():
            state.refusals = [*state.refusals[-49:], event]
        case _:
            assert_never(event)
    return state


DECIDER: Decider[Space, Command, Event] = Decider(
    room="space",
    initial=lambda _: Space(),
    decide=decide,
    evolve=evolve,
    clocks=lambda state: state.clocks,
    kinds=KINDS,
    state=Space,
)
