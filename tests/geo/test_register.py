"""Features are entered, corrected, moved, closed, imported; a wish that changes nothing is no event."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coord.errors import NotFound, Refused
from coord.events import StreamId
from coord.geo.commands import (
    Amend,
    Close,
    CountHeads,
    Create,
    Import,
    Move,
    OpenShelter,
    OrderSpacing,
    Reopen,
    ShutShelter,
)
from coord.geo.decide import LAYER, decide, layer_decider
from coord.geo.facts import FeatureMoved, LayerImported, ShelterOpened
from coord.geo.layer import empty
from coord.geo.model import HazardPoint, Household, Place
from coord.geo.rules.register import Sheet
from coord.geo.sample import sample_register
from tests.geo.ground import DAY, HOUR, NOON, layer_of, play

POINTS = {point.id: point for point in sample_register("points") if isinstance(point, HazardPoint)}
U3, W01 = POINTS["U3"], POINTS["W01"]
ELSEWHERE = Place(lon=113.53, lat=22.14)


def wish(seen: int = 0, digest: str = "d1", **changes: int) -> Import:
    return Import("points", digest, changes or {"created": 1}, 1, "survey", "WGS 84", "p.csv", "duty", seen)  # type: ignore[arg-type]


def test_a_point_is_created_moved_closed_and_reopened() -> None:
    layer = layer_of("points", [])
    play(layer, Create(U3))
    assert play(layer, Move("U3", ELSEWHERE)) == [FeatureMoved("U3", U3.place, ELSEWHERE)]
    assert play(layer, Move("U3", ELSEWHERE)) == []
    play(layer, Close("U3", "rebuilt"))
    assert layer.clocks.get("visit/U3") is None
    assert list(layer.in_use()) == []
    with pytest.raises(Refused, match="is closed"):
        play(layer, Amend(U3))
    play(layer, Reopen("U3"))
    assert [point.id for point in layer.in_use()] == ["U3"]
    assert play(layer, Amend(replace(U3, place=ELSEWHERE))) == []


def test_what_is_there_already_or_belongs_elsewhere_is_refused() -> None:
    layer = layer_of("points", [U3])
    with pytest.raises(Refused) as taken:
        play(layer, Create(U3))
    assert taken.value.code == "id-taken"
    with pytest.raises(Refused) as wrong:
        play(layer, Create(sample_register("shelters")[0]))
    assert wrong.value.code == "wrong-register"
    for lost in (Move("U9", ELSEWHERE), Close("U9"), Reopen("U9")):
        with pytest.raises(NotFound):
            play(layer, lost)
    with pytest.raises(Refused, match="amend its shape"):
        play(layer_of("areas"), Move("hengqin", ELSEWHERE))


def test_an_import_is_one_event_and_the_sheet_it_names() -> None:
    sheets = {"d1": Sheet((U3, W01)), "d2": Sheet((replace(U3, place=ELSEWHERE),), ("W01",))}
    decider = layer_decider(sheets.__getitem__)
    layer = empty(StreamId("layer/points"))
    for seen, digest in enumerate(("d1", "d2")):
        facts = decide(layer, wish(seen, digest), NOON)
        assert [type(fact) for fact in facts] == [LayerImported]
        decider.fold(facts, layer)
    assert [point.id for point in layer.in_use()] == ["U3"]
    assert layer.features["U3"] == replace(U3, place=ELSEWHERE)
    assert layer.clocks.get("visit/U3") == NOON + DAY


def test_the_same_import_again_changes_nothing_and_a_stale_preview_is_refused() -> None:
    decider = layer_decider({"d1": Sheet((U3,))}.__getitem__)
    layer = decider.fold(decide(empty(StreamId("layer/points")), wish(), NOON), empty(StreamId("layer/points")))
    assert decide(layer, wish(), NOON) == []
    assert decide(layer, wish(created=0), NOON) == []
    with pytest.raises(Refused) as stale:
        decide(layer, wish(digest="d2"), NOON)
    assert stale.value.code == "stale-preview"


def test_a_log_that_names_a_lost_sheet_does_not_fold() -> None:
    with pytest.raises(LookupError):
        LAYER.fold(decide(empty(StreamId("layer/points")), wish(), NOON), empty(StreamId("layer/points")))


def test_a_shelter_opens_is_spaced_counted_and_shut() -> None:
    layer = layer_of("shelters")
    assert play(layer, OpenShelter("SH-01", "duty", NOON)) == [ShelterOpened("SH-01", "duty", NOON)]
    assert play(layer, OpenShelter("SH-01", "duty", NOON)) == []
    play(layer, OrderSpacing(("SH-01", "SH-02"), True, "duty"))
    assert play(layer, OrderSpacing(("SH-01",), True, "duty")) == []
    play(layer, CountHeads("SH-01", 12, "duty", NOON + HOUR))
    play(layer, CountHeads("SH-01", 7, "duty", NOON))
    now = layer.shelters["SH-01"]
    assert (now.open, now.spaced, now.heads) == (True, True, 12)
    play(layer, ShutShelter("SH-01", "duty", "roof", NOON))
    assert play(layer, ShutShelter("SH-01", "duty", "roof", NOON)) == []
    with pytest.raises(Refused):
        play(layer, CountHeads("SH-01", -1, "duty", NOON))


def test_a_name_or_a_phone_number_never_gets_into_the_register() -> None:
    for secret in ("Chan Tai Man", "陈大文", "+85366123456", "13800000000"):
        with pytest.raises(ValueError, match="belong in the vault"):
            Household("H-001", ELSEWHERE, 3, contact=secret)
