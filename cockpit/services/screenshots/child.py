"""代劳: has a process of its own make a picture, and ends it and its Chromium whatever happens."""

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import msgspec

from cockpit.services.screenshots.order import Order, Told

#: what is left of the time after the page's own patience: to draw the strip and to write
_AFTER_S = 30.0
_LONGEST_LINE = 1 << 16


class TakingError(RuntimeError):
    """No picture came of it: the message for whoever runs the cockpit, `why` as a key of `picture.why`."""

    def __init__(self, told: str, why: str = "gone") -> None:
        super().__init__(told)
        self.why = why


def take(order: Order, at_step: Callable[[str], None], stop: threading.Event) -> Told:
    """Make the picture of `order` at `order.out`. TakingError if it cannot be made, in time or at all."""
    process = subprocess.Popen(
        [sys.executable, "-m", __package__ + ".taking"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return _heard(process, order, at_step, stop)
    finally:
        # before it is waited for: until then its number is nobody else's
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _heard(
    process: "subprocess.Popen[bytes]", order: Order, at_step: Callable[[str], None], stop: threading.Event
) -> Told:
    assert process.stdin is not None and process.stdout is not None
    try:
        process.stdin.write(msgspec.json.encode(order) + b"\n")
        process.stdin.flush()  # it stays open: the other end ends when it closes
    except OSError:
        raise TakingError("the process that makes pictures ended at once") from None
    deadline, buffer = time.monotonic() + order.within_s + _AFTER_S, b""
    while not stop.is_set():
        left = deadline - time.monotonic()
        if left <= 0:
            raise TakingError(f"it took longer than {order.within_s + _AFTER_S:.0f} s and was ended", "late")
        if not select.select([process.stdout], [], [], min(left, 0.5))[0]:
            continue
        read = os.read(process.stdout.fileno(), _LONGEST_LINE)
        if not read:
            raise TakingError("the process that makes pictures was ended")
        *lines, buffer = (buffer + read).split(b"\n")
        for line in lines:
            told = msgspec.json.decode(line, type=Told)
            if told.failed:
                raise TakingError(told.failed, told.why)
            if told.made:
                return told
            at_step(told.step)
    raise TakingError("the cockpit ended meanwhile")
