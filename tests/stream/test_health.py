"""Signs of life of feeds and processes."""

import pytest

from cockpit.stream.health import MOST_REASONS, FeedCounts, Health, Heartbeat, MemoryHealth, RedisHealth


@pytest.fixture(params=["memory", "redis", "cluster"])
def health(request: pytest.FixtureRequest) -> Health:
    if request.param == "memory":
        return MemoryHealth()
    return RedisHealth(request.getfixturevalue(f"{request.param}_client"), request.getfixturevalue("keys"))


def test_the_counts_of_a_feed_add_up(health: Health) -> None:
    assert health.feeds() == {}
    health.touch_feed("iot", 1_000, 5, 1, 0)
    health.touch_feed("iot", 2_000, 2, 0, 3)
    health.touch_feed("drone|1", 1_500, 0, 0, 0)
    assert health.feeds() == {
        "drone|1": FeedCounts(received_ms=1_500),
        "iot": FeedCounts(received_ms=2_000, accepted=7, flagged=1, rejected=3),
    }


def test_a_process_is_listed_with_its_last_sign_of_life_until_it_leaves(health: Health) -> None:
    health.beat("web", 12, "catching up", 1_000)
    health.beat("web", 7, "ready", 1_000)
    health.beat("web", 12, "ready", 2_000)
    beats = [Heartbeat(process="web", pid=pid, at_ms=at, status="ready") for pid, at in ((7, 1_000), (12, 2_000))]
    assert health.heartbeats() == beats
    health.leave("web", 12)
    assert health.heartbeats() == beats[:1]


def test_a_feed_tells_how_late_it_is_and_why_it_was_refused(health: Health) -> None:
    health.touch_feed("fire", 5_000, 1, 0, 3)
    health.note_feed("fire", duplicate=2, event_ms=4_000, lag_ms=(10, 20, 30), reasons={"lat: must be a number": 2})
    health.note_feed("fire", duplicate=1, reasons={"lat: must be a number": 1, "at|x: is missing": 1})
    told = health.feeds()["fire"]
    assert (told.duplicate, told.event_ms, told.lag_ms) == (3, 4_000, (10, 20, 30))
    assert dict(told.reasons) == {"lat: must be a number": 3, "at|x: is missing": 1}
    health.note_feed("fire", reasons={f"reason {n}": 1 for n in range(100)})
    assert len(health.feeds()["fire"].reasons) == MOST_REASONS
    assert health.feeds()["fire"].reasons["lat: must be a number"] == 3
