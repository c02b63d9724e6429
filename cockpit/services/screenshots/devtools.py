"""与浏览器对话: DevTools over two pipes. No port is open that another program of this machine could speak to."""

import fcntl
import os
import select
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

#: Chromium reads its orders from 3 and answers on 4
_ORDERS, _ANSWERS = 3, 4
_OUT_OF_THE_WAY = 20

Handler = Callable[[dict[str, Any]], None]


class BrowserError(RuntimeError):
    """The browser refused something, has gone, or did not answer in time; `why` is a key of `picture.why`."""

    def __init__(self, told: str, why: str = "refused") -> None:
        super().__init__(told)
        self.why = why


def pipes() -> tuple[int, int, Sequence[int]]:
    """Where to write orders, where to read answers, and the two that Chromium inherits under their fixed numbers.

    For a process that has just begun and holds nothing under these numbers.
    """
    ends = (*os.pipe(), *os.pipe())
    moved = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _OUT_OF_THE_WAY) for end in ends]
    for end in ends:
        os.close(end)
    theirs_in, ours_out, ours_in, theirs_out = moved
    os.dup2(theirs_in, _ORDERS)
    os.dup2(theirs_out, _ANSWERS)
    os.close(theirs_in)
    os.close(theirs_out)
    return ours_out, ours_in, (_ORDERS, _ANSWERS)


class DevTools:
    """Calls, and events while one waits. `until` is the instant (time.monotonic) at which patience ends."""

    def __init__(self, orders: int, answers: int, *, until: float) -> None:
        self._orders, self._answers, self.until = orders, answers, until
        self._number = 0
        self._buffer = bytearray()
        self._looked_at = 0
        self._handlers: dict[str, Handler] = {}
        self.session = ""

    def on(self, method: str, handler: Handler) -> None:
        """Have `handler` called with the parameters of each event `method`."""
        self._handlers[method] = handler

    def send(self, method: str, **params: Any) -> int:
        """Ask without waiting for the answer."""
        self._number += 1
        told: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self.session:
            told["sessionId"] = self.session
        body, sent = msgspec.json.encode(told) + b"\0", 0
        try:
            while sent < len(body):
                sent += os.write(self._orders, body[sent:])
        except OSError:
            raise BrowserError("the browser has gone", "gone") from None
        return self._number

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask and wait. BrowserError with the browser's words if it refuses."""
        number = self.send(method, **params)
        while (told := self._next(self.until)) is not None:
            if told.get("id") != number:
                continue
            if "error" in told:
                raise BrowserError(f"{method}: {told['error'].get('message', 'refused')}")
            result: dict[str, Any] = told.get("result", {})
            return result
        raise BrowserError(f"{method}: no answer in time", "late")

    def pump(self, seconds: float) -> None:
        """Take events for so long."""
        end = min(time.monotonic() + seconds, self.until)
        while self._next(end) is not None:
            pass

    def evaluate(self, expression: str) -> Any:
        """The value of an expression in the page; a promise is waited for. BrowserError if it throws."""
        told = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in told:
            raise BrowserError(str(told["exceptionDetails"].get("text", "an error in the page"))[:300])
        return told["result"].get("value")

    def _next(self, end: float) -> dict[str, Any] | None:
        """The next message, its handler called; None when `end` has come."""
        while (at := self._buffer.find(b"\0", self._looked_at)) < 0:
            self._looked_at = len(self._buffer)
            ready, _, _ = select.select([self._answers], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                return None
            read = os.read(self._answers, 1 << 20)
            if not read:
                raise BrowserError("the browser has gone", "gone")
            self._buffer += read
        told: dict[str, Any] = msgspec.json.decode(bytes(self._buffer[:at]))
        del self._buffer[: at + 1]
        self._looked_at = 0
        handler = self._handlers.get(told.get("method", ""))
        if handler is not None:
            handler(told.get("params", {}))
        return told
