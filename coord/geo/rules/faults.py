"""Rectification (隐患整改, P-28): found → owner → cured → looked at by another person → closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from coord.errors import NotFound, Refused
from coord.geo.commands.points import CureFault, Fault, RecheckFault
from coord.geo.facts.points import FaultCured, FaultFact, FaultFound, FaultOverdue, FaultRechecked
from coord.geo.layer import FaultNow, Layer


def found(layer: Layer, point: str, fault: Fault, by: str, happened_at: datetime) -> list[FaultFound]:
    """Return the fact that a visitor found *fault*; one that is open already is not opened twice."""
    if fault.id in layer.faults:
        known = layer.faults[fault.id]
        if (known.point, known.what) == (point, fault.what):
            return []
        raise Refused(f"{fault.id} is another fault already", "id-taken")
    alike = [one for one, known in layer.faults.items() if (known.point, known.what) == (point, fault.what)]
    if any(layer.faults[one].status != "closed" for one in alike):
        return []
    repeat_of = alike[-1] if alike else ""
    return [
        FaultFound(
            fault.id, point, fault.what, fault.owner, fault.due, by, happened_at, fault.photo, fault.note, repeat_of
        )
    ]  # fmt: skip


def decide_fault(layer: Layer, wish: CureFault | RecheckFault) -> Sequence[FaultFact]:
    """Return what follows from a cure or from the look at it."""
    known = layer.faults.get(wish.fault)
    if known is None:
        raise NotFound(f"there is no fault {wish.fault}")
    match wish:
        case CureFault(one, by, happened_at, photo, recheck_within):
            if known.status == "closed":
                raise Refused(f"{one} is closed", "fault-closed")
            if known.status == "cured":
                return []
            return [FaultCured(one, by, happened_at, happened_at + recheck_within, photo)]
        case RecheckFault(one, by, passed, happened_at, due, photo):
            if known.status != "cured":
                raise Refused(f"{one} has not been reported as cured", "not-cured")
            if by == known.cured_by:
                raise Refused(f"{by} cured {one}, so someone else must look at it", "same-person")
            if not passed and due is None:
                raise Refused("until when is it to be cured then?", "no-due-time")
            return [FaultRechecked(one, by, passed, happened_at, None if passed else due, photo)]
        case _:
            assert_never(wish)


def overdue(layer: Layer, one: str, due: datetime) -> FaultOverdue:
    """Return the fact that *one* was neither cured nor looked at in time."""
    return FaultOverdue(one, due, "recheck" if layer.faults[one].status == "cured" else layer.faults[one].owner)


def evolve_fault(layer: Layer, fact: FaultFact) -> None:
    """Change *layer* in place as *fact* says."""
    key = f"fault/{fact.fault}"
    match fact:
        case FaultFound():
            layer.faults[fact.fault] = FaultNow(
                fact.point, fact.what, fact.owner, fact.due, fact.by, repeat_of=fact.repeat_of
            )
            layer.clocks.set(key, fact.due)
        case FaultCured():
            now = layer.faults[fact.fault]
            now.status, now.cured_by, now.overdue, now.due = "cured", fact.by, False, fact.recheck_due
            layer.clocks.set(key, fact.recheck_due)
        case FaultRechecked():
            now = layer.faults[fact.fault]
            now.overdue = False
            if fact.passed or fact.due is None:
                now.status = "closed"
                layer.clocks.clear(key)
            else:
                now.status, now.cured_by, now.due = "open", "", fact.due
                now.failed += 1
                layer.clocks.set(key, fact.due)
        case FaultOverdue():
            layer.faults[fact.fault].overdue = True
            layer.clocks.clear(key)
        case _:
            assert_never(fact)
