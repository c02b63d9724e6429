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
