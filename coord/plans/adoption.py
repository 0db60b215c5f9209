"""How a set of plans comes into force: proposed, commented, checked, previewed, approved by another person, adopted.

Pure: the shell runs the check and the preview and tells the numbers; it stores
the content by digest before it proposes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from coord.errors import NotFound, Refused
from coord.events import Clocks, Decider, StreamId, Tick
from coord.plans.versions import (
    KINDS,
    AdoptVersion,
    ApproveVersion,
    CommentOnVersion,
    ExplainRemovals,
    PlanEvaluationFellDue,
    PlanRemovalsExplained,
    PlansCommand,
    PlanSetAdopted,
    PlanSetApproved,
    PlanSetChecked,
    PlanSetCommented,
    PlanSetEvaluated,
    PlanSetPreviewed,
    PlanSetProposed,
    PlanSetTookEffect,
    PlanSetWithdrawn,
    PlansEvent,
    ProposeVersion,
    RecordCheck,
    RecordEvaluation,
    RecordPreview,
    WithdrawVersion,
)


@dataclass(slots=True)
class Proposal:
    """A content of the set on its way; *closed* once it was adopted or taken back."""

    digest: str
    by: str
    base: str
    removed: frozenset[str]
    explained: set[str] = field(default_factory=set)
    comments: list[PlanSetCommented] = field(default_factory=list)
    checked: PlanSetChecked | None = None
    previewed: PlanSetPreviewed | None = None
    approvals: set[str] = field(default_factory=set)
    closed: str = ""


@dataclass(slots=True)
class Versions:
    """All that became of a set of plans: proposals by digest, adopted versions in order, what is waited for."""

    name: str
    proposals: dict[str, Proposal] = field(default_factory=dict)
    adopted: list[PlanSetAdopted] = field(default_factory=list)
    evaluated: set[str] = field(default_factory=set)
    clocks: Clocks = field(default_factory=Clocks)

    def in_force(self, at: datetime) -> PlanSetAdopted | None:
        """Return the version that is in force at *at*: the last of those whose date has come."""
        come = [version for version in self.adopted if version.in_force <= at]
        return max(come, key=lambda version: (version.in_force, version.number), default=None)

    @property
    def latest(self) -> str:
        """The digest that was adopted last, empty before the first."""
        return self.adopted[-1].digest if self.adopted else ""


def decide(state: Versions, command: PlansCommand, at: datetime) -> Sequence[PlansEvent]:
    """Return what follows from *command*, or raise :exc:`coord.errors.Refused`."""
    match command:
        case ProposeVersion():
            return _propose(state, command, at)
        case ExplainRemovals(digest, by, duties, note):
            proposal = _open(state, digest)
            if unknown := set(duties) - proposal.removed:
                raise Refused(f"{', '.join(sorted(unknown))} is not gone from this version", "not-removed")
            return [PlanRemovalsExplained(digest, by, duties, note)] if set(duties) - proposal.explained else []
        case CommentOnVersion(digest, by, unit, agrees, note):
            _open(state, digest)
            return [PlanSetCommented(digest, by, unit, agrees, note)]
        case RecordCheck(digest, by, errors, warnings):
            _open(state, digest)
            return [PlanSetChecked(digest, by, errors, warnings)]
        case RecordPreview(digest, by, groups, added, changed, gone):
            _open(state, digest)
            return [PlanSetPreviewed(digest, by, groups, added, changed, gone)]
        case ApproveVersion(digest, by):
            return _approve(_open(state, digest), by)
        case AdoptVersion():
            return _adopt(state, command, at)
        case WithdrawVersion(digest, by):
            _open(state, digest)
            return [PlanSetWithdrawn(digest, by)]
        case RecordEvaluation(digest, by, note):
            return _evaluate(state, digest, by, note)
        case Tick(now):
            return _tick(state, now)
        case _:
            assert_never(command)


def _propose(state: Versions, command: ProposeVersion, at: datetime) -> Sequence[PlansEvent]:
    known = state.proposals.get(command.digest)
    if known is not None and not known.closed:
        return []
    if command.digest == state.latest:
        raise Refused("this is the version that was adopted last; nothing would change", "same-plans")
    if command.base != state.latest:
        raise Refused("another version was adopted since this one was begun; compare with it first", "stale-base")
    return [PlanSetProposed(command.digest, command.by, command.base, command.removed, at)]


def _approve(proposal: Proposal, by: str) -> Sequence[PlansEvent]:
    if by == proposal.by:
        raise Refused(f"{by} proposed this version, so another person must approve it", "same-person")
    _must_be_sound(proposal)
    return [] if by in proposal.approvals else [PlanSetApproved(proposal.digest, by)]


def _adopt(state: Versions, command: AdoptVersion, at: datetime) -> Sequence[PlansEvent]:
    proposal = _open(state, command.digest)
    if proposal.base != state.latest:
        raise Refused("another version was adopted since this one was proposed; compare with it first", "stale-base")
    _must_be_sound(proposal)
    if gone := proposal.removed - proposal.explained:
        raise Refused(f"nobody has said why these duties are gone: {', '.join(sorted(gone))}", "removed-without-reason")
    if not proposal.approvals:
        raise Refused("a second person must approve this version", "not-approved")
    document = command.document.strip()
    if not document or any(version.document == document for version in state.adopted):
        raise Refused("a version is adopted under a document number of its own", "no-document")
    if command.in_force < at:
        raise Refused("a version cannot come into force in the past", "in-force-past")
    if command.evaluate_by <= command.in_force:
        raise Refused("the evaluation is owed after the version has come into force", "evaluation-date")
    number = len(state.adopted) + 1
    adopted = PlanSetAdopted(command.digest, command.by, number, document, command.in_force, command.evaluate_by)
    effect = [PlanSetTookEffect(command.digest, number, at)] if command.in_force == at else []
    return [adopted, *effect]


def _must_be_sound(proposal: Proposal) -> None:
    if proposal.checked is None:
        raise Refused("this version has not been checked", "not-checked")
    if proposal.checked.errors:
        raise Refused(f"the check of this version found {proposal.checked.errors} errors", "check-has-errors")
    if proposal.previewed is None:
        raise Refused("nobody has looked at what this version changes for whom", "not-previewed")


def _evaluate(state: Versions, digest: str, by: str, note: str) -> Sequence[PlansEvent]:
    if all(version.digest != digest for version in state.adopted):
        raise NotFound(f"no version {digest[:12]} was adopted")
    return [] if digest in state.evaluated else [PlanSetEvaluated(digest, by, note)]


def _tick(state: Versions, now: datetime) -> Sequence[PlansEvent]:
    events: list[PlansEvent] = []
    for deadline in state.clocks.due(now):
        what, _, number = deadline.key.partition("/")
        version = state.adopted[int(number) - 1]
        if what == "in-force":
            events.append(PlanSetTookEffect(version.digest, version.number, deadline.due))
        else:
            events.append(PlanEvaluationFellDue(version.digest, version.number, deadline.due))
    return events


def _open(state: Versions, digest: str) -> Proposal:
    proposal = state.proposals.get(digest)
    if proposal is None:
        raise NotFound(f"no version {digest[:12]} was proposed")
    if proposal.closed:
        raise Refused(f"this version was {proposal.closed}", "version-closed")
    return proposal


def evolve(state: Versions, event: PlansEvent) -> Versions:
    """Return *state* after *event*; the fold owns the state, so it is changed in place."""
    match event:
        case PlanSetProposed(digest, by, base, removed):
            state.proposals[digest] = Proposal(digest, by, base, frozenset(removed))
        case PlanRemovalsExplained(digest, _, duties):
            state.proposals[digest].explained |= set(duties)
        case PlanSetCommented(digest):
            state.proposals[digest].comments.append(event)
        case PlanSetChecked(digest):
            state.proposals[digest].checked = event
        case PlanSetPreviewed(digest):
            state.proposals[digest].previewed = event
        case PlanSetApproved(digest, by):
            state.proposals[digest].approvals.add(by)
        case PlanSetAdopted(digest):
            state.adopted.append(event)
            state.proposals[digest].closed = "adopted"
            state.clocks.set(f"in-force/{event.number}", event.in_force)
            state.clocks.set(f"evaluate/{event.number}", event.evaluate_by)
        case PlanSetTookEffect(_, number):
            state.clocks.clear(f"in-force/{number}")
        case PlanSetWithdrawn(digest):
            state.proposals[digest].closed = "taken back"
        case PlanEvaluationFellDue(_, number):
            state.clocks.clear(f"evaluate/{number}")
        case PlanSetEvaluated(digest):
            state.evaluated.add(digest)
            for version in state.adopted:
                if version.digest == digest:
                    state.clocks.clear(f"evaluate/{version.number}")
        case _:
            assert_never(event)
    return state


def _initial(stream: StreamId) -> Versions:
    return Versions(stream.partition("/")[2])


PLANS: Decider[Versions, PlansCommand, PlansEvent] = Decider(
    room="plans",
    initial=_initial,
    decide=decide,
    evolve=evolve,
    clocks=lambda state: state.clocks,
    kinds=KINDS,
    state=Versions,
)
"""The decider of ``plans/{set}``."""
