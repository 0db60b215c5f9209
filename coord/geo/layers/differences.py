"""What is different between a file and the register, by stable id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from coord.errors import Finding
from coord.geo.model import Circle, Feature, Parts, Place, Region, Register, Shape
from coord.geo.rows import Cell, row_of
from coord.geo.rules.register import Sheet
from coord.geo.rules.visits import metres_apart
from coord.geo.terms import Change

SAME_DEG = 1e-7
"""Places are compared and kept to this many degrees, about a centimetre: formats round."""
FAR_M = 500.0


@dataclass(frozen=True, slots=True)
class Difference:
    """What an import does to one feature: the kind of change, the cells that differ, how far it moves."""

    id: str
    change: Change
    cells: tuple[tuple[str, Cell, Cell], ...] = ()
    moved_m: int = 0


def differences_of(
    register: Register,
    features: Mapping[str, Feature],
    known: Mapping[str, Feature],
    file: str,
    findings: list[Finding],
) -> tuple[list[Difference], Sheet]:
    """Return the differences and the sheet that makes them; what moves far becomes a finding."""
    differences, changed = [], []
    for one, feature in features.items():
        before = known.get(one)
        if before is None:
            differences.append(Difference(one, "created"))
            changed.append(feature)
            continue
        difference, after = _difference(register, before, feature)
        if difference is not None:
            differences.append(difference)
            changed.append(after)
            if difference.moved_m > FAR_M:
                text = f"moves by {difference.moved_m} m"
                findings.append(Finding("warning", one, "moved-far", text, file))
    return differences, Sheet(tuple(changed))


def _difference(register: Register, before: Feature, after: Feature) -> tuple[Difference | None, Feature]:
    """Return how *after* differs from *before*, and what to keep of it: a place that is the same stays to the digit."""
    moved = 0
    if isinstance(before, Region) and isinstance(after, Region):
        same_place = _same_shape(before.shape, after.shape)
        after = replace(after, shape=before.shape) if same_place else after
    elif not isinstance(before, Region) and not isinstance(after, Region):
        same_place = _near(before.place, after.place)
        after = replace(after, place=before.place) if same_place else after
        moved = 0 if same_place else round(metres_apart(before.place, after.place))
    else:
        same_place = False
    old, new = row_of(before, register), row_of(after, register)
    cells = tuple((name, old[name], new[name]) for name in new if old[name] != new[name])
    if same_place and not cells:
        return None, before
    return Difference(after.id, "amended" if cells else "moved", cells, moved), after


def _near(one: Place, other: Place) -> bool:
    return abs(one.lon - other.lon) <= SAME_DEG and abs(one.lat - other.lat) <= SAME_DEG


def _same_shape(one: Shape, other: Shape) -> bool:
    """Return whether two shapes have the same corners, wherever their rings begin and whichever way they run."""
    a, b = _rings(one), _rings(other)
    return len(a) == len(b) and all(
        len(p) == len(q) and all(_near(c, d) for c, d in zip(p, q, strict=True)) for p, q in zip(a, b, strict=True)
    )


def _rings(shape: Shape) -> list[tuple[Place, ...]]:
    parts = shape.parts if isinstance(shape, Parts) else (shape,)
    rings: list[tuple[Place, ...]] = []
    for part in parts:
        if isinstance(part, Circle):
            rings.append((part.centre, Place(0.0, min(part.radius_m / 1e6, 90.0))))
        else:
            rings += [_turned(ring) for ring in (part.outer, *part.holes)]
    return sorted(rings)


def _turned(ring: tuple[Place, ...]) -> tuple[Place, ...]:
    """Return *ring* from its south-westernmost corner on, counter-clockwise: formats turn rings as they like."""
    area = sum(a.lon * b.lat - b.lon * a.lat for a, b in zip(ring, (*ring[1:], ring[0]), strict=True))
    corners = ring if area >= 0 else ring[::-1]
    begin = min(range(len(corners)), key=lambda i: (round(corners[i].lon, 6), round(corners[i].lat, 6)))
    return corners[begin:] + corners[:begin]
