"""路网: the way by road on a graph small enough to reckon by hand, and on the demo city's."""

from pathlib import Path

import numpy as np
import pytest

import cockpit
from cockpit.domain.geo import distance_m
from cockpit.domain.travel import DETOUR, SPEED_MPS, Travel
from cockpit.services.nearby.roads import RoadGraph

#: degrees of about a hundred metres at the equator, where a degree is the same both ways
H = 100 / 111_195


def square() -> RoadGraph:
    """A block of 100 m: west and south lanes, north and east arterials; corners 0 south-west, then anticlockwise."""
    nodes = np.array([[0, 0], [H, 0], [H, H], [0, H]])
    ends = np.array([[0, 1], [1, 2], [2, 3], [3, 0]])
    return RoadGraph(nodes, ends, np.full(4, 100.0), ["lane", "arterial", "arterial", "lane"])


def reach(graph: RoadGraph, here: tuple[float, float], there: tuple[float, float], travel: Travel = Travel.FOOT):
    found = graph.reach(*here, np.array([there[0]]), np.array([there[1]]), travel)
    return float(found.road_m[0]), float(found.eta_s[0]), bool(found.by_road[0])


def test_the_way_goes_along_the_roads_and_not_through_the_block() -> None:
    metres, seconds, by_road = reach(square(), (0, 0), (H, H))
    assert (round(metres), by_road) == (200, True)
    assert seconds == pytest.approx(200 / SPEED_MPS[Travel.FOOT], rel=0.01)


def test_on_one_road_nobody_goes_round_by_a_crossing() -> None:
    metres, _, _ = reach(square(), (0.2 * H, 0), (0.8 * H, 0))
    assert metres == pytest.approx(60, abs=0.5)


def test_a_place_beside_the_road_is_walked_to() -> None:
    metres, seconds, _ = reach(square(), (0.5 * H, -0.3 * H), (0.5 * H, 0), Travel.EBIKE)
    assert metres == pytest.approx(30, abs=0.5)
    assert seconds == pytest.approx(30 / SPEED_MPS[Travel.FOOT], rel=0.02)


def test_a_vehicle_takes_the_quicker_way_and_its_metres_are_of_that_way() -> None:
    # by the lanes 140 m at 5 m/s, by the arterials 260 m at 11 m/s
    graph = square()
    metres, seconds, _ = reach(graph, (H, 0), (0, 0.7 * H), Travel.VEHICLE)
    assert (round(metres), round(seconds, 1)) == (230, round(200 / 11 + 30 / 5, 1))
    assert round(reach(graph, (H, 0), (0, 0.7 * H), Travel.FOOT)[0]) == 170


def test_where_no_road_is_near_or_none_leads_there_it_is_the_straight_line_times_the_factor() -> None:
    far = (0.0, 8 * H)
    metres, seconds, by_road = reach(square(), (0, 0), far)
    assert by_road is False
    assert metres == pytest.approx(float(distance_m(0, 0, *far)) * DETOUR)
    assert seconds == pytest.approx(metres / SPEED_MPS[Travel.FOOT])
    nodes = np.array([[0, 0], [H, 0], [3 * H, 0], [4 * H, 0]])
    islands = RoadGraph(nodes, np.array([[0, 1], [2, 3]]), np.full(2, 100.0), ["lane", "lane"])
    assert reach(islands, (0, 0), (4 * H, 0))[2] is False


def test_a_drone_flies_straight() -> None:
    metres, seconds, by_road = reach(square(), (0, 0), (H, H), Travel.AIR)
    assert (by_road, metres) == (False, pytest.approx(float(distance_m(0, 0, H, H))))
    assert seconds == pytest.approx(metres / SPEED_MPS[Travel.AIR])


def test_a_matrix_says_what_each_question_alone_says() -> None:
    graph = RoadGraph.load(Path(cockpit.__file__).parent / "cities" / "yuhang" / "roads.json")
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(119.9, 120.0, 8), rng.uniform(30.25, 30.35, 8)
    lons, lats = rng.uniform(119.8, 120.1, 30), rng.uniform(30.2, 30.5, 30)
    for travel in Travel:
        found = graph.matrix_s(lon, lat, lons, lats, travel)
        each = [graph.reach(x, y, lons, lats, travel).eta_s for x, y in zip(lon, lat, strict=True)]
        assert np.allclose(found, each, rtol=1e-6)
        assert np.allclose(graph.matrix_s(lons, lats, lon, lat, travel), found.T, rtol=1e-6)
    assert graph.matrix_s(lon, lat, lons[:0], lats[:0], Travel.FOOT).shape == (8, 0)


def test_a_way_by_road_is_the_same_in_both_directions_and_never_shorter_than_the_straight_line() -> None:
    graph = RoadGraph.load(Path(cockpit.__file__).parent / "cities" / "yuhang" / "roads.json")
    rng = np.random.default_rng(2)
    lons, lats = rng.uniform(119.9, 120.05, 40), rng.uniform(30.25, 30.4, 40)
    for x, y in zip(lons[:5].tolist(), lats[:5].tolist(), strict=True):
        out = graph.reach(x, y, lons, lats, Travel.EBIKE)
        back = [graph.reach(a, b, np.array([x]), np.array([y]), Travel.EBIKE) for a, b in zip(lons, lats, strict=True)]
        assert np.allclose(out.road_m, [float(b.road_m[0]) for b in back], rtol=1e-6, atol=1e-3)
        assert (out.road_m >= distance_m(x, y, lons, lats) - 1e-6).all()
