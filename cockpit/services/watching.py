"""守望: what looks at streams and situation again and again, and waits while Redis is away."""

import threading
from collections.abc import Callable

import structlog

from cockpit.stream.connection import UNAVAILABLE

log = structlog.get_logger(__name__)

_AWAY_S = 0.5


def watch(
    look: Callable[[], object], stop: threading.Event, *, name: str, rest: Callable[[], object] | None = None
) -> None:
    """Call `look` and then `rest` until `stop`; while the stream is away say so once, and once when it is back.

    A look that waits for entries by itself needs no rest. What one look could not do, the next one does: the ids of
    facts and commands follow from what happened.
    """
    told = False
    while not stop.is_set():
        try:
            look()
        except UNAVAILABLE as away:
            if not told:
                log.warning("waits for the stream", watch=name, error=str(away))
                told = True
            stop.wait(_AWAY_S)
            continue
        if told:
            log.warning("the stream is back", watch=name)
            told = False
        if rest is not None:
            rest()
