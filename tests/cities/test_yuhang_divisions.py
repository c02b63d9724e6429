"""余杭区 — codes, nesting, numbering and the coverage of its streets, communities and grids."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import pytest
import shapely
from shapely.geometry.base import BaseGeometry

Places = dict[str, tuple[dict[str, Any], BaseGeometry]]
LENGTH = {"county": 6, "street": 9, "community": 12}
SLIVER_DEG2 = 1e-9  # about 10 m²


def at_level(divisions: Places, level: str) -> Places:
    return {code: place for code, place in divisions.items() if place[0]["level"] == level}


def test_the_district_has_12_streets_223_communities_and_1476_grids(divisions: Places, grids: Places) -> None:
    assert Counter(p["level"] for p, _ in divisions.values()) == {"county": 1, "street": 12, "community": 223}
    assert len(grids) == 1476


def test_every_code_continues_the_code_of_its_parent(divisions: Places, grids: Places) -> None:
    for code, (place, _) in divisions.items():
        assert code.isdigit() and len(code) == LENGTH[place["level"]]
        if place["level"] != "county":
            assert place["parent"] in divisions and code.startswith(place["parent"])
    for code, (place, _) in grids.items():
        assert code.isdigit() and len(code) == 15
        assert code[:12] == place["parent"] and divisions[place["parent"]][0]["level"] == "community"


def test_every_grid_lies_in_its_community_and_every_community_in_its_street(divisions: Places, grids: Places) -> None:
    for place, shape in [*grids.values(), *at_level(divisions, "community").values()]:
        assert shape.difference(divisions[place["parent"]][1]).area < SLIVER_DEG2, place["code"]


@pytest.mark.parametrize("level", ["street", "community", "grid"])
def test_neighbours_share_their_border_without_gap_or_overlap(divisions: Places, grids: Places, level: str) -> None:
    shapes = [g for _, g in (grids if level == "grid" else at_level(divisions, level)).values()]
    assert shapely.coverage_is_valid(shapes)
    whole = shapely.coverage_union_all(shapes)
    (county,) = (g for _, g in at_level(divisions, "county").values())
    assert whole.symmetric_difference(county).area < SLIVER_DEG2


def test_every_place_is_one_piece_and_its_label_stands_in_it(divisions: Places, grids: Places) -> None:
    for place, shape in [*divisions.values(), *grids.values()]:
        assert shape.is_valid and shape.geom_type == "Polygon", place["code"]
        assert shapely.contains_xy(shape, place["label_lon"], place["label_lat"]), place["code"]


def test_grids_are_numbered_from_west_to_east_then_north_to_south(grids: Places) -> None:
    rows: dict[str, list[tuple[str, float, float]]] = defaultdict(list)
    for code, (place, _) in grids.items():
        rows[place["parent"]].append((code, place["label_lon"], -place["label_lat"]))
    for community in rows.values():
        community.sort()
        assert [int(code[12:]) for code, _, _ in community] == list(range(1, len(community) + 1))
        assert [at[1:] for at in community] == sorted(at[1:] for at in community)


def test_grids_are_smaller_where_people_live(divisions: Places, grids: Places) -> None:
    area: dict[str, list[float]] = defaultdict(list)
    for code, (_, shape) in grids.items():
        area[divisions[code[:9]][0]["name"]].append(shape.area)
    mean = {name: sum(a) / len(a) for name, a in area.items()}
    assert mean["五常街道"] < mean["仓前街道"] * 1.5 < mean["径山镇"] < mean["百丈镇"] * 3


def test_every_place_has_its_name_in_both_languages(divisions: Places, grids: Places) -> None:
    for place, _ in [*divisions.values(), *grids.values()]:
        assert not place["name"].isascii() and place["name_en"][0].isascii(), place["code"]
