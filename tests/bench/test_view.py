"""The piece of the city that the live pages show."""

import numpy as np

from cockpit.bench.view import STRIDE_PX, VIEW, Cloud
from cockpit.domain.geo import distance_m
from cockpit.domain.plausibility import top_speed_mps
from cockpit.services.city import City


def test_the_cloud_and_the_beacon_stay_inside_the_demo_city() -> None:
    city, cloud = City.load("yuhang"), Cloud.of(2000)
    assert (city.locate_many(cloud.lon[0], cloud.lat[0]) > 0).all()
    for lon, lat in VIEW.beacon_places():
        assert city.locate(lon, lat) is not None


def test_the_beacon_moves_faster_than_a_glide_and_slower_than_a_doubted_jump() -> None:
    (lon, lat), (other_lon, other_lat) = VIEW.beacon_places()
    metres = float(distance_m(np.array([lon]), np.array([lat]), np.array([other_lon]), np.array([other_lat]))[0])
    assert 40 < metres < top_speed_mps("drone")


def test_nobody_of_the_cloud_comes_near_the_beacon() -> None:
    cloud = Cloud.of(3000)
    scale = 256 * 2**VIEW.zoom
    x = (cloud.lon - VIEW.lon) / 360 * scale
    world_y = np.log(np.tan(np.pi / 4 + np.radians(cloud.lat) / 2)) - np.log(
        np.tan(np.pi / 4 + np.radians(VIEW.lat) / 2)
    )
    y = world_y / (2 * np.pi) * scale
    assert np.hypot(x, y).min() > 150 + STRIDE_PX


def test_every_step_of_the_cloud_is_a_pixel_or_more() -> None:
    cloud = Cloud.of(100)
    moved = np.abs(np.diff(cloud.lon, axis=0)) + np.abs(np.diff(cloud.lat, axis=0))
    assert (moved > 0).all()


def test_a_cloud_over_the_city_stays_in_it_and_away_from_the_beacon() -> None:
    city = City.load("yuhang")
    cloud = Cloud.over_city(5000, city)
    inside = city.locate_many(cloud.lon[0], cloud.lat[0]) > 0
    assert inside.mean() > 0.97
    x, y = VIEW.pixels(cloud.lon, cloud.lat)
    assert np.hypot(x - VIEW.width / 2, y - VIEW.height / 2).min() > 150 + STRIDE_PX


def test_pixels_and_degrees_undo_each_other() -> None:
    x, y = np.array([0.0, 960.0, 1900.0]), np.array([1000.0, 540.0, 3.0])
    back_x, back_y = VIEW.pixels(*VIEW.degrees(x, y))
    assert np.allclose(back_x, x)
    assert np.allclose(back_y, y)
