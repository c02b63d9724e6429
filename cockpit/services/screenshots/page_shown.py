"""开页: opens one page in Chromium as a session that only reads, waits until it says that it is drawn, and takes it."""

import base64
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import msgspec

from cockpit.services.screenshots.devtools import BrowserError, DevTools
from cockpit.services.screenshots.order import Order

_LOOK_EVERY_S = 0.2
#: nothing may have been under way for so long
_QUIET_S = 0.5
_SAFE = frozenset({"GET", "HEAD"})
#: Dash asks for its pages by POST; nothing else is let through that could change anything
_POSTED = frozenset({"/_dash-update-component"})
_LATEST_TRIES = 3
_SHOWN = "window.cockpit && cockpit.shown ? JSON.stringify(cockpit.shown()) : ''"
_TALL = "Math.ceil(document.documentElement.scrollHeight)"
_DRAWN = (
    "document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))"
    ".then(() => true)"
)


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is late or missing: a key of `picture.note` with the names it is about, or words of the page."""

    key: str = ""
    names: str = ""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What a page tells of itself (assets/js/95-pictures-shown.js). `lacks`: what it still waits for."""

    lacks: str = ""
    problem: str = ""
    as_of_ms: int = 0
    indicators: list[str] = []
    notes: list[Note] = []


@dataclass(slots=True)
class PageShown:
    """One page of one cockpit."""

    tools: DevTools
    order: Order
    _under_way: set[str] = field(default_factory=set)
    _moved_at: float = 0.0
    _status: int = 0
    #: CSS px from the top of the page to its end
    _whole: int = 0

    def open(self) -> None:
        """Begin to load it. BrowserError if that cannot be done."""
        tools, order = self.tools, self.order
        # nothing of it is kept on the disk, and no other page sees its cookie
        context = tools.call("Target.createBrowserContext")["browserContextId"]
        target = tools.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        tools.session = tools.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for event, handler in (
            ("Fetch.requestPaused", self._paused),
            ("Network.requestWillBeSent", self._began),
            ("Network.loadingFinished", self._ended),
            ("Network.loadingFailed", self._ended),
            ("Network.responseReceived", self._answered),
        ):
            tools.on(event, handler)
        tools.call("Page.enable")
        tools.call("Network.enable")
        tools.call("Fetch.enable", patterns=[{"urlPattern": "*"}])
        self._sized(order.height)
        tools.call("Emulation.setTimezoneOverride", timezoneId=order.caption.tz)
        tools.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
        for name, value in order.cookies.items():
            tools.call("Network.setCookie", name=name, value=value, url=order.url, sameSite="Strict")
        wrong = tools.call("Page.navigate", url=order.url).get("errorText")
        if wrong:
            raise BrowserError(f"the page does not open: {wrong}")

    def _sized(self, height: int) -> None:
        order = self.order
        self.tools.call(
            "Emulation.setDeviceMetricsOverride",
            width=order.width, height=height, deviceScaleFactor=order.scale, mobile=False,
        )  # fmt: skip

    def wait(self) -> None:
        """Until it is drawn, as far down as it goes. BrowserError as of `_until_drawn`."""
        self._until_drawn()
        self._whole = int(self.tools.evaluate(_TALL))
        height = min(self._whole, self.order.tallest)
        if height > self.order.height:
            self._sized(height)
            self._moved_at = time.monotonic()  # what follows its window is drawn anew
            self._until_drawn()

    def _until_drawn(self) -> None:
        """Until it is drawn. BrowserError with what it lacks when patience ends, or with why it cannot be shown."""
        lacks = "page"
        while time.monotonic() < self.tools.until - _LOOK_EVERY_S:
            if self._status >= 400:
                raise BrowserError(f"the page answers with {self._status}")
            shown = self._shown()
            if shown is not None and shown.problem:
                raise BrowserError(shown.problem)
            lacks = "page" if shown is None else shown.lacks
            quiet = not self._under_way and time.monotonic() - self._moved_at >= _QUIET_S
            if not lacks and quiet:
                return
            self.tools.pump(_LOOK_EVERY_S)
        raise BrowserError(f"the page was not drawn in time: it still waited for {lacks or 'answers'}", "late")

    def take(self) -> tuple[bytes, Shown]:
        """The picture as PNG, and what it shows: asked before and after, until both are of the same instant."""
        shown, body = Shown(), b""
        for _ in range(_LATEST_TRIES):
            self.tools.evaluate(_DRAWN)
            shown = self._shown() or shown
            body = base64.b64decode(self.tools.call("Page.captureScreenshot", format="png")["data"])
            after = self._shown()
            if after is not None and after.as_of_ms == shown.as_of_ms:
                break
        if self._whole > max(self.order.height, self.order.tallest) and self.order.tallest > self.order.height:
            shown = msgspec.structs.replace(shown, notes=[*shown.notes, Note(key="cut")])
        return body, shown

    def _shown(self) -> Shown | None:
        told = self.tools.evaluate(_SHOWN)
        return msgspec.json.decode(told, type=Shown) if told else None

    def _paused(self, event: dict[str, Any]) -> None:
        asked, ours = urlsplit(event["request"]["url"]), urlsplit(self.order.url)
        is_ours = (asked.scheme, asked.netloc) == (ours.scheme, ours.netloc)
        reads = event["request"]["method"] in _SAFE or asked.path in _POSTED
        if asked.scheme in ("data", "blob") or (is_ours and reads):
            self.tools.send("Fetch.continueRequest", requestId=event["requestId"])
        else:
            self.tools.send("Fetch.failRequest", requestId=event["requestId"], errorReason="BlockedByClient")

    def _began(self, event: dict[str, Any]) -> None:
        self._under_way.add(event["requestId"])
        self._moved_at = time.monotonic()

    def _ended(self, event: dict[str, Any]) -> None:
        self._under_way.discard(event["requestId"])
        self._moved_at = time.monotonic()

    def _answered(self, event: dict[str, Any]) -> None:
        if event.get("type") == "Document":
            self._status = int(event["response"]["status"])
