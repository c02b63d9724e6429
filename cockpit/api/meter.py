"""How much each feed has brought: summed up here and told to the others about once a second."""

import threading
import time
from collections.abc import Callable
from typing import Protocol

import structlog

log = structlog.get_logger(__name__)

_EVERY_S = 1.0
_MOST_FEEDS = 200


class FeedHealth(Protocol):
    def touch_feed(self, name: str, received_ms: int, accepted: int, flagged: int, rejected: int) -> None: ...


class FeedMeter:
    """Counts per feed. The first message of a quiet feed is told at once, what follows within a second together."""

    def __init__(
        self,
        health: FeedHealth,
        *,
        away: tuple[type[Exception], ...],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._health, self._away, self._monotonic = health, away, monotonic
        self._lock = threading.Lock()
        self._pending: dict[str, list[int]] = {}
        self._told_at = float("-inf")
        self._timer: threading.Timer | None = None

    def count(self, feed: str, received_ms: int, *, accepted: int = 0, flagged: int = 0, rejected: int = 0) -> None:
        """Something came from `feed`, be it a heartbeat."""
        with self._lock:
            if feed not in self._pending and len(self._pending) >= _MOST_FEEDS:
                return
            pending = self._pending.setdefault(feed, [0, 0, 0, 0])
            pending[0] = max(pending[0], received_ms)
            for i, n in enumerate((accepted, flagged, rejected), 1):
                pending[i] += n
            due = self._monotonic() - self._told_at >= _EVERY_S
            if not due and self._timer is None:
                self._timer = threading.Timer(_EVERY_S, self.flush)
                self._timer.daemon = True
                self._timer.start()
        if due:
            self.flush()

    def flush(self) -> None:
        """Tell what has not been told; kept for the next time while Redis is away."""
        with self._lock:
            pending, self._pending = self._pending, {}
            self._told_at = self._monotonic()
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        while pending:
            feed, (received_ms, accepted, flagged, rejected) = next(iter(pending.items()))
            try:
                self._health.touch_feed(feed, received_ms, accepted, flagged, rejected)
            except self._away as away:
                log.warning("feed counts wait for the stream", error=str(away))
                self._keep(pending)
                return
            del pending[feed]

    def close(self) -> None:
        """Tell the rest and start no more timers of its own."""
        self.flush()

    def _keep(self, untold: dict[str, list[int]]) -> None:
        with self._lock:
            for feed, counts in untold.items():
                known = self._pending.setdefault(feed, [0, 0, 0, 0])
                known[0] = max(known[0], counts[0])
                for i in range(1, 4):
                    known[i] += counts[i]
