"""可信度: what is doubtful about a place or a time; kept and flagged, never drawn as if true."""

from datetime import datetime, timedelta

#: a source's clock may run this far ahead before its times count as future
CLOCK_SKEW = timedelta(minutes=5)

NO_PLACE = "no_place"  # no coordinates given
NULL_ISLAND = "null_island"  # 0/0: a device without a fix
OUTSIDE = "outside_city"  # not within the city's divisions
FUTURE = "future"  # later than the server's clock allows
JUMP = "jump"  # faster than its kind can move
LATE = "late"  # older than what is already known

#: flags that keep a place off the map
UNDRAWABLE = frozenset({NO_PLACE, NULL_ISLAND, OUTSIDE, FUTURE, JUMP})

#: m/s that a subject of a kind can hardly exceed between two fixes; others: `_DEFAULT_SPEED_MPS`
_TOP_SPEED_MPS = {"gridworker": 45.0, "vehicle": 60.0, "drone": 90.0}
_DEFAULT_SPEED_MPS = 90.0


def top_speed_mps(kind: str) -> float:
    """Above this a move between two fixes is a jump, not a journey."""
    return _TOP_SPEED_MPS.get(kind, _DEFAULT_SPEED_MPS)


def is_null_island(lon: float, lat: float) -> bool:
    """True within about a kilometre of 0/0, where devices without a fix claim to be."""
    return abs(lon) < 0.01 and abs(lat) < 0.01


def is_future(at: datetime, received_at: datetime) -> bool:
    """True when `at` lies further ahead of the server's clock than a skewed clock explains."""
    return at > received_at + CLOCK_SKEW
