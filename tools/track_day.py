"""A seeded day of three gridworkers for a picture of their tracks, posted as their phones would have."""

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cockpit.services.city import City
from cockpit.simulator.ground import Ground
from cockpit.simulator.patrol import Patrol
from tests.cli.running import Running

PEOPLE = ("gw-00001", "gw-00002", "gw-00003")
_EVERY_S = 20.0
_ZONE = ZoneInfo("Asia/Shanghai")
#: yesterday, which the simulator of the running city says nothing about
DAY = datetime.now(_ZONE).date() - timedelta(days=1)


def post_day(up: Running) -> None:
    """A shift's way along the streets, with a silence in the afternoon and a stray place."""
    city = City.load("yuhang")
    patrol = Patrol(Ground.load(Path(city.directory or "")), 7, interval_s=_EVERY_S, tick_s=_EVERY_S)
    begin, told = datetime.combine(DAY, time(7, 30), _ZONE), list[dict[str, Any]]()
    for n in range(round(10 * 3600 / _EVERY_S)):
        now = begin + timedelta(seconds=_EVERY_S * n)
        told += [m for m in patrol.report(now, 0) if m["subject_id"] in PEOPLE and not _silent(m, now)]
    stray = dict(told[len(told) // 2], lon=119.82, lat=30.38)
    told.append({**stray, "at": (datetime.fromisoformat(stray["at"]) + timedelta(seconds=5)).isoformat()})
    with up.client(up.linked_token("admin")) as feed:
        for start in range(0, len(told), 1_000):
            feed.post("feeds/positions", json=told[start : start + 1_000]).raise_for_status()


def _silent(message: dict[str, Any], now: datetime) -> bool:
    return message["subject_id"] == PEOPLE[0] and time(13, 40) <= now.time() < time(14, 25)
