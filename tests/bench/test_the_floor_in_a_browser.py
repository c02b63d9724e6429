"""The way from the generator to decoded frames, with a real browser. Nothing here is about time."""

from functools import partial
from pathlib import Path

import pytest

from cockpit.bench import systems
from cockpit.bench.live import Workload, watch
from cockpit.bench.watch import Seen

pytestmark = pytest.mark.browser

SMALL = Workload(name="small", movers=200, target_p50_ms=1000, target_p99_ms=1000)
BEACONS = 3


def look(*page: str) -> Seen:
    return watch(partial(systems.floor, *page), SMALL, BEACONS, settle_s=0.5, lesson_gap_s=1.0)


def test_beacons_are_seen_on_the_floor_and_its_bytes_are_counted() -> None:
    seen = look()
    assert len(seen.delays_ms) + seen.missed == BEACONS
    assert len(seen.delays_ms) >= 1
    assert all(delay >= 0 for delay in seen.delays_ms)
    assert 12 <= seen.bytes_per_update < 14
    assert seen.updates_per_s > 0
    assert seen.screencast_fps > 0


def test_a_page_that_draws_nothing_gives_misses(tmp_path: Path) -> None:
    broken = tmp_path / "broken.html"
    broken.write_text("<!doctype html><title>broken</title><body style='background:#06111f'>", encoding="utf-8")
    seen = look(str(broken))
    assert seen.missed == BEACONS
    assert seen.delays_ms == []
