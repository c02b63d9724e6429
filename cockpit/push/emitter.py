"""The one thread that sends to browsers, and the one that paints their panels.

One sender, because a binary attachment travels behind its message: two senders would mix them up.
"""

import threading
import time
from collections.abc import Callable

import structlog

from cockpit.push.metrics import PushMetrics
from cockpit.push.painter import Painter
from cockpit.push.rounds import Rounds

log = structlog.get_logger(__name__)

#: no browser shows more than sixty pictures a second
_SHORTEST_PAUSE_S = 0.016
#: the rest of the process gets twice as much time as the rounds
_PAUSE_PER_ROUND = 2.0
_LONGEST_WAIT_S = 0.25


class Emitter:
    """Runs a round at once after a change, then at the pace that the rounds allow; beats go out in between."""

    def __init__(
        self,
        rounds: Rounds,
        painter: Painter,
        *,
        metrics: PushMetrics,
        paint_every_s: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rounds, self._painter, self._metrics = rounds, painter, metrics
        self._paint_every_s, self._monotonic = paint_every_s, monotonic
        self._wake, self._stop = threading.Event(), threading.Event()
        self._threads: list[threading.Thread] = []

    def wake(self) -> None:
        """Something changed, somebody acknowledged or joined. Cheap, from any thread."""
        self._wake.set()

    def start(self) -> None:
        for name, target in (("push-emitter", self._emit), ("push-painter", self._paint)):
            thread = threading.Thread(target=target, name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        self._stop.set()
        self._wake.set()
        for thread in self._threads:
            thread.join(timeout=5)

    def _emit(self) -> None:
        next_s = 0.0
        while not self._stop.is_set():
            self._wake.wait(_LONGEST_WAIT_S)
            if self._stop.wait(max(0.0, next_s - self._monotonic())):
                return
            self._wake.clear()
            begun_s = self._monotonic()
            try:
                self._rounds.run(begun_s)
            except Exception:  # the other browsers and the next round must not suffer
                log.exception("push round failed")
            took_s = self._monotonic() - begun_s
            self._metrics.round_s.observe(took_s)
            next_s = begun_s + took_s + max(_SHORTEST_PAUSE_S, _PAUSE_PER_ROUND * took_s)

    def _paint(self) -> None:
        while not self._stop.is_set():
            begun_s = self._monotonic()
            views = self._rounds.views()
            self._painter.paint(views)
            if views:
                self._wake.set()
            took_s = self._monotonic() - begun_s
            self._stop.wait(max(self._paint_every_s - took_s, took_s, 0.01))
