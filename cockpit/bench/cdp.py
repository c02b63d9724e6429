"""A DevTools connection of our own to one page: a screencast's frames must not queue behind a driver's work."""

import threading
from collections.abc import Callable
from itertools import count
from queue import Queue
from typing import Any

import msgspec
from simple_websocket import Client, ConnectionClosed

Handler = Callable[[dict[str, Any]], None]


class Cdp:
    """Calls and events of one page. Handlers run in the reader's thread: they must be quick."""

    def __init__(self, url: str) -> None:
        self._socket = Client.connect(url, receive_bytes=1 << 18)
        self._ids = count(1)
        self._answers: dict[int, Queue[dict[str, Any]]] = {}
        self._handlers: dict[str, Handler] = {}
        threading.Thread(target=self._read, name="cdp", daemon=True).start()

    def on(self, method: str, handler: Handler) -> None:
        self._handlers[method] = handler

    def send(self, method: str, **params: Any) -> int:
        """Ask without waiting for the answer."""
        number = next(self._ids)
        self._socket.send(msgspec.json.encode({"id": number, "method": method, "params": params}).decode())
        return number

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask and wait. RuntimeError with the browser's words if it refuses."""
        answer: Queue[dict[str, Any]] = Queue()
        number = next(self._ids)
        self._answers[number] = answer
        self._socket.send(msgspec.json.encode({"id": number, "method": method, "params": params}).decode())
        told = answer.get(timeout=30)
        if "error" in told:
            raise RuntimeError(f"{method}: {told['error']}")
        result: dict[str, Any] = told.get("result", {})
        return result

    def close(self) -> None:
        self._handlers.clear()
        self._socket.close()

    def _read(self) -> None:
        decode = msgspec.json.Decoder().decode
        try:
            while True:
                told = decode(self._socket.receive())
                if "id" in told:
                    waiting = self._answers.pop(told["id"], None)
                    if waiting is not None:
                        waiting.put(told)
                elif handler := self._handlers.get(told["method"]):
                    handler(told["params"])
        except ConnectionClosed:
            return
