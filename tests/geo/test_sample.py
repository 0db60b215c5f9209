"""The sample district is what the stories of practice.md need, and says that it is a sample."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from importlib.resources import files

from coord.geo.model import REGISTERS, Gauge, HazardPoint, Household, Parts, Polygon, Region, Shelter
from coord.geo.sample import (
    MARK,
    place_rows,
    sample_district,
    sample_features,
    sample_place_facts,
    sample_regions,
    sample_register,
)

ROWS = {(facts.id, facts.kind): facts for facts in sample_place_facts()}
FACTS = {feature.id: ROWS[feature.id, feature.kind] for feature in sample_features()}


def test_the_district_has_the_numbers_of_the_stories() -> None:
    kinds = Counter(feature.kind for feature in sample_features())
    assert kinds["underpass"] == 6
    assert kinds["underpass"] + kinds["waterlogging-point"] == 30
    assert len([row for row in place_rows("points") if row.kind == "slope"]) == 12
    assert len(sample_register("shelters")) == 20
    assert len(sample_register("passages")) == 8
    assert kinds["community"] == 4


def test_there_are_436_people_in_142_households() -> None:
    people = [home.people for home in sample_register("households") if isinstance(home, Household)]
    assert (len(people), sum(people)) == (142, 436)


def test_eleven_households_go_over_a_bridge_that_closes_first() -> None:
    over = [
        home.id
        for home in sample_register("households")
        if isinstance(home, Household) and {"P-1", "P-2", "P-3"} & set(home.route)
    ]
    assert len(over) == 11


def test_every_id_is_unique_in_the_whole_district() -> None:
    ids = Counter(feature.id for feature in sample_features())
    assert [one for one, times in ids.items() if times > 1] == []


def test_every_file_says_that_it_is_a_sample() -> None:
    for register in REGISTERS:
        document = json.loads(files("coord.geo.sample").joinpath(f"{register}.geojson").read_text("utf-8"))
        assert (document["mark"], document["licence"]) == (MARK, "CC0-1.0")


def test_every_name_is_given_in_four_languages() -> None:
    for feature in sample_features():
        if not isinstance(feature, Household):
            assert set(feature.names) == {"zh-Hans", "zh-Hant", "pt", "en"}, feature.id


def test_references_lead_to_what_exists() -> None:
    ids = {feature.id for feature in sample_features()}
    for feature in sample_features():
        match feature:
            case Household():
                assert {*feature.points, *feature.route, feature.shelter or "SH-01"} <= ids
            case Gauge():
                assert not feature.point or feature.point in ids
            case _:
                pass
        assert not getattr(feature, "community", "") or getattr(feature, "community", "") in ids


def test_no_area_has_more_than_forty_corners() -> None:
    for region in sample_regions():
        for part in region.shape.parts if isinstance(region.shape, Parts) else (region.shape,):
            assert isinstance(part, Polygon)
            assert len(part.outer) <= 40


def test_a_point_lies_in_the_community_it_names() -> None:
    for register in ("points", "shelters", "households", "facilities"):
        for feature in sample_district()[register]:
            assert getattr(feature, "community", "") in FACTS[feature.id].areas, feature.id


def test_the_port_zone_and_the_campus_are_holes_of_macao_law() -> None:
    from coord.geo.model import Place
    from coord.geo.regions import Atlas

    atlas = Atlas(sample_regions())
    assert atlas.regimes_at(Place(lon=113.5455, lat=22.1410)) == ("MO",)
    assert atlas.regimes_at(Place(lon=113.5440, lat=22.1290)) == ("MO",)
    assert atlas.regimes_at(Place(lon=113.5200, lat=22.1300)) == ("CN-mainland",)
    assert atlas.regimes_at(Place(lon=113.5630, lat=22.1570)) == ("MO",)


def test_every_row_of_a_place_is_found_by_its_kind_in_its_areas() -> None:
    assert {"hengqin", "440402104004", "CN-mainland"} <= set(FACTS["U3"].areas)
    assert [kind for one, kind in ROWS if one == "S03"] == ["rockfall", "slope"]
    assert [kind for one, kind in ROWS if one == "P-4"] == ["passage", "tunnel"]
    assert "seafront" in ROWS["P-4", "passage"].marks
    assert ROWS["440402104005", "community"].unit == "lianhua"
    assert len(ROWS) == len(sample_place_facts())


def test_all_four_communities_have_slopes_water_and_people_to_move() -> None:
    for kinds in (("slope",), ("waterlogging-point",), ("household",), ("shelter",), ("community",)):
        units = {row.unit for row in sample_place_facts() if row.kind in kinds}
        assert units == {"xinjiayuan", "hetang", "xiaohengqin", "lianhua"}


def test_every_kind_that_the_shipped_plans_ask_for_is_there() -> None:
    kinds = {row.kind for row in sample_place_facts()}
    assert kinds >= {
        "community", "shelter", "household", "slope", "passage", "hospital", "waterlogging-point", "underpass",
        "underground-space", "school", "facility", "construction-site", "scenic-spot", "forest-edge", "testing-site",
        "pump-station", "isolation-site", "dock",
    }  # fmt: skip


def test_planned_shelters_are_not_overfilled() -> None:
    load: Counter[str] = Counter()
    for home in sample_register("households"):
        if isinstance(home, Household):
            load[home.shelter] += home.people
    for shelter in sample_register("shelters"):
        assert isinstance(shelter, Shelter)
        assert load[shelter.id] <= shelter.night


def test_the_nouns_need_no_heavy_library() -> None:
    heavy = ("numpy", "shapely", "pyproj", "geopandas", "pandas")
    code = (
        "import sys, coord.geo.model, coord.geo.sample as s; s.sample_district(); "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


def test_only_hazard_points_stand_in_the_register_of_points() -> None:
    assert all(isinstance(point, HazardPoint) for point in sample_register("points"))
    assert all(isinstance(region, Region) for region in sample_register("areas"))
