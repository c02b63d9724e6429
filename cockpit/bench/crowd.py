"""Many browsers that only listen: `python -m cockpit.bench.crowd '{…}'`, a process of its own.

Each joins as docs/push.md says and acknowledges what it gets. An event's id carries its stamp, so a delta tells how
long it took. Lines in: `reset`, `report`, `slow N` (N more that hardly read); one line of JSON answers each.
"""

import json
import re
import selectors
import sys
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from cockpit.bench.light_socket import LightSocket
from cockpit.bench.samples import quantile

#: an event that the poster stamped: microseconds since 1970
STAMPED = re.compile(rb"fan-(\d{16})")
_NUMBER = {"delta": "seq", "frame": "frame", "panels": "as_of_ms"}
_SLOW_BYTES, _SLOW_EVERY_S = 256, 0.25


@dataclass(slots=True)
class Counts:
    """What all healthy browsers got since the last reset."""

    delays_ms: list[float] = field(default_factory=list)
    messages: int = 0
    bytes: int = 0
    resyncs: int = 0
    lost: int = 0
    since: float = field(default_factory=time.monotonic)


class Browser:
    """One that joins and acknowledges."""

    def __init__(self, crowd: "Crowd", socket: LightSocket) -> None:
        self._crowd, self.socket = crowd, socket
        self._awaited: tuple[str, int] | None = None

    def take(self, message: bytes | str) -> None:
        """Answer one message as a page would."""
        if isinstance(message, bytes):
            self._crowd.counts.bytes += len(message)
            if self._awaited:
                self._ack(*self._awaited)
                self._awaited = None
            return
        self._crowd.counts.bytes += len(message)
        if message == "2":
            self.socket.send("3")
        elif message.startswith("0"):
            self.socket.send("40" + json.dumps({"token": self._crowd.token}))
        elif message.startswith(("42", "451-")):
            self._event(message, binary=message[1] == "5")

    def _event(self, message: str, *, binary: bool) -> None:
        start = message.index('["') + 2
        name = message[start : message.index('"', start)]
        if name in ("hello", "resync"):
            self._crowd.counts.resyncs += name == "resync"
            self.socket.send("42" + json.dumps(["join", self._crowd.join_message()]))
        elif name in _NUMBER:
            self._crowd.counts.messages += 1
            found = re.search(rf'"{_NUMBER[name]}":\s*(\d+)', message)
            n = int(found[1]) if found else 0
            if name == "delta":
                self._crowd.note(message.encode())
            if binary:
                self._awaited = (name, n)
            else:
                self._ack(name, n)

    def _ack(self, lane: str, n: int) -> None:
        self.socket.send(f'42["ack",{{"lane":"{lane}","n":{n}}}]')


class Crowd:
    """All browsers, pumped by one thread; the slow ones by another."""

    def __init__(self, url: str, token: str, browsers: int) -> None:
        self.url, self.token = url, token
        self.counts = Counts()
        self._joined: tuple[float, dict[str, Any]] = (0.0, {})
        self._selector = selectors.DefaultSelector()
        for _ in range(browsers):
            socket = self._connect()
            self._selector.register(socket, selectors.EVENT_READ, Browser(self, socket))

    def join_message(self) -> dict[str, Any]:
        """The join after a fresh snapshot; those who ask within a moment share one."""
        now = time.monotonic()
        if now - self._joined[0] > 0.5:
            snapshot, movers = (self._get(f"/api/v1/{name}") for name in ("snapshot", "movers"))
            join = {
                "scope": "", "lang": "zh-CN", "instance": snapshot["instance"], "seq": snapshot["seq"],
                "frame": movers["frame"], "panels": True,
            }  # fmt: skip
            self._joined = (time.monotonic(), join)
        return self._joined[1]

    def note(self, delta: bytes) -> None:
        now = time.time() * 1e6
        for found in STAMPED.finditer(delta):
            self.counts.delays_ms.append((now - int(found[1])) / 1e3)

    def pump(self) -> None:
        """Read whatever comes, for ever."""
        for key in list(self._selector.get_map().values()):
            self._serve(key.data, first=True)
        while True:
            for key, _ in self._selector.select(0.5):
                self._serve(key.data)

    def add_slow(self, n: int) -> None:
        """`n` more that join and then read next to nothing, the first two of them nothing at all."""
        slow = [self._connect(receive_buffer=4096) for _ in range(n)]
        for socket in slow:
            browser = Browser(self, socket)
            for message in socket.pending():
                browser.take(message)
            end = time.monotonic() + 3
            while time.monotonic() < end:  # until it has joined
                heard = list(socket.pump())
                for message in heard:
                    browser.take(message)
                if any(isinstance(m, str) and "hello" in m for m in heard):
                    break

        def crawl() -> None:
            while True:
                time.sleep(_SLOW_EVERY_S)
                for socket in slow[2:]:
                    try:
                        list(socket.pump(_SLOW_BYTES))
                    except OSError:
                        slow.remove(socket)

        threading.Thread(target=crawl, daemon=True).start()

    def report(self) -> dict[str, float]:
        """What came since the last reset."""
        counts, seconds = self.counts, time.monotonic() - self.counts.since
        return {
            "deliveries": len(counts.delays_ms), "p50_ms": quantile(counts.delays_ms, 0.5),
            "p99_ms": quantile(counts.delays_ms, 0.99), "longest_ms": max(counts.delays_ms, default=float("nan")),
            "messages_per_s": counts.messages / seconds, "bytes_per_s": counts.bytes / seconds,
            "resyncs": counts.resyncs, "lost": counts.lost,
        }  # fmt: skip

    def _serve(self, browser: Browser, *, first: bool = False) -> None:
        try:
            for message in browser.socket.pending() if first else browser.socket.pump():
                browser.take(message)
        except OSError:
            self._selector.unregister(browser.socket)
            browser.socket.close()
            self.counts.lost += 1

    def _connect(self, *, receive_buffer: int = 0) -> LightSocket:
        return LightSocket(self.url, "/socket.io/?EIO=4&transport=websocket", receive_buffer=receive_buffer)

    def _get(self, path: str) -> dict[str, Any]:
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {self.token}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            told: dict[str, Any] = json.load(answer)
        return told


def main() -> None:
    crowd = Crowd(**json.loads(sys.argv[1]))
    threading.Thread(target=crowd.pump, daemon=True).start()
    print(json.dumps({"connected": True}), flush=True)
    for line in sys.stdin:
        word, _, n = line.strip().partition(" ")
        if word == "reset":
            crowd.counts = Counts()
        elif word == "slow":
            crowd.add_slow(int(n))
        print(json.dumps(crowd.report()), flush=True)


if __name__ == "__main__":
    main()
