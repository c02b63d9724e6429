"""How much each feed has brought: summed up here and told to the others about once a second."""

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

import structlog

log = structlog.get_logger(__name__)

_EVERY_S = 1.0
_MOST_FEEDS = 200
_MOST_REASONS = 50
#: lags that percentiles are taken of: the newest of each feed
_LAGS_KEPT = 1_000
_PERCENTILES = (0.5, 0.9, 0.99)


class FeedHealth(Protocol):
    def touch_feed(self, name: str, received_ms: int, accepted: int, flagged: int, rejected: int) -> None: ...
    def note_feed(
        self, name: str, *, duplicate: int = 0, event_ms: int = 0, lag_ms: Sequence[int] = (),
        reasons: Mapping[str, int] | None = None, down_ms: int = 0,
    ) -> None: ...  # fmt: skip


@dataclass(slots=True)
class _Pending:
    """What has not been told of one feed."""

    received_ms: int = 0
    accepted: int = 0
    flagged: int = 0
    rejected: int = 0
    duplicate: int = 0
    event_ms: int = 0
    lag_ms: tuple[int, ...] = ()
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, other: "_Pending") -> None:
        self.received_ms = max(self.received_ms, other.received_ms)
        self.event_ms = max(self.event_ms, other.event_ms)
        self.lag_ms = other.lag_ms or self.lag_ms
        for name in ("accepted", "flagged", "rejected", "duplicate"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for reason, n in other.reasons.items():
            if reason in self.reasons or len(self.reasons) < _MOST_REASONS:
                self.reasons[reason] += n


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
        self._pending: dict[str, _Pending] = {}
        self._lags: dict[str, list[int]] = {}
        self._told_at = float("-inf")
        self._timer: threading.Timer | None = None

    def count(
        self,
        feed: str,
        received_ms: int,
        *,
        accepted: int = 0,
        flagged: int = 0,
        rejected: int = 0,
        duplicate: int = 0,
        event_ms: int = 0,
        lags_ms: Sequence[int] = (),
        reasons: Iterable[str] = (),
    ) -> None:
        """Something came from `feed`, be it a heartbeat. `lags_ms`: how late some of its messages were."""
        with self._lock:
            if feed not in self._pending and len(self._pending) >= _MOST_FEEDS:
                return
            heard = _Pending(
                received_ms, accepted, flagged, rejected, duplicate, event_ms, self._late(feed, lags_ms),
                Counter(_shortened(reason) for reason in reasons),
            )  # fmt: skip
            self._pending.setdefault(feed, _Pending()).add(heard)
            due = self._monotonic() - self._told_at >= _EVERY_S
            if not due and self._timer is None:
                self._timer = threading.Timer(_EVERY_S, self.flush)
                self._timer.daemon = True
                self._timer.start()
        if due:
            self.flush()

    def interrupted(self, feed: str, since_ms: int) -> None:
        """The way to `feed` is interrupted. To be said again at every try: while Redis is away it is not kept."""
        with suppress(*self._away):
            self._health.note_feed(feed, down_ms=since_ms)

    def flush(self) -> None:
        """Tell what has not been told; kept for the next time while Redis is away."""
        with self._lock:
            pending, self._pending = self._pending, {}
            self._told_at = self._monotonic()
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        while pending:
            feed, heard = next(iter(pending.items()))
            try:
                self._health.touch_feed(feed, heard.received_ms, heard.accepted, heard.flagged, heard.rejected)
                if heard.duplicate or heard.event_ms or heard.lag_ms or heard.reasons:
                    self._health.note_feed(
                        feed, duplicate=heard.duplicate, event_ms=heard.event_ms, lag_ms=heard.lag_ms,
                        reasons=heard.reasons,
                    )  # fmt: skip
            except self._away as away:
                log.warning("feed counts wait for the stream", error=str(away))
                self._keep(pending)
                return
            del pending[feed]

    def close(self) -> None:
        """Tell the rest and start no more timers of its own."""
        self.flush()

    def _late(self, feed: str, lags_ms: Sequence[int]) -> tuple[int, ...]:
        """The percentiles of this feed's newest lags."""
        if not lags_ms:
            return ()
        lags = self._lags.setdefault(feed, [])
        lags.extend(lags_ms)
        del lags[:-_LAGS_KEPT]
        ranked = sorted(lags)
        return tuple(ranked[min(len(ranked) - 1, int(len(ranked) * share))] for share in _PERCENTILES)

    def _keep(self, untold: dict[str, _Pending]) -> None:
        with self._lock:
            for feed, heard in untold.items():
                known = self._pending.setdefault(feed, _Pending())
                heard.lag_ms = known.lag_ms or heard.lag_ms
                known.add(heard)


def _shortened(reason: str) -> str:
    """Reasons that differ only in a number are one."""
    return re.sub(r"\d+", "#", reason)[:120]
