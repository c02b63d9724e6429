"""Replay: a recorded file, played at any speed, so that a day can be shown, tested or gone through once more."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from cockpit.services.feeding.recorded import UnreadableRecordingError, read_recorded
from cockpit.services.feeding.runner import LineLostError, Sink
from cockpit.services.feeding.seam import Raw
from feeds.ways.settings import ReplayWay

#: messages within so much of played time are taken together
_BATCH = timedelta(milliseconds=50)
_MOST = 500


class ReplayLine:
    """One file."""

    def __init__(self, way: ReplayWay, *, clock: Callable[[], datetime]) -> None:
        self._way, self._clock = way, clock

    def run(self, sink: Sink, stop: threading.Event) -> None:
        while not stop.is_set():
            self._play(sink, stop)
            if not self._way.repeat:
                return

    def _play(self, sink: Sink, stop: threading.Event) -> None:
        started, first, waiting = self._clock(), None, list[Raw]()
        last = started
        try:
            for raw in read_recorded(Path(self._way.file).expanduser()):
                if first is None:
                    first = raw.received_at
                    sink.up()
                last = self._due(started, first, raw)
                if waiting and (len(waiting) >= _MOST or last - self._due(started, first, waiting[0]) > _BATCH):
                    self._take(waiting, started, first, sink)
                    waiting = []
                if self._way.speed and not self._wait_until(last, sink, stop):
                    return
                waiting.append(raw)
        except UnreadableRecordingError as wrong:
            raise LineLostError(str(wrong)) from wrong
        if waiting and first is not None:
            self._take(waiting, started, first, sink)

    def _due(self, started: datetime, first: datetime, raw: Raw) -> datetime:
        """When a message is played."""
        return started + ((raw.received_at - first) / self._way.speed if self._way.speed else timedelta())

    def _take(self, raws: list[Raw], started: datetime, first: datetime, sink: Sink) -> None:
        if not self._way.as_now:
            sink.take(raws)
            return
        for raw in raws:  # each at its own instant: at another speed than the recorded one they move differently
            sink.take([raw], self._due(started, first, raw) - raw.received_at)

    def _wait_until(self, due: datetime, sink: Sink, stop: threading.Event) -> bool:
        while (left_s := (due - self._clock()).total_seconds()) > 0:
            sink.beat()
            if stop.wait(min(left_s, 1.0)):
                return False
        return not stop.is_set()
