"""Invented reports for the feeds API, each with an id of its own and a place well away from the beacon."""

import json
import random
from datetime import UTC, datetime
from itertools import count

import numpy as np

from cockpit.bench.view import Cloud, View

_SOURCES = ("gridworker", "hotline_12345", "citizen", "video_ai", "department")


class EventMaker:
    """Reports without end; two makers with different seeds never give the same id."""

    def __init__(self, view: View, *, seed: int) -> None:
        self._chance = random.Random(seed)
        self._name = f"b{seed}-{datetime.now(UTC):%H%M%S%f}"
        self._numbers = count()
        places = Cloud.of(2000, view, seed=seed)
        self._lon, self._lat = np.ravel(places.lon), np.ravel(places.lat)

    def message(self) -> dict[str, object]:
        """One report of now."""
        place = self._chance.randrange(len(self._lon))
        return {
            "event_id": f"{self._name}-{next(self._numbers)}",
            "source": self._chance.choice(_SOURCES),
            "category": "event.01.10",
            "title": "占道经营",
            "lon": round(float(self._lon[place]), 7),
            "lat": round(float(self._lat[place]), 7),
            "reported_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        }

    def batch(self, n: int) -> bytes:
        """A request with `n` reports."""
        return json.dumps([self.message() for _ in range(n)]).encode()
