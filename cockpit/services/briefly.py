"""片刻: an answer that costs much and is asked for by many is made once and serves all of them for a moment."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")
_MOST_KEPT = 256


class Briefly(Generic[T]):
    """Keeps what `make` gave for `keep_s` seconds; who asks meanwhile waits for it or gets it. Safe from any thread."""

    def __init__(self, keep_s: float, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """`keep_s` 0: nothing is kept, each question is answered anew."""
        self._keep_s, self._monotonic = keep_s, monotonic
        self._lock = threading.Lock()
        self._making: dict[Hashable, threading.Lock] = {}
        self._kept: OrderedDict[Hashable, tuple[float, T]] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is kept of `key`, or what `make` gives now. What `make` raises is not kept."""
        if not self._keep_s:
            return make()
        with self._lock:
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                kept = self._kept.get(key)
            if kept is not None and self._monotonic() - kept[0] < self._keep_s:
                return kept[1]
            made = make()
            with self._lock:
                self._kept[key] = self._monotonic(), made
                self._kept.move_to_end(key)
                while len(self._kept) > _MOST_KEPT:
                    old, _ = self._kept.popitem(last=False)
                    self._making.pop(old, None)
            return made
