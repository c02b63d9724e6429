"""结束: SIGTERM and Ctrl-C as an event that a process waits for.

A signal's function runs in the main thread between any two of its instructions, also while that thread holds the
lock of the very event that it waits for: `Event.set()` in there waits for itself, for ever, and the process ends by
`kill -9` alone. So it only drops a word into a queue whose `put` may interrupt itself, and a thread sets the event.
"""

import queue
import signal
import threading
from types import FrameType


def stop_when_asked() -> threading.Event:
    """An event that SIGTERM and SIGINT set, however often and at whatever instant they come. Main thread only."""
    stop = threading.Event()
    asked: queue.SimpleQueue[int] = queue.SimpleQueue()

    def ask(number: int, _frame: FrameType | None) -> None:
        asked.put(number)

    def follow() -> None:
        asked.get()
        stop.set()

    threading.Thread(target=follow, name="ending", daemon=True).start()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, ask)
    return stop
