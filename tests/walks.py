"""A morning's walk for tests: what a phone would have sent, with a stop, a silence and a stray place in it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

#: degrees of latitude for so many metres
_METRE = 1 / 111_195
#: within the grid of `gw-00001`
BEGIN = (119.9900, 30.2900)
#: in the city, and farther than anybody goes in ten seconds
STRAY = {"lon": 119.80, "lat": 30.40}


def walk(
    subject_id: str, begin: datetime, *, place: tuple[float, float] = BEGIN, every_s: int = 10
) -> Iterator[dict[str, Any]]:
    """Messages of `POST feeds/positions`: 10 minutes north at 1.2 m/s, 10 minutes standing, 20 minutes of silence with
    a battery that was low, 10 minutes on, and a place 20 km away in the middle of the last."""

    def message(second: int, north_m: float, battery: float) -> dict[str, Any]:
        return {
            "subject_id": subject_id, "kind": "gridworker", "lon": place[0], "lat": place[1] + north_m * _METRE,
            "at": (begin + timedelta(seconds=second)).isoformat(), "accuracy_m": 5.0, "battery": battery,
        }  # fmt: skip

    for second in range(0, 600, every_s):
        yield message(second, 1.2 * second, 40.0)
    for second in range(600, 1200, every_s):
        yield message(second, 720.0, 8.0)
    for second in range(2400, 3000, every_s):
        yield message(second, 720.0 + 1.2 * (second - 2400), 60.0)
    yield {**message(2705, 0.0, 60.0), **STRAY}
