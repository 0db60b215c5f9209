"""The sample district: plausible places in Hengqin, none of them surveyed.

Drawn by hand in WGS 84, CC0-1.0. Twelve slopes, thirty waterlogging points of
which six are underpasses, coast, sites and underground places, twenty
shelters, eight passages, and 142 households at risk with 436 people, who are
numbers and references only. Community codes are real, everything else is
invented and marked SAMPLE – NOT SURVEYED.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from coord.errors import Unfit
from coord.geo import geojson
from coord.geo.model import REGISTERS, Feature, PlaceFacts, Region, Register
from coord.geo.rough import settled
from coord.geo.rows import feature_of

MARK = "SAMPLE – NOT SURVEYED"


@cache
def sample_register(register: Register) -> tuple[Feature, ...]:
    """Return the features of one register of the sample district, in the order of the file."""
    body = files(__package__).joinpath(f"{register}.geojson").read_bytes()
    rows, findings = geojson.read(body, f"{register}.geojson")
    if findings:
        raise Unfit(findings)
    return tuple(feature_of(register, row.cells, settled(row.rough)) for row in rows if row.rough is not None)


def sample_district() -> Mapping[Register, tuple[Feature, ...]]:
    """Return the whole sample district by register."""
    return {register: sample_register(register) for register in REGISTERS}


def sample_features() -> Iterator[Feature]:
    """Yield every feature of the sample district."""
    for register in REGISTERS:
        yield from sample_register(register)


@cache
def sample_regions() -> tuple[Region, ...]:
    """Return the areas of the sample district."""
    return tuple(feature for feature in sample_register("areas") if isinstance(feature, Region))


@cache
def sample_place_facts() -> tuple[PlaceFacts, ...]:
    """Return what plans may know of the sample district, ordered by id and kind."""
    from coord.geo.placefacts import place_facts

    return place_facts(sample_features(), sample_regions())


def place_rows(register: Register) -> tuple[PlaceFacts, ...]:
    """Return what plans may know of one register of the sample district, ordered by id and kind."""
    ids = {feature.id for feature in sample_register(register)}
    return tuple(facts for facts in sample_place_facts() if facts.id in ids)
