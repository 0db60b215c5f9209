"""What a desk sees of its warnings: what holds, what is being written, what is owed, what lies over what."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from coord.alerts.acts import Act, Space
from coord.alerts.approving import needed, persons_on
from coord.alerts.model import Alert, Circle, Severity
from coord.alerts.rules.area import unrolled
from coord.alerts.thread import Policy, Thread
from coord.errors import Finding

DraftState = Literal["", "drafting", "submitted", "approved"]
_CORNERS = 64
_KM_PER_DEGREE = 111.2


@dataclass(frozen=True, slots=True)
class Row:
    """One thread on the board, as it is at a time.

    ``identifier``, ``headline``, ``severity`` and ``expires`` are those of the
    message in force, empty when none is. ``approvals`` counts those that still
    stand, of ``approvals_needed``. ``owed`` are languages; ``review_owed`` a
    broken glass that nobody has judged yet.
    """

    thread: str
    space: Space | None
    identifier: str
    headline: str
    severity: Severity
    expires: datetime | None
    ended: Act | None
    owes_all_clear: bool
    owed: tuple[str, ...]
    review_owed: bool
    draft: DraftState
    draft_act: Act | None
    digest: str
    authors: tuple[str, ...]
    approvals: tuple[str, ...]
    approvals_needed: int


def row(thread: Thread, at: datetime, policy: Policy, language: str = "en") -> Row:
    """Return *thread* as a row of the board at *at*, with its headline in *language* where there is one."""
    last, draft = thread.in_force, thread.draft
    infos = last.content.infos if last is not None else ()
    shown = next((info for info in infos if info.language == language), infos[0] if infos else None)
    approvals = persons_on(draft, at, policy) if draft is not None else ()
    wanted = needed(draft.proposal, policy) if draft is not None else 0
    state: DraftState = ""
    if draft is not None:
        state = "drafting" if not draft.submitted else "approved" if len(approvals) >= wanted else "submitted"
    return Row(
        thread=thread.id,
        space=thread.space,
        identifier=last.reference.identifier if last is not None else "",
        headline=shown.headline if shown is not None else "",
        severity=shown.severity if shown is not None else "Unknown",
        expires=last.expires if last is not None else None,
        ended=thread.ended,
        owes_all_clear=thread.owes_all_clear,
        owed=thread.owed,
        review_owed=thread.review is not None,
        draft=state,
        draft_act=draft.act if draft is not None else None,
        digest=draft.digest if draft is not None else "",
        authors=tuple(sorted(draft.authors)) if draft is not None else (),
        approvals=approvals,
        approvals_needed=wanted,
    )


def alongside(content: Alert, threads: Iterable[Thread]) -> Iterator[Finding]:
    """Tell which warnings in force in *threads* lie over the area of *content*: shown before approval.

    The same event over the same ground is a duplicate (a warning); another
    event is told as a note. Circles are drawn as on a flat map, which is exact
    enough to say "these overlap".
    """
    ground = _ground(content)
    for thread in threads:
        last = thread.in_force
        if last is None or not ground.intersects(_ground(last.content)):
            continue
        headline = last.content.infos[0].headline if last.content.infos else ""
        where, named = f"alert/{thread.id}", f"{last.reference.identifier} ({headline})"
        if _events(content) & _events(last.content):
            yield Finding("warning", where, "duplicate", f"{named} says the same event over the same ground: update it")
        else:
            yield Finding("note", where, "overlap", f"{named} holds over part of the same ground")


def _events(alert: Alert) -> set[str]:
    codes = {f"{code.name}={code.value}" for info in alert.infos for code in info.event_codes}
    return codes | {info.event.casefold() for info in alert.infos}


def _ground(alert: Alert) -> Any:
    import shapely

    shapes = [
        shapely.Polygon(zip(unrolled(ring), [place.lat for place in ring], strict=True))
        for area in alert.areas
        for ring in area.polygons
        if len(ring) > 3
    ]
    shapes += [shapely.Polygon(_outline(circle)) for area in alert.areas for circle in area.circles]
    return shapely.union_all([shape for shape in shapes if shape.is_valid])


def _outline(circle: Circle) -> list[tuple[float, float]]:
    north = max(circle.radius, 0.001) / _KM_PER_DEGREE
    east = north / max(math.cos(math.radians(circle.centre.lat)), 0.01)
    angles = [2 * math.pi * n / _CORNERS for n in range(_CORNERS)]
    return [(circle.centre.lon + east * math.cos(a), circle.centre.lat + north * math.sin(a)) for a in angles]
