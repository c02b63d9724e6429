"""The websocket under engine.io, with four differences to its own driver.

No compression: it would be done for each browser anew, and frames are packed numbers. Whole messages: a plain
`send` may write a part only. Bounded incoming messages. And a connection can be cut from outside, because a
frozen browser's writer hangs in the kernel and no polite closing ever reaches it.
"""

import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import simple_websocket
from wsproto.events import BytesMessage, TextMessage

#: a browser says little
LARGEST_MESSAGE = 64 * 1024


class _DaemonThread(threading.Thread):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "daemon": True})


class _WholeMessages(simple_websocket.Server):  # type: ignore[misc]  # publishes no types
    def send(self, data: bytes | str) -> None:
        if not self.connected:
            raise simple_websocket.ConnectionClosed(self.close_reason, self.close_message)
        event = BytesMessage(data=data) if isinstance(data, bytes) else TextMessage(data=str(data))
        self.sock.sendall(self.ws.send(event))


class Websockets:
    """All open websockets of this process by the id of their engine.io session."""

    def __init__(self) -> None:
        self._open: dict[str, _WholeMessages] = {}

    def driver(self, handler: Callable[[Any], Any], _server: object) -> "_Driver":
        """What engine.io makes for each upgrade; `handler` is a method of its socket."""
        return _Driver(self._open, handler)

    def open_ids(self) -> list[str]:
        return list(self._open)

    def cut(self, eio_sid: str) -> None:
        """Cut the connection now, whatever is still to be written."""
        websocket = self._open.get(eio_sid)
        if websocket is not None:
            with suppress(OSError):
                websocket.sock.shutdown(socket.SHUT_RDWR)

    def cut_all(self) -> None:
        for eio_sid in self.open_ids():
            self.cut(eio_sid)


class _Driver:
    """One connection, in the shape that engine.io expects."""

    def __init__(self, registry: dict[str, _WholeMessages], handler: Callable[[Any], Any]) -> None:
        self._registry, self._handler = registry, handler
        self._eio_sid: str = handler.__self__.sid  # type: ignore[attr-defined]  # a bound method of engineio's Socket

    def __call__(self, environ: dict[str, Any], _start_response: object) -> Iterable[bytes]:
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        try:
            self._ws = _WholeMessages(environ, max_message_size=LARGEST_MESSAGE, thread_class=_DaemonThread)
        except simple_websocket.ConnectionError:
            return []
        self._registry[self._eio_sid] = self._ws
        try:
            result: Iterable[bytes] = self._handler(self)
        finally:
            self._registry.pop(self._eio_sid, None)
        # the way out that each server understands: the connection is not HTTP any more
        if self._ws.mode == "gunicorn":
            raise StopIteration
        if self._ws.mode == "werkzeug":
            raise ConnectionError
        return result

    def send(self, message: bytes | str) -> None:
        try:
            self._ws.send(message)
        except simple_websocket.ConnectionClosed:
            raise OSError from None

    def wait(self) -> bytes | str | None:
        try:
            received: bytes | str | None = self._ws.receive()
        except simple_websocket.ConnectionClosed:
            return None
        return received

    def close(self) -> None:
        if self._ws.connected:
            with suppress(OSError, simple_websocket.ConnectionClosed):
                self._ws.close()
