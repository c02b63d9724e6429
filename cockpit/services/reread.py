"""重读: something kept in a table and needed in memory, read anew a few seconds after somebody changed it."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

import structlog

from cockpit.store.database import UNAVAILABLE

log = structlog.get_logger(__name__)

T = TypeVar("T")
_LOOK_EVERY_S = 5.0


class Reread(Generic[T]):
    """Holds what `read` gave; asks for `mark` every few seconds and reads again when it is another one.

    While the database is away it holds what it read last, `first` before that. Safe from any thread.
    """

    def __init__(
        self,
        what: str,
        *,
        mark: Callable[[], object],
        read: Callable[[], T],
        first: T,
        every_s: float = _LOOK_EVERY_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._what, self._mark, self._read, self._held = what, mark, read, first
        self._every_s, self._monotonic = every_s, monotonic
        self._lock = threading.Lock()
        self._looked_at = float("-inf")
        self._marked: object = None
        self._has_read = False

    def now(self) -> T:
        """What is held; at most some seconds old."""
        with self._lock:
            if self._monotonic() - self._looked_at >= self._every_s:
                self._looked_at = self._monotonic()
                try:
                    mark = self._mark()
                    if not self._has_read or mark != self._marked:
                        self._held = self._read()
                        self._marked, self._has_read = mark, True
                except UNAVAILABLE as away:
                    log.warning("cannot be read anew", what=self._what, error=str(away))
            return self._held
