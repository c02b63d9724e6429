"""运行 — the whole simulator against a server that only listens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

from cockpit.simulator.ground import Ground
from cockpit.simulator.run import run_simulator

from .conftest import DAY, SEED
from .test_sender import Ingest, serving


def run_until(server: Ingest, city_dir: Path, now: datetime, enough: Callable[[list[Any]], bool]) -> list[Any]:
    """Starts the simulator at `now`, a clock that stands still, and stops it when it has told enough."""
    stop, pause = Event(), Event()
    options: dict[str, Any] = {"city_dir": city_dir, "seed": SEED, "stop": stop, "events_per_day": 300}
    args = {"base_url": server.url, "token": "t", "clock": lambda: now, **options}
    thread = Thread(target=run_simulator, kwargs=args)
    thread.start()
    for _ in range(2000):
        if enough(server.told):
            break
        pause.wait(0.01)
    stop.set()
    thread.join(20)
    assert not thread.is_alive()
    return server.told


def test_it_tells_open_events_positions_and_heartbeats(city_dir: Path, ground: Ground) -> None:
    now = datetime.combine(DAY, datetime.min.time(), ground.tz) + timedelta(hours=11)

    def enough(told: list[Any]) -> bool:
        kinds = {(path.rsplit("/", 1)[1], source) for path, source, _ in list(told)}
        return {("positions", ""), ("transitions", ""), ("alarms", ""), ("alarms", "iot"), ("events", "drone")} <= kinds

    with serving(Ingest()) as server:
        told = run_until(server, city_dir, now, enough)
    assert enough(told)
    feeds = Counter(path.rsplit("/", 1)[1] for path, source, _ in told if not source)
    assert feeds["events"] and feeds["transitions"]
    first = next(body for path, _, body in told if path.endswith("/events"))
    assert all(datetime.fromisoformat(b["reported_at"]) <= now for b in first)
    hearts = {source for path, source, body in told if path.endswith("/events") and source and body == []}
    assert {"gridworker", "hotline_12345", "iot", "video_ai", "department"} <= hearts
