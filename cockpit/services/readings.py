"""读数入口: what devices measure goes to its own lane; rules read it there, the archive keeps it for a while."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from math import isfinite
from typing import Protocol

from cockpit.domain.reading import Reading
from cockpit.services.intake import Outcome, Refused

#: a reading further ahead than any skewed clock would stay the newest for ever
_FUTURE_LIMIT = timedelta(days=1)
_LONGEST = 200
#: beyond this no device measures: a broken sensor, or an identifier in the wrong field
_LARGEST = 1e15


class ReadingAppender(Protocol):
    def append(self, readings: Sequence[Reading]) -> str: ...


class ReadingIntake:
    """Takes readings. Safe from any thread; raises what the stream raises when it cannot be reached."""

    def __init__(self, *, lane: ReadingAppender, clock: Callable[[], datetime]) -> None:
        self._lane, self._clock = lane, clock

    def take_readings(self, readings: Sequence[Reading], indices: Sequence[int] | None = None) -> Outcome:
        """Append the sound ones as one batch; `indices` are their places in the request, 0… without.

        `received_at` is filled in here. About a microsecond a reading.
        """
        now = self._clock()
        latest = now + _FUTURE_LIMIT
        outcome, good = Outcome(), []
        for place, reading in enumerate(readings):
            wrong = _wrong(reading, latest)
            if wrong is None:
                good.append(reading._replace(received_at=now))
            else:
                outcome.rejected.append(Refused(indices[place] if indices is not None else place, *wrong))
        if good:
            self._lane.append(good)
        outcome.accepted = len(good)
        return outcome

    def take_indexed(self, readings: Sequence[tuple[int, Reading]]) -> Outcome:
        """Append readings that come with their places in the request."""
        return self.take_readings([reading for _, reading in readings], [index for index, _ in readings])


def _wrong(reading: Reading, latest: datetime) -> tuple[str, str] | None:
    """The field that is wrong and why; None for a sound reading."""
    if not 0 < len(reading.device_id) <= _LONGEST:
        return "device_id", f"must have 1 to {_LONGEST} characters"
    if not 0 < len(reading.quantity) <= _LONGEST:
        return "quantity", f"must have 1 to {_LONGEST} characters"
    if not isfinite(reading.value) or abs(reading.value) > _LARGEST:
        return "value", "is no number that a device can measure"
    if reading.at > latest:
        return "at", "lies more than a day ahead of the server's clock"
    return None
