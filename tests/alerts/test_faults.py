"""Break the approval in every way we could think of; the model must notice each.

A fault is planted by putting another function in the place of one of the
room's. What no fault has shown to be guarded is not guarded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from coord.alerts import approving, deadlines, decide, publishing, thread
from coord.alerts.acts import Impact
from coord.alerts.check import check
from coord.alerts.facts import (
    ApprovalsAged,
    Approved,
    Dropped,
    Expired,
    ExpiryReminded,
    GlassBroken,
    GlassReviewed,
    Published,
    Returned,
    Revised,
)
from coord.alerts.model import strip
from coord.errors import Refused

from .approval_machine import ApprovalMachine

Patch = tuple[ModuleType, str, Any]


@contextmanager
def planted(*patches: Patch) -> Iterator[None]:
    """Put each function in its place for the time of the block."""
    with ExitStack() as stack:
        for module, name, new in patches:
            old = getattr(module, name)
            setattr(module, name, new)
            stack.callback(setattr, module, name, old)
        yield


def evolving(change: Callable[[Any, Any, Any], Any]) -> list[Patch]:
    """A fault in what events do: *change* is given before, event, after and returns another after."""
    right = thread.evolve

    def wrong(before: Any, event: Any) -> Any:
        return change(before, event, right(before, event))

    return [(decide, "evolve", wrong), (deadlines, "evolve", wrong)]


def released(blind_to: str) -> list[Patch]:
    """A gate that does not look at one thing: the refusal with this code lets pass."""
    right = publishing.released

    def wrong(now: Any, approved: Any, signed: Any, at: Any, space: Any, policy: Any) -> Any:
        try:
            return right(now, approved, signed, at, space, policy)
        except Refused as refusal:
            if refusal.code != blind_to:
                raise
            return check(signed, "ingest", at).seen

    return [(publishing, "released", wrong)]


def lenient(function: str, code: str, otherwise: Callable[..., Any]) -> list[Patch]:
    """A step that forgets one of its refusals, and does *otherwise* instead."""
    right = getattr(decide, function)

    def wrong(*words: Any) -> Any:
        try:
            return right(*words)
        except Refused as refusal:
            if refusal.code != code:
                raise
            return otherwise(*words)

    return [(decide, function, wrong)]


def _approved_anyway(draft: Any, wish: Any, at: Any, _space: Any) -> Any:
    shown = wish.shown or Impact(draft.digest, 0)
    return [Approved(wish.by, wish.role, draft.digest, at, shown)]


def _draft(after: Any, **changes: Any) -> Any:
    return replace(after, draft=replace(after.draft, **changes)) if after.draft is not None else after


def _keeps_approvals(before: Any, event: Any, after: Any) -> Any:
    if isinstance(event, Revised) and before.draft:
        kept = tuple(replace(one, digest=after.draft.digest) for one in before.draft.approvals)
        return _draft(after, approvals=kept, submitted=before.draft.submitted)
    return after


def _returned_keeps(before: Any, event: Any, after: Any) -> Any:
    return _draft(after, approvals=before.draft.approvals) if isinstance(event, Returned) else after


def _forgets_first_author(_before: Any, event: Any, after: Any) -> Any:
    return _draft(after, authors=frozenset({event.by})) if isinstance(event, Revised) else after


def _outs(after: Any, change: Callable[[Any], Any]) -> Any:
    return replace(after, out=tuple(change(one) for one in after.out))


def _expiry_clears(_before: Any, event: Any, after: Any) -> Any:
    return replace(after, owes_all_clear=False) if isinstance(event, Expired) else after


def _update_clears(_before: Any, event: Any, after: Any) -> Any:
    done = isinstance(event, Published) and event.act == "update"
    return replace(after, owes_all_clear=False) if done else after


def _cancelled_is_expired(_before: Any, event: Any, after: Any) -> Any:
    if isinstance(event, Published):
        return _outs(after, lambda one: replace(one, state="expired") if one.state == "cancelled" else one)
    return after


def _both_in_force(before: Any, event: Any, after: Any) -> Any:
    return replace(after, out=(*before.out, after.out[-1])) if isinstance(event, Published) else after


def _never_ends(_before: Any, event: Any, after: Any) -> Any:
    return replace(after, ended=None) if isinstance(event, Published) else after


def _end_keeps_way_back(before: Any, event: Any, after: Any) -> Any:
    if isinstance(event, Published) and after.ended:
        return replace(after, ended=None, way_back=before.way_back)
    return after


def _draft_swaps_way_back(_before: Any, event: Any, after: Any) -> Any:
    ready = after.draft.proposal.prepared if after.draft is not None else None
    if after.way_back is not None and ready is not None and not isinstance(event, Published):
        return replace(after, way_back=replace(after.way_back, prepared=ready))
    return after


def _glass_without_review(_before: Any, event: Any, after: Any) -> Any:
    return replace(after, review=None, review_again=None) if isinstance(event, GlassBroken) else after


def _glass_stays(before: Any, event: Any, after: Any) -> Any:
    if isinstance(event, Revised) and before.draft.glass is not None:
        return _draft(after, glass=replace(before.draft.glass, digest=after.draft.digest))
    return after


def _ages_everybody(_before: Any, event: Any, after: Any) -> Any:
    return _draft(after, approvals=()) if isinstance(event, ApprovalsAged) else after


def _reminder_forgotten(_before: Any, event: Any, after: Any) -> Any:
    return _outs(after, lambda one: replace(one, reminded=True)) if isinstance(event, Published) else after


def _translation_forgotten(_before: Any, event: Any, after: Any) -> Any:
    return replace(after, owed=(), owed_again=None) if isinstance(event, Published) else after


def _draft_survives(before: Any, event: Any, after: Any) -> Any:
    return replace(after, draft=before.draft) if isinstance(event, Dropped) else after


def _reading_survives(before: Any, event: Any, after: Any) -> Any:
    return _draft(after, read=before.draft.read) if isinstance(event, Revised) and before.draft else after


def _same_but(*names: str) -> list[Patch]:
    """A comparison of contents that leaves something out."""

    def blurred(alert: Any) -> Any:
        bare = strip(alert)
        if "status" in names:
            bare = replace(bare, status="Actual", note="")
        infos = [replace(one, expires=None) if "expires" in names else one for one in bare.infos]
        infos = [replace(one, areas=()) if "areas" in names else one for one in infos]
        infos = [replace(one, headline=one.headline.strip()) if "blanks" in names else one for one in infos]
        return replace(bare, infos=tuple(infos))

    return [(publishing, "strip", blurred)]


def _no_space(_alert: Any, _space: Any) -> None:
    return None


def _permitted_by_anybody(draft: Any, _at: Any, _policy: Any) -> Any:
    return tuple(sorted({one.by for one in draft.approvals})), False


def _permitted_anyway(draft: Any, at: Any, policy: Any) -> Any:
    return approving_persons(draft, at, policy), False


def _counts_roles(draft: Any, at: Any, policy: Any) -> tuple[str, ...]:
    return (*approving_persons(draft, at, policy), *(one.by for one in draft.approvals if one.role == "liaison"))


approving_persons = approving.persons_on


def _ageless(draft: Any, _at: Any, _policy: Any) -> tuple[str, ...]:
    return tuple(sorted({one.by for one in draft.approvals if one.by not in draft.authors}))


def _last_only(now: Any, _at: Any) -> Any:
    return tuple(one.reference for one in now.out[-1:])


def _first_only(now: Any, _at: Any) -> Any:
    return tuple(one.reference for one in now.out[:1])


def _no_wide_rule(*_words: Any) -> int:
    return 1


def _anything_goes(*_words: Any) -> list[Any]:
    return []


def _twice(now: Any, at: Any, policy: Any) -> list[Any]:
    events = deadlines_fired(now, at, policy)
    return [event for event in events for _ in range(2 if isinstance(event, ExpiryReminded) else 1)]


deadlines_fired = deadlines.fired

FAULTS: dict[str, list[Patch]] = {
    "an edit keeps the approvals": evolving(_keeps_approvals),
    "an edit keeps a broken glass": evolving(_glass_stays),
    "a text is read once for all its versions": evolving(_reading_survives),
    "a return keeps the approvals": evolving(_returned_keeps),
    "only the last author is an author": evolving(_forgets_first_author),
    "the author approves": lenient("approve", "same-person", _approved_anyway),
    "the author counts among the approvers": [(decide, "permitted", _permitted_by_anybody)],
    "one person in two roles counts twice": [(approving, "persons_on", _counts_roles)],
    "an approval of another text counts": lenient("approve", "content-changed", _approved_anyway),
    "approved without seeing whom it reaches": lenient("approve", "impact-not-shown", _approved_anyway),
    "approved with a nod": lenient("approve", "read-back", _approved_anyway),
    "a machine's text goes out unread": lenient("approve", "language-unread", _approved_anyway),
    "approvals never age": [(approving, "persons_on", _ageless)],
    "ageing takes the fresh approvals along": evolving(_ages_everybody),
    "the neighbour is not asked": lenient("permitted", "liaison-needed", _permitted_anyway),
    "one approver is enough for everything": [(approving, "needed", _no_wide_rule)],
    "published without submission": lenient("permitted", "not-submitted", _permitted_anyway),
    "submitted with errors": [(decide, "proposal_findings", _anything_goes)],
    "expiry changed at publishing": _same_but("expires"),
    "an area lost on the way": _same_but("areas"),
    "the text touched on the way": _same_but("blanks"),
    "exercise bytes to a live exit": [*_same_but("status"), (publishing, "same_space", _no_space)],
    "unsigned bytes go out": released("not-signed"),
    "an old time of sending": released("wrong-sent"),
    "an identifier used again": released("identifier-used"),
    "references not looked at": released("wrong-references"),
    "only the last message is named": [(publishing, "references", _last_only)],
    "only the first message is named": [(publishing, "references", _first_only)],
    "any text cancels": released("not-approved-content"),
    "the glass breaks for anything": lenient(
        "break_glass", "no-life-at-stake", lambda d, w, at, p: [GlassBroken(w.by, d.digest, w.reason, at, at)]
    ),
    "a broken glass is forgotten": evolving(_glass_without_review),
    "who broke the glass reviews it": lenient(
        "review", "same-person", lambda now, wish: [GlassReviewed(wish.by, wish.justified, wish.text)]
    ),
    "expiry clears the all-clear": evolving(_expiry_clears),
    "an update clears the all-clear": evolving(_update_clears),
    "cancelled is taken for expired": evolving(_cancelled_is_expired),
    "an updated message stays in force": evolving(_both_in_force),
    "a thread goes on after its end": evolving(_never_ends),
    "a warning is cancelled twice": evolving(_end_keeps_way_back),
    "a mere draft changes the way back": evolving(_draft_swaps_way_back),
    "nobody is reminded before expiry": evolving(_reminder_forgotten),
    "a reminder comes twice": [(decide, "fired", _twice)],
    "a missing language is not owed": evolving(_translation_forgotten),
    "a dropped draft stays": evolving(_draft_survives),
    "the same is said twice at once": [(decide, "_not_the_same_again", _anything_goes)],
}


def survives() -> bool:
    """Run the model; whether it noticed nothing."""
    budget = settings(
        max_examples=400,
        stateful_step_count=12,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(ApprovalMachine, settings=budget)
    except Exception:  # noqa: BLE001 - whatever breaks, it was noticed
        return False
    return True


@pytest.mark.parametrize("fault", FAULTS)
def test_the_model_notices(fault: str) -> None:
    with planted(*FAULTS[fault]):
        assert not survives()


def test_there_are_more_than_twenty_faults() -> None:
    assert len(FAULTS) > 20
