"""Pixels, not callbacks: the frames that the browser really showed, each with the time at which it did."""

import base64
import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cockpit.bench.cdp import Cdp
from cockpit.bench.machine import CANVAS

#: frames are captured at this fraction of the canvas: watching costs the watched page less, and a dot is still seen
SHRINK = 2
Crop = NDArray[np.float32]
#: left, top, right, bottom in pixels of the canvas
Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: when the browser showed it (seconds since 1970) and its JPEG, not decoded yet."""

    at: float
    jpeg: str

    def crops(self, boxes: Sequence[Box]) -> list[Crop]:
        """The brightness of the boxes, 0…255; nothing else of the frame is looked at."""
        image = Image.open(io.BytesIO(base64.b64decode(self.jpeg)))
        image.draft("L", image.size)
        grey = image.convert("L")
        return [np.asarray(grey.crop(_shrunk(box)), dtype=np.float32) for box in boxes]


class Screencast:
    """Collects frames from `start` on; they are kept until they are forgotten."""

    def __init__(self, cdp: Cdp) -> None:
        self._cdp = cdp
        self._lock = threading.Lock()
        self._frames: list[Frame] = []
        self.times: list[float] = []

    def start(self) -> None:
        self._cdp.on("Page.screencastFrame", self._take)
        width, height = (side // SHRINK for side in CANVAS)
        self._cdp.call(
            "Page.startScreencast", format="jpeg", quality=75, everyNthFrame=1, maxWidth=width, maxHeight=height
        )

    def stop(self) -> None:
        self._cdp.call("Page.stopScreencast")

    def frames(self) -> list[Frame]:
        """Those kept so far, oldest first."""
        with self._lock:
            return list(self._frames)

    def forget_before(self, at: float) -> None:
        """Let go of frames before `at`, except the last of them: it shows how things were then."""
        with self._lock:
            later = next((i for i, frame in enumerate(self._frames) if frame.at >= at), len(self._frames))
            del self._frames[: max(0, later - 1)]

    def frames_per_s(self, start: float, end: float) -> float:
        """How many frames a second were shown between two times."""
        return sum(start <= at < end for at in self.times) / (end - start)

    def _take(self, params: dict[str, Any]) -> None:
        self._cdp.send("Page.screencastFrameAck", sessionId=params["sessionId"])
        frame = Frame(params["metadata"]["timestamp"], params["data"])
        with self._lock:
            self._frames.append(frame)
        self.times.append(frame.at)


def _shrunk(box: Box) -> Box:
    left, top, right, bottom = (round(side / SHRINK) for side in box)
    return left, top, right, bottom
