"""A made-up district for tests: the places of the stories, in the same numbers. SAMPLE data, nobody lives here."""

from __future__ import annotations

from coord.plans.wanted import PlaceRow

COMMUNITIES = ("lianhua", "hetang", "xiaohengqin", "xinjiayuan")
PASSAGES = (
    "hengqin-bridge",
    "hengqin-second-bridge",
    "jinhai-bridge",
    "hengqin-tunnel",
    "shizimen-tunnel",
    "lotus-bridge",
    "port-hall",
    "port-lanes",
)


def district() -> list[PlaceRow]:
    """Return 4 communities, 12 slopes, 30 water points (6 underpasses), 142 households, 8 passages, 8 shelters."""
    rows = [PlaceRow(name, "community", name, (name,)) for name in COMMUNITIES]
    rows += [_in(f"slope-{n}", "slope", n, ("danger",) if n % 3 == 0 else ()) for n in range(1, 13)]
    rows += [_in(f"water-{n}", "waterlogging-point", n) for n in range(1, 25)]
    rows += [_in(f"underpass-{n}", "underpass", n) for n in range(1, 7)]
    rows += [_in(f"household-{n}", "household", n, ("at-risk",)) for n in range(1, 143)]
    rows += [PlaceRow(name, "passage") for name in PASSAGES]
    rows += [_in(f"shelter-{n}", "shelter", n) for n in range(1, 9)]
    return rows


def many(places: int, units: int) -> list[PlaceRow]:
    """Return *places* places of mixed kinds under *units* responsible units, for measuring."""
    kinds = ("household", "slope", "waterlogging-point", "underground-space", "shelter")
    return [PlaceRow(f"p{n:05}", kinds[n % len(kinds)], f"u{n % units:05}", (), ("at-risk",)) for n in range(places)]


def _in(name: str, kind: str, n: int, marks: tuple[str, ...] = ()) -> PlaceRow:
    community = COMMUNITIES[n % len(COMMUNITIES)]
    return PlaceRow(name, kind, community, (community,), marks)
