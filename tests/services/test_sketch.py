"""略图: what lies around a place, in metres, nearest first."""

import math

from cockpit.services.city import City, city_directory
from cockpit.services.sketch import Sketch


def test_roads_and_buildings_around_a_place_are_within_reach_and_the_nearest_come_first() -> None:
    city = City.load("yuhang")
    lon, lat = city.divisions["330110012"].label
    told = Sketch(city.directory).around(lon, lat, 300)
    assert told["roads"]
    assert all(min(road[2], road[4]) <= 300 and max(road[2], road[4]) >= -300 for road in told["roads"])
    reach = [min(abs(x) + abs(y) for x, y in (road[2:4], road[4:6])) for road in told["roads"]]
    assert reach[0] <= min(reach) + 2


def test_metres_are_metres() -> None:
    sketch = Sketch(city_directory("yuhang"))
    here = sketch.around(119.95, 30.30, 1000)["roads"][0]
    moved = [r for r in sketch.around(119.95, 30.301, 1000)["roads"] if r[:2] == here[:2] and r[2] == here[2]]
    assert any(math.isclose(here[3] - r[3], 111, abs_tol=2) for r in moved)


def test_a_city_without_files_has_an_empty_sketch() -> None:
    assert Sketch(None).around(120, 30, 200) == {"radius_m": 200, "roads": [], "buildings": []}
