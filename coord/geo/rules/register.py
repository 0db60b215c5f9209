"""Entering, correcting, moving and closing features, one by one or by a file.

A file's changes lie in a content-addressed sheet beside the log; the log holds
its digest, and the chain therefore covers it. Looking a sheet up by its digest
always gives the same sheet, so the fold stays a function of the log.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import assert_never

from coord.errors import NotFound, Refused
from coord.geo.commands.register import Amend, Close, Create, Import, Move, RegisterWish, Reopen
from coord.geo.facts.register import (
    FeatureAmended,
    FeatureClosed,
    FeatureCreated,
    FeatureMoved,
    FeatureReopened,
    LayerImported,
    RegisterFact,
)
from coord.geo.facts.transfer import HeadcountCorrected
from coord.geo.layer import Layer, find
from coord.geo.model import FEATURE_OF, Feature, Gauge, HazardPoint, Household, Placed, Region, Register
from coord.geo.rules.transfer import corrected


@dataclass(frozen=True)
class Sheet:
    """The changes that one import makes: features as they are afterwards, and ids that are closed.

    Folding in a sheet of 100,000 rows must not hold up acknowledgements:
    :meth:`ready` does what can be done beforehand, in another thread.
    """

    features: tuple[Feature, ...]
    closed: tuple[str, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Feature]:
        """The features by their ids."""
        return {feature.id: feature for feature in self.features}

    @cached_property
    def timed(self) -> tuple[HazardPoint | Gauge, ...]:
        """The features that something is waited for: points with a patrol, gauges."""
        return tuple(
            feature
            for feature in self.features
            if isinstance(feature, Gauge) or (isinstance(feature, HazardPoint) and feature.patrol is not None)
        )

    def ready(self) -> Sheet:
        """Return the sheet once it can be folded in within milliseconds."""
        _ = self.by_id, self.timed
        return self


Sheets = Callable[[str], Sheet]
"""Digest to sheet; raises LookupError when the shelf does not hold it."""


def no_sheets(digest: str) -> Sheet:
    """Refuse every digest: the shelf for a log without imports."""
    raise LookupError(f"no sheet {digest}")


def decide_register(layer: Layer, wish: RegisterWish, at: datetime) -> Sequence[RegisterFact | HeadcountCorrected]:
    """Return what follows from *wish*; an unchanged feature is no event."""
    match wish:
        case Create(feature):
            _fits(layer, feature)
            if feature.id in layer.features:
                raise Refused(f"{feature.id} stands in the register already", "id-taken")
            return [FeatureCreated(feature, at)]
        case Amend(feature):
            return _amend(layer, feature, at)
        case Move(one, now):
            known = _placed(layer, one)
            return [] if known.place == now else [FeatureMoved(one, known.place, now)]
        case Close(one, reason):
            if one not in layer.features:
                raise NotFound(f"{layer.register} has no {one}")
            if one in layer.homes:
                raise Refused(f"{one} is being moved; end its transfer first", "in-transfer")
            return [] if one in layer.closed else [FeatureClosed(one, reason)]
        case Reopen(one):
            if one not in layer.features:
                raise NotFound(f"{layer.register} has no {one}")
            return [FeatureReopened(one)] if one in layer.closed else []
        case Import():
            return _import(layer, wish, at)
        case _:
            assert_never(wish)


def _register(layer: Layer) -> Register:
    if layer.register not in FEATURE_OF:
        raise NotFound(f"there is no register {layer.register}")
    return layer.register  # type: ignore[return-value]


def _placed(layer: Layer, one: str) -> Placed:
    known = layer.features.get(one)
    if known is None:
        raise NotFound(f"{layer.register} has no {one}")
    if isinstance(known, Region):
        raise Refused(f"{one} is an area; amend its shape", "not-a-point")
    return known


def _fits(layer: Layer, feature: Feature) -> None:
    if not isinstance(feature, FEATURE_OF[_register(layer)]):
        raise Refused(f"{feature.id} is a {feature.kind} and does not belong to {layer.register}", "wrong-register")


def _amend(layer: Layer, feature: Feature, at: datetime) -> Sequence[RegisterFact | HeadcountCorrected]:
    _fits(layer, feature)
    known = find(layer, feature.id, type(feature))
    if known == feature:
        return []
    facts: list[RegisterFact | HeadcountCorrected] = [FeatureAmended(feature, at)]
    if isinstance(feature, Household) and feature.id in layer.homes:
        facts += corrected(layer, feature.id, feature.people, "register")
    return facts


def _import(layer: Layer, wish: Import, at: datetime) -> Sequence[RegisterFact]:
    if wish.register != layer.register:
        raise Refused(f"this file is for {wish.register}, not for {layer.register}", "wrong-register")
    if not any(wish.changes.values()):
        return []
    if wish.digest in layer.sheets[-1:]:
        return []
    if wish.seen != len(layer.sheets):
        raise Refused("the register has changed since the preview; look at it again", "stale-preview")
    return [
        LayerImported(
            wish.register, wish.digest, wish.changes, wish.rows, wish.source, wish.datum, wish.file, wish.by, at
        )
    ]  # fmt: skip


def evolve_register(layer: Layer, fact: RegisterFact, sheets: Sheets) -> None:
    """Change *layer* in place as *fact* says."""
    match fact:
        case FeatureCreated(feature, at) | FeatureAmended(feature, at):
            _enter(layer, feature, at)
        case FeatureMoved(one, _, now):
            layer.features[one] = replace(_placed(layer, one), place=now)
        case FeatureClosed(one, reason):
            _close(layer, one, reason)
        case FeatureReopened(one):
            layer.closed.pop(one, None)
        case LayerImported():
            sheet = sheets(fact.digest)
            layer.sheets.append(fact.digest)
            layer.features.update(sheet.by_id)
            for reopened in layer.closed.keys() & sheet.by_id.keys():
                del layer.closed[reopened]
            for timed in sheet.timed:
                _wait_for(layer, timed, fact.entered_at)
            for one in sheet.closed:
                _close(layer, one, "import")
        case _:
            assert_never(fact)


def _enter(layer: Layer, feature: Feature, at: datetime) -> None:
    layer.features[feature.id] = feature
    if isinstance(feature, Gauge | HazardPoint):
        _wait_for(layer, feature, at)


def _wait_for(layer: Layer, feature: HazardPoint | Gauge, at: datetime) -> None:
    if isinstance(feature, Gauge):
        if layer.clocks.get(f"gauge/{feature.id}") is None and feature.id not in layer.gauges:
            layer.clocks.set(f"gauge/{feature.id}", at + feature.silent_after)
    elif feature.patrol is not None:
        due = layer.clocks.get(f"visit/{feature.id}")
        if due is None or at + feature.patrol < due:
            layer.clocks.set(f"visit/{feature.id}", at + feature.patrol)


def _close(layer: Layer, one: str, reason: str) -> None:
    layer.closed[one] = reason
    layer.clocks.clear(f"visit/{one}")
    layer.clocks.clear(f"gauge/{one}")
