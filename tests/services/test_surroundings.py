"""周边: how feeds are doing, told from when and how they were last heard of."""

from dataclasses import replace

import pytest

from cockpit.domain.source import FeedStatus
from cockpit.services.city import City, FeedInfo
from cockpit.services.surroundings import FeedNow, Lookout
from cockpit.stream.health import MemoryHealth

T0 = 1_800_000_000_000


class Room:
    """A feed of its own, `fire`, every 3 s, that brings what the source `iot`, every 10 s, shows."""

    def __init__(self) -> None:
        self.health, self.now_ms = MemoryHealth(), T0
        city = replace(
            City.empty(tz="Asia/Shanghai"),
            feeds=[FeedInfo("iot", "物联", "IoT", 10), FeedInfo("fire", "消防", "Fire", 3, sources=("iot",))],
        )
        self.lookout = Lookout(city=city, health=self.health, dead_letters=lambda: 0, clock_ms=lambda: self.now_ms)

    def after(self, seconds: float) -> dict[str, FeedNow]:
        self.now_ms = T0 + round(seconds * 1000)
        return {feed.name: feed for feed in self.lookout.now().feeds}


@pytest.fixture
def room() -> Room:
    return Room()


def test_what_only_a_lost_feed_brings_is_lost_with_it(room: Room) -> None:
    for name in ("fire", "iot"):
        room.health.touch_feed(name, T0, 1, 0, 0)
    assert {feed.status for feed in room.after(1).values()} == {FeedStatus.LIVE}
    assert {feed.status for feed in room.after(7).values()} == {FeedStatus.STALE}
    assert {feed.status for feed in room.after(31).values()} == {FeedStatus.LOST}


def test_what_another_brings_as_well_goes_on(room: Room) -> None:
    room.health.touch_feed("fire", T0, 1, 0, 0)
    room.health.touch_feed("iot", T0 + 25_000, 1, 0, 0)
    told = room.after(31)
    assert (told["fire"].status, told["iot"].status) == (FeedStatus.LOST, FeedStatus.LIVE)


def test_a_feed_whose_way_is_broken_is_lost_within_two_intervals_and_back_when_it_is_heard(room: Room) -> None:
    for name in ("fire", "iot"):
        room.health.touch_feed(name, T0, 1, 0, 0)
    room.health.note_feed("fire", down_ms=T0 + 1_000)
    assert room.after(3)["fire"].status is FeedStatus.LIVE, "a moment is no loss"
    assert {feed.status for feed in room.after(5).values()} == {FeedStatus.LOST}
    room.health.touch_feed("fire", T0 + 5_500, 0, 0, 0)
    assert room.after(6)["fire"].status is FeedStatus.LIVE


def test_a_feed_that_was_never_heard_of_and_cannot_be_reached_is_lost_since_then(room: Room) -> None:
    room.health.note_feed("fire", down_ms=T0)
    told = room.after(4)["fire"]
    assert (told.status, told.age_s) == (FeedStatus.LOST, 4.0)
    assert room.after(5)["iot"].status is FeedStatus.UNKNOWN
