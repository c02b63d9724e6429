"""A headless Chromium with one page of the size of the canvas, and a DevTools connection of our own to it."""

import contextlib
import json
import os
import shutil
import socket
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page, sync_playwright

from cockpit.bench.cdp import Cdp
from cockpit.bench.children import memory_mb
from cockpit.bench.machine import CANVAS

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_COUNT_FRAMES = """() => {
  window.__frames = 0;
  const count = () => { window.__frames++; requestAnimationFrame(count); };
  requestAnimationFrame(count);
}"""


@dataclass(slots=True)
class Wire:
    """What came over the network since it was last asked."""

    binary: int = 0
    text: int = 0
    http: int = 0
    messages: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.binary + self.text + self.http


class Window:
    """The page, its DevTools connection and what is counted beside the pixels."""

    def __init__(self, page: Page, cdp: Cdp, pid: int) -> None:
        self.page, self.cdp, self.pid = page, cdp, pid
        self.wire = Wire()
        self._counted = (0, 0.0)

    def watch_network(self) -> None:
        """Count bytes from now on."""
        self.wire = Wire()
        self.cdp.on("Network.webSocketFrameReceived", self._count_socket)
        self.cdp.on("Network.dataReceived", self._count_http)
        self.cdp.call("Network.enable")

    def watch_frames(self) -> None:
        """Count `requestAnimationFrame` in the page from now on."""
        self.page.evaluate(_COUNT_FRAMES)
        self._counted = (0, time.monotonic())

    def animation_frames_per_s(self) -> float:
        """Since `watch_frames`."""
        frames = int(self.page.evaluate("window.__frames"))
        return (frames - self._counted[0]) / (time.monotonic() - self._counted[1])

    def memory_mb(self) -> float:
        """Of the whole browser."""
        return memory_mb(self.pid)

    def _count_socket(self, params: dict[str, Any]) -> None:
        payload = params["response"]["payloadData"]
        if params["response"]["opcode"] == 2:
            self.wire.binary += len(payload) * 3 // 4 - payload.endswith("=") - payload.endswith("==")
        else:
            self.wire.text += len(payload.encode())
            name = payload[payload.find("[") :][2:10].split('"')[0]
            self.wire.messages[name] = self.wire.messages.get(name, 0) + len(payload)

    def _count_http(self, params: dict[str, Any]) -> None:
        self.wire.http += max(params["encodedDataLength"], 0) or params["dataLength"]


def find_chromium() -> str:
    """The browser on PATH. RuntimeError if there is none."""
    for name in _NAMES:
        if path := shutil.which(name):
            return path
    raise RuntimeError(f"no browser on PATH; one of {', '.join(_NAMES)} is needed")


@contextlib.contextmanager
def open_window() -> Iterator[Window]:
    """One page, empty as yet."""
    port = _free_port()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(),
            args=[f"--remote-debugging-port={port}", "--force-device-scale-factor=1", "--hide-scrollbars",
                  *(["--no-sandbox"] if os.geteuid() == 0 else [])],
        )  # fmt: skip
        try:
            page = browser.new_page(viewport={"width": CANVAS[0], "height": CANVAS[1]})
            page.goto("about:blank#bench")
            cdp = Cdp(_page_socket(port))
            try:
                yield Window(page, cdp, _listener(port))
            finally:
                cdp.close()
        finally:
            browser.close()


def _page_socket(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=10) as answer:
        pages = json.load(answer)
    return str(next(p["webSocketDebuggerUrl"] for p in pages if p["url"].endswith("#bench")))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listener(port: int) -> int:
    """The browser's own process: the one that was given our port and has no type."""
    import psutil

    word = f"--remote-debugging-port={port}"
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            line = process.cmdline()
            if word in line and not any(part.startswith("--type=") for part in line):
                return int(process.pid)
    return 0
