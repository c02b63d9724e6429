"""墙上时间: exact whole microseconds since 1970, and the instant at which a city's clocks show a time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000
MINUTE = 60 * _SECOND


def micros_of(at: datetime) -> int:
    """Microseconds since 1970 of an aware time, exactly."""
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * _SECOND + since.microseconds


def instant_of(micros: int) -> datetime:
    """The aware UTC time of so many microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=micros)


def wall_micros(zone: ZoneInfo, day: date, minutes: int) -> int:
    """µs since 1970 when the clocks of `zone` show so many minutes after midnight of `day`.

    A time that they show twice is the first, one that they leave out is the leap itself.
    """
    wall = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minutes)
    before, after = wall.utcoffset(), wall.replace(fold=1).utcoffset()
    if before is None or after is None or after <= before:
        return micros_of(wall)
    return _leap(zone, micros_of(wall.replace(fold=1)), micros_of(wall))


def _leap(zone: ZoneInfo, low: int, high: int) -> int:
    """The second between two instants at which the offset changes."""
    offset = instant_of(low).astimezone(zone).utcoffset()
    while high - low > _SECOND:
        middle = low + (high - low) // (2 * _SECOND) * _SECOND
        if instant_of(middle).astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high
