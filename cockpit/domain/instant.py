"""时刻: instants as streams and tables count them."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def millis_of(at: datetime) -> int:
    """Whole milliseconds since 1970 of an aware time, rounded down."""
    return (at - _EPOCH) // _MILLISECOND
